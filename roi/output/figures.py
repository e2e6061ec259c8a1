"""Small pieces that JSON, page and explanation share: names of offers, flags, differences in words."""

from bench.boards import board
from bench.pairs import changes_in, effect_of
from bench.profile import Quality, execution_words
from roi.amounts import bare_price, extra, money
from roi.decision.answer import Alternative, Choice, Decision
from roi.options.offer import Offer
from roi.options.price import Option
from roi.planning.answer import Owed
from roi.scenario.document import Scenario
from roi.scenario.supply import Own
from roi.scenario.workload import QualityBar
from roi.texts import Language, text

Json = dict[str, object]


TIE_POINTS_FRACTION = 0.005
"""Half a point of acceptance: less than any log of looks tells apart."""


def gpu_name(offer: Offer) -> str | None:
    """The board's common name; None for an API."""
    if offer.profile is None:
        return None
    known = board(offer.profile.hardware.accelerator)
    return known.name if known else offer.profile.hardware.accelerator


def offer_label(offer: Offer) -> str:
    """Model, settings and supply on one line."""
    if offer.profile is None:
        return f"{offer.model_name} / {offer.supply}"
    config = offer.profile.config
    schemes = "+".join(sorted(set(config.quantization.values())))
    dtype = schemes or {"bfloat16": "bf16", "float16": "fp16", "float32": "fp32"}[config.dtype]
    settings = ", ".join(
        (
            f"{config.width}x{config.height}",
            f"{config.num_inference_steps} steps",
            dtype,
            *execution_words(config.execution),
        )
    )
    return f"{offer.model_name} ({settings}, batch {config.batch_size}) / {offer.supply}"


def quality_words(quality: Quality, bar: QualityBar, language: Language) -> str:
    """FID of a choice against the bar of its workload, and how well its settings match those measured."""
    return text(
        language,
        "page.quality_value",
        fid=quality.value,
        reference=quality.reference,
        bar="-" if bar.fid_max is None else f"{bar.fid_max:g}",
        match=text(language, f"match_word.{quality.match}"),
        meaning=text(language, f"match.{quality.match}"),
    )


def attempts_words(option: Option, language: Language) -> str:
    """Images of an attempt, most attempts, and how often they deliver."""
    return text(
        language,
        "page.attempts_value",
        images=option.attempt.images,
        limit=option.attempts_max,
        expected=option.outcome.expected_attempts,
        deliver=option.outcome.deliver_probability,
    )


def flags(offer: Offer, language: Language) -> tuple[str, ...]:
    """What the published row does not state, and what stands in its place."""
    profile, found = offer.profile, []
    if offer.quality is not None and offer.quality.stderr is None:
        found.append("flag_stderr")
    if profile is not None and profile.speed is not None:
        if profile.speed.p95_batch_latency_s is None:
            found.append("flag_p95")
        if profile.speed.peak_memory_gib is None:
            found.append("flag_memory")
    if profile is not None and profile.config.denoiser_calls is None:
        found.append("flag_calls")
    return tuple(text(language, f"page.{name}") for name in found)


def costlier(offer: Offer, language: Language) -> tuple[str, ...]:
    """What a choice does that took more energy than eager 16 bits wherever the library has a pair on its board."""
    profile, found = offer.profile, []
    if profile is None:
        return ()
    for name, value in changes_in(profile.config).items():
        effect = effect_of(name, value, profile.hardware.accelerator)
        if effect is not None and effect.energy_range[0] > 1.0:
            more = effect.energy_ratio - 1.0
            found.append(text(language, "page.costlier", what=value, more=more, pairs=effect.pairs))
    return tuple(found)


def difference_sentence(scenario: Scenario, alternative: Alternative, language: Language) -> str:
    """The component in which an alternative differs most, and by how much."""
    if alternative.component_difference == 0:
        return text(language, "page.no_difference")
    name = text(language, f"component.{alternative.component}")
    amount = bare_price(abs(alternative.component_difference), scenario.currency)
    sign = "+" if alternative.component_difference >= 0 else "-"
    return f"{name} {sign}{amount}"


def break_even_sentence(alternative: Alternative, language: Language) -> str:
    """What would make an alternative the choice, in a few words."""
    if alternative.tied:
        return text(language, "page.near_same_cost")
    if alternative.same_pictures:
        fraction = alternative.break_even_price_fraction
        if fraction is None:
            return text(language, "page.near_same_never")
        return text(language, "page.near_same", fraction=fraction)
    needed = alternative.break_even_acceptance
    if needed is None:
        cheaper = (alternative.extra_cost_fraction or 0.0) < 0
        return text(language, "page.near_limited" if cheaper else "page.near_never")
    if is_tie(alternative):
        return text(language, "page.near_tie")
    return text(language, "page.near_break_even_value", needed=needed, now=alternative.acceptance)


def extra_or_tie(extra_cost_fraction: float, settled_by: str | None, language: Language) -> str:
    """What another plan costs more; at the same cost, by what the tie was settled."""
    if settled_by is None:
        return extra(extra_cost_fraction)
    return text(language, "plan.tie_settled", settled=text(language, f"tie.{settled_by}"))


def owed_sentence(owed: Owed, currency: str, language: Language) -> str:
    """What a commitment still costs after the last year, in a sentence."""
    return text(
        language,
        "page.owed_value",
        amount=money(owed.amount, currency, language),
        years=owed.years,
        count=owed.units,
        supply=owed.supply,
        signed=owed.signed_in_year + 1,
    )


def is_tie(alternative: Alternative) -> bool:
    """Whether it would win at an acceptance that nobody can tell from the present one."""
    needed = alternative.break_even_acceptance
    return needed is not None and needed - alternative.acceptance <= TIE_POINTS_FRACTION


def bought(decision: Decision, choice: Choice) -> bool:
    """Whether the choice stands on a bought server, of which no hours are paid."""
    servers = [supply.name for supply in decision.scenario.supplies if isinstance(supply, Own)]
    return choice.option.offer.supply in servers
