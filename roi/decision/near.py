"""What is nearly as good as a choice, and what would make it the choice."""

import math
from collections.abc import Sequence
from statistics import NormalDist

from roi.cost import GENERATING
from roi.decision.answer import Alternative, Choice
from roi.decision.break_even import break_even_acceptance
from roi.decision.shares import choices_of
from roi.fleet.problem import Solve
from roi.fleet.solver import solve_fleet
from roi.options.limits import option_failures
from roi.options.price import Option, option_of, retry_acceptance
from roi.planning import ties
from roi.planning.assemble import Present, programme
from roi.planning.candidates import ordered
from roi.planning.course import best_course
from roi.planning.ledger import ledger
from roi.planning.sole_source import cash_alone, steering_alone
from roi.planning.summary import fleet_years, plan_choices
from roi.planning.ties import SAME_COST, Criterion, Merits
from roi.planning.today import only
from roi.retry import mean_acceptance
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

NEAR_FRACTION = 0.02
"""Extra cost within which an alternative counts as equal."""
SHOWN = 3
"""Alternatives that are shown even when none is that near."""
LOOKED_AT = 12
"""Most pairs of model and supply that are solved for."""
FALSE_ALARM, MISSED = 0.05, 0.2
"""Error rates of a trial: two-sided, and of seeing nothing where there is something."""

TOGETHER = "\n"
"""Stands for all supplies of the choice in a pair; no supply has this name."""
Pair = tuple[str, str]


def near_equals(
    scenario: Scenario,
    workload: Workload,
    feasible: Sequence[Option],
    chosen: Sequence[Choice],
    present: Present,
    solve: Solve,
) -> tuple[Alternative, ...]:
    """The cheapest answer of each other (model, supply): all within 2 %, and at least the three nearest.

    Compared with the first of the workload's choices, each as the only source of the workload, in whole units and
    within every rule; what keeps some rule from having an answer is none.
    """
    pairs = _pairs(scenario, feasible, present, frozenset(each.option.offer.supply for each in chosen))
    for choice in chosen:
        pairs.pop((choice.option.offer.model_id, choice.option.offer.supply), None)
        pairs.pop((choice.option.offer.model_id, TOGETHER), None)
    most = chosen[0].steering_cost_per_accepted_image * (1 + NEAR_FRACTION)
    found: list[Alternative] = []
    for lowest, options in sorted(pairs.values(), key=lambda pair: (pair[0], pair[1][0].key))[:LOOKED_AT]:
        if len(found) >= SHOWN and not lowest <= most:
            break
        other = alternative(scenario, workload, options, chosen[0], present, solve)
        if other is not None:
            found.append(other)
    return tuple(sorted(found, key=_order))


def _order(alternative: Alternative) -> tuple[float, object]:
    cost = alternative.cost_per_accepted_image + alternative.internal_carbon_cost_per_accepted_image
    return (cost, alternative.option.key)


def _pairs(
    scenario: Scenario, feasible: Sequence[Option], present: Present, together: frozenset[str]
) -> dict[Pair, tuple[float, list[Option]]]:
    """Options of each model and supply, with the cheapest of them alone; those with too few units left out.

    Where the choice works on several supplies, a model on all of these is one pair.
    """
    found: dict[Pair, tuple[float, list[Option]]] = {}
    for option, cost in zip(feasible, steering_alone(scenario, feasible, present), strict=True):
        supply = option.offer.supply
        several = len(together) > 1 and supply in together
        if math.isfinite(cost):
            pair = (option.offer.model_id, TOGETHER if several else supply)
            lowest, options = found.get(pair, (math.inf, []))
            found[pair] = (min(lowest, cost), [*options, option])
    return found


def alternative(
    scenario: Scenario,
    workload: Workload,
    options: Sequence[Option],
    choice: Choice,
    present: Present,
    solve: Solve,
) -> Alternative | None:
    """The best answer with these options alone, compared with the choice; None when they keep not all rules."""
    other = answer_with(scenario, workload, options, present, solve)
    return None if other is None else _compared(scenario, workload, other, choice, present, solve)


def answer_with(
    scenario: Scenario, workload: Workload, options: Sequence[Option], present: Present, solve: Solve
) -> Choice | None:
    """What these options alone make of the workload; None when no plan with them keeps all rules."""
    alone = only(scenario, [workload.name])
    course = best_course(alone, options, present, solve)
    if course is None:
        return None
    chosen = plan_choices(alone, course.programme, course.options, course.plan)
    return choices_of(alone, course.ledger, chosen, fleet_years(course.programme, course.plan))[0]


def rules_against(
    scenario: Scenario, workload: Workload, options: Sequence[Option], present: Present
) -> tuple[str, ...]:
    """Rules that keep these options from serving the workload alone."""
    from roi.fleet.diagnosis import diagnose_fleet

    alone = only(scenario, [workload.name])
    return diagnose_fleet(programme(alone, ordered(options), present)).binding


def settled_by(choice: Choice, other: Alternative) -> Criterion:
    """What settles between a choice and an alternative that costs the same."""
    mine, theirs = (_merits(each.carbon_kg_co2e_per_accepted_image, each.option) for each in (choice, other))
    return ties.settled_by(mine, theirs)


def _merits(carbon_kg_co2e: float | None, option: Option) -> Merits:
    quality = option.offer.quality
    return Merits(
        carbon_kg_co2e, None if quality is None else quality.value, option.outcome.deliver_probability
    )


def one_more_attempt(
    scenario: Scenario, workload: Workload, choice: Choice, present: Present
) -> float | None:
    """What one attempt beyond the workload's limit would add to an accepted image's cash [money].

    Negative when it would save. None when the choice stays below the limit, or one more attempt would break a gate.
    """
    if choice.option.attempts_max < workload.attempts_max:
        return None
    option = choice.option
    longer = option_of(scenario, workload, option.offer, option.attempt.images, option.attempts_max + 1)
    if option_failures(workload, longer):
        return None
    now, then = cash_alone(scenario, [choice.option, longer], present)
    return then - now if math.isfinite(now) and math.isfinite(then) else None


def _compared(
    scenario: Scenario, workload: Workload, other: Choice, choice: Choice, present: Present, solve: Solve
) -> Alternative:
    target, cost = choice.steering_cost_per_accepted_image, other.steering_cost_per_accepted_image
    differences = _differences(other.cost_components, choice.cost_components)
    component = max(differences, key=lambda name: (abs(differences[name]), name), default="rent")
    same_pictures = other.option.offer.model_id == choice.option.offer.model_id
    acceptance = mean_acceptance(retry_acceptance(workload, other.option.offer.model_id))
    tied = abs(cost - target) <= SAME_COST * abs(target)
    needed = None
    if not same_pictures:
        needed = (
            acceptance
            if tied
            else break_even_acceptance(scenario, workload, other.option.offer, target, present, solve)
        )
    return Alternative(
        option=other.option,
        cost_per_accepted_image=other.cost_per_accepted_image,
        internal_carbon_cost_per_accepted_image=other.internal_carbon_cost_per_accepted_image,
        extra_cost_fraction=cost / target - 1.0 if target > 0 else None,
        same_pictures=same_pictures,
        break_even_acceptance=needed,
        break_even_price_fraction=_price_fraction(other.cost_components, cost - target),
        acceptance=acceptance,
        carbon_kg_co2e_per_accepted_image=other.carbon_kg_co2e_per_accepted_image,
        component=component,
        component_difference=differences.get(component, 0.0),
        tied=tied,
        trial_looks=None if needed is None else trial_looks(acceptance, needed),
    )


def trial_looks(one: float, other: float) -> int | None:
    """Pictures of each of two models that people must judge so that a trial tells these acceptances apart.

    n = (z[1 - a/2] + z[1 - b])^2 (p (1 - p) + q (1 - q)) / (p - q)^2, two-sided a = 5 %, b = 20 % (Fleiss, Levin
    and Paik, Statistical Methods for Rates and Proportions, 2003, section 4.2, without the continuity correction).
    None where the two are one.
    """
    if one == other:
        return None
    normal = NormalDist()
    quantiles = normal.inv_cdf(1.0 - FALSE_ALARM / 2.0) + normal.inv_cdf(1.0 - MISSED)
    return math.ceil(quantiles**2 * (one * (1.0 - one) + other * (1.0 - other)) / (one - other) ** 2)


def _price_fraction(costs: dict[str, float], extra: float) -> float | None:
    """Share by which generating would have to become cheaper to save `extra`; None when nothing does."""
    generating = sum(costs.get(name, 0.0) for name in GENERATING)
    return extra / generating if 0 <= extra <= generating and generating > 0 else None


def _differences(mine: dict[str, float], others: dict[str, float]) -> dict[str, float]:
    return {name: mine.get(name, 0.0) - others.get(name, 0.0) for name in sorted({*mine, *others})}


def sole_source(scenario: Scenario, option: Option, present: Present) -> Choice | None:
    """The choice that the option would be, whatever gates and limits of the company it breaks.

    None when its supply has too few units for all of the work.

    Raises
    ------
    MissingFigureError
        When a machine in whole units lacks its idle power, or its highest power where that counts.
    SolverError
        When the programme was neither solved nor proven infeasible.
    """
    mine, listed = only(scenario, [option.workload]), (option,)
    problem = programme(mine, listed, present, limited=False)
    plan = solve_fleet(problem).plan
    if plan is None:
        return None
    book = ledger(mine, problem, listed, plan)
    return choices_of(mine, book, plan_choices(mine, problem, listed, plan), fleet_years(problem, plan))[0]
