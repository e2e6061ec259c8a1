"""Plans for the live workbook: together they use every kind of supply, price, workload, baseline and tax."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from bench.library import library_profiles
from bench.profile import Profile
from roi.figure import Spec, figures
from roi.output.report.material import kept_analysis, material_of
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.resources import template_path
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.texts import Language, text
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.live.inputs import FIXED
from roi.workbook.report.pages.calculation import Calculation
from roi.workbook.report.pages.material import Material
from roi.workbook.write import book_bytes
from tests.roi.planning_cases import OWNED, TODAY, with_banners, years
from tests.roi.report_cases import DAY
from tests.roi.small_case import API, fid, profile

PROFILES = (
    profile("one"),
    profile("old", speed__seconds_per_image=4.0, energy__energy_j_per_image=2400.0),
    profile("FLUX.1-dev", quality=[fid(12.0)], energy__boundary="gpu_net_idle", energy__idle_power_w=70.0),
)
RANGE = {"value": 0.03, "low": 0.01, "high": 0.06}
RENTED = {
    "kind": "rent",
    "name": "rented",
    "vendor": "V",
    "board": "H100 SXM",
    "gpu_count": 8,
    "country": "JPN",
    "price_per_h": {"value": 20.0, "low": 15.0, "high": 30.0, "unit": "USD/h"},
    "pue": 1.5,
    "utilization_fraction": 0.5,
    "host_power_w_per_gpu": 150,
    "lifetime_years": 4,
    "idle_power_w_per_gpu": 60,
    "opening_cost": 250_000,
}
PRICES = {
    "finance.escalation": dict.fromkeys(("electricity", "wage", "rent", "api", "upkeep", "fallback"), RANGE),
    "finance.cash_realisation_fraction": 0.5,
    "labour.wage_per_h": {"value": 3600, "low": 3000, "high": 5000},
    "model_cost": {"upkeep_per_year": 1_000_000, "migration": 500_000},
}
GROWING = {
    "workloads[0].images_per_month": {"value": 900_000, "low": 500_000, "high": 1_500_000},
    "workloads[0].growth_per_year": {"value": 0.4, "low": 0.0, "high": 0.6},
}
TARIFFS = {
    "site.time_blocks": [
        {"name": "day", "hours_per_year": 5110, "electricity_price": 31},
        {"name": "night", "hours_per_year": 3650},
    ],
    "site.demand_charge_per_kw_month": 1800,
    "site.grid_intensity_change_per_year": -0.04,
    "site.market_grid_intensity": 0.1,
}


def owned(depreciation: str) -> Scenario:
    """Servers bought for a site with two tariffs, worn out after two years, with tax; today a rented node."""
    server = {
        **OWNED,
        "lifetime_years": 2,
        "capex_change_per_year": -0.05,
        "model_swap_s": 30,
        "model_swaps_per_day": 4,
        "opening_cost": 400_000,
    }
    tax = {"rate": 0.3, "depreciation": depreciation, "life_years": 5}
    changes = {**PRICES, **GROWING, **TARIFFS, "finance.tax": tax, "workloads[0].baseline": TODAY}
    asked = with_banners(
        years(4, 0.06, **changes), acceptance={"kind": "beta", "mean": 0.4, "concentration": 2.5}
    )
    return with_changes(
        asked,
        {
            "supplies": [{**RENTED, "units_max": 9}, server],
            "workloads[0].peak_factor": 1.3,
            "workloads[0].baseline.acceptance": {"kind": "redrawn", "mean": 0.3, "concentration": 3},
            "workloads[1].baseline": {
                "kind": "external",
                "name": "studio",
                "cost_per_image": 300,
                "seconds_per_image": 240,
                "carbon_per_image": 0.05,
            },
            "limits.boards": [],
        },
    )


def committed() -> Scenario:
    """Reserved nodes in dollars and spot ones beside them; one workload says what serves it today."""
    reserved = {**RENTED, "name": "reserved", "term": "reserved", "commitment_years": 2}
    reserved["price_per_h"] = {"value": 9.0, "unit": "USD/h"}
    spot = {**RENTED, "name": "spot", "term": "spot", "interruption_overhead_fraction": 0.15}
    spot["price_per_h"] = {"value": 12.0, "unit": "USD/h"}
    changes = {**PRICES, **GROWING, "workloads[0].baseline": TODAY, "workloads[0].mix": True}
    asked = with_banners(years(3, 0.05, **changes), deferrable=True)
    return with_changes(asked, {"supplies": [RENTED, reserved, spot]})


def signed() -> Scenario:
    """Nodes committed to for longer than the plan looks ahead, signed in two years, with tax."""
    reserved = {**RENTED, "name": "reserved", "term": "reserved", "commitment_years": 5}
    reserved["price_per_h"] = {"value": 5.0, "low": 4.0, "high": 7.0, "unit": "USD/h"}
    tax = {"rate": 0.3, "depreciation": "straight_line", "life_years": 5}
    changes = {**PRICES, **GROWING, "finance.tax": tax, "workloads[0].baseline": TODAY}
    return with_changes(years(3, 0.05, **changes), {"supplies": [RENTED, reserved]})


def committed_for_ten_years() -> Scenario:
    """A node at 180 JPY an hour for ten years in a plan of two: 8 x 8,760 h x 180 JPY = 12,614,400 JPY are left."""
    reserved = {**RENTED, "name": "reserved", "term": "reserved", "commitment_years": 10, "price_per_h": 180}
    return years(2, 0.06, supplies=[RENTED, reserved])


def single(supply: dict[str, object]) -> Scenario:
    """One supply that is paid by use; today's pictures come from outside."""
    outside = {"kind": "external", "name": "agency", "cost_per_image": 40, "seconds_per_image": 20}
    changes = {**PRICES, **GROWING, "workloads[0].baseline": outside, "supplies": [supply]}
    return years(2, 0.05, **changes)


def staged() -> Scenario:
    """One workload that doubles every year: rented at first, then served by a server that is bought; today's
    pictures come from outside. It is to last two years and a half, and works for two."""
    outside = {"kind": "external", "name": "agency", "cost_per_image": 40, "seconds_per_image": 20}
    server = {
        **OWNED,
        "capex": {"value": 500_000, "unit": "USD"},
        "residual_fraction": 0.0,
        "lifetime_years": 2.5,
    }
    changes = {
        "workloads[0].images_per_month": 300_000,
        "workloads[0].growth_per_year": 1.0,
        "workloads[0].baseline": outside,
        "finance.cash_realisation_fraction": 0.5,
        "finance.tax": {"rate": 0.3, "depreciation": "straight_line", "life_years": 5},
        "supplies": [{**RENTED, "gpu_count": 1, "price_per_h": {"value": 6.0, "unit": "USD/h"}}, server],
        "limits.boards": [],
    }
    return years(5, 0.1, **changes)


def gains_first() -> Scenario:
    """Several changes of sign, and no rate of return."""
    outside = {"kind": "external", "name": "agency", "cost_per_image": 10, "seconds_per_image": 20}
    changes = {
        "workloads[0].images_per_month": 900_000,
        "workloads[0].baseline": outside,
        "finance.cash_realisation_fraction": 0.5,
        "finance.tax": {"rate": 0.3, "depreciation": "straight_line", "life_years": 5},
        "finance.escalation": {"fallback": -0.3},
        "supplies": [{**RENTED, "opening_cost": 0}],
    }
    return years(3, 0.05, **changes)


def by_use() -> Scenario:
    """A server that other work fills, and many numbers of attempts."""
    return with_changes(
        single({**OWNED, "shared": True, "lifetime_years": 3}),
        {
            "workloads[0].images_per_attempt": [1, 2, 4, 8],
            "workloads[0].attempts_max": 6,
            "workloads[0].acceptance": {"kind": "beta", "mean": 0.5, "concentration": 3},
            "workloads[0].review": {"seconds_per_attempt": 1, "seconds_per_image": 0.5},
            "workloads[0].fallback_cost": 8,
            "workloads[0].deliver_min": 0.5,
        },
    )


BY_SECOND = {
    **RENTED,
    "billing": "second",
    "cold_start_s": 6,
    "minimum_s": 4,
    "term": "spot",
    "interruption_overhead_fraction": 0.1,
}
CASES: dict[str, Callable[[], tuple[Scenario, tuple[Profile, ...]]]] = {
    "demonstration": lambda: (demonstration(), tuple(library_profiles())),
    "owned": lambda: (owned("straight_line"), PROFILES),
    "owned_japan": lambda: (owned("declining_balance"), PROFILES),
    "committed": lambda: (committed(), PROFILES),
    "signed": lambda: (signed(), PROFILES),
    "by_second": lambda: (single(BY_SECOND), PROFILES),
    "by_use": lambda: (by_use(), PROFILES),
    "api": lambda: (single({**API, "opening_cost": 90_000}), PROFILES),
    "alone": lambda: (with_changes(single(RENTED), {"workloads[0].baseline": None}), PROFILES),
    "staged": lambda: (staged(), PROFILES),
}
TOGETHER = 4
MOVED = {
    "demonstration": "",
    "owned": "",
    "committed": "",
    "signed": r"supplies\[1\]|finance|exchange",
    "owned_japan": r"supplies\[1\]|finance",
    "by_second": r"supplies|exchange",
    "by_use": r"supplies|finance|site",
    "api": "supplies",
    "alone": "supplies",
    "staged": r"supplies\[1\]",
}
"""Rows of Inputs that are moved: all of three cases, elsewhere those that act on another formula than there."""


@cache
def decided(case: str) -> PlanDecision:
    """The plan of a case."""
    asked, profiles = CASES[case]()
    found = plan(asked, profiles)
    assert found.plan is not None, (case, found.binding)
    return found


@cache
def told(case: str, language: Language = "en") -> Material:
    """What its report says, without futures."""
    return _told(decided(case), language)


def told_of(asked: Scenario, language: Language = "en") -> Material:
    """What the report of a scenario says, without futures."""
    return _told(plan(asked, PROFILES), language)


def _told(decision: PlanDecision, language: Language) -> Material:
    return material_of(PlanAnalysis(decision, (), (), None), None, (), language, DAY)


def live(case: str, language: Language = "en") -> Calculation:
    """Its live sheets, made anew."""
    return calculation(told(case, language))


def written(made: Calculation) -> bytes:
    """The live sheets as a file."""
    return book_bytes(made.book, template_path("report.xlsx"))


def with_inputs(case: str, changes: Mapping[str, float]) -> bytes:
    """The file with figures of the custom case changed, and that case chosen."""
    made = live(case)
    for place, value in changes.items():
        _retype(made, (made.inputs[place].row, 6), value)
    return _in_case(made, "custom")


@cache
def told_moved(case: str) -> Material:
    """The same with every figure moved to both ends under the kept plan."""
    return material_of(kept_analysis(decided(case), CASES[case]()[1], 0), None, (), "en", DAY)


def in_case(case: str, name: str) -> bytes:
    """The file with one of the four cases chosen."""
    return _in_case(calculation(told_moved(case)), name)


def _in_case(made: Calculation, name: str) -> bytes:
    _retype(made, _case_cell(made), text("en", f"live.case_{name}"))
    return written(made)


def _retype(made: Calculation, spot: tuple[int, int], content: float | str) -> None:
    """What a person does: another content in the same cell."""
    sheet = made.book.sheets["inputs"]
    placed = sheet.cells.pop(spot)
    sheet.put(*spot, content, placed.style, placed.number_format)


def _case_cell(made: Calculation) -> tuple[int, int]:
    return made.headline.scenario.row, made.headline.scenario.column


def mutations(case: str) -> tuple[dict[str, float], ...]:
    """Rows of Inputs, each with another value that the scenario's file would take: `MOVED` of the case.

    Up to `TOGETHER` rows are moved at once, from far apart in the sheet: a book that follows all of them to nine
    digits follows each.
    """
    rows = list(_mutations(case))
    count = math.ceil(len(rows) / TOGETHER)
    return tuple(dict(rows[place::count]) for place in range(count))


def _mutations(case: str) -> Iterator[tuple[str, float]]:
    specs = {place: spec for place, _, spec in figures(decided(case).scenario)}
    for place, cell in live(case).inputs.items():
        assert not FIXED.match(place)
        if re.match(MOVED[case], place):
            yield place, _another(float(cell.value), specs.get(place))


def _another(value: float, spec: Spec | None) -> float:
    found = value * 1.07 if value else 0.02
    too_much = spec is not None and (
        (spec.le is not None and found > spec.le) or (spec.lt is not None and found >= spec.lt)
    )
    return value * 0.93 if too_much else found
