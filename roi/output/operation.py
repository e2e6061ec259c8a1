"""A month of operation as text, and as a file: the page, a workbook to sign, a PDF of it, or Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from roi.amounts import coin, coin_digits, money, part, quantity, whole_money, whole_months
from roi.operate.alarms import is_alarm
from roi.operate.bills import Unexplained
from roi.operate.figures import Compared
from roi.operate.found import Alarm
from roi.operate.restated import Restated
from roi.operate.summary import Kept, MonthReport, refuse_uncounted
from roi.output.markdown import markdown
from roi.paper import Heading, Paper, Part, Sentence, bullets, table
from roi.texts import Language, bundled, catalogue, text
from roi.workbook.operation.said import Said

if TYPE_CHECKING:
    from roi.output.report.files import Format


def month_page(report: MonthReport, language: Language) -> Paper:
    """The board's sentence, coverage, plan against actual, the bridge; without it where a workload is uncounted."""
    parts: list[Part] = [Sentence(board_sentence(report, language), tone="strong")]
    if report.restated is not None:
        parts.append(Sentence(_restated(report, report.restated, language)))
    parts += [Heading(text(language, "operation.coverage")), bullets(_coverage(report, language))]
    parts += [Heading(text(language, "operation.figures")), _figures(report, language)]
    if report.uncounted:
        return tuple(parts)
    currency = coin(report.approved.policy.currency, language)
    parts += [Heading(text(language, "operation.bridge", currency=currency)), _bridge(report, language)]
    return (*parts, Sentence(text(language, "operation.bridge_rule"), tone="note"))


def month_title(report: MonthReport, language: Language) -> str:
    """What stands above it."""
    return text(
        language, "operation.title", month=report.month, name=bundled(language, report.approved.policy.name)
    )


def month_said(report: MonthReport, language: Language) -> Said:
    """The words of the month's workbook."""
    currency = report.approved.policy.currency
    sentences = [board_sentence(report, language)]
    if report.restated is not None:
        sentences.append(_restated(report, report.restated, language))
    return Said(
        month_title(report, language),
        tuple(sentences),
        tuple(each.text for each in _coverage(report, language)),
        {each.name: figure_name(each, currency, language) for each in report.figures},
    )


def board_sentence(report: MonthReport, language: Language) -> str:
    """What the month cost against the plan, and why; that nobody knows if uncounted; what was billed beside it."""
    sentences = [cost_sentence(report, language), *_unexplained(report, language)]
    return text(language, "page.between_sentences").join(sentences)


def _unexplained(report: MonthReport, language: Language) -> Iterator[str]:
    """Bills that the plan does not explain, and once a month is over what it cost with them."""
    account, currency, bridge = report.account, report.approved.policy.currency, report.bridge
    if not account.unexplained:
        return
    billed = money(account.unexplained_money, currency, language)
    names = _bills(account.unexplained, currency, language)
    yield text(language, "operation.unexplained", money=billed, names=names)
    if report.uncounted or report.coverage.elapsed_fraction < 1.0:
        return
    total = float(bridge.actual) + account.unexplained_money
    difference = round(total - float(bridge.planned), coin_digits(currency))
    over, under = ("with_unexplained_over", "with_unexplained_under")
    key = over if difference > 0 else under if difference else "with_unexplained_as_planned"
    yield text(
        language,
        f"operation.{key}",
        month=report.month,
        total=money(total, currency, language),
        difference=money(abs(difference), currency, language),
    )


def _bills(bills: Iterable[Unexplained], currency: str, language: Language) -> str:
    """Each with what it is of and its amount."""
    return text(language, "plan.join").join(_bill(one, currency, language) for one in bills)


def _bill(one: Unexplained, currency: str, language: Language) -> str:
    key = f"component.{one.component}"
    if one.component is None:
        component = text(language, "operation.no_component")
    else:
        component = text(language, key) if key in catalogue(language) else one.component
    return text(
        language,
        "operation.unexplained_bill" if one.supply else "operation.unexplained_bill_of_nobody",
        component=component,
        supply=one.supply or "",
        money=money(one.amount, currency, language),
    )


def cost_sentence(report: MonthReport, language: Language) -> str:
    """What the month cost against the plan, and why; where a workload is uncounted, that nobody knows."""
    if report.uncounted:
        uncounted = ", ".join(report.uncounted)
        return text(language, "operation.sentence_uncounted", month=report.month, names=uncounted)
    bridge, currency = report.bridge, report.approved.policy.currency
    difference, step = bridge.difference, bridge.largest()
    if report.coverage.elapsed_fraction < 1.0:
        return text(
            language,
            "operation.sentence_running",
            month=report.month,
            actual=money(float(bridge.actual), currency, language),
            planned=money(float(bridge.planned), currency, language),
        )
    key = "sentence_over" if difference > 0 else "sentence_under" if difference else "sentence_as_planned"
    return text(
        language,
        f"operation.{key}",
        month=report.month,
        actual=money(float(bridge.actual), currency, language),
        difference=money(float(abs(difference)), currency, language),
        share=float(abs(difference) / bridge.planned) if bridge.planned else 0.0,
        step=text(language, f"operation_step.{step}"),
        money=money(float(dict(bridge.steps)[step]), currency, language),
    )


def status_page(
    report: MonthReport, alarms: Sequence[Alarm], money_per_month: float, language: Language
) -> Paper:
    """One screen: the state, what to look into, how much is known."""
    bad, currency = is_alarm(alarms), report.approved.policy.currency
    key = "not_counted" if report.uncounted else "look" if bad else "in_plan"
    state = text(language, f"operation.{key}")
    name = bundled(language, report.approved.policy.name)
    said = alarm_sentences(alarms, currency, language)
    least = money(money_per_month, currency, language)
    return (
        Sentence(
            text(language, "operation.status", name=name, month=report.month, state=state),
            tone="bad" if bad or report.uncounted else "good",
        ),
        Sentence(board_sentence(report, language)),
        *([bullets(said)] if said else []),
        Heading(text(language, "operation.coverage")),
        bullets(_coverage(report, language)),
        Sentence(text(language, "operation.threshold", money=least), tone="note"),
    )


def alarm_sentences(alarms: Sequence[Alarm], currency: str, language: Language) -> list[Sentence]:
    """What to look into, a sentence each; mere notices are quieter."""
    return [
        Sentence(_alarm(each, currency, language), "note" if each.notice else "warning") for each in alarms
    ]


def _alarm(alarm: Alarm, currency: str, language: Language) -> str:
    values: dict[str, object] = dict(alarm.values)
    for name in ("money", "spent", "limit", "forecast"):
        if isinstance(amount := values.get(name), float):
            values[name] = money(amount, currency, language)
    for name in ("share", "elapsed"):
        if isinstance(share := values.get(name), float):
            values[name] = part(share)
    if isinstance(bills := values.pop("bills", None), tuple):
        values["names"] = _bills(bills, currency, language)
    if "cause" in values:
        values["cause"] = text(
            language, f"operation_cause.{values['cause']}", setting=values.get("setting", "")
        )
    return text(language, f"operation_alarm.{alarm.what}", **values)


def _restated(report: MonthReport, restated: Restated, language: Language) -> str:
    currency = report.approved.policy.currency

    def months(count: float | None) -> str:
        return text(language, "operation.never") if count is None else whole_months(count, language)

    return text(
        language,
        "operation.restated_pays" if restated.npv >= 0.0 else "operation.restated_not",
        tax=text(language, "operation.after_tax" if restated.after_tax else "operation.before_tax"),
        npv=money(restated.npv, currency, language),
        approved=money(restated.npv_approved, currency, language),
        payback=months(restated.payback),
        payback_approved=months(restated.payback_approved),
    )


def _coverage(report: MonthReport, language: Language) -> Iterator[Sentence]:
    coverage, outside = report.coverage, report.happened.bills_outside
    yield Sentence(text(language, "operation.elapsed", share=part(coverage.elapsed_fraction)))
    for key, what, share in (
        ("metered", "metered", coverage.metered_fraction),
        ("attempts_metered", "attempts", coverage.attempts_metered_fraction),
        ("judged", "attempts", coverage.judged_fraction),
        ("explained", "bill", coverage.bill_explained_fraction),
    ):
        if share is None:
            name = text(language, f"operation_what.{what}")
            yield Sentence(text(language, "operation.nothing", what=name))
        else:
            yield Sentence(text(language, f"operation.{key}", share=part(share)))
    for kept in coverage.kept_as_planned:
        yield Sentence(_kept(kept, language))
    for of, read in coverage.partly:
        yield Sentence(text(language, "operation.boards_partly", of=of, share=part(read)))
    hidden = sorted({use.supply for use in report.approved.uses(report.month) if use.energy_kwh is None})
    if hidden:
        yield Sentence(text(language, "operation.undisclosed_supplies", names=", ".join(hidden)))
    if outside:
        said = ", ".join(money(amount, currency, language) for currency, amount in outside.items())
        yield Sentence(text(language, "operation.outside", money=said))
    others: tuple[tuple[str, Mapping[str, int]], ...] = (
        ("settings", coverage.other_settings),
        ("workloads", coverage.other_workloads),
    )
    for key, names in others:
        if names:
            listed = ", ".join(f"{name} ({count:,})" for name, count in sorted(names.items()))
            yield Sentence(text(language, f"operation.{key}", names=listed))


def _kept(kept: Kept, language: Language) -> str:
    if not kept.component:
        factor = text(language, f"operation_factor.{kept.what}")
        return text(language, "operation.kept", what=factor, of=kept.of)
    component = text(language, f"component.{kept.component}")
    key = "kept_bill" if kept.of else "kept_bill_of_site"
    return text(language, f"operation.{key}", component=component, of=kept.of)


def _figures(report: MonthReport, language: Language) -> Part:
    columns = ("figure", "planned", "actual", "difference")
    rows = table(*(text(language, f"operation.{name}") for name in columns))
    currency = report.approved.policy.currency
    for each in report.figures:
        undisclosed = text(language, "operation.undisclosed")
        unknown = undisclosed if each.planned is None else text(language, "operation.unknown")
        actual = unknown if each.actual is None else _shown(each, each.actual, currency)
        difference = each.actual is not None and each.planned is not None
        rows.add(
            figure_name(each, currency, language),
            undisclosed if each.planned is None else _shown(each, each.planned, currency),
            actual,
            _shown(each, (each.actual or 0.0) - (each.planned or 0.0), currency) if difference else "-",
        )
    return rows


def figure_name(each: Compared, currency: str, language: Language) -> str:
    """What a figure is called, with its unit."""
    key = f"operation_row.{each.name}"
    if key in catalogue(language):
        return text(language, key)
    return f"{text(language, f'component.{each.name}')} [{coin(currency, language)}]"


def _shown(each: Compared, amount: float, currency: str) -> str:
    """The amount in its unit; what is shown as nothing has no sign."""
    said = _written(each, amount, currency)
    return said if any(digit in said for digit in "123456789") else said.removeprefix("-")


def _written(each: Compared, amount: float, currency: str) -> str:
    if each.unit == "share":
        return f"{amount:.1%}"
    if each.unit == "money":
        return whole_money(amount, currency, "en").removeprefix(f"{currency} ")
    return f"{amount:.3f}" if each.unit == "ratio" else quantity(amount)


def _bridge(report: MonthReport, language: Language) -> Part:
    rows = table(text(language, "operation.step"), text(language, "operation.amount"))
    bridge = report.bridge
    for name, amount in (("planned", bridge.planned), *bridge.steps, ("actual", bridge.actual)):
        ends = name in ("planned", "actual")
        rows.add(text(language, f"operation_step.{name}"), f"{amount:,}", tone="strong" if ends else "")
    return rows


def month_file(report: MonthReport, kind: "Format", language: Language) -> bytes:
    """The finished file.

    Raises
    ------
    RoiError
        When LibreOffice is missing or fails where a PDF is wanted; where a workload is uncounted.
    """
    refuse_uncounted(report)
    if kind == "md":
        return markdown(month_title(report, language), month_page(report, language), "!").encode()
    from roi.workbook.operation.make import operation_bytes

    workbook = operation_bytes(report, month_said(report, language), language)
    if kind == "xlsx":
        return workbook
    from roi.workbook.convert import pdf_of

    return pdf_of(workbook)
