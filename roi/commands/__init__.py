"""The commands of `python -m roi`: arguments -> scenario -> decision -> page or JSON. No arithmetic.

A command's module is loaded where it is called; help, and a word that is no command, load all of them.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from roi import __version__

__all__ = ["app", "command_line"]

PLACES = {
    "recommend": "recommend.recommend",
    "sensitivity": "sensitivity.sensitivity",
    "plan": "plan.plan",
    "compare": "compare.compare",
    "report": "report.report",
    "scenario": "scenario.scenario",
    "check": "scenario.check",
    "fit-acceptance": "fit_acceptance.fit_acceptance",
    "app": "application.application",
    "trial": "trial.app",
    "operate": "operate.app",
}
"""Where each command is at home, in the order of the help."""


def app(*, args: Sequence[str], prog_name: str) -> None:
    """Carry out one command."""
    command_line(args)(args=args, prog_name=prog_name)


def command_line(words: Sequence[str] = ()) -> typer.Typer:
    """All commands; where the first word names one that one alone, since all of them take 15 ms of a cold start."""
    found = typer.Typer(
        help="Which image model, on which hardware, meets the quality bar at the lowest cost and carbon.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    found.callback()(_roi)
    for name in [word for word in words[:1] if word in PLACES] or PLACES:
        module, _, function = PLACES[name].partition(".")
        command = getattr(import_module(f"roi.commands.{module}"), function)
        if isinstance(command, typer.Typer):
            found.add_typer(command, name=name)
        else:
            found.command(name)(command)
    return found


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"image-roi {__version__}")
        raise typer.Exit


def _roi(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version and end.")
    ] = False,
) -> None:
    """Which image model, on which hardware, meets the quality bar at the lowest cost and carbon."""
