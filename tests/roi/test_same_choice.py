"""A bar that keeps the same offers in is no new plan: its levers and alternatives are those of the other bar."""

from bench.library import library_profiles
from roi.fleet.solver import solve_fleet
from roi.planning.decide_plan import Explanation, plan, same_choice
from roi.planning.solved import Solved, solved
from roi.planning.today import present_in
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration

PROFILES = library_profiles()


def asked(fid_max: float, **changes: object) -> Scenario:
    places = {name.replace("__", "."): value for name, value in changes.items()}
    return with_changes(demonstration(), {"workloads[0].quality.fid_max": fid_max, **places})


def found(scenario: Scenario) -> Solved:
    return solved(scenario, PROFILES, present_in(scenario, PROFILES), solve_fleet)


def test_only_what_may_be_chosen_makes_a_new_plan():
    eight = found(asked(8.0))
    assert same_choice(eight, PROFILES) == same_choice(found(asked(9.0)), PROFILES)
    assert same_choice(eight, PROFILES) != same_choice(found(asked(6.2)), PROFILES)
    dearer = found(asked(8.0, labour__wage_per_h=2900.0))
    assert same_choice(eight, PROFILES) != same_choice(dearer, PROFILES)
    assert same_choice(eight, PROFILES) != same_choice(eight, PROFILES[1:])


def test_a_plan_with_the_explanation_of_its_equal_is_the_plan_made_anew():
    eight, nine = plan(asked(8.0), PROFILES), plan(asked(9.0), PROFILES)
    again = plan(asked(9.0), PROFILES, explained=Explanation(eight.levers, eight.alternatives))
    assert (again.levers, again.alternatives) == (nine.levers, nine.alternatives)
    assert (again.worth, again.finance, again.verified) == (nine.worth, nine.finance, True)
