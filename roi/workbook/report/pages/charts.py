"""Native charts of the report, with the cached values of their cells, readable in grey.

Neighbouring series differ in lightness and in pattern, so that a black-and-white print keeps them apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.chart import BarChart, ScatterChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.fill import ColorChoice, PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun

from roi.workbook.book import Sheet
from roi.workbook.expression import Block, Cell, letters

INK = "1F2933"
RULE = "B8C0CC"
LINE_EMU = 9525
"""A line of three quarters of a point, in the files' unit."""


@dataclass(frozen=True, slots=True)
class Fill:
    """How the area of a series looks."""

    colour: str
    pattern: str | None = None
    """Preset of the file format, in the colour on white; None for a plain area."""


FILLS = (
    Fill("1F3A5F"),
    Fill("C9D6E6"),
    Fill("1F3A5F", "wdUpDiag"),
    Fill("7E9BBD"),
    Fill("1F3A5F", "pct20"),
    Fill("0B1320"),
    Fill("1F3A5F", "narHorz"),
    Fill("E9EEF5"),
    Fill("1F3A5F", "smGrid"),
    Fill("4E7199"),
    Fill("1F3A5F", "wdDnDiag"),
    Fill("A9BDD5"),
    Fill("1F3A5F", "dkVert"),
    Fill("5C6B7C"),
)
NOTHING = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))


@dataclass(frozen=True, slots=True)
class Drawn:
    """One series of a chart."""

    name: Cell | str
    values: Block
    fill: Fill | None
    """None for one that only lifts the next."""
    across: Block | None = None
    """Places on the axis below, for a line."""
    marks_only: bool = False
    dash: str = "solid"


@dataclass(frozen=True, slots=True)
class Frame:
    """Titles and size of a chart."""

    title: str
    below: str
    """Title of the axis of categories, or of the axis below."""
    beside: str
    """Title of the axis of values."""
    width_cm: float = 17.0
    height_cm: float = 8.0
    number_format: str = "#,##0"
    below_format: str = "General"
    legend: bool = True


def columns(frame: Frame, categories: Block, series: Sequence[Drawn]) -> BarChart:
    """Stacked columns."""
    chart = _bars(frame, categories, series)
    chart.type = "col"
    return chart


def lying_bars(frame: Frame, categories: Block, series: Sequence[Drawn]) -> BarChart:
    """Stacked bars from left to right, the first category on top."""
    chart = _bars(frame, categories, series)
    chart.type = "bar"
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    return chart


def lines(frame: Frame, series: Sequence[Drawn]) -> ScatterChart:
    """Lines or marks over numbers."""
    chart = ScatterChart()
    chart.style, chart.scatterStyle = 2, "lineMarker"
    for index, each in enumerate(series):
        chart.series.append(_line(index, each))
    _finish(chart, frame)
    chart.x_axis.number_format, chart.x_axis.majorGridlines = frame.below_format, None
    chart.x_axis.crosses = "min"
    return chart


def place(sheet: Sheet, chart: BarChart | ScatterChart, row: int, column: int) -> None:
    """Put a chart's upper left corner on a cell."""
    sheet.charts.append((chart, f"{letters(column)}{row}"))


def _bars(frame: Frame, categories: Block, series: Sequence[Drawn]) -> BarChart:
    chart = BarChart()
    chart.style, chart.gapWidth = 2, 60
    chart.grouping, chart.overlap = "stacked", 100
    for index, each in enumerate(series):
        drawn = Series(
            idx=index, order=index, tx=_label(each.name), val=_numbers(each.values), cat=_words(categories)
        )
        drawn.spPr = _area(each.fill)
        drawn.invertIfNegative = False
        chart.series.append(drawn)
    _finish(chart, frame)
    chart.x_axis.tickLblPos = "low"
    return chart


def _line(index: int, each: Drawn) -> XYSeries:
    if each.across is None:
        raise ValueError(f"{each.name}: a line needs places on the axis below")
    fill = each.fill or FILLS[0]
    drawn = XYSeries(
        idx=index,
        order=index,
        tx=_label(each.name),
        xVal=AxDataSource(numRef=_numbers(each.across).numRef),
        yVal=_numbers(each.values),
    )
    stroke = (
        LineProperties(noFill=True)
        if each.marks_only
        else LineProperties(w=2 * LINE_EMU, solidFill=fill.colour, prstDash=each.dash)
    )
    drawn.spPr, drawn.smooth = GraphicalProperties(ln=stroke), False
    marks = GraphicalProperties(solidFill=fill.colour, ln=LineProperties(solidFill=INK))
    drawn.marker = (
        Marker(
            symbol=("circle", "diamond", "square", "triangle")[index % 4],
            size=7 if index == 0 else 10,
            spPr=marks,
        )
        if each.marks_only
        else Marker(symbol="none")
    )
    return drawn


def _area(fill: Fill | None) -> GraphicalProperties:
    if fill is None:
        return NOTHING
    outline = LineProperties(w=LINE_EMU, solidFill=INK)
    if fill.pattern is None:
        return GraphicalProperties(solidFill=fill.colour, ln=outline)
    pattern = PatternFillProperties(
        prst=fill.pattern, fgClr=ColorChoice(srgbClr=fill.colour), bgClr=ColorChoice(srgbClr="FFFFFF")
    )
    return GraphicalProperties(pattFill=pattern, ln=outline)


def _finish(chart: BarChart | ScatterChart, frame: Frame) -> None:
    chart.width, chart.height = frame.width_cm, frame.height_cm
    chart.title = _title(frame.title, 1100, bold=True)
    chart.x_axis.title, chart.y_axis.title = _title(frame.below, 900), _title(frame.beside, 900)
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = RichText(
            p=[
                Paragraph(
                    pPr=ParagraphProperties(defRPr=CharacterProperties(sz=900)),
                    endParaRPr=CharacterProperties(),
                )
            ]
        )
    chart.y_axis.number_format = frame.number_format
    chart.y_axis.majorGridlines = ChartLines(
        spPr=GraphicalProperties(ln=LineProperties(w=LINE_EMU, solidFill=RULE))
    )
    chart.legend = Legend(legendPos="b") if frame.legend else None
    if chart.legend is not None:
        chart.legend.overlay = False


def _title(words: str, size: int, *, bold: bool = False) -> Title:
    """A title in its own size: without one Excel writes 18 points."""
    properties = CharacterProperties(sz=size, b=bold, solidFill=INK)
    run = RegularTextRun(rPr=properties, t=words)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=properties), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _label(name: Cell | str) -> SeriesLabel:
    if isinstance(name, str):
        return SeriesLabel(v=name)
    told = StrData(ptCount=1, pt=[StrVal(idx=0, v=str(name.value))])
    return SeriesLabel(strRef=StrRef(f=_reference(Block(((name,),))).rpartition(":")[0], strCache=told))


def _numbers(block: Block) -> NumDataSource:
    points = [
        NumVal(idx=place, v=repr(float(value)))
        for place, value in enumerate(block.values)
        if isinstance(value, int | float)
    ]
    cache = NumData(formatCode="General", ptCount=len(block.values), pt=points)
    return NumDataSource(numRef=NumRef(f=_reference(block), numCache=cache))


def _words(block: Block) -> AxDataSource:
    points = [StrVal(idx=place, v=str(value)) for place, value in enumerate(block.values)]
    return AxDataSource(strRef=StrRef(f=_reference(block), strCache=StrData(ptCount=len(points), pt=points)))


def _reference(block: Block) -> str:
    """The cells as a chart refers to them: every column and row fixed."""
    first, last = block.cells[0][0], block.cells[-1][-1]
    sheet = block.text.rpartition("!")[0]
    return f"{sheet}!${letters(first.column)}${first.row}:${letters(last.column)}${last.row}"
