"""Limits of a month hold in the busiest one: by hand, by search, from the ledger, in workbook and policy."""

import io
import math
import shutil
from dataclasses import replace

import numpy as np
import pytest
from openpyxl import load_workbook

from bench.library import library_profiles
from roi.cost import ONE_OFF
from roi.fleet.diagnosis import diagnose_fleet
from roi.fleet.evaluation import evaluate
from roi.fleet.problem import FleetProgramme, FleetRules, FleetSupply
from roi.fleet.solver import solve_fleet
from roi.output.page.conflict import limit_to_type
from roi.output.plan.page import plan_page
from roi.output.terminal import plain_text
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.planning.reprice import reprice
from roi.policy import policy_of
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import scenario_from_text
from roi.texts import text
from roi.verify.case import Case
from roi.verify.doing import Asked
from roi.verify.moving import rivals
from roi.verify.runs import runs
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.make import report_bytes
from tests.roi.fleet_cases import candidate, programme
from tests.roi.fleet_exhaustive import exhaustive
from tests.roi.live_cases import PROFILES, owned, told_of
from tests.roi.plan_samples import plan_decision, plan_scenario
from tests.roi.portfolios import PROFILES as ANY
from tests.roi.portfolios import random_portfolio
from tests.roi.report_cases import recalculated
from tests.roi.verify_cases import beside, forbidding

TRIPLE = """\
schema_version: 1
name: t
currency: EUR
price_year: 2026
site: {country: DEU, pue: 1.4}
labour: {wage_per_h: 36}
finance: {discount_rate_per_year: 0.08, horizon_years: 3}
limits: {budget_per_month: 14000, carbon_cap_per_month: 5}
workloads:
  - {name: w, images_per_month: 50000, peak_factor: 3, quality: {reference: fid/mjhq-30k, fid_max: 20},
     acceptance: {kind: alike, mean: 0.5}, images_per_attempt: [1, 2], attempts_max: 3,
     review: {seconds_per_attempt: 2, seconds_per_image: 4}, fallback_cost: 5, deliver_min: 0.8}
supplies:
  - {kind: rent, name: h, vendor: V, board: H100 SXM, country: FRA, price_per_h: 2.5, pue: 1.3,
     utilization_fraction: 0.6, billing: second}
"""
"""Three times as much in the busiest month as in a mean one, all of it paid by the second."""


def triple(**limits: float | None) -> Scenario:
    """The case above; its limits are those given alone."""
    none = {"limits.budget_per_month": None, "limits.carbon_cap_per_month": None}
    given = {f"limits.{name}": value for name, value in limits.items()}
    return with_changes(scenario_from_text(TRIPLE, "t"), {**none, **given})


def planned(scenario: Scenario) -> PlanDecision:
    return plan(scenario, library_profiles(), explained=False)


def busiest_cash(decision: PlanDecision) -> float:
    """Of the dearest year, from the ledger: entries of a workload at its pace, all others evenly [money]."""
    ledger, scenario = decision.ledger, decision.scenario
    assert ledger is not None
    pace = {
        each.name: each.peak_factor.value
        for each in scenario.workloads
        if each.peak_factor is not None and not each.deferrable
    }
    running = [each for each in ledger.entries if each.component not in ONE_OFF]
    return max(
        math.fsum(
            each.amount * (1.0 if each.workload is None else pace.get(each.workload, 1.0))
            for each in running
            if each.year == year
        )
        / 12
        for year in range(ledger.years)
    )


def test_a_limit_that_the_busiest_month_breaks_leaves_no_plan_and_is_named_as_it_was_set():
    decision = planned(scenario_from_text(TRIPLE, "t"))
    assert (decision.status, decision.plan) == ("infeasible", None)
    page = plain_text(plan_page(decision, "en"), 120)
    assert "budget of running costs per year" not in page
    assert "carbon cap per year" not in page
    assert text("en", "plan_rule.carbon_cap_per_month") in page


@pytest.mark.parametrize("rule", ["budget_per_month", "carbon_cap_per_month"])
def test_the_busiest_month_fits_exactly_and_a_little_less_does_not(rule):
    free = planned(triple())
    if rule == "budget_per_month":
        needed = busiest_cash(free)
        assert needed == pytest.approx(31_700.75, abs=0.05)
    else:
        grid_kg = sum(use.location_kg for use in free.ledger.energy if use.year == 0)
        made_kg = free.worth.carbon_kg_co2e / 3 - grid_kg
        needed = (3 * grid_kg + made_kg) / 12
    fits = planned(triple(**{rule: needed * (1 + 1e-9)}))
    assert (fits.status, fits.verified) == ("optimal", True)
    if rule == "budget_per_month":
        assert busiest_cash(fits) <= needed * (1 + 1e-6)
    below = planned(triple(**{rule: needed * 0.9}))
    if below.plan is not None:
        assert rule == "carbon_cap_per_month"
        assert below.worth.tco > fits.worth.tco
        return
    assert below.binding == (rule,)


@pytest.mark.parametrize(("rule", "limit"), [("budget_per_month", 14_000.0), ("carbon_cap_per_month", 1.0)])
def test_what_a_relaxation_suggests_is_enough_when_typed_in(rule, limit):
    none = planned(triple(**{rule: limit}))
    assert none.binding == (rule,)
    for relaxation in none.relaxations:
        [change] = relaxation.changes
        assert (change.rule, change.limit) == (rule, limit)
        typed = float(limit_to_type(change).replace(",", ""))
        found = planned(triple(**{rule: typed}))
        assert (found.status, found.verified) == ("optimal", True)
        if relaxation.kind == "smallest_change":
            assert planned(triple(**{rule: typed * 0.999})).status == "infeasible"


@pytest.mark.parametrize("rule", ["budget_per_month", "carbon_cap_per_month"])
def test_a_month_without_a_peak_is_a_twelfth_of_the_year(rule):
    """With the limit of a year at twelve times that of a month both are needed alike."""
    yearly = {"budget_per_month": "opex_budget_per_year", "carbon_cap_per_month": "carbon_cap_per_year"}[rule]
    level = with_changes(triple(), {"workloads[0].peak_factor": None})
    by_month = planned(with_changes(level, {f"limits.{rule}": 1.0}))
    by_year = planned(with_changes(level, {f"limits.{yearly}": 12.0}))
    [month], [year] = by_month.relaxations[0].changes, by_year.relaxations[0].changes
    assert (month.needed * 12, by_month.relaxations[0].cost_per_month) == pytest.approx(
        (year.needed, by_year.relaxations[0].cost_per_month), rel=1e-9
    )


def server(**fields: object) -> FleetSupply:
    """One board: 1,200 a year, 0.2 a kilowatt-hour, 0.1 kW while it waits."""
    return FleetSupply(
        name="own",
        vendor=-1,
        kind="own",
        year_price=np.array([[1200.0]]),
        electricity_price=np.array([[[0.2]]]),
        idle_kw_per_board=0.1,
        grid_kg_per_kwh=np.array([0.5]),
        embodied_kg_per_unit_year=240.0,
        **fields,
    )


def by_hand(**fields: object) -> FleetProgramme:
    """4,000 requests of an hour and half a kilowatt-hour each, looked at for 3; twice as many in a busy month."""
    work = candidate(0, board_s=3600.0, energy_kwh=0.5, review=3.0)
    given = {"peak_factor": np.array([2.0]), **fields}
    return programme([work], [server()], demand=4000, shape=(1, 1, 1, 1), **given)


def month_of(case: FleetProgramme) -> tuple[float, float]:
    """What the evaluator says of the busiest month of the best plan."""
    asked = replace(case, rules=FleetRules(month_budget=np.array([1e9]), month_carbon_kg=np.array([1e9])))
    found = evaluate(asked, solve_fleet(asked).plan)
    used = {each.name: each.lhs for each in found.families}
    return float(used["budget_per_month"].max()), float(used["carbon_cap_per_month"].max())


def test_the_busiest_month_by_hand():
    """Looks 12,000, electricity of work 400 twice; waiting 4,760 h x 0.1 kW x 0.2 = 95.2 and upkeep once.
    Emissions: 2,000 kWh twice, 476 kWh of waiting, 240 kg of making."""
    cash, kg = (2 * (12_000 + 400) + 95.2 + 1200) / 12, (2 * 1000 + 238 + 240) / 12
    assert month_of(by_hand()) == pytest.approx((cash, kg), rel=1e-12)


def test_work_that_may_wait_has_no_busiest_month():
    """4,000 hours are paid and none waits."""
    waits = by_hand(deferrable=np.array([True]), peak_factor=np.array([1.0]))
    assert month_of(waits) == pytest.approx(((12_400 + 1200) / 12, (1000 + 240) / 12), rel=1e-12)


@pytest.mark.parametrize(
    ("field", "rule", "place"),
    [("month_budget", "budget_per_month", 0), ("month_carbon_kg", "carbon_cap_per_month", 1)],
)
def test_a_limit_at_the_busiest_month_holds_and_below_it_is_what_has_to_give(field, rule, place):
    case = by_hand()
    needed = month_of(case)[place]
    at = replace(case, rules=FleetRules(**{field: np.array([needed * (1 + 1e-9)])}))
    below = replace(case, rules=FleetRules(**{field: np.array([needed * (1 - 1e-4)])}))
    for route in (solve_fleet, exhaustive):
        assert route(at).plan is not None
        assert route(below).plan is None
    found = diagnose_fleet(below)
    assert found.binding == (rule,)
    assert found.relaxations[0].limits == {rule: pytest.approx(needed, rel=1e-6)}


@pytest.mark.parametrize("route", [solve_fleet, exhaustive])
@pytest.mark.parametrize(("limit", "supply"), [(None, 0), (1100.0, 0), (1000.0, 1), (731.0, 1)])
def test_a_machine_that_stands_all_year_costs_in_its_busiest_month_what_it_costs_in_any(route, limit, supply):
    """5,000 pictures bought at 1.5 are 1,062.5 in a month 1.7 times as busy; a node at 1 an hour is 730 in each."""
    api = FleetSupply(name="api", vendor=0, kind="by_use")
    node = FleetSupply(name="node", vendor=1, kind="on_demand", hour_price=np.array([[1.0]]))
    work = [candidate(0, supply=0, api=1.5), candidate(0, supply=1, board_s=3600.0)]
    rules = FleetRules(month_budget=None if limit is None else np.array([limit]))
    case = programme(
        work, [api, node], demand=5000, shape=(1, 1, 1, 1), peak_factor=np.array([1.7]), rules=rules,
        one_option=np.array([True]),
    )  # fmt: skip
    found = route(case)
    assert case.candidates.supply[found.plan.rows].tolist() == [supply]
    assert evaluate(case, found.plan).broken == ()


PEAKS = {"workloads[0].peak_factor": 2.5, "workloads[0].deferrable": False, "workloads[1].peak_factor": 1.4}
NO_LIMITS = dict.fromkeys(
    (
        "limits.budget_per_month",
        "limits.carbon_cap_per_month",
        "limits.carbon_cap_per_year",
        "limits.opex_budget_per_year",
    )
)


@pytest.mark.parametrize("seed", range(10))
def test_portfolios_keep_their_busiest_month_and_are_verified(seed):
    """By the ledger: what plan without limits needs fits; a little less changes the plan, or there is none."""
    asked = with_changes(random_portfolio(seed), {**NO_LIMITS, **PEAKS})
    free = plan(asked, ANY, explained=False)
    if free.plan is None:
        pytest.skip("no plan without limits")
    needed = busiest_cash(free)
    for factor in (1 + 1e-9, 0.97):
        found = plan(with_changes(asked, {"limits.budget_per_month": needed * factor}), ANY, explained=False)
        if found.plan is None:
            assert factor < 1
            assert "budget_per_month" in found.binding
            continue
        assert busiest_cash(found) <= needed * factor * (1 + 1e-6)
        assert found.verification.failed == ()


def tight() -> Scenario:
    """Servers and rented nodes for two workloads, within limits that more pictures would break."""
    return with_changes(
        owned("straight_line"),
        {"limits.budget_per_month": 30_000_000, "limits.carbon_cap_per_month": 7000},
    )


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_the_workbook_follows_the_peak_of_its_inputs():
    decision = plan(tight(), PROFILES, explained=False)
    material = told_of(tight())
    made = calculation(material)
    files, expected = {}, {}
    for peak in (1.3, 1.8):
        again = calculation(material)
        sheet = again.book.sheets["inputs"]
        for spot, value in (
            ((again.inputs["workloads[0].peak_factor"].row, 6), peak),
            ((again.headline.scenario.row, again.headline.scenario.column), text("en", "live.case_custom")),
        ):
            placed = sheet.cells.pop(spot)
            sheet.put(*spot, value, placed.style, placed.number_format)
        files[f"peak{peak}"] = report_bytes(material, again)
        expected[f"peak{peak}"] = reprice(decision, with_changes(tight(), {"workloads[0].peak_factor": peak}))
    assert {f"live.check_month_{what}" for what in ("cash", "carbon")} <= {each.name for each in made.checks}
    for name, content in recalculated(files).items():
        book = load_workbook(io.BytesIO(content), data_only=True)
        rows = {
            row[0].value: [cell.value for cell in row[5:] if isinstance(cell.value, float | int)]
            for sheet in book
            for row in sheet.iter_rows()
            if row
            and row[0].value in (text("en", "live.rule_month_cash"), text("en", "live.rule_month_carbon"))
        }
        found = evaluate(expected[name].programme, expected[name].plan)
        for key, family in (("cash", "budget_per_month"), ("carbon", "carbon_cap_per_month")):
            used = next(each.lhs for each in found.families if each.name == family)[0]
            assert rows[text("en", f"live.rule_month_{key}")] == pytest.approx(used.tolist(), rel=1e-9)
        held = {row[1].value: row[4].value for row in book[text("en", "paper.sheet_checks")].iter_rows()}
        for key, family in (("cash", "budget_per_month"), ("carbon", "carbon_cap_per_month")):
            kept = family not in expected[name].no_longer_fits
            assert kept == (name == "peak1.3")
            assert held[text("en", f"live.check_month_{key}")] is kept, (name, key)


def test_what_the_policy_allows_in_all_is_within_the_companys_month():
    decision = plan_decision(plan_scenario(**{"workloads[0].peak_factor": 1.5}))
    needed = busiest_cash(decision)
    for room, allowed in ((1.04, 1.04), (1.5, 1.1), (1.0, 1.0)):
        within = with_changes(decision.scenario, {"limits.budget_per_month": needed * room})
        policy = policy_of(replace(decision, scenario=within))
        first = [*(each.monthly[0].cost_max for each in policy.workloads), policy.shared[0].cost_max]
        assert math.fsum(first) == pytest.approx(needed * allowed, rel=1e-5)


def test_the_policy_allows_work_that_may_wait_no_busiest_month():
    changes = {"workloads[0].peak_factor": 1.5, "workloads[0].deferrable": True}
    [first, *_] = policy_of(plan_decision(plan_scenario(**changes))).workloads[0].monthly
    assert first.images_max == 467_500.0


def test_the_verifier_holds_nothing_against_a_plan_that_breaks_the_busiest_month():
    """What is cheaper by the year on `here` would spend or emit more than twice its mean month's limit."""
    documents = [each.model_dump(mode="json") for each in beside()]
    peak = {"workloads[0].peak_factor": 2}
    free = {each.supply for each in rivals(asked_by(forbidding(peak), documents))}
    for limit in ({"limits.budget_per_month": 470_000}, {"limits.carbon_cap_per_month": 100}):
        within = {each.supply for each in rivals(asked_by(forbidding({**peak, **limit}), documents))}
        level = {each.supply for each in rivals(asked_by(forbidding(limit), documents))}
        assert within < free
        assert level == free


def asked_by(scenario: Scenario, documents: list[dict[str, object]]) -> Asked:
    return Asked(Case(scenario.model_dump(mode="json")), runs(documents))
