"""The small case with its machine rented by the second: what a picture costs is then the price of its own seconds.

720 an hour are 0.2 a second for the whole instance, as much as the small case's hours cost at full use.
"""

from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from tests.roi import small_case

USED = {"supplies[0].billing": "second", "supplies[0].price_per_h": 720}


def scenario(changes: dict[str, object] | None = None) -> Scenario:
    """The small scenario by the second, with other values at some places."""
    return with_changes(small_case.scenario(USED), changes or {})


def with_supplies(*supplies: dict[str, object], **changes: object) -> Scenario:
    """The same with these supplies behind the rented one; `changes` are fields of its workload."""
    rented = scenario().supplies[0].model_dump(mode="json")
    places = {f"workloads[0].{name}": value for name, value in changes.items()}
    return with_changes(scenario(), {"supplies": [rented, *supplies], **places})
