"""The whole review: the claim against the raw documents."""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from roi.verify.carbon import disclosed, energy_kwh, location_kg, market_kg
from roi.verify.case import Case
from roi.verify.claim import Claim, ClaimedChoice, ClaimedFleet
from roi.verify.doing import Asked, Doing, Units
from roi.verify.figures import FloatArray, Part
from roi.verify.gates import PAIR_GATES, failed_pair, late, seldom
from roi.verify.keeping import Broken, beyond_limits, too_few, unserved
from roi.verify.money import cash, steering, value_today
from roi.verify.moving import cheaper
from roi.verify.requests import Requests, joined, requests
from roi.verify.review import Check, Review
from roi.verify.runs import runs

SAME = 1e-9
"""Fraction within which two sums are one."""
GATES = (*PAIR_GATES, "latency", "delivery", "attempts")
SUMS = ("demand", "capacity", "units", "limits", "pictures", "energy", "carbon", "money", "value", "cheaper")
"""What is judged of a plan whose futures are not drawn."""
MIXTURES, DRAWN = "mixtures", "drawn_futures"


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
    yield _check("energy", _apart("kWh", claim.energy_kwh, float(energy_kwh(doing).sum())))
    yield _check("carbon", _carbon(doing, claim))
    yield _check("money", _money(money, claim))
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
        for claimed, counted in zip(choice.accepted, mine.tolist(), strict=True):
            for _, words in _apart(f"{choice.workload} on {choice.supply}", claimed, counted):
                yield "pictures", words


def _carbon(doing: Doing, claim: Claim) -> Iterator[Broken]:
    open_book = disclosed(doing)
    located, contracted = float(location_kg(doing).sum()), float(market_kg(doing).sum())
    pairs = (
        ("location-based", claim.carbon_kg, located if open_book else None),
        ("market-based", claim.market_kg, contracted if open_book and not math.isnan(contracted) else None),
    )
    for name, claimed, counted in pairs:
        if claimed is None or counted is None:
            if claimed is not counted:
                yield "carbon", f"{name}: {claimed} beside {counted}"
        else:
            yield from (("carbon", words) for _, words in _apart(f"{name} kg", claimed, counted))


def _money(money: dict[str, FloatArray], claim: Claim) -> Iterator[Broken]:
    none = (0.0,) * len(next(iter(money.values())))
    for component in sorted({*money, *claim.money}):
        mine, theirs = money.get(component, np.array(none)).tolist(), claim.money.get(component, none)
        size = math.fsum(abs(amount) for amount in mine)
        for year, (claimed, counted) in enumerate(zip(theirs, mine, strict=True)):
            for _, words in _apart(f"{component} of year {year + 1}", claimed, counted, size):
                yield "money", words


def _value(doing: Doing, today: float, claim: Claim) -> Iterator[Broken]:
    delivered = (doing.pictures @ doing.yearly) @ doing.case.spread
    yield from _apart("value today", claim.tco, today)
    yield from _apart("cost of a picture", claim.cost_per_accepted_image, today / float(delivered))


def _apart(what: str, claimed: float, counted: float, size: float = 0.0) -> Iterator[Broken]:
    """Says so where two sums are not the same."""
    if not abs(claimed - counted) <= SAME * max(abs(counted), size, 1e-300):
        yield "", f"{what}: {claimed:.12g} claimed, {counted:.12g} counted"


def _check(name: str, found: Iterable[Broken]) -> Check:
    """Passed where nothing of that name is broken."""
    mine = [words for broken, words in found if broken in (name, "")]
    return Check(name, not mine, "; ".join(dict.fromkeys(mine)))
