"""Answers of a plan made by hand, of real options and real finance, for what shows and says them.

One owned server of JPY 20 million for three years against a rented one of today; the ledgers' amounts are round.
"""

import math
from dataclasses import replace
from datetime import date

from bench.profile import Profile
from roi.cost import ONE_OFF
from roi.decision.decide import decide
from roi.finance.discounting import monthly_rate, npv, start_factor, year_factor, yearly_rate
from roi.finance.measures import abatement_cost_per_tonne, equivalent_annual_cost, roi_fraction
from roi.finance.payback import discounted_payback_months, simple_payback_months
from roi.finance.rates_of_return import irr
from roi.options.price import Option
from roi.planning.answer import (
    FinanceResult,
    FleetYear,
    Lever,
    PlanAlternative,
    PlanChoice,
    PlanDecision,
    SolverReport,
    Worth,
)
from roi.planning.entries import EnergyEntry, Entry, Ledger, Timing
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from tests.roi.small_case import API, OWN, profile, with_supplies

YEARS = 3
RATE = 0.05
IMAGES_PER_YEAR = 1_200_000.0
PURCHASE = 20_000_000.0
RESIDUAL = 10_000_000.0
MIGRATION = 500_000.0
UPKEEP = 2_614_400.0
ELECTRICITY = 300_000.0
IDLE_ELECTRICITY = 100_000.0
REVIEW = 7_650_000.0
FALLBACK = 1_200_000.0
MODEL = 400_000.0
REVIEW_TODAY = 9_000_000.0
REALISED = 0.5
IDLE_KWH = 20_000.0
BOUGHT_EMBODIED_KG = 8 * 1971.0

NEW = profile("one", config__guidance_scale=4.5)
OLD = profile("old", energy__energy_j_per_image=18000.0, speed__seconds_per_image=20.0)


def with_fid(given: Profile, value: float) -> Profile:
    """The profile with another figure on the same ruler."""
    figures = [figure.model_copy(update={"value": value}) for figure in given.quality]
    return given.model_copy(update={"quality": tuple(figures)})


def plan_scenario(**changes: object) -> Scenario:
    """The small scenario with an owned server, an API, three years and a baseline; `changes` by their place."""
    places = {
        "finance.horizon_years": YEARS,
        "finance.discount_rate_per_year": RATE,
        "finance.cash_realisation_fraction": REALISED,
        "workloads[0].baseline": {
            "kind": "profile",
            "profile": "old",
            "supply": "rented",
            "images_per_attempt": 4,
            "attempts_max": 2,
        },
    }
    whole = {**OWN, "shared": False, "idle_power_w_per_gpu": 100}
    places["supplies[0].idle_power_w_per_gpu"] = 100
    return with_changes(with_supplies(whole, API), {**places, **changes})


def drafted(**changes: object) -> Scenario:
    """The same, drafted in November 2026; the fiscal year begins in April."""
    return plan_scenario(**{"proposal.drafted_on": date(2026, 11, 24).isoformat(), **changes})


def plan_ledger(option: Option) -> Ledger:
    """What the owned server costs and draws in three years."""
    entries = [
        _entry(0, "purchase", PURCHASE, "start", supply="owned"),
        _entry(0, "migration", MIGRATION, "start", model=option.offer.model_id),
        _entry(YEARS - 1, "residual", -RESIDUAL, "end", supply="owned"),
    ]
    for year in range(YEARS):
        entries += [
            _entry(year, "upkeep", UPKEEP, supply="owned"),
            _entry(year, "electricity", ELECTRICITY, workload="pictures", supply="owned"),
            _entry(year, "electricity", IDLE_ELECTRICITY, supply="owned"),
            _entry(year, "review", REVIEW, workload="pictures"),
            _entry(year, "fallback", FALLBACK, workload="pictures"),
            _entry(year, "model", MODEL, model=option.offer.model_id),
        ]
    energy = [use for year in range(YEARS) for use in _plan_energy(year, option)]
    bought = (BOUGHT_EMBODIED_KG, *[0.0] * (YEARS - 1))
    return _ledger(entries, energy, review_hours=REVIEW / 3600, bought=bought)


def _plan_energy(year: int, option: Option) -> list[EnergyEntry]:
    made = EnergyEntry(year, "owned", None, None, "made", 0.0, 0.0, 0.0, BOUGHT_EMBODIED_KG / 5)
    idle = EnergyEntry(year, "owned", None, None, "idle", IDLE_KWH, IDLE_KWH * 0.5, IDLE_KWH * 0.3, 0.0)
    return [_busy(year, option, 0.0), idle, made]


def baseline_ledger(option: Option, rent: float = 15_000_000.0) -> Ledger:
    """What today's rented server costs and draws in three years."""
    entries = []
    for year in range(YEARS):
        entries += [
            _entry(year, "rent", rent, workload="pictures", supply="rented"),
            _entry(year, "review", REVIEW_TODAY, workload="pictures"),
            _entry(year, "fallback", FALLBACK, workload="pictures"),
            _entry(year, "model", MODEL, model=option.offer.model_id),
        ]
    energy = [_busy(year, option, 900.0) for year in range(YEARS)]
    return _ledger(entries, energy, review_hours=REVIEW_TODAY / 3600, bought=(0.0,) * YEARS)


def _busy(year: int, option: Option, embodied_kg: float) -> EnergyEntry:
    kwh = (option.attempt.energy_kwh or 0.0) * option.outcome.expected_attempts * IMAGES_PER_YEAR
    return EnergyEntry(
        year, option.offer.supply, "pictures", option.offer.id, "busy", kwh, kwh * 0.5, kwh * 0.3, embodied_kg
    )


def _entry(
    year: int,
    component: str,
    amount: float,
    timing: Timing = "during",
    *,
    workload: str | None = None,
    supply: str | None = None,
    model: str | None = None,
) -> Entry:
    return Entry(year, timing, component, workload, supply, model, amount)


def _ledger(
    entries: list[Entry], energy: list[EnergyEntry], *, review_hours: float, bought: tuple[float, ...]
) -> Ledger:
    return Ledger(
        years=YEARS,
        entries=tuple(entries),
        energy=tuple(energy),
        accepted_images=(IMAGES_PER_YEAR,) * YEARS,
        review_hours=(review_hours,) * YEARS,
        purchased_embodied_kg=bought,
        carbon_disclosed=True,
    )


def worth(ledger: Ledger) -> Worth:
    """Totals of a ledger at five per cent."""
    moments = {"start": start_factor, "during": year_factor}
    tco = math.fsum(
        entry.amount
        * (
            start_factor(RATE, entry.year + 1)
            if entry.timing == "end"
            else moments[entry.timing](RATE, entry.year)
        )
        for entry in ledger.entries
    )
    images = math.fsum(count * year_factor(RATE, year) for year, count in enumerate(ledger.accepted_images))
    embodied = math.fsum(entry.embodied_kg for entry in ledger.energy)
    return Worth(
        tco=tco,
        equivalent_annual_cost=equivalent_annual_cost(tco, RATE, YEARS),
        levelised_cost_per_accepted_image=tco / images,
        carbon_kg_co2e=embodied + math.fsum(entry.location_kg for entry in ledger.energy),
        market_carbon_kg_co2e=embodied + math.fsum(entry.market_kg for entry in ledger.energy),
        energy_kwh=math.fsum(entry.energy_kwh for entry in ledger.energy),
    )


def finance(plan: Ledger, baseline: Ledger) -> FinanceResult:
    """The difference by month; half of the saved review is cash."""
    investment = plan.total(lambda entry: entry.component in ONE_OFF and entry.timing == "start")
    saved = _running(baseline) - _running(plan)
    unreal = (REVIEW_TODAY - REVIEW) * (1 - REALISED)
    flows = [-investment, *[(saved - unreal) / 12] * (12 * YEARS)]
    flows[-1] += RESIDUAL
    rate = monthly_rate(RATE)
    value, found = npv(flows, rate), irr(flows)
    years = range(YEARS)
    avoided = (worth(baseline).carbon_kg_co2e or 0.0) - (worth(plan).carbon_kg_co2e or 0.0)
    return FinanceResult(
        discount_rate_per_year=RATE,
        horizon_years=YEARS,
        basis="real",
        cash_flows=tuple(flows),
        investment=investment,
        npv=value,
        irr=None if found.rate is None else yearly_rate(found.rate),
        irr_reason=found.reason,
        roi_fraction=roi_fraction(value + investment, investment),
        simple_payback_months=simple_payback_months(flows),
        discounted_payback_months=discounted_payback_months(flows, rate),
        unrealised_review_saving=math.fsum(unreal * year_factor(RATE, year) for year in years),
        abatement_cost_per_tonne=abatement_cost_per_tonne(value, avoided / 1000),
        avoided_kg_co2e=avoided,
        tax_paid=0.0,
    )


def _running(ledger: Ledger) -> float:
    return ledger.total(lambda entry: entry.component not in ONE_OFF) / YEARS


def plan_decision(
    scenario: Scenario | None = None,
    *,
    rent_today: float = 15_000_000.0,
    new: Profile = NEW,
    old: Profile = OLD,
) -> PlanDecision:
    """The owned server against today's rented one."""
    asked = scenario or plan_scenario()
    found = decide(asked, [new, old])
    mine = _option(found.options, "one", "owned")
    today = _option(found.options, "old", "rented")
    plan, baseline = plan_ledger(mine), baseline_ledger(today, rent_today)
    of_plan, of_today = worth(plan), worth(baseline)
    return PlanDecision(
        status="optimal",
        scenario=asked,
        programme=None,
        plan=None,
        options=found.options,
        choices=(PlanChoice(mine, (IMAGES_PER_YEAR,) * YEARS, (IMAGES_PER_YEAR,) * YEARS),),
        fleet=tuple(
            FleetYear("owned", "own", year, int(year == 0), 1, 8760.0, 2200.0, 2200.0 / 8760.0)
            for year in range(YEARS)
        ),
        ledger=plan,
        worth=of_plan,
        baseline=baseline,
        baseline_worth=of_today,
        baseline_options=(today,),
        without_baseline=(),
        finance=finance(plan, baseline),
        levers=(
            Lever("retries", replace(of_today, tco=of_today.tco * 0.9), None),
            Lever("model", replace(of_today, tco=of_today.tco * 0.7), None),
            Lever("both", None, "no_option"),
        ),
        alternatives=(
            PlanAlternative("supply", "owned", (("pictures", "one", "rented"),), of_plan.tco * 1.02, 0.02),
        ),
        rejected=found.rejected,
        apis=found.apis,
        bar_excluded=found.bar_excluded,
        binding=(),
        relaxations=(),
        solver=SolverReport(
            "HiGHS", "1.11.0", "optimal", 0.00004, of_plan.tco, 1.5, 120, 12, "lowest id", ()
        ),
        verified=True,
        inputs_hash=found.inputs_hash,
    )


def without_baseline(decision: PlanDecision) -> PlanDecision:
    """The same plan where nobody states what happens today."""
    return replace(
        decision,
        baseline=None,
        baseline_worth=None,
        baseline_options=(),
        without_baseline=("pictures",),
        finance=None,
        levers=(),
    )


def impossible_plan() -> PlanDecision:
    """No answer: the quality bar excludes everything; rules and relaxations are those of `decide`."""
    asked = plan_scenario(**{"workloads[0].quality.fid_max": 5})
    found = decide(asked, [NEW, OLD])
    return PlanDecision(
        status="infeasible",
        scenario=asked,
        programme=None,
        plan=None,
        options=found.options,
        choices=(),
        fleet=(),
        ledger=None,
        worth=None,
        baseline=None,
        baseline_worth=None,
        without_baseline=(),
        finance=None,
        levers=(),
        alternatives=(),
        rejected=found.rejected,
        apis=found.apis,
        bar_excluded=found.bar_excluded,
        binding=found.binding,
        relaxations=found.relaxations,
        solver=None,
        verified=False,
        inputs_hash=found.inputs_hash,
    )


def _option(options: tuple[Option, ...], wanted: str, supply: str) -> Option:
    """The option of a profile on a supply with four images an attempt and two attempts."""
    [found] = [
        option
        for option in options
        if (option.offer.id, option.offer.supply, option.attempts_max) == (wanted, supply, 2)
    ]
    return found
