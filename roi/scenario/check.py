"""Which figures of a scenario should not be trusted as they stand: placeholders, old ones, weak sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from bench.boards import board
from bench.profile import Profile
from roi.figure import USER_SOURCE, Figure
from roi.scenario.document import Scenario
from roi.scenario.effective import effective_figures, is_users_own, rate_figures
from roi.scenario.faults import LeftOut
from roi.scenario.plausible import unusual
from roi.scenario.references import reference_faults
from roi.scenario.served import unserved_supplies
from roi.scenario.supply import Api, nearest_boards
from roi.scenario.written import spell
from roi.texts.messages import Bundled, Message

__all__ = ["Remark", "effective_figures", "remarks"]

STALE_AFTER_DAYS = 365
"""Old prices mislead: eight H100 at AWS cost 98.32 USD/h in November 2023 and 55.04 in the catalogue cited here."""

STALE_RATE_AFTER_DAYS = 31
"""Judgement: a proposal should carry a rate of its own month."""

YEARS_AHEAD_MAX = 1
"""A budget of next year is in next year's prices."""

Kind = Literal[
    "placeholder",
    "unknown_board",
    "unserved",
    "unknown_reference",
    "no_row",
    "unusual",
    "future",
    "stale",
    "undated",
    "low_confidence",
]
_ORDER: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Remark:
    """One reason why a figure should be looked at before anybody relies on it."""

    place: str
    """Where the figure stands, or is filled in; several places are parted by commas."""
    kind: Kind
    value: float
    """The figure; of a board or of missing rows, how many."""
    unit: str
    """The figure's unit; of a board, its name."""
    source: str
    as_of: date | None
    what_to_do: Message


def remarks(
    scenario: Scenario, today: date, profiles: Sequence[Profile], left_out: Sequence[LeftOut] = ()
) -> tuple[Remark, ...]:
    """Everything to look at, placeholders first, then what is unknown, unusual, old, undated or weakly sourced.

    left_out: What has no row in the workbook that holds the scenario.
    """
    found = [
        Remark(place, kind, figure.value, unit, figure.source, figure.as_of, advice)
        for place, figure, unit in effective_figures(scenario)
        for kind, advice in _reasons(place, figure, today)
    ]
    found += [*_unknown_boards(scenario), *_unserved(scenario, profiles)]
    found += [*_unknown_references(scenario, profiles), *_no_row(left_out)]
    found += [*_unusual(scenario), *_future(scenario, today)]
    return tuple(sorted(_one_per_source(found), key=lambda remark: _ORDER.index(remark.kind)))


def _unknown_boards(scenario: Scenario) -> Iterator[Remark]:
    """A board of the user's own is right, a misspelt one meets no profile: the user can tell."""
    named = [
        (f"supplies[{index}].board", supply.gpu_count, supply.board)
        for index, supply in enumerate(scenario.supplies)
        if not isinstance(supply, Api)
    ]
    named += [(f"limits.boards[{index}]", 1, name) for index, name in enumerate(scenario.limits.boards)]
    for place, count, name in named:
        if board(name) is None:
            advice = Message("remark.unknown_board", near=nearest_boards(name))
            yield Remark(place, "unknown_board", count, name, USER_SOURCE, None, advice)


def _unserved(scenario: Scenario, profiles: Sequence[Profile]) -> Iterator[Remark]:
    for machine in unserved_supplies(scenario, profiles):
        if board(machine.board) is None:
            continue  # its name is in doubt first
        advice = Message("remark.unserved", command=machine.way_out)
        yield Remark(machine.place, "unserved", 1, machine.board, USER_SOURCE, None, advice)


def _unknown_references(scenario: Scenario, profiles: Sequence[Profile]) -> Iterator[Remark]:
    for index, workload in enumerate(scenario.workloads):
        for field, wanted, fault in reference_faults(workload, profiles):
            place = f"workloads[{index}].quality.{field}"
            yield Remark(place, "unknown_reference", 1, wanted, USER_SOURCE, None, fault)


def _no_row(left_out: Sequence[LeftOut]) -> Iterator[Remark]:
    for each in left_out:
        counted = (
            Message("remark.counts", counted=each.counted) if each.counted else Message("remark.left_out")
        )
        advice = Message("remark.no_row", counted=counted)
        yield Remark(each.place, "no_row", each.rows, "row", USER_SOURCE, None, advice)


def _unusual(scenario: Scenario) -> Iterator[Remark]:
    for each in unusual(scenario):
        advice = each.advice()
        yield Remark(spell(each.steps), "unusual", each.value, each.unit, USER_SOURCE, None, advice)


def _future(scenario: Scenario, today: date) -> Iterator[Remark]:
    """Days that have not come: of figures, of every exchange rate, and the year of the prices."""
    dated = [(place, figure, unit) for place, figure, unit in effective_figures(scenario)]
    seen = {place for place, _, _ in dated}
    dated += [each for each in rate_figures(scenario) if each[0] not in seen]
    for place, figure, unit in dated:
        if figure.as_of is not None and figure.as_of > today:
            advice = Message("remark.future_day", day=figure.as_of.isoformat())
            yield Remark(place, "future", figure.value, unit, figure.source, figure.as_of, advice)
    if scenario.price_year > today.year + YEARS_AHEAD_MAX:
        advice = Message("remark.future_year", year=scenario.price_year)
        yield Remark("price_year", "future", scenario.price_year, "", USER_SOURCE, None, advice)


def _one_per_source(found: list[Remark]) -> list[Remark]:
    """The same cited figure at several supplies is one thing to look at; placeholders are each to be replaced."""
    merged: dict[object, Remark] = {}
    for remark in found:
        field = remark.place.rsplit(".", 1)[-1]
        same = replace(remark, place=remark.place if remark.kind == "placeholder" else field)
        earlier = merged.get(same)
        merged[same] = replace(earlier, place=f"{earlier.place}, {remark.place}") if earlier else remark
    return list(merged.values())


def _reasons(place: str, figure: Figure, today: date) -> Iterator[tuple[Kind, Message]]:
    if figure.placeholder:
        yield (
            "placeholder",
            Bundled(figure.replace_with) if figure.replace_with else Message("remark.placeholder"),
        )
        return
    limit = STALE_RATE_AFTER_DAYS if place.startswith("exchange_rates.") else STALE_AFTER_DAYS
    if figure.as_of is not None and (today - figure.as_of).days > limit:
        yield (
            "stale",
            Message("remark.stale_grid" if "grid_intensity" in place else "remark.stale", days=limit),
        )
    if figure.as_of is None and not is_users_own(figure):
        yield "undated", Message("remark.undated")
    if figure.confidence == "low":
        yield "low_confidence", Message("remark.low_confidence")
