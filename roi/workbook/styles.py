"""The styles that a template of the report must hold, and the bundled template made of them.

`python -m roi.workbook.styles` writes `templates/report.xlsx`. A company changes fonts, colours and borders of
these styles in a copy of it; the names stay.
"""

from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

INK, GREY, RULE = "1F2933", "6B7280", "B8C0CC"
BLUE, GREEN, RED, AMBER = "1D4ED8", "15803D", "B91C1C", "92400E"
PALE_BLUE, PALE_YELLOW, PALE_GREY, PALE_RED, PALE_GREEN = "E8F0FE", "FFF9DB", "F3F4F6", "FDE8E8", "E7F6EC"

FIGURE = "[<1000]General;#,##0"
"""As many digits as a figure has, and no point behind a whole one."""
DIGITS_SHOWN = 10
"""More do not fit into a column of figures."""


def figure_format(*values: object) -> str:
    """`FIGURE`; where a value has more digits than a column shows, the format that rounds to the column's width."""
    return "General" if any(len(str(value)) > DIGITS_SHOWN for value in values) else FIGURE


@dataclass(frozen=True, slots=True)
class Look:
    """How a style looks."""

    size: float = 10
    bold: bool = False
    italic: bool = False
    ink: str = INK
    fill: str | None = None
    number_format: str = "General"
    horizontal: str | None = None
    wrap: bool = False
    box: bool = False
    top_rule: bool = False
    unlocked: bool = False


LOOKS = {
    "title": Look(size=16, bold=True),
    "heading": Look(size=11, bold=True, fill=PALE_BLUE),
    "column": Look(bold=True, fill=PALE_GREY, wrap=True, box=True),
    "text": Look(),
    "note": Look(size=9, ink=GREY, wrap=True),
    "paragraph": Look(wrap=True),
    "label": Look(wrap=True, box=True, fill=PALE_GREY),
    "box": Look(wrap=True, box=True),
    "sentence": Look(size=11, wrap=True),
    "figure": Look(size=14, bold=True, horizontal="center", box=True, number_format="#,##0"),
    "input": Look(ink=BLUE, fill=PALE_YELLOW, box=True, unlocked=True, number_format=FIGURE),
    "placeholder": Look(ink=AMBER, fill=PALE_RED, box=True, unlocked=True, number_format=FIGURE),
    "input_text": Look(ink=BLUE, fill=PALE_YELLOW, box=True, unlocked=True, wrap=True, number_format="@"),
    "placeholder_text": Look(ink=AMBER, fill=PALE_RED, box=True, unlocked=True, wrap=True, number_format="@"),
    "constant": Look(ink=GREY, box=True, number_format=FIGURE),
    "value": Look(number_format=FIGURE, box=True),
    "plan": Look(ink=GREEN, number_format=FIGURE, box=True),
    "calculated": Look(number_format="#,##0.00", box=True),
    "money": Look(number_format="#,##0;[Red]-#,##0", box=True),
    "money_fine": Look(number_format="#,##0.00;[Red]-#,##0.00", box=True),
    "share": Look(number_format="0.0%", box=True),
    "total": Look(bold=True, number_format="#,##0;[Red]-#,##0", box=True, top_rule=True),
    "good": Look(bold=True, ink=GREEN, fill=PALE_GREEN, box=True, horizontal="center"),
    "bad": Look(bold=True, ink=RED, fill=PALE_RED, box=True, horizontal="center"),
    "draft": Look(bold=True, ink=AMBER, fill=PALE_YELLOW, box=True, horizontal="center"),
    "stale": Look(ink=AMBER, fill=PALE_RED, wrap=True),
}
"""Every style by the name under which the report uses it. `input`: yours to change; `placeholder`: to be
replaced; `plan`: what the solver chose, a value; `calculated`, `money` ...: live formulas; `constant`: exact by
definition."""


def named_style(name: str, look: Look) -> NamedStyle:
    """The look as a style of a workbook."""
    side = Side(style="thin", color=RULE)
    top = Side(style="medium", color=INK) if look.top_rule else side
    return NamedStyle(
        name=name,
        font=Font(
            name="Noto Sans CJK JP", size=look.size, bold=look.bold, italic=look.italic, color=look.ink
        ),
        fill=PatternFill("solid", fgColor=look.fill, bgColor=look.fill) if look.fill else PatternFill(),
        border=Border(left=side, right=side, top=top, bottom=side) if look.box else Border(),
        alignment=Alignment(horizontal=look.horizontal, vertical="center", wrap_text=look.wrap),
        number_format=look.number_format,
        protection=Protection(locked=not look.unlocked),
    )


def bundled_template() -> Workbook:
    """A workbook with every style and one sheet that shows them."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Styles"
    for row, (name, look) in enumerate(LOOKS.items(), 1):
        workbook.add_named_style(named_style(name, look))
        sheet.cell(row, 1, name).style = name
    sheet.column_dimensions["A"].width = 30
    return workbook


if __name__ == "__main__":
    bundled_template().save(Path(__file__).parents[2] / "templates" / "report.xlsx")
