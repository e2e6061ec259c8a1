"""`operate recalibrate`: the scenario with what operation measured, and whether the decision still holds."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roi.amounts import money, unit_price
from roi.commands.arguments import (
    LEDGER,
    DecidedScenario,
    Lang,
    Log,
    ProfilePaths,
    Rates,
    refuse_closed_place,
)
from roi.commands.streams import NO_ANSWER, put_written
from roi.errors import OperationError
from roi.operate.rates import rates_of
from roi.texts import Language, language_of, text
from roi.texts.messages import Message
from roi.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from roi.trial.money import Effect


def recalibrate(
    scenario: DecidedScenario,
    output: Annotated[Path, typer.Option("--output", "-o", help="New scenario file with what was measured.")],
    log: Log = LEDGER,
    first: Annotated[str | None, typer.Option(help="First month; that of the plan when left out.")] = None,
    last: Annotated[str | None, typer.Option(help="Last month; the last that is over if left out.")] = None,
    rate: Rates = None,
    profiles: ProfilePaths = None,
    lang: Lang = "en",
) -> None:
    """Measured acceptance, looks, joules and prices with n and interval; exit status 1 if the decision changes."""
    from bench.library import load_profiles
    from bench.operations.ledger import Ledger
    from roi.operate.approved import approved, month_of
    from roi.operate.measured import measured
    from roi.operate.recalibrate import recalibrated
    from roi.scenario.load import read_scenario
    from roi.scenario.yaml_text import read_text
    from roi.trial.money import effect
    from roi.trial.report import effect_lines

    language, known = language_of(lang), load_profiles(profiles or ())
    refuse_closed_place("--output", output)
    before = read_scenario(scenario).scenario
    with Ledger(log) as ledger:
        held = approved(ledger)
        begin = held.first_month if first is None else month_of(first)
        end = held.this_month().after(-1) if last is None else month_of(last)
        if end < begin:
            raise OperationError(Message("operating.no_month_over", first=str(begin), last=str(end)))
        found = measured(ledger, held, begin, end)
    now = datetime.now(tz=UTC).date()
    new = recalibrated(
        read_text(scenario).text, str(scenario), found, held, known, rates_of(rate), now, log.name
    )
    for each in new.taken:
        typer.echo(text(language, f"operation_taken.{each.what}", **each.values))
    put_written(output, new.text, language)
    changes = False
    for workload in before.workloads:
        told = effect(before, new.scenario, workload.name, known, new.profiles)
        changes |= told is not None and told.changes
        typer.echo("\n".join(effect_lines(told, before.currency, language)))
        if told is not None and told.kept_cost is not None:
            typer.echo(_cost(workload.name, told.kept_cost, told, before.currency, language))
    if changes:
        raise typer.Exit(NO_ANSWER)


def _cost(workload: str, kept: float, told: "Effect", currency: str, language: Language) -> str:
    """What was chosen costs as decided and as measured."""
    decided = told.before.cost_per_accepted_image
    month = (kept - decided) * told.images_per_year / MONTHS_PER_YEAR
    return text(
        language,
        "operation_taken.cost",
        workload=workload,
        before=unit_price(decided, currency, language),
        after=unit_price(kept, currency, language),
        month=money(month, currency, language),
    )
