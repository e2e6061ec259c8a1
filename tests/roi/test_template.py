"""The commented templates of `scenario --new`: one file in two languages, whose examples hold."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from roi.__main__ import main
from roi.resources import template_path
from roi.scenario.document import Scenario
from roi.scenario.load import TEMPLATES, demonstration, scenario_from_text
from roi.texts import LANGUAGES, Language, bundled

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
EXAMPLE = re.compile(r"^( *)# (?=( *)(?:- )?(?:\{|[a-z0-9_]+:(?: |$)|[A-Z][A-Za-z ]*: \{))")
"""What begins a line that holds once its mark is taken away: a field, an entry of a list or a model's name."""
FREE = {"name", "title", "source", "replace_with"}
KEPT = re.compile(r"\[[^\]]+\]|`[^`]+`|\w*_\w*")
"""Units, commands, and names of fields and options: words that a comment has in every language."""

LINES = {
    language: template_path(name).read_text(encoding="utf-8").splitlines()
    for language, name in TEMPLATES.items()
}


def uncommented(lines: list[str], numbers: Iterable[int]) -> list[str]:
    chosen = set(numbers)
    return [EXAMPLE.sub(r"\1", line) if number in chosen else line for number, line in enumerate(lines)]


def blocks(lines: list[str]) -> list[range]:
    """Each example with all that stands below it, by the numbers of its lines."""
    found: list[range] = []
    for number, line in enumerate(lines):
        example = EXAMPLE.match(line)
        if example and example[2] and found and found[-1].stop == number:
            found[-1] = range(found[-1].start, number + 1)
        elif example:
            found.append(range(number, number + 1))
    return found


def field_of(line: str) -> str:
    return EXAMPLE.sub("", line).strip().removeprefix("- ").partition(":")[0]


EXAMPLES = {language: blocks(lines) for language, lines in LINES.items()}


def with_line(after: str) -> Callable[[list[str], range], list[str]]:
    """A change of a file: another line of the same part beside the uncommented one."""

    def changed(lines: list[str], block: range) -> list[str]:
        indent = len(lines[block.start]) - len(lines[block.start].lstrip())
        return [*lines[: block.stop], " " * indent + after, *lines[block.stop :]]

    return changed


def with_time_blocks(lines: list[str], _block: range) -> list[str]:
    (needed,) = (each for each in blocks(lines) if field_of(lines[each.start]) == "time_blocks")
    return uncommented(lines, needed)


def without_baseline(lines: list[str], _block: range) -> list[str]:
    """The baseline in use gives way to one of the others."""
    first = next(number for number, line in enumerate(lines) if field_of(line) == "baseline")
    end = next(number for number in range(first, len(lines)) if EXAMPLE.match(lines[number]))
    return [*lines[:first], *lines[end:]]


BESIDE = {
    "share_by_block": with_time_blocks,
    "baseline": without_baseline,
    "commitment_years": with_line("term: reserved"),
    "interruption_overhead_fraction": with_line("term: spot"),
    "cold_start_s": with_line("billing: second"),
    "minimum_s": with_line("billing: second"),
    "model_swap_s": with_line("model_swaps_per_day: 4"),
    "model_swaps_per_day": with_line("model_swap_s: 60"),
}
"""What an example needs beside it, as its comment says."""
INSTEAD = {
    *("baseline", "grid_intensity", "commitment_years", "interruption_overhead_fraction"),
    *("cold_start_s", "minimum_s"),
}
"""Examples that stand in the place of others, as their comments say."""


def read(lines: list[str]) -> Scenario:
    return scenario_from_text("".join(f"{line}\n" for line in lines), "template")


def parted(line: str) -> tuple[str, str]:
    """What is read of a line, or would be once uncommented, and its comment."""
    example = EXAMPLE.sub(r"\1", line)
    if example == line and line.lstrip().startswith("#"):
        return "", line
    text, _, comment = example.partition(" # ")
    return text.rstrip(), comment


def test_both_templates_are_the_same_line_for_line_but_for_comments_and_free_texts() -> None:
    assert len(LINES["en"]) == len(LINES["ja"])
    for english, japanese in zip(LINES["en"], LINES["ja"], strict=True):
        (text, comment), (other, said) = parted(english), parted(japanese)
        assert bool(EXAMPLE.match(english)) == bool(EXAMPLE.match(japanese)), japanese
        if text != other:
            assert field_of(text) == field_of(other) in FREE, japanese
            assert JAPANESE.search(other), japanese
        command = comment.startswith("#     python -m roi ")
        assert bool(comment.strip("# ")) == bool(JAPANESE.search(said)) or command, japanese
        assert [word for word in KEPT.findall(comment) if word not in said] == [], japanese


def in_japanese(part: object) -> object:
    """A dumped scenario with the words that are told in Japanese in Japanese."""
    if isinstance(part, dict):
        return {key: in_japanese(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [in_japanese(value) for value in part]
    return bundled("ja", part) if isinstance(part, str) else part


def test_the_japanese_template_is_the_demonstration_as_it_is_told_in_japanese() -> None:
    written = read(LINES["ja"]).model_dump(mode="json")
    assert in_japanese(written) == in_japanese(demonstration().model_dump(mode="json"))
    assert written["name"] == "商品画像（東京）"
    assert written["workloads"][0]["name"] == "product-pictures"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_holds_once_uncommented(language: Language) -> None:
    assert len(EXAMPLES[language]) == 57
    plain = read(LINES[language]).model_dump(exclude_unset=True)
    for block in EXAMPLES[language]:
        lines = uncommented(LINES[language], block)
        beside = BESIDE.get(field_of(lines[block.start]))
        found = read(beside(lines, block) if beside else lines).model_dump(exclude_unset=True)
        assert found != plain, lines[block.start]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_examples_that_go_together_hold_together(language: Language) -> None:
    lines = LINES[language]
    chosen = [block for block in EXAMPLES[language] if field_of(lines[block.start]) not in INSTEAD]
    found = read(uncommented(lines, (number for block in chosen for number in block)))
    assert found.proposal is not None
    assert JAPANESE.search(found.proposal.title or "") if language == "ja" else found.proposal.title
    assert [block.name for block in found.site.time_blocks] == ["day", "night"]
    assert found.limits.boards == ("H100 SXM", "L40S")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_writes_the_template_of_the_language(
    language: Language, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    assert main(["scenario", "--new", str(path), "--lang", language]) == 0
    assert path.read_bytes() == template_path(TEMPLATES[language]).read_bytes()
    assert main(["check", str(path), "--lang", language]) == 0
    assert capsys.readouterr().out.startswith(read(LINES[language]).name)
