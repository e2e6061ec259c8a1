"""How far an answer can be trusted as it stands: whose figures it rests on, and how many only fill their field."""

import streamlit as st

from roi.scenario.document import Scenario
from roi.scenario.effective import effective_figures, placeholders_of
from roi.scenario.load import demonstration
from roi.screens.escaping import escaped
from roi.texts import Language, bundled, text


def is_draft(scenario: Scenario) -> bool:
    """Whether figures are placeholders: nothing is said to be right before they are replaced."""
    return any(figure.placeholder for _, figure, _ in effective_figures(scenario))


def show_standing(scenario: Scenario, language: Language) -> None:
    """Whose scenario it is and how many of its figures are placeholders, on one line."""
    count, total = placeholders_of(scenario)
    words = []
    if scenario == demonstration():
        words.append(f"**:material/science: {escaped(text(language, 'screen.demonstration'))}**")
    words.append(escaped(bundled(language, scenario.name)))
    if count:
        state = escaped(text(language, "screen.draft", count=count, total=total))
        words.append(f"**:material/edit_note: {state}**")
    else:
        words.append(f":material/done_all: {escaped(text(language, 'screen.no_placeholders', total=total))}")
    st.markdown(" · ".join(words))
