import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bench.library import library_profiles
from bench.match import best, match
from bench.match_settings import Settings, settings_of_config
from bench.models import Intended
from bench.profile import MATCHES, Config, Match, Quality, Source

INTENDED = Intended(
    num_inference_steps=50,
    guidance_scale=5.0,
    guidance="doubles",
    width=1024,
    height=1024,
    source=Source(citation="a card"),
)
RUN = Settings(
    model_id="sdxl",
    model_name="SDXL",
    other_versions=("sdxl-0.9",),
    size=(1024, 1024),
    calls=50,
    calls_text="50 denoiser calls",
    guidance_scale=5.0,
    quantization=frozenset(),
    intended=INTENDED,
)
FIGURE = replace(RUN, party="the source", other_versions=(), guidance_scale=None, intended=None)


def quality(value: float, verdict: Match, metric: str = "fid", citation: str = "a paper") -> Quality:
    return Quality(
        metric=metric, value=value, reference=f"{metric}/r", source=Source(citation=citation), match=verdict
    )


SILENT = None
KEPT = "unstated where the intended use fills it, else far"

CALLS: dict[tuple[str, int | None], str] = {
    ("100", 100): "exact",
    ("100", 50): "near",
    ("100", 200): "near",
    ("100", 49): "far",
    ("100", SILENT): KEPT,
    ("100 from steps", 100): "near",
    ("100 from steps", 50): "near",
    ("100 from steps", 200): "near",
    ("100 from steps", 49): "far",
    ("100 from steps", SILENT): KEPT,
    ("49", 100): "far",
    ("49", 50): "near",
    ("49", 200): "far",
    ("49", 49): "exact",
    ("49", SILENT): "far",
    ("silent", 100): KEPT,
    ("silent", 50): KEPT,
    ("silent", 200): KEPT,
    ("silent", 49): "far",
    ("silent", SILENT): KEPT,
}
"""Calls of the run and of the figure; 100 are intended."""

SIZES: dict[str, str] = {
    "alike": "exact",
    "other": "far",
    "silent": "near where the run's is intended, else far",
}
VERSIONS: dict[str, Match] = {"stated": "exact", "figure silent": "unstated", "run silent": "unstated"}
QUANTIZATION: dict[tuple[str | None, str | None], Match] = {
    ("none", "none"): "exact",
    ("none", "int4"): "far",
    ("none", SILENT): "near",
    ("int4", "none"): "far",
    ("int4", "int4"): "exact",
    ("int4", SILENT): "far",
    (SILENT, "none"): "near",
    (SILENT, "int4"): "far",
    (SILENT, SILENT): "near",
}
"""Of the run and of the figure."""


def combinations() -> Iterator[tuple[Settings, Settings, Match]]:
    """Every combination of what either side states, and the worst of its aspects' outcomes."""
    for calls, size, version, scheme, cache, known, intended_size in itertools.product(
        CALLS, SIZES, VERSIONS, QUANTIZATION, (None, "teacache"), (True, False), (True, False)
    ):
        at = (1024, 1024) if intended_size else (512, 512)
        filled = known and intended_size
        run = replace(
            RUN,
            size=at,
            calls={"silent": None, "49": 49}.get(calls[0], 100),
            calls_stated=calls[0] != "100 from steps",
            calls_text="its calls",
            version_silence="weights of a name" if version == "run silent" else "",
            quantization=schemes(scheme[0]),
            cache=cache,
            intended=INTENDED if known else None,
        )
        figure = replace(
            FIGURE,
            size={"alike": at, "other": (768, 768), "silent": None}[size],
            calls=calls[1],
            version_silence="which version" if version == "figure silent" else "",
            quantization=schemes(scheme[1]),
        )
        outcomes: list[Any] = [
            ("unstated" if filled else "far") if CALLS[calls] == KEPT else CALLS[calls],
            ("near" if filled else "far") if size == "silent" else SIZES[size],
            VERSIONS[version],
            QUANTIZATION[scheme],
            "far" if cache else "exact",
        ]
        yield run, figure, max(outcomes, key=MATCHES.index)


def schemes(name: str | None) -> frozenset[str] | None:
    return None if name is None else frozenset({name} - {"none"})


def test_every_combination_of_statements_and_silences_has_the_worst_outcome_of_its_aspects() -> None:
    cases = list(combinations())
    assert len(cases) == 20 * 3 * 3 * 9 * 2 * 2 * 2
    wrong = [(run, figure) for run, figure, expected in cases if match(run, figure)[0] != expected]
    assert wrong == []
    assert {expected for _, _, expected in cases} == {"exact", "near", "unstated", "far"}


def test_a_silence_is_never_exact_and_always_told() -> None:
    for run, figure, _ in combinations():
        verdict, note = match(run, figure)
        silent = None in (run.calls, figure.calls, figure.size, run.quantization, figure.quantization)
        assert not silent or verdict != "exact"
        assert note.count("the source does not state its size") == (figure.size is None)
        assert ("its denoiser calls" in note) == (None in (run.calls, figure.calls))
        assert (", taken as none" in note) == (None in (run.quantization, figure.quantization))


def test_another_version_is_no_more_than_that() -> None:
    assert match(RUN, replace(FIGURE, model_id="sdxl-0.9"))[0] == "other_version"


@pytest.mark.parametrize(
    ("calls", "verdict"), [(1, "far"), (49, "far"), (50, "unstated"), (200, "unstated"), (201, "far")]
)
def test_a_figure_at_unstated_calls_stands_for_half_to_twice_the_intended_ones(
    calls: int, verdict: str
) -> None:
    run = replace(RUN, calls=calls, calls_text=f"{calls} calls")
    assert match(run, replace(FIGURE, calls=None))[0] == verdict


@pytest.mark.parametrize(
    ("calls", "verdict"), [(1, "unstated"), (4, "unstated"), (8, "unstated"), (9, "far"), (25, "far")]
)
def test_where_a_card_names_several_step_counts_the_nearest_one_counts(calls: int, verdict: str) -> None:
    """1 to 4 steps without guidance, as of SDXL-Turbo: 1 to 4 calls, so that 8 are twice the most."""
    turbo = INTENDED.model_validate(
        dict(INTENDED) | {"num_inference_steps": 1, "steps_min": 1, "steps_max": 4, "guidance_scale": 0.0}
    )
    run = replace(RUN, calls=calls, calls_text=f"{calls} calls", intended=turbo)
    assert match(run, replace(FIGURE, calls=None))[0] == verdict


def test_the_note_says_what_is_silent_and_what_was_taken_the_worst_first() -> None:
    silent = replace(FIGURE, calls=None, size=None, quantization=None)
    assert match(RUN, silent)[1] == (
        "the source does not state its denoiser calls, taken as the 100 denoiser calls that SDXL is meant for, "
        "beside 50 denoiser calls; the source does not state its size, taken as the intended 1024 x 1024; "
        "the source does not mention quantization, taken as none"
    )
    assert match(replace(RUN, size=(512, 512)), replace(silent, calls=50, calls_text="50 calls"))[1] == (
        "the source does not state its size and 512 x 512 is not the 1024 x 1024 that SDXL is meant for; "
        "the source does not mention quantization, taken as none; 50 calls beside 50 denoiser calls"
    )
    seller = replace(RUN, party="the seller", calls=None, quantization=None)
    assert match(seller, silent)[1].startswith(
        "neither the source nor the seller states its denoiser calls, taken"
    )
    assert match(seller, silent)[1].endswith(
        "neither the source nor the seller mentions quantization, taken as none"
    )


def test_calls_outside_the_intended_ones_are_set_against_them() -> None:
    one = replace(RUN, calls=1, calls_text="1 denoiser call")
    assert match(one, replace(FIGURE, calls=None))[1] == (
        "the source does not state its denoiser calls and 1 denoiser call against the 100 denoiser calls that SDXL "
        "is meant for is beyond a factor of 2"
    )


def test_silence_about_a_model_of_which_nobody_states_the_intended_use_matches_nothing() -> None:
    """A model of one's own, say: no figure without settings may speak for it."""
    own = replace(RUN, intended=None)
    assert match(own, replace(FIGURE, calls=None)) == (
        "far",
        "the source does not state its denoiser calls and nobody states how many SDXL is meant for",
    )
    assert match(own, replace(FIGURE, size=None))[0] == "far"
    assert match(own, FIGURE)[0] == "exact"


def test_weights_that_only_their_name_makes_known_leave_the_version_open() -> None:
    sdxl = config_of("Stable Diffusion XL Base 1.0")
    named = settings_of_config(sdxl.model_validate(dict(sdxl) | {"model_id": "ours/few-step"}))
    figure = replace(FIGURE, model_id=named.model_id, calls=named.calls)
    verdict, note = match(named, figure)
    assert verdict == "unstated"
    assert note.startswith(
        "the weights ours/few-step are known by the profile's name for them alone, taken as Stable"
    )
    assert settings_of_config(sdxl).version_silence == ""


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
    by_model = {
        one.config.model_name: settings_of_config(one.config)
        for one in library_profiles()
        if one.config.denoiser_calls is None
    }
    assert by_model["Stable Diffusion XL Base 1.0"].calls == 50
    assert by_model["Stable Diffusion XL Turbo"].calls == 25
    assert by_model["FLUX.1 Dev"].calls == 50
    assert by_model["Hunyuan-DiT 1.2"].calls == 100
    assert not by_model["FLUX.1 Dev"].calls_stated
    assert "25 steps x 2, not stated" in by_model["Stable Diffusion XL Base 1.0"].calls_text


def config_of(name: str) -> Config:
    return next(one.config for one in library_profiles() if one.config.model_name == name)


def test_guidance_of_one_or_less_halves_the_calls() -> None:
    sdxl = config_of("Stable Diffusion XL Base 1.0")
    unguided = sdxl.model_validate(dict(sdxl) | {"guidance_scale": 1.0})
    assert settings_of_config(unguided).calls == 25


def test_guidance_that_a_model_is_not_meant_for_doubles_its_calls_and_one_that_enters_as_a_number_does_not() -> (
    None
):
    turbo, flux = config_of("Stable Diffusion XL Turbo"), config_of("FLUX.1 Dev")
    assert settings_of_config(turbo.model_validate(dict(turbo) | {"guidance_scale": 7.5})).calls == 50
    assert settings_of_config(flux.model_validate(dict(flux) | {"guidance_scale": 7.5})).calls == 50
