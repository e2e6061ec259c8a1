"""An audit of operation as text: what was approved, what each figure rests on, what is not as it must be."""

import math
from collections.abc import Iterable, Iterator

from roi.amounts import part
from roi.operate.audit import Audit, Finding, Trace
from roi.operate.summary import MonthReport
from roi.output.operation import figure_name
from roi.paper import Heading, Paper, Part, Sentence, Table, bullets, table
from roi.texts import Language, text

SOURCES_SHOWN = 3


def audit_page(found: Audit, report: MonthReport, language: Language) -> Paper:
    """The verdict, findings, approvals, figures with their rows, seals."""
    key, tone = ("findings", "bad") if found.findings else ("sound", "good")
    said = text(language, f"operation_audit.{key}", month=report.month, count=len(found.findings))
    return (
        Sentence(said, tone="bad" if tone == "bad" else "good"),
        *([findings_part(found.findings, language)] if found.findings else []),
        Heading(text(language, "operation_audit.approvals")),
        bullets(_approvals(found, report, language)),
        Heading(text(language, "operation_audit.traces")),
        _traces(found, report, language),
        Heading(text(language, "operation_audit.seals")),
        _seals(found, language),
        Sentence(text(language, "operation_audit.seal_note"), tone="note"),
    )


def findings_part(findings: Iterable[Finding], language: Language) -> Part:
    """A sentence for each."""
    return bullets(
        Sentence(text(language, f"operation_audit.{each.what}", **each.values), "warning")
        for each in findings
    )


def _approvals(found: Audit, report: MonthReport, language: Language) -> Iterator[str]:
    for one, chained in zip(found.approvals, found.chain, strict=True):
        yield text(
            language,
            "operation_audit.approved",
            day=one.approved_at[:10],
            source=one.source,
            hash=one.policy_sha256[:12],
            first=one.first_month,
            zone=one.time_zone,
            chain=chained[:12],
        )
    yield text(
        language,
        "operation_audit.holds",
        hash=report.approved.sha256[:12],
        plan=found.plan_sha256[:12],
        inputs=report.approved.policy.inputs_hash[:12],
    )


def _traces(found: Audit, report: MonthReport, language: Language) -> Table:
    names = ("figure", "table", "sources", "rows")
    rows = table(*(text(language, f"operation_audit.{name}") for name in names), words=3)
    figures = {each.name: each for each in report.figures}
    for one in found.traces:
        shown = [f"{name} ({count:,})" for name, count in one.sources[:SOURCES_SHOWN]]
        more = len(one.sources) - len(shown)
        rows.add(
            figure_name(figures[one.figure], report.approved.policy.currency, language),
            _rests_on(one, report, language),
            ", ".join((*shown, *([f"+{more}"] if more else []))) or "-",
            f"{one.rows:,}",
        )
    return rows


def _rests_on(one: Trace, report: MonthReport, language: Language) -> str:
    """The table, and the plan where the rows are not all of the figure."""
    if not one.rows:
        return text(language, "operation_audit.as_planned")
    idle = report.account.idle.values()
    estimated = math.fsum(each.estimated for each in idle)
    if one.figure != "idle_kwh" or not estimated:
        return one.table
    share = part(estimated / math.fsum(each.actual or 0.0 for each in idle))
    return text(language, "operation_audit.partly_planned", table=one.table, share=share)


def _seals(found: Audit, language: Language) -> Table:
    names = ("table", "seal_hash", "rows")
    rows = table(*(text(language, f"operation_audit.{name}") for name in names), words=2)
    for name, seal in found.seals.items():
        rows.add(name, seal.sha256, f"{seal.rows:,}")
    return rows
