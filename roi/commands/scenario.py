"""`scenario` writes a scenario to begin from; `check` reads one and says what to mend."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from roi.commands.arguments import AsJson, Lang, ProfilePaths
from roi.commands.streams import json_text, show, tell_notes, unserved_document
from roi.texts import language_of


def scenario(
    new: Annotated[Path, typer.Option("--new", help="File to write, .yaml or .xlsx; it must not exist yet.")],
    lang: Lang = "en",
) -> None:
    """Write a commented scenario to begin from, as text or as a workbook."""
    language = language_of(lang)
    if new.suffix.casefold() == ".xlsx":
        from roi.scenario.load import demonstration
        from roi.workbook.inputs.writing import write_input_workbook

        write_input_workbook(demonstration(), new, language)
    else:
        from roi.scenario.load import write_new

        write_new(new)
    typer.echo(f"{new}: written; edit it, then `python -m roi check {new}`", err=True)


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file.")],
    profiles: ProfilePaths = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Validate a scenario and list its placeholders, its stale, weak and unusual figures, and unserved supplies."""
    from bench.library import load_profiles
    from roi.output.check import check_document, check_page
    from roi.scenario.check import remarks
    from roi.scenario_file import read_scenario_file

    language = language_of(lang)
    read = read_scenario_file(file)
    tell_notes(read.notes, language)
    known = load_profiles(profiles or ())
    found = remarks(read.scenario, datetime.now(tz=UTC).date(), known)
    if as_json:
        document = check_document(read.scenario, found) | unserved_document(read.scenario, known)
        notes = [note.sentence(language) for note in read.notes]
        typer.echo(json_text(document | {"notes": notes}))
    else:
        show(check_page(read.scenario, found, language))
