"""How every figure looks: colours, patterns, type, titles, hover. Light and dark.

Colours are those that colour-blind eyes tell apart (M. Okabe and K. Ito, Color Universal Design, 2008); every
distinction by colour is also one of pattern, symbol or place, so that a black-and-white print keeps it.
"""

import html
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from roi.amounts import coin
from roi.texts import Language

BLUE, ORANGE, GREEN, PINK = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILION, YELLOW, GREY = "#56B4E9", "#D55E00", "#F0E442", "#8C8C8C"

COMPONENT_LOOKS: dict[str, tuple[str, str]] = {
    "purchase": (BLUE, ""),
    "residual": (GREY, "\\"),
    "owed": (VERMILION, "x"),
    "opening": (SKY, "/"),
    "migration": (SKY, "x"),
    "rent": (VERMILION, ""),
    "hardware": (BLUE, "/"),
    "upkeep": (GREEN, "/"),
    "electricity": (YELLOW, ""),
    "demand_charge": (YELLOW, "x"),
    "api": (PINK, ""),
    "outside": (PINK, "x"),
    "review": (ORANGE, ""),
    "fallback": (GREY, "."),
    "model": (GREEN, ""),
}
"""Colour and pattern of every component of cost, the same in all figures."""

TITLE_COLUMNS = 50
"""Width of a line of a title on the narrowest screen; a Japanese letter takes two."""
HEIGHT = 440


@dataclass(frozen=True, slots=True)
class Look:
    """What a figure has to know of its reader."""

    language: Language
    dark: bool
    currency: str

    @property
    def coin(self) -> str:
        """What the currency is called on an axis."""
        return coin(self.currency, self.language)

    @property
    def ink(self) -> str:
        """Colour of words and lines."""
        return "#EEF2F5" if self.dark else "#1B232B"

    @property
    def ground(self) -> str:
        """Colour behind the figure."""
        return "#11161B" if self.dark else "#FFFFFF"

    @property
    def faint(self) -> str:
        """Colour of grids."""
        return "#36424D" if self.dark else "#DDE3E8"

    @property
    def quiet(self) -> str:
        """Colour of what stands in the second row."""
        return "#A9B4BE" if self.dark else "#5B6770"


def new_figure(title: str, look: Look, *, height: int = HEIGHT) -> go.Figure:
    """An empty figure under a title that says what is to be seen."""
    figure = go.Figure()
    figure.update_layout(
        template=_template(look),
        height=height,
        title={
            "text": wrapped(title),
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "pad": {"t": 18, "b": 8, "l": 4},
            "automargin": True,
            "font": {"size": 14, "weight": 600},
        },
    )
    return figure


def _template(look: Look) -> go.layout.Template:
    axis = {
        "gridcolor": look.faint,
        "linecolor": look.quiet,
        "zerolinecolor": look.quiet,
        "automargin": True,
        "title": {"font": {"size": 12}, "standoff": 8},
        "tickfont": {"size": 11},
    }
    return go.layout.Template(
        layout={
            "font": {
                "family": '"Source Sans", "Noto Sans CJK JP", sans-serif',
                "size": 12,
                "color": look.ink,
            },
            "paper_bgcolor": look.ground,
            "plot_bgcolor": look.ground,
            "separators": ".,",
            "margin": {"l": 8, "r": 12, "t": 64, "b": 8},
            "legend": _legend(look),
            "hoverlabel": {"align": "left", "font": {"size": 12}, "namelength": -1},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "bargap": 0.3,
        }
    )


def _legend(look: Look) -> dict[str, Any]:
    """Below the figure, where a narrow screen has room for it."""
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "yref": "container",
        "y": 0,
        "yanchor": "bottom",
        "font": {"size": 11, "color": look.ink},
        "title": {"text": ""},
    }


def filled(colour: str, pattern: str, look: Look) -> dict[str, Any]:
    """The surface of a bar."""
    surface: dict[str, Any] = {"color": colour, "line": {"color": look.ink, "width": 0.6}}
    if pattern:
        ink = {"fgcolor": "#1B232B", "fgopacity": 0.75, "fillmode": "overlay", "size": 6, "solidity": 0.25}
        surface["pattern"] = {"shape": pattern, **ink}
    return surface


def plain(words: str) -> str:
    """Words of a user as they were typed: plotly reads a small HTML of its own."""
    return html.escape(words, quote=False)


def hovers(lines: Iterable[Iterable[str]]) -> dict[str, Any]:
    """What each mark says when it is pointed at, one line under the other."""
    told = ["<br>".join(wrapped(line) for line in each if line) for each in lines]
    return {"hovertext": told, "hovertemplate": "%{hovertext}<extra></extra>"}


def wrapped(words: str, columns: int = TITLE_COLUMNS) -> str:
    """Words escaped and broken into lines of so many columns, at blanks or after Japanese punctuation."""
    lines, line, width, gap = [], "", 0, 0
    for letter in words:
        line += letter
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        gap = len(line) if letter in " 、。：；／" else gap
        if width > columns:
            end = gap or len(line)
            lines.append(line[:end].rstrip())
            line = line[end:]
            width, gap = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line), 0
    return "<br>".join(plain(each) for each in (*lines, line) if each)
