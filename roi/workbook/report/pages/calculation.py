"""What the pages take from the live calculation."""

from collections.abc import Mapping
from dataclasses import dataclass

from roi.workbook.book import Book
from roi.workbook.expression import Cell
from roi.workbook.report.live.ahead import Ahead
from roi.workbook.report.pages.checks import Check
from roi.workbook.report.pages.course import Course
from roi.workbook.report.pages.headline import Headline


@dataclass(frozen=True, slots=True)
class Calculation:
    """A book with the sheets from Inputs to Results, and where the pages find their figures in it."""

    book: Book
    inputs: Mapping[str, Cell]
    """The value in use of every figure, by its place in the scenario."""
    headline: Headline
    course: Course
    checks: tuple[Check, ...]
    """What must hold within the calculation, and the rules that the plan must keep."""
    ahead: Ahead
    """The years ahead for an option alone."""
