"""Electricity of a month: what was counted, and how much of the figure nobody counted.

The mean of metered attempts stands for the others. Waiting boards are what a meter read of them, and as planned for
the rest of the month's board time:

    kWh = read joules / 3.6e6 * plan's ratio of facility to board + (1 - share read) * planned kWh
    share read = seconds read / board time of the month, 1 at most

Board time is what the plan has boards switched on, in a month as long as this one; policies of before do not say
it, and for them it is the month for each board that was seen. A gap of the meter, a minute that nobody brought in
and time that is still to come are alike: nobody counted them, so that they are as planned, and said.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from roi.operate.approved import Approved
from roi.operate.counted import Boards, Counted, Happened
from roi.policy.monthly_plan import PlannedSupply, PlannedUse
from roi.units import HOURS_PER_YEAR, JOULES_PER_KWH, MONTHS_PER_YEAR, SECONDS_PER_HOUR

ROUNDING = 1e-9
"""Of a share: less is none."""


@dataclass(frozen=True)
class Energy:
    """Electricity of a use or a supply at the facility's meter [kWh]; actual is None where nobody counted it."""

    planned: float | None
    actual: float | None
    estimated: float = 0.0
    """Of the actual, what nobody counted [kWh]."""

    @property
    def counted_fraction(self) -> float:
        """Of the actual, what was counted [1]."""
        if not self.actual:
            return 0.0 if self.actual is None or self.estimated else 1.0
        return 1.0 - self.estimated / self.actual


@dataclass(frozen=True)
class Read:
    """The meter of a supply's boards, beside the month's board time."""

    idle_j: float
    seconds: float
    """That were read [s]."""
    gap_s: float
    board_s: float
    """Board time of the whole month [s]."""

    @property
    def share(self) -> float:
        """Of the month's board time, what was read [1]."""
        return self.seconds / self.board_s if self.seconds < self.board_s * (1.0 - ROUNDING) else 1.0


def busy_energy(use: PlannedUse, done: Counted) -> Energy:
    """Electricity of a use: the mean of the metered attempts stands for the others."""
    if not use.energy_kwh or not use.energy_j_per_attempt or not done.attempts_metered:
        return Energy(use.energy_kwh, None)
    planned_kwh_per_j = use.energy_kwh / (use.attempts * use.energy_j_per_attempt)
    joules = done.energy_j / done.attempts_metered * done.attempts
    estimated = joules * (1.0 - done.attempts_metered / done.attempts)
    return Energy(use.energy_kwh, joules * planned_kwh_per_j, estimated * planned_kwh_per_j)


def read_of(held: Approved, found: Happened, one: PlannedSupply) -> Read | None:
    """What was read of a supply's boards; None where nothing was, or the plan does not say what they draw."""
    boards = _boards_of(held, found, one)
    if boards is None or not boards.seconds or not one.idle_board_energy_kwh:
        return None
    return Read(boards.idle_j, boards.seconds, boards.gap_s, _board_s(held, found, one, boards))


def waiting_energy(held: Approved, found: Happened, one: PlannedSupply) -> Energy:
    """Electricity of a supply's waiting boards."""
    read = read_of(held, found, one)
    if read is None or not one.idle_board_energy_kwh:
        return Energy(one.idle_energy_kwh, None)
    counted = read.idle_j / JOULES_PER_KWH * one.idle_energy_kwh / one.idle_board_energy_kwh
    estimated = (1.0 - read.share) * one.idle_energy_kwh
    return Energy(one.idle_energy_kwh, counted + estimated, estimated)


def read_shares(held: Approved, found: Happened) -> Iterator[tuple[str, float]]:
    """Supplies of whose boards' time a part was read, and the share of the month's [1]."""
    for one in held.supplies(found.month):
        read = read_of(held, found, one)
        if read is not None and read.share < 1.0:
            yield one.supply or "", read.share


def metered_fraction(held: Approved, found: Happened, elapsed_fraction: float) -> float | None:
    """Of the time that boards of plan and ledger have been on, what a meter read [1]; None without a board."""
    seen = found.boards
    if not seen:
        return None
    planned = [
        (one, _boards_of(held, found, one)) for one in held.supplies(found.month) if one.idle_energy_kwh
    ]
    others = [each for each in seen.values() if all(each is not mine for _, mine in planned)]
    whole = [_board_s(held, found, one, boards) for one, boards in planned]
    whole += [each.boards * _month_s(held, found) for each in others]
    passed_s = math.fsum(whole) * elapsed_fraction
    return min(math.fsum(each.seconds for each in seen.values()) / passed_s, 1.0) if passed_s else None


def _boards_of(held: Approved, found: Happened, one: PlannedSupply) -> Boards | None:
    """The minutes of a supply's boards; those that name no supply are of the only one that has boards."""
    waiting = [each for each in held.supplies(found.month) if each.idle_energy_kwh]
    return found.boards.get(one.supply) or (found.boards.get(None) if len(waiting) == 1 else None)


def _board_s(held: Approved, found: Happened, one: PlannedSupply, boards: Boards | None) -> float:
    """Board time of the month [s]."""
    if one.board_hours is None:
        return 0.0 if boards is None else boards.boards * _month_s(held, found)
    mean_s = HOURS_PER_YEAR / MONTHS_PER_YEAR * SECONDS_PER_HOUR
    return one.board_hours * SECONDS_PER_HOUR * _month_s(held, found) / mean_s


def _month_s(held: Approved, found: Happened) -> float:
    begin, end = (datetime.fromisoformat(each) for each in found.month.bounds(held.zone))
    return (end - begin).total_seconds()
