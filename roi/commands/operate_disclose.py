"""`operate disclose`: carbon of a fiscal year by scope, location- and market-based, and SCI per accepted image."""

import time
from pathlib import Path
from typing import Annotated

import typer

from roi.commands.arguments import LEDGER, Lang, Log, ProfilePaths, Rates
from roi.commands.streams import put_written, show
from roi.errors import RoiError
from roi.operate.rates import rates_of
from roi.texts import language_of
from roi.texts.messages import Message, at


def disclose(
    scenario: Annotated[
        Path, typer.Argument(metavar="SCENARIO.yaml", help="The scenario that was decided on.")
    ],
    year: Annotated[int, typer.Option(help="Fiscal year, by the calendar year in which it begins.")],
    log: Log = LEDGER,
    rate: Rates = None,
    profiles: ProfilePaths = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New file ending in .md; the page when left out.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Carbon of a fiscal year by scope 2 and 3, location- and market-based, and per accepted image (SCI)."""
    from bench.library import load_profiles
    from bench.operations.ledger import Ledger
    from roi.operate.approved import approved
    from roi.operate.disclosed import disclosed
    from roi.output.markdown import markdown
    from roi.output.operation_disclosure import disclosure_page, disclosure_title
    from roi.planning.decide_plan import plan
    from roi.scenario.load import read_scenario

    language = language_of(lang)
    if output is not None and output.suffix != ".md":
        raise RoiError(at(f"-o {output}", Message("operating.ending_md")))
    decision = plan(read_scenario(scenario).scenario, load_profiles(profiles or ()))
    with Ledger(log) as ledger:
        found = disclosed(ledger, approved(ledger), decision, year, rates_of(rate), time.time())
    page = disclosure_page(found, decision.scenario, language)
    if output is None:
        show(page)
        return
    put_written(output, markdown(disclosure_title(year, language), page, "!"), language)
