"""What one option makes of its workload as the only source, in whole units, with its cost by component."""

from roi.decision.answer import Choice
from roi.decision.shares import choices_of
from roi.fleet.solver import solve_fleet
from roi.options.price import Option
from roi.planning.assemble import Present, programme
from roi.planning.ledger import ledger
from roi.planning.summary import fleet_years, plan_choices
from roi.planning.today import only
from roi.scenario.document import Scenario


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
