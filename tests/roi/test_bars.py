"""Bars on any ruler: what passes, what each alone keeps out and costs, where rulers disagree, who judges anew."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from bench.library import load_profiles, quality_of_model
from bench.profile import Profile
from roi.amounts import unit_price
from roi.decision.decide import decide
from roi.errors import RoiError, ScenarioError
from roi.options import offers
from roi.options.bars import AnyBar, Excluded, rulers
from roi.options.market import market
from roi.output.document import decision_document
from roi.output.failures import failure_sentence
from roi.output.plan.what import _work_lines
from roi.output.rulers import ruler_lines
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from tests.roi.small_case import fid, profile, scenario

GENEVAL = "geneval/original-prompts"
BAR = {"metric": "geneval", "reference": GENEVAL, "at_least": 0.6}
COMMON = (
    "black-forest-labs/FLUX.1-dev",
    "playgroundai/playground-v2.5-1024px-aesthetic",
    "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS",
    "stabilityai/stable-diffusion-xl-base-1.0",
    "Tencent-Hunyuan/HunyuanDiT-v1.2-Diffusers",
    "stabilityai/stable-diffusion-3-medium-diffusers",
)


def with_bars(*bars: dict[str, object], **quality: object) -> Scenario:
    """The small scenario with these bars; other fields of its quality by name."""
    places = {f"workloads[0].quality.{name}": value for name, value in quality.items()}
    return with_changes(scenario(), {"workloads[0].quality.bars": list(bars), **places})


def geneval(value: float, **changes: object) -> dict[str, object]:
    """A GenEval figure of a profile's own."""
    return {**fid(value), "metric": "geneval", "reference": GENEVAL, **changes}


def good() -> Profile:
    """Dear pictures that do what the prompt says."""
    return profile("good", quality=[fid(12.0), geneval(0.7)], energy__energy_j_per_image=9000.0)


def cheap(figure: float = 0.5, **changes: object) -> Profile:
    """Cheap pictures with the better FID."""
    return profile("cheap", quality=[fid(5.0), geneval(figure, **changes)])


def test_a_bar_where_more_is_better_keeps_out_what_lies_below_and_says_so():
    found = market(with_bars(BAR), with_bars(BAR).workloads[0], [good(), cheap()])
    assert {option.offer.id for option in found.options} == {"good"}
    [rejection] = found.rejected
    assert failure_sentence(rejection.first, "en") == (
        "geneval 0.5 on geneval/original-prompts lies below the bar of at least 0.6"
    )
    assert found.rulers.bars[1] == Excluded(
        AnyBar(f"bar_{GENEVAL}", "geneval", GENEVAL, 0.6, True), 2, 1, 0, ("cheap",)
    )


@pytest.mark.parametrize(("figure", "passes"), [(0.6, True), (0.5999, False)])
def test_a_figure_on_the_bar_passes(figure, passes):
    asked = with_bars(BAR)
    assert bool(market(asked, asked.workloads[0], [cheap(figure)]).options) == passes


@pytest.mark.parametrize(("z", "passes"), [(1.0, True), (3.0, False)])
def test_standard_errors_are_held_against_a_figure_on_either_side(z, passes):
    """0.65 less 1 x 0.02 passes 0.6; less 3 x 0.02 = 0.59 does not."""
    asked = with_bars(BAR, z=z)
    assert bool(market(asked, asked.workloads[0], [cheap(0.65, stderr=0.02)]).options) == passes


def test_a_bar_where_less_is_better_keeps_out_what_lies_above():
    bar = {"metric": "cmmd", "reference": "cmmd/ours-500", "at_most": 0.8}
    near, far = (
        profile(name, quality=[fid(5.0), {**fid(value), "metric": "cmmd", "reference": "cmmd/ours-500"}])
        for name, value in (("near", 0.8), ("far", 0.81))
    )
    asked = with_bars(bar)
    found = market(asked, asked.workloads[0], [near, far])
    assert [rejection.first.reason for rejection in found.rejected] == ["cmmd above the bar"]


def test_what_nobody_judged_is_out_for_want_of_a_figure_and_counted_apart():
    asked = with_bars(BAR)
    found = market(asked, asked.workloads[0], [good(), profile("unknown", quality=[fid(5.0)])])
    [rejection] = found.rejected
    assert rejection.first.reason == f"no geneval on {GENEVAL}"
    assert (found.rulers.bars[1].judged, found.rulers.bars[1].alone, found.rulers.bars[1].unjudged) == (
        1,
        0,
        1,
    )


def test_without_an_fid_bar_a_model_needs_no_fid():
    asked = with_bars(BAR, fid_max=None)
    decision = decide(asked, [profile("only", quality=[geneval(0.7)])])
    assert (decision.status, decision.verified) == ("optimal", True)


@pytest.mark.parametrize(
    ("bar", "sentence"),
    [
        ({**BAR, "at_most": 0.9}, "give at_least or at_most, one of the two"),
        ({"metric": "geneval", "reference": GENEVAL}, "give at_least or at_most"),
        ({"metric": "geneval", "reference": GENEVAL, "at_most": 0.6}, "a larger geneval is the better one"),
        ({"metric": "cmmd", "reference": "cmmd/ours", "at_least": 1}, "a smaller cmmd is the better one"),
        ({"metric": "hpsv3", "reference": GENEVAL, "at_least": 1}, "a reference begins so"),
        ({"metric": "fid", "reference": "fid/mjhq-30k", "at_most": 9}, "fid_max and a bar stand on"),
    ],
)
def test_a_bar_that_cannot_be_meant_is_refused_with_what_to_write(bar, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        with_bars(bar)


def test_a_workload_without_any_bar_is_refused():
    with pytest.raises(ScenarioError, match="give fid_max or bars"):
        with_bars(fid_max=None)


def test_a_ruler_that_nobody_knows_is_named_with_those_that_are_known():
    asked = with_bars({**BAR, "reference": "geneval/rewritten"})
    with pytest.raises(
        RoiError,
        match=r"'geneval/rewritten' is unknown.*known: geneval/cogview4-table, geneval/original-prompts",
    ):
        decide(asked, [good()])


def test_the_answer_says_what_a_bar_costs():
    """Without the bar the cheap pictures serve: the difference of the two answers is the bar's price."""
    often = {"workloads[0].acceptance_by_model": {"test/cheap": {"kind": "alike", "mean": 0.9}}}
    asked, profiles = with_changes(with_bars(BAR), often), [good(), cheap()]
    decision, free = decide(asked, profiles), decide(with_changes(scenario(), often), profiles)
    [without] = decision.without_bar["pictures"]
    assert without.option.offer.id == "cheap"
    assert without.cost_per_accepted_image == pytest.approx(free.cost_per_accepted_image, rel=1e-12)
    extra = decision.cost_per_accepted_image - free.cost_per_accepted_image
    assert extra > 1e-3
    first, *_ = ruler_lines(decision, asked.workloads[0], decision.choices[0], "en")
    assert f"the bar costs {unit_price(extra, 'JPY', 'en')} a picture" in first
    assert "This bar alone excludes 1 of the 2 options judged on it: cheap." in first


def test_a_bar_that_keeps_nothing_out_is_called_no_proof():
    asked = with_bars({**BAR, "at_least": 0.1})
    decision = decide(asked, [good(), cheap()])
    lines = list(ruler_lines(decision, asked.workloads[0], decision.choices[0], "en"))
    assert "This bar excludes none of the 2 options judged on it: it proves nothing here." in lines[0]
    assert decision.without_bar == {"pictures": ()}


def test_rulers_that_order_models_otherwise_are_named():
    asked = with_bars({**BAR, "at_least": 0.1})
    decision = decide(asked, [good(), cheap()])
    *_, last = ruler_lines(decision, asked.workloads[0], decision.choices[0], "en")
    assert last == (
        "fid/mjhq-30k and geneval/original-prompts disagree on 1 of 1 pairs of models; the best is cheap by the "
        "first, good by the second."
    )


def test_when_no_model_meets_a_bar_the_relaxation_names_what_it_would_have_to_become():
    decision = decide(with_bars({**BAR, "at_least": 0.9}), [good(), cheap()])
    assert decision.status == "infeasible"
    assert decision.binding == (f"bar_{GENEVAL}",)
    changes = {change.needed for relaxation in decision.relaxations for change in relaxation.changes}
    assert 0.7 in changes


def test_a_pipeline_that_forgets_a_bar_is_not_verified(monkeypatch):
    """The second judge reads the bars from the raw document."""
    monkeypatch.setattr(offers, "bar_failures", lambda *_: ())
    decision = decide(with_bars(BAR), [good(), cheap()], near=False)
    assert decision.choices[0].option.offer.id == "cheap"
    assert not decision.verified
    assert "bar" in {check.name for check in decision.verification.failed}


@pytest.mark.parametrize("near", [0.6, 0.55])
def test_plan_and_recommend_hold_the_same_bars(near):
    asked = with_bars({**BAR, "at_least": near})
    profiles = [good(), cheap(0.58)]
    assert plan(asked, profiles, explained=False).choices[0].option.offer.id == (
        decide(asked, profiles, near=False).choices[0].option.offer.id
    )


def test_geneval_of_0_6_excludes_pixart_sigma_and_the_page_says_what_that_costs():
    asked = with_changes(demonstration(), {"workloads[0].quality.bars": [BAR]})
    decision = decide(asked, load_profiles())
    assert decision.choices[0].option.offer.model_name == "Stable Diffusion 3 Medium"
    assert decision.verified
    assert "PixArt-Σ" in decision.rulers["product-pictures"].bars[1].models
    lines = list(ruler_lines(decision, asked.workloads[0], decision.choices[0], "en"))
    assert "PixArt-Σ (1024x1024, 20 steps, bf16, batch 4) / Verda H100 Finland would serve" in lines[0]
    document = decision_document(decision, "en")["quality_rulers"]["product-pictures"]["bars"][1]
    assert document["without"]["cost_per_accepted_image"] <= decision.cost_per_accepted_image + 1e-9


def test_fid_does_not_follow_hpsv3_on_the_six_models_that_both_judge():
    """Spearman -0.37 of the FID, where less is better, with HPSv3, where more is: 1 - 6 x 48 / (6 x 35)."""
    size = (1024, 1024)
    fids = [quality_of_model(model, "fid/mjhq-30k", size).value for model in COMMON]
    people = [quality_of_model(model, "hpsv3/hpdv3-all", size).value for model in COMMON]
    assert spearmanr(fids, people).statistic == pytest.approx(1 - 6 * 48 / 210)
    assert np.argmin(fids) != np.argmax(people)


def test_rulers_are_compared_on_models_that_both_judge_alone():
    asked = with_bars(BAR)
    found = market(asked, asked.workloads[0], [good(), profile("lonely", quality=[fid(3.0)])])
    assert rulers(asked.workloads[0], found.offers, asked.limits).disagreements == ()


def test_the_page_of_a_plan_says_what_is_used_has_on_every_ruler():
    decision = plan(with_bars(BAR), [good(), cheap()], explained=False)
    [choice] = decision.choices
    lines = list(_work_lines(decision, choice, "en"))
    assert any(line.startswith(f"geneval 0.7 on {GENEVAL}, bar at least 0.6") for line in lines)
