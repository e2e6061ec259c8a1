"""Monte Carlo against a loop of decisions over the same draws, and its statistics against other routes."""

import numpy as np
import pytest
from scipy import special, stats

from bench.library import library_profiles
from bench.profile import Profile
from roi.decision.answer import Decision
from roi.decision.decide import decide
from roi.errors import RoiError
from roi.options.market import market
from roi.output.sensitivity.labels import chance_words
from roi.planning.sole_source import cash_alone, steering_alone
from roi.planning.today import present_in
from roi.queueing import md1_wait_quantile, wait_quantiles
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.effective import resolved
from roi.scenario.load import demonstration
from roi.sensitivity.inputs import ranged_inputs
from roi.sensitivity.montecarlo.answer import Simulation
from roi.sensitivity.montecarlo.attempts import outcomes
from roi.sensitivity.montecarlo.cells import Cells, cells_of
from roi.sensitivity.montecarlo.deciding import Decided, decided
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import draw, drawable
from roi.sensitivity.montecarlo.gates import figure_draws, figure_place
from roi.sensitivity.montecarlo.pricing import priced
from roi.sensitivity.montecarlo.setting import setting_of
from roi.sensitivity.montecarlo.simulate import simulate_decision
from roi.sensitivity.montecarlo.spread import rank_correlation, spread_of
from roi.sensitivity.montecarlo.work import Asked
from roi.sensitivity.verdicts import decision_verdict, fixed_decision_judge
from tests.roi.drawn_cases import CASES, CHANGING, MODEL_COST, alone
from tests.roi.sensitivity_cases import drawn_scenarios, ranged_scenario, two_profiles
from tests.roi.small_case import SECOND, fid, profile, scenario

SIZE = 6
SEED = 7


def drawn(asked: Scenario, size: int = SIZE) -> Drawn:
    return Drawn(resolved(asked), draw(drawable(ranged_inputs(asked)), size, SEED).values, size)


def simulate(asked: Scenario, profiles: list[Profile], *, draws: int, seed: int = 1) -> Simulation:
    found = decide(asked, profiles, near=False)
    return simulate_decision(found, profiles, draws=draws, seed=seed, shape="triangular")


def cells(asked: Scenario, profiles: list[Profile]) -> Cells:
    return cells_of(asked, market(asked, asked.workloads[0], profiles))


def each_draw(asked: Scenario, columns: Drawn) -> list[Scenario]:
    return list(drawn_scenarios(asked, drawable(ranged_inputs(asked)), columns.values, columns.size))


def pick_of(there: Cells, row: int) -> tuple[str, str, int, int]:
    cell, attempts = divmod(row, there.attempts_max)
    return (there.offers[cell].id, there.offers[cell].supply, int(there.images[cell]), attempts + 1)


def agrees(there: Cells, anew: Decided, number: int, decision: Decision) -> bool:
    """Whether a draw is what was decided; where several supplies serve, it may only be dearer."""
    cost = decision.cost_per_accepted_image
    if cost is None:
        return not anew.answered[number]
    if len(decision.choices) > 1:
        return not anew.proven[number] and bool(anew.cash[number] >= cost * (1 - 1e-9))
    same = pick_of(there, int(anew.row[number])) == decision.choices[0].option.key
    return same and float(anew.cash[number]) == pytest.approx(cost, rel=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_every_draw_is_decided_as_recommend_decides_on_its_scenario(case: str) -> None:
    asked, profiles = CASES[case](), two_profiles()
    columns, there = drawn(asked), cells(asked, two_profiles())
    anew = decided(there, columns, present_in(asked, profiles), np.array([0]))
    decisions = [decide(each, profiles, near=False) for each in each_draw(asked, columns)]
    assert [n for n, decision in enumerate(decisions) if not agrees(there, anew, n, decision)] == []
    assert sum(len(decision.choices) == 1 for decision in decisions) >= SIZE // 3


def test_every_draw_of_the_demonstration_is_decided_as_recommend_decides() -> None:
    """Machines that are paid by the hour tie profiles that fill the same number of them: carbon settles."""
    asked, profiles = demonstration(), list(library_profiles())
    inputs = drawable(ranged_inputs(asked))
    columns, there = Drawn(resolved(asked), draw(inputs, 12, 3).values, 12), cells(asked, profiles)
    anew = decided(there, columns, present_in(asked, profiles), np.array([0]))
    decisions = [decide(each, profiles, near=False) for each in each_draw(asked, columns)]
    assert [n for n, decision in enumerate(decisions) if not agrees(there, anew, n, decision)] == []
    assert anew.proven.all()


@pytest.mark.parametrize(
    "case", ["prompts alike", "a model costs to keep", "carbon steers", "a longest wait"]
)
def test_every_option_of_every_draw_costs_what_it_costs_alone_and_gates_close_the_others(case: str) -> None:
    asked, profiles = CASES[case](), two_profiles()
    columns, there, present = drawn(asked), cells(asked, profiles), present_in(asked, profiles)
    found = priced(Asked(setting_of(columns, present), there))
    for number, each in enumerate(each_draw(asked, columns)):
        options = market(each, each.workloads[0], profiles).options
        steering, cash = steering_alone(each, options, present), cash_alone(each, options, present)
        passing = {
            pick_of(there, row): (found.steering[row, number], found.cash[row, number])
            for row in np.flatnonzero(found.passes[:, number]).tolist()
        }
        expected = zip(options, steering, cash, strict=True)
        assert passing == {
            option.key: (pytest.approx(one, rel=1e-9), pytest.approx(other, rel=1e-9))
            for option, one, other in expected
        }


def test_a_drawn_fid_decides_as_a_profile_with_that_fid_would() -> None:
    asked = with_changes(alone("rented"), {"workloads[0].quality.fid_max": 10.4})
    profiles = [
        profile("one", quality=[fid(10.0, stderr=0.5)]),
        profile("two", quality=[fid(10.9, stderr=0.9)]),
    ]
    there = cells(asked, profiles)
    fids = figure_draws(there, SIZE, SEED)
    columns = Drawn(resolved(asked), {**drawn(asked).values, **fids}, SIZE)
    anew = decided(there, columns, present_in(asked, profiles), np.array([0]))
    closed = 0
    for number, each in enumerate(each_draw(asked, columns)):
        decision = decide(each, [_with_fid(one, float(fids[_fid_place(one)][number])) for one in profiles])
        closed += not decision.choices
        assert agrees(there, anew, number, decision)
    assert 0 < closed < SIZE


GENEVAL = {"metric": "geneval", "reference": "geneval/original-prompts"}


def geneval(value: float, stderr: float | None = None) -> dict[str, object]:
    """A GenEval figure of a profile's own."""
    return {**fid(value), **GENEVAL, "stderr": stderr}


def test_a_drawn_figure_on_any_bar_decides_as_a_profile_with_that_figure_would() -> None:
    """GenEval 0.62 +- 0.02 against 0.6, and 0.59 +- 0.02, which the bar keeps out as things stand."""
    asked = with_changes(
        alone("rented"),
        {"workloads[0].quality.fid_max": None, "workloads[0].quality.bars": [{**GENEVAL, "at_least": 0.6}]},
    )
    profiles = [
        profile("one", quality=[geneval(0.62, 0.02)]),
        profile("two", quality=[geneval(0.59, 0.02)]),
    ]
    there, size = cells(asked, profiles), 24
    figures = figure_draws(there, size, SEED)
    columns = Drawn(resolved(asked), {**drawn(asked, size).values, **figures}, size)
    anew = decided(there, columns, present_in(asked, profiles), np.array([0]))
    closed = 0
    for number, each in enumerate(each_draw(asked, columns)):
        exact = [
            profile(one.config.model_name, quality=[geneval(float(figures[_fid_place(one)][number]))])
            for one in profiles
        ]
        decision = decide(each, exact)
        closed += not decision.choices
        assert agrees(there, anew, number, decision)
    assert 0 < closed < size


def _fid_place(one: Profile) -> str:
    return figure_place(one.config.model_id, one.quality[0])


def _with_fid(one: Profile, value: float) -> Profile:
    return profile(one.config.model_name, quality=[fid(value)])


def test_the_kept_choice_costs_what_pricing_it_anew_costs() -> None:
    asked, profiles = against_growth(), two_profiles()
    decision = decide(asked, profiles)
    keep, columns = fixed_decision_judge(decision, profiles), drawn(asked)
    found = simulate(asked, profiles, draws=SIZE, seed=SEED)
    again = [keep(each).cost_per_accepted_image for each in each_draw(asked, columns)]
    assert len(decision.choices) == 1
    assert found.costs == pytest.approx(again, rel=1e-9)


def against_growth() -> Scenario:
    """One supply in whole units, more of which are needed from year to year."""
    return alone("rented", CHANGING, {"model_cost": MODEL_COST})


def test_two_workloads_share_the_units_and_the_model_that_they_keep() -> None:
    """Each at 30 h a month of the eight boards' 365: one instance serves both, and is paid once."""
    base = alone("rented")
    first = {**base.workloads[0].model_dump(mode="json"), "images_per_month": 50000}
    asked = with_changes(base, {"workloads": [first, SECOND], "model_cost": MODEL_COST})
    profiles = two_profiles()
    decision = decide(asked, profiles)
    keep, columns = fixed_decision_judge(decision, profiles), drawn(asked)
    found = simulate(asked, profiles, draws=SIZE, seed=SEED)
    again = [keep(each).cost_per_accepted_image for each in each_draw(asked, columns)]
    assert found.costs == pytest.approx(again, rel=1e-9)
    assert max(year.units for year in decision.fleet) == 1
    assert found.proven == 0.0


def test_a_choice_of_several_supplies_is_kept_with_its_shares() -> None:
    """More than one server can do, and one to be had: the rest is rented, and pricing it anew may move it."""
    base = ranged_scenario()
    kept = [each.model_dump(mode="json") for each in base.supplies[:2]]
    volume = {"value": 2_000_000, "low": 1_800_000, "high": 2_200_000}
    asked = with_changes(base, {"supplies": kept, "workloads[0].images_per_month": volume})
    asked = with_changes(asked, {"supplies[1].units_max": 1})
    profiles = two_profiles()
    decision = decide(asked, profiles)
    assert sorted(choice.option.offer.supply for choice in decision.choices) == ["owned", "rented"]
    keep, columns = fixed_decision_judge(decision, profiles), drawn(asked)
    found = simulate(asked, profiles, draws=SIZE, seed=SEED)
    again = np.array([keep(each).cost_per_accepted_image for each in each_draw(asked, columns)])
    assert np.all(found.costs >= again * (1 - 1e-9))
    assert found.proven < 1.0
    rent = [
        decide(
            with_changes(each, {"supplies": [each.supplies[0].model_dump(mode="json")]}), profiles, near=False
        ).cost_per_accepted_image
        or np.inf
        for each in each_draw(asked, columns)
    ]
    # The server is too small to be the only source: rented nodes alone are all that the two may be dearer than.
    # Where not even they answer, the model itself fails.
    assert kept[0]["name"] == "rented"
    assert found.workloads[0].stays_best == np.mean(np.isfinite(rent) & (found.costs <= np.array(rent)))


def test_what_one_supply_alone_offers_is_proven_and_what_may_be_mixed_is_not() -> None:
    one = scenario({"labour.wage_per_h": {"value": 3600, "low": 3000, "high": 4000}})
    assert simulate(one, [profile()], draws=20).proven == 1.0
    assert simulate(with_changes(one, {"workloads[0].mix": True}), [profile()], draws=20).proven == 0.0


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
    assert [bar.asked.rule for bar in known.bars] == ["fid_max"]
    assert known.bars[0].probability == pytest.approx(stats.norm.cdf(1.0), rel=1e-12)
    assert known.passes == pytest.approx(stats.norm.cdf(1.0), abs=4 * 0.0026)
    unknown = simulate(asked, [profile("one")], draws=10, seed=SEED).workloads[0]
    assert unknown.bars[0].probability is None
    assert unknown.passes == 1.0


def test_every_bar_has_a_chance_of_its_own_and_the_choice_passes_where_all_hold() -> None:
    """FID 10 +- 0.5 under 10.5: 84.1 %; GenEval 0.61 +- 0.01 over 0.6: 84.1 %; both, drawn apart: 70.8 %."""
    asked = with_changes(
        scenario(),
        {
            "workloads[0].quality.fid_max": 10.5,
            "workloads[0].quality.bars": [{**GENEVAL, "at_least": 0.6}],
            "labour.wage_per_h": {"value": 3600, "low": 3000, "high": 4000},
        },
    )
    both = [profile("one", quality=[fid(10.0, stderr=0.5), geneval(0.61, 0.01)])]
    known = simulate(asked, both, draws=20000, seed=SEED).workloads[0]
    one = stats.norm.cdf(1.0)
    assert [bar.probability for bar in known.bars] == [pytest.approx(one, rel=1e-9)] * 2
    assert known.passes == pytest.approx(one * one, abs=4 * 0.0033)
    stated = [profile("one", quality=[fid(10.0, stderr=0.5), geneval(0.61)])]
    half = simulate(asked, stated, draws=10, seed=SEED).workloads[0]
    words = [chance_words(bar, "en") for bar in half.bars]
    assert words[0] == "FID on fid/mjhq-30k, at most 10.5: holds with a probability of 84.1%"
    assert words[1].startswith(
        "geneval on geneval/original-prompts, at least 0.6: how surely it holds nobody"
    )


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
        simulate(asked, two_profiles(), draws=SIZE)


def test_survival_is_the_ratio_of_beta_functions_in_every_draw() -> None:
    asked = ranged_scenario("beta")
    columns = drawn(asked, 200)
    p = columns.values["workloads[0].acceptance.mean"]
    spread = columns.values["workloads[0].acceptance.concentration"]
    made = outcomes(columns, columns.scenario.workloads[0].acceptance, [4], 3)[4]
    a, b = p * spread, (1 - p) * spread
    for k in range(3):
        survival = np.exp(special.betaln(a, b + 4 * (k + 1)) - special.betaln(a, b))
        assert made.deliver[k] == pytest.approx(1 - survival, rel=1e-10)
    needed = [np.exp(special.betaln(a, b + 4 * k) - special.betaln(a, b)) for k in range(3)]
    assert made.attempts[2] == pytest.approx(sum(needed), rel=1e-10)


def test_the_queue_of_a_column_is_the_queue_of_each_entry() -> None:
    loads = np.array([0.0, 0.05, 0.051, 0.3, 0.5, 0.8, 0.93, 0.97, 0.99])
    expected = [md1_wait_quantile(float(load), 0.95) for load in loads]
    assert wait_quantiles(loads, 0.95) == pytest.approx(expected, rel=1e-11, abs=1e-13)
    assert wait_quantiles(loads.reshape(3, 3), 0.95).shape == (3, 3)


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
    assert found.proven > 0.99
    assert found.inputs == len(ranged_inputs(asked))
