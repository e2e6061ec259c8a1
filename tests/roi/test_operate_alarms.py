"""Alarms that alarm: soon when money is at stake, seldom when nothing happened."""

import math
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy.stats import beta, binom

from bench.operations.ledger import Ledger
from bench.operations.refused import keep_refused
from bench.operations.rows import Attempt
from roi.operate.alarms import alarms_of, is_alarm
from roi.operate.approved import approve
from roi.operate.binomial import DAYS_PER_MONTH, Day, Shift, fallen, interval, threshold
from roi.operate.drift import WEIGHT, chance, drifted, rarity
from roi.operate.found import Alarm
from roi.operate.shifts import acceptance_that_matters
from roi.operate.summary import month_report
from roi.output.operation import alarm_sentences
from roi.policy.monthly_plan import PlannedUse
from tests.roi.test_operate import DECEMBER, USE, attempts, bill, minute, signed

__all__ = ["signed"]
FIRST = date(2026, 12, 1)
TOKYO = ZoneInfo("Asia/Tokyo")


def days(counts: list[tuple[int, int]]) -> list[Day]:
    return [Day(FIRST + timedelta(days=number), *one) for number, one in enumerate(counts)]


@pytest.mark.parametrize(
    ("passed", "counted"), [(0, 10), (10, 10), (3, 10), (836, 1_000), (500_000, 1_000_000)]
)
def test_the_interval_is_clopper_and_pearsons(passed: int, counted: int) -> None:
    low = 0.0 if passed == 0 else beta.ppf(0.025, passed, counted - passed + 1)
    high = 1.0 if passed == counted else beta.ppf(0.975, passed + 1, counted - passed)
    assert interval(passed, counted) == pytest.approx((low, high), abs=1e-9)


def test_the_chart_adds_likelihood_ratios_and_forgets_good_days() -> None:
    """ln(0.2 / 0.4) = ln 2 for each of two that fail; alarm on the day that h is reached, by hand."""
    assert fallen(days([(0, 2), (0, 2)]), 0.8, 0.6, 2.0 * math.log(2) + 0.01) == Shift(
        FIRST, date(2026, 12, 2)
    )
    assert fallen(days([(0, 2), (90, 100), (0, 2)]), 0.8, 0.6, 2.0 * math.log(2) + 0.01) is None


@pytest.mark.parametrize(
    ("planned", "matters", "a_day"), [(0.836, 0.8, 900), (0.836, 0.6, 10), (0.5, 0.1, 1)]
)
def test_a_false_alarm_comes_no_sooner_than_after_24_months_on_average(
    planned: float, matters: float, a_day: int
) -> None:
    """Simulated, seed 17: 300 courses while the plan holds, each ended after eight times as long."""
    drawn = np.random.default_rng(17)
    longest = round(8 * 24 * DAYS_PER_MONTH)
    waited = []
    for _ in range(300):
        counts = drawn.binomial(a_day, planned, longest)
        found = fallen(days([(int(one), a_day) for one in counts]), planned, matters, threshold(1))
        waited.append(longest if found is None else (found.alarm_day - FIRST).days + 1)
    assert sum(waited) / len(waited) >= 24 * DAYS_PER_MONTH


def test_a_fall_that_matters_is_seen_within_a_week() -> None:
    """Old limits waited until acceptance was 0.365; here 0.836 becomes 0.78, with 900 requests a day."""
    drawn = np.random.default_rng(17)
    waited = []
    for _ in range(200):
        counts = drawn.binomial(900, 0.78, 60)
        found = fallen(days([(int(one), 900) for one in counts]), 0.836, 0.8, threshold(3))
        assert found is not None
        waited.append((found.alarm_day - FIRST).days + 1)
    assert max(waited) <= 7


@pytest.mark.parametrize(("passed", "counted", "planned"), [(0, 10, 0.5), (700, 1_000, 0.8), (1, 4, 0.9)])
def test_the_bound_of_chance_is_never_below_the_exact_tail(passed: int, counted: int, planned: float) -> None:
    """With weights of 1 the sum is binomial, whose tail scipy knows."""
    bound, exact = chance(passed, [(1.0, counted)], planned), binom.cdf(passed, counted, planned)
    assert exact <= bound <= 60.0 * exact


@pytest.mark.parametrize(("planned", "a_day"), [(0.836, 900), (0.836, 10), (0.5, 1)])
def test_a_drift_is_said_falsely_no_sooner_than_after_24_months_on_average(
    planned: float, a_day: int
) -> None:
    """Simulated, seed 17: 300 courses while the plan holds; the level that alarms is found once, by halving."""
    ages = (1.0 - WEIGHT) ** np.arange(62)
    counts = [(float(weight), a_day) for weight in ages]
    low, high = 0.0, planned * a_day * float(ages.sum())
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if chance(middle, counts, planned) <= rarity(1) else (low, middle)
    drawn, longest = np.random.default_rng(17), round(8 * 24 * DAYS_PER_MONTH)
    level = np.full(300, planned * a_day * float(ages.sum()))
    waited = np.full(300, longest)
    for day in range(longest):
        level = (1.0 - WEIGHT) * level + drawn.binomial(a_day, planned, 300)
        waited = np.where((level <= low) & (waited == longest), day + 1, waited)
    assert waited.mean() >= 24 * DAYS_PER_MONTH


def test_a_slow_slide_is_seen_before_it_is_where_it_matters() -> None:
    """From 0.836 down by 0.001 a day; 0.78 would matter, where the other chart waits for it."""
    slid = days([(round(900 * (0.836 - 0.001 * day)), 900) for day in range(25)])
    assert fallen(slid, 0.836, 0.7, threshold(6)) is None
    found = drifted(slid, 0.836, rarity(6))
    assert found is not None
    assert found.first_day <= FIRST + timedelta(days=12)
    assert found.share == pytest.approx(0.836 - 0.001 * 15.5, abs=0.002)
    assert drifted(days([(752, 900)] * 25), 0.836, rarity(6)) is None


def test_the_share_that_matters_costs_the_stated_sum() -> None:
    """2502.5 * (0.6 / p - 1) + 3000 * ((1 - p) / 0.4 - 1) = 500."""
    use = PlannedUse.model_validate(USE)
    found = acceptance_that_matters(use, 500.0)
    assert 2_502.5 * (0.6 / found - 1) + 3_000 * ((1 - found) / 0.4 - 1) == pytest.approx(500.0, rel=1e-3)
    assert acceptance_that_matters(use, 1e9) is None


@pytest.fixture
def ledger(tmp_path: Path, signed: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "operations.db", create=True) as made:
        approve(made, signed, DECEMBER, "Asia/Tokyo")
        yield made


def course(number_of_days: int, **more: object) -> list[Attempt]:
    """A hundred single attempts a day from the first of December; `passes` gives acceptance by day."""
    passes = more.pop("passes", lambda _day: 0.6)
    hashes = more.pop("hashes", lambda _day: "old")
    drawn, rows = random.Random(17), []
    for day in range(number_of_days):
        for number in range(100):
            moment = datetime(2026, 12, 1, 12, tzinfo=TOKYO) + timedelta(days=day)
            row = attempts(1, 1, 1, **more)[0].model_dump()
            row |= {
                "source_id": f"{day}-{number}",
                "request_id": f"{day}-{number}",
                "started_at": moment.isoformat(),
                "accepted": drawn.random() < passes(day),
                "setting_hash": hashes(day),
            }
            rows.append(Attempt.model_validate(row))
    return rows


def alarms(ledger: Ledger, day: int, money: float = 500.0) -> list[Alarm]:
    now = datetime(2026, 12, day, 23, tzinfo=TOKYO).timestamp()
    return alarms_of(ledger, month_report(ledger, DECEMBER, {}, now), money, now)


def test_a_quiet_month_gives_no_alarm_of_a_shift(ledger: Ledger) -> None:
    ledger.add([*course(31), minute()])
    assert [one.kind for one in alarms(ledger, 31) if one.kind not in ("limit", "data")] == []


def test_a_new_setting_that_costs_acceptance_is_named_with_its_first_day(ledger: Ledger) -> None:
    worse = {
        "passes": lambda day: 0.6 if day < 10 else 0.4,
        "hashes": lambda day: "old" if day < 10 else "new",
    }
    ledger.add([*course(15, **worse), minute()])
    (found,) = [one for one in alarms(ledger, 15) if one.kind == "acceptance"]
    assert (found.values["expected"], found.values["cause"], found.values["setting"]) == (
        0.6,
        "setting",
        "new",
    )
    assert abs((found.values["day"] - date(2026, 12, 11)).days) <= 1
    assert found.values["low"] < 0.4 < found.values["high"] < 0.6
    assert found.values["money"] > 500.0
    assert [one for one in alarms(ledger, 15, money=1e9) if one.kind == "acceptance"] == []


def test_longer_looks_give_alarm_after_two_weeks_of_them(ledger: Ledger) -> None:
    ledger.add([*course(20, review_seconds=30.0), minute()])
    (found,) = [one for one in alarms(ledger, 20) if one.kind == "review_time"]
    assert (found.values["seen"], found.values["money"]) == (pytest.approx(30.0), pytest.approx(1_250.0))


def test_looks_that_take_longer_every_day_are_said_before_they_cost_the_sum(ledger: Ledger) -> None:
    """0.1 s a day more than the planned 20 s: 2 s after 20 days, where 500 a month are 4 s."""
    rows = [
        Attempt.model_validate(row.model_dump() | {"review_seconds": 20.05 + 0.1 * (row_day(row))})
        for row in course(20)
    ]
    ledger.add([*rows, minute()])
    (found,) = [one for one in alarms(ledger, 20) if one.kind == "review_time"]
    assert found.what == "review_time_drift"
    assert found.values["seen"] == pytest.approx(20.05 + 0.1 * 16.0)
    assert found.values["ahead"] > 24.0


def row_day(row: Attempt) -> int:
    return int(row.source_id.partition("-")[0])


def test_time_of_a_board_that_is_counted_twice_is_an_alarm(ledger: Ledger) -> None:
    first = {"seconds": 86_400.0 * 20, "source_id": "a"}
    ledger.add([minute().model_copy(update=first), minute().model_copy(update=first | {"source_id": "b"})])
    (found,) = [one for one in alarms(ledger, 20) if one.what == "counted_twice"]
    assert found.values["hours"] == pytest.approx(960.0)


def test_a_clock_that_was_ahead_when_it_wrote_is_an_alarm_even_later(ledger: Ledger) -> None:
    """The ledger records now, and the call says that it begins tomorrow."""
    tomorrow = datetime.now(TOKYO) + timedelta(days=1)
    row = attempts(1, 1, 1)[0].model_dump() | {"started_at": tomorrow.isoformat()}
    ledger.add([Attempt.model_validate(row)])
    now = (tomorrow + timedelta(hours=1)).timestamp()
    report = month_report(ledger, DECEMBER, {}, now)
    assert "clock" in {one.what for one in alarms_of(ledger, report, 500.0, now)}


def test_a_month_on_its_way_beyond_the_limit_is_said_before_it_is_there(ledger: Ledger) -> None:
    ledger.add([*course(3), minute(), bill("rent", 5e7)])
    assert [one.what for one in alarms(ledger, 15) if one.kind == "limit"] == ["limit_passed"]
    assert is_alarm(alarms(ledger, 15))


def test_a_bill_that_the_plan_does_not_explain_is_an_alarm_and_spent(ledger: Ledger) -> None:
    """Nothing else is beyond the plan; with the bill the month costs its 20,802.5 and 100 million."""
    ledger.add([*attempts(), minute(), bill("api", 1e8, supply="Gateway")])
    now = datetime(2027, 1, 2, tzinfo=TOKYO).timestamp()
    report = month_report(ledger, DECEMBER, {}, now)
    found = {one.what: one for one in alarms_of(ledger, report, 1e9, now)}
    assert set(found) == {"unexplained", "limit_passed"}
    assert is_alarm([found["unexplained"]])
    assert found["limit_passed"].values["spent"] == pytest.approx(100_020_802.5)
    (said, _) = alarm_sentences(list(found.values()), "JPY", "en")
    assert said.text.startswith(
        "JPY 100 M was billed that the plan does not explain: API of Gateway, JPY 100 M;"
    )


def test_settings_that_nobody_approved_and_clocks_ahead_are_alarms(ledger: Ledger) -> None:
    ledger.add([*course(20, model="other"), minute()])
    whats = {one.what for one in alarms(ledger, 10)}
    assert {"other_settings", "clock"} <= whats


def test_calls_that_the_ledger_refused_are_said(ledger: Ledger) -> None:
    ledger.add([*attempts(), minute()])
    now = datetime(2027, 1, 2, tzinfo=TOKYO).timestamp()
    report = month_report(ledger, DECEMBER, {}, now)
    assert alarms_of(ledger, report, 1e9, now) == []
    keep_refused_in = Path(f"{ledger.path}.calls") / "board"
    keep_refused_in.mkdir(parents=True)
    keep_refused(keep_refused_in, "host-1", [{"why": "no workload"}, {"why": "no workload"}])
    (found,) = alarms_of(ledger, report, 1e9, now)
    assert (found.what, found.values["count"], found.notice) == ("refused", 2, False)
