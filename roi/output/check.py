"""What `roi check` says about a scenario that is valid: which figures must be replaced or looked at again."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from roi.amounts import unit_words
from roi.scenario.check import Remark
from roi.scenario.document import Scenario
from roi.scenario.effective import effective_figures
from roi.texts import Language, text


def check_page(scenario: Scenario, remarks: Sequence[Remark], language: Language) -> RenderableType:
    """A line that counts, then a row for each figure with a remark."""
    counted = Counter(remark.kind for remark in remarks)
    summary = text(
        language,
        "check.summary",
        placeholders=counted["placeholder"],
        stale=counted["stale"],
        low=counted["low_confidence"],
        total=len(effective_figures(scenario)),
    )
    title = Text(text(language, "check.title", name=scenario.name), style="bold")
    if not remarks:
        return Group(title, Text(text(language, "check.clean")))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for key in ("kind", "place", "value", "todo"):
        table.add_column(text(language, f"check.{key}"), overflow="fold")
    for remark in remarks:
        kind = text(language, f"check.{remark.kind}")
        table.add_row(
            kind,
            remark.place,
            f"{remark.value:g} {unit_words(remark.unit, language)}",
            Text(remark.what_to_do),
        )
    return Group(title, Text(summary), table)


def check_document(scenario: Scenario, remarks: Sequence[Remark]) -> dict[str, object]:
    """The same for a program."""
    return {
        "schema_version": 1,
        "valid": True,
        "name": scenario.name,
        "figures": len(effective_figures(scenario)),
        "remarks": [
            {
                "kind": remark.kind,
                "name": remark.place,
                "value": remark.value,
                "unit": remark.unit,
                "source": remark.source,
                "as_of": remark.as_of.isoformat() if remark.as_of else None,
                "what_to_do": remark.what_to_do,
            }
            for remark in remarks
        ],
    }
