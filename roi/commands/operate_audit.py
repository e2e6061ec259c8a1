"""`operate audit`: whether the ledger is what its programs wrote, and what each figure of a month rests on."""

from pathlib import Path
from typing import Annotated

import typer

from roi.commands.arguments import LEDGER, Lang, Log, MonthOption, Rates
from roi.commands.streams import NO_ANSWER, put_written, show
from roi.operate.rates import rates_of
from roi.texts import language_of


def audit(
    log: Log = LEDGER,
    month: MonthOption = None,
    rate: Rates = None,
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
    from roi.operate.approved import approved, month_of
    from roi.operate.audit import audit as audited
    from roi.operate.audit import read_seals, schema_findings, seals_text
    from roi.operate.summary import month_report
    from roi.output.operation_audit import audit_page, findings_part

    language, sealed = language_of(lang), None if against is None else read_seals(against)
    with Ledger(log) as ledger:
        broken = tuple(schema_findings(ledger))
        if broken:
            show((findings_part(broken, language),))
            raise typer.Exit(NO_ANSWER)
        asked = approved(ledger).this_month() if month is None else month_of(month)
        report = month_report(ledger, asked, rates_of(rate))
        found = audited(ledger, report, sealed)
    show(audit_page(found, report, language))
    if output is not None:
        put_written(output, seals_text(found.seals), language)
    if found.findings:
        raise typer.Exit(NO_ANSWER)
