"""What holds for every file of the repository, whatever it is about."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MADE_BY_TOOLS = {"__pycache__", "build", "dist", "site"}
KEPT_DOT_NAMES = {".ci", ".gitignore", ".streamlit"}

FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.~-])/(?:work|root|opt)\b(?!-)"),
    "a package registry's host": re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|download\.pytorch\.org"
    ),
    "a note from outside the repository": re.compile(
        r"work[p]lace|\bissues show\b|(?<![\w-])share[d]/|"
        r"(?:house-style|decision-model|\bdesign|measurement)\.md"
    ),
    "unfinished work": re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b"),
}
"""What no file may hold. A letter in brackets keeps a pattern from finding itself."""


def repository_files(folder: Path = ROOT) -> Iterator[Path]:
    """Files that belong to the repository: all but what tools and environments leave behind."""
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") and entry.name not in KEPT_DOT_NAMES:
            continue
        if entry.is_file():
            yield entry
        elif entry.name not in MADE_BY_TOOLS and not entry.name.endswith(".egg-info"):
            yield from repository_files(entry)


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every file that is UTF-8 text."""
    for path in repository_files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


TEXTS = dict(texts())


def undocumented(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    """Public functions, and public methods of public classes, that have no docstring."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from (f"{node.name}.{name}" for name in undocumented(node))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            overload = any(ast.unparse(mark).endswith("overload") for mark in node.decorator_list)
            if not (node.name.startswith("_") or overload or ast.get_docstring(node)):
                yield node.name


@pytest.mark.parametrize(
    ("what", "sample"),
    [
        ("a path of one machine", "cd /" + "opt/tools"),
        ("a path of one machine", "file:///" + "root"),
        ("a package registry's host", "https://pypi" + ".org/simple"),
        ("a note from outside the repository", "see ../share" + "d/data"),
        ("unfinished work", "# TO" + "DO later"),
    ],
)
def test_the_search_finds_what_it_forbids(what: str, sample: str) -> None:
    assert FORBIDDEN[what].search(sample)


@pytest.mark.parametrize(
    "text", ["roi/workbook/sheets.py", "https://a.example/work/x", "and/or", "/workload"]
)
def test_the_search_lets_ordinary_text_pass(text: str) -> None:
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{name}:{number} {match.group()!r}"
        for name, text in TEXTS.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := FORBIDDEN[what].search(line))
    ]
    assert found == [], f"no file may hold {what}"


def test_the_search_reads_the_whole_house() -> None:
    assert {"pyproject.toml", "LICENSE", ".ci/run", "bench/library.py", "tests/run"} <= set(TEXTS)


def test_every_public_function_says_what_it_gives() -> None:
    bare = [
        f"{name}: {function}"
        for name, text in TEXTS.items()
        if name.startswith(("roi/", "bench/")) and name.endswith(".py")
        for function in undocumented(ast.parse(text))
    ]
    assert bare == []


def test_the_changelog_has_one_unreleased_section_on_top() -> None:
    sections = [line for line in TEXTS["CHANGELOG.md"].splitlines() if line.startswith("## ")]
    assert sections[0] == "## [Unreleased]"
    assert sections.count("## [Unreleased]") == 1
