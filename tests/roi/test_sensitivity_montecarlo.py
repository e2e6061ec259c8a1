"""Monte Carlo against a loop of decisions over the same draws, and its statistics against other routes."""

import math

import numpy as np
import pytest
from scipy import special, stats

from bench.library import library_profiles
from bench.profile import Profile
from roi.decision.decide import decide
from roi.errors import RoiError
from roi.options.market import market
from roi.options.price import options
from roi.queueing import md1_wait_quantile
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.sensitivity.inputs import ranged_inputs
from roi.sensitivity.judging import decision_verdict, fixed_decision_judge
from roi.sensitivity.montecarlo.cells import cells_of
from roi.sensitivity.montecarlo.deciding import decided
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import draw
from roi.sensitivity.montecarlo.gates import fid_draws, fid_place
from roi.sensitivity.montecarlo.pricing import priced, rates_of
from roi.sensitivity.montecarlo.retries import outcomes
from roi.sensitivity.montecarlo.simulate import decides_apart, simulate
from roi.sensitivity.montecarlo.spread import rank_correlation, spread_of
from roi.sensitivity.montecarlo.waits import waits_p95
from tests.roi.sensitivity_cases import drawn_scenarios, ranged_scenario, two_profiles
from tests.roi.small_case import SECOND, fid, profile, scenario

SIZE = 12
SEED = 7

MODEL_COST = {
    "upkeep_per_year": {"value": 60000, "low": 20000, "high": 3e6},
    "migration": {"value": 300000, "low": 100000, "high": 4e6},
}
CASES = {
    "prompts alike": lambda: ranged_scenario("alike"),
    "prompts differ": lambda: ranged_scenario("beta"),
    "prompts rewritten": lambda: ranged_scenario("redrawn"),
    "no fallback": lambda: ranged_scenario("beta", fallback_cost=None),
    "pictures may wait": lambda: ranged_scenario("beta", deferrable=True),
    "a longest wait": lambda: ranged_scenario(
        "alike", latency_max_s={"value": 30, "low": 6, "high": 90}, attempts_max=3
    ),
    "a model costs to keep": lambda: with_changes(ranged_scenario(), {"model_cost": MODEL_COST}),
    "carbon steers": lambda: with_changes(
        ranged_scenario(),
        {"limits.internal_carbon_price": {"value": 2e6, "low": 1e5, "high": 2e7}},
    ),
    "carbon of an image is limited": lambda: ranged_scenario(
        carbon_max={"value": 0.003, "low": 0.001, "high": 0.006}
    ),
    "carbon of a month is capped": lambda: with_changes(
        ranged_scenario(), {"limits.carbon_cap_per_month": {"value": 1500, "low": 200, "high": 6000}}
    ),
    "money of a month is limited": lambda: with_changes(
        ranged_scenario(), {"limits.budget_per_month": {"value": 6e7, "low": 1e7, "high": 3e8}}
    ),
}


def drawn(asked: Scenario, size: int = SIZE) -> Drawn:
    return Drawn(asked, draw(ranged_inputs(asked), size, SEED).values, size)


@pytest.mark.parametrize("case", CASES)
def test_every_draw_costs_what_a_decision_on_that_scenario_costs(case: str) -> None:
    asked, profiles = CASES[case](), two_profiles()
    columns = drawn(asked)
    cells = cells_of(asked, market(asked, asked.workloads[0], profiles))
    anew = decided(cells, columns, [0])
    answers = 0
    for number, each in enumerate(drawn_scenarios(asked, ranged_inputs(asked), columns.values, SIZE)):
        decision = decide(each, profiles)
        assert bool(anew.answered[number]) == bool(decision.choices)
        if decision.choices:
            answers += 1
            cell, attempts = divmod(int(anew.row[number]), cells.attempts_max)
            offer, images = cells.offers[cell], int(cells.images[cell])
            option = decision.choices[0].option
            assert (offer.id, offer.supply, images, attempts + 1) == option.key
            cost = decision.choices[0].cost_per_accepted_image
            assert anew.cash[number] == pytest.approx(cost, rel=1e-9)
    assert answers >= SIZE // 3


@pytest.mark.parametrize("case", CASES)
def test_every_option_of_every_draw_has_the_price_and_carbon_of_its_option(case: str) -> None:
    asked, profiles = CASES[case](), two_profiles()
    columns = drawn(asked)
    workload = asked.workloads[0]
    cells = cells_of(asked, market(asked, workload, profiles))
    found = priced(cells, columns, rates_of(cells, columns), gated=False, carbon=True)
    standing = 0.0
    for number, each in enumerate(drawn_scenarios(asked, ranged_inputs(asked), columns.values, SIZE)):
        if each.model_cost is not None:
            upkeep, migration = each.model_cost.upkeep_per_year.value, each.model_cost.migration.value
            standing = (upkeep / 12 + migration / 60) / each.workloads[0].images_per_month.value
        priced_apart = {
            option.key: (option.cost_per_accepted_image, option.carbon_kg_co2e_per_accepted_image)
            for offer in market(each, each.workloads[0], profiles).offers
            for option in options(each, each.workloads[0], offer)
        }
        for cell, offer in enumerate(cells.offers):
            for k in range(cells.attempts_max):
                cost, carbon = priced_apart[offer.id, offer.supply, int(cells.images[cell]), k + 1]
                assert found.cash[cell, k, number] == pytest.approx(cost + standing, rel=1e-9)
                expected = math.nan if carbon is None else carbon
                assert found.carbon[cell, k, number] == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_the_gates_of_the_demonstration_close_the_very_options_that_do_not_pass() -> None:
    asked, profiles = demonstration(), library_profiles()
    there = market(asked, asked.workloads[0], profiles)
    cells = cells_of(asked, there)
    base = Drawn(asked, {}, 1)
    cash = priced(cells, base, rates_of(cells, base)).cash[..., 0]
    passing = {
        (offer.id, offer.supply, int(cells.images[cell]), k + 1): float(cash[cell, k])
        for cell, offer in enumerate(cells.offers)
        for k in range(cells.attempts_max)
        if np.isfinite(cash[cell, k])
    }
    prices = {option.key: option.cost_per_accepted_image for option in there.options}
    assert passing.keys() == prices.keys()
    assert max(abs(passing[key] / prices[key] - 1) for key in prices) < 1e-12


def test_a_drawn_fid_decides_as_a_profile_with_that_fid_would() -> None:
    asked = with_changes(
        ranged_scenario(),
        {
            "workloads[0].quality.fid_max": 10.4,
            "supplies": [ranged_scenario().supplies[0].model_dump(mode="json")],
        },
    )
    profiles = [
        profile("one", quality=[fid(10.0, stderr=0.5)]),
        profile("two", quality=[fid(10.9, stderr=0.9)]),
    ]
    cells = cells_of(asked, market(asked, asked.workloads[0], profiles))
    fids = fid_draws(cells, SIZE, SEED)
    columns = Drawn(asked, {**drawn(asked).values, **fids}, SIZE)
    anew = decided(cells, columns, [0])
    closed = 0
    for number, each in enumerate(drawn_scenarios(asked, ranged_inputs(asked), columns.values, SIZE)):
        there = [_with_fid(one, float(fids[_fid_place(one)][number])) for one in profiles]
        decision = decide(each, there)
        assert bool(anew.answered[number]) == bool(decision.choices)
        closed += not decision.choices
        if decision.choices:
            cost = decision.choices[0].cost_per_accepted_image
            assert anew.cash[number] == pytest.approx(cost, rel=1e-9)
    assert 0 < closed < SIZE


def _fid_place(one: Profile) -> str:
    return fid_place(one.config.model_id, one.quality[0])


def _with_fid(one: Profile, value: float) -> Profile:
    return profile(one.config.model_name, quality=[fid(value)])


def test_the_kept_choice_costs_what_pricing_it_anew_costs() -> None:
    asked, profiles = ranged_scenario(), two_profiles()
    decision = decide(asked, profiles)
    keep = fixed_decision_judge(decision, profiles)
    found = simulate(asked, profiles, draws=SIZE, seed=SEED)
    values = draw(ranged_inputs(asked), SIZE, SEED).values
    again = [
        keep(each).cost_per_accepted_image
        for each in drawn_scenarios(asked, ranged_inputs(asked), values, SIZE)
    ]
    assert found.costs == pytest.approx(again, rel=1e-9)


def test_two_workloads_weigh_by_their_drawn_volume_and_share_a_model_once() -> None:
    base = ranged_scenario()
    asked = with_changes(
        base,
        {
            "workloads": [base.workloads[0].model_dump(mode="json"), SECOND],
            "model_cost": MODEL_COST,
        },
    )
    decision, profiles = decide(asked, two_profiles()), two_profiles()
    keep = fixed_decision_judge(decision, profiles)
    found = simulate(asked, profiles, draws=SIZE, seed=SEED)
    values = draw(ranged_inputs(asked), SIZE, SEED).values
    again = [
        keep(each).cost_per_accepted_image
        for each in drawn_scenarios(asked, ranged_inputs(asked), values, SIZE)
    ]
    assert found.costs == pytest.approx(again, rel=1e-9)
    assert not found.exact


def test_decisions_apart_are_told_from_those_that_rules_tie_together() -> None:
    one = scenario()
    two = with_changes(one, {"workloads": [one.workloads[0].model_dump(mode="json"), SECOND]})
    capped = {"limits.carbon_cap_per_month": 100}
    assert decides_apart(one)
    assert decides_apart(two)
    assert decides_apart(with_changes(one, capped))
    assert not decides_apart(with_changes(one, {**capped, "workloads[0].mix": True}))
    assert not decides_apart(with_changes(two, capped))
    assert not decides_apart(with_changes(two, {"limits.models_max": 1}))


def test_shares_of_draws_add_up_to_one() -> None:
    risk = simulate(ranged_scenario(), two_profiles(), draws=500, seed=SEED).workloads[0]
    assert sum(win.fraction for win in risk.wins) + risk.unanswered == pytest.approx(1.0, abs=1e-12)
    assert risk.wins[0].fraction >= risk.wins[-1].fraction
    assert risk.stays_best <= risk.passes


def test_the_chance_that_the_bar_holds_is_the_normal_distribution() -> None:
    asked = with_changes(
        scenario(),
        {
            "workloads[0].quality.fid_max": 10.5,
            "labour.wage_per_h": {"value": 3600, "low": 3000, "high": 4000},
        },
    )
    known = simulate(
        asked, [profile("one", quality=[fid(10.0, stderr=0.5)])], draws=20000, seed=SEED
    ).workloads[0]
    assert known.bars[0].probability == pytest.approx(stats.norm.cdf(1.0), rel=1e-12)
    assert known.passes == pytest.approx(stats.norm.cdf(1.0), abs=4 * 0.0026)
    unknown = simulate(asked, [profile("one")], draws=10, seed=SEED).workloads[0]
    assert unknown.bars[0].probability is None
    assert unknown.passes == 1.0


def test_parts_of_the_draws_give_what_all_draws_at_once_give(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, profiles = ranged_scenario(), two_profiles()
    whole = simulate(asked, profiles, draws=101, seed=SEED)
    monkeypatch.setattr("roi.sensitivity.montecarlo.deciding.ENTRIES_PER_PART", 300)
    parts = simulate(asked, profiles, draws=101, seed=SEED)
    assert parts.workloads == whole.workloads


def test_the_same_seed_gives_the_same_and_another_gives_other_draws() -> None:
    asked, profiles = ranged_scenario(), two_profiles()
    first, again, other = (simulate(asked, profiles, draws=50, seed=seed) for seed in (1, 1, 2))
    assert first.workloads == again.workloads
    assert first.cost != other.cost


def test_a_figure_more_leaves_the_draws_of_all_others_alone() -> None:
    inputs = ranged_inputs(ranged_scenario())
    place = inputs[0].place
    assert np.array_equal(draw(inputs, 9, 1).values[place], draw(inputs[:1], 9, 1).values[place])


@pytest.mark.parametrize(
    ("shape", "law"),
    [
        ("triangular", lambda r: stats.triang((r.value - r.low) / (r.high - r.low), r.low, r.high - r.low)),
        ("uniform", lambda r: stats.uniform(r.low, r.high - r.low)),
        (
            "pert",
            lambda r: stats.beta(
                1 + 4 * (r.value - r.low) / (r.high - r.low),
                1 + 4 * (r.high - r.value) / (r.high - r.low),
                r.low,
                r.high - r.low,
            ),
        ),
    ],
)
def test_draws_follow_the_law_that_was_asked_for(shape: str, law: object) -> None:
    for ranged in ranged_inputs(ranged_scenario())[:4]:
        values = draw([ranged], 4000, 3, shape).values[ranged.place]
        assert stats.kstest(values, law(ranged).cdf).pvalue > 1e-3
        assert ranged.low <= values.min() <= values.max() <= ranged.high


def test_one_draw_is_no_simulation() -> None:
    with pytest.raises(RoiError, match="at least 2 draws"):
        simulate(ranged_scenario(), two_profiles(), draws=1)


def test_a_scenario_without_an_answer_cannot_be_simulated() -> None:
    asked = with_changes(ranged_scenario(), {"workloads[0].quality.fid_max": 0.5})
    with pytest.raises(RoiError, match="no answer"):
        simulate(asked, two_profiles())


def test_survival_is_the_ratio_of_beta_functions_in_every_draw() -> None:
    asked = ranged_scenario("beta")
    columns = drawn(asked, 200)
    p = columns.values["workloads[0].acceptance.mean"]
    spread = columns.values["workloads[0].acceptance.concentration"]
    made = outcomes(columns, "workloads[0].acceptance", asked.workloads[0].acceptance, [4], 3)[4]
    a, b = p * spread, (1 - p) * spread
    for k in range(3):
        survival = np.exp(special.betaln(a, b + 4 * (k + 1)) - special.betaln(a, b))
        assert made.deliver[k] == pytest.approx(1 - survival, rel=1e-10)
    needed = [np.exp(special.betaln(a, b + 4 * k) - special.betaln(a, b)) for k in range(3)]
    assert made.attempts[2] == pytest.approx(sum(needed), rel=1e-10)


def test_the_queue_of_a_column_is_the_queue_of_each_entry() -> None:
    loads = np.array([0.0, 0.05, 0.051, 0.3, 0.5, 0.8, 0.93, 0.97, 0.99])
    expected = [md1_wait_quantile(float(load), 0.95) for load in loads]
    assert waits_p95(loads) == pytest.approx(expected, rel=1e-11, abs=1e-13)
    assert waits_p95(loads.reshape(3, 3)).shape == (3, 3)


def test_a_spread_has_the_quantiles_of_a_second_implementation() -> None:
    column = np.random.default_rng(1).lognormal(size=997)
    found = spread_of(np.append(column, [np.inf, np.nan]))
    expected = stats.mstats.mquantiles(column, [0.05, 0.5, 0.95], alphap=1, betap=1)
    assert [found.p5, found.p50, found.p95] == pytest.approx(list(expected), rel=1e-12)
    assert found.standard_error == pytest.approx(stats.sem(column), rel=1e-12)
    assert found.draws == 997
    assert spread_of(np.array([1.0, np.inf])) is None


def test_rank_correlation_is_spearmans() -> None:
    numbers = np.random.default_rng(2)
    one = numbers.normal(size=300)
    other = one + numbers.normal(size=300)
    assert rank_correlation(one, other) == pytest.approx(stats.spearmanr(one, other).statistic, rel=1e-12)
    assert rank_correlation(one, np.ones(300)) == 0.0


def test_the_base_verdict_lies_within_the_spread() -> None:
    asked, profiles = demonstration(), library_profiles()
    cost = decision_verdict(decide(asked, profiles)).cost_per_accepted_image
    found = simulate(asked, profiles, draws=4000)
    assert found.cost.p5 < cost < found.cost.p95
    assert found.exact
    assert found.inputs == len(ranged_inputs(asked))
