"""Faults that are put into the pipeline, each by replacing one of its functions: what went wrong, or could."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from roi import retry
from roi.figure import Figure
from roi.fleet import coefficients
from roi.fleet.problem import FleetProgramme, FleetRules
from roi.options import attempt, gates, limits, offers, price, terms
from roi.options import market as markets
from roi.options.market import Market
from roi.options.offer import Failure
from roi.options.price import Option
from roi.planning import assemble, candidates, horizon, ledger, offering, solved, supplies, worth
from roi.scenario import effective
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

Patch = pytest.MonkeyPatch
Fault = Callable[[Patch], None]


def without_gate(*names: str) -> Fault:
    """Gates that are not asked."""

    def put(patch: Patch) -> None:
        gone = [getattr(gates, f"_{name}_gate") for name in names]
        for listed in ("MACHINE_GATES", "API_GATES"):
            left = tuple(each for each in getattr(offers, listed) if each not in gone)
            patch.setattr(offers, listed, left)

    return put


def instead(module: object, name: str, other: object) -> Fault:
    """Another function in the place of one."""

    def put(patch: Patch) -> None:
        patch.setattr(module, name, other)

    return put


def around(module: object, name: str, change: Callable[..., Any]) -> Fault:
    """A function whose answer or arguments are changed: `change(original, *arguments)`."""

    def put(patch: Patch) -> None:
        original = getattr(module, name)
        patch.setattr(module, name, lambda *given, **named: change(original, *given, **named))

    return put


def both(*faults: Fault) -> Fault:
    """Several at once."""

    def put(patch: Patch) -> None:
        for fault in faults:
            fault(patch)

    return put


def terms_with(**changes: object) -> Fault:
    """Terms of machines with other figures; a function is given the terms."""

    def change(original: Callable[..., terms.MachineTerms], *given: object, **named: object) -> object:
        found = original(*given, **named)
        moved = {name: value(found) if callable(value) else value for name, value in changes.items()}
        return replace(found, **moved)

    return both(
        *(around(module, "machine_terms", change) for module in (ledger, markets, offering, supplies))
    )


def fleet_with(**changes: object) -> Fault:
    """The programme with other data; a function is given the programme."""

    def change(original: Callable[..., FleetProgramme], *given: object, **named: object) -> object:
        found = original(*given, **named)
        moved = {name: value(found) if callable(value) else value for name, value in changes.items()}
        return replace(found, **moved)

    return around(solved, "programme", change)


def lost(test: Callable[[Option], bool]) -> Fault:
    """Options that are dropped on the way although they pass every gate."""

    def change(original: Callable[..., Market], *given: object) -> Market:
        found = original(*given)
        return replace(found, options=tuple(each for each in found.options if not test(each)))

    return around(solved, "market", change)


def forgetting_the_busiest_month(patch: Patch) -> None:
    """A programme and an evaluator to which every month is a mean one."""
    patch.setattr(coefficients, "busiest_beyond", lambda found: np.zeros_like(found.peak_factor))
    for name in ("carbon", "money"):
        module = import_module(f"roi.fleet.evaluation.{name}")
        patch.setattr(module, "at_busiest_pace", lambda _programme, plan: plan)


def supply_with(**changes: object) -> Callable[[FleetProgramme], object]:
    """Every supply of the programme with other data."""
    return lambda found: tuple(replace(each, **changes) for each in found.supplies)


def unconverted(_scenario: Scenario, figure: Figure) -> float:
    """As if every currency were the scenario's."""
    return figure.value


def uncapped(
    original: Callable[..., tuple[retry.RetryOutcome, ...]],
    acceptance: retry.Acceptance,
    images: int,
    attempts_max: int,
) -> tuple[retry.RetryOutcome, ...]:
    """Attempts as if one never gave up and every prompt were alike."""
    attempts = 1.0 / (1.0 - (1.0 - acceptance.p) ** images)
    return tuple(
        replace(right, expected_attempts=attempts, expected_images=attempts * images)
        for right in original(acceptance, images, attempts_max)
    )


def steady(_change: object, years: int) -> np.ndarray:
    """Nothing changes from year to year."""
    return np.ones(years)


def at_year_end(rate: float, year: int) -> float:
    """All of a year's money at its end."""
    return (1.0 + rate) ** -(year + 1)


def any_ruler(given: Any, _reference: str) -> object:
    """The first figure, whatever it is measured against."""
    return given.quality[0] if given.quality else None


def _idle_twice(original: Callable[..., Any], *given: object) -> object:
    found = original(*given)
    return replace(found, idle_kwh=2.0 * found.idle_kwh)


def without_stderr(given: Any, reference: str) -> object:
    """The right figure, without its standard error."""
    found = [each for each in given.quality if each.reference == reference]
    return found[0].model_copy(update={"stderr": None}) if found else None


def _too_strict(patch: Patch) -> None:
    def gate(workload: Workload, _limits: object, offer: Any) -> Failure | None:
        above = offer.quality is not None and offer.quality.value > 0.8 * workload.quality.fid_max
        return Failure("fid_max", "FID above the bar", "fid_above", {}) if above else None

    patch.setattr(offers, "MACHINE_GATES", (*offers.MACHINE_GATES, gate))


def _eight(original: Callable[..., Any], scenario: Scenario, workload: Workload, *given: object) -> object:
    return original(scenario, workload.model_copy(update={"attempts_max": 8}), *given)


def _nothing(original: Callable[..., Any], *given: object, **named: object) -> object:
    return 0.0 * original(*given, **named)


def _unopened(original: Callable[..., dict[str, Any]], *given: object) -> dict[str, Any]:
    return {**original(*given), "opening_cost": 0.0}


def _one_tariff(original: Callable[..., Any], builder: supplies.FleetBuilder[float]) -> object:
    found = original(builder)
    return np.repeat(found[..., :1], found.shape[-1], axis=-1)


def _at_the_plug(original: Callable[..., object], joules: float, _boundary: str, *given: object) -> object:
    return original(joules, "wall", *given)


def _no_start_fee(original: Callable[..., float], _fixed: float, *given: object) -> float:
    return original(0.0, *given)


def _dollars(original: Callable[..., float], *given: object) -> float:
    return original(*given) / 150.0


def _alike(original: Callable[..., retry.Acceptance], given: Any, mean: float) -> retry.Acceptance:
    del original, given
    return retry.alike(mean)


def _no_fallback(original: Callable[..., dict[str, float]], *given: object) -> object:
    return original(*given[:-1], None)


OF_SCENARIOS: dict[str, tuple[str, Fault]] = {
    "PUE 1": ("energy", terms_with(pue=1.0)),
    "exchange rate ignored": ("money", instead(Scenario, "amount", unconverted)),
    "wage not converted": ("money", around(attempt, "look_s", _dollars)),
    "host power 0": ("energy", terms_with(host_power_w_per_gpu=0.0)),
    "grid x 10": (
        "carbon",
        terms_with(grid_intensity_kg_co2e_per_kwh=lambda t: 10.0 * t.grid_intensity_kg_co2e_per_kwh),
    ),
    "zone of the grid ignored": (
        "carbon",
        around(
            effective,
            "grid_intensity",
            lambda original, scenario, place: original(
                scenario, place.model_copy(update={"grid_zone": None})
            ),
        ),
    ),
    "location-based for market-based": (
        "carbon",
        terms_with(market_grid_intensity_kg_co2e_per_kwh=lambda t: t.grid_intensity_kg_co2e_per_kwh),
    ),
    "idle power 0": ("energy", instead(supplies, "_idle_w", lambda *_: 0.0)),
    "idle power as stated for an empty board": (
        "energy",
        instead(effective, "_idle_power_w", lambda given: given.energy.idle_power_w),
    ),
    "retries formula wrong": ("money", around(price, "_outcomes", uncapped)),
    "prompts that differ taken as alike": ("money", around(price, "_acceptance", _alike)),
    "acceptance of the model ignored": (
        "cheaper",
        instead(Workload, "acceptance_of", lambda workload, _model: workload.acceptance),
    ),
    "fallback forgotten": ("money", around(price, "request_streams", _no_fallback)),
    "fixed part of the look forgotten": ("money", around(attempt, "review_s", _no_start_fee)),
    "months of 30 days": ("demand", instead(assemble, "MONTHS_PER_YEAR", 365.0 / 30.0)),
    "a node by the eighth": (
        "money",
        fleet_with(
            supplies=lambda found: tuple(
                replace(each, boards=1, hour_price=each.hour_price / each.boards) for each in found.supplies
            )
        ),
    ),
    "utilisation ignored": ("capacity", fleet_with(supplies=supply_with(load_max=1.0))),
    "utilisation of a filled server ignored": ("money", terms_with(utilization_fraction=0.999)),
    "opening cost dropped": ("money", around(supplies.FleetBuilder, "_common", _unopened)),
    "boundary misread": ("energy", around(attempt, "plug_parts", _at_the_plug)),
    "making of boards dropped": ("carbon", terms_with(embodied_kg_co2e_per_gpu=0.0)),
    "making spread over twice the life": (
        "carbon",
        terms_with(lifetime_years=lambda t: 2.0 * t.lifetime_years),
    ),
    "cold start ignored": ("energy", terms_with(cold_start_s=0.0)),
    "fewest billed seconds ignored": ("money", terms_with(minimum_s=0.0)),
    "interruptions ignored": ("energy", terms_with(work_factor=1.0)),
    "growth of demand ignored": ("demand", instead(assemble, "growth", steady)),
    "escalation of streams ignored": ("money", instead(candidates, "growth", steady)),
    "escalation of supplies ignored": ("money", instead(supplies, "growth", steady)),
    "spot price for on demand": ("money", terms_with(price_per_h=lambda t: 0.4 * t.price_per_h)),
    "money of a year at its end": (
        "value",
        both(
            instead(horizon.discounting, "year_factor", at_year_end),
            instead(worth, "year_factor", at_year_end),
        ),
    ),
    "residual counted twice": (
        "money",
        around(supplies, "_left_fraction", lambda original, left, *given: original(2.0 * left, *given)),
    ),
    "taking up of models dropped": ("money", around(assemble, "_model_migration", _nothing)),
    "upkeep of models dropped": ("money", around(assemble, "_model_upkeep", _nothing)),
    "demand charge dropped": ("money", around(assemble, "_demand_charge", _nothing)),
    "one tariff for all blocks": ("money", around(supplies.FleetBuilder, "_electricity_price", _one_tariff)),
    "blocks asked for by their hours": (
        "demand",
        around(
            assemble,
            "share_by_block",
            lambda original, workload, dates: original(
                workload.model_copy(update={"share_by_block": {}}), dates
            ),
        ),
    ),
    "busiest month ignored": (
        "capacity",
        both(
            around(assemble, "_peak_factor", lambda original, scenario: np.ones_like(original(scenario))),
            instead(assemble, "MONTHS_PER_YEAR", 12.0),
        ),
    ),
    "swapping of models ignored": ("capacity", instead(supplies, "_swap_s_per_day", lambda _supply: 0.0)),
    "commitment ends with the plan": (
        "money",
        fleet_with(later_factor=lambda found: 0.0 * found.later_factor),
    ),
    "attempts that fail are counted as pictures": (
        "demand",
        fleet_with(demand_of_accepted=lambda found: np.zeros_like(found.demand_of_accepted)),
    ),
    "capital of a filled server without interest": (
        "money",
        around(
            attempt,
            "hardware_rate_per_h",
            lambda original, capex, left, _rate, *given: original(capex, left, 0.0, *given),
        ),
    ),
    "waiting counted twice in the ledger": ("energy", around(ledger, "quantities", _idle_twice)),
}
"""By what went wrong: the check that must see it in the company that uses supplies of every kind, and the fault."""


@dataclass(frozen=True)
class Planted:
    """A fault where all that is cheaper is forbidden."""

    check: str
    """The check that must see it."""
    fault: Fault
    traps: tuple[str, ...] = ()
    """Profiles beside the good one, by the rule that keeps them out."""
    changes: Mapping[str, object] = field(default_factory=dict)
    """What the scenario says otherwise."""


OF_CHOICES = {
    "bar not asked": Planted("bar", without_gate("bar"), ("bar",)),
    "standard error ignored": Planted("bar", instead(offers, "figure_for", without_stderr), ("z",)),
    "figure of another reference": Planted(
        "reference", instead(offers, "figure_for", any_ruler), ("reference",)
    ),
    "match not asked": Planted("match", without_gate("quality"), ("match",)),
    "size not asked": Planted("size", without_gate("size"), ("size",)),
    "licence `no` let through": Planted("licence", without_gate("licence"), ("licence",)),
    "country not asked": Planted("country", without_gate("country")),
    "evidence not asked": Planted("evidence", without_gate("evidence"), ("evidence",)),
    "memory not asked": Planted("memory", without_gate("memory"), ("memory",)),
    "boards not counted": Planted("board", without_gate("boards"), ("board",)),
    "batch larger than an attempt": Planted(
        "batch", both(without_gate("batch"), instead(price, "batch_fits", lambda *_: True)), ("batch",)
    ),
    "latency not asked": Planted("latency", instead(limits, "_latency_gate", lambda *_: None), ("latency",)),
    "latency without its queue": Planted(
        "latency", instead(attempt, "sojourn_p95", lambda service_s, _load: service_s), ("latency",)
    ),
    "delivery not asked": Planted("delivery", instead(limits, "_deliver_gate", lambda *_: None)),
    "carbon that nobody discloses let through": Planted(
        "disclosure",
        without_gate("disclosure"),
        changes={"limits.internal_carbon_price": 1.0, "supplies[3].commercial_use": "yes"},
    ),
    "more attempts than asked for": Planted(
        "attempts", around(markets, "options", _eight), changes={"workloads[0].fallback_cost": 100}
    ),
    "cheapest supply dropped": Planted("cheaper", lost(lambda option: option.offer.supply == "here")),
    "cheapest profile dropped": Planted("cheaper", lost(lambda option: option.offer.id == "good")),
    "attempts beyond two forgotten": Planted(
        "cheaper",
        lost(lambda option: option.attempts_max > 2),
        changes={"workloads[0].deliver_min": 0.5, "workloads[0].fallback_cost": 100},
    ),
    "best number of images forgotten": Planted("cheaper", lost(lambda option: option.attempt.images == 1)),
    "bar too strict": Planted("cheaper", _too_strict),
    "units_max ignored": Planted(
        "units",
        fleet_with(supplies=supply_with(units_max=None)),
        changes={"supplies[0].units_max": 1, "workloads[0].images_per_month": 800_000},
    ),
    "carbon cap ignored": Planted(
        "limits",
        fleet_with(rules=lambda found: replace(found.rules, carbon_cap_kg=None)),
        changes={"limits.carbon_cap_per_year": 800},
    ),
    "carbon of a picture ignored": Planted(
        "limits",
        both(
            instead(assemble, "_carbon_max", lambda _scenario: None),
            instead(limits, "_carbon_gate", lambda *_: None),
        ),
        changes={"workloads[0].carbon_max": 0.0003},
    ),
    "budget of a year ignored": Planted(
        "limits",
        fleet_with(rules=FleetRules()),
        changes={
            "limits.opex_budget_per_year": 2_820_000,
            "supplies[1].price_per_h": 880,
            "supplies[1].opening_cost": 600_000,
        },
    ),
    "money of the busiest month forgotten": Planted(
        "limits",
        forgetting_the_busiest_month,
        changes={
            "workloads[0].peak_factor": 2,
            "limits.budget_per_month": 470_000,
            "supplies[1].price_per_h": 880,
            "supplies[1].opening_cost": 600_000,
        },
    ),
    "carbon of the busiest month forgotten": Planted(
        "limits",
        forgetting_the_busiest_month,
        changes={"workloads[0].peak_factor": 2, "limits.carbon_cap_per_month": 100},
    ),
    "share of a vendor ignored": Planted(
        "limits",
        fleet_with(rules=FleetRules()),
        changes={"limits.vendor_share_max": 0.6, "workloads[0].mix": True},
    ),
    "mixed without leave": Planted(
        "demand",
        fleet_with(one_option=lambda found: np.zeros_like(found.one_option)),
        ("other board",),
        {
            "supplies[0].units_max": 1,
            "supplies[1].board": "B200 SXM",
            "workloads[0].images_per_month": 800_000,
        },
    ),
}
