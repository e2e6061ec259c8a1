"""Plans of several scenarios beside each other: what is asked differently, what is done, what it is worth."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel

from roi.amounts import change, energy, mass, money, unit_price, whole_months, with_unit
from roi.figure import Figure
from roi.output.figures import Json, offer_label
from roi.output.plan.totals import paid_once
from roi.output.plan.what import actions
from roi.output.sensitivity.labels import number_label
from roi.paper import Heading, Paper, Part, Sentence, Table, table
from roi.planning.answer import PlanDecision
from roi.scenario.differences import Difference, differences
from roi.scenario.effective import placeholders_of
from roi.scenario.meaning import label
from roi.scenario.money import ExchangeRate
from roi.texts import Language, text

NONE = "-"
YEAR = "price_year"
"""Its number has no thousands."""


@dataclass(frozen=True, slots=True)
class Named:
    """A plan and what its scenario is called here."""

    name: str
    plan: PlanDecision


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that scenarios are held against each other by."""

    key: str
    """Of its name in `roi.texts`, and in the JSON."""
    of: Callable[[PlanDecision], float | None]
    """The figure; None where the plan has none."""
    shown: Callable[[float, str, Language], str]
    """The figure in a currency and a language."""
    by_fraction: bool = True
    """Whether the difference is told as a share; else as an amount with its sign."""
    compared: Callable[[float], float] = float
    """What of the figure is shown: differences are those of what a reader sees."""
    less_is_better: bool | None = True
    """None where neither is."""


def _of_worth(name: str) -> Callable[[PlanDecision], float | None]:
    return lambda plan: None if plan.worth is None else getattr(plan.worth, name)


def _of_finance(name: str) -> Callable[[PlanDecision], float | None]:
    return lambda plan: None if plan.finance is None else getattr(plan.finance, name)


def _laid_out(plan: PlanDecision) -> float | None:
    """One-off payments of all years [money]."""
    return None if plan.ledger is None else paid_once(plan.ledger)


MEASURES = (
    Measure("per_image", _of_worth("levelised_cost_per_accepted_image"), unit_price),
    Measure("investment", _laid_out, money, by_fraction=False),
    Measure("tco", _of_worth("tco"), money),
    Measure("npv", _of_finance("npv"), money, by_fraction=False, less_is_better=False),
    Measure(
        "payback",
        _of_finance("simple_payback_months"),
        lambda months, _, language: whole_months(months, language),
        by_fraction=False,
        compared=math.ceil,
    ),
    Measure("energy", _of_worth("energy_kwh"), lambda kwh, *_: energy(kwh)),
    Measure("carbon", _of_worth("carbon_kg_co2e"), lambda kg, *_: f"{mass(kg)} CO2e"),
)
"""In the order in which a board asks."""
OF_MONEY = ("per_image", "investment", "tco", "npv")
OF_ALL_YEARS = ("energy", "carbon")


def beside_page(plans: Sequence[Named], language: Language) -> Paper:
    """The difference in a sentence, what is asked differently, what each does, its figures.

    The first scenario is the one that the others are held against.
    """
    return (
        Sentence(text(language, "beside.title", names=_names(plans)), tone="strong"),
        *_sentences(plans, language),
        Heading(text(language, "beside.inputs")),
        *_inputs(plans, language),
        Heading(text(language, "beside.results")),
        _results(plans, language),
        *_done(plans, language),
    )


def beside_document(plans: Sequence[Named], language: Language) -> Json:
    """The same for a program; figures in full."""
    found = differences([each.plan.scenario for each in plans])
    return {
        "schema_version": 1,
        "scenarios": [_document(each) for each in plans],
        "differences": [
            {
                "field": each.name,
                "of": each.owner,
                "label": difference_label(each, language),
                "values": [_plain(value) for value in each.values],
                "units": list(each.units),
            }
            for each in found
        ],
    }


def _document(named: Named) -> Json:
    plan = named.plan
    return {
        "name": named.name,
        "scenario": plan.scenario.name,
        "status": plan.status,
        "verified": plan.verified,
        "currency": plan.scenario.currency,
        "years": plan.scenario.finance.horizon_years.value,
        "choices": [offer_label(choice.option.offer) for choice in plan.choices],
        "figures": {each.key: each.of(plan) for each in MEASURES},
        "inputs_hash": plan.inputs_hash,
    }


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _names(plans: Sequence[Named]) -> str:
    return " / ".join(each.name for each in plans)


def _sentences(plans: Sequence[Named], language: Language) -> Iterator[Sentence]:
    """How each differs in worth from the first, and what keeps figures from being held against each other."""
    first, *others = plans
    for other in others:
        yield _worth(first, other, language)
    if len({each.plan.scenario.currency for each in plans}) > 1:
        yield Sentence(text(language, "beside.currencies"), tone="warning")
    if len({each.plan.scenario.finance.horizon_years.value for each in plans}) > 1:
        yield Sentence(text(language, "beside.years"), tone="warning")
    if _work_differs(plans):
        yield Sentence(text(language, "beside.own_today"), tone="warning")
    for each in plans:
        if each.plan.worth is not None and not each.plan.sound:
            yield Sentence(text(language, "beside.not_verified", name=each.name), tone="bad")
        count, total = placeholders_of(each.plan.scenario)
        if count:
            words = text(language, "plan.placeholders", count=count, total=total)
            yield Sentence(f"{each.name}: {words}", tone="note")


_WORTH = {
    ("npv", True): "beside.npv_better",
    ("npv", False): "beside.npv_worse",
    ("tco", True): "beside.tco_better",
    ("tco", False): "beside.tco_worse",
}


def _worth(first: Named, other: Named, language: Language) -> Sentence:
    for one in (first, other):
        if one.plan.worth is None:
            return Sentence(text(language, "beside.infeasible", name=one.name), tone="bad")
    if not _alike(first, other):
        return Sentence(text(language, "beside.apart", name=other.name, first=first.name), tone="warning")
    npv = next(each for each in MEASURES if each.key == "npv")
    tco = next(each for each in MEASURES if each.key == "tco")
    measure = npv if None not in (npv.of(first.plan), npv.of(other.plan)) else tco
    gain = _number(measure.of(other.plan)) - _number(measure.of(first.plan))
    better = gain < 0.0 if measure.less_is_better else gain > 0.0
    currency = first.plan.scenario.currency
    key = "beside.equal" if gain == 0.0 else _WORTH[measure.key, better]
    return Sentence(
        text(
            language,
            key,
            name=other.name,
            first=first.name,
            amount=money(abs(gain), currency, language),
            years=round(first.plan.scenario.finance.horizon_years.value),
        ),
        tone="good" if better else "",
    )


def _alike(first: Named, other: Named) -> bool:
    """Whether amounts of money of the two can be held against each other."""
    return _as_long(first, other) and first.plan.scenario.currency == other.plan.scenario.currency


def _as_long(first: Named, other: Named) -> bool:
    """Whether both look over as many years."""
    mine, theirs = (each.plan.scenario.finance.horizon_years.value for each in (first, other))
    return mine == theirs


def _comparable(measure: Measure, first: Named, other: Named) -> bool:
    if measure.key in OF_MONEY:
        return _alike(first, other)
    return measure.key not in OF_ALL_YEARS or _as_long(first, other)


def _work_differs(plans: Sequence[Named]) -> bool:
    """Whether the plans deliver different numbers of pictures, or are valued against different todays."""
    solved = [each.plan for each in plans if each.plan.ledger is not None]
    return any(
        not _close(plan.ledger.accepted_images if plan.ledger else (), first.accepted_images)
        or not _close(_today(plan), _today(solved[0]))
        for plan in solved[1:]
        if (first := solved[0].ledger) is not None
    )


def _today(plan: PlanDecision) -> tuple[float, ...]:
    return () if plan.baseline_worth is None else (plan.baseline_worth.tco,)


def _close(mine: Sequence[float], theirs: Sequence[float]) -> bool:
    return len(mine) == len(theirs) and all(map(math.isclose, mine, theirs))


def _number(value: float | None) -> float:
    assert value is not None
    return value


def _inputs(plans: Sequence[Named], language: Language) -> Iterator[Part]:
    found = differences([each.plan.scenario for each in plans])
    if not found:
        yield Sentence(text(language, "beside.no_difference"))
        return
    rows = table(text(language, "beside.input"), *(each.name for each in plans), words=1 + len(plans))
    for each in found:
        pairs = zip(each.values, each.units, strict=True)
        words = (str(pair[0]) if each.name == YEAR else value_words(*pair, language) for pair in pairs)
        rows.add(difference_label(each, language), *words)
    yield rows


def difference_label(difference: Difference, language: Language) -> str:
    """The field's name and what it belongs to."""
    name = label(difference.part, difference.name, language)
    owner = difference.owner
    return text(language, "sensitivity.figure_of", figure=name, owner=owner) if owner else name


def value_words(value: object, unit: str, language: Language) -> str:
    """A value of a field as a table shows it."""
    match value:
        case None | ():
            said = NONE
        case bool():
            said = text(language, "beside.yes" if value else "beside.no")
        case Figure() | ExchangeRate():
            said = with_unit(number_label(value.value), unit or "1", language)
        case BaseModel():
            said = str(getattr(value, "board", None) or text(language, "beside.stated"))
        case float() | int():
            said = number_label(value)
        case tuple():
            said = ", ".join(value_words(one, "", language) for one in value)
        case _:
            said = str(value)
    return said


def _results(plans: Sequence[Named], language: Language) -> Table:
    first, *others = plans
    titles = [text(language, "screen.measure"), first.name]
    for other in others:
        titles += [other.name, text(language, "beside.against", name=first.name)]
    rows = table(*titles)
    for measure in MEASURES:
        cells = [_shown(measure, first, language)]
        for other in others:
            cells += [_shown(measure, other, language), _difference(measure, first, other, language)]
        rows.add(text(language, f"plan.{measure.key}"), *cells)
    return rows


def _shown(measure: Measure, named: Named, language: Language) -> str:
    value = measure.of(named.plan)
    return NONE if value is None else measure.shown(value, named.plan.scenario.currency, language)


def _difference(measure: Measure, first: Named, other: Named, language: Language) -> str:
    before, after = measure.of(first.plan), measure.of(other.plan)
    if before is None or after is None or not _comparable(measure, first, other):
        return NONE
    before, after = measure.compared(before), measure.compared(after)
    if measure.by_fraction:
        return change(after, before)
    sign = "+" if after > before else "-" if after < before else "±"
    return f"{sign}{measure.shown(abs(after - before), first.plan.scenario.currency, language)}"


def _done(plans: Sequence[Named], language: Language) -> Iterator[Part]:
    yield Heading(text(language, "beside.done"))
    rows = table("", "", words=2)
    for each in plans:
        ledger = each.plan.ledger
        if ledger is None:
            rows.add(each.name, text(language, "page.infeasible"), tone="bad")
            continue
        rows.add(each.name, actions(each.plan, ledger, language))
        for choice in each.plan.choices:
            rows.add("", f"{choice.option.workload}: {offer_label(choice.option.offer)}")
    yield rows
