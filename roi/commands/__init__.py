"""The commands of `python -m roi`: arguments -> scenario -> decision -> page or JSON. No arithmetic."""

import typer

from roi.commands.application import application
from roi.commands.fit_acceptance import fit_acceptance
from roi.commands.plan import plan
from roi.commands.recommend import recommend
from roi.commands.report import report
from roi.commands.scenario import check, scenario
from roi.commands.sensitivity import sensitivity

__all__ = ["app"]

app = typer.Typer(
    help="Which image model, on which hardware, meets the quality bar at the lowest cost and carbon.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(recommend)
app.command()(sensitivity)
app.command()(plan)
app.command()(report)
app.command()(scenario)
app.command()(check)
app.command("fit-acceptance")(fit_acceptance)
app.command("app")(application)
