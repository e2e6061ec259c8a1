"""The two courses of action that the calculation compares: the plan, and what happens today."""

from collections.abc import Iterator
from dataclasses import dataclass

from roi.arrays import FloatArray
from roi.errors import RoiError
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.price import Option
from roi.planning.answer import PlanDecision
from roi.planning.same_plan import kept_hours, shares_of_year
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.baseline import ApiBaseline, ExternalBaseline, ProfileBaseline
from roi.scenario.document import Scenario
from roi.scenario.supply import Api, Own, Rent
from roi.scenario.workload import Workload
from roi.texts.messages import Message

Owner = tuple[str, int]
"""Whose an amount is: `row`, `supply`, `model` or `site` of a side, and its number there."""


@dataclass(frozen=True, eq=False)
class Side:
    """One course of action as it was computed: what was decided in it is kept, all else is live."""

    name: str
    """`plan` or `today`."""
    whole: Scenario
    """The resolved scenario of all workloads."""
    programme: FleetProgramme
    plan: FleetPlan
    options: tuple[Option, ...]
    """The option of every row of the plan."""
    fractions: FloatArray
    """Share of a year's pictures of its workload that a row makes in a part of the year [1, R x Y x B]."""
    beyond: FloatArray
    """Unit-hours that the plan has beyond what its work needs [h, S x Y x B]."""

    @property
    def blocks(self) -> range:
        """Parts of the year."""
        return range(len(self.programme.block_names))

    def in_block(self, name: str, block: int) -> str:
        """A name with that of a part of the year, where there are several."""
        return f"{name} / {self.programme.block_names[block]}" if len(self.blocks) > 1 else name

    def supply_in(self, place: int, block: int) -> str:
        """Name of a supply in a part of the year."""
        return self.in_block(self.programme.supplies[place].name, block)

    def supply(self, place: int) -> Rent | Own | Api:
        """The supply of that number in the programme."""
        return self.supply_named(self.programme.supplies[place].name)

    def machine(self, place: int) -> Rent | Own:
        """The same where it stands in units or is paid by hours.

        Raises
        ------
        ValueError
            When it is a service.
        """
        supply = self.supply(place)
        if isinstance(supply, Api):
            raise ValueError(f"the service {supply.name!r} has no units and no hours")
        return supply

    def place(self, option: Option) -> int:
        """Number of an option's supply in the programme."""
        return next(n for n, each in enumerate(self.programme.supplies) if each.name == option.offer.supply)

    def supply_named(self, name: str) -> Rent | Own | Api:
        """A supply of the scenario."""
        return next(each for each in self.whole.supplies if each.name == name)

    def workload_named(self, name: str) -> Workload:
        """A workload of the scenario."""
        return next(each for each in self.whole.workloads if each.name == name)

    def acceptance(self, option: Option) -> AcceptanceInput:
        """The acceptance that holds for an option here."""
        workload = self.workload_named(option.workload)
        baseline = workload.baseline
        if (
            self.name == "today"
            and isinstance(baseline, ProfileBaseline | ApiBaseline)
            and baseline.acceptance
        ):
            return baseline.acceptance
        return workload.acceptance_of(option.offer.model_id)


def sides(decision: PlanDecision, scenario: Scenario) -> tuple[Side, Side | None]:
    """The plan, and today where a model or a service serves something.

    Raises
    ------
    RoiError
        When there is no plan.
    """
    problem, found = decision.programme, decision.plan
    if problem is None or found is None:
        raise RoiError(Message("planning.nothing_to_report"))
    mine = tuple(decision.options[row] for row in found.rows.tolist())
    plan = _side("plan", scenario, problem, found, mine)
    before, kept = decision.baseline_programme, decision.baseline_plan
    if before is None or kept is None:
        return plan, None
    theirs = tuple(decision.baseline_options[row] for row in kept.rows.tolist())
    return plan, _side("today", scenario, before, kept, theirs)


def _side(
    name: str,
    whole: Scenario,
    programme: FleetProgramme,
    plan: FleetPlan,
    options: tuple[Option, ...],
) -> Side:
    fractions = shares_of_year(programme, plan)[:, 0]
    beyond = kept_hours(programme, plan)[:, 0]
    return Side(name, whole, programme, plan, options, fractions, beyond)


def bought_outside(scenario: Scenario) -> Iterator[tuple[int, Workload, ExternalBaseline]]:
    """Workloads whose pictures people make or sell today."""
    for index, workload in enumerate(scenario.workloads):
        if isinstance(workload.baseline, ExternalBaseline):
            yield index, workload, workload.baseline
