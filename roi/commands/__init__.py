"""The commands of `python -m roi`: arguments -> scenario -> decision -> page or JSON. No arithmetic."""

from typing import Annotated

import typer

from roi import __version__
from roi.commands.application import application
from roi.commands.compare import compare
from roi.commands.fit_acceptance import fit_acceptance
from roi.commands.operate import app as operate
from roi.commands.operate_audit import audit
from roi.commands.operate_disclose import disclose
from roi.commands.operate_recalibrate import recalibrate
from roi.commands.plan import plan
from roi.commands.recommend import recommend
from roi.commands.report import report
from roi.commands.scenario import check, scenario
from roi.commands.sensitivity import sensitivity
from roi.commands.trial import app as trial

__all__ = ["app"]

app = typer.Typer(
    help="Which image model, on which hardware, meets the quality bar at the lowest cost and carbon.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"image-roi {__version__}")
        raise typer.Exit


@app.callback()
def _roi(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version and end.")
    ] = False,
) -> None:
    """Which image model, on which hardware, meets the quality bar at the lowest cost and carbon."""


app.command()(recommend)
app.command()(sensitivity)
app.command()(plan)
app.command()(compare)
app.command()(report)
app.command()(scenario)
app.command()(check)
app.command("fit-acceptance")(fit_acceptance)
app.command("app")(application)
app.add_typer(trial, name="trial")
operate.command()(audit)
operate.command()(recalibrate)
operate.command()(disclose)
app.add_typer(operate, name="operate")
