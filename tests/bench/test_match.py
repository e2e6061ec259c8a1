from dataclasses import replace

import pytest

from bench.library import library_profiles
from bench.match import Settings, best, match, settings_of_config
from bench.profile import Match, Quality, Source

RUN = Settings(
    model_id="sdxl",
    model_name="SDXL",
    other_versions=("sdxl-0.9",),
    size=(1024, 1024),
    calls=50,
    calls_text="50 denoiser calls",
    guidance_scale=5.0,
    quantization=frozenset(),
)
FIGURE = replace(RUN, other_versions=(), guidance_scale=None)


def quality(value: float, verdict: Match, metric: str = "fid", citation: str = "a paper") -> Quality:
    return Quality(
        metric=metric, value=value, reference=f"{metric}/r", source=Source(citation=citation), match=verdict
    )


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (FIGURE, "exact"),
        (replace(FIGURE, calls=100), "near"),
        (replace(FIGURE, calls=25), "near"),
        (replace(FIGURE, calls=101), "far"),
        (replace(FIGURE, calls=24), "far"),
        (replace(FIGURE, calls_stated=False), "near"),
        (replace(FIGURE, version_stated=False), "near"),
        (replace(FIGURE, size=None), "near"),
        (replace(FIGURE, quantization=None), "near"),
        (replace(FIGURE, calls=None), "unstated"),
        (replace(FIGURE, calls=None, size=None), "unstated"),
        (replace(FIGURE, size=(512, 512)), "far"),
        (replace(FIGURE, calls=None, size=(512, 512)), "far"),
        (replace(FIGURE, quantization=frozenset({"int4"})), "far"),
        (replace(FIGURE, model_id="sdxl-0.9"), "other_version"),
    ],
)
def test_a_figure_matches_by_what_its_source_states(figure: Settings, verdict: Match) -> None:
    assert match(RUN, figure)[0] == verdict


def test_a_quantized_run_has_no_claim_on_a_figure_that_is_silent_on_quantization() -> None:
    run = replace(RUN, quantization=frozenset({"int8"}))
    verdict, note = match(run, replace(FIGURE, quantization=None))
    assert verdict == "far"
    assert "not quantized beside quantized (int8)" in note


def test_the_same_quantization_on_both_sides_is_exact() -> None:
    scheme = frozenset({"svdquant int w4a4"})
    assert match(replace(RUN, quantization=scheme), replace(FIGURE, quantization=scheme))[0] == "exact"


def test_a_cache_changes_the_pictures() -> None:
    verdict, note = match(replace(RUN, cache="teacache 0.2"), FIGURE)
    assert verdict == "far"
    assert "teacache 0.2" in note


def test_a_run_without_calls_matches_as_unstated() -> None:
    assert match(replace(RUN, calls=None), FIGURE) == (
        "unstated",
        "the profile does not state its denoiser calls",
    )


def test_a_figure_of_another_model_is_no_match_at_all() -> None:
    with pytest.raises(ValueError, match="no version of SDXL"):
        match(RUN, replace(FIGURE, model_id="flux"))


def test_the_better_match_wins_over_the_worse_value() -> None:
    near = (replace(FIGURE, calls=100), quality(19.0, "near"))
    far = (replace(FIGURE, calls=4), quality(30.0, "far"))
    assert best([far, near], RUN).value == 19.0


def test_the_nearest_number_of_calls_wins_among_equal_matches() -> None:
    one = (replace(FIGURE, calls=1), quality(24.57, "far"))
    four = (replace(FIGURE, calls=4), quality(23.19, "far"))
    assert best([one, four], RUN).value == 23.19


def test_the_nearest_guidance_wins_among_equal_calls() -> None:
    six = (replace(FIGURE, calls=100, guidance_scale=6.0), quality(19.36, "near"))
    eight = (replace(FIGURE, calls=100, guidance_scale=8.0), quality(20.39, "near"))
    assert best([eight, six], RUN).value == 19.36
    assert best([eight, six], replace(RUN, guidance_scale=9.0)).value == 20.39


def test_the_worse_value_wins_when_nothing_else_decides() -> None:
    fids = [(FIGURE, quality(19.0, "near")), (FIGURE, quality(20.0, "near"))]
    scores = [(FIGURE, quality(value, "near", metric="clip_score")) for value in (0.30, 0.33)]
    assert best(fids, RUN).value == 20.0
    assert best(scores, RUN).value == 0.30


def test_a_tie_ends_at_the_citation() -> None:
    pair = [(FIGURE, quality(19.0, "near", citation=name)) for name in ("b", "a")]
    assert best(pair, RUN).source.citation == best(pair[::-1], RUN).source.citation == "a"


def test_calls_that_a_profile_does_not_state_are_steps_times_calls_per_step() -> None:
    by_model = {one.config.model_name: settings_of_config(one.config) for one in library_profiles()}
    assert by_model["Stable Diffusion XL Base 1.0"].calls == 50
    assert by_model["Stable Diffusion XL Turbo"].calls == 25
    assert by_model["FLUX.1 Dev"].calls == 50
    assert by_model["Hunyuan-DiT 1.2"].calls == 100
    assert not by_model["FLUX.1 Dev"].calls_stated
    assert "25 steps x 2, not stated" in by_model["Stable Diffusion XL Base 1.0"].calls_text


def test_guidance_of_one_or_less_halves_the_calls() -> None:
    sdxl = next(
        one.config for one in library_profiles() if one.config.model_name.startswith("Stable Diffusion XL B")
    )
    unguided = sdxl.model_validate(dict(sdxl) | {"guidance_scale": 1.0})
    assert settings_of_config(unguided).calls == 25
