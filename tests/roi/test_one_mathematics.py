"""Every equation stands once: columns of draws and formulas give what plain numbers give."""

import math
import re
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roi.cost import request_streams
from roi.options.attempt import Making, Worked, worked
from roi.options.terms import Terms
from roi.retry import attempts_and_delivery
from roi.workbook.expression import Cell
from roi.workbook.report.symbols import Written, formula_of

DRAWS = 5
EXACT = 1e-12
PLACE = {"name": "n", "vendor": "v", "board": "b", "gpu_count": 8, "country": "JPN"}


def columns(low: float, high: float) -> st.SearchStrategy[np.ndarray]:
    """A figure of every draw."""
    return st.lists(st.floats(low, high), min_size=DRAWS, max_size=DRAWS).map(np.array)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """A machine of any kind in every draw."""
    kind = draw(st.sampled_from(["hour", "second", "own"]))
    return Terms(
        **PLACE,
        boards=np.full(DRAWS, 8.0),
        kind="own" if kind == "own" else "rent",
        by_the_second=kind == "second",
        electricity_price_per_kwh=draw(columns(0.0, 90.0)) if kind == "own" else None,
        utilization_fraction=draw(columns(0.05, 0.99)),
        pue=draw(columns(1.0, 3.0)),
        grid_intensity_kg_co2e_per_kwh=draw(columns(0.0, 1.2)),
        market_grid_intensity_kg_co2e_per_kwh=None,
        host_power_w_per_gpu=draw(columns(0.0, 900.0)),
        embodied_kg_co2e_per_gpu=draw(st.none() | columns(0.0, 3000.0)),
        lifetime_years=draw(columns(0.5, 12.0)),
        price_per_h=draw(columns(0.0, 1e5)),
        capex=draw(columns(0.0, 1e9)),
        residual_fraction=draw(columns(0.0, 1.0)),
        discount_rate_per_year=draw(columns(0.0, 0.4) | columns(0.0, 0.0) | columns(-0.4, -0.01)),
        upkeep_and_space_per_year=draw(columns(0.0, 1e8)),
        cold_start_s=draw(columns(0.0, 60.0)),
        minimum_s=draw(columns(0.0, 60.0)),
        work_factor=draw(columns(1.0, 2.0)),
    )


MAKING = st.builds(
    Making,
    seconds=st.floats(1e-3, 1e4),
    boards=st.sampled_from([1.0, 2.0, 8.0]),
    joules=st.floats(0.0, 1e7),
    host_board_s=st.floats(0.0, 1e4),
)


def of_draw(found: object, number: int) -> dict[str, object]:
    """The fields of a record in one draw."""
    given = {each.name: getattr(found, each.name) for each in fields(found)}
    return {
        name: float(value[number]) if isinstance(value, np.ndarray) else value
        for name, value in given.items()
    }


@settings(max_examples=60, deadline=None, derandomize=True)
@given(making=MAKING, machine=terms())
def test_an_attempt_in_every_draw_is_the_attempt_of_that_draw(making: Making, machine: Terms) -> None:
    together: Worked = worked(making, machine)
    for number in range(DRAWS):
        alone = worked(making, Terms(**of_draw(machine, number)))
        assert together.costs.keys() == alone.costs.keys()
        for name, cost in alone.costs.items():
            assert together.costs[name][number] == pytest.approx(cost, rel=EXACT, abs=EXACT), name
        for name in ("duration_s", "busy_s", "energy_kwh", "embodied_kg"):
            column, expected = getattr(together, name), getattr(alone, name)
            found = None if column is None else column[number]
            assert found == (None if expected is None else pytest.approx(expected, rel=EXACT)), name


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    p=columns(1e-9, 1.0),
    precision=columns(0.05, 1e4) | st.just(np.full(DRAWS, np.inf)),
    rewritten=st.booleans(),
    images=st.integers(1, 8),
    attempts_max=st.integers(1, 12),
    fallback=st.none() | columns(0.0, 1e4),
)
def test_a_request_in_every_draw_is_the_request_of_that_draw(
    p: np.ndarray,
    precision: np.ndarray,
    rewritten: bool,
    images: int,
    attempts_max: int,
    fallback: np.ndarray | None,
) -> None:
    *_, together = attempts_and_delivery(p, precision, rewritten, images, attempts_max)
    costs = request_streams({"api": p}, *together, fallback)
    for number in range(DRAWS):
        *_, alone = attempts_and_delivery(
            float(p[number]), float(precision[number]), rewritten, images, attempts_max
        )
        assert [each[number] for each in together] == pytest.approx(alone, rel=EXACT)
        price = None if fallback is None else float(fallback[number])
        expected = request_streams({"api": float(p[number])}, *alone, price)
        assert {name: cost[number] for name, cost in costs.items()} == pytest.approx(
            expected, rel=EXACT, abs=EXACT
        )


def payment(rate: float, count: float, now: float) -> float:
    """PMT as spreadsheets define it."""
    return -now * (rate / -math.expm1(-count * math.log1p(rate)) if rate else 1.0 / count)


class Sheet:
    """Cells with numbers, a row each, and their values for a second computation."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def constant(self, _name: str, value: float) -> Cell:
        self.values.append(value)
        return Cell("s", len(self.values), 1, value)

    def symbol(self, value: object) -> object:
        """A number as a cell; what is no number as it is."""
        if not isinstance(value, float):
            return value
        return Written(self.constant("", value).formula(), self.constant)

    def computed(self, text: str) -> float:
        """The text of a formula, computed by Python instead of by the formula's own arithmetic."""
        names = {
            "MAX": max,
            "EXP": math.exp,
            "LN": math.log,
            "PMT": payment,
        }
        spelled = re.sub(r"'s'!\$A\$(\d+)", lambda cell: f"v[{int(cell.group(1)) - 1}]", text)
        return float(eval(spelled.replace("^", "**"), {"v": self.values, **names}))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(making=MAKING, machine=terms())
def test_the_formulas_of_an_attempt_say_what_its_numbers_are(making: Making, machine: Terms) -> None:
    given_terms = of_draw(machine, 0)
    plain, sheet = worked(making, Terms(**given_terms)), Sheet()
    written: Worked = worked(
        Making(*(sheet.symbol(getattr(making, each.name)) for each in fields(making))),
        Terms(**{name: sheet.symbol(value) for name, value in given_terms.items()}),
    )
    pairs = [(written.costs[name], cost) for name, cost in plain.costs.items()]
    pairs += [
        (getattr(written, name), getattr(plain, name)) for name in ("duration_s", "busy_s", "energy_kwh")
    ]
    if plain.embodied_kg is not None:
        pairs.append((written.embodied_kg, plain.embodied_kg))
    for symbol, number in pairs:
        formula = formula_of(symbol)
        assert formula.value == pytest.approx(number, rel=EXACT, abs=EXACT)
        assert sheet.computed(formula.text) == pytest.approx(number, rel=1e-9, abs=1e-9)
        bare = re.sub(r"'s'!\$A\$\d+", "", formula.text)
        assert set(re.findall(r"\d+", bare)) <= {"0", "1"}
