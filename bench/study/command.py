"""The command `study`: the paper's findings on one's own results, and where they are read from. No arithmetic."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bench.arguments import AsJson
from bench.errors import StudyError
from bench.library import library_profiles, load_profiles
from bench.profile import Profile, refuse_duplicates
from bench.writing import require_unused, write_file

if TYPE_CHECKING:
    from bench.study.content import Pictures
    from bench.study.figures import Drawing
    from bench.study.observation import LeftOut
    from bench.study.study import Study

PAGE_COLUMNS = 100
"""Width of the page where stdout is no terminal."""
ENDINGS = ("png", "svg")
"""As what a figure is written."""
LIBRARY = "library"
"""Names the bundled profiles where no file or folder has this name."""

Results = Annotated[
    list[str],
    typer.Argument(
        metavar="RESULTS...",
        help="Folder or merged file of a sweep, profile files, or `library` for the bundled profiles.",
    ),
]
ReportOption = Annotated[
    Path | None, typer.Option(help="Report to write, .md or .html with its figures; must not exist yet.")
]
FiguresOption = Annotated[Path | None, typer.Option(help="Folder for the figures, as PNG and SVG.")]


def study(
    results: Results,
    report: ReportOption = None,
    figures: FiguresOption = None,
    as_json: AsJson = False,
) -> None:
    """Test the findings of "The Hidden Cost of an Image" on results: confirmed, not confirmed or cannot tell."""
    from bench.study.content import content
    from bench.study.render import print_page
    from bench.study.study import study_document, study_of

    if report is not None and report.suffix not in (".md", ".html"):
        raise StudyError(f"--report {report}: name a .md or .html file")
    if report is not None and not report.absolute().parent.is_dir():
        raise StudyError(f"--report {report}: its folder does not exist; make it first")
    if report is not None:
        require_unused(report, StudyError)
    found = study_of(*read_places(results))
    if figures is not None:
        drawn = _all_drawings(found)
        for drawing in drawn:
            for ending in ENDINGS:
                require_unused(figures / f"{drawing.name}.{ending}", StudyError)
        for drawing in drawn:
            drawing.write(figures)
    if report is not None:
        _write_report(found, report, figures)
    if as_json:
        typer.echo(json.dumps(study_document(found), indent=2, ensure_ascii=False))
        return
    print_page(content(found), _console())


def read_places(places: Sequence[str]) -> "tuple[tuple[Profile, ...], tuple[LeftOut, ...]]":
    """The profiles of all places, and the points of sweeps that have none.

    A place is a sweep's folder or merged file, a profile file or a folder of them, or the library.

    Raises
    ------
    BenchError
        When a place cannot be read, or an id stands in two of them.
    """
    from bench.study.observation import LeftOut
    from bench.sweep.result import read_results

    found: list[tuple[str, Profile]] = []
    left: list[LeftOut] = []
    for place in dict.fromkeys(places):
        path = Path(place)
        if place == LIBRARY and not path.exists():
            found += [(place, profile) for profile in library_profiles()]
        elif not path.exists():
            raise StudyError(f"{place}: no such file or folder; name results, or `{LIBRARY}` for the bundled")
        elif _is_sweep(path):
            for _, one in read_results(path):
                if one.profile:
                    found.append((place, one.profile))
                else:
                    left.append(LeftOut(one.hash, f"{one.status.replace('_', ' ')}: {one.reason}"))
        else:
            found += [(place, profile) for profile in _own_profiles(path)]
    refuse_duplicates(found)
    return tuple(profile for _, profile in found), tuple(left)


def _own_profiles(path: Path) -> Iterator[Profile]:
    """Profiles of a place, with the published quality of their models."""
    bundled = {profile.id for profile in library_profiles()}
    return (profile for profile in load_profiles([path]) if profile.id not in bundled)


def _is_sweep(path: Path) -> bool:
    """Results carry the hash of their point; a merged file holds `results`."""
    if path.suffix == ".jsonl":
        return True
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    try:
        document = json.loads(files[0].read_text(encoding="utf-8-sig")) if files else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and ("results" in document or {"hash", "point"} <= document.keys())


def _all_drawings(found: "Study") -> "list[Drawing]":
    from bench.study.figures import drawings

    return [
        drawing
        for number, (group, held) in enumerate(found.groups.items(), start=1)
        for drawing in drawings(group, held, number)
    ]


def _write_report(found: "Study", report: Path, figures: Path | None) -> None:
    from bench.study.content import content
    from bench.study.figures import drawings
    from bench.study.render import embedded, markdown, web_page

    def drawn(place: "Pictures") -> "list[Drawing]":
        return list(drawings(place.group, found.groups[place.group], place.number))

    def in_the_file(place: "Pictures") -> Sequence[tuple[str, str]]:
        return [(one.title, embedded(one.svg())) for one in drawn(place)]

    def beside_it(place: "Pictures") -> Sequence[tuple[str, str]]:
        return (
            [(one.title, _address(figures / f"{one.name}.svg", report)) for one in drawn(place)]
            if figures
            else []
        )

    write, address = (markdown, beside_it) if report.suffix == ".md" else (web_page, in_the_file)
    try:
        write_file(report, write(content(found), address).encode())
    except OSError as fault:
        raise StudyError(f"{report}: cannot be written: {fault.strerror}; name another") from None


def _address(figure: Path, report: Path) -> str:
    """Of a figure as seen from the report."""
    import os

    return Path(os.path.relpath(figure, report.parent)).as_posix()


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PAGE_COLUMNS)
