"""`scenario` writes a scenario, new or as another kind of file; `check` reads one and says what to mend."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from roi.commands.arguments import AsJson, Lang, ProfilePaths
from roi.commands.streams import json_text, show, tell_notes, unserved_document
from roi.errors import RoiError
from roi.texts import Language, language_of
from roi.texts.messages import Message, at, said


def scenario(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="Scenario file to write as another with --to.", show_default=False
        ),
    ] = None,
    new: Annotated[
        Path | None,
        typer.Option(
            "--new", help="File to write, .yaml or .xlsx; it must not exist yet.", show_default=False
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", help="File to write FILE as, .yaml or .xlsx; it must not exist yet.", show_default=False
        ),
    ] = None,
    lang: Lang = "en",
) -> None:
    """Write a commented scenario to begin from, or one of your own as text or as a workbook."""
    language = language_of(lang)
    if new is not None and to is None and source is None:
        _write_new(new, language)
        typer.echo(said(language, at(new, Message("file.scenario_written", path=str(new)))), err=True)
    elif to is not None and new is None and source is not None:
        _write_as(source, to, language)
        typer.echo(said(language, at(to, Message("file.written_as", source=str(source)))), err=True)
    else:
        raise RoiError(Message("asked.new_or_to"))


def _is_workbook(path: Path) -> bool:
    """Whether the ending asks for a workbook; refused for one of the other kinds of workbooks."""
    from roi.scenario_file import WORKBOOKS

    ending = path.suffix.casefold()
    if ending in WORKBOOKS and ending != ".xlsx":
        raise RoiError(at(path, Message("file.scenario_ending")))
    return ending == ".xlsx"


def _write_new(path: Path, language: Language) -> None:
    if _is_workbook(path):
        from roi.scenario.load import demonstration
        from roi.workbook.inputs.writing import write_input_workbook

        write_input_workbook(demonstration(language), path, language)
    else:
        from roi.scenario.load import write_new

        write_new(path, language)


def _write_as(source: Path, path: Path, language: Language) -> None:
    from roi.new_file import LEFT_AS_IT_IS, put_new_file
    from roi.scenario.yaml_writing import yaml_of
    from roi.scenario_file import read_scenario_file

    as_workbook = _is_workbook(path)
    read = read_scenario_file(source)
    tell_notes(read.notes, language)
    if as_workbook:
        from roi.workbook.inputs.writing import write_input_workbook

        write_input_workbook(read.scenario, path, language)
    else:
        put_new_file(path, yaml_of(read.scenario, language).encode(), LEFT_AS_IT_IS)


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file.")],
    profiles: ProfilePaths = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Validate a scenario and list its placeholders, its stale, weak and unusual figures, and unserved supplies."""
    from bench.library import load_profiles
    from roi.decision.missing import require_figures
    from roi.output.check import check_document, check_page
    from roi.planning.today import require_plannable
    from roi.scenario.check import remarks
    from roi.scenario_file import read_scenario_file

    language = language_of(lang)
    read = read_scenario_file(file)
    told = [note for note in read.notes if note.kind != "no_rows"]  # which are remarks here
    tell_notes(told, language)
    known = load_profiles(profiles or ())
    require_plannable(read.scenario, known)
    require_figures(read.scenario, known)
    found = remarks(read.scenario, datetime.now(tz=UTC).date(), known, read.left_out)
    if as_json:
        document = check_document(read.scenario, found) | unserved_document(read.scenario, known)
        notes = [note.sentence(language) for note in told]
        typer.echo(json_text(document | {"notes": notes}))
    else:
        show(check_page(read.scenario, found, language))
