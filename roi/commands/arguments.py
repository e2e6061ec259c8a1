"""Options that several commands share, and the scenario that they mean."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roi.texts import Language, text

if TYPE_CHECKING:
    from roi.scenario.document import Scenario

ScenarioFile = Annotated[
    Path | None, typer.Option("--scenario", help="Scenario file; the bundled demonstration when left out.")
]
ProfilePaths = Annotated[
    list[Path] | None,
    typer.Option("--profiles", help="A profile file or a folder of them, beside the library; repeatable."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of the page.")]
Lang = Annotated[str, typer.Option("--lang", help="Language of the page: en or ja.")]


def scenario_of(path: Path | None, language: Language) -> "Scenario":
    """The scenario of a file; the bundled demonstration, and a note of it, without one."""
    from roi.scenario.load import demonstration, load_scenario

    if path is not None:
        return load_scenario(path)
    typer.echo(text(language, "page.demonstration"), err=True)
    return demonstration()
