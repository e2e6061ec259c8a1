"""Page one after inputs were changed: it is right, or says that it was not judged. The engine on the same change is
the oracle.
"""

import io
import shutil
from collections.abc import Mapping
from functools import cache

import pytest
from openpyxl import load_workbook

from roi.errors import RoiError
from roi.finance.rates_of_return import irr
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.planning.reprice import reprice
from roi.resources import template_path
from roi.scenario.change import with_changes
from roi.texts import text
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.make import report_book
from roi.workbook.write import book_bytes
from tests.roi import random_changes
from tests.roi.live_cases import CASES, decided, told
from tests.roi.report_cases import recalculated

UNJUDGED, NOT_SO = (text("en", f"paper.{key}") for key in ("checks_unjudged", "checks_fail"))
NONE_CHEAPER, NOT_JUDGED = text("en", "paper.rerun_none"), text("en", "paper.rerun_unjudged")
CHEAPER = text("en", "paper.rerun_before")

SAMPLED = 12
"""Random changes; `python -m tests.roi.random_changes 200` draws more."""

CHANGED = {
    "acceptance": ("api", {"workloads[0].acceptance.mean": 0.03}),
    "growth": ("owned", {"workloads[0].growth_per_year": 0.9}),
    "peak": ("owned", {"workloads[0].peak_factor": 3.0}),
    "life": ("owned", {"supplies[1].lifetime_years": 1.0}),
    "opening": ("demonstration", {"opening": 400_000_000.0}),
    "discount": ("demonstration", {"finance.discount_rate_per_year": 0.0}),
    "volume": ("demonstration", {"workloads[0].images_per_month": 21_000.0}),
    "losing": ("demonstration", {"workloads[0].images_per_month": 14_000.0}),
    "tax": ("staged", {"finance.tax.rate": 0.45, "finance.cash_realisation_fraction": 0.9}),
    "today": (
        "by_use",
        {"workloads[0].baseline.cost_per_image": 55.0, "workloads[0].baseline.seconds_per_image": 5.0},
    ),
}
MOVED_CHOICES = {
    "by_use_capex": ("by_use", {"supplies[0].capex": 200_000_000.0}),
    "by_use_discount": ("by_use", {"finance.discount_rate_per_year": 0.4}),
    "by_use_upkeep": ("by_use", {"supplies[0].upkeep_per_year": 90_000_000.0}),
    "by_second_rent": ("by_second", {"finance.escalation.rent": 0.6}),
    "staged_discount": ("staged", {"finance.discount_rate_per_year": 0.0}),
    "staged_capex": ("staged", {"supplies[1].capex": 900_000.0}),
    "staged_upkeep": ("staged", {"supplies[1].upkeep_per_year": 60_000_000.0}),
    "signed_rent": ("signed", {"finance.escalation.rent": 0.5}),
    "alone_model": ("alone", {"model_cost.upkeep_per_year": 90_000_000.0}),
    "attempts_today": ("owned", {"workloads[0].baseline.acceptance.mean": 0.2}),
    "alone_opening": ("alone", {"supplies[0].opening_cost": 90_000_000.0}),
}
"""Amounts that may move attempts, units, or years of purchases: no listed option says whether they do."""
IMPOSSIBLE: dict[str, tuple[str, dict[str, float | str | None]]] = {
    "no_discount": ("by_use", {"finance.discount_rate_per_year": None}),
    "no_capex": ("by_use", {"supplies[0].capex": None}),
    "residual": ("by_use", {"supplies[0].residual_fraction": 1.7}),
    "upkeep": ("by_use", {"supplies[0].upkeep_per_year": -9_000_000.0}),
    "realised": ("staged", {"finance.cash_realisation_fraction": 3.0}),
    "rate": ("staged", {"finance.discount_rate_per_year": -1.0}),
    "words": ("demonstration", {"labour.wage_per_h": "n/a"}),
    "number_as_words": ("demonstration", {"workloads[0].images_per_month": "20000"}),
    "no_volume": ("demonstration", {"workloads[0].images_per_month": 0.0}),
    "no_case": ("demonstration", {}),
}


def place_of(case: str, name: str) -> str:
    """A figure's place; `opening` is that of the supply that the plan uses."""
    if name != "opening":
        return name
    decision = decided(case)
    used = decision.choices[0].option.offer.supply
    number = [each.name for each in decision.scenario.supplies].index(used)
    return f"supplies[{number}].opening_cost"


def changed_book(case: str, changes: Mapping[str, float | str | None]) -> bytes:
    """The whole report with figures of the custom case changed, and that case chosen; without changes, none."""
    material = told(case)
    made = calculation(material)
    book = report_book(material, made)
    sheet = book.sheets["inputs"]
    for name, value in changes.items():
        spot = (made.inputs[place_of(case, name)].row, 6)
        placed = sheet.cells.pop(spot)
        sheet.put(*spot, value, placed.style, placed.number_format)
    spot = (made.headline.scenario.row, made.headline.scenario.column)
    placed = sheet.cells.pop(spot)
    sheet.put(*spot, text("en", "live.case_custom") if changes else None, placed.style, placed.number_format)
    return book_bytes(book, template_path("report.xlsx"))


@cache
def computed() -> dict[str, bytes]:
    """The report of every change, computed by LibreOffice in one call."""
    asked = {**CHANGED, **MOVED_CHOICES, **IMPOSSIBLE}
    return recalculated({name: changed_book(*given) for name, given in asked.items()})


@cache
def pages() -> dict[str, list[str]]:
    """The texts of page one of every change."""
    return {
        name: [
            cell.value
            for row in load_workbook(io.BytesIO(content), data_only=True).worksheets[0].iter_rows()
            for cell in row
            if isinstance(cell.value, str)
        ]
        for name, content in computed().items()
    }


def holds(name: str) -> bool:
    """Whether page one says that every check holds."""
    material = told(CHANGED[name][0])
    count, total = material.placeholders, len(material.assumptions)
    key = "state_draft" if count else "state_good"
    return text("en", f"paper.{key}", count=count, total=total) in pages()[name]


def priced(name: str) -> PlanDecision:
    """The kept plan with the change, by the engine."""
    case, changes = CHANGED[name]
    moved = {place_of(case, place): value for place, value in changes.items()}
    return reprice(decided(case), with_changes(decided(case).scenario, moved))


pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")


@pytest.mark.parametrize(
    ("name", "rule", "said"),
    [
        ("acceptance", "deliver_min", "check_delivery"),
        ("growth", "capacity", "check_capacity"),
        ("peak", "always_on", "check_peak"),
        ("life", "fleet", "check_capacity"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_named_with_it(name, rule, said):
    assert rule in priced(name).no_longer_fits
    assert NOT_SO + text("en", f"live.{said}") in pages()[name]
    assert not holds(name)


def test_a_supply_that_became_dear_to_open_is_challenged_by_the_cheapest_other():
    case, changes = CHANGED["opening"]
    asked = with_changes(decided(case).scenario, {place_of(case, "opening"): changes["opening"]})
    best = plan(asked, CASES[case]()[1])
    assert best.worth is not None
    kept = priced("opening").worth
    assert kept is not None
    assert best.worth.tco < kept.tco * 0.5
    (line,) = [each for each in pages()["opening"] if each.startswith(CHEAPER)]
    assert best.choices[0].option.offer.supply in line
    assert UNJUDGED in pages()["opening"]


@pytest.mark.parametrize("name", ["tax", "today"])
def test_what_has_no_part_in_the_choice_trips_nothing(name):
    case, changes = CHANGED[name]
    asked = with_changes(decided(case).scenario, dict(changes))
    best = plan(asked, CASES[case]()[1])
    assert holds(name)
    assert NONE_CHEAPER in pages()[name]
    for key, expected in (("roi_tco", best.worth.tco), ("roi_npv", best.finance.npv)):
        assert value_of(name, key) == pytest.approx(expected, rel=1e-6), key


@pytest.mark.parametrize("name", ["discount", *MOVED_CHOICES])
def test_an_amount_that_may_move_the_best_plan_is_never_passed_over_in_silence(name):
    assert UNJUDGED in pages()[name]
    assert not any(each in pages()[name] for each in (NONE_CHEAPER, text("en", "paper.rerun_kept")))


@pytest.mark.parametrize("name", ["by_use_capex", "staged_upkeep"])
def test_such_an_amount_does_move_it(name):
    """Otherwise the page would only be timid."""
    case, changes = MOVED_CHOICES[name]
    asked = with_changes(decided(case).scenario, dict(changes))
    best = plan(asked, CASES[case]()[1], explained=False, reviewed=False).worth
    assert value_of(name, "roi_tco") == pytest.approx(reprice(decided(case), asked).worth.tco, rel=1e-9)
    assert best.tco < value_of(name, "roi_tco") * (1.0 - random_changes.GAP)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_input_that_cannot_be_so_is_named_and_nothing_is_shown_as_good(name):
    case, changes = IMPOSSIBLE[name]
    labels = {each.place: each.label for each in told(case).assumptions}
    words = [text("en", "live.wrong_input") + labels[place] for place in changes]
    if not changes:
        cell = calculation(told(case)).headline.scenario
        words = [text("en", "live.wrong_case", cell=f"{cell.sheet}!B{cell.row}")]
    assert NOT_SO + words[0] in pages()[name]
    assert text("en", "paper.rerun_wrong") in pages()[name]
    assert value_of(name, "master_check") is False
    assert value_of(name, "roi_changed") is True
    assert isinstance(value_of(name, "roi_npv"), str)
    for place, value in changes.items():
        if isinstance(value, float):
            with pytest.raises(RoiError):
                with_changes(decided(case).scenario, {place: value})


def value_of(name: str, key: str) -> object:
    """What a named cell of a changed book shows."""
    book = load_workbook(io.BytesIO(computed()[name]), data_only=True)
    ((sheet, cell),) = book.defined_names[key].destinations
    return book[sheet][cell].value


def test_where_another_choice_may_be_better_page_one_says_that_it_was_not_judged():
    assert UNJUDGED in pages()["volume"]
    assert NOT_JUDGED in pages()["volume"]
    assert not holds("volume")


def test_with_other_inputs_amounts_of_the_run_leave_the_column_of_live_ones_and_are_marked():
    words = text("en", "paper.sentences")
    risks = text("en", "paper.risks_top", count=3)
    for title in (words, risks):
        assert text("en", "paper.of_the_run", words=title) in pages()["volume"]
        assert title not in pages()["volume"]
    shown = [each for each in pages()["volume"] if "(as of the run: JPY" in each]
    assert len(shown) == min(len(decided("demonstration").alternatives), 3) > 0
    cached = report_book(told("demonstration"), calculation(told("demonstration"))).sheets["decision"]
    assert words in [placed.content for placed in cached.cells.values()]


def test_with_random_changes_page_one_is_right_or_says_that_it_was_not_judged():
    drawn = list(random_changes.changes(SAMPLED))
    found = zip(drawn, random_changes.pages(drawn), strict=True)
    said = [(change, random_changes.verdict(change, page)) for change, page in found]
    assert [each for each in said if each[1].startswith("wrong")] == []
    assert len({words for _, words in said}) > 1


def test_a_plan_that_became_a_loss_has_its_rate_of_return():
    finance = priced("losing").finance
    assert finance.npv < 0.0
    yearly = (1.0 + irr(finance.cash_flows).rate) ** 12 - 1.0
    assert yearly == pytest.approx(-0.174, abs=1e-3)
    book = load_workbook(io.BytesIO(computed()["losing"]), data_only=True)
    ((sheet, cell),) = book.defined_names["roi_irr"].destinations
    assert book[sheet][cell].value == pytest.approx(yearly, rel=1e-6)
