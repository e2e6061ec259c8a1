"""A plan as it is judged here: requests of each configuration, units of each supply."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from roi.verify import names
from roi.verify.case import Case, Work
from roi.verify.figures import FloatArray, IntArray, Part
from roi.verify.requests import Requests, idle_kw
from roi.verify.runs import Run
from roi.verify.supplies import SECONDS, Supply


@dataclass(frozen=True, eq=False)
class Asked:
    """The case, the runs that are known, and what follows for every supply."""

    case: Case
    runs: tuple[Run, ...]

    @cached_property
    def fitting(self) -> tuple[tuple[int, ...], ...]:
        """Runs on the board of each supply, by supply."""
        return tuple(
            tuple(
                place
                for place, run in enumerate(self.runs)
                if supply.board and names.same_board(run.board, supply.board)
            )
            for supply in self.case.supplies
        )

    @cached_property
    def idle_kw(self) -> tuple[float | None, ...]:
        """Facility power of a waiting board of each supply [kW]; None where nobody gives it."""
        return tuple(
            idle_kw(supply, self.runs, fitting)
            for supply, fitting in zip(self.case.supplies, self.fitting, strict=True)
        )

    @cached_property
    def models_today(self) -> frozenset[str]:
        """Models in operation, by the names that profiles and services give them."""
        return frozenset(self._model_today(each) for each in self.case.tried_today)

    def _model_today(self, baseline: Part) -> str:
        if baseline["kind"] == "profile":
            return next((run.model for run in self.runs if run.id == baseline["profile"]), "")
        sold = next((each for each in self.case.supplies if each.name == baseline["supply"]), None)
        return "" if sold is None else model_of(sold, None)


def model_of(supply: Supply, run: Run | None) -> str:
    """The model that is taken up: a profile's own name for it, or what the table calls an API's."""
    if run is not None:
        return run.model
    known = names.model(supply.model)
    return str(known["model_id"]) if known else supply.model


@dataclass(frozen=True, eq=False)
class Units:
    """Units of a supply."""

    bought: FloatArray
    """[Y]"""
    units: FloatArray
    """In service [Y]."""
    on: FloatArray
    """[Y x B]"""
    hours: FloatArray
    """[h, Y x B]"""
    powered: FloatArray
    """[Y x B]"""


@dataclass(frozen=True, eq=False)
class Doing:
    """Who makes how much where: rows [R] of configurations, requests of each, units by place of the supply."""

    asked: Asked
    work: IntArray
    """Place of each row's workload [R]."""
    supply: IntArray
    """Place of each row's supply [R]."""
    each: Requests
    """What a request of each row takes [R]."""
    made: FloatArray
    """Requests [R x Y x B]."""
    units: dict[int, Units] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """What is asked."""
        return self.asked.case

    def works(self) -> Sequence[Work]:
        """Workload of each row."""
        return [self.case.works[place] for place in self.work.tolist()]

    @cached_property
    def yearly(self) -> FloatArray:
        """Requests by year [R x Y]."""
        return np.asarray(self.made.sum(axis=2))

    @cached_property
    def pictures(self) -> FloatArray:
        """Pictures delivered for one request, a fallback included [R]."""
        without = np.array([work.fallback is None for work in self.works()], dtype=np.bool_)
        return np.where(without, self.each.deliver, 1.0)

    @cached_property
    def busy_h(self) -> FloatArray:
        """Board-hours at work by supply [h, S x Y x B]."""
        return self._by_supply(self.each.board_s / SECONDS)

    @cached_property
    def pressing_h(self) -> FloatArray:
        """Board-hours of a busiest month's pace that cannot wait, by supply [h, S x Y x B]."""
        pace = np.array([0.0 if work.waits else work.peak for work in self.works()])
        return self._by_supply(self.each.board_s / SECONDS * pace)

    @cached_property
    def paced_h(self) -> FloatArray:
        """Board-hours of a busiest month's pace, work that may wait at its own [h, S x Y x B]."""
        return self._by_supply(self.each.board_s / SECONDS * np.array([work.peak for work in self.works()]))

    @cached_property
    def models(self) -> tuple[str, ...]:
        """Model of each row."""
        found = []
        for place, run in zip(self.supply.tolist(), self.each.run.tolist(), strict=True):
            found.append(model_of(self.case.supplies[place], None if run < 0 else self.asked.runs[run]))
        return tuple(found)

    @cached_property
    def kept(self) -> dict[str, FloatArray]:
        """Models in operation: 1 in every year in which one is [Y]; where one choice serves alone, in all years."""
        found: dict[str, FloatArray] = {}
        for place, (model, work) in enumerate(zip(self.models, self.works(), strict=True)):
            used = self.yearly[place] > 0.0
            mine = used if work.mixed else np.full_like(used, used.any())
            found[model] = np.maximum(found.get(model, np.zeros(len(mine))), mine.astype(np.float64))
        return {model: years for model, years in found.items() if years.any()}

    def further_models(self, place: int) -> FloatArray:
        """Models beyond the first that a supply serves in each year [Y]."""
        served: dict[str, FloatArray] = {}
        for row in np.flatnonzero(self.supply == place).tolist():
            used = (self.yearly[row] > 0.0).astype(np.float64)
            served[self.models[row]] = np.maximum(served.get(self.models[row], 0.0), used)
        if not served:
            return np.zeros(self.case.years)
        return np.asarray(np.maximum(np.sum(list(served.values()), axis=0) - 1.0, 0.0))

    def idle_kwh(self, place: int) -> FloatArray:
        """Energy of boards that are powered and wait [kWh, Y x B]."""
        held = self.units.get(place)
        if held is None:
            return np.zeros(self.made.shape[1:])
        boards, idle = self.case.supplies[place].boards, self.asked.idle_kw[place]
        return np.asarray((np.nan if idle is None else idle) * (boards * held.hours - self.busy_h[place]))

    def alive(self, place: int) -> FloatArray:
        """Units that are there in each year, used or not [Y]."""
        held, supply = self.units.get(place), self.case.supplies[place]
        return alive(supply, held.bought) if held is not None else np.zeros(self.case.years)

    def used(self, place: int) -> bool:
        """Whether a supply serves anything or has units."""
        held = self.units.get(place)
        serves = bool(np.any(self.made[self.supply == place] > 0.0))
        return serves or (held is not None and bool(np.any(held.units > 0) or np.any(held.hours > 0)))

    def _by_supply(self, per_request: FloatArray) -> FloatArray:
        found = np.zeros((len(self.case.supplies), *self.made.shape[1:]))
        np.add.at(found, self.supply, per_request[:, None, None] * self.made)
        return found


def alive(supply: Supply, bought: FloatArray) -> FloatArray:
    """Units that are there: those from before and those bought and not at their end [.. x Y]."""
    years = bought.shape[-1]
    found = np.full(bought.shape, float(supply.there))
    for signed in range(years):
        found[..., signed : signed + supply.whole_life] += bought[..., signed : signed + 1]
    return found
