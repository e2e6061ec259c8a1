"""Words that somebody typed, for places where streamlit reads Markdown: they are shown and never obeyed."""

import re

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
"""All punctuation of ASCII: Markdown takes a backslash before each of them, and streamlit's own colours, icons
and formulas begin with one of them."""
_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")


def escaped(words: str) -> str:
    """The words on one line, every mark of Markdown, HTML and streamlit's directives as plain text."""
    return _MARKS.sub(r"\\\1", _BREAKS.sub(" ", words).strip())
