"""The report's sheets: what stands on them, what a printer makes of them, what a person typed stays text."""

import io
import math
import re
import shutil
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from bench.library import library_profiles
from roi.amounts import whole_months
from roi.decision.decide import decide
from roi.output.page.answer import answer_rows
from roi.output.report.files import report_markdown
from roi.output.report.material import kept_analysis, material_of
from roi.scenario.change import with_changes
from roi.sensitivity.frontier import fid_frontier
from roi.texts import LANGUAGES, bundled, text
from roi.workbook.book import HELPERS
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.make import WORKINGS, report_book, report_bytes
from tests.roi.live_cases import PROFILES, committed_for_ten_years, gains_first, told_of
from tests.roi.planning_cases import OWNED, years
from tests.roi.report_cases import (
    ATTACKS,
    DAY,
    LONG,
    analysis,
    attacked,
    material,
    pages,
    recalculated,
    report,
    without_spaces,
)
from tests.workbook_strict import package_faults

NEEDS_OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
NEEDS_PDF = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
READ = (
    "decision",
    "summary",
    "charts",
    "montecarlo",
    "risks",
    "options",
    "option_costs",
    "sensitivity",
    "esg",
)
READ_LAST = ("checks", "log")
ANNEX = READ[1:5]


@pytest.fixture(scope="module")
def computed():
    """Both reports and an attacked one after LibreOffice computed every formula."""
    return recalculated({**{each: report(each) for each in LANGUAGES}, "attacked": attacked()})


@pytest.fixture(scope="module")
def printed():
    """Texts of the printed pages of the same."""
    reports = {**{each: report(each) for each in LANGUAGES}, "attacked": attacked()}
    return pages({**reports, "for_readers": report_bytes(*of_demonstration(), printed=True)})


def opened(content, *, values=False):
    return load_workbook(io.BytesIO(content), data_only=values)


def of_demonstration():
    told = material("en", analysis())
    return told, calculation(told)


def book(language, found):
    return report_book(material(language, found), calculation(material(language, found)))


def cells_of(workbook):
    return [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_stands_in_its_place(language):
    names = opened(report(language)).sheetnames
    assert names[: len(READ)] == [text(language, f"paper.sheet_{key}") for key in READ]
    assert names[-len(READ_LAST) :] == [text(language, f"paper.sheet_{key}") for key in READ_LAST]


@pytest.mark.parametrize("language", LANGUAGES)
def test_excel_has_nothing_to_repair(language):
    assert package_faults(report(language)) == []


def test_an_attacked_report_has_nothing_to_repair_either():
    assert package_faults(attacked()) == []


@NEEDS_OFFICE
@pytest.mark.parametrize("name", [*LANGUAGES, "attacked"])
def test_computed_anew_every_formula_gives_its_cached_value(computed, name):
    raw = attacked() if name == "attacked" else report(name)
    formulas, cached, anew = opened(raw), opened(raw, values=True), opened(computed[name], values=True)
    wrong = []
    for cell in cells_of(formulas):
        if cell.data_type == "f":
            place = (cell.parent.title, cell.coordinate)
            before, after = cached[place[0]][place[1]].value, anew[place[0]][place[1]].value
            same = (
                before == after
                if isinstance(before, str | bool)
                else after == pytest.approx(before, rel=1e-9, abs=1e-8)
            )
            if not same:
                wrong.append((*place, before, after))
    assert wrong == []


@NEEDS_OFFICE
@pytest.mark.parametrize("name", [*LANGUAGES, "attacked"])
def test_every_check_holds_after_computing_anew(computed, name):
    workbook = opened(computed[name], values=True)
    ((sheet, cell),) = workbook.defined_names["master_check"].destinations
    assert workbook[sheet][cell].value is True


@NEEDS_OFFICE
@NEEDS_PDF
@pytest.mark.parametrize("name", [*LANGUAGES, "attacked"])
def test_the_decision_is_one_page(printed, name):
    language = "en" if name == "attacked" else name
    footer = without_spaces(text(language, "paper.sheet_decision"))
    first, second = (without_spaces(page) for page in printed[name][:2])
    assert without_spaces(text(language, "paper.reliance")) in first
    assert f"{footer}1/" in first
    assert f"{footer}2/" not in second


@NEEDS_OFFICE
@NEEDS_PDF
@pytest.mark.parametrize("name", [*LANGUAGES, "attacked"])
def test_no_figure_is_too_wide_for_its_column(printed, name):
    assert [page for page in printed[name] if "###" in page] == []


@NEEDS_OFFICE
@NEEDS_PDF
def test_page_one_names_npv_irr_and_payback(printed):
    first = printed["en"][0]
    for figure in ("JPY 4.12 M", "72.9%", "21 months"):
        assert figure in first
    for figure in ("412万円", "72.9%", "21か月"):
        assert figure in printed["ja"][0]


@NEEDS_OFFICE
@NEEDS_PDF
@pytest.mark.parametrize("name", [*LANGUAGES, "attacked"])
def test_the_annex_is_a_page_a_sheet(printed, name):
    language = "en" if name == "attacked" else name
    for number, key in enumerate(ANNEX, 2):
        footer = without_spaces(text(language, f"paper.sheet_{key}")) + f"{number}/"
        assert footer in without_spaces(printed[name][number - 1])


def test_what_a_person_typed_is_never_a_formula():
    formulas = [cell.value for cell in cells_of(opened(attacked())) if cell.data_type == "f"]
    assert [formula for formula in formulas if formula in ATTACKS] == []
    texts = {cell.value for cell in cells_of(opened(attacked())) if cell.data_type == "s"}
    assert set(ATTACKS) <= texts


def test_ten_thousand_characters_stand_whole_in_the_log():
    texts = [cell.value for cell in cells_of(opened(attacked())) if cell.data_type == "s"]
    assert texts.count(LONG) == 3


def test_a_company_finds_the_figures_of_page_one_by_name():
    names = opened(report("en")).defined_names
    assert {"decision_npv", "decision_irr", "decision_payback", "decision_carbon", "decision_tco"} <= set(
        names
    )


@NEEDS_OFFICE
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_one_states_the_emissions_of_the_plan_beside_a_today_that_discloses_none(computed, language):
    decision = analysis().decision
    assert decision.baseline_worth.carbon_kg_co2e is None
    sheet = opened(computed[language], values=True).worksheets[0]
    name = text(language, "paper.effect_carbon_today_unknown")
    [title] = [cell for row in sheet for cell in row if cell.value == name]
    told = sheet.cell(title.row + 1, title.column)
    assert told.value == pytest.approx(decision.worth.carbon_kg_co2e)


def test_page_one_states_the_emissions_of_the_plan_where_there_is_no_today():
    told = told_of(with_changes(analysis().decision.scenario, {"workloads[0].baseline": None}))
    cells = opened(report_bytes(told, calculation(told))).worksheets[0]
    assert text("en", "paper.effect_carbon_plan") in {cell.value for row in cells for cell in row}


def test_live_cost_of_every_option_is_that_of_the_engine_at_full_use():
    told = material("en", analysis())
    sheet = report_book(told, calculation(told)).sheets["option_costs"]
    placed = [sheet.cells[row, 15].content for row in range(1, 60) if (row, 15) in sheet.cells]
    engine = [line.option.cost_per_accepted_image for line in told.options]
    assert [cost for cost in placed if isinstance(cost, float)][: len(engine)] == pytest.approx(
        engine, rel=1e-9
    )


def test_options_stand_by_what_whole_machines_cost_as_the_only_source():
    told = material("en", analysis())
    decision = analysis().decision
    costs = [line.alone for line in told.options[1:]]
    assert costs == sorted(costs)
    assert told.options[0].alone == pytest.approx(told.options[0].in_plan, rel=1e-12)
    assert told.options[0].in_plan == pytest.approx(
        decision.worth.levelised_cost_per_accepted_image, rel=1e-12
    )
    assert told.options[0].option.cost_per_accepted_image < told.options[0].alone


def test_an_option_with_too_few_units_has_no_cost_as_the_only_source():
    changes = {"supplies[0].units_max": 1, "workloads[0].images_per_month": 2_000_000}
    scarce = with_changes(committed_for_ten_years(), changes)
    lines = {line.option.offer.supply: line for line in told_of(scarce).options if line.state == "in"}
    assert lines["rented"].alone is None
    assert lines["rented"].why == text("en", "paper.why_too_few")


@pytest.mark.parametrize(
    ("language", "label", "sentence"),
    [
        ("en", "Owed for 8 years after the plan", "JPY 12.6 M for 8 years after the plan"),
        ("ja", "計画後8年分の支払残", "1,261万円(計画後 8 年分"),
    ],
)
def test_page_one_names_what_a_commitment_still_costs_after_the_plan(language, label, sentence):
    told = told_of(committed_for_ten_years(), language)
    sheet = report_book(told, calculation(told)).sheets["decision"]
    (row,) = [row for (row, column), placed in sheet.cells.items() if placed.content == label]
    shown = sheet.cells[row, 4].content
    assert shown == ("1,261万円" if language == "ja" else pytest.approx(12_614_400.0, rel=1e-12))
    assert sentence in report_markdown(told)


def test_page_one_says_how_far_paid_hours_are_filled_beside_the_price():
    told = told_of(committed_for_ten_years())
    sheet = report_book(told, calculation(told)).sheets["decision"]
    (row,) = [
        row
        for (row, column), placed in sheet.cells.items()
        if placed.content == text("en", "paper.amount_filled")
    ]
    assert sheet.cells[row, 4].content == "4.0% (50%)"
    assert sheet.cells[row - 1, 1].content == text("en", "paper.amount_per_image")


def test_a_bought_server_has_no_paid_hours_and_the_share_that_plan_says():
    """Work that can wait: the server is switched on for it alone, and stands the rest of the year."""
    asked = years(2, 0.06, **{"workloads[0].deferrable": True, "site.electricity_price": 25})
    told = told_of(with_changes(asked, {"supplies": [OWNED]}))
    (share,) = {row.utilization_fraction for row in told.decision.fleet}
    sheet = report_book(told, calculation(told)).sheets["decision"]
    (row,) = [
        row
        for (row, column), placed in sheet.cells.items()
        if placed.content == text("en", "paper.amount_filled_own")
    ]
    assert sheet.cells[row, 4].content == f"{share:.1%} (50%)"
    found = decide(told.decision.scenario, PROFILES)
    assert found.choices[0].utilization_fraction == pytest.approx(share)
    named = answer_rows(found, found.scenario.workloads[0], found.choices[0], "en")
    lines = [value.text for _, value in named.rows]
    assert f"as planned it works {share:.1%} of them" in "".join(lines)
    assert "paid hours" not in "".join(lines)


def test_at_most_forty_options_are_listed_and_the_rest_is_counted():
    told = material("en", analysis())
    offers = {option.key[:2] for option in analysis().decision.options}
    assert len(told.options) == 40
    assert told.hidden == ((told.options[0].option.workload, len(offers) - 40),)


def test_the_choice_stands_first_and_nothing_cheaper_is_called_near():
    told = material("en", analysis())
    assert [line.state for line in told.options].index("chosen") == 0
    chosen = told.options[0].alone
    assert chosen is not None
    assert all(line.alone >= chosen * (1 - 1e-12) for line in told.options if line.state == "near")


def test_the_frontier_names_the_supply_of_its_own_point():
    scenario = analysis().decision.scenario
    points = fid_frontier(scenario, library_profiles())
    supplies = [step.label.rpartition(" / ")[2] for step in material("en", analysis()).fid_steps]
    assert supplies == [point.pick.supply for point in points]


@NEEDS_OFFICE
@NEEDS_PDF
def test_a_printed_report_leaves_out_the_sheets_of_formulas_and_nothing_else(printed):
    live = of_demonstration()[1]
    titles = {key: sheet.title for key, sheet in live.book.sheets.items()}
    footers = [page.rstrip().splitlines()[-1] for page in printed["for_readers"]]
    left_out = {titles[key] for key in WORKINGS}
    whole = [page.rstrip().splitlines()[-1].rsplit(None, 3)[0] for page in printed["en"]]
    assert [each.rsplit(None, 3)[0] for each in footers] == [
        each for each in whole if each.strip() not in left_out
    ]
    assert footers[-1].split()[-3:] == ["21", "/", "21"]


def test_a_histogram_counts_every_future():
    futures = material("en", analysis()).futures
    assert futures is not None
    assert sum(count for _, _, count in futures.bins) == futures.draws == 200


def test_a_report_without_draws_says_so():
    told = material("en", replace(analysis(), risk=None))
    book = report_book(told, calculation(told))
    words = [placed.content for placed in book.sheets["decision"].cells.values()]
    assert any("no futures were drawn for this report" in each for each in words if isinstance(each, str))
    assert "montecarlo" not in book.sheets
    assert not any("Monte Carlo" in each for each in words if isinstance(each, str))


def test_payback_is_the_same_number_of_months_on_every_page():
    workbook = opened(report("en"), values=True)
    sheet = workbook["Summary"]
    [row] = [row for row in sheet.iter_rows() if row[0].value == text("en", "paper.summary_payback")]
    finance = analysis().decision.finance
    assert row[1].value == math.ceil(finance.simple_payback_months) == 21
    assert whole_months(finance.simple_payback_months, "en") == "21 months"


def test_placeholders_are_counted_on_page_one():
    told = material("en", analysis())
    cells = [
        placed.content for placed in report_book(told, calculation(told)).sheets["decision"].cells.values()
    ]
    assert text("en", "paper.state_draft", count=told.placeholders, total=len(told.assumptions)) in cells
    assert told.placeholders == 27


def test_the_three_gravest_risks_stand_on_page_one():
    told = material("en", analysis())
    cells = [
        placed.content for placed in report_book(told, calculation(told)).sheets["decision"].cells.values()
    ]
    assert all(risk.effect in cells for risk in told.risks[:3])


def test_a_proposal_fills_the_head_of_the_paper():
    scenario = with_changes(
        analysis().decision.scenario, {"proposal": {"proposer": "A. Sato", "within_budget": False}}
    )
    found = replace(analysis(), decision=replace(analysis().decision, scenario=scenario))
    cells = [placed.content for placed in book("ja", found).sheets["decision"].cells.values()]
    assert "A. Sato" in cells
    assert text("ja", "paper.outside") in cells


def test_every_chart_shows_its_axes_and_names_them():
    for sheet in book("en", analysis()).sheets.values():
        for chart, _ in sheet.charts:
            assert not chart.x_axis.delete
            assert not chart.y_axis.delete
            assert chart.y_axis.title is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_esg_sheet_says_what_is_absent_and_why(language):
    sheet = opened(report(language), values=True)[text(language, "paper.sheet_esg")]
    lines: dict[str, list[list[object]]] = {}
    for row in sheet.iter_rows():
        if row[0].value:
            lines.setdefault(row[0].value, []).append([cell.value for cell in row[1:7]])
    absent = [text(language, "plan.absent")] * 6
    assert lines[text(language, "plan.total_market")] == [absent, absent]
    assert lines[text(language, "plan.scope_3_purchased_services_market")] == [absent, absent]
    plan, today = lines[text(language, "plan.total_location")]
    assert all(isinstance(amount, float) and amount > 0.0 for amount in plan)
    assert today == absent
    assert text(language, "plan.market_absent", names="Verda H100 Finland") in lines
    assert text(language, "plan.partly_disclosed") in lines


def test_the_live_results_give_no_total_where_none_is_stated_or_disclosed():
    sheet = opened(report("en"), values=True)[text("en", "live.sheet_results")]
    lines = [[cell.value for cell in row[:4]] for row in sheet.iter_rows() if row[0].value]
    market = [line[3] for line in lines if line[0] == text("en", "live.total_market")]
    assert market == [text("en", "plan.absent")]
    plan, today = (line[3] for line in lines if line[0] == text("en", "live.total_carbon"))
    assert plan == pytest.approx(analysis().decision.worth.carbon_kg_co2e, rel=1e-12)
    assert today == text("en", "plan.undisclosed")


def test_a_shallow_report_keeps_the_gravest_risk_and_says_what_it_left_out():
    found = kept_analysis(analysis().decision, library_profiles(), 0)
    told = material_of(found, None, (), "en", DAY)
    assert told.risks[0].effect == text("en", "paper.risk_no_answer")
    assert "0.15" in told.risks[0].what
    assert told.range_words == text("en", "paper.range_none")


def test_better_acceptance_is_a_risk_only_with_its_reason():
    found = kept_analysis(analysis().decision, library_profiles(), 0)
    kept = [bar for bar in found.bars if bar.ranged.field == "acceptance_mean"]
    assert len(kept) == 1
    only_better = replace(
        found, bars=(replace(kept[0], low=replace(kept[0].low, value=kept[0].ranged.value)),)
    )
    first = material_of(only_better, None, (), "en", DAY).risks[0]
    assert "0.85" in first.what
    assert "today gains more" in first.effect


def test_page_one_has_no_command_and_no_field_name():
    for language in LANGUAGES:
        placed = book(language, analysis()).sheets["decision"].cells.values()
        told = " ".join(str(each.content) for each in placed)
        assert "python -m" not in told
        assert "proposal." not in told
        assert re.search(r"\b[a-z]+_[a-z_]+\b", told) is None


def test_a_japanese_form_has_its_fields_in_the_usual_order():
    sheet = book("ja", analysis()).sheets["decision"]
    labels = {placed.content: (row, column) for (row, column), placed in sheet.cells.items()}
    usual = (
        "稟議番号 件名 目的・理由 申請金額（税抜） 申請金額（税込10%） 購入先 契約期間 支払条件 実施時期 "
        "効果（現状維持との差） 添付資料"
    )
    places = [labels[each] for each in usual.split()]
    assert places == sorted(places)
    assert {"決裁欄", "決裁日", "□承認　□条件付　□否認　□差戻"} <= set(labels)


def test_one_state_stands_on_page_one():
    told = material("en", analysis())
    styles = [placed.style for placed in book("en", analysis()).sheets["decision"].cells.values()]
    assert told.placeholders > 0
    assert "good" not in styles
    assert "bad" not in styles
    assert "draft" in styles


@NEEDS_OFFICE
@NEEDS_PDF
def test_why_there_is_no_rate_of_return_stands_whole_on_both_pages_and_nothing_is_shown_in_sen():
    told = {language: told_of(gains_first(), language) for language in LANGUAGES}
    printed = pages({each: report_bytes(told[each], calculation(told[each])) for each in LANGUAGES})
    for language in LANGUAGES:
        for page in printed[language][:2]:
            assert without_spaces(text(language, "irr.gains_first")) in without_spaces(page)
    for amount, sen in (("0円", "0.00円"), ("JPY 0", "JPY 0.00")):
        language = "ja" if "円" in amount else "en"
        assert amount in printed[language][0]
        assert not re.search(rf"(?<!\d){re.escape(sen)}", printed[language][0])


@pytest.mark.parametrize("horizon", [1, 3, 6, 10])
def test_the_chart_of_carbon_fits_between_its_corner_and_the_edge_of_the_print(horizon):
    told = told_of(years(horizon, 0.05))
    sheet = report_book(told, calculation(told)).sheets["esg"]
    ((chart, corner),) = sheet.charts
    assert corner.startswith("C")
    last = max(column for _, column in sheet.cells if column < HELPERS)
    pixels = sum(7 * sheet.widths[column] + 5 for column in range(3, last + 1))
    assert chart.width / 2.54 * 96 <= pixels


def test_a_tie_is_called_one():
    told = material("en", analysis())
    tied = [other for other in told.others if other.tie]
    assert [other.tco for other in tied] == pytest.approx([analysis().decision.worth.tco], rel=1e-9)
    cells = [str(placed.content) for placed in book("en", analysis()).sheets["decision"].cells.values()]
    assert sum("a tie: it costs the same" in each for each in cells) == len(tied) == 1


def test_conditional_formats_refer_to_their_own_sheet_and_the_file_says_who_made_it():
    opened_ = opened(report("ja"))
    rules = [
        formula
        for sheet in opened_
        for area in sheet.conditional_formatting
        for rule in area.rules
        for formula in rule.formula
    ]
    assert rules
    assert [each for each in rules if "!" in each] == []
    assert opened_.properties.title == bundled("ja", analysis().decision.scenario.name)
    assert opened_.properties.creator == "image-roi"


def test_no_whole_number_shows_a_naked_point():
    formats = {cell.number_format for cell in cells_of(opened(report("en")))}
    assert [each for each in formats if re.search(r"0\.#|\.$", each)] == []
