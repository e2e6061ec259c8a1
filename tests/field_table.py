"""The table of fields in docs/scenario.md, made from the texts that stand under the fields.

`python -m tests.field_table` renews it; a test holds that the page has it.
"""

from pathlib import Path

from pydantic.fields import FieldInfo

from roi.figure import Input, Spec, _inner_spec
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.baseline import ApiBaseline, ExternalBaseline, ProfileBaseline
from roi.scenario.company_limits import Limits
from roi.scenario.document import Scenario
from roi.scenario.meaning import meaning
from roi.scenario.money import Escalation, ExchangeRate, Finance, Labour, ModelCost, Risk, Tax
from roi.scenario.proposal import Proposal
from roi.scenario.site import Site, TimeBlock
from roi.scenario.supply import Api, Own, Rent
from roi.scenario.workload import Bar, QualityBar, Review, Workload

PAGE = Path(__file__).resolve().parent.parent / "docs" / "scenario.md"
BEGIN = "<!-- The tables below are made from the code: python -m tests.field_table -->\n"

PARTS: tuple[tuple[str, type[Input]], ...] = (
    ("The scenario itself", Scenario),
    ("`proposal`", Proposal),
    ("`exchange_rates`, by currency", ExchangeRate),
    ("`site`", Site),
    ("`site.time_blocks[]`", TimeBlock),
    ("`labour`", Labour),
    ("`finance`", Finance),
    ("`finance.escalation`", Escalation),
    ("`finance.tax`", Tax),
    ("`finance.risk`", Risk),
    ("`limits`", Limits),
    ("`workloads[]`", Workload),
    ("`workloads[].quality`", QualityBar),
    ("`workloads[].quality.bars[]`", Bar),
    ("`workloads[].acceptance`", AcceptanceInput),
    ("`workloads[].review`", Review),
    ("`workloads[].baseline` of kind `external`", ExternalBaseline),
    ("`workloads[].baseline` of kind `profile`", ProfileBaseline),
    ("`workloads[].baseline` of kind `api`", ApiBaseline),
    ("`supplies[]` of kind `rent`", Rent),
    ("`supplies[]` of kind `own`", Own),
    ("`supplies[]` of kind `api`", Api),
    ("`model_cost`, and `model_cost_by_model`", ModelCost),
)
"""Every part of a scenario, in the order in which the page shows them."""


def tables() -> str:
    """A heading and a table for every part."""
    return "\n".join(f"### {title}\n\n{_table(part)}" for title, part in PARTS)


def page_with_tables(page: str) -> str:
    """The page with the tables as the code has them now; what stands above the mark is people's."""
    above, mark, _ = page.partition(BEGIN)
    return f"{above}{mark}\n{tables()}"


def _table(part: type[Input]) -> str:
    rows = [_row(part, name, field) for name, field in part.model_fields.items()]
    return "\n".join(["| field | unit | must | meaning |", "|---|---|---|---|", *rows, ""])


def _row(part: type[Input], name: str, field: FieldInfo) -> str:
    unit, needed = _unit(field), "yes" if field.is_required() else ""
    return f"| `{name}` | {unit} | {needed} | {meaning(part, name).replace('|', chr(92) + '|')} |"


def _unit(field: FieldInfo) -> str:
    spec = next((each for each in field.metadata if isinstance(each, Spec)), None)
    spec = spec or _inner_spec(field.annotation)
    return "" if spec is None else spec.unit


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
