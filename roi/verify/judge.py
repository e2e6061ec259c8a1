"""The whole review: the claim against the raw documents."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from roi.verify.carbon import bought_kg, disclosed, electricity_kg, energy_kwh, made_kg
from roi.verify.case import Case
from roi.verify.claim import Claim, ClaimedChoice, ClaimedFleet
from roi.verify.doing import Asked, Doing, Units
from roi.verify.figures import FloatArray, Part
from roi.verify.gates import PAIR_GATES, failed_pair, late, seldom
from roi.verify.keeping import Broken, beyond_limits, too_few, unserved
from roi.verify.money import cash, every_fallback, steering, value_today
from roi.verify.moving import cheaper
from roi.verify.requests import Requests, joined, requests
from roi.verify.review import DRAWN, Check, Review
from roi.verify.runs import runs
from roi.verify.supplies import SECONDS

SAME = 1e-9
"""Fraction within which two sums are one."""
DIGITS = 1e-14
"""Of 1 - delivered: a fallback that hardly ever comes is the little that a double leaves of it."""
GATES = (*PAIR_GATES, "latency", "delivery", "attempts")
SUMS = ("demand", "capacity", "units", "limits", "pictures", "energy", "carbon", "money", "value", "cheaper")
"""What is judged of a plan whose futures are not drawn."""
MIXTURES = "mixtures"


def review(scenario: Part, profiles: Sequence[Part], claim: Claim) -> Review:
    """Judges the claim anew.

    Parameters
    ----------
    scenario
        The document: what its file says, or the same with what the file leaves out.
    profiles
        Their documents.

    Raises
    ------
    KeyError
        When the document lacks a part that it must have, or names a currency without a rate.
    """
    asked = Asked(Case(scenario), runs(profiles))
    unknown = tuple(_unknown(asked, claim))
    if unknown:
        return Review((Check("names", False, "; ".join(unknown)),), (MIXTURES,))
    found = list(_failed_gates(asked, claim))
    checks = [_check(name, found) for name in GATES]
    if asked.case.draws:
        return Review(tuple(checks), (DRAWN, *SUMS))
    doing = doing_of(asked, claim)
    return Review((*checks, *_sums(doing, claim)), (MIXTURES,))


def doing_of(asked: Asked, claim: Claim) -> Doing:
    """The claimed plan."""
    case = asked.case
    works = {work.name: place for place, work in enumerate(case.works)}
    supplies = {supply.name: place for place, supply in enumerate(case.supplies)}
    return Doing(
        asked,
        np.array([works[each.workload] for each in claim.choices], dtype=np.int64),
        np.array([supplies[each.supply] for each in claim.choices], dtype=np.int64),
        joined([_requests_of(asked, each) for each in claim.choices]),
        np.array([each.requests for each in claim.choices]).reshape(-1, case.years, len(case.block_h)),
        {supplies[each.supply]: _units_of(each) for each in claim.fleets},
    )


def _units_of(fleet: ClaimedFleet) -> Units:
    return Units(
        *(np.asarray(each) for each in (fleet.bought, fleet.units, fleet.on, fleet.hours, fleet.powered))
    )


def _requests_of(asked: Asked, choice: ClaimedChoice) -> Requests:
    """What a request of a choice takes."""
    work = next(each for each in asked.case.works if each.name == choice.workload)
    supply = next(each for each in asked.case.supplies if each.name == choice.supply)
    place = _run_place(asked, choice)
    found = requests(asked.case, work, supply, asked.runs, [place], [choice.images], choice.attempts_max)
    return found.picked(np.array([choice.attempts_max - 1]))


def _run_place(asked: Asked, choice: ClaimedChoice) -> int:
    return next((place for place, run in enumerate(asked.runs) if run.id == choice.profile), -1)


def _unknown(asked: Asked, claim: Claim) -> Iterator[str]:
    """Names of the claim that the documents do not have, and choices that cannot be."""
    works = {work.name for work in asked.case.works}
    supplies = {supply.name: supply for supply in asked.case.supplies}
    known = {run.id: run for run in asked.runs}
    for each in claim.choices:
        supply, run = supplies.get(each.supply), known.get(each.profile)
        sold = supply is not None and supply.kind == "api" and each.profile == f"api:{each.supply}"
        priced = run is not None and run.priced
        if each.workload not in works or supply is None or not (sold or (priced and supply.kind != "api")):
            yield f"{each.workload}: {each.profile} on {each.supply}"
    yield from (f"units of {each.supply}" for each in claim.fleets if each.supply not in supplies)
    if not claim.choices:
        yield "no choice at all"


def _failed_gates(asked: Asked, claim: Claim) -> Iterator[Broken]:
    case = asked.case
    for choice in claim.choices:
        work = next(each for each in case.works if each.name == choice.workload)
        supply = next(each for each in case.supplies if each.name == choice.supply)
        place, each = _run_place(asked, choice), _requests_of(asked, choice)
        run = None if place < 0 else asked.runs[place]
        where = f"{choice.workload}: {choice.profile} on {choice.supply}"
        yield from ((name, where) for name in failed_pair(case, work, supply, run))
        if run is not None and not work.waits and run.batch > choice.images:
            yield "batch", where
        if late(work, each, doubtful=False)[0]:
            yield "latency", where
        if seldom(work, each, doubtful=False)[0]:
            yield "delivery", where
        if choice.images not in work.images or not 1 <= choice.attempts_max <= work.attempts_max:
            yield "attempts", where


def _sums(doing: Doing, claim: Claim) -> Iterator[Check]:
    money = cash(doing)
    found = [*unserved(doing), *too_few(doing), *beyond_limits(doing, money)]
    yield from (_check(name, found) for name in ("demand", "capacity", "units", "limits"))
    yield _check("pictures", _pictures(doing, claim))
    yield _check("energy", _energy(doing, claim))
    yield _check("carbon", _carbon(doing, claim))
    yield _check("money", _money(doing, money, claim))
    yield _check("value", _value(doing, value_today(doing.case, money), claim))
    cost = steering(doing, money)
    allowed = cost - max(claim.gap, SAME) * abs(cost)
    yield _check(
        "cheaper",
        (("cheaper", f"{words}: {less:.10g} below {cost:.10g}") for less, words in cheaper(doing, allowed)),
    )


def _pictures(doing: Doing, claim: Claim) -> Iterator[Broken]:
    for place, choice in enumerate(claim.choices):
        mine = doing.yearly[place] * doing.pictures[place]
        yield from _rows(f"{choice.workload} on {choice.supply}", choice.accepted, mine)
    yield from _rows("hours of people", claim.review_hours, doing.each.look_s @ doing.yearly / SECONDS)


def _energy(doing: Doing, claim: Claim) -> Iterator[Broken]:
    counted = energy_kwh(doing)
    for place, supply in enumerate(doing.case.supplies):
        claimed = claim.energy.get(supply.name)
        yield from _rows(f"{supply.name} kWh", None if claimed is None else claimed.kwh, counted[place])


def _carbon(doing: Doing, claim: Claim) -> Iterator[Broken]:
    located, contracted = electricity_kg(doing, market=False), electricity_kg(doing, market=True)
    made = made_kg(doing)
    for place, supply in enumerate(doing.case.supplies):
        claimed = claim.energy.get(supply.name)
        market = None if claimed is None else claimed.market_kg
        unsaid = bool(np.any(np.isnan(contracted[place])))
        if unsaid != (claimed is not None and market is None):
            yield "", f"{supply.name}: market-based emissions are stated, or not, against the documents"
        if not unsaid:
            yield from _rows(f"{supply.name} market-based kg", market, contracted[place])
        yield from _rows(
            f"{supply.name} location-based kg",
            None if claimed is None else claimed.location_kg,
            located[place],
        )
        yield from _rows(
            f"{supply.name} kg of making", None if claimed is None else claimed.made_kg, made[place]
        )
    yield from _rows("kg of what is bought", claim.bought_kg, bought_kg(doing))
    if disclosed(doing) != claim.carbon_disclosed:
        yield "", "whether all emissions are disclosed"


def _money(doing: Doing, money: dict[str, FloatArray], claim: Claim) -> Iterator[Broken]:
    none = np.zeros(len(next(iter(money.values()))))
    for component in sorted({*money, *claim.money}):
        rounding = DIGITS * every_fallback(doing) if component == "fallback" else 0.0
        yield from _rows(component, claim.money.get(component), money.get(component, none), rounding)


def _value(doing: Doing, today: float, claim: Claim) -> Iterator[Broken]:
    delivered = (doing.pictures @ doing.yearly) @ doing.case.spread
    yield from _apart("value today", claim.tco, today)
    yield from _apart("cost of a picture", claim.cost_per_accepted_image, today / float(delivered))


def _rows(
    what: str, claimed: Sequence[float] | None, counted: FloatArray, rounding: float = 0.0
) -> Iterator[Broken]:
    """Says so where the sums of some year are not the same; what is not claimed is claimed to be nothing.

    `rounding` is what a double cannot tell of them.
    """
    claimed = (0.0,) * len(counted) if claimed is None else claimed
    size = max(float(np.abs(counted).sum()), rounding / SAME)
    for year, (one, other) in enumerate(zip(claimed, counted.tolist(), strict=True)):
        yield from _apart(f"{what} of year {year + 1}", one, other, size)


def _apart(what: str, claimed: float, counted: float, size: float = 0.0) -> Iterator[Broken]:
    """Says so where two sums are not the same."""
    if not abs(claimed - counted) <= SAME * max(abs(counted), size, 1e-300):
        yield "", f"{what}: {claimed:.12g} claimed, {counted:.12g} counted"


def _check(name: str, found: Iterable[Broken]) -> Check:
    """Passed where nothing of that name is broken."""
    mine = [words for broken, words in found if broken in (name, "")]
    return Check(name, not mine, "; ".join(dict.fromkeys(mine)))
