"""The page as plain text, for a place that is no terminal."""

import io

from rich.console import Console

from roi.decision.answer import Decision
from roi.output.page import decision_page
from roi.texts import Language

COLUMNS = 120
"""Width of the page where nothing else sets one."""


def decision_text(decision: Decision, language: Language, columns: int = COLUMNS) -> str:
    """The page without colour or control characters."""
    written = io.StringIO()
    Console(file=written, width=columns, highlight=False, markup=False, color_system=None).print(
        decision_page(decision, language)
    )
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())
