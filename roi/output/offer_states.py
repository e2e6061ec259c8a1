"""Every offer of a workload as the options page shows it: in, chosen, near or out, and what it would cost.

Costs and carbon are those of the offer as the only source of its workload, in whole units over the plan's years.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.profile import Profile, Quality
from roi.decision.answer import Decision
from roi.decision.near import sole_source
from roi.errors import MissingFigureError
from roi.options.judged import Rejection
from roi.options.market import market
from roi.options.offer import Failure, Offer
from roi.options.price import Option, options
from roi.output.failures import failure_name, failure_sentence
from roi.output.figures import gpu_name, offer_label
from roi.planning.sole_source import carbon_of_pictures, cash_alone, steering_alone
from roi.scenario.workload import Workload
from roi.texts import Language, bundled

State = Literal["chosen", "near", "in", "out"]
STATES: tuple[State, ...] = ("chosen", "near", "in", "out")

ABOUT_QUALITY = ("no_quality", "match")
"""Failures after which a figure of quality must not stand beside others."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One offer at its cheapest attempts."""

    id: str
    supply: str
    label: str
    model: str
    board: str | None
    kind: str
    """`own`, `rent`, `api`; empty where no supply offers the board."""
    state: State
    cost_per_accepted_image: float | None
    """Cash as the only source, in whole units [money]; None without a price, or with too few units."""
    fid: float | None
    """In the workload's own reference; None where it has none that may be compared."""
    bar_figures: tuple[float | None, ...]
    """The same on each of the workload's bars beside the FID."""
    carbon_kg_per_accepted_image: float | None
    """Waiting and making of whole units included, in the worst year; None where it is not disclosed."""
    option: Option | None
    """With its cheapest numbers of images and attempts; None without a price."""
    reason: str
    """Why it is out, in a few words."""
    detail: str
    """Why it is out, with figures."""
    source: str


@dataclass(frozen=True, slots=True)
class Supplied:
    """The cheapest offer of a supply and what an accepted image of it costs."""

    row: Seen
    components: dict[str, float]
    """Cash of an accepted image by component, as the only source in whole units [money]."""


def seen(
    decision: Decision, workload: Workload, profiles: Sequence[Profile], language: Language
) -> tuple[Seen, ...]:
    """All offers for a workload: the chosen, the near, the others that pass, then those that are out."""
    found = market(decision.scenario, workload, profiles)
    rejected = {(each.id, each.supply): each for each in found.rejected}
    rows = list(_offered(decision, workload, found.offers, found.options, rejected, language))
    rows += [_unoffered(each, workload, language) for each in found.rejected if each.supply is None]
    return tuple(sorted(rows, key=_rank))


def _rank(row: Seen) -> tuple[int, float, str, str]:
    cost = row.cost_per_accepted_image
    return (STATES.index(row.state), float("inf") if cost is None else cost, row.id, row.supply)


Key = tuple[str, str]
"""Profile or API, and supply."""


@dataclass(frozen=True, slots=True)
class _Best:
    """An offer at its cheapest attempts, alone in whole units."""

    option: Option
    cash: float
    carbon_kg: float | None


def _offered(
    decision: Decision,
    workload: Workload,
    offers: Sequence[Offer],
    passed: Sequence[Option],
    rejected: dict[tuple[str, str | None], Rejection],
    language: Language,
) -> Iterator[Seen]:
    states, by_offer = _states(decision, workload), _tried(decision, workload, offers, passed)
    best: dict[Key, _Best] = {}
    for supply in dict.fromkeys(offer.supply for offer in offers):
        listed = [option for (_, where), found in by_offer.items() if where == supply for option in found]
        best |= _best(decision, listed)
    for offer in offers:
        key = (offer.id, offer.supply)
        failures = rejected[key].failures if key in rejected else ()
        state = "out" if failures else states.get(key, "in")
        yield _seen(offer, best.get(key), failures, state, language)


def _tried(
    decision: Decision, workload: Workload, offers: Sequence[Offer], passed: Sequence[Option]
) -> dict[Key, list[Option]]:
    """Options of every offer: those that pass, or all where none does."""
    found: dict[Key, list[Option]] = {}
    for option in passed:
        found.setdefault((option.offer.id, option.offer.supply), []).append(option)
    for offer in offers:
        key = (offer.id, offer.supply)
        found[key] = found.get(key) or list(options(decision.scenario, workload, offer))
    return found


def _best(decision: Decision, listed: Sequence[Option]) -> dict[Key, _Best]:
    """The cheapest of every offer of one supply, by the cost that steers; none where units are too few.

    Nothing stands for a supply that lacks a figure which whole units need: no option of it passes.
    """
    scenario, present = decision.scenario, decision.present
    try:
        steering = steering_alone(scenario, listed, present)
    except MissingFigureError:
        return {}
    cheapest: dict[Key, Option] = {}
    for cost, option in sorted(zip(steering, listed, strict=True), key=lambda pair: (pair[0], pair[1].key)):
        if math.isfinite(cost):
            cheapest.setdefault((option.offer.id, option.offer.supply), option)
    kept = list(cheapest.values())
    cash, carbon = cash_alone(scenario, kept, present), carbon_of_pictures(scenario, kept, present)
    return {
        key: _Best(option, cost, None if math.isnan(kg) else kg)
        for (key, option), cost, kg in zip(cheapest.items(), cash, carbon, strict=True)
    }


def _states(decision: Decision, workload: Workload) -> dict[tuple[str, str], State]:
    near = decision.alternatives.get(workload.name, ())
    states: dict[tuple[str, str], State] = {
        (each.option.offer.id, each.option.offer.supply): "near" for each in near
    }
    for choice in decision.serving(workload.name):
        states[choice.option.offer.id, choice.option.offer.supply] = "chosen"
    return states


def _seen(
    offer: Offer,
    best: _Best | None,
    failures: Sequence[Failure],
    state: State,
    language: Language,
) -> Seen:
    return Seen(
        id=offer.id,
        supply=offer.supply,
        label=offer_label(offer),
        model=offer.model_name,
        board=gpu_name(offer),
        kind=offer.kind,
        state=state,
        cost_per_accepted_image=None if best is None else best.cash,
        fid=_comparable(offer.quality, failures),
        bar_figures=tuple(_comparable(figure, failures) for figure in offer.bar_figures),
        carbon_kg_per_accepted_image=None if best is None else best.carbon_kg,
        option=None if best is None else best.option,
        reason="; ".join(failure_name(each, language) for each in failures),
        detail=" ".join(failure_sentence(each, language) for each in failures[:1]),
        source=bundled(language, _source(offer)),
    )


def _comparable(figure: Quality | None, failures: Sequence[Failure]) -> float | None:
    """A figure that may stand beside others on its ruler."""
    if figure is None:
        return None
    about = [each for each in failures if each.text in ABOUT_QUALITY]
    return None if any(each.values["reference"] == figure.reference for each in about) else figure.value


def _source(offer: Offer) -> str:
    if offer.profile is not None:
        return offer.profile.evidence.source.citation
    return "" if offer.api is None else offer.api.price_per_image.source


def _unoffered(rejection: Rejection, workload: Workload, language: Language) -> Seen:
    """A profile whose board no supply offers."""
    return Seen(
        id=rejection.id,
        supply="",
        label=rejection.model_name,
        model=rejection.model_name,
        board=None,
        kind="",
        state="out",
        cost_per_accepted_image=None,
        fid=None,
        bar_figures=(None,) * len(workload.quality.bars),
        carbon_kg_per_accepted_image=None,
        option=None,
        reason="; ".join(failure_name(each, language) for each in rejection.failures),
        detail=failure_sentence(rejection.first, language),
        source="",
    )


def supplied(decision: Decision, rows: Sequence[Seen]) -> tuple[Supplied, ...]:
    """Of every supply the cheapest offer that passes, else the cheapest that does not; what passes first."""
    best: dict[str, Seen] = {}
    for row in rows:
        now = best.get(row.supply)
        if row.cost_per_accepted_image is not None and (now is None or _dearness(row) < _dearness(now)):
            best[row.supply] = row
    found = (_supplied(decision, row) for row in best.values())
    return tuple(sorted((each for each in found if each is not None), key=lambda each: _dearness(each.row)))


def _dearness(row: Seen) -> tuple[bool, float]:
    return (row.state == "out", row.cost_per_accepted_image or 0.0)


def _supplied(decision: Decision, row: Seen) -> Supplied | None:
    choice = None if row.option is None else sole_source(decision.scenario, row.option, decision.present)
    if choice is None:
        return None
    return Supplied(
        replace(row, cost_per_accepted_image=choice.cost_per_accepted_image), choice.cost_components
    )
