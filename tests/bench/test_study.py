"""The study on results whose effects are known."""

from dataclasses import replace

import pytest

from bench.errors import StudyError
from bench.library import library_profiles
from bench.profile import Profile
from bench.study.claims import Key
from bench.study.study import Study, study_of
from bench.study.verdict import Answer, Judged, headline
from tests.bench.synthetic_study import Truth, a_fid, a_result, results

TRUTH = Truth()


def only(study: Study, claim: Key) -> Judged:
    found = [one for one in study.judged if one.answer.claim == claim]
    assert len(found) == 1
    return found[0]


def answer(profiles: list[Profile], claim: Key) -> Answer:
    return only(study_of(profiles), claim).answer


def verdict(truth: Truth, claim: Key, seed: int = 7) -> str:
    return only(study_of(results(truth, seed)), claim).verdict


def test_three_models_by_hand() -> None:
    profiles = [
        a_result(model, joules, side=side)
        for model, pair in {"a": (100, 200), "b": (100, 400), "c": (50, 400)}.items()
        for side, joules in zip((512, 1024), pair, strict=True)
    ]
    found = answer(profiles, "resolution")
    assert found.models == (("a", pytest.approx(2.0)), ("b", pytest.approx(4.0)), ("c", pytest.approx(8.0)))
    assert found.n_results == 6
    # Logs are 1, 2, 3 times ln 2: mean 2, s 1, s / sqrt 3 = 0.57735, t(0.975, 2) = 4.30265, reach 2.48414.
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(4.0)
    assert found.estimate.low == pytest.approx(2 ** (2 - 2.48414), rel=1e-4)
    assert found.estimate.high == pytest.approx(2 ** (2 + 2.48414), rel=1e-4)
    assert found.remark == "2x to 8x from model to model; outside the paper's range: c"


@pytest.mark.parametrize(
    ("claim", "truth", "reach"),
    [("resolution", 3.0, 1.01), ("prompt_length", 1.0, 1.01), ("backbone", 2.0, 1.5)],
)
def test_a_known_effect_comes_back_within_its_interval(claim: Key, truth: float, reach: float) -> None:
    known = replace(TRUTH, transformer_ratio=2.0, model_spread=0.3)
    estimate = answer(results(known, seed=12), claim).estimate
    assert estimate is not None
    assert estimate.low <= truth <= estimate.high
    assert estimate.high / estimate.value < reach


def test_intervals_of_the_whole_study_hold_the_doubling_in_19_of_20_studies() -> None:
    truth = replace(TRUTH, models=5, unet_models=3, effect_spread=0.3)
    held = 0
    for seed in range(200):
        estimate = answer(results(truth, seed), "resolution").estimate
        held += estimate is not None and estimate.low <= 3.0 <= estimate.high
    assert 0.92 <= held / 200 <= 0.98


@pytest.mark.parametrize(
    ("claim", "side", "expected"),
    [
        ("spread", {"model_spread": 1.1}, "confirmed"),
        ("spread", {"model_spread": 0.2}, "not confirmed"),
        ("resolution", {"doubling_ratio": 3.0}, "confirmed"),
        ("resolution", {"doubling_ratio": 6.0}, "not confirmed"),
        ("resolution", {"doubling_ratio": 4.7}, "cannot tell"),
        ("backbone", {"transformer_ratio": 3.0, "model_spread": 0.4}, "confirmed"),
        ("backbone", {"transformer_ratio": 0.3, "model_spread": 0.4}, "not confirmed"),
        ("backbone", {"transformer_ratio": 1.2, "model_spread": 1.0}, "cannot tell"),
        ("quantization", {"quantization_ratio": 1.2}, "confirmed"),
        ("quantization", {"quantization_ratio": 0.8}, "not confirmed"),
        ("prompt_length", {"prompt_ratio": 1.0}, "confirmed"),
        ("prompt_length", {"prompt_ratio": 1.01, "effect_spread": 0.005}, "confirmed"),
        ("prompt_length", {"prompt_ratio": 1.2}, "not confirmed"),
        ("prompt_length", {"effect_spread": 0.3}, "cannot tell"),
    ],
)
def test_a_verdict_flips_with_the_side_of_the_effect(
    claim: Key, side: dict[str, float], expected: str
) -> None:
    assert verdict(replace(TRUTH, **side), claim) == expected


def test_few_models_cannot_tell_and_the_reason_counts_them() -> None:
    study = study_of(results(replace(TRUTH, models=2, unet_models=1), seed=3))
    assert {one.verdict for one in study.judged} == {"cannot tell"}
    assert only(study, "resolution").reason == "2 models; at least 3 are needed"
    assert "1 U-Net and 1 Transformer models" in only(study, "backbone").reason


def test_many_repeats_of_few_models_are_still_few_models() -> None:
    profiles = [one for seed in range(5) for one in results(replace(TRUTH, models=2), seed)]
    assert only(study_of(profiles), "quantization").verdict == "cannot tell"


def test_repeats_enter_as_their_geometric_mean() -> None:
    profiles = [a_result(model, 100.0, side=512) for model in "abc"]
    profiles += [a_result(model, joules) for model in "abc" for joules in (200.0, 800.0)]
    found = answer(profiles, "resolution")
    assert found.models == tuple((model, pytest.approx(4.0)) for model in "abc")
    assert found.n_results == 9


@pytest.mark.parametrize(
    "changed", [{"num_inference_steps": 30}, {"dtype": "float16"}, {"batch_size": 2}, {"guidance_scale": 5.0}]
)
def test_results_that_differ_in_another_setting_are_no_pair(changed: dict[str, object]) -> None:
    profiles = [a_result(model, 100.0, side=512) for model in "abc"]
    profiles += [a_result(model, 300.0, side=1024, **changed) for model in "abc"]
    assert answer(profiles, "resolution").n_models == 0


def test_two_boards_are_two_groups_and_never_one_test() -> None:
    one = results(replace(TRUTH, models=6, unet_models=3), seed=1)
    other = results(replace(TRUTH, models=6, unet_models=3), seed=2, board="NVIDIA A100-SXM4-40GB")
    study = study_of([*one, *other])
    assert [group.board for group in study.groups] == ["A100 SXM 40GB", "H100 SXM"]
    assert {one.answer.n_results for one in study.judged if one.answer.claim == "resolution"} == {12}
    halves = [a_result(m, 100.0, side=512) for m in "abc"]
    halves += [a_result(m, 300.0, board="NVIDIA A100-SXM4-40GB") for m in "abc"]
    assert {one.answer.n_models for one in study_of(halves).judged if one.answer.claim == "resolution"} == {0}


def test_two_boundaries_are_two_groups() -> None:
    profiles = [a_result(model, 100.0, side=512) for model in "abc"]
    profiles += [a_result(model, 300.0, boundary="wall") for model in "abc"]
    assert [group.boundary for group in study_of(profiles).groups] == ["gpu", "wall"]


def test_results_without_joules_are_counted_and_left_out() -> None:
    study = study_of([a_result("a", 10.0), a_result("b", None)])
    assert study.n_used == 1
    assert [one.reason for one in study.left_out] == ["no energy figure"]


def test_no_joules_at_all_is_an_error_that_says_so() -> None:
    with pytest.raises(StudyError, match="no energy figure"):
        study_of([a_result("b", None)])


def test_unet_and_transformer_models_meet_under_one_quantization_scheme() -> None:
    found = answer(results(TRUTH, seed=1), "quantization")
    assert (found.where, found.n_models) == ("int8 against none", 17)
    assert found.estimate is not None
    assert found.estimate.value == 1.0
    assert found.remark.startswith("17 of 17 models rise; J/image times 1.2")


def test_prompt_sets_of_like_length_are_compared_for_their_content() -> None:
    profiles = [a_result(model, 100.0, prompts="short") for model in "abcdef"]
    profiles += [a_result(model, 101.0 + n, prompts="other-short") for n, model in enumerate("abcdef")]
    study = study_of(profiles)
    assert only(study, "prompt_length").answer.n_models == 0
    assert only(study, "prompt_content").answer.where == "other-short (8 tokens) against short (8 tokens)"
    assert only(study, "prompt_content").verdict == "not confirmed"


def test_few_step_models_that_look_best_confirm_that_quality_is_not_bought_with_energy() -> None:
    study = study_of([a_result(f"m{n}", 100.0 + n, quality=[a_fid(5.0 + n)]) for n in range(12)])
    found = only(study, "quality")
    assert found.answer.estimate is not None
    assert found.answer.estimate.value == pytest.approx(-1.0)
    assert found.verdict == "confirmed"
    assert found.reason.endswith("m0, m1, m2, m3")


def test_quality_that_rises_with_energy_refutes_it() -> None:
    study = study_of([a_result(f"m{n}", 100.0 + n, quality=[a_fid(50.0 - n)]) for n in range(12)])
    found = only(study, "quality")
    assert found.verdict == "not confirmed"
    assert found.reason.endswith("no model")


def test_quality_of_other_settings_does_not_enter() -> None:
    profiles = [a_result(f"m{n}", 100.0 + n, quality=[a_fid(5.0 + n, match="far")]) for n in range(12)]
    found = only(study_of(profiles), "quality")
    assert found.answer.n_models == 0
    assert found.verdict == "cannot tell"


def test_many_tests_raise_the_bar_and_the_reason_says_so() -> None:
    base = {"a": 100.0, "b": 150.0, "c": 220.0, "d": 330.0, "e": 480.0, "f": 700.0}
    plain = [a_result(model, joules) for model, joules in base.items()]
    rises = [a_result(model, 1.1 * joules, scheme="int8") for model, joules in base.items()]
    study = study_of([*plain, *rises])
    assert only(study, "quantization").p_adjusted == pytest.approx(2 * 2 / 64, rel=1e-9)
    assert study.n_tests == 2
    assert only(study, "quantization").verdict == "cannot tell"
    assert "alone it would decide (p 0.031)" in only(study, "quantization").reason


def test_every_quantization_scheme_is_a_test_of_its_own() -> None:
    profiles = [
        a_result(m, 100.0 * (scheme != "fp8") + 90.0, scheme=scheme)
        for m in "abc"
        for scheme in ("", "int8", "fp8")
    ]
    found = [one.answer for one in study_of(profiles).judged if one.answer.claim == "quantization"]
    assert [(one.where, one.n_results) for one in found] == [
        ("fp8 against none", 6),
        ("int8 against none", 6),
    ]


def test_groups_that_disagree_leave_the_headline_open() -> None:
    up = results(replace(TRUTH, quantization_ratio=1.2), seed=1)
    down = results(replace(TRUTH, quantization_ratio=0.8), seed=2, board="NVIDIA A100-SXM4-40GB")
    judged = study_of([*up, *down]).judged
    assert headline("quantization", judged) == (
        "cannot tell",
        "the groups disagree: 1 confirmed, 1 not confirmed",
    )
    assert headline("quantization", study_of(up).judged) == ("confirmed", "1 confirmed")


def test_an_engine_is_held_fixed_and_never_pooled_with_eager_results() -> None:
    """Small pictures through another engine at a tenth of the joules change no answer about the eager ones."""
    eager = results(TRUTH, seed=1)
    small = [one for one in eager if one.config.width == 512]
    fast = [
        Profile.model_validate(
            dict(one)
            | {"id": f"{one.id}-trt", "config": dict(one.config) | {"engine": "tensorrt"}}
            | {"energy": dict(one.energy or {}) | {"energy_j_per_image": 1.0}}
        )
        for one in small
    ]
    assert fast
    alone = {one.answer.claim: one.answer.models for one in study_of(eager).judged}
    mixed = {one.answer.claim: one.answer.models for one in study_of([*eager, *fast]).judged}
    assert mixed == alone


def test_published_rows_show_a_spread_of_19_among_seven_models_and_decide_one_finding() -> None:
    """SANA 1.5 of 1.6 billion is among the best and the most frugal of five; its FID is its authors' own."""
    study = study_of([one for one in library_profiles() if one.id.startswith("mlenergy-")])
    assert (study.n_used, len(study.groups), study.n_tests) == (157, 4, 6)
    decided = [one for one in study.judged if one.verdict != "cannot tell"]
    assert [(one.answer.claim, one.answer.group.board, one.verdict) for one in decided] == [
        ("quality", "H100 SXM", "confirmed"),
        ("quality", "B200 SXM", "confirmed"),
    ]
    assert all(one.reason.endswith("SANA 1.5 1.6B") for one in decided)
    spreads = [one for one in study.judged if one.answer.claim == "spread"]
    assert [round(one.answer.models[-1][1] / one.answer.models[0][1], 1) for one in spreads] == [
        1.9,
        2.0,
        19.1,
        19.5,
    ]
