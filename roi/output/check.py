"""What `roi check` says about a scenario that is valid: which figures must be replaced or looked at again."""

from collections import Counter
from collections.abc import Sequence

from roi.amounts import with_unit
from roi.paper import Paper, Sentence, table
from roi.scenario.check import Remark
from roi.scenario.document import Scenario
from roi.scenario.effective import effective_figures
from roi.texts import Language, bundled, text
from roi.texts.messages import said


def check_page(scenario: Scenario, remarks: Sequence[Remark], language: Language) -> Paper:
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
    title = Sentence(text(language, "check.title", name=bundled(language, scenario.name)), tone="strong")
    if not remarks:
        return title, Sentence(text(language, "check.clean"))
    titles = (text(language, f"check.{key}") for key in ("kind", "place", "value", "todo"))
    rows = table(*titles, words=4)
    for remark in remarks:
        kind = text(language, f"check.{remark.kind}")
        value = with_unit(f"{remark.value:,.15g}", remark.unit, language)
        rows.add(kind, remark.place, value, said(language, remark.what_to_do))
    return title, Sentence(summary), rows


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
