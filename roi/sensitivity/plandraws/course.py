"""One course of action in every draw: what its requests need, and its money by year and by when it is paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.cost import delivered_per_request, request_streams
from roi.fleet.evaluation.quantities import power_counts
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.attempt import fallback_cost
from roi.options.price import Option
from roi.planning import horizon
from roi.planning.cash_flow import Spending
from roi.planning.same_plan import kept_hours, least_hours, paid_hours, powered_units, swap_h
from roi.planning.supply_cash import opening, owed, purchase, residuals, running_cash, waiting_kwh
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.baseline import ExternalBaseline
from roi.scenario.workload import Workload
from roi.sensitivity.montecarlo.attempts import attempts_on, outcomes
from roi.sensitivity.montecarlo.cells import measured
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.setting import Setting
from roi.units import MONTHS_PER_YEAR, SECONDS_PER_HOUR


@dataclass(frozen=True, eq=False)
class Work:
    """One row of a plan in every draw."""

    supply: int
    """Position in the scenario."""
    requests: FloatArray
    """[D x Y x B]"""
    board_s: FloatArray
    """Of a request [s, D]."""
    energy_kwh: FloatArray
    """Of a request, at the facility's meter [kWh, D]."""
    review: FloatArray
    """People who look, by year [money, D x Y]."""
    cash: FloatArray
    """All other money that goes with requests but electricity, by year [money, D x Y]."""
    accepted: FloatArray
    """Accepted images, fallbacks included [D x Y]."""


def work_of(setting: Setting, plan: FleetPlan, row: int, option: Option, *, today: bool) -> Work:
    """The row of that number among the plan's; `today` takes the baseline's own acceptance where it has one."""
    drawn, scenario = setting.drawn, setting.drawn.scenario
    workload = next(each for each in scenario.workloads if each.name == option.workload)
    where = [each.name for each in scenario.supplies].index(option.offer.supply)
    attempts, deliver = _outcome(drawn, workload, option, today=today)
    requests = _requests(drawn, workload, plan.requests[row, 0], option, deliver)
    by_year = requests.sum(axis=2)
    made = measured(workload, [(option.offer, option.attempt.images)])
    one = attempts_on(drawn, workload, made, setting.supplies[where])
    fallback = fallback_cost(drawn, workload)
    costs = request_streams({name: cost[0] for name, cost in one.costs.items()}, attempts, deliver, fallback)
    cash = {name: by_year * cost[:, None] * setting.change(name) for name, cost in costs.items()}
    return Work(
        supply=where,
        requests=requests,
        board_s=one.board_s[0] * attempts,
        energy_kwh=one.energy_kwh[0] * attempts,
        review=cash.pop("review"),
        cash=sum(cash.values(), start=np.zeros_like(by_year)),
        accepted=by_year * delivered_per_request(deliver, fallback is not None)[:, None],
    )


def _outcome(
    drawn: Drawn, workload: Workload, option: Option, *, today: bool
) -> tuple[FloatArray, FloatArray]:
    """Expected attempts and deliver probability [D each]."""
    own = getattr(workload.baseline, "acceptance", None) if today else None
    given = own if isinstance(own, AcceptanceInput) else workload.acceptance_of(option.offer.model_id)
    images, attempts_max = option.attempt.images, option.attempts_max
    made = outcomes(drawn, given, [images], attempts_max)[images]
    return made.attempts[-1], made.deliver[-1]


def _requests(
    drawn: Drawn,
    workload: Workload,
    before: FloatArray,
    option: Option,
    deliver: FloatArray,
) -> FloatArray:
    """The plan's requests in the proportion of the demand's change [D x Y x B]."""
    years = before.shape[0]
    volume = drawn.figure(workload.images_per_month)[:, None] / workload.images_per_month.value
    then, now = (
        drawn.growth(workload.growth_per_year, years),
        horizon.growth(workload.growth_per_year, years),
    )
    scale = volume * then / now
    if workload.fallback_cost is None:
        scale = scale * (option.outcome.deliver_probability / deliver)[:, None]
    return np.asarray(scale[:, :, None] * before)


@dataclass(frozen=True, eq=False)
class SupplyCash:
    """Money of one supply [money, D x Y each]."""

    running: FloatArray
    """Electricity of requests, and what goes with no request."""
    start: FloatArray
    """At the beginning of each year: purchases apart."""
    purchase: FloatArray
    end: FloatArray
    """At the end of each year; a residual is negative, what is owed after the horizon stands in the last."""
    powered: FloatArray
    """Units powered at some time in each block [D x Y x B]."""


def supply_cash(
    setting: Setting, problem: FleetProgramme, plan: FleetPlan, place: int, work: list[Work]
) -> SupplyCash:
    """The supply of that position in the programme; `work` is what its boards do."""
    names = [each.name for each in setting.drawn.scenario.supplies]
    supply = setting.supplies[names.index(problem.supplies[place].name)]
    size, blocks, dates = setting.drawn.size, problem.block_hours, setting.dates
    busy_h, kwh = (np.zeros((size, dates.years, len(blocks))) for _ in range(2))
    for each in work:
        busy_h += each.requests * each.board_s[:, None, None] / SECONDS_PER_HOUR
        kwh += each.requests * each.energy_kwh[:, None, None]
    work_h = busy_h + swap_h(problem, plan)[place, :, None]
    hours = least_hours(supply, work_h, plan.on[place, 0], blocks) + kept_hours(problem, plan)[place, 0]
    hours = paid_hours(supply, hours, plan.units[place], blocks)
    running = (supply.electricity_price * kwh).sum(axis=2)
    for cash in running_cash(supply, plan, place, hours, waiting_kwh(supply, hours, busy_h)).values():
        running = running + cash
    end = owed(supply, plan, place, dates.start_factor, dates.later_factor)
    for last, fetched in residuals(supply, plan, place):
        end[np.arange(size), last] += fetched
    return SupplyCash(
        running,
        opening(supply, plan, place),
        purchase(supply, plan, place),
        end,
        powered_units(supply, plan.powered[place, 0], hours, plan.units[place], blocks),
    )


@dataclass(frozen=True, eq=False)
class Course(Spending):
    """Money of a course of action, and what it delivers."""

    accepted: FloatArray
    """Accepted images, fallbacks included [D x Y]."""


def course(
    setting: Setting, problem: FleetProgramme, plan: FleetPlan, options: Sequence[Option], *, today: bool
) -> Course:
    """A plan of the fleet programme, kept; `options` stand behind its rows. `today`: it is what serves today."""
    work = [work_of(setting, plan, number, option, today=today) for number, option in enumerate(options)]
    nothing = np.zeros((setting.drawn.size, setting.dates.years))
    names = [each.name for each in setting.drawn.scenario.supplies]
    supplies = {
        supply.name: supply_cash(
            setting, problem, plan, place, [each for each in work if names[each.supply] == supply.name]
        )
        for place, supply in enumerate(problem.supplies)
    }
    kept, taken = _models(setting, problem, plan)
    found = list(supplies.values())
    return Course(
        running=sum((each.running for each in found), start=nothing)
        + sum((each.cash for each in work), start=nothing)
        + kept
        + _demand_charge(setting, problem, supplies),
        review=sum((each.review for each in work), start=nothing),
        start=sum((each.start for each in found), start=nothing) + taken,
        purchases={name: each.purchase for name, each in supplies.items() if each.purchase.any()},
        end=sum((each.end for each in found), start=nothing),
        accepted=sum((each.accepted for each in work), start=nothing),
    )


def _models(setting: Setting, problem: FleetProgramme, plan: FleetPlan) -> tuple[FloatArray, FloatArray]:
    """Upkeep of models, and their taking up [money, D x Y]."""
    kept, taken = (np.zeros((setting.drawn.size, setting.dates.years)) for _ in range(2))
    for place, model in enumerate(problem.model_names):
        kept += setting.upkeep(model) * plan.kept[place]
        taken += setting.taking_up(model)[:, None] * plan.taken[place]
    return kept, taken


def _demand_charge(
    setting: Setting, problem: FleetProgramme, supplies: Mapping[str, SupplyCash]
) -> FloatArray:
    """Charge for the year's highest power of the site's own servers [money, D x Y]."""
    size, years = setting.drawn.size, setting.dates.years
    max_kw = {each.name: each.max_kw_per_unit for each in setting.supplies}
    kw = np.zeros((size, years, len(problem.block_hours)))
    for place in np.flatnonzero(power_counts(problem)):
        name = problem.supplies[place].name
        kw = kw + max_kw[name][:, None, None] * supplies[name].powered
    return np.asarray(setting.demand_charge * kw.max(axis=2))


def bought_outside(drawn: Drawn, workload: Workload, years: int) -> Course:
    """Pictures that people make or sell today: as many as are needed, each usable."""
    baseline, change = workload.baseline, drawn.scenario.finance.escalation
    if not isinstance(baseline, ExternalBaseline):
        raise ValueError(f"workload {workload.name!r} is not served from outside today")
    volume = drawn.figure(workload.images_per_month)[:, None] * MONTHS_PER_YEAR
    images = volume * drawn.growth(workload.growth_per_year, years)
    hours = drawn.figure(baseline.seconds_per_image)[:, None] / SECONDS_PER_HOUR
    nothing = np.zeros((drawn.size, years))
    return Course(
        running=images * drawn.price(baseline.cost_per_image, change.fallback, years),
        review=images * hours * drawn.price(drawn.scenario.labour.wage_per_h, change.wage, years),
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
