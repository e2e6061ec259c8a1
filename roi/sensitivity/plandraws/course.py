"""One course of action in every draw: its money by year and by when it is paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from roi.fleet.evaluation.units import power_counts
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.price import Option
from roi.scenario import effective
from roi.scenario.baseline import ExternalBaseline
from roi.scenario.models import canonical_model
from roi.scenario.supply import Own
from roi.scenario.workload import Workload
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.plandraws.supplies import SupplyCash, supply_cash
from roi.sensitivity.plandraws.work import pue, work_of
from roi.sensitivity.plandraws.yearly import escalation, growth, yearly
from roi.units import MONTHS_PER_YEAR, SECONDS_PER_HOUR

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Course:
    """Money of a course of action; costs positive, a residual negative [money, D x Y each]."""

    running: FloatArray
    """Over the year, people who look apart."""
    review: FloatArray
    """People who look."""
    start: FloatArray
    """At the beginning of each year, purchases apart."""
    purchases: Mapping[str, FloatArray]
    """At the beginning of each year, by supply."""
    end: FloatArray
    """At the end of each year."""
    accepted: FloatArray
    """Accepted images, fallbacks included."""


def course(
    drawn: Drawn,
    problem: FleetProgramme,
    plan: FleetPlan,
    options: Sequence[Option],
    idle_power_w: Mapping[str, float],
    *,
    today: bool,
) -> Course:
    """A plan of the fleet programme, kept; `options` stand behind its rows. `today`: nothing is taken up anew."""
    work = [work_of(drawn, plan, number, option, today=today) for number, option in enumerate(options)]
    shape = (drawn.size, len(problem.year_factor))
    names = [each.name for each in drawn.scenario.supplies]
    supplies = {
        supply.name: supply_cash(
            drawn,
            problem,
            plan,
            place,
            [each for each in work if names[each.supply] == supply.name],
            idle_power_w.get(supply.name),
            opened=problem.supplies[place].opening_cost > 0,
        )
        for place, supply in enumerate(problem.supplies)
    }
    kept, taken = _models(drawn, problem, plan, shape[1])
    found = list(supplies.values())
    nothing = np.zeros(shape)
    return Course(
        running=sum((each.running for each in found), start=nothing)
        + sum((each.cash for each in work), start=nothing)
        + kept
        + _demand_charge(drawn, problem, supplies, shape[1]),
        review=sum((each.review for each in work), start=nothing),
        start=sum((each.start for each in found), start=nothing) + taken,
        purchases={name: each.purchase for name, each in supplies.items() if each.purchase.any()},
        end=sum((each.end for each in found), start=nothing),
        accepted=sum((each.accepted for each in work), start=nothing),
    )


def _models(
    drawn: Drawn, problem: FleetProgramme, plan: FleetPlan, years: int
) -> tuple[FloatArray, FloatArray]:
    """Upkeep of models, and their taking up [money, D x Y]."""
    scenario = drawn.scenario
    kept, taken = np.zeros((drawn.size, years)), np.zeros((drawn.size, years))
    for place, model in enumerate(problem.model_names):
        cost = scenario.cost_of_model(model)
        if cost is None:
            continue
        key = canonical_model(model)
        where = f"model_cost_by_model.{key}" if key in scenario.model_cost_by_model else "model_cost"
        upkeep = yearly(drawn, drawn.amount(f"{where}.upkeep_per_year", cost.upkeep_per_year))
        kept += upkeep * escalation(drawn, "upkeep", years) * plan.kept[place]
        if problem.model_migration[place] > 0:
            taken += yearly(drawn, drawn.amount(f"{where}.migration", cost.migration)) * plan.taken[place]
    return kept, taken


def _demand_charge(
    drawn: Drawn, problem: FleetProgramme, supplies: Mapping[str, SupplyCash], years: int
) -> FloatArray:
    """Charge for the year's highest power of the site's own servers [money, D x Y]."""
    charge = drawn.scenario.site.demand_charge_per_kw_month
    if charge is None:
        return np.zeros((drawn.size, years))
    kw = sum(
        (
            _max_kw(drawn, problem.supplies[place].name)[:, None, None]
            * supplies[problem.supplies[place].name].powered
            for place in np.flatnonzero(power_counts(problem))
        ),
        start=np.zeros((drawn.size, years, len(problem.block_hours))),
    )
    price = drawn.amount("site.demand_charge_per_kw_month", charge) * MONTHS_PER_YEAR
    return np.asarray(yearly(drawn, price) * escalation(drawn, "electricity", years) * kw.max(axis=2))


def _max_kw(drawn: Drawn, name: str) -> FloatArray:
    """Facility power of a server at full load [kW, D]."""
    index = [each.name for each in drawn.scenario.supplies].index(name)
    supply, where = drawn.scenario.supplies[index], f"supplies[{index}]"
    if not isinstance(supply, Own):
        return np.zeros(drawn.size)
    if supply.max_power_kw is not None:
        unit_kw = drawn.figure(f"{where}.max_power_kw", supply.max_power_kw)
    else:
        host = effective.host_power_w_per_gpu(supply)
        moved_w = drawn.figure(f"{where}.host_power_w_per_gpu", host) - host.value
        unit_kw = effective.max_power_kw(supply) + supply.gpu_count * moved_w / 1000.0
    return drawn.column(unit_kw * pue(drawn, supply, where))


def bought_outside(drawn: Drawn, index: int, workload: Workload, years: int) -> Course:
    """Pictures that people make or sell today: as many as are needed, each usable."""
    baseline, place = workload.baseline, f"workloads[{index}]"
    if not isinstance(baseline, ExternalBaseline):
        raise ValueError(f"workload {workload.name!r} is not served from outside today")
    volume = drawn.figure(f"{place}.images_per_month", workload.images_per_month) * MONTHS_PER_YEAR
    images = yearly(drawn, volume) * growth(
        drawn, f"{place}.growth_per_year", workload.growth_per_year, years
    )
    price = drawn.amount(f"{place}.baseline.cost_per_image", baseline.cost_per_image)
    seconds = drawn.figure(f"{place}.baseline.seconds_per_image", baseline.seconds_per_image)
    wage = drawn.amount("labour.wage_per_h", drawn.scenario.labour.wage_per_h) / SECONDS_PER_HOUR
    nothing = np.zeros((drawn.size, years))
    return Course(
        running=images * yearly(drawn, price) * escalation(drawn, "fallback", years),
        review=images * yearly(drawn, wage * seconds) * escalation(drawn, "wage", years),
        start=nothing,
        purchases={},
        end=nothing,
        accepted=images,
    )


def together(courses: Sequence[Course]) -> Course:
    """Several courses of action at once."""
    first = courses[0]
    names = sorted({name for each in courses for name in each.purchases})
    nothing = np.zeros_like(first.running)
    return Course(
        running=sum((each.running for each in courses), start=nothing),
        review=sum((each.review for each in courses), start=nothing),
        start=sum((each.start for each in courses), start=nothing),
        purchases={
            name: sum((each.purchases[name] for each in courses if name in each.purchases), start=nothing)
            for name in names
        },
        end=sum((each.end for each in courses), start=nothing),
        accepted=sum((each.accepted for each in courses), start=nothing),
    )
