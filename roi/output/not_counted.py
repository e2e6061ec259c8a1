"""What a scenario states and an answer does not count: said by name, so that nothing is dropped in silence."""

from collections.abc import Iterator

from roi.scenario.document import Scenario
from roi.scenario.money import Finance
from roi.scenario.proposal import Proposal
from roi.texts import Language, text

ONLY_IN_PLAN = ("cash_realisation_fraction", "tax", "amounts", "fiscal_year_first_month", "basis")
"""Fields of the finance that tell how a difference against today is counted."""


def not_counted(scenario: Scenario) -> tuple[str, ...]:
    """Places that are given and that an answer without its difference against today leaves out; `plan` has them."""
    return tuple(_places(scenario))


def _places(scenario: Scenario) -> Iterator[str]:
    if scenario.proposal != Proposal():
        yield "proposal"
    for name in ONLY_IN_PLAN:
        if getattr(scenario.finance, name) != Finance.model_fields[name].default:
            yield f"finance.{name}"
    for index, workload in enumerate(scenario.workloads):
        if workload.baseline is not None:
            yield f"workloads[{index}].baseline"


def not_counted_line(scenario: Scenario, language: Language) -> str:
    """The same in a sentence; empty where all counts."""
    places = not_counted(scenario)
    return text(language, "page.not_counted", places=", ".join(places)) if places else ""
