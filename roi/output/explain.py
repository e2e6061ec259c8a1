"""Why not this one: every place a profile or API was considered, and what kept it out or what it would cost."""

from collections.abc import Iterator

from roi.decision.answer import Choice, Decision, Rejection
from roi.decision.near import alternative_to
from roi.errors import RoiError
from roi.options.price import Option
from roi.output.document import failure_sentence
from roi.output.figures import difference_sentence, unit_price
from roi.scenario.workload import Workload
from roi.texts import Language, text


def explanation(decision: Decision, id: str, language: Language) -> list[str]:  # noqa: A002
    """Lines that say why `id`, a profile id or `api:` and a supply's name, is not the choice.

    Raises
    ------
    RoiError
        When nothing of that id was considered.
    """
    lines = list(_lines(decision, id, language))
    if not lines:
        raise RoiError(
            f"--explain {id!r}: no such profile or API here; `python -m bench library` lists profiles, "
            "an API is named api:SUPPLY"
        )
    return [text(language, "explain.title", id=id), *lines]


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
    choice = next((each for each in decision.choices if each.option.workload == workload.name), None)
    if choice is None:
        return
    if (choice.option.offer.id, choice.option.offer.supply) == (wanted, supply):
        yield "  " + text(language, "explain.chosen")
        return
    yield from _priced(decision, workload, choice, _mine_on(decision, workload, wanted, supply), language)


def _mine_on(decision: Decision, workload: Workload, wanted: str, supply: str) -> list[Option]:
    return [option for option in _mine(decision, workload, wanted) if option.offer.supply == supply]


def _priced(
    decision: Decision, workload: Workload, choice: Choice, found: list[Option], language: Language
) -> Iterator[str]:
    alternative = alternative_to(decision.scenario, workload, found, choice)
    option = alternative.option
    yield "  " + text(
        language,
        "explain.costs",
        cost=unit_price(alternative.cost_per_accepted_image, decision.scenario.currency),
        extra=alternative.extra_cost_fraction,
        component=text(language, f"component.{alternative.component}"),
        difference=difference_sentence(decision.scenario, alternative, language),
    )
    yield "  " + text(language, "explain.setting", images=option.attempt.images, limit=option.attempts_max)
    if alternative.break_even_acceptance is None:
        cheaper = alternative.extra_cost_fraction < 0
        yield "  " + text(language, "explain.limited" if cheaper else "explain.never")
    else:
        yield "  " + text(
            language,
            "explain.break_even",
            needed=alternative.break_even_acceptance,
            now=alternative.acceptance,
        )
