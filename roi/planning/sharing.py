"""The part of a plan that some of its workloads carry: what all share is split by the work it does for each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.price import Option
from roi.planning.answer import PlanDecision
from roi.planning.entries import EnergyEntry, Entry, Ledger
from roi.planning.ledger import expected, ledger
from roi.planning.today import with_baseline
from roi.scenario.document import Scenario


def compared_part(decision: PlanDecision) -> Ledger | None:
    """Of the plan what is compared with today: workloads that state what serves them; None without a plan."""
    if decision.ledger is None or decision.programme is None or decision.plan is None:
        return None
    if not decision.without_baseline:
        return decision.ledger
    names = with_baseline(decision.scenario)
    return part_of(decision.scenario, decision.programme, decision.options, decision.plan, names)


def part_of(
    scenario: Scenario,
    programme: FleetProgramme,
    options: Sequence[Option],
    plan: FleetPlan,
    names: Collection[str],
) -> Ledger:
    """The ledger of these workloads of the plan; the whole ledger when they are all.

    A supply's shared costs are split by board time, or by requests where it has none, over all years; a model's
    by accepted images; the charge for power by the board time of all. Making booked in the year of purchase is not
    split: it stays whole.
    """
    whole = ledger(scenario, programme, options, plan)
    if set(names) >= set(programme.workload_names):
        return whole
    mine = np.array([options[row].workload in names for row in plan.rows.tolist()], dtype=np.bool_)
    alone = ledger(scenario, programme, options, _rows(plan, mine))
    shares = _Shares(programme, options, plan, mine)
    kept = [_part(entry, names, shares) for entry in whole.entries]
    used = [_part_of_energy(entry, names, shares) for entry in whole.energy]
    return replace(
        whole,
        entries=tuple(entry for entry in kept if entry.amount),
        energy=tuple(entry for entry in used if entry is not None),
        accepted_images=alone.accepted_images,
        review_hours=alone.review_hours,
    )


def _rows(plan: FleetPlan, mine: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> FleetPlan:
    return replace(plan, rows=plan.rows[mine], requests=plan.requests[mine])


@dataclass(frozen=True, eq=False)
class _Shares:
    """How much of what is shared some rows of a plan carry [1]."""

    programme: FleetProgramme
    options: Sequence[Option]
    plan: FleetPlan
    mine: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def of_supply(self, name: str) -> float:
        """Of a supply's hours."""
        here = [self.options[row].offer.supply == name for row in self.plan.rows.tolist()]
        board_s = self.programme.candidates.board_s[self.plan.rows]
        return self._of(here, board_s if board_s[here].any() else np.ones(len(here)))

    def of_model(self, name: str) -> float:
        """Of a model's accepted images."""
        here = [self.options[row].offer.model_id == name for row in self.plan.rows.tolist()]
        return self._of(here, np.array([self.options[row].delivered for row in self.plan.rows.tolist()]))

    def of_site(self) -> float:
        """Of the board time of all."""
        return self._of([True] * len(self.mine), self.programme.candidates.board_s[self.plan.rows])

    def _of(self, here: list[bool], weight: FloatArray) -> float:
        requests = expected(self.programme, self.plan.requests.sum(axis=(2, 3)).T)
        amounts = np.where(here, weight * requests, 0.0)
        return float(amounts[self.mine].sum() / amounts.sum()) if amounts.any() else 0.0


def _part(entry: Entry, names: Collection[str], shares: _Shares) -> Entry:
    if entry.workload is not None:
        return replace(entry, amount=entry.amount if entry.workload in names else 0.0)
    if entry.supply is not None:
        return replace(entry, amount=entry.amount * shares.of_supply(entry.supply))
    if entry.model is not None:
        return replace(entry, amount=entry.amount * shares.of_model(entry.model))
    return replace(entry, amount=entry.amount * shares.of_site())


def _part_of_energy(entry: EnergyEntry, names: Collection[str], shares: _Shares) -> EnergyEntry | None:
    if entry.workload is not None:
        return entry if entry.workload in names else None
    return entry.scaled(shares.of_supply(entry.supply))
