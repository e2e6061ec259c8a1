"""`operate rules | init | status | report | export | audit | disclose`: what was approved against what happens."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roi.commands.arguments import (
    LEDGER,
    DecidedScenario,
    Lang,
    Log,
    MonthOption,
    ProfilePaths,
    Rates,
    number,
)
from roi.commands.operate_pull import pull
from roi.commands.operate_recalibrate import recalibrate
from roi.commands.streams import NO_ANSWER, put_written, show
from roi.errors import OperationError, RoiError
from roi.operate.rates import rates_of
from roi.texts import language_of, text
from roi.texts.messages import Message, at

if TYPE_CHECKING:
    from bench.operations.ledger import Ledger
    from roi.operate.summary import MonthReport

app = typer.Typer(
    help="Operation: what was approved against what happens, every month.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(pull)

MONEY_FRACTION = 0.02
"""Of a month's planned cost: the sum from which on a shift is looked for, where nobody states one. Judgement."""
RULES, TESTS, DASHBOARD = "image-roi.rules.yml", "image-roi.rules.test.yml", "image-roi.dashboard.json"

PolicyFile = Annotated[Path, typer.Argument(metavar="POLICY.yaml", help="From `roi plan --policy`.")]
MoneyOption = Annotated[
    float | None,
    typer.Option(parser=number, help="Monthly sum from which on a shift matters; 2 % of plan if unset."),
]
Unused = Annotated[
    list[str] | None, typer.Option(help="A workload that had no request in the month: zero, not unknown.")
]


def _refuse_money(money: float | None) -> None:
    if money is not None and not 0.0 < money < float("inf"):
        raise OperationError(Message("operating.money", given=repr(money)))


def _report_of(
    ledger: "Ledger",
    month: str | None,
    rate: list[str] | None,
    unused: list[str] | None,
    now_unix_s: float,
) -> "MonthReport":
    """The month that is asked for, the present one when none is, against what was approved."""
    from roi.operate.approved import approved, month_of
    from roi.operate.summary import month_report

    asked = approved(ledger).this_month(now_unix_s) if month is None else month_of(month)
    return month_report(ledger, asked, rates_of(rate), now_unix_s, unused or ())


@app.command()
def rules(
    policy: PolicyFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the three files.")],
    year: Annotated[int, typer.Option(help="Year of the plan, from 1.")] = 1,
    money: MoneyOption = None,
    lang: Lang = "en",
) -> None:
    """Write alerting and recording rules over what `bench exporter` serves, tests for promtool, and a dashboard."""
    import yaml

    from roi.operate.monitoring.dashboard import dashboard
    from roi.operate.monitoring.promtool import tests_of
    from roi.operate.monitoring.rules import document, money_of, rules_of
    from roi.policy import read_policy

    language, held = language_of(lang), read_policy(policy)
    if held.plan is None:
        raise OperationError(at(policy, Message("operating.without_months")))
    uses = [use for use in held.plan.uses if use.year == year]
    if not uses:
        last = max(use.year for use in held.plan.uses)
        raise OperationError(at(f"--year {year}", Message("operating.year", last=last)))
    _refuse_money(money)
    found = rules_of(held, held.plan, year, money or MONEY_FRACTION * money_of(held.plan, year))
    written = {
        RULES: yaml.safe_dump(document(found, language), sort_keys=False, allow_unicode=True, width=110),
        TESTS: yaml.safe_dump(
            tests_of(found, uses, held, year, RULES, language), sort_keys=False, allow_unicode=True, width=110
        ),
        DASHBOARD: json.dumps(dashboard(held, language), indent=2, ensure_ascii=False) + "\n",
    }
    for name, content in written.items():
        output.mkdir(parents=True, exist_ok=True)
        put_written(output / name, content, language)


@app.command()
def init(
    policy: PolicyFile,
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
    unused: Unused = None,
    money: MoneyOption = None,
    lang: Lang = "en",
) -> None:
    """One screen; exit status 0 in plan, 1 alarm or something not counted, 2 bad input."""
    from bench.operations.ledger import Ledger
    from roi.operate.alarms import alarms_of, is_alarm
    from roi.output.operation import status_page

    language, now = language_of(lang), time.time()
    _refuse_money(money)
    with Ledger(log) as ledger:
        report = _report_of(ledger, month, rate, unused, now)
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
    unused: Unused = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="New file ending in .xlsx, .pdf or .md; the page when left out."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """The month against the plan, with what moved the money, to the coin; 2 where a workload has no attempt."""
    from bench.operations.ledger import Ledger
    from roi.operate.summary import refuse_uncounted
    from roi.output.operation import month_file, month_page
    from roi.output.report.files import FORMATS

    language = language_of(lang)
    kind = "md" if output is None else output.suffix.removeprefix(".").casefold()
    if kind not in FORMATS:
        known = f".{', .'.join(FORMATS)}"
        raise RoiError(at(f"-o {output}", Message("asked.ending_one_of", known=known)))
    with Ledger(log) as ledger:
        found = _report_of(ledger, month, rate, unused, time.time())
    refuse_uncounted(found)
    if output is None:
        show(month_page(found, language))
        return
    put_written(output, month_file(found, FORMATS[kind], language), language)


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


@app.command()
def audit(
    log: Log = LEDGER,
    month: MonthOption = None,
    rate: Rates = None,
    unused: Unused = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New file ending in .json for the seal of all rows.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="Seal of an earlier audit: rows of then must still stand."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """What was approved, rows changed outside, figures counted anew; 0 sound, 1 not, 2 bad input."""
    from bench.operations.ledger import Ledger
    from roi.operate.audit import audit as audited
    from roi.operate.audit import read_seals, schema_findings, seals_text
    from roi.output.operation_audit import audit_page, findings_part

    language, sealed = language_of(lang), None if against is None else read_seals(against)
    with Ledger(log) as ledger:
        broken = tuple(schema_findings(ledger))
        if broken:
            show((findings_part(broken, language),))
            raise typer.Exit(NO_ANSWER)
        report = _report_of(ledger, month, rate, unused, time.time())
        found = audited(ledger, report, sealed)
    show(audit_page(found, report, language))
    if output is not None:
        put_written(output, seals_text(found.seals), language)
    if found.findings:
        raise typer.Exit(NO_ANSWER)


app.command()(recalibrate)


@app.command()
def disclose(
    scenario: DecidedScenario,
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
