"""The page of a decision as text."""

from roi.decision.answer import Decision
from roi.output.page import decision_page
from roi.output.terminal import COLUMNS, plain_text
from roi.texts import Language


def decision_text(decision: Decision, language: Language, columns: int = COLUMNS) -> str:
    """The page without colour or control characters."""
    return plain_text(decision_page(decision, language), columns)
