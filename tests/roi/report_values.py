"""A calculation whose cells hold the engine's figures as values: for tests of the pages alone."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from roi.output.plan.totals import mean_running, today_ledger, today_worth
from roi.planning.answer import Ledger, PlanDecision
from roi.scenario.effective import effective_figures
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Value
from roi.workbook.report.pages.calculation import Calculation
from roi.workbook.report.pages.course import Course
from roi.workbook.report.pages.headline import Headline


def calculation(decision: PlanDecision) -> Calculation:
    """Inputs and results as values."""
    book = Book()
    sheet = book.sheet("inputs", "Values")
    inputs = {
        place: sheet.put(row, 2, figure.value)
        for row, (place, figure, _) in enumerate(effective_figures(decision.scenario), 2)
    }
    results = book.sheet("results", "Result values")
    return Calculation(book, inputs, _headline(decision, results), _course(decision, results), ())


def _headline(decision: PlanDecision, sheet: Sheet) -> Headline:
    ledger, worth, finance = decision.ledger, decision.worth, decision.finance
    today, before = today_ledger(decision), today_worth(decision)
    assert ledger is not None
    assert worth is not None

    def put(row: int, value: Value | None) -> Cell | None:
        return None if value is None else sheet.put(row, 1, value)

    def needed(row: int, value: Value) -> Cell:
        return sheet.put(row, 1, value)

    return Headline(
        initial=needed(1, ledger.total(lambda entry: entry.timing == "start" and entry.year == 0)),
        running=needed(2, mean_running(ledger)),
        tco=needed(3, worth.tco),
        per_image=needed(4, worth.levelised_cost_per_accepted_image),
        carbon=put(5, worth.carbon_kg_co2e),
        today_running=put(6, None if today is None else mean_running(today)),
        today_tco=put(7, None if before is None else before.tco),
        today_per_image=put(8, None if before is None else before.levelised_cost_per_accepted_image),
        today_carbon=put(9, None if before is None else before.carbon_kg_co2e),
        npv=put(10, None if finance is None else finance.npv),
        irr=put(11, None if finance is None else finance.irr),
        payback=put(12, None if finance is None else finance.simple_payback_months),
        discounted_payback=put(13, None if finance is None else finance.discounted_payback_months),
        changed=needed(14, False),
        scenario=needed(15, "base"),
    )


def _course(decision: PlanDecision, sheet: Sheet) -> Course:
    flows = () if decision.finance is None else decision.finance.cash_flows
    months = [sheet.put(20, column, float(column - 1)) for column in range(1, len(flows) + 1)]
    added = [sheet.put(21, column, value) for column, value in enumerate(accumulate(flows), 1)]
    payback = None if decision.finance is None else decision.finance.simple_payback_months
    return Course(
        plan=_rows(decision.ledger, sheet, 30),
        today=_rows(today_ledger(decision), sheet, 50),
        months=months,
        cumulative=added,
        payback=None if payback is None else sheet.put(22, 1, payback),
    )


def _rows(ledger: Ledger | None, sheet: Sheet, row: int) -> Mapping[str, Sequence[Cell]]:
    found = {} if ledger is None else ledger.by_component_and_year()
    return {
        name: [sheet.put(row + place, column, amount) for column, amount in enumerate(amounts, 1)]
        for place, (name, amounts) in enumerate(found.items())
    }
