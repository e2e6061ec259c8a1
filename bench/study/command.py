"""The command `study`: the paper's findings on one's own results. No arithmetic."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bench.arguments import AsJson
from bench.errors import StudyError
from bench.writing import write_file

if TYPE_CHECKING:
    from bench.study.content import Pictures
    from bench.study.figures import Drawing
    from bench.study.study import Study

PAGE_COLUMNS = 100
"""Width of the page where stdout is no terminal."""

Results = Annotated[
    list[str],
    typer.Argument(
        metavar="RESULTS...",
        help="Folder or merged file of a sweep, profile files, or `library` for the bundled profiles.",
    ),
]
ReportOption = Annotated[Path | None, typer.Option(help="Report to write: .md, or .html with its figures.")]
FiguresOption = Annotated[Path | None, typer.Option(help="Folder for the figures, as PNG and SVG.")]


def study(
    results: Results,
    report: ReportOption = None,
    figures: FiguresOption = None,
    as_json: AsJson = False,
) -> None:
    """Test the findings of "The Hidden Cost of an Image" on results: confirmed, not confirmed or cannot tell."""
    from bench.study.content import content
    from bench.study.read import read_places
    from bench.study.render import print_page
    from bench.study.study import study_document, study_of

    if report is not None and report.suffix not in (".md", ".html"):
        raise StudyError(f"--report {report}: name a .md or .html file")
    if report is not None and not report.absolute().parent.is_dir():
        raise StudyError(f"--report {report}: its folder does not exist; make it first")
    found = study_of(*read_places(results))
    if figures is not None:
        for drawing in _all_drawings(found):
            drawing.write(figures)
    if report is not None:
        _write_report(found, report, figures)
    if as_json:
        typer.echo(json.dumps(study_document(found), indent=2, ensure_ascii=False))
        return
    print_page(content(found), _console())


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
