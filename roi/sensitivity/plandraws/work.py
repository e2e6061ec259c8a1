"""What the requests of a plan need and cost in every draw."""

from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.cost import delivered_per_request, request_streams
from roi.fleet.problem import FleetPlan
from roi.options.attempt import fallback_cost
from roi.options.price import Option
from roi.planning import horizon
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.workload import Workload
from roi.sensitivity.montecarlo.attempts import attempts_on, outcomes
from roi.sensitivity.montecarlo.cells import measured
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.setting import Setting
from roi.sensitivity.montecarlo.yearly import growth


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
        growth(drawn, workload.growth_per_year, years),
        horizon.growth(workload.growth_per_year, years),
    )
    scale = volume * then / now
    if workload.fallback_cost is None:
        scale = scale * (option.outcome.deliver_probability / deliver)[:, None]
    return np.asarray(scale[:, :, None] * before)
