"""A month of operation against its plan: what moved, by how much, to the coin."""

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.library import load_profiles
from bench.operations.ledger import Added, Ledger
from bench.operations.rows import Attempt, BillLine, BoardMinute
from roi.amounts import part
from roi.cost import ONE_OFF
from roi.errors import OperationError
from roi.operate.approved import Month, approve, approved, month_of
from roi.operate.bills import Unexplained
from roi.operate.bridge import Bridge, bridge_of
from roi.operate.factors import STEPS, Factor, Line
from roi.operate.summary import MonthReport, month_report
from roi.output.markdown import markdown
from roi.output.operation import board_sentence, month_page, month_said, status_page
from roi.paper import Bullets
from roi.planning.decide_plan import plan as plan_of
from roi.policy import policy_of, policy_text, read_policy
from roi.policy.monthly_plan import MonthlyPlan, PlannedReturn, PlannedSupply, PlannedUse, PriceCurrency
from roi.scenario.change import with_changes
from roi.scenario_file import load_scenario
from tests.roi.plan_samples import plan_decision

DECEMBER = Month(2026, 12)
OVER = datetime(2027, 1, 5, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp()
USE = {
    "year": 1,
    "workload": "product-pictures",
    "model": "One",
    "model_id": "org/one",
    "supply": "rented",
    "requests": 100.0,
    "attempts": 150.0,
    "accepted_requests": 90.0,
    "first_attempt_acceptance": 0.6,
    "images_per_attempt": 4,
    "energy_boundary": "gpu",
    "energy_j_per_attempt": 2_000.0,
    "energy_kwh": 0.125,
    "review_seconds_per_attempt": 20.0,
    "costs": {"electricity": 2.5, "review": 2_500.0, "fallback": 3_000.0},
    "carbon_kg_co2e": 0.05,
}
"""150 attempts of 2 kJ are 0.0833 kWh at the board and 1.5 times as much at the facility, at 20 a kWh; 0.833 h of
looking at 3,000 an hour; 10 fallbacks at 300."""
SUPPLY = {
    "year": 1,
    "supply": "rented",
    "idle_energy_kwh": 15.0,
    "idle_board_energy_kwh": 10.0,
    "costs": {"electricity": 300.0, "rent": 15_000.0},
    "carbon_kg_co2e": 6.0,
}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small policy whose monthly plan can be checked by hand; rent is paid in USD at 150."""
    plan = MonthlyPlan(
        uses=(PlannedUse.model_validate(USE),),
        supplies=(PlannedSupply.model_validate(SUPPLY),),
        currencies=(PriceCurrency(supply="rented", currency="USD", rate=150.0),),
        brings=PlannedReturn(
            discount_rate_per_year=0.0,
            cash_flows=(-12_000.0, *([2_000.0] * 12)),
            npv=12_000.0,
            simple_payback_months=6.0,
        ),
    )
    policy = policy_of(plan_decision()).model_copy(update={"plan": plan, "currency": "JPY"})
    path = tmp_path_factory.mktemp("signed") / "policy.yaml"
    path.write_text(policy_text(policy), encoding="utf-8")
    return path


@pytest.fixture
def ledger(tmp_path: Path, signed: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "operations.db", create=True) as made:
        approve(made, signed, DECEMBER, "Asia/Tokyo")
        yield made


def attempts(requests: int = 100, tries: int = 150, accepted: int = 90, **more: object) -> list[Attempt]:
    """Requests of which the first ones are tried twice and the first `accepted` end well."""
    rows = []
    for number in range(requests):
        again = number < tries - requests
        for attempt in range(1, 3 if again else 2):
            last = attempt == (2 if again else 1)
            given = {
                "source": "test",
                "source_id": f"{number}-{attempt}",
                "started_at": "2026-12-10T03:00:00Z",
                "workload": "product-pictures",
                "model": "org/one",
                "request_id": str(number),
                "attempt": attempt,
                "images": 4,
                "energy_j": 2_000.0,
                "energy_kind": "measured",
                "accepted": last and number < accepted if accepted else None,
                "review_seconds": 20.0,
            }
            rows.append(Attempt.model_validate(given | more))
    return rows


def minute(
    idle_kwh: float = 10.0, started_at: str = "2026-12-10T03:00:00Z", hours: float = 744.0
) -> BoardMinute:
    """So many hours of a board's counter in one row; at first all of a month of 31 days."""
    joules = idle_kwh * 3.6e6
    return BoardMinute(
        source="test",
        source_id=started_at,
        started_at=started_at,
        board_uuid="GPU-1",
        board_name="H100",
        boundary="gpu",
        seconds=hours * 3_600.0,
        energy_j=joules + 500.0,
        busy_j=500.0,
        idle_j=joules,
        busy_seconds=10.0,
        images=0,
    )


def bill(
    component: str | None, cost: float, currency: str = "JPY", supply: str | None = "rented"
) -> BillLine:
    return BillLine(
        source="bill",
        source_id=f"{component}-{supply}",
        charge_period_start="2026-12-01T00:00:00+09:00",
        charge_period_end="2027-01-01T00:00:00+09:00",
        billed_cost=cost,
        billing_currency=currency,
        component=component,
        supply=supply,
    )


def moved(ledger: Ledger, rates: dict[str, float] | None = None) -> dict[str, Decimal]:
    """The steps that are not nothing."""
    bridge = month_report(ledger, DECEMBER, rates or {}).bridge
    assert bridge.planned + sum(money for _, money in bridge.steps) == bridge.actual
    return {step: money for step, money in bridge.steps if money}


def test_a_month_as_planned_moves_nothing(ledger: Ledger) -> None:
    ledger.add([*attempts(), minute()])
    assert moved(ledger) == {}
    report = month_report(ledger, DECEMBER, {})
    assert report.bridge.planned == report.bridge.actual == Decimal(20_803)
    by_name = {each.name: each for each in report.figures}
    for name in (
        "requests",
        "attempts",
        "fallback_share",
        "review_hours",
        "busy_kwh",
        "idle_kwh",
        "carbon",
        "review",
    ):
        assert by_name[name].actual == pytest.approx(by_name[name].planned), name


def test_twice_the_requests_are_volume(ledger: Ledger) -> None:
    """Twice 2.5 + 2500 + 3000; what is shared stays."""
    ledger.add([*attempts(200, 300, 180), minute()])
    assert moved(ledger) == {"volume": Decimal(5_502)}


def test_more_attempts_and_fallbacks_are_acceptance(ledger: Ledger) -> None:
    """200 attempts: a third more electricity and review (0.83 + 833.33); 20 fallbacks of 300 instead of 10.

    The plan of 20,802.5 is shown as 20,803.
    """
    ledger.add([*attempts(100, 200, 80), minute()])
    assert moved(ledger) == {"acceptance": Decimal(3_834)}


def test_more_joules_are_joules(ledger: Ledger) -> None:
    """Forty times the joules: 39 times 2.5."""
    ledger.add([*attempts(energy_j=80_000.0), minute()])
    assert moved(ledger) == {"joules": Decimal(97)}


def test_waiting_boards_are_idle(ledger: Ledger) -> None:
    """14 instead of 10 kWh at the boards, 21 instead of 15 at the facility, at 20."""
    ledger.add([*attempts(), minute(14.0)])
    assert moved(ledger) == {"idle": Decimal(120)}


def revised(ledger: Ledger, signed: Path, folder: Path, **supply: object) -> None:
    """The same plan approved again with another supply."""
    policy = read_policy(signed)
    supplies = (PlannedSupply.model_validate(SUPPLY | supply),)
    plan = policy.plan.model_copy(update={"supplies": supplies})
    path = folder / "revised.yaml"
    path.write_text(policy_text(policy.model_copy(update={"plan": plan})), encoding="utf-8")
    approve(ledger, path, DECEMBER, "Asia/Tokyo")


def idle_kwh(report: MonthReport) -> float:
    return next(each.actual for each in report.figures if each.name == "idle_kwh")


def test_board_time_that_no_meter_read_is_as_planned_and_said(ledger: Ledger) -> None:
    """One hour of 744 with 0.02 kWh at the board: 0.03 at the facility and 743 / 744 of the planned 15."""
    ledger.add([*attempts(), minute(0.02, hours=1.0)])
    report = month_report(ledger, DECEMBER, {})
    assert idle_kwh(report) == pytest.approx(0.03 + 15.0 * 743.0 / 744.0)
    assert report.account.idle["rented"].estimated == pytest.approx(15.0 * 743.0 / 744.0)
    assert report.coverage.partly == (("rented", pytest.approx(1.0 / 744.0)),)
    said = (
        "waiting boards of rented: a meter read 0.1% of the month's board time, the rest is taken as planned"
    )
    for page in (month_page(report, "en"), status_page(report, [], 1.0, "en")):
        assert said in [each.text for part in page if isinstance(part, Bullets) for each in part.sentences]


def test_a_gap_of_the_meter_is_as_planned_too(ledger: Ledger) -> None:
    """372 h read with 8 kWh at the board and 372 h that could not be read: 12 and half of 15."""
    ledger.add([*attempts(), minute(8.0, hours=372.0).model_copy(update={"gap_s": 372.0 * 3_600.0})])
    assert idle_kwh(month_report(ledger, DECEMBER, {})) == pytest.approx(19.5)


def test_a_board_that_nobody_saw_is_as_planned(ledger: Ledger, signed: Path, tmp_path: Path) -> None:
    """Two boards are planned, 1,460 h of a mean month; one was read whole, with 7 of its 5 kWh: 10.5 + 7.5."""
    ledger.add([*attempts(), minute(7.0)])
    revised(ledger, signed, tmp_path, board_hours=1_460.0)
    report = month_report(ledger, DECEMBER, {}, OVER)
    assert idle_kwh(report) == pytest.approx(18.0)
    assert report.coverage.partly == (("rented", pytest.approx(0.5)),)
    assert report.coverage.metered_fraction == pytest.approx(0.5)


def test_a_short_month_that_was_read_whole_is_counted_whole(
    ledger: Ledger, signed: Path, tmp_path: Path
) -> None:
    """672 h of February where a mean month has 730."""
    ledger.add([minute(9.0, "2027-02-10T00:00:00Z", hours=672.0)])
    revised(ledger, signed, tmp_path, board_hours=730.0)
    report = month_report(ledger, DECEMBER.after(2), {}, unused=["product-pictures"])
    assert idle_kwh(report) == pytest.approx(13.5)
    assert report.coverage.partly == ()


def test_longer_looks_are_review_time(ledger: Ledger) -> None:
    ledger.add([*attempts(review_seconds=30.0), minute()])
    assert moved(ledger) == {"review_time": Decimal(1_250)}


def test_a_bill_in_the_plans_own_foreign_currency_parts_price_from_exchange(ledger: Ledger) -> None:
    """Planned USD 100 at 150; billed USD 110 at 160: 10 * 150 is price, 110 * 10 is exchange."""
    ledger.add([*attempts(), minute(), bill("rent", 110.0, "USD")])
    assert moved(ledger, {"USD": 160.0}) == {"price": Decimal(1_500), "exchange": Decimal(1_100)}


def test_a_bill_in_the_plans_currency_is_all_price(ledger: Ledger) -> None:
    ledger.add([*attempts(), minute(), bill("rent", 16_000.0)])
    assert moved(ledger) == {"price": Decimal(1_000)}


def test_a_bill_of_electricity_is_the_price_of_every_kwh_counted(ledger: Ledger) -> None:
    """15.125 kWh were billed at 30 instead of 20."""
    ledger.add([*attempts(), minute(), bill("electricity", 453.75)])
    assert moved(ledger) == {"price": Decimal(151)}
    money = {each.name: each.actual for each in month_report(ledger, DECEMBER, {}).figures}
    assert money["electricity"] == pytest.approx(453.75)


def test_a_foreign_bill_without_a_rate_stops(ledger: Ledger) -> None:
    ledger.add([bill("rent", 110.0, "USD")])
    with pytest.raises(OperationError, match=r"--rate USD=RATE, JPY for one USD"):
        month_report(ledger, DECEMBER, {})


def test_what_nobody_counted_stays_as_planned_and_is_named(ledger: Ledger) -> None:
    unknown = {"energy_j": None, "energy_kind": "absent", "energy_reason": "no meter"}
    ledger.add(attempts(accepted=0, **unknown, review_seconds=None))
    assert moved(ledger) == {}
    report = month_report(ledger, DECEMBER, {})
    kept = {one.what for one in report.coverage.kept_as_planned}
    assert kept == {
        "kwh_per_attempt",
        "hours_per_attempt",
        "fallback_share",
        "idle_kwh",
        "paid",
        "price_per_kwh",
    }
    by_name = {each.name: each.actual for each in report.figures}
    assert [
        by_name[name] for name in ("busy_kwh", "idle_kwh", "carbon", "review_hours", "fallback_share")
    ] == [None] * 5
    assert report.coverage.attempts_metered_fraction == report.coverage.judged_fraction == 0.0


def test_a_bill_that_is_not_there_is_named_by_its_component(ledger: Ledger, tmp_path: Path) -> None:
    """Keeping the model and the demand charge are of no supply."""
    policy = approved(ledger).policy
    site = PlannedSupply(year=1, costs={"model": 250.0, "demand_charge": 14.0})
    plan = policy.plan.model_copy(update={"supplies": (*policy.plan.supplies, site)})
    path = tmp_path / "site.yaml"
    path.write_text(policy_text(policy.model_copy(update={"plan": plan})), encoding="utf-8")
    approve(ledger, path, DECEMBER, "Asia/Tokyo")
    ledger.add([*attempts(), minute()])
    report = month_report(ledger, DECEMBER, {})
    for language, said in (
        (
            "en",
            [
                "no bill of electricity for product-pictures: One / rented: taken as planned",
                "no bill of electricity for rented: taken as planned",
                "no bill of GPU rent for rented: taken as planned",
                "no bill of keeping the model: taken as planned",
                "no bill of demand charge: taken as planned",
            ],
        ),
        ("ja", ["電力の基本料金は請求の記録がないため、計画どおりとしました"]),
    ):
        page = markdown("", month_page(report, language), "!").splitlines()
        assert {f"- {each}" for each in said} <= set(page)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "100%"),
        (0.0, "0%"),
        (1_501 / 1_508, "99.5%"),
        (0.42, "42%"),
        (0.99997, "99.99%"),
        (1e-9, "0.01%"),
    ],
)
def test_a_share_is_all_only_where_it_is_all(share: float, said: str) -> None:
    assert part(share) == said


def test_the_mean_of_metered_attempts_stands_for_the_others(ledger: Ledger) -> None:
    rows = attempts()
    silent = {"energy_j": None, "energy_kind": "absent", "energy_reason": "no meter"}
    ledger.add([*rows[:30], *(row.model_copy(update=silent) for row in rows[30:]), minute()])
    assert moved(ledger) == {}
    assert month_report(ledger, DECEMBER, {}).coverage.attempts_metered_fraction == pytest.approx(0.2)


def test_settings_and_workloads_that_nobody_approved_are_named(ledger: Ledger) -> None:
    rows = attempts()
    ledger.add([*rows[:-1], rows[-1].model_copy(update={"model": "other"}), minute()])
    ledger.add([rows[-1].model_copy(update={"source_id": "x", "workload": "secret"})])
    coverage = month_report(ledger, DECEMBER, {}).coverage
    assert coverage.other_settings == {"product-pictures: other / ?": 1}
    assert coverage.other_workloads == {"secret": 1}
    assert moved(ledger) == {}


def test_a_bill_of_no_component_is_unexplained_and_in_no_step(ledger: Ledger) -> None:
    ledger.add([*attempts(), minute(), bill("rent", 15_000.0), bill(None, 5_000.0, supply=None)])
    assert moved(ledger) == {}
    assert month_report(ledger, DECEMBER, {}).coverage.bill_explained_fraction == pytest.approx(0.75)


def test_a_bill_of_nothing_in_the_plan_stands_in_the_headline(ledger: Ledger) -> None:
    """20,803 as planned and 14,000 beside it are 34,803."""
    ledger.add([*attempts(), minute(), bill("api", 14_000.0, supply="Gateway")])
    report = month_report(ledger, DECEMBER, {}, OVER)
    assert report.account.unexplained == (Unexplained("api", "Gateway", 14_000.0),)
    assert report.coverage.bill_explained_fraction == 0.0
    assert board_sentence(report, "en") == (
        "2026-12 cost JPY 20,803, as was approved. A further JPY 14,000 was billed that the plan does not explain "
        "and that no figure here holds: API of Gateway, JPY 14,000. "
        "With it 2026-12 cost JPY 34,803, JPY 14,000 more than was approved."
    )
    assert "決裁どおりです。このほかに" in board_sentence(report, "ja")
    assert board_sentence(report, "en") == month_said(report, "en").sentences[0]


def test_what_attempts_cost_at_a_supply_that_nobody_approved_is_unexplained(ledger: Ledger) -> None:
    """150 calls at 2 each; once a bill says it in sum, the bill alone."""
    ledger.add([*attempts(supply="Gateway", cost=2.0, currency="JPY"), minute()])
    assert month_report(ledger, DECEMBER, {}).account.unexplained == (Unexplained("api", "Gateway", 300.0),)
    ledger.add([bill("api", 310.0, supply="Gateway")])
    assert month_report(ledger, DECEMBER, {}).account.unexplained == (Unexplained("api", "Gateway", 310.0),)


def test_a_bill_of_electricity_is_its_cost_whether_or_not_joules_were_counted(ledger: Ledger) -> None:
    """Nobody metered an attempt or a board; half of the attempts were made."""
    unknown = {"energy_j": None, "energy_kind": "absent", "energy_reason": "no meter"}
    ledger.add([*attempts(50, 75, 45, **unknown), bill("electricity", 453.75)])
    report = month_report(ledger, DECEMBER, {})
    money = {each.name: each.actual for each in report.figures}
    assert money["electricity"] == pytest.approx(453.75)
    assert report.account.unexplained == ()


def test_months_begin_where_the_company_is(ledger: Ledger) -> None:
    """15:00 UTC of 30 November is 1 December in Tokyo."""
    rows = attempts(2, 2, 2)
    ledger.add(
        [
            rows[0].model_copy(update={"started_at": "2026-11-30T15:00:00.000Z"}),
            rows[1].model_copy(update={"started_at": "2026-12-31T15:00:00.000Z"}),
        ]
    )
    counted = {each.name: each.actual for each in month_report(ledger, DECEMBER, {}).figures}
    assert counted["requests"] == 1


def test_the_decision_is_restated_for_the_months_to_come(ledger: Ledger) -> None:
    """JPY 1,000 more a month for 12 months: NPV falls by 12,000, and 12,000 come back at 1,000 a month."""
    ledger.add([*attempts(), minute(), bill("rent", 16_000.0)])
    over = datetime(2027, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp()
    restated = month_report(ledger, DECEMBER, {}, over).restated
    assert month_report(ledger, DECEMBER, {}, over - 1.0).restated is None
    assert (restated.npv_approved, restated.npv) == (12_000.0, pytest.approx(0.0))
    assert (restated.payback_approved, restated.payback) == (6.0, pytest.approx(12.0))


def test_coverage_says_how_much_of_the_month_was_metered(ledger: Ledger) -> None:
    ledger.add([minute(started_at="2026-12-01T00:00:00+09:00", hours=5.0 / 6.0)])
    now = datetime(2026, 12, 1, 1, 40, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp()
    coverage = month_report(ledger, DECEMBER, {}, now).coverage
    assert coverage.metered_fraction == pytest.approx(0.5)
    assert coverage.elapsed_fraction == pytest.approx(100 / (31 * 24 * 60))


def test_a_policy_is_approved_once_and_comes_back_as_it_was(ledger: Ledger, signed: Path) -> None:
    assert approve(ledger, signed, DECEMBER, "Asia/Tokyo") == Added(unchanged=1)
    held = approved(ledger)
    assert held.policy == read_policy(signed)
    assert (held.first_month, held.zone.key) == (DECEMBER, "Asia/Tokyo")


def test_what_cannot_be_approved_says_why(ledger: Ledger, tmp_path: Path, signed: Path) -> None:
    older = tmp_path / "older.yaml"
    older.write_text(policy_text(read_policy(signed).model_copy(update={"plan": None})), encoding="utf-8")
    with pytest.raises(OperationError, match="has no monthly plan"):
        approve(ledger, older, DECEMBER, "UTC")
    with pytest.raises(OperationError, match="'Tokyo': is unknown"):
        approve(ledger, signed, DECEMBER, "Tokyo")
    with pytest.raises(OperationError, match="write one such as 2026-12"):
        month_of("December")
    with pytest.raises(OperationError, match="the plan is of 2026-12 to 2027-11"):
        month_report(ledger, Month(2027, 12), {})


def test_the_monthly_plan_of_a_decision_adds_up_to_its_ledger() -> None:
    decision = plan_of(load_scenario(), load_profiles())
    plan = policy_of(decision).plan
    running = decision.ledger.total(lambda entry: entry.year == 0 and entry.component not in ONE_OFF)
    first = [one for one in (*plan.uses, *plan.supplies) if one.year == 1]
    assert math.fsum(money for one in first for money in one.costs.values()) * 12 == pytest.approx(running)
    kwh = math.fsum(use.energy_kwh for use in decision.ledger.energy if use.year == 0)
    planned = math.fsum(one.energy_kwh for one in plan.uses if one.year == 1)
    planned += math.fsum(one.idle_energy_kwh for one in plan.supplies if one.year == 1)
    assert planned * 12 == pytest.approx(kwh)


def test_the_joules_of_waiting_boards_are_planned_at_the_power_that_the_plan_counts() -> None:
    """By hand: 100 W stated and 150 W of host at PUE 1.54 are 3.85 of the board's, whatever profiles measured.

    Where nothing is stated the profiles' 127.141 W count: 277.141 / 127.141 * 1.54. All of 8,760 h are paid.
    """
    given = load_scenario()
    decision = plan_of(given, load_profiles())
    place = next(n for n, one in enumerate(given.supplies) if one.name == decision.fleet[0].supply)
    unstated = with_changes(given, {f"supplies[{place}].idle_power_w_per_gpu": None})
    for told, ratio in (
        (decision, 3.85),
        (replace(decision, idle_power_w={}), 3.85),
        (plan_of(unstated, load_profiles()), 277.141 / 127.141 * 1.54),
    ):
        (mine, *_) = [one for one in policy_of(told).plan.supplies if one.idle_energy_kwh]
        assert mine.idle_energy_kwh / mine.idle_board_energy_kwh == pytest.approx(ratio)
        assert mine.board_hours == pytest.approx(730.0)


def random_lines(drawn: random.Random) -> list[Line]:
    lines = []
    for number in range(drawn.randint(1, 12)):
        steps = drawn.sample(STEPS, drawn.randint(1, len(STEPS)))
        factors = tuple(
            Factor(step, "x", 10 ** drawn.uniform(-3, 4), 10 ** drawn.uniform(-3, 4) * drawn.randint(0, 1))
            for step in steps
        )
        lines.append(Line(f"c{number}", "w", factors))
    return lines


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("USD", 2), ("KWD", 3)])
def test_the_bridge_adds_up_exactly_on_two_hundred_random_months(currency: str, digits: int) -> None:
    """Oracle: the sums in exact fractions."""
    drawn = random.Random(17)
    for _ in range(200):
        lines = random_lines(drawn)
        bridge: Bridge = bridge_of(lines, currency)
        assert bridge.planned + sum(money for _, money in bridge.steps) == bridge.actual
        coin = Fraction(1, 10**digits)
        for shown, actual in ((bridge.planned, False), (bridge.actual, True)):
            exact = sum(
                math.prod(Fraction(one.actual if actual else one.planned) for one in line.factors)
                for line in lines
            )
            assert abs(Fraction(shown) - exact) <= coin / 2 + abs(exact) * Fraction(1, 10**14)


def test_one_factor_that_changed_moves_its_step_alone() -> None:
    drawn = random.Random(3)
    for step in STEPS:
        lines = [
            Line(
                line.component,
                line.of,
                tuple(one if one.step == step else replace(one, actual=one.planned) for one in line.factors),
            )
            for line in random_lines(drawn)
        ]
        assert {name for name, money in bridge_of(lines, "USD").steps if money} <= {step}


def test_moments_are_compared_in_utc() -> None:
    assert DECEMBER.bounds(ZoneInfo("Asia/Tokyo")) == ("2026-11-30T15:00:00.000Z", "2026-12-31T15:00:00.000Z")
    assert datetime(2026, 12, 1, tzinfo=UTC).isoformat() > "2026-11-30T15:00:00.000Z"
