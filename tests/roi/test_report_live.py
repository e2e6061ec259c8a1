"""The live sheets: cached values are the engine's, LibreOffice finds the same, every input moves both alike."""

import io
import math
import re

import pytest
from openpyxl import Workbook, load_workbook

from bench.library import library_profiles
from roi.decision.shares import utilization
from roi.finance.rates_of_return import irr
from roi.output.plan.totals import mean_running, today_ledger, today_worth
from roi.output.report.material import material_of
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.planning.entries import Ledger
from roi.planning.reprice import reprice
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.texts import Language, text
from roi.workbook.expression import Cell, letters
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.live.inputs import FIXED
from roi.workbook.report.make import report_book, report_bytes
from roi.workbook.report.pages.calculation import Calculation
from tests.roi.live_cases import (
    CASES,
    PROFILES,
    decided,
    gains_first,
    in_case,
    live,
    mutations,
    told,
    told_moved,
    with_inputs,
)
from tests.roi.report_cases import DAY, recalculated
from tests.workbook_strict import package_faults

EXACT = 1e-9
LANGUAGES: tuple[Language, ...] = ("en", "ja")


def figures_of(decision: PlanDecision) -> dict[str, object]:
    """What the engine says of everything that the sheets end in."""
    ledger, worth, finance = decision.ledger, decision.worth, decision.finance
    today, before = today_ledger(decision), today_worth(decision)
    assert ledger is not None
    assert worth is not None
    found: dict[str, object] = {
        "initial": ledger.total(lambda entry: entry.timing == "start" and entry.year == 0),
        "running": mean_running(ledger),
        "tco": worth.tco,
        "per_image": worth.levelised_cost_per_accepted_image,
        "carbon": worth.carbon_kg_co2e,
        "owed": math.fsum(each.amount for each in decision.owed) if decision.owed else None,
    }
    if today is not None and before is not None:
        found["today_running"] = mean_running(today)
        found["today_tco"] = before.tco
        found["today_per_image"] = before.levelised_cost_per_accepted_image
        found["today_carbon"] = before.carbon_kg_co2e
    if finance is not None:
        found["npv"] = finance.npv
        found["irr"] = finance.irr
        found["payback"] = finance.simple_payback_months
        found["discounted_payback"] = finance.discounted_payback_months
    return found


def compare(found: object, expected: object, words: str) -> None:
    """Numbers to nine digits; where the engine has none, the sheet says a word."""
    if expected is None:
        assert found is None or isinstance(found, str), words
    elif isinstance(expected, str):
        assert found == expected, words
    else:
        assert found == pytest.approx(expected, rel=EXACT, abs=1e-6), words


def filled_of(decision: PlanDecision) -> dict[str, float]:
    """Share of paid hours at work, all years, of every supply in whole units."""
    found = {year.supply: utilization(decision.fleet, year.supply) for year in decision.fleet}
    return {name: share for name, share in found.items() if share is not None}


def compare_years(ledger: Ledger | None, rows: dict[str, list[object]], words: str) -> None:
    """Cash by component and year; a component that the engine leaves out holds nothing."""
    expected = {} if ledger is None else ledger.by_component_and_year()
    assert set(expected) <= set(rows), words
    for component, values in rows.items():
        wanted = expected.get(component, (0.0,) * len(values))
        assert values == pytest.approx(wanted, rel=EXACT, abs=1e-6), f"{words}: {component}"


@pytest.mark.parametrize("case", CASES)
def test_cached_values_are_the_engine_s(case):
    decision, made = decided(case), live(case)
    for name, expected in figures_of(decision).items():
        cell = getattr(made.headline, name)
        compare(None if cell is None else cell.value, expected, f"{case}: {name}")
    for ledger, rows in ((decision.ledger, made.course.plan), (today_ledger(decision), made.course.today)):
        compare_years(ledger, {name: [cell.value for cell in cells] for name, cells in rows.items()}, case)
    listed = report_book(told(case), live(case)).sheets["option_costs"]
    alone = [listed.cells[row, 18].content for row in range(1, 60) if listed.cells.get((row, 18))]
    for found, option in zip(
        [each for each in alone if isinstance(each, float)], told(case).options, strict=False
    ):
        assert option.alone is None or found <= option.alone * (1 + EXACT), option.label
        exact = case in ("by_second", "by_use", "api", "alone")
        assert option.alone is None or not exact or found == pytest.approx(option.alone, rel=EXACT)
    shares = {each.supply: each.used.value for each in made.headline.filled}
    assert shares == pytest.approx(filled_of(decision), rel=EXACT)
    for check in made.checks:
        if check.at_most:
            assert check.left.value <= check.right.value + EXACT, check.name
        else:
            assert check.left.value == pytest.approx(check.right.value, rel=EXACT), check.name


def test_recalculation_finds_the_cached_values_in_both_languages():
    files = {
        f"{case}-{language}": report_bytes(told(case, language), live(case, language))
        for case in CASES
        for language in (LANGUAGES if case in ("demonstration", "owned") else ("en",))
    }
    anew = recalculated(files)
    for name, content in files.items():
        assert package_faults(content) == [], name
        cached, found = (load_workbook(io.BytesIO(each), data_only=True) for each in (content, anew[name]))
        assert named(cached, content, "master_check") is True, name
        formulas = 0
        for sheet in load_workbook(io.BytesIO(content)):
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        formulas += 1
                        expected = cached[sheet.title][cell.coordinate].value
                        compare(found[sheet.title][cell.coordinate].value, expected, f"{name} {cell}")
        assert formulas > 100


@pytest.mark.parametrize("case", CASES)
def test_every_input_moves_the_book_as_it_moves_the_engine(case):
    """Change rows of Inputs, recalculate, compare with the engine pricing the same plan on the changed inputs.

    All mutants of a case go through LibreOffice in one call.
    """
    decision, made = decided(case), live(case)
    files = {f"m{number:03d}": moved for number, moved in enumerate(mutations(case))}
    anew = recalculated({name: with_inputs(case, moved) for name, moved in files.items()})
    for name, moved in files.items():
        words = f"{case}: {moved}"
        changes: dict[str, object] = {}
        for place, value in moved.items():
            changes |= _change(decision, place, value)
        priced = reprice(decision, with_changes(decision.scenario, changes))
        book = load_workbook(io.BytesIO(anew[name]), data_only=True)
        assert read(book, made.headline.changed) is True, words
        for figure, expected in figures_of(priced).items():
            cell = getattr(made.headline, figure)
            found = None if cell is None else read(book, cell)
            if figure == "irr" and several(priced):
                continue  # the sheet leaves more than one change of sign to `plan` and says so
            compare(found, expected, f"{words}: {figure}")
        shares = {each.supply: read(book, each.used) for each in made.headline.filled}
        assert shares == pytest.approx(filled_of(priced), rel=EXACT), words
        for ledger, rows in ((priced.ledger, made.course.plan), (today_ledger(priced), made.course.today)):
            values = {key: [read(book, cell) for cell in cells] for key, cells in rows.items()}
            compare_years(ledger, values, words)


@pytest.mark.parametrize("case", ["demonstration", "owned"])
def test_the_downside_and_the_upside_are_all_figures_at_their_worse_and_better_ends(case):
    decision, told = decided(case), told_moved(case)
    made, base = calculation(told), decision.finance.npv
    anew = recalculated({name: in_case(case, name) for name in ("downside", "upside")})
    for end, (name, content) in enumerate(anew.items()):
        changes: dict[str, object] = {}
        for place, ends in told.cases.items():
            if not FIXED.match(place):
                alone = reprice(
                    decision, with_changes(decision.scenario, _change(decision, place, ends[end]))
                )
                assert (alone.finance.npv - base) * (2 * end - 1) >= 0, (name, place)
                changes |= _change(decision, place, ends[end])
        priced = reprice(decision, with_changes(decision.scenario, changes))
        book = load_workbook(io.BytesIO(content), data_only=True)
        for figure, expected in figures_of(priced).items():
            cell = getattr(made.headline, figure)
            if figure != "irr" or not several(priced):
                compare(None if cell is None else read(book, cell), expected, f"{case}: {name}: {figure}")
        assert (read(book, made.headline.npv) - base) * (2 * end - 1) > 0, name


def several(decision: PlanDecision) -> bool:
    """Whether signs alone do not tell that there is one rate."""
    assert decision.finance is not None
    return irr(decision.finance.cash_flows).reason is not None


def _change(decision: PlanDecision, place: str, value: float) -> dict[str, object]:
    """A figure that the scenario leaves to a source becomes the user's own."""
    rate = place.removeprefix("exchange_rates.")
    if rate != place:
        day = decision.scenario.exchange_rates[rate].as_of.isoformat()
        return {place: {"value": value, "as_of": day}}
    unit = next((each.unit for each in told_figures(decision) if each.place == place), None)
    return {place: {"value": value, "unit": unit} if unit else value}


def told_figures(decision: PlanDecision):
    """Figures with their units, money with its currency."""
    case = next(name for name in CASES if decided(name) is decision)
    return [each for each in told(case).assumptions if re.match(r"[A-Z]{3}(/|$)", each.unit)]


def named(book: Workbook, content: bytes, name: str) -> object:
    """The value of the cell that has a name."""
    sheet, _, cell = load_workbook(io.BytesIO(content)).defined_names[name].attr_text.rpartition("!")
    return book[sheet.strip("'")][cell.replace("$", "")].value


def read(book, cell: Cell):
    """A cell of a recalculated book."""
    return book[cell.sheet][f"{letters(cell.column)}{cell.row}"].value


@pytest.mark.parametrize("case", CASES)
def test_no_formula_holds_a_number_of_its_own(case):
    for place, formula in formulas(live(case)):
        bare = re.sub(r"'(?:[^']|'')*'!|\"(?:[^\"]|\"\")*\"|\$?[A-Z]{1,3}\$?\d+", "", formula)
        numbers = set(re.findall(r"\d+(?:\.\d+)?", bare))
        assert numbers <= {"0", "1", "12", "100"}, f"{place}: {formula}"


@pytest.mark.parametrize("case", CASES)
def test_one_formula_serves_a_row_over_time(case):
    made = live(case)
    for key in ("years", "retry", "energy", "capex", "cashflow", "months", "results"):
        sheet = made.book.sheets.get(key)
        rows: dict[int, set[str]] = {}
        for (row, column), placed in ({} if sheet is None else sheet.cells).items():
            if (
                column >= 6
                and placed.formula is not None
                and re.search(r"(?<!\$)\b[A-Z]{1,3}\$\d", placed.formula)
            ):
                rows.setdefault(row, set()).add(relative(placed.formula, column))
        assert {row: len(told) for row, told in rows.items() if len(told) > 1} == {}, key


def relative(formula: str, column: int) -> str:
    """The formula with its free columns counted from its own."""

    def counted(found: re.Match[str]) -> str:
        number = 0
        for letter in found[1]:
            number = number * 26 + ord(letter) - 64
        return f"C[{number - column}]R{found[2]}"

    return re.sub(r"(?<![\$A-Z])([A-Z]{1,3})\$(\d+)", counted, formula)


def formulas(made: Calculation):
    """Every formula with its place."""
    for sheet in made.book.sheets.values():
        for address, placed in sheet.formulas():
            assert placed.formula is not None
            yield f"{sheet.title}!{address}", placed.formula


def test_a_rate_that_only_plan_can_find_stands_while_no_input_is_changed():
    """Losses with tax relief: nine changes of sign, and cumulative cash that is never above nothing."""
    supplies = [each.model_dump(mode="json") for each in demonstration().supplies if each.kind != "rent"]
    for each in supplies:
        if each["kind"] == "api":
            each["price_per_image"] = {**each["price_per_image"], "value": 1e-4, "low": None, "high": None}
    tax = {"rate": 0.3, "depreciation": "straight_line", "life_years": 4}
    asked = with_changes(demonstration(), {"supplies": supplies, "finance.tax": tax})
    decision = plan(asked, library_profiles(), explained=False, reviewed=False)
    analysed = PlanAnalysis(decision, (), (), None)
    made = calculation(material_of(analysed, None, (), "en", DAY))
    assert decision.finance is not None
    assert decision.finance.irr == pytest.approx(-0.34292, abs=1e-5)
    assert made.headline.irr is not None
    assert made.headline.irr.value == pytest.approx(decision.finance.irr, rel=EXACT)


def test_where_the_gains_come_before_the_costs_a_fresh_report_says_so_as_plan_does():
    """Several changes of sign, and no rate: what `plan` found stands, not that it should be asked."""
    decision = plan(gains_first(), PROFILES)
    assert decision.finance is not None
    assert decision.finance.irr_reason == "gains_first"
    material = material_of(PlanAnalysis(decision, (), (), None), None, (), "en", DAY)
    made = calculation(material)
    assert made.headline.irr.value == text("en", "irr.gains_first")
    found = recalculated({"first": report_bytes(material, calculation(material))})["first"]
    assert (
        read(load_workbook(io.BytesIO(found), data_only=True), made.headline.irr) == made.headline.irr.value
    )


def test_the_making_of_a_server_is_spread_over_the_whole_years_in_which_it_works():
    """It is to last 2.5 years and works for 2: 8 x (1471 + 500) kg a server over 2 years, 7 years of a server."""
    decision, made = decided("staged"), live("staged")
    alive = [each.units for each in decision.fleet if each.supply == "owned"]
    mine = [
        placed.content
        for (row, column), placed in made.book.sheets["energy"].cells.items()
        if column >= 6
        and made.book.sheets["energy"].cells[row, 1].content == text("en", "live.making")
        and made.book.sheets["energy"].cells[row, 2].content == "owned"
    ]
    assert mine == pytest.approx([8 * (1471 + 500) / 2 * count for count in alive], rel=EXACT)
    assert made.headline.carbon.value == pytest.approx(decision.worth.carbon_kg_co2e, rel=EXACT)
