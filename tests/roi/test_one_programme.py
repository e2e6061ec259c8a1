"""`recommend` is the first rung of `plan`: one choice, one cost; and what no input may do to either.

Small inputs that once went wrong stand here with their right values, worked out by hand in the docstrings.
"""

import math
import random

import numpy as np
import pytest

from bench.library import library_profiles
from roi.decision.decide import decide
from roi.output.plan.page import plan_page
from roi.output.terminal import plain_text
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration, scenario_from_text
from tests.roi.decision_text import decision_text
from tests.roi.one_workload import PROFILES, random_scenario

WORK = """\
schema_version: 1
name: one kind of picture
currency: USD
price_year: 2026
site: {country: USA, pue: 1.5}
labour: {wage_per_h: 30}
finance: {discount_rate_per_year: 0.1, horizon_years: 3}
workloads:
  - name: pictures
    images_per_month: 2000
    quality: {fid_max: 12}
    min_pixels: 1048576
    acceptance: {mean: 0.9}
    images_per_attempt: [1]
    attempts_max: 3
    review: {seconds_per_attempt: 0, seconds_per_image: 0}
    deliver_min: 0.9
supplies: []
"""

HOURLY = {
    "kind": "rent",
    "name": "hourly",
    "vendor": "S",
    "board": "H100",
    "country": "USA",
    "price_per_h": 2.3,
    "pue": 1.2,
    "utilization_fraction": 0.5,
    "idle_power_w_per_gpu": 100,
}


def asked(*supplies: dict[str, object], **changes: object) -> Scenario:
    """The work on these supplies; `changes` are fields of the workload."""
    text = WORK.replace(
        "supplies: []", f"supplies: {[*supplies]}".replace("True", "true").replace("False", "false")
    )
    places = {f"workloads[0].{name}": value for name, value in changes.items()}
    return with_changes(scenario_from_text(text, "one kind of picture"), places)


def month(decision) -> float:
    """Cash of a month."""
    return math.fsum(c.cost_per_accepted_image * c.accepted_images_per_month for c in decision.choices)


def test_by_the_second_costs_its_billed_seconds_and_draws_power_while_it_starts():
    """2000 / 0.9 attempts of 60 s of start and 0.905 to 0.907 s of work at 4 USD an hour: 150.9 USD a month.

    Its start draws what its work does: 35.4 kWh a month, some 60 times what its 0.9 s of work alone would draw.
    """
    serverless = {**HOURLY, "name": "serverless", "price_per_h": 4.0, "billing": "second", "cold_start_s": 60}
    scenario = asked({**serverless, "minimum_s": 30}, HOURLY)
    decision = decide(scenario, library_profiles())
    [choice] = decision.choices
    seconds = choice.option.offer.profile.speed.seconds_per_image
    assert choice.option.offer.supply == "serverless"
    assert month(decision) == pytest.approx(2000 / 0.9 * (60 + seconds) * 4 / 3600, rel=1e-9)
    warm = decide(asked({**serverless, "cold_start_s": 0}), library_profiles()).choices[0]
    ratio = choice.energy_kwh_per_accepted_image / warm.energy_kwh_per_accepted_image
    assert ratio == pytest.approx((60 + seconds) / seconds, rel=1e-9)
    carbon = choice.carbon_kg_co2e_per_accepted_image / warm.carbon_kg_co2e_per_accepted_image
    assert carbon == pytest.approx(ratio, rel=1e-9)
    found = plan(scenario, library_profiles())
    assert found.worth.levelised_cost_per_accepted_image == decision.cost_per_accepted_image


def test_spot_work_that_is_done_again_is_dearer_than_by_the_hour():
    """2.0 x 1.6 = 3.2 USD of work that counts against 2.3; and one instance cannot do the work of 22."""
    spot = {
        **HOURLY,
        "name": "spot",
        "price_per_h": 2.0,
        "term": "spot",
        "interruption_overhead_fraction": 0.6,
        "units_max": 1,
    }
    scenario = asked(spot, HOURLY, images_per_month=50_000_000, deferrable=True)
    decision = decide(scenario, library_profiles())
    assert {choice.option.offer.supply for choice in decision.choices} == {"hourly"}
    hours = math.fsum(year.busy_hours for year in decision.fleet) / 36
    assert month(decision) == pytest.approx(hours / 0.5 * 2.3, rel=1e-4)
    alone = decide(asked(spot, images_per_month=50_000_000, deferrable=True), library_profiles())
    assert (alone.status, alone.binding) == ("infeasible", ("units_max_spot",))


def test_a_limit_for_one_picture_counts_the_waiting_of_its_machine():
    """730 h of 0.3 kW (100 W, 150 W of host, PUE 1.2) are 219 kWh for 2000 pictures: far above 0.2 g each."""
    scenario = asked(HOURLY, carbon_max=0.0002)
    for answer in (decide(scenario, library_profiles()), plan(scenario, library_profiles())):
        assert (answer.status, answer.binding) == ("infeasible", ("carbon_max",))
        [relaxation] = answer.relaxations
        [change] = relaxation.changes
        assert change.limit == 0.0002
        wider = with_changes(scenario, {"workloads[0].carbon_max": change.needed * (1 + 1e-9)})
        assert decide(wider, library_profiles()).status == "optimal"
        tighter = with_changes(scenario, {"workloads[0].carbon_max": change.needed * (1 - 1e-6)})
        assert decide(tighter, library_profiles()).status == "infeasible"


def test_one_workload_carries_the_waiting_of_a_server_of_its_own():
    """8 boards x (100 + 150) W x 730 h x PUE 1.5 = 2,190 kWh a month, and hardly any work."""
    server = {
        "kind": "own",
        "name": "own",
        "board": "H100 SXM",
        "gpu_count": 8,
        "capex": 325_000,
        "residual_fraction": 0.3,
        "upkeep_per_year": 20_000,
        "space_per_year": 24_000,
        "utilization_fraction": 0.5,
        "idle_power_w_per_gpu": 100,
        "shared": False,
    }
    scenario = with_changes(asked(HOURLY), {"supplies": [server], "site.electricity_price": 0.15})
    scenario = with_changes(scenario, {"workloads[0].images_per_month": 200})
    [choice] = decide(scenario, library_profiles()).choices
    kwh = choice.energy_kwh_per_accepted_image * choice.accepted_images_per_month
    assert kwh == pytest.approx(2190, rel=2e-3)
    assert kwh > 2190


def test_what_costs_the_same_is_settled_by_less_carbon_and_then_by_quality():
    """One machine on all year serves with any of the models; PixArt-Sigma draws least, and its FID is lower."""
    scenario = with_changes(demonstration(), {"limits.budget_per_month": 1_700_000})
    found = plan(scenario, library_profiles())
    assert found.choices[0].option.offer.model_name == "PixArt-Σ"
    assert decide(scenario, library_profiles()).choices[0].option.offer.model_name == "PixArt-Σ"
    assert found.solver.tie_break == "cost, then carbon, quality, delivery, canonical order"
    assert found.alternatives[0].settled_by == "carbon"
    assert "a tie, settled by less carbon" in plain_text(plan_page(found, "en"), 160)


def reserved(years: int, price: float) -> dict[str, object]:
    """A reservation of the demonstration's H100 in Finland."""
    return {
        "kind": "rent",
        "name": f"reserved {years}y",
        "vendor": "Verda",
        "board": "H100 SXM",
        "country": "FIN",
        "price_per_h": {"value": price, "unit": "USD/h"},
        "pue": 1.54,
        "idle_power_w_per_gpu": 100,
        "utilization_fraction": 0.5,
        "term": "reserved",
        "commitment_years": years,
    }


def on_one_board(horizon_years: int, *more: dict[str, object]) -> Scenario:
    """The demonstration with its H100 in Finland and these supplies, without a baseline."""
    base = demonstration()
    finland = next(each for each in base.supplies if each.name == "Verda H100 Finland")
    kept = {**finland.model_dump(mode="json"), "opening_cost": None}
    return with_changes(
        base,
        {
            "supplies": [kept, *more],
            "workloads[0].baseline": None,
            "finance.horizon_years": horizon_years,
        },
    )


def test_a_reservation_is_owed_to_its_end_and_page_one_says_how_much():
    """1.20 USD x 150 x 8760 h = 1,576,800 JPY a year; eight of ten years lie after a plan of two: 12,614,400."""
    only = with_changes(on_one_board(2, reserved(10, 1.20)), {"supplies": [reserved(10, 1.20)]})
    found = plan(only, library_profiles())
    [owed] = found.owed
    assert (owed.years, owed.units, owed.amount) == (8, 1, pytest.approx(12_614_400))
    page = plain_text(plan_page(found, "en"), 160)
    assert "JPY 12.6 M for 8 years after the plan" in page[: page.index("What to buy, rent and call")]
    assert "JPY 12.6 M for 8 years after the plan" in decision_text(
        decide(only, library_profiles()), "en", 160
    )
    monthly = 1.1 ** (1 / 12) - 1
    value = math.fsum(1_576_800 / 12 * (1 + monthly) ** -n for n in range(1, 121))
    rent = math.fsum(e.amount for e in found.ledger.entries if e.component in ("rent", "owed"))
    paid = (
        1_576_800 * 2
        + (value - math.fsum(1_576_800 / 12 * (1 + monthly) ** -n for n in range(1, 25))) * 1.1**2
    )
    assert rent == pytest.approx(paid, rel=1e-9)


def test_ten_years_are_not_signed_for_a_plan_of_two():
    [choice] = decide(on_one_board(2, reserved(10, 1.20)), library_profiles()).choices
    assert choice.option.offer.supply == "Verda H100 Finland"


def test_after_three_signed_years_the_fourth_goes_by_the_hour():
    """A second signature would owe two years after the plan: 1.6 x 3 against 2.29 USD an hour of one year."""
    found = plan(on_one_board(4, reserved(3, 1.60)), library_profiles())
    bought = {(year.supply, year.year): year.units_bought for year in found.fleet}
    assert [bought["reserved 3y", year] for year in range(4)] == [1, 0, 0, 0]
    hours = {(year.supply, year.year): year.paid_hours for year in found.fleet}
    assert [hours["Verda H100 Finland", year] for year in range(4)] == [0, 0, 0, 8760]
    assert found.owed == ()


def test_a_server_that_other_work_fills_gives_no_more_hours_than_it_has():
    """One board at half its time holds 0.5 x 730 h; the work of a month needs more, and a second is not there."""
    shared = {
        "kind": "own",
        "name": "shared",
        "board": "H100 SXM",
        "capex": 40_000,
        "residual_fraction": 0,
        "upkeep_per_year": 0,
        "space_per_year": 0,
        "utilization_fraction": 0.5,
        "shared": True,
        "units_max": 1,
    }
    scenario = with_changes(asked(HOURLY), {"supplies": [shared], "site.electricity_price": 0.15})
    free = with_changes(scenario, {"supplies[0].units_max": None})
    busy_s = decide(free, library_profiles()).choices[0].option.attempt.busy_s
    attempts = 0.5 * 730 * 3600 / busy_s * 0.9
    within = with_changes(scenario, {"workloads[0].images_per_month": attempts * 0.99})
    beyond = with_changes(scenario, {"workloads[0].images_per_month": attempts * 1.01})
    assert decide(within, library_profiles()).status == "optimal"
    refused = decide(beyond, library_profiles())
    assert (refused.status, refused.binding) == ("infeasible", ("units_max_shared",))


COUNT = 200


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Scenario, object]]:
    """Random scenarios of one workload, decided."""
    scenarios = [random_scenario(seed) for seed in range(COUNT)]
    return [(scenario, decide(scenario, PROFILES, near=False)) for scenario in scenarios]


def keys(choices) -> set[object]:
    return {choice.option.key for choice in choices}


def test_recommend_and_plan_give_the_same_choice_and_cost(drawn):
    wrong, answered = {}, 0
    for seed, (scenario, mine) in enumerate(drawn):
        theirs = plan(scenario, PROFILES, explained=False)
        if mine.status != theirs.status:
            wrong[seed] = (mine.status, theirs.status)
        elif mine.choices:
            answered += 1
            same = mine.cost_per_accepted_image == pytest.approx(
                theirs.worth.levelised_cost_per_accepted_image, rel=1e-9
            )
            if (
                not same
                or keys(mine.choices) != keys(theirs.choices)
                or not (mine.verified and theirs.verified)
            ):
                wrong[seed] = (mine.cost_per_accepted_image, keys(mine.choices), keys(theirs.choices))
    assert wrong == {}
    assert 0.6 * COUNT <= answered < COUNT


def steered(decision) -> float:
    """Cost that steers, infinite without an answer."""
    if not decision.choices:
        return math.inf
    return math.fsum(each.share_fraction * each.steering_cost_per_accepted_image for each in decision.choices)


def dearer(found: float, than: float) -> bool:
    return found > than * (1 + 1e-9)


def test_the_order_of_supplies_and_profiles_changes_nothing(drawn):
    wrong = {}
    for seed, (scenario, before) in enumerate(drawn[:80]):
        shuffled = random.Random(seed)
        supplies = [each.model_dump(mode="json") for each in scenario.supplies]
        shuffled.shuffle(supplies)
        profiles = shuffled.sample(PROFILES, len(PROFILES))
        after = decide(with_changes(scenario, {"supplies": supplies}), profiles, near=False)
        if keys(before.choices) != keys(after.choices) or steered(before) != steered(after):
            wrong[seed] = (keys(before.choices), keys(after.choices))
        assert before.inputs_hash == after.inputs_hash
    assert wrong == {}


LOOSE = {
    "limits.models_max": 9,
    "limits.budget_per_month": 1e12,
    "limits.opex_budget_per_year": 1e13,
    "limits.capex_budget": 1e12,
    "limits.vendor_share_max": 1.0,
    "limits.spot_share_max": 1.0,
    "site.site_power_kw": 1e7,
}


@pytest.mark.parametrize("place", LOOSE)
def test_a_limit_that_does_not_bind_changes_nothing(drawn, place):
    wrong = {}
    for seed, (scenario, before) in list(enumerate(drawn))[::10]:
        after = decide(with_changes(scenario, {place: LOOSE[place]}), PROFILES, near=False)
        if keys(before.choices) != keys(after.choices) or steered(before) != pytest.approx(
            steered(after), rel=1e-9
        ):
            wrong[seed] = (steered(before), steered(after))
    assert wrong == {}


def never_cheaper(drawn, change) -> dict[int, tuple[float, float]]:
    """Seeds whose changed scenario costs less than before."""
    wrong = {}
    for seed, (scenario, before) in enumerate(drawn[:80]):
        changed = change(scenario, seed)
        if changed is not None:
            after = decide(changed, PROFILES, near=False)
            if dearer(steered(before), steered(after)):
                wrong[seed] = (steered(before), steered(after))
    return wrong


def test_a_tighter_bar_is_never_cheaper(drawn):
    def tighter(scenario, seed):
        bar = scenario.workloads[0].quality.fid_max
        return with_changes(
            scenario, {"workloads[0].quality.fid_max": bar * np.random.default_rng(seed).uniform(0.4, 1)}
        )

    assert never_cheaper(drawn, tighter) == {}


def test_dearer_work_rent_power_and_purchases_are_never_cheaper(drawn):
    def raised(scenario, seed):
        rng = np.random.default_rng(seed)
        changes = {"labour.wage_per_h": scenario.labour.wage_per_h.value * rng.uniform(1, 2)}
        for place, supply in enumerate(scenario.supplies):
            for name in ("price_per_h", "capex", "price_per_image", "upkeep_per_year"):
                figure = getattr(supply, name, None)
                if figure is not None:
                    changes[f"supplies[{place}].{name}"] = figure.value * rng.uniform(1, 1.5)
        changes["site.electricity_price"] = scenario.site.electricity_price.value * rng.uniform(1, 2)
        return with_changes(scenario, changes)

    sure = [
        (s, d)
        for s, d in drawn
        if all(getattr(each, "residual_fraction", None) is None for each in s.supplies)
    ]
    assert len(sure) > 0.4 * COUNT
    assert never_cheaper(sure, raised) == {}


@pytest.mark.parametrize("limit", ["attempts_max", "deliver_min", "latency_max_s", "units_max"])
def test_a_looser_limit_is_never_dearer(drawn, limit):
    def tightened(scenario, _seed):
        workload = scenario.workloads[0]
        if limit == "attempts_max" and workload.attempts_max > 1:
            return with_changes(scenario, {"workloads[0].attempts_max": workload.attempts_max - 1})
        if limit == "deliver_min":
            return with_changes(
                scenario, {"workloads[0].deliver_min": min(1.0, workload.deliver_min.value + 0.2)}
            )
        if limit == "latency_max_s" and not workload.deferrable:
            return with_changes(scenario, {"workloads[0].latency_max_s": 4.0})
        if limit == "units_max":
            places = [n for n, each in enumerate(scenario.supplies) if each.kind != "api"]
            return with_changes(scenario, {f"supplies[{n}].units_max": 1 for n in places})
        return None

    assert never_cheaper(drawn, tightened) == {}


def test_the_currency_does_not_matter(drawn):
    """All amounts of a scenario in another currency, at 150 to one: the same choice at a hundred-and-fiftieth."""
    wrong = {}
    for seed, (scenario, before) in list(enumerate(drawn))[::5]:
        rate = {"JPY": {"value": 1 / 150, "as_of": "2026-11-01"}}
        document = scenario.model_dump(mode="json")
        changed = in_yen(document)
        after = decide(
            Scenario.model_validate({**changed, "currency": "USD", "exchange_rates": rate}),
            PROFILES,
            near=False,
        )
        same = (
            steered(before) == pytest.approx(steered(after) * 150, rel=1e-9)
            if before.choices
            else not after.choices
        )
        if not same or keys(before.choices) != keys(after.choices):
            wrong[seed] = (steered(before), steered(after) * 150)
    assert wrong == {}


MONEY = {
    "wage_per_h": "JPY/h",
    "price_per_h": "JPY/h",
    "price_per_image": "JPY/image",
    "electricity_price": "JPY/kWh",
    "capex": "JPY",
    "upkeep_per_year": "JPY/year",
    "space_per_year": "JPY/year",
    "fallback_cost": "JPY",
    "opening_cost": "JPY",
    "migration": "JPY",
    "demand_charge_per_kw_month": "JPY/kW-month",
    "internal_carbon_price": "JPY/tCO2e",
    "opex_budget_per_year": "JPY/year",
}


def in_yen(part):
    """The document with a currency at each of its amounts."""
    if isinstance(part, list):
        return [in_yen(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: {**value, "unit": MONEY[name]} if name in MONEY and isinstance(value, dict) else in_yen(value)
        for name, value in part.items()
    }


def test_ten_times_the_volume_is_never_dearer_a_picture(drawn):
    wrong = {}
    for seed, (scenario, _) in enumerate(drawn[:80]):
        free = {
            f"supplies[{n}].units_max": None for n, each in enumerate(scenario.supplies) if each.kind != "api"
        }
        free |= {f"limits.{name}": None for name in ("carbon_cap_per_year", "opex_budget_per_year")}
        free |= {
            f"supplies[{n}].sunk": False for n, each in enumerate(scenario.supplies) if each.kind == "own"
        }
        one = with_changes(scenario, free)
        volume = one.workloads[0].images_per_month.value
        ten = with_changes(one, {"workloads[0].images_per_month": 10 * volume})
        small, large = (decide(each, PROFILES, near=False) for each in (one, ten))
        if dearer(steered(large), steered(small)):
            wrong[seed] = (steered(small), steered(large))
    assert wrong == {}
