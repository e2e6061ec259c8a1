"""The parts of a chart in Vega-Lite: axes with their units, layers of marks with their data, a statement on top.

A chart is plain data, a specification that holds its own values; nothing is drawn here. Rows name their place `x`
and `y` (to `x2` and `y2`), their series `name`, their bar of a pair `side`; what a mark says when it is pointed at
stands in `said`, a line for each thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from roi.output.charts.look import Look, columns_of, wrapped

Spec = dict[str, Any]
Datum = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
HEIGHT = 300
LABEL_COLUMNS = 22
"""Width of a name beside a lying bar, on the narrowest screen."""
LEGEND_COLUMNS = 45
"""Width of a line of a legend on the narrowest screen."""
PADDING_PIXELS, LABEL_PIXELS = 14, 340
BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis counts, with its unit, or which names stand along it."""

    title: str | None
    names: tuple[str, ...] | None = None
    """The names along it, in their order; None for numbers."""
    log: bool = False
    zero: bool = False
    """Whether it begins at zero, or ends there."""
    limits: tuple[float, float] | None = None
    every: float | None = None
    """Steps between ticks; None for what suits."""
    shown: str = ",~f"
    """How its numbers are written, in d3's format."""
    grid: bool = True
    least: float | None = None
    """Numbers below it have no place on the axis but room; None where all have."""

    def encoding(self, field: str) -> Spec:
        """The axis as a channel of a field."""
        if self.names is not None:
            axis = {
                "labelAngle": 0,
                "labelLimit": 0,
                "labelExpr": "split(datum.label, '\\n')",
                "grid": False,
                "title": self.title,
                "labelOverlap": True,
            }
            return {"field": field, "type": "nominal", "scale": {"domain": list(self.names)}, "axis": axis}
        scale: Spec = {"type": "log"} if self.log else {"zero": self.zero, "nice": self.limits is None}
        if self.limits is not None:
            scale["domain"] = list(self.limits)
        elif not self.zero:
            scale["padding"] = PADDING_PIXELS
        axis = {"title": self.title, "format": self.shown, "grid": self.grid, "labelOverlap": True}
        if self.least is not None:
            axis["labelExpr"] = f"datum.value < {self.least} ? '' : datum.label"
        if self.every is not None:
            axis |= {"values": _ticks(self.limits, self.every), "labelOverlap": False}
        return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _ticks(limits: tuple[float, float] | None, every: float) -> list[float]:
    low, high = limits or (0.0, 0.0)
    return [low + every * step for step in range(int((high - low) / every) + 1)]


@dataclass(frozen=True, slots=True)
class Plane:
    """The two axes that all layers of a chart share, and the colours of its series."""

    across: Axis
    up: Axis
    colours: Mapping[str, str]
    """Series that the legend names, in its order, with their colour."""
    look: Look
    sides: tuple[str, ...] = ()
    """Names of the bars of a pair, from left to right; empty where bars stand alone."""

    def layer(self, rows: Iterable[Datum], mark: str, **properties: Any) -> Spec:
        """One kind of mark for some rows; series of the legend have its colours."""
        held = list(rows)
        encoding = {"x": self.across.encoding("x"), "y": self.up.encoding("y")}
        encoding |= {end: {"field": end} for end in ("x2", "y2") if held and end in held[0]}
        if held and held[0].get("name") in self.colours:
            encoding["color"] = self._colour()
        if self.sides:
            encoding["xOffset"] = {"field": "side", "type": "nominal", "scale": {"domain": list(self.sides)}}
            paler = {"domain": list(self.sides), "range": [1.0, 0.55]}
            encoding["opacity"] = {"field": "side", "type": "nominal", "scale": paler, "legend": None}
        if held and "said" in held[0]:
            encoding["tooltip"] = {"field": "said", "type": "nominal"}
        return {"data": {"values": held}, "mark": {"type": mark, **properties}, "encoding": encoding}

    def _colour(self) -> Spec:
        return {
            "field": "name",
            "type": "nominal",
            "scale": {"domain": list(self.colours), "range": list(self.colours.values())},
            "legend": {
                "orient": "bottom",
                "title": None,
                "columns": legend_columns(self.colours),
                "labelLimit": LABEL_PIXELS,
                "symbolType": "square",
                "symbolOpacity": 1,
            },
        }

    def upright(self, value: float, colour: str, *, dash: Sequence[int] = (), width: float = 1.5) -> Spec:
        """A line across the whole height."""
        mark = {"type": "rule", "color": colour, "strokeDash": list(dash), "size": width}
        encoding = {"x": self.across.encoding("x")}
        return {"data": {"values": [{"x": value}]}, "mark": mark, "encoding": encoding}


def legend_columns(names: Iterable[str]) -> int:
    """Names side by side that fit on the narrowest screen."""
    longest = max(columns_of(name) for name in names)
    return 3 if longest <= LEGEND_COLUMNS // 3 else 2 if longest <= LEGEND_COLUMNS // 2 else 1


def chart(
    title: str, layers: Sequence[Spec], look: Look, *, height: float = HEIGHT, notes: Sequence[str] = ()
) -> Spec:
    """A chart under a statement of what is to be seen; `notes` stand below the statement, a line each."""
    return {
        "$schema": SCHEMA,
        "title": {
            "text": wrapped(title, look.title_columns),
            "subtitle": [line for note in notes for line in wrapped(note, look.title_columns + 10)],
        },
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": list(layers),
        "config": look.config,
    }


def label(words: str, columns: int = LABEL_COLUMNS) -> str:
    """A name beside a bar, broken into lines."""
    return BREAK.join(wrapped(words, columns))


def stacked(
    series: Mapping[str, Sequence[float]], places: Sequence[Datum], along: Literal["x", "y"]
) -> list[Datum]:
    """Bars on top of each other, what is below zero hangs below; a row for every part that is not zero.

    `series` are the amounts by name, one for each of `places`, which name the bar and its side.
    """
    above, below = [0.0] * len(places), [0.0] * len(places)
    rows = []
    for name, amounts in series.items():
        for place, amount in enumerate(amounts):
            ends = below if amount < 0.0 else above
            if amount:
                bar = {along: ends[place] + amount, f"{along}2": ends[place]}
                rows.append({"name": name, "amount": amount, "place": place, **places[place], **bar})
                ends[place] += amount
    return rows


def lines(*said: str) -> str:
    """What a mark says, without what is empty."""
    return BREAK.join(line for line in said if line)


def said_of(spec: Spec) -> str:
    """The statement on top of a chart, for who cannot see it."""
    return " ".join(spec["title"]["text"])
