"""A paper on a page: its tables as tables that scroll, its sentences as captions and warnings."""

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from roi.output.charts.look import columns_of
from roi.paper import Bullets, Heading, Named, Part, Sentence, Table, words_of
from roi.screens.escaping import escaped

ROWS_SHOWN_MAX = 30
"""Rows that a table shows whole; a longer one scrolls."""
PINNED_COLUMNS_MAX = 30
"""Width of words that leave room beside them on a telephone; a Japanese letter takes two."""


def show_parts(parts: Iterable[Part]) -> None:
    """All parts, one below the other."""
    for part in parts:
        _show(part)


def _show(part: Part) -> None:
    if isinstance(part, Heading):
        if part.small:
            st.markdown(f"**{escaped(part.text)}**")
        else:
            st.subheader(escaped(part.text))
    elif isinstance(part, Sentence):
        _show_sentence(part)
    elif isinstance(part, Bullets):
        st.markdown("\n".join(f"- {escaped(each.text)}" for each in part.sentences))
    elif isinstance(part, Named):
        rows = [(name, value.text) for name, value in part.rows]
        st.dataframe(pd.DataFrame(rows), hide_index=True, column_config={"0": "", "1": ""})
    elif any(column.kind == "number" for column in part.columns):
        _show_table(part)
    else:
        _show_words(part)


def _show_sentence(sentence: Sentence) -> None:
    if sentence.tone == "bad":
        st.error(f"**{escaped(sentence.text)}**", icon=":material/block:")
    elif sentence.tone == "warning":
        st.warning(escaped(sentence.text), icon=":material/warning:")
    elif sentence.tone == "note":
        st.caption(escaped(sentence.text))
    else:
        st.text(sentence.text)


def _show_words(part: Table) -> None:
    """A table of words alone breaks its lines: nothing has to be scrolled to."""
    cells = [[escaped(words_of(cell)) for cell in row.cells] for row in part.rows]
    titles = [column.title for column in part.columns]
    frame = pd.DataFrame(cells, columns=_told_apart(titles))
    st.table(frame, hide_index=True, hide_header=not any(titles))


UNSEEN = "\u2060"
"""Takes no room."""


def _told_apart(titles: Sequence[str]) -> list[str]:
    """Titles, escaped; those that read the same, or are empty, differ in what nobody sees."""
    return [f"{escaped(title)}{UNSEEN * titles[:place].count(title)}" for place, title in enumerate(titles)]


def _show_table(part: Table) -> None:
    """The first column stays where a narrow screen scrolls, unless it would fill that screen."""
    cells = [[words_of(cell).replace("\n", "; ") for cell in row.cells] for row in part.rows]
    column = st.column_config.TextColumn
    stays = max((columns_of(row[0]) for row in cells), default=0) <= PINNED_COLUMNS_MAX
    st.dataframe(
        pd.DataFrame(cells, columns=[str(place) for place in range(len(part.columns))]),
        hide_index=True,
        height="content" if len(cells) <= ROWS_SHOWN_MAX else "auto",
        column_config={
            str(place): column(
                each.title,
                alignment="right" if each.kind == "number" else "left",
                pinned=place == 0 and stays,
            )
            for place, each in enumerate(part.columns)
        },
    )
