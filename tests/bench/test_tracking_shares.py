"""Joules of a counter, split between calls and idleness: each once, whatever overlaps."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.tracking.shares import MEASURED_TICKS, NOT_READ, SHARED, SHORT, Shares

SECOND = 1_000_000_000


def followed(
    calls: dict[str, tuple[float, float]], seconds: float, tick_s: float = 0.1, power_w: float = 300.0
):
    """A board of constant power whose calls are told before its readings."""
    shares = Shares()
    for name, (start_s, end_s) in calls.items():
        shares.began(name, round(start_s * SECOND))
        shares.ended(name, round(end_s * SECOND))
    for number in range(round(seconds / tick_s) + 1):
        shares.read(round(number * tick_s * SECOND), 1e6 + power_w * number * tick_s)
    return shares


def test_a_call_alone_on_the_board_gets_power_times_its_time() -> None:
    shares = followed({"a": (1.0, 6.0)}, 10.0)
    found = shares.take("a")
    assert found.kind == "measured"
    assert found.energy_j == pytest.approx(1500.0, rel=1e-9)
    minute = shares.take_minute()
    assert (minute.busy_j, minute.idle_j) == (pytest.approx(1500.0), pytest.approx(1500.0))
    assert (minute.busy_ns, minute.read_ns) == (5 * SECOND, 10 * SECOND)


def test_two_calls_share_the_seconds_in_which_both_run() -> None:
    shares = followed({"a": (1.0, 6.0), "b": (4.0, 9.0)}, 10.0)
    a, b = shares.take("a"), shares.take("b")
    # three seconds alone and half of two seconds, at 300 W
    assert (a.energy_j, b.energy_j) == (pytest.approx(1200.0), pytest.approx(1200.0))
    assert (a.kind, a.reason) == ("apportioned", SHARED)


def test_a_call_of_fewer_than_twenty_ticks_is_a_share_and_says_so() -> None:
    shares = followed({"short": (1.02, 1.02 + 0.1 * (MEASURED_TICKS - 1)), "long": (5.0, 7.0)}, 10.0)
    assert (shares.take("short").kind, shares.take("long").kind) == ("apportioned", "measured")
    (one,) = followed({"one": (1.02, 1.05)}, 3.0).calls
    found = followed({"one": (1.02, 1.05)}, 3.0).take(one)
    assert (found.energy_j, found.reason) == (pytest.approx(300.0 * 0.03), SHORT)


def test_what_was_not_read_is_absent_and_never_zero() -> None:
    early = Shares()
    early.began("early", 0)
    early.read(SECOND, 100.0)
    early.read(2 * SECOND, 400.0)
    early.ended("early", 2 * SECOND)
    assert early.take("early").energy_j is None
    reset = Shares()
    reset.read(0, 100.0)
    reset.began("across", SECOND // 2)
    reset.read(SECOND, 400.0)
    reset.lost(2 * SECOND, reset=True)
    reset.ended("across", 3 * SECOND)
    reset.began("after", 3 * SECOND)
    reset.ended("after", 4 * SECOND)
    reset.read(3 * SECOND, 5.0)
    reset.read(4 * SECOND, 305.0)
    assert (reset.take("across").energy_j, reset.take("after").energy_j) == (None, 300.0)
    minute = reset.take_minute()
    assert (minute.resets, minute.gap_ns, minute.energy_j) == (1, 2 * SECOND, 600.0)


def test_a_counter_that_stands_still_is_a_gap() -> None:
    shares = Shares()
    for second in range(8):
        shares.read(second * SECOND, 100.0)
    shares.began("a", 2 * SECOND)
    shares.ended("a", 3 * SECOND)
    assert shares.take("a").reason == NOT_READ
    assert shares.take_minute().gap_ns == 7 * SECOND


@given(
    spans=st.lists(
        st.tuples(st.integers(0, 60_000), st.integers(1, 30_000)).map(lambda one: (one[0], one[0] + one[1])),
        max_size=25,
    ),
    seed=st.integers(0, 2**32),
)
def test_every_joule_is_counted_once(spans: list[tuple[int, int]], seed: int) -> None:
    """Oracle: energy of a power drawn at random per tick, and the union of the spans on a grid of milliseconds."""
    drawn, shares = random.Random(seed), Shares()
    for number, (start_ms, end_ms) in enumerate(spans):
        shares.began(str(number), start_ms * 1_000_000)
        shares.ended(str(number), end_ms * 1_000_000)
    readings = [(0, 5e8)]
    while readings[-1][0] < 95_000:
        step_ms = drawn.randint(20, 120)
        readings.append((readings[-1][0] + step_ms, readings[-1][1] + drawn.uniform(0.05, 0.7) * step_ms))
    for moment_ms, energy_j in readings:
        shares.read(moment_ms * 1_000_000, energy_j)
    minute = shares.take_minute()
    whole_j = readings[-1][1] - readings[0][1]
    busy_ms = len({ms for start, end in spans for ms in range(start, end)})
    joules = [shares.take(str(number)).energy_j for number in range(len(spans))]
    assert math.isclose(minute.busy_j + minute.idle_j, minute.energy_j, rel_tol=1e-9)
    assert math.isclose(minute.energy_j, whole_j, rel_tol=1e-9)
    assert math.isclose(math.fsum(joules), minute.busy_j, rel_tol=1e-9, abs_tol=1e-9)
    assert minute.busy_ns == busy_ms * 1_000_000
