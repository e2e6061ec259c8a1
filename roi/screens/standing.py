"""How far an answer can be trusted as it stands: whose figures it rests on, and how many only fill their field."""

import streamlit as st

from roi.scenario.document import Scenario
from roi.scenario.effective import effective_figures
from roi.scenario.load import demonstration
from roi.screens.escaping import escaped
from roi.texts import Language, text


def is_draft(scenario: Scenario) -> bool:
    """Whether figures are placeholders: nothing is said to be right before they are replaced."""
    return any(figure.placeholder for _, figure, _ in effective_figures(scenario))


def show_standing(scenario: Scenario, language: Language) -> None:
    """Whose scenario it is and how many of its figures are placeholders, on one line."""
    listed = effective_figures(scenario)
    count = sum(figure.placeholder for _, figure, _ in listed)
    words = []
    if scenario == demonstration():
        words.append(f"**:material/science: {escaped(text(language, 'screen.demonstration'))}**")
    words.append(escaped(scenario.name))
    if count:
        state = escaped(text(language, "screen.draft", count=count, total=len(listed)))
        words.append(f"**:material/edit_note: {state}**")
    else:
        words.append(
            f":material/done_all: {escaped(text(language, 'screen.no_placeholders', total=len(listed)))}"
        )
    st.markdown(" · ".join(words))
