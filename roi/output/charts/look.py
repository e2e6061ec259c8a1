"""How every chart looks: colours, type, titles. Light and dark.

Colours are those that colour-blind eyes tell apart (M. Okabe and K. Ito, Color Universal Design, 2008). What stands
next to each other differs in lightness or shape as well, and legends have the order of the bars.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from roi.amounts import coin
from roi.texts import Language

BLUE, ORANGE, GREEN, PINK = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILION, YELLOW, GREY = "#56B4E9", "#D55E00", "#F0E442", "#8C8C8C"
DARK_GREEN, DARK_PINK, BROWN, PALE, DARK_GREY = "#00604A", "#8A3F68", "#7A4A00", "#C8D6E0", "#4A4A4A"

COMPONENT_COLOURS = {
    "purchase": BLUE,
    "residual": DARK_GREY,
    "owed": BROWN,
    "opening": SKY,
    "migration": PALE,
    "rent": VERMILION,
    "hardware": "#004A75",
    "upkeep": GREEN,
    "electricity": YELLOW,
    "demand_charge": "#B3A200",
    "api": PINK,
    "outside": DARK_PINK,
    "review": ORANGE,
    "fallback": GREY,
    "model": DARK_GREEN,
}
"""Of every component of cost, the same in all charts."""

FONT = '"Source Sans", "Noto Sans CJK JP", "Noto Sans", sans-serif'
TITLE_COLUMNS = 44
"""Width of a line of a title on the narrowest screen; a Japanese letter takes two."""

HELD = "\N{NO-BREAK SPACE}"
_AMOUNT = re.compile(r"([A-Z]{3} )?-?\d[\d,.]*( [A-Za-z%][\w/]{0,2}\b)?")
"""Currency, number and a short unit: `JPY 5.98 M`, `2.62 t`."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a chart has to know of its reader."""

    language: Language
    dark: bool
    currency: str
    title_columns: int = TITLE_COLUMNS

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
        """Colour behind the chart."""
        return "#11161B" if self.dark else "#FFFFFF"

    @property
    def faint(self) -> str:
        """Colour of grids."""
        return "#36424D" if self.dark else "#DDE3E8"

    @property
    def quiet(self) -> str:
        """Colour of what stands in the second row."""
        return "#A9B4BE" if self.dark else "#5B6770"

    @property
    def line(self) -> str:
        """Colour of the line that matters."""
        return SKY if self.dark else BLUE

    @property
    def curve(self) -> str:
        """Colour of a line over bars, on an edge of the ground's colour."""
        return YELLOW if self.dark else BLUE

    @property
    def config(self) -> dict[str, Any]:
        """Type, grids and legends of all charts."""
        return {
            "font": FONT,
            "background": self.ground,
            "view": {"stroke": None},
            "axis": {
                "labelColor": self.ink,
                "titleColor": self.ink,
                "gridColor": self.faint,
                "domainColor": self.quiet,
                "tickColor": self.quiet,
                "labelFontSize": 11,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "titlePadding": 8,
            },
            "legend": {
                "labelColor": self.ink,
                "titleColor": self.ink,
                "labelFontSize": 11,
                "symbolSize": 90,
                "layout": {
                    "bottom": {"anchor": "start", "bounds": "full"},
                    "top": {"anchor": "start", "bounds": "full"},
                },
            },
            "title": {
                "color": self.ink,
                "subtitleColor": self.quiet,
                "fontSize": 14,
                "fontWeight": 600,
                "subtitleFontSize": 11,
                "subtitlePadding": 6,
                "lineHeight": 18,
                "anchor": "start",
                "frame": "bounds",
                "offset": 12,
            },
        }


def wrapped(words: str, columns: int = TITLE_COLUMNS) -> list[str]:
    """Words in lines of so many columns, broken at blanks outside amounts or after Japanese punctuation."""
    lines, line, width, gap = [], "", 0, 0
    for letter in _AMOUNT.sub(lambda found: found[0].replace(" ", HELD), words):
        line += letter
        width += columns_of(letter)
        gap = len(line) if letter in " 、。：；／" else gap
        if width > columns:
            end = gap or len(line)
            lines.append(line[:end].rstrip())
            line = line[end:]
            width, gap = columns_of(line), 0
    return [each.replace(HELD, " ") for each in (*lines, line) if each]


def columns_of(words: str) -> int:
    """Width of words in columns: a Japanese letter takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in words)
