"""What the pages say is so: links lead somewhere, commands and options exist, examples and notebooks run."""

import ast
import doctest
import functools
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml
from typer.main import get_command

import bench
from bench.__main__ import app as bench_app
from roi.commands import command_line
from tests.field_table import page_with_tables

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NOTEBOOKS = sorted(DOCS.glob("notebooks/*.ipynb"))
UsageError = typer.BadParameter.__mro__[1]
"""What a command says to words that it does not take."""
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(DOCS.glob("*.md")),
    ROOT / "bench" / "library" / "README.md",
    ROOT / "roi" / "data" / "README.md",
]
APPS = {
    "image-roi": get_command(command_line()),
    "image-bench": get_command(bench_app),
    "roi": get_command(command_line()),
    "bench": get_command(bench_app),
}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"(?:\S*python3? -m (roi|bench)|\S*(image-roi|image-bench))(?= |$)(.*)")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"^(?:roi|bench|docs|tests|templates)/[\w./-]+$")
NEEDS = {"app", "run", "compare", "plot", "study", "import", "fit-acceptance"}
"""Commands that want a server, a board or a file of the reader's."""
SLOW = {"sensitivity", "sweep", "--charts", "report"}
"""What is tried in tests of its own."""


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    return [text for found, text in FENCE.findall(page.read_text(encoding="utf-8")) if found == language]


def prose(page: Path) -> str:
    """The page without its blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def calls(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Every call of one of our commands in blocks and in code within sentences: name and arguments."""
    lines = [line for block in blocks(page, "bash") for line in block.splitlines()]
    spoken = re.findall(r"`([^`]+)`", " ".join(prose(page).split()))
    for line in (*lines, *spoken):
        for part in re.split(r"&&|\||>", line):
            found = CALL.search(part)
            if found:
                words = shlex.split(found[3], comments=True)
                yield found[1] or found[2], words


CALLS = [(name_of(page), name, words) for page in PAGES for name, words in calls(page)]


@functools.cache
def anchors(page: Path) -> set[str]:
    """Anchors of the page's headings, as GitHub and mkdocs make them of plain words."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}


def refused(name: str, words: list[str]) -> str | None:
    """Why the command would not take these words; None when it would."""
    top = APPS[name]
    known = {option for parameter in top.params for option in parameter.opts}
    if not words or words[0].startswith("-"):
        unknown = [word for word in words if word not in known | {"--help"}]
        return f"{unknown[0]} is no option" if unknown else None
    command = getattr(top, "commands", {}).get(words[0])
    if command is None:
        return f"{words[0]} is no command"
    if "--help" in words:
        return None
    try:
        command.make_context(words[0], words[1:])
    except UsageError as fault:
        alone = len(words) == 1  # a command that a sentence speaks of, without what it must have
        return None if alone else str(fault)
    return None


def test_the_search_sees_what_is_stale() -> None:
    assert refused("image-roi", ["recomend"]) == "recomend is no command"
    assert "--fidmax" in (refused("image-roi", ["recommend", "--fidmax", "20"]) or "")
    assert "twenty" in (refused("roi", ["recommend", "--fid-max", "twenty"]) or "")
    assert refused("image-bench", ["--versoin"]) == "--versoin is no option"
    assert "twice" in (refused("roi", ["check", "a.yaml", "twice"]) or "")
    assert refused("image-roi", ["recommend", "--fid-max", "20"]) is None


def test_the_pages_call_every_command() -> None:
    called = {(name.removeprefix("image-"), words[0]) for _, name, words in CALLS if words}
    every = {(name, command) for name in ("roi", "bench") for command in APPS[name].commands}
    assert every <= called


@pytest.mark.parametrize(("page", "name", "words"), CALLS, ids=lambda each: str(each)[:60])
def test_a_command_of_the_pages_exists_with_its_options(page: str, name: str, words: list[str]) -> None:
    assert refused(name, words) is None, f"{page}: {name} {shlex.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for target in LINK.findall(prose(page)):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if not place.is_file() or (anchor and anchor not in anchors(place)):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_that_is_named_is_there(page: Path) -> None:
    named = {code for code in re.findall(r"`([^`\s]+)`", prose(page)) if PATH.match(code)}
    assert sorted(each for each in named if not (ROOT / each).exists()) == []


def test_pages_load_nothing_from_elsewhere() -> None:
    images = [target for page in PAGES for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", prose(page))]
    assert images
    assert not [target for target in images if "://" in target]


def test_the_site_builds_without_a_warning_and_without_other_hosts(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")]
    loaded = re.compile(
        r'<(?:script|img|iframe)[^>]*src="(?:https?:)?//|<link[^>]*stylesheet[^>]*href="https?://'
    )
    assert len(pages) >= len(list(DOCS.glob("*.md")))
    assert not [page for page in pages if loaded.search(page)]


def test_the_table_of_fields_is_that_of_the_code() -> None:
    page = (DOCS / "scenario.md").read_text(encoding="utf-8")
    assert page == page_with_tables(page), "run: python -m tests.field_table"


def test_the_equations_compute_what_they_show() -> None:
    found = doctest.testfile(str(DOCS / "equations.md"), module_relative=False)
    assert found.attempted > 15
    assert found.failed == 0


def test_the_house_that_is_drawn_has_every_room() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = [
        path.name for path in (ROOT / "roi").iterdir() if path.is_dir() and (path / "__init__.py").exists()
    ]
    parts_of_rooms = {"acceptance_log", "finance", "texts"}
    assert sorted(room for room in rooms if f"roi/{room}`" not in page) == sorted(parts_of_rooms)


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line of a page, with our commands those of this checkout."""
    stand_ins = "".join(
        f'{name}() {{ "{sys.executable}" -m {module} "$@"; }}\n'
        for name, module in (("image-roi", "roi"), ("image-bench", "bench"))
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"}
    return subprocess.run(
        ["bash", "-c", stand_ins + line],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_first_answer_of_the_readme_is_the_one_that_comes(tmp_path: Path) -> None:
    printed = shell("image-roi recommend --fid-max 20", tmp_path).stdout
    unbroken = re.sub(r"\n +", " ", printed)
    (shown,) = (block for block in blocks(ROOT / "README.md", "") if "Recommended" in block)
    for line in shown.splitlines():
        assert line.removesuffix("...").rstrip() in unbroken, line


@pytest.mark.parametrize("page", ["README.md", "docs/index.md", "docs/scenario.md", "docs/deciding.md"])
def test_the_cheap_lines_of_a_page_run_in_their_order(page: str, tmp_path: Path) -> None:
    lines = [line for block in blocks(ROOT / page, "bash") for line in block.splitlines()]
    cheap = [
        line
        for line in lines
        if line.startswith(("image-roi ", "image-bench "))
        and not (NEEDS | SLOW | {"acme.xlsx", "my-profile.json"}) & set(shlex.split(line, comments=True))
    ]
    if not any("--new mine.yaml" in line for line in cheap):
        shell("image-roi scenario --new mine.yaml", tmp_path)
    assert cheap
    for line in cheap:
        done = shell(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stderr}"


def test_the_example_month_goes_from_raw_logs_to_a_page_to_sign(tmp_path: Path) -> None:
    page = (DOCS / "operation.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("## An example month")
    found = dict(FENCE.findall(rest.partition("\n## ")[0]))
    exec(compile(found["python"].replace('open("', f'open("{tmp_path}/'), "example month", "exec"), {})
    for line in found["bash"].splitlines():
        done = shell(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        if " report " in line:
            assert (tmp_path / line.split(" -o ")[1].split()[0]).is_file()
    shown = shell("image-roi operate report --month 2025-12 --rate USD=158", tmp_path).stdout
    assert found[""].strip() in " ".join(shown.split())
    japanese = (tmp_path / "december-ja.md").read_text(encoding="utf-8")
    assert "2025-12 の費用は 616,773円" in japanese


RUN_CELLS = """
import ast, json, sys
from pathlib import Path
names = {"__name__": "__main__"}
for number, cell in enumerate(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["cells"], start=1):
    if cell["cell_type"] == "code":
        body = ast.parse("".join(cell["source"]), f"cell {number}").body
        shown = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), f"cell {number}", "exec"), names)
        if shown is not None:
            print(repr(eval(compile(ast.Expression(shown.value), f"cell {number}", "eval"), names)))
"""
"""What a kernel does with cells of plain Python; a kernel itself would bring thirty packages."""


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_above_to_below(notebook: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN_CELLS, str(notebook)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TMPDIR": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    assert "verified" in done.stdout


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small_and_holds_no_outputs(notebook: Path) -> None:
    document = json.loads(notebook.read_text(encoding="utf-8"))
    cells = document["cells"]
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in cells}) == len(cells) <= 25
    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
    for cell in cells:
        if cell["cell_type"] == "code":
            ast.parse("".join(cell["source"]))


def test_there_are_two_notebooks() -> None:
    assert len(NOTEBOOKS) == 2


def test_the_citation_names_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["cff-version"], citation["version"]) == ("1.2.0", bench.__version__)
    assert citation["license"] == "Apache-2.0"


def test_every_extra_that_the_pages_name_is_there() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    named = {
        extra
        for page in PAGES
        for found in re.findall(r'pip install -e "\.\[([\w,]+)\]"', page.read_text(encoding="utf-8"))
        for extra in found.split(",")
    }
    assert named
    assert named <= set(extras)
