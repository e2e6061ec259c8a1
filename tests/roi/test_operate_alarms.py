"""Alarms that alarm: soon when money is at stake, seldom when nothing happened."""

import math
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy.stats import beta

from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt
from roi.operate.alarms import Alarm, acceptance_that_matters, alarms_of, is_alarm
from roi.operate.approved import approve
from roi.operate.binomial import DAYS_PER_MONTH, Day, Shift, fallen, interval, threshold
from roi.operate.summary import month_report
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


def test_a_month_on_its_way_beyond_the_limit_is_said_before_it_is_there(ledger: Ledger) -> None:
    ledger.add([*course(3), minute(), bill("rent", 5e7)])
    assert [one.what for one in alarms(ledger, 15) if one.kind == "limit"] == ["limit_passed"]
    assert is_alarm(alarms(ledger, 15))


def test_settings_that_nobody_approved_and_clocks_ahead_are_alarms(ledger: Ledger) -> None:
    ledger.add([*course(20, model="other"), minute()])
    whats = {one.what for one in alarms(ledger, 10)}
    assert {"other_settings", "clock"} <= whats
