"""What the requests of a plan need and cost in every draw."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from roi import assumptions
from roi.fleet.problem import FleetPlan
from roi.footprint import host_j_per_image
from roi.options.price import Option
from roi.planning.supplies import is_by_use
from roi.scenario import effective
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.models import canonical_model
from roi.scenario.site import Site
from roi.scenario.supply import Api, Own, Rent
from roi.scenario.workload import Workload
from roi.sensitivity.montecarlo.cells import HOST_POWER_COUNTS
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.retries import outcomes
from roi.sensitivity.montecarlo.terms import recovery_factor
from roi.sensitivity.plandraws.yearly import escalation, growth, yearly
from roi.units import HOURS_PER_YEAR, JOULES_PER_KWH, SECONDS_PER_HOUR

FloatArray = npt.NDArray[np.float64]


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


def work_of(drawn: Drawn, plan: FleetPlan, row: int, option: Option, *, today: bool) -> Work:
    """The row of that number among the plan's; `today` takes the baseline's own acceptance where it has one."""
    scenario = drawn.scenario
    index = [each.name for each in scenario.workloads].index(option.workload)
    place, workload = f"workloads[{index}]", scenario.workloads[index]
    where = [each.name for each in scenario.supplies].index(option.offer.supply)
    supply, supply_place = scenario.supplies[where], f"supplies[{where}]"
    attempts, deliver = _outcome(drawn, place, workload, option, today=today)
    requests = _requests(drawn, place, workload, plan.requests[row, 0], option, deliver)
    by_year = requests.sum(axis=2)
    years = by_year.shape[1]
    work = attempts * _overhead(drawn, supply, supply_place)
    cash = _streams(drawn, option, supply, supply_place, years)
    spent = by_year * (cash * yearly(drawn, attempts))
    delivered = deliver
    if workload.fallback_cost is not None:
        each = (1.0 - deliver) * drawn.amount(f"{place}.fallback_cost", workload.fallback_cost)
        spent = spent + by_year * yearly(drawn, each) * escalation(drawn, "fallback", years)
        delivered = np.ones_like(deliver)
    look = yearly(drawn, attempts * _look(drawn, place, workload, option.attempt.images))
    return Work(
        supply=where,
        requests=requests,
        board_s=option.attempt.busy_s * work,
        energy_kwh=_energy_kwh(drawn, option, supply, supply_place) * work,
        review=by_year * look * escalation(drawn, "wage", years),
        cash=spent,
        accepted=by_year * delivered[:, None],
    )


def _outcome(
    drawn: Drawn, place: str, workload: Workload, option: Option, *, today: bool
) -> tuple[FloatArray, FloatArray]:
    """Expected attempts and deliver probability [D each]."""
    where, given = _acceptance(place, workload, option.offer.model_id, today=today)
    images, attempts_max = option.attempt.images, option.attempts_max
    made = outcomes(drawn, where, given, [images], attempts_max)[images]
    return made.attempts[-1], made.deliver[-1]


def _acceptance(place: str, workload: Workload, model_id: str, *, today: bool) -> tuple[str, AcceptanceInput]:
    own = getattr(workload.baseline, "acceptance", None) if today else None
    if isinstance(own, AcceptanceInput):
        return f"{place}.baseline.acceptance", own
    key = canonical_model(model_id)
    if key in workload.acceptance_by_model:
        return f"{place}.acceptance_by_model.{key}", workload.acceptance_by_model[key]
    return f"{place}.acceptance", workload.acceptance


def _requests(
    drawn: Drawn,
    place: str,
    workload: Workload,
    before: FloatArray,
    option: Option,
    deliver: FloatArray,
) -> FloatArray:
    """The plan's requests in the proportion of the demand's change [D x Y x B]."""
    years = before.shape[0]
    volume = drawn.figure(f"{place}.images_per_month", workload.images_per_month)
    then = growth(drawn, f"{place}.growth_per_year", workload.growth_per_year, years)
    plain = Drawn(drawn.scenario, {}, 1)
    now = growth(plain, f"{place}.growth_per_year", workload.growth_per_year, years)
    scale = yearly(drawn, volume / workload.images_per_month.value) * then / now
    if workload.fallback_cost is None:
        scale = scale * (option.outcome.deliver_probability / deliver)[:, None]
    return np.asarray(scale[:, :, None] * before)


def _overhead(drawn: Drawn, supply: Rent | Own | Api, place: str) -> FloatArray:
    """Work over work that counts [D or 0-d]."""
    if isinstance(supply, Rent) and supply.interruption_overhead_fraction is not None:
        name = f"{place}.interruption_overhead_fraction"
        return 1.0 + drawn.figure(name, supply.interruption_overhead_fraction)
    return np.ones(())


def _look(drawn: Drawn, place: str, workload: Workload, images: int) -> FloatArray:
    """Wages of one look [money, D or 0-d]."""
    review, where = workload.review, f"{place}.review"
    seconds = drawn.figure(f"{where}.seconds_per_attempt", review.seconds_per_attempt)
    seconds = seconds + images * drawn.figure(f"{where}.seconds_per_image", review.seconds_per_image)
    return drawn.amount("labour.wage_per_h", drawn.scenario.labour.wage_per_h) * seconds / SECONDS_PER_HOUR


def _streams(drawn: Drawn, option: Option, supply: Rent | Own | Api, place: str, years: int) -> FloatArray:
    """Cash of one attempt by year: service, rent by the second, a server that other work fills [money, D x Y]."""
    nothing = np.zeros((drawn.size, years))
    return sum(_attempt_cash(drawn, option, supply, place, years), start=nothing)


def _attempt_cash(
    drawn: Drawn, option: Option, supply: Rent | Own | Api, place: str, years: int
) -> Iterator[FloatArray]:
    if isinstance(supply, Api):
        price = drawn.amount(f"{place}.price_per_image", supply.price_per_image) * option.attempt.images
        yield yearly(drawn, price) * escalation(drawn, "api", years)
    elif isinstance(supply, Rent):
        if is_by_use(supply):
            yield yearly(drawn, _billed(drawn, option, supply, place)) * escalation(drawn, "rent", years)
    elif is_by_use(supply):
        capital, running = _hardware(drawn, supply, place)
        busy_s = option.attempt.busy_s
        yield yearly(drawn, capital * busy_s)
        yield yearly(drawn, running * busy_s) * escalation(drawn, "upkeep", years)


def _billed(drawn: Drawn, option: Option, supply: Rent, place: str) -> FloatArray:
    """Rent of the billed seconds of one attempt [money]."""
    profile = option.offer.profile
    boards = profile.hardware.accelerator_count if profile else 1
    seconds = option.attempt.busy_s / boards * _overhead(drawn, supply, place)
    if supply.cold_start_s is not None:
        seconds = seconds + drawn.figure(f"{place}.cold_start_s", supply.cold_start_s)
    if supply.minimum_s is not None:
        seconds = np.maximum(seconds, drawn.figure(f"{place}.minimum_s", supply.minimum_s))
    return drawn.amount(f"{place}.price_per_h", supply.price_per_h) * seconds / SECONDS_PER_HOUR


def _hardware(drawn: Drawn, supply: Own, place: str) -> tuple[FloatArray, FloatArray]:
    """Capital, and upkeep with space, of a board-second on a server that other work fills [money/s]."""
    utilization = drawn.figure(f"{place}.utilization_fraction", supply.utilization_fraction)
    busy_s = HOURS_PER_YEAR * SECONDS_PER_HOUR * utilization * supply.gpu_count
    running = drawn.amount(f"{place}.upkeep_per_year", supply.upkeep_per_year) + drawn.amount(
        f"{place}.space_per_year", supply.space_per_year
    )
    if supply.sunk:
        return np.zeros(()), running / busy_s
    rate = drawn.figure("finance.discount_rate_per_year", drawn.scenario.finance.discount_rate_per_year)
    life = drawn.figure(f"{place}.lifetime_years", effective.lifetime_years(supply))
    capex = drawn.amount(f"{place}.capex", supply.capex)
    left = drawn.figure(f"{place}.residual_fraction", supply.residual_fraction)
    net = capex * (1.0 - left * np.exp(-life * np.log1p(rate)))
    return net * recovery_factor(rate, life) / busy_s, running / busy_s


def _energy_kwh(drawn: Drawn, option: Option, supply: Rent | Own | Api, place: str) -> FloatArray:
    """Of one attempt, at the facility's meter [kWh]."""
    profile = option.offer.profile
    if profile is None or profile.energy is None or profile.speed is None or isinstance(supply, Api):
        return np.zeros(())
    seconds, energy, boards = (
        profile.speed.seconds_per_image,
        profile.energy,
        profile.hardware.accelerator_count,
    )
    joules = host_j_per_image(
        energy.energy_j_per_image,
        energy.boundary,
        seconds,
        0.0,
        energy.idle_power_w,
        assumptions.parameter("power_supply_efficiency_fraction").value,
    )
    made = option.attempt.busy_s / (seconds * boards)
    host_s = option.attempt.busy_s if energy.boundary in HOST_POWER_COUNTS else 0.0
    host = drawn.figure(f"{place}.host_power_w_per_gpu", effective.host_power_w_per_gpu(supply))
    return (made * joules + host * host_s) * pue(drawn, supply, place) / JOULES_PER_KWH


def pue(drawn: Drawn, supply: Rent | Own, place: str) -> FloatArray:
    """Facility energy over IT energy where the machine stands [D or 0-d]."""
    ground: Rent | Site = supply if isinstance(supply, Rent) else drawn.scenario.site
    return drawn.figure(f"{place if isinstance(supply, Rent) else 'site'}.pue", ground.pue)
