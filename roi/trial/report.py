"""A reading in words and as JSON: what was seen, what it means, what it is worth, what speaks against it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from roi.amounts import money, unit_price
from roi.output.figures import Json, offer_label
from roi.texts import Language, text
from roi.trial.checks import Checks
from roi.trial.compare import Difference
from roi.trial.levers import Lever
from roi.trial.money import Effect
from roi.trial.reading import ArmReading, Reading
from roi.trial.trial_file import arm_name

DISAGREE_BELOW = 0.4
"""Judgement: below this alpha reviewers do not mean the same by a good picture (Krippendorff asks for 0.667)."""
INCONSISTENT_BELOW = 0.8
BIASED_BELOW = 0.01


def reading_lines(reading: Reading, language: Language) -> Iterator[str]:
    """Arms, differences, checks, and whether to go on."""
    trial = reading.trial
    yield text(
        language,
        "trial.title",
        name=trial.name,
        votes=reading.votes,
        prompts=reading.prompts,
        planned=trial.prompts,
    )
    if reading.checks.broken:
        yield text(language, "trial.broken", p=reading.checks.ratio_p)
    yield from (_arm_line(arm, language) for arm in reading.arms)
    yield from (_difference_line(each, reading, language) for each in reading.differences)
    for each in reading.strengths[1:]:
        yield text(
            language,
            "trial.strength",
            arm=arm_name(each.arm),
            against=arm_name(trial.arms[0]),
            share=each.preferred,
            low=each.low,
            high=each.high,
        )
    if reading.review is not None:
        low, high = reading.review.interval()
        yield text(
            language,
            "trial.review",
            seconds=reading.review.value,
            low=max(low, 0.0),
            high=high,
            count=reading.review.votes,
            pauses=reading.pauses,
        )
    yield from _check_lines(reading, language)
    yield text(language, "trial.stop" if reading.finished else "trial.go_on")


def effect_lines(found: Effect | None, currency: str, language: Language) -> Iterator[str]:
    """Whether the decision changes, and by how much money a year."""
    if found is None:
        yield text(language, "trial.no_decision")
        return
    before = offer_label(found.before.option.offer)
    if found.after is None:
        yield text(language, "trial.none_left", before=before)
        return
    after = offer_label(found.after.option.offer)
    if not found.changes:
        cost = unit_price(found.after.cost_per_accepted_image, currency, language)
        yield text(language, "trial.same_decision", after=after, cost=cost)
        return
    yield text(language, "trial.other_decision", before=before, after=after)
    saved = found.saved_per_year
    if saved is None:
        yield text(language, "trial.old_out", before=before)
    else:
        kept, new = found.kept_cost or 0.0, found.after_cost or 0.0
        yield text(
            language,
            "trial.saved",
            year=money(saved, currency, language),
            kept=unit_price(kept, currency, language),
            cost=unit_price(new, currency, language),
        )
    if found.saved is not None and found.saves is not None:
        yield text(
            language,
            "trial.saved_range",
            low=money(found.saved.p5, currency, language),
            high=money(found.saved.p95, currency, language),
            share=found.saves,
        )


def lever_lines(found: Sequence[Lever], currency: str, language: Language) -> Iterator[str]:
    """Ways of working, the one that saves most first."""
    yield text(language, "trial.levers")
    for lever in found:
        if lever.cost is None or lever.saved_per_year is None:
            yield text(language, "trial.lever_out", arm=arm_name(lever.arm), acceptance=lever.acceptance)
            continue
        yield text(
            language,
            "trial.lever",
            arm=arm_name(lever.arm),
            acceptance=lever.acceptance,
            seconds=lever.extra_seconds,
            cost=unit_price(lever.cost, currency, language),
            year=money(lever.saved_per_year, currency, language),
        )


def _arm_line(arm: ArmReading, language: Language) -> str:
    return text(
        language,
        "trial.arm",
        arm=arm_name(arm.model),
        value=arm.mean.value,
        low=arm.low,
        high=arm.high,
        votes=arm.mean.votes,
        prompts=arm.mean.prompts,
        reviewers=arm.mean.reviewers,
    )


def _difference_line(found: Difference, reading: Reading, language: Language) -> str:
    verdict = text(language, f"trial_verdict.{found.verdict}", margin=100 * reading.trial.margin)
    return text(
        language,
        "trial.difference",
        arm=arm_name(found.arm),
        against=arm_name(found.against),
        points=100 * found.mean.value,
        low=100 * found.low,
        high=100 * found.high,
        p=found.p_holm,
        verdict=verdict,
    )


def _check_lines(reading: Reading, language: Language) -> Iterator[str]:
    told: Checks = reading.checks
    if told.alpha is not None:
        weak = text(language, "trial.alpha_weak") if told.alpha < DISAGREE_BELOW else ""
        yield text(language, "trial.alpha", alpha=told.alpha) + weak
    if told.same_again is not None:
        weak = text(language, "trial.again_weak") if told.same_again < INCONSISTENT_BELOW else ""
        yield text(language, "trial.again", share=told.same_again, count=told.repeats) + weak
    if told.left_share is not None and told.left_p is not None:
        weak = text(language, "trial.left_weak") if told.left_p < BIASED_BELOW else ""
        yield text(language, "trial.left", share=told.left_share, p=told.left_p) + weak
    if reading.cut_off:
        yield text(language, "trial.cut_off", count=reading.cut_off)
    if reading.misassigned:
        yield text(language, "trial.misassigned", count=reading.misassigned, total=reading.votes)


def reading_document(reading: Reading, found: Effect | None) -> Json:
    """The same for a program."""
    return {
        "schema_version": 1,
        "trial": reading.trial.name,
        "prompts": reading.prompts,
        "prompts_planned": reading.trial.prompts,
        "votes": reading.votes,
        "votes_cut_off": reading.cut_off,
        "misassigned": reading.misassigned,
        "finished": reading.finished,
        "arms": [_arm_document(arm) for arm in reading.arms],
        "differences": [_difference_document(each) for each in reading.differences],
        "strengths": [asdict(each) for each in reading.strengths],
        "checks": _checks_document(reading.checks),
        "review_seconds": None
        if reading.review is None
        else {
            "mean": reading.review.value,
            "interval": list(reading.review.interval()),
            "looks": reading.review.votes,
            "pauses": reading.pauses,
        },
        "decision": None if found is None else _effect_document(found),
    }


def _arm_document(arm: ArmReading) -> Json:
    return {
        "model": arm.model,
        "acceptance": arm.mean.value,
        "low": arm.low,
        "high": arm.high,
        "votes": arm.mean.votes,
        "prompts": arm.mean.prompts,
        "reviewers": arm.mean.reviewers,
    }


def _difference_document(found: Difference) -> Json:
    return {
        "arm": found.arm,
        "against": found.against,
        "difference": found.mean.value,
        "always_valid": [found.low, found.high],
        "at_the_end": [found.fixed_low, found.fixed_high],
        "p": found.p,
        "p_holm": found.p_holm,
        "p_equivalence": found.p_equivalence,
        "verdict": found.verdict,
    }


def _checks_document(told: Checks) -> Json:
    return {
        "krippendorff_alpha": told.alpha,
        "same_again": told.same_again,
        "repeats": told.repeats,
        "left_share": told.left_share,
        "left_p": told.left_p,
        "sample_ratio_p": told.ratio_p,
        "broken": told.broken,
    }


def _effect_document(found: Effect) -> Json:
    return {
        "changes": found.changes,
        "before": found.before.option.offer.id,
        "after": None if found.after is None else found.after.option.offer.id,
        "kept_cost_per_accepted_image": found.kept_cost,
        "cost_per_accepted_image": found.after_cost,
        "saved_per_year": found.saved_per_year,
        "saved_per_year_p5_p95": None if found.saved is None else [found.saved.p5, found.saved.p95],
        "saves_probability": found.saves,
    }
