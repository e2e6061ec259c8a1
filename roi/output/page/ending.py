"""What was left out, what the answer rests on, and its proof."""

from collections import Counter

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from roi.amounts import unit_words
from roi.decision.answer import Decision
from roi.output.document import failure_name
from roi.output.layout import head, table
from roi.output.verification import review_line
from roi.planning.answer import PlanDecision
from roi.scenario.effective import effective_figures
from roi.texts import Language, text


def left_out_rows(decision: Decision | PlanDecision, language: Language) -> list[RenderableType]:
    """How many options were left out, by reason."""
    if not decision.rejected:
        return []
    counted: Counter[str] = Counter(
        failure_name(rejection.first, language) for rejection in decision.rejected
    )
    rows = table(language, "left_out_reason", "left_out_count")
    for reason, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        rows.add_row(reason, str(count))
    return [head(language, "left_out"), rows]


def assumption_lines(decision: Decision | PlanDecision, language: Language) -> list[RenderableType]:
    """The placeholders, those that the same paper replaces on one line, and where all figures are listed."""
    listed = effective_figures(decision.scenario)
    replace: dict[str, list[str]] = {}
    for place, figure, unit in listed:
        if figure.placeholder:
            where = figure.replace_with or figure.source
            replace.setdefault(where, []).append(f"{place} {figure.value:,.10g} {unit_words(unit, language)}")
    count = sum(len(places) for places in replace.values())
    rows = Table.grid(padding=(0, 2))
    for where, places in replace.items():
        real = text(language, "page.placeholder_get", where=where)
        rows.add_row(Text("!", style="yellow"), Text("\n".join(places)), Text(real))
    if not count:
        none = text(language, "page.placeholders_none", total=len(listed))
        return [head(language, "assumptions"), Text(none)]
    summary = text(language, "page.placeholders", count=count, total=len(listed))
    more = text(language, "page.more_assumptions", total=len(listed))
    return [head(language, "assumptions"), Text(summary), rows, Text(more)]


def proof(decision: Decision, language: Language) -> RenderableType:
    """How the programme was solved and whether the recomputation agrees."""
    report = decision.solver
    if report is None:
        return Text()
    value = text(
        language,
        "page.solver_value",
        name=report.name,
        version=report.version,
        status=report.status,
        gap=report.gap,
        kept=report.candidates_after_pruning,
        total=report.candidates,
        verified=text(language, "page.verified" if decision.verified else "page.not_verified"),
    )
    style = "" if decision.verified else "bold red"
    again = review_line(decision.verification, language)
    return Group(head(language, "solver"), *(Text(line, style=style) for line in (value, again) if line))
