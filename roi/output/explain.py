"""Why not this one: every place a profile or API was considered, and what kept it out or what it would cost."""

import math
from collections.abc import Iterator

from roi.amounts import extra, unit_price
from roi.decision.answer import Alternative, Choice, Decision
from roi.decision.near import alternative, rules_against
from roi.errors import RoiError
from roi.fleet.solver import solve_fleet
from roi.nearest import did_you_mean
from roi.options.judged import Rejection
from roi.options.price import Option
from roi.output.document import SCHEMA_VERSION
from roi.output.failures import failure_sentence
from roi.output.figures import Json, break_even_sentence, difference_sentence, is_tie
from roi.output.page.conflict import rule_words
from roi.planning.sole_source import cash_alone
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload
from roi.texts import Language, text
from roi.texts.messages import Message


def explanation(decision: Decision, id: str, language: Language) -> list[str]:  # noqa: A002
    """Lines that say why `id`, a profile id or `api:` and a supply's name, is not the choice.

    Raises
    ------
    RoiError
        When nothing of that id was considered.
    """
    lines = list(_lines(decision, id, language))
    if not lines:
        considered = {rejection.id for rejection in decision.rejected}
        considered |= {option.offer.id for option in decision.options}
        raise RoiError(Message("asked.explain", given=repr(id), meant=did_you_mean(id, considered)))
    return [text(language, "explain.title", id=id), *lines]


def explanation_document(id: str, lines: list[str]) -> Json:  # noqa: A002
    """The same lines as one JSON object."""
    return {"schema_version": SCHEMA_VERSION, "id": id, "lines": lines}


def _lines(decision: Decision, wanted: str, language: Language) -> Iterator[str]:
    for workload in decision.scenario.workloads:
        for rejection in decision.rejected:
            if rejection.id == wanted and rejection.workload == workload.name:
                yield from _rejected(rejection, language)
        for supply in sorted({option.offer.supply for option in _mine(decision, workload, wanted)}):
            yield from _passed(decision, workload, wanted, supply, language)


def _mine(decision: Decision, workload: Workload, wanted: str) -> list[Option]:
    return [
        option
        for option in decision.options
        if option.offer.id == wanted and option.workload == workload.name
    ]


def _rejected(rejection: Rejection, language: Language) -> Iterator[str]:
    if rejection.supply:
        yield _on(rejection.supply, language)
    for place, failure in enumerate(rejection.failures):
        key = "explain.also" if place else "explain.rejected"
        detail = failure_sentence(failure, language)
        yield "  " + text(language, key, reason=failure.reason, detail=detail)


def _on(supply: str, language: Language) -> str:
    return text(language, "explain.on", supply=supply) + ":"


def _passed(
    decision: Decision, workload: Workload, wanted: str, supply: str, language: Language
) -> Iterator[str]:
    yield _on(supply, language)
    found = [option for option in _mine(decision, workload, wanted) if option.offer.supply == supply]
    chosen = decision.serving(workload.name)
    if not chosen:
        rules = ", ".join(rule_words(decision, rule, language) for rule in decision.binding)
        yield "  " + text(language, "explain.binding", rules=rules)
    elif any((each.option.offer.id, each.option.offer.supply) == (wanted, supply) for each in chosen):
        yield "  " + text(language, "explain.chosen")
    else:
        yield from _priced(decision, workload, chosen[0], found, language)


def _priced(
    decision: Decision, workload: Workload, choice: Choice, found: list[Option], language: Language
) -> Iterator[str]:
    scenario, present = decision.scenario, decision.present
    other = alternative(scenario, workload, found, choice, present, solve_fleet)
    if other is not None:
        yield from _compared(scenario, other, language)
        return
    costs = cash_alone(scenario, found, present)
    cost, best = min(zip(costs, found, strict=True), key=lambda pair: (pair[0], pair[1].key))
    rules = rules_against(scenario, workload, found, present)
    yield "  " + text(
        language,
        "explain.capped",
        cost=unit_price(cost, scenario.currency, language) if math.isfinite(cost) else "-",
        images=best.attempt.images,
        limit=best.attempts_max,
        rules=", ".join(rule_words(decision, rule, language) for rule in rules),
    )


def _compared(scenario: Scenario, alternative: Alternative, language: Language) -> Iterator[str]:
    option = alternative.option
    yield "  " + text(
        language,
        "explain.costs",
        cost=unit_price(alternative.cost_per_accepted_image, scenario.currency, language),
        extra=extra(alternative.extra_cost_fraction),
        difference=difference_sentence(scenario, alternative, language),
    )
    yield "  " + text(language, "explain.setting", images=option.attempt.images, limit=option.attempts_max)
    needed, now = alternative.break_even_acceptance, alternative.acceptance
    if needed is not None:
        yield "  " + text(language, "explain.break_even", needed=needed, now=now)
    if needed is None or is_tie(alternative):
        sentence = break_even_sentence(alternative, language)
        yield "  " + text(language, "explain.break_even_else", needed=sentence)
