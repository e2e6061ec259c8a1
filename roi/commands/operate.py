"""`operate init | status | report | export`: what was approved against what happens, every month."""

import time
from pathlib import Path
from typing import Annotated

import typer

from roi.commands.arguments import LEDGER, Lang, Log, number
from roi.commands.operate_pull import pull
from roi.commands.operate_rules import rules
from roi.commands.streams import NO_ANSWER, show
from roi.errors import OperationError, RoiError
from roi.new_file import put_new_file
from roi.operate.rates import rates_of
from roi.texts import language_of, text
from roi.texts.messages import Message, at

app = typer.Typer(
    help="Operation: what was approved against what happens, every month.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(pull)
app.command()(rules)

MonthOption = Annotated[
    str | None, typer.Option("--month", help="Month such as 2026-12; the present one when left out.")
]
Rates = Annotated[
    list[str] | None,
    typer.Option(help="CURRENCY=RATE, the plan's currency for one unit, as it was in the month; repeatable."),
]


@app.command()
def init(
    policy: Annotated[Path, typer.Argument(metavar="POLICY.yaml", help="From `roi plan --policy`.")],
    first_month: Annotated[str, typer.Option(help="Month in which the plan begins, such as 2026-12.")],
    log: Log = LEDGER,
    time_zone: Annotated[str, typer.Option(help="In which months begin, such as Asia/Tokyo.")] = "UTC",
    lang: Lang = "en",
) -> None:
    """Take up the policy that was approved, with its monthly plan; makes the ledger where there is none."""
    from bench.operations.ledger import Ledger
    from roi.operate.approved import approve, approved, month_of

    language, month = language_of(lang), month_of(first_month)
    with Ledger(log, create=True) as ledger:
        added = approve(ledger, policy, month, time_zone)
        key = "approved" if added.new else "approved_already"
        digest = approved(ledger).sha256[:12]
    typer.echo(text(language, f"operation.{key}", path=log, hash=digest, month=month))


@app.command()
def status(
    log: Log = LEDGER,
    month: MonthOption = None,
    rate: Rates = None,
    money: Annotated[
        float | None,
        typer.Option(parser=number, help="Monthly sum from which on a shift matters; 2 % of plan if unset."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """One screen; exit status 0 in plan, 1 alarm, 2 bad input."""
    from bench.operations.ledger import Ledger
    from roi.operate.alarms import alarms_of, is_alarm
    from roi.operate.approved import approved, month_of
    from roi.operate.summary import month_report
    from roi.output.operation import status_page

    language, now = language_of(lang), time.time()
    if money is not None and not money > 0.0:
        raise RoiError(Message("operating.money", given=repr(money)))
    with Ledger(log) as ledger:
        asked = approved(ledger).this_month(now) if month is None else month_of(month)
        report = month_report(ledger, asked, rates_of(rate), now)
        least = money or report.money_that_matters
        found = alarms_of(ledger, report, least, now)
    show(status_page(report, found, least, language))
    if is_alarm(found):
        raise typer.Exit(NO_ANSWER)


@app.command()
def report(
    log: Log = LEDGER,
    month: MonthOption = None,
    rate: Rates = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="New file ending in .xlsx, .pdf or .md; the page when left out."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """The month against the plan, with what moved the money, to the coin."""
    from bench.operations.ledger import Ledger
    from roi.operate.approved import approved, month_of
    from roi.operate.summary import month_report
    from roi.output.operation import month_page
    from roi.output.operation_file import month_file
    from roi.output.report.files import FORMATS

    language = language_of(lang)
    kind = "md" if output is None else output.suffix.removeprefix(".").casefold()
    if kind not in FORMATS:
        known = f".{', .'.join(FORMATS)}"
        raise RoiError(at(f"-o {output}", Message("asked.ending_one_of", known=known)))
    with Ledger(log) as ledger:
        asked = approved(ledger).this_month() if month is None else month_of(month)
        found = month_report(ledger, asked, rates_of(rate))
    if output is None:
        show(month_page(found, language))
        return
    put_new_file(output, month_file(found, FORMATS[kind], language), raised=OperationError)
    typer.echo(text(language, "operation.written", path=output), err=True)


@app.command()
def export(
    table: Annotated[str, typer.Argument(help="attempts, board_minutes, bill_lines or approvals.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="New file ending in .csv or .parquet.")],
    log: Log = LEDGER,
    lang: Lang = "en",
) -> None:
    """A table of the ledger for other programs: the latest version of every row."""
    from bench.operations.export import export as exported
    from bench.operations.ledger import Ledger

    with Ledger(log) as ledger:
        count = exported(ledger, table, output)
    typer.echo(text(language_of(lang), "operation.exported", path=output, count=count, table=table), err=True)
