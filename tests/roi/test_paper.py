"""One paper, several doors: the same parts as a terminal and as Markdown, nothing lost, no markup obeyed."""

import pytest

from roi.output.markdown import markdown
from roi.output.terminal import plain_text
from roi.paper import Heading, Named, Sentence, bullets, table


def paper():
    rows = table("option", "JPY per image")
    rows.add("a | b", "83.09")
    rows.add(Sentence("none *", "bad"), "-", tone="note")
    named = Named()
    named.add("Cost", "JPY 79.0 M")
    named.add("", Sentence("since today", "note"))
    said = bullets(["it pays", Sentence("it rests on guesses", "warning")])
    return (Sentence("Rent it.", "strong"), Heading("Beside it"), rows, named, said)


def test_a_terminal_shows_every_part_in_its_order():
    assert plain_text(paper(), 40).splitlines() == [
        "Rent it.",
        "",
        "Beside it",
        "option  JPY per image",
        "a | b           83.09",
        "none *              -",
        "Cost  JPY 79.0 M",
        "      since today",
        "- it pays",
        "! it rests on guesses",
    ]


def test_markdown_has_the_same_words_and_obeys_none_of_them():
    lines = markdown("Paper", paper(), "against:").splitlines()
    assert lines[:3] == ["# Paper", "", "**Rent it.**"]
    assert "| a \\| b | 83.09 |" in lines
    assert "| none \\* | - |" in lines
    assert "| Cost | JPY 79.0 M |" in lines
    assert lines[-2:] == ["- it pays", "- **against:** it rests on guesses"]


def test_a_row_has_a_cell_for_every_column():
    with pytest.raises(ValueError, match="1 cells under 2 columns"):
        table("a", "b").add("only one")


def test_a_table_without_titles_has_no_line_for_them():
    rows = table("", "")
    rows.add("x", "1")
    assert plain_text((rows,), 40) == "x  1"
