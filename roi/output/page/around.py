"""What stands around the choice: near-equals, APIs, what would change the answer."""

from collections.abc import Iterable

from roi.amounts import bare_price, coin, extra, unit_price
from roi.cost import PEOPLE_AND_SUBSTITUTES
from roi.decision.answer import Alternative, Choice, Decision
from roi.decision.near import one_more_attempt, settled_by
from roi.options.judged import ApiQuote
from roi.output.failures import failure_name
from roi.output.figures import bought, break_even_sentence, difference_sentence, is_tie, offer_label
from roi.paper import Column, Heading, Kind, Part, Sentence, Table, bullets
from roi.planning.answer import PlanDecision
from roi.scenario.workload import Workload
from roi.texts import Language, text
from roi.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_HOUR

SHOWN = 3
"""Near-equals on the page; the JSON has all."""
IN_WORDS = ("near_where", "near_break_even", "api_state")
"""Columns that may wrap."""
HOURS_PER_MONTH = HOURS_PER_YEAR / MONTHS_PER_YEAR


def near_rows(decision: Decision, near: Iterable[Alternative], language: Language) -> list[Part]:
    """The nearest options of another model or supply, with the acceptance at which each would win."""
    near = tuple(near)
    if not near:
        return [Heading(text(language, "page.near")), Sentence(text(language, "page.near_none"))]
    currency = decision.scenario.currency
    rows = _around(decision, language, "near_cost", "near_extra", "near_where", "near_break_even")
    for alternative in near[:SHOWN]:
        rows.add(
            offer_label(alternative.option.offer),
            bare_price(alternative.cost_per_accepted_image, currency),
            extra(alternative.extra_cost_fraction),
            difference_sentence(decision.scenario, alternative, language),
            break_even_sentence(alternative, language),
        )
    hidden = len(near) - SHOWN
    more = [Sentence(text(language, "page.near_more", count=hidden), tone="note")] if hidden > 0 else []
    if decision.scenario.limits.internal_carbon_price is not None:
        more.append(Sentence(text(language, "page.near_steered"), tone="note"))
    return [Heading(text(language, "page.near")), rows, *more]


def _around(decision: Decision | PlanDecision, language: Language, *keys: str) -> Table:
    """A table of what stands beside the choice: the option, then numbers and words by key."""
    currency = coin(decision.scenario.currency, language)
    titles = [text(language, f"page.{key}", currency=currency) for key in ("near_option", *keys)]
    kinds: list[Kind] = ["words", *("words" if key in IN_WORDS else "number" for key in keys)]
    return Table(tuple(Column(title, kind) for title, kind in zip(titles, kinds, strict=True)))


def api_rows(decision: Decision | PlanDecision, quotes: Iterable[ApiQuote], language: Language) -> list[Part]:
    """What an API would charge, and the gates it fails."""
    quotes = tuple(quotes)
    if not quotes:
        return []
    currency = decision.scenario.currency
    rows = _around(decision, language, "api_price", "api_accepted", "api_state")
    for quote in quotes:
        cost = quote.cost_per_accepted_image
        reasons = "; ".join(failure_name(failure, language) for failure in quote.failures)
        rows.add(
            f"{quote.offer.model_name} / {quote.offer.supply}",
            bare_price(quote.offer.price_per_image, currency),
            "-" if cost is None else bare_price(cost, currency),
            reasons or text(language, "page.api_passes"),
        )
    return [Heading(text(language, "page.apis")), rows]


def tie_lines(choice: Choice, near: Iterable[Alternative], language: Language) -> list[Part]:
    """What costs the same and by what that was settled; what cannot be told apart, and what would tell it."""
    near = tuple(near)
    tied: dict[str, list[str]] = {}
    for each in near:
        if each.tied:
            tied.setdefault(settled_by(choice, each), []).append(offer_label(each.option.offer))
    lines = [
        text(language, "page.tie_same", option="; ".join(names), settled=text(language, f"tie.{criterion}"))
        for criterion, names in tied.items()
    ]
    lines += [_equivalent(each, language) for each in near if is_tie(each) and not each.tied][:SHOWN]
    return [Sentence(line, tone="warning") for line in lines]


def _equivalent(alternative: Alternative, language: Language) -> str:
    """Equivalent, and the trial that would separate the two."""
    needed = alternative.break_even_acceptance or alternative.acceptance
    return text(
        language,
        "page.equivalent",
        option=offer_label(alternative.option.offer),
        points=(needed - alternative.acceptance) * 100,
        looks=alternative.trial_looks or 0,
    )


def change_lines(
    decision: Decision, workload: Workload, choice: Choice, near: Iterable[Alternative], language: Language
) -> list[Part]:
    """What would change the answer: labour against machine, attempts, acceptance, volume."""
    lines = [*_labour(choice, language), *_attempts(decision, workload, choice, language)]
    lines += [
        text(
            language,
            "page.change_break_even",
            option=offer_label(alternative.option.offer),
            needed=alternative.break_even_acceptance,
            now=alternative.acceptance,
            points=(alternative.break_even_acceptance - alternative.acceptance) * 100,
        )
        for alternative in tuple(near)[:SHOWN]
        if alternative.break_even_acceptance is not None and not alternative.tied
    ]
    lines += _volume(decision, choice, language)
    return [Heading(text(language, "page.change")), bullets(lines)]


def _attempts(decision: Decision, workload: Workload, choice: Choice, language: Language) -> list[str]:
    difference = one_more_attempt(decision.scenario, workload, choice, decision.present)
    if difference is None or difference >= 0:
        return []
    currency, total = decision.scenario.currency, choice.cost_per_accepted_image
    return [
        text(
            language,
            "page.change_attempts",
            limit=choice.option.attempts_max,
            difference=unit_price(-difference, currency, language),
            share=choice.cost_components.get("fallback", 0.0) / total if total else 0.0,
        )
    ]


def _labour(choice: Choice, language: Language) -> list[str]:
    costs = choice.cost_components
    total = choice.cost_per_accepted_image
    if total <= 0:
        return []
    machine = 1.0 - sum(costs.get(name, 0.0) for name in PEOPLE_AND_SUBSTITUTES) / total
    if "electricity" not in costs:
        return [text(language, "page.change_labour_no_electricity", share=1 - machine, machine=machine)]
    electricity = costs["electricity"] / total
    return [text(language, "page.change_labour", share=1 - machine, machine=machine, electricity=electricity)]


def _volume(decision: Decision, choice: Choice, language: Language) -> list[str]:
    used = choice.utilization_fraction
    if choice.option.offer.machine is None or used is None:
        return []
    busy_s = (
        choice.option.attempt.busy_s * choice.option.outcome.expected_attempts * choice.requests_per_month
    )
    hours = busy_s / SECONDS_PER_HOUR
    return [
        text(
            language,
            "page.change_volume_own" if bought(decision, choice) else "page.change_volume",
            hours=hours,
            fraction=hours / HOURS_PER_MONTH,
            used=used,
            utilization=choice.option.attempt.utilization_fraction,
        )
    ]
