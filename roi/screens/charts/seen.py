"""Every offer of a workload as the options page shows it: in, chosen, near or out, and what it would cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.profile import Profile
from roi.decision.answer import Choice, Decision, Rejection
from roi.decision.market import market
from roi.decision.near import cheapest
from roi.decision.steering import model_cost_per_accepted_image
from roi.options.offer import Failure, Offer
from roi.options.price import Option, options
from roi.output.document import failure_name, failure_sentence
from roi.output.figures import gpu_name, offer_label
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload
from roi.texts import Language

State = Literal["chosen", "near", "in", "out"]
STATES: tuple[State, ...] = ("chosen", "near", "in", "out")

ABOUT_QUALITY = ("no_quality", "match")
"""Failures after which an FID must not stand beside others."""


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
    """Cash, standing cost of the model included [money]; None where no attempts can be priced."""
    components: dict[str, float]
    """What it consists of."""
    fid: float | None
    """In the workload's own reference; None where it has none that may be compared."""
    carbon_kg_per_accepted_image: float | None
    """None where it is not disclosed."""
    reason: str
    """Why it is out, in a few words."""
    detail: str
    """Why it is out, with figures."""
    source: str


def seen(
    decision: Decision, workload: Workload, profiles: Sequence[Profile], language: Language
) -> tuple[Seen, ...]:
    """All offers for a workload: the chosen, the near, the others that pass, then those that are out."""
    found = market(decision.scenario, workload, profiles)
    rejected = {(each.id, each.supply): each for each in found.rejected}
    rows = list(_offered(decision, workload, found.offers, found.options, rejected, language))
    rows += [_unoffered(each, language) for each in found.rejected if each.supply is None]
    return tuple(sorted(rows, key=_rank))


def _rank(row: Seen) -> tuple[int, float, str, str]:
    cost = row.cost_per_accepted_image
    return (STATES.index(row.state), float("inf") if cost is None else cost, row.id, row.supply)


def _offered(
    decision: Decision,
    workload: Workload,
    offers: Sequence[Offer],
    passed: Sequence[Option],
    rejected: dict[tuple[str, str | None], Rejection],
    language: Language,
) -> Iterator[Seen]:
    states = _states(decision, workload)
    by_offer: dict[tuple[str, str], list[Option]] = {}
    for option in passed:
        by_offer.setdefault((option.offer.id, option.offer.supply), []).append(option)
    for offer in offers:
        key = (offer.id, offer.supply)
        priced = by_offer.get(key) or list(options(decision.scenario, workload, offer))
        best = cheapest(decision.scenario, workload, priced) if priced else None
        failures = rejected[key].failures if key in rejected else ()
        state = "out" if failures else states.get(key, "in")
        yield _seen(decision.scenario, workload, offer, best, failures, state, language)


def _states(decision: Decision, workload: Workload) -> dict[tuple[str, str], State]:
    near = decision.alternatives.get(workload.name, ())
    states: dict[tuple[str, str], State] = {
        (each.option.offer.id, each.option.offer.supply): "near" for each in near
    }
    for choice in decision.choices:
        if choice.option.workload == workload.name:
            states[choice.option.offer.id, choice.option.offer.supply] = "chosen"
    return states


def _seen(
    scenario: Scenario,
    workload: Workload,
    offer: Offer,
    best: Option | None,
    failures: Sequence[Failure],
    state: State,
    language: Language,
) -> Seen:
    costs = None if best is None else _priced(scenario, workload, best)
    comparable = offer.quality is not None and not any(each.text in ABOUT_QUALITY for each in failures)
    return Seen(
        id=offer.id,
        supply=offer.supply,
        label=offer_label(offer),
        model=offer.model_name,
        board=gpu_name(offer),
        kind=offer.kind,
        state=state,
        cost_per_accepted_image=None if costs is None else costs.cost_per_accepted_image,
        components={} if costs is None else costs.cost_components,
        fid=offer.quality.value if comparable and offer.quality is not None else None,
        carbon_kg_per_accepted_image=None if best is None else best.carbon_kg_co2e_per_accepted_image,
        reason="; ".join(failure_name(each, language) for each in failures),
        detail=" ".join(failure_sentence(each, language) for each in failures[:1]),
        source=_source(offer),
    )


def _priced(scenario: Scenario, workload: Workload, option: Option) -> Choice:
    return Choice(option, 0.0, model_cost_per_accepted_image(scenario, workload, option.offer.model_id))


def _source(offer: Offer) -> str:
    if offer.profile is not None:
        return offer.profile.evidence.source.citation
    return "" if offer.api is None else offer.api.price_per_image.source


def _unoffered(rejection: Rejection, language: Language) -> Seen:
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
        components={},
        fid=None,
        carbon_kg_per_accepted_image=None,
        reason="; ".join(failure_name(each, language) for each in rejection.failures),
        detail=failure_sentence(rejection.first, language),
        source="",
    )
