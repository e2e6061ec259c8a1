"""A month of operation against what was approved: coverage, what to look into, the month's table, the bridge.

The ledger is one that the server was started with, or a copy that the visitor sends; a copy is read and not kept.
"""

import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import streamlit as st

from bench.operations.ledger import Ledger
from roi.errors import OperationError, RoiError
from roi.operate.alarms import alarms_of
from roi.operate.approved import Approved, Month, approved, month_of
from roi.operate.audit import schema_findings
from roi.operate.found import Alarm
from roi.operate.rates import rates_of
from roi.operate.summary import MonthReport, month_report
from roi.output.charts.bridge import bridge
from roi.output.charts.look import Look
from roi.output.operation import (
    alarm_sentences,
    board_sentence,
    cost_sentence,
    month_file,
    month_page,
    month_title,
)
from roi.paper import Heading, Sentence, bullets
from roi.resources import OPERATIONS_VARIABLE
from roi.screens.context import Context
from roi.screens.downloads import show_files
from roi.screens.drawing import show_parts
from roi.screens.escaping import escaped
from roi.screens.pictures import show_chart
from roi.screens.upload import without_folder
from roi.texts import Language, text
from roi.texts.messages import Message, at

KEPT_S = 60.0
"""How long a report is shown before the ledger is read again [s]."""
KEPT_MAX = 8


@dataclass(frozen=True, slots=True)
class Source:
    """A ledger of the server, or the content of one that was sent."""

    path: Path | None
    content: bytes = b""

    @property
    def key(self) -> str:
        """Which it is."""
        return f"path:{self.path}" if self.path else hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says."""

    report: MonthReport
    alarms: tuple[Alarm, ...]


def show(context: Context) -> None:
    """The ledger, the month and rates asked for, then what they say."""
    language = context.language
    st.title(text(language, "screen.operation"))
    source = _source(language)
    if source is None:
        st.info(text(language, "screen.operation_meaning"), icon=":material/fact_check:")
        return
    held, latest = _held(source.key, source)
    month, rates = _asked(held, latest, language)
    found = _told(source.key, str(month), tuple(sorted(rates.items())), source)
    _show_month(found, context)


def _source(language: Language) -> Source | None:
    given = st.file_uploader(
        text(language, "screen.give_ledger"),
        type=["db", "sqlite"],
        key="ledger",
        help=text(language, "screen.ledger_help"),
    )
    if given is not None:
        return Source(None, given.getvalue())
    path = os.environ.get(OPERATIONS_VARIABLE)
    return Source(Path(path)) if path else None


def _asked(held: Approved, latest: Month, language: Language) -> tuple[Month, dict[str, float]]:
    """The month, at first the last one that is over and has attempts, and rates as they were in it."""
    last = min(held.this_month(), held.first_month.after(12 * max(use.year for use in held.plan.uses) - 1))
    months = [held.first_month.after(count) for count in range(last.since(held.first_month) + 1)]
    if not months:
        raise OperationError(text(language, "screen.operation_not_begun", month=held.first_month))
    months.reverse()
    choice, rates = st.columns([1, 2])
    over = months[1:] if months[0] == held.this_month() else months
    first = months.index(next((each for each in over if each <= latest), months[0]))
    month = choice.selectbox(
        text(language, "screen.operation_month"),
        [str(each) for each in months],
        index=first,
        key="operation.month",
    )
    written = rates.text_input(
        text(language, "screen.operation_rates", currency=held.policy.currency),
        key="operation.rates",
        placeholder="USD=151.2",
    )
    return month_of(month), rates_of(written.replace(",", " ").split())


@st.cache_resource(max_entries=KEPT_MAX, ttl=KEPT_S, show_spinner=False)
def _held(key: str, _source: Source) -> tuple[Approved, Month]:  # noqa: ARG001
    """What is approved, and the month of the latest attempt."""
    with _Opened(_source) as ledger:
        held = approved(ledger)
        (row,) = ledger.query("SELECT max(started_at) AS last FROM attempts")
    last = held.first_month.bounds(held.zone)[0] if row["last"] is None else row["last"]
    return held, held.this_month(datetime.fromisoformat(last).timestamp())


@st.cache_resource(max_entries=KEPT_MAX, ttl=KEPT_S, show_spinner=False)
def _told(key: str, month: str, rates: tuple[tuple[str, float], ...], _source: Source) -> Told:  # noqa: ARG001
    now = time.time()
    with _Opened(_source) as ledger:
        report = month_report(ledger, month_of(month), dict(rates), now)
        return Told(report, tuple(alarms_of(ledger, report, report.money_that_matters, now)))


class _Opened:
    """The ledger while it is read; a copy lies in a folder of its own as long."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __enter__(self) -> Ledger:
        self._folder = tempfile.TemporaryDirectory()
        path = self._source.path
        if path is None:
            path = Path(self._folder.name, "operations.db")
            path.write_bytes(self._source.content)
        try:
            self._ledger = Ledger(path)
            foreign = [str(each.values.get("name", "")) for each in schema_findings(self._ledger)]
            if foreign:  # what a file's own views and triggers would run is nobody's to run here
                self._ledger.close()
                sentence = Message("operating.foreign", names=", ".join(foreign[:5]))
                raise OperationError(at("operations.db", sentence))
        except BaseException as fault:
            self._folder.cleanup()
            if isinstance(fault, RoiError) or self._source.path is not None:
                raise
            raise OperationError(without_folder(fault, self._folder.name)) from None
        return self._ledger

    def __exit__(self, *fault: object) -> None:
        self._ledger.close()
        self._folder.cleanup()


def _show_month(found: Told, context: Context) -> None:
    report, language = found.report, context.language
    look = Look(language, context.dark, report.approved.policy.currency)
    st.subheader(escaped(month_title(report, language)))
    if report.uncounted:
        st.warning(escaped(board_sentence(report, language)))
        _show_alarms(found, language)
        show_parts(month_page(report, language)[1:])
        return
    made = partial(month_file, report, language=language)
    show_files(made, f"operation-{report.month}", "screen.take_month", language)
    _, *rest = month_page(report, language)
    bad = report.bridge.difference > 0 or report.account.unexplained
    (st.warning if bad else st.success)(escaped(board_sentence(report, language)))
    coverage, *_, steps = (place for place, part in enumerate(rest) if isinstance(part, Heading))
    show_parts(rest[:coverage])
    _show_alarms(found, language)
    show_parts(rest[coverage : steps + 1])
    show_chart(bridge(report.bridge, cost_sentence(report, language), look), "bridge")
    show_parts(rest[steps + 1 :])


def _show_alarms(found: Told, language: Language) -> None:
    currency = found.report.approved.policy.currency
    show_parts([Heading(text(language, "screen.operation_alarms"))])
    for sentence in alarm_sentences(found.alarms, currency, language):
        show_parts([sentence if sentence.tone == "warning" else Sentence(sentence.text, "note")])
    if not found.alarms:
        show_parts([bullets([text(language, "screen.operation_no_alarms")])])
