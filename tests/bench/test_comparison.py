import math
from dataclasses import replace
from datetime import date

import pytest

from bench.comparison import compare
from bench.distributions import t_quantile
from bench.errors import ComparisonError
from bench.library import library_profiles
from bench.profile import Config, Energy, Evidence, Hardware, Profile, Source, Speed, Uncertainty
from bench.protocol.measure import measure
from bench.protocol.parts import to_profile_parts
from bench.protocol.tiers import QUICK, WarmUpRule
from tests.bench.scripted_board import ScriptedBoard

SHORT = replace(QUICK, window_min_s=2.0, warm_up=WarmUpRule(duration_min_s=0.0))
CONFIG = Config(
    model_id="example-org/example-model",
    model_name="Example",
    backbone="unet",
    dtype="bfloat16",
    width=512,
    height=512,
    num_inference_steps=20,
    batch_size=2,
)
HARDWARE = Hardware(accelerator="NVIDIA H100 80GB HBM3", host="host one")
EVIDENCE = Evidence(kind="measured", grade="B", source=Source(citation="own"), date=date(2026, 2, 3))


def an_energy(joules: float, statistical: float = 0.005, windows: int = 5) -> Energy:
    return Energy(
        energy_j_per_image=joules,
        energy_half_width_95_j_per_image=joules * statistical * t_quantile(0.975, windows - 1),
        windows=windows,
        boundary="gpu",
        uncertainty=Uncertainty(
            statistical_fraction=statistical, sensor_fraction=0.05, expanded_fraction=0.1
        ),
    )


def a_profile(identity: str, joules: float = 100.0) -> Profile:
    return Profile(
        id=identity,
        config=CONFIG,
        hardware=HARDWARE,
        energy=an_energy(joules),
        speed=Speed(seconds_per_image=joules / 400.0),
        evidence=EVIDENCE,
    )


def changed(profile: Profile, **parts: object) -> Profile:
    return Profile.model_validate(dict(profile) | parts)


def with_config(profile: Profile, **settings: object) -> Profile:
    return changed(profile, config=Config.model_validate(dict(CONFIG) | settings))


def refusal(a: Profile, b: Profile) -> str:
    with pytest.raises(ComparisonError) as caught:
        compare(a, b)
    return str(caught.value)


def test_two_profiles_of_one_board_give_the_ratio_of_welch_without_the_sensor() -> None:
    comparison = compare(a_profile("a", 120.0), a_profile("b", 100.0))
    assert comparison.energy is not None
    assert comparison.sensor_cancels
    assert comparison.notes == ("taken for one board, since board and host have the same names",)
    assert comparison.energy.value == pytest.approx(1.2)
    assert comparison.seconds_ratio == pytest.approx(1.2)
    reach = t_quantile(0.975, 8) * 0.005 * math.sqrt(2)
    assert comparison.energy.high == pytest.approx(1.2 * math.exp(reach), rel=1e-6)
    assert "a draws 1.200 times the joules per image" in comparison.sentence
    assert comparison.sentence.endswith("more energy")


def test_a_measured_point_compared_with_itself_contains_1() -> None:
    boards = [
        ScriptedBoard(watts=lambda number, shift=shift: 400.0 + (number + shift) % 5) for shift in (0, 2)
    ]
    profiles = [
        changed(a_profile(str(place)), energy=to_profile_parts(measure(one, one.meter, SHORT)).energy)
        for place, one in enumerate(boards)
    ]
    comparison = compare(*profiles)
    assert comparison.energy is not None
    assert comparison.energy.contains(1.0)
    assert comparison.energy.high < 1.02
    assert comparison.sentence.endswith("no difference can be told")


def test_without_a_known_board_the_sensors_enter_the_interval() -> None:
    comparison = compare(a_profile("a"), a_profile("b"), one_board=False)
    assert comparison.energy is not None
    assert comparison.energy.high > math.exp(1.96 * 0.05 * math.sqrt(2))
    assert comparison.notes == ("not known to be one board: the interval holds the error of both sensors",)


def test_settings_that_differ_are_the_factors_under_test() -> None:
    other = with_config(a_profile("b"), num_inference_steps=10, quantization={"unet": "torchao-int8"})
    assert compare(a_profile("a"), other).factors == (
        "quantization: {} against {'unet': 'torchao-int8'}",
        "num_inference_steps: 20 against 10",
    )


def test_different_boundaries_are_refused() -> None:
    host = changed(
        a_profile("b"), energy=Energy.model_validate(dict(an_energy(100.0)) | {"boundary": "host"})
    )
    assert "cover different things, 'gpu' and 'host'" in refusal(a_profile("a"), host)


def test_different_boards_are_refused_unless_asked_for() -> None:
    other = changed(a_profile("b"), hardware=Hardware(accelerator="NVIDIA L40S", host="host one"))
    assert "the boards differ, NVIDIA H100 80GB HBM3 and NVIDIA L40S" in refusal(a_profile("a"), other)
    comparison = compare(a_profile("a"), other, across_boards=True)
    assert not comparison.sensor_cancels
    assert comparison.factors == ("accelerator: NVIDIA H100 80GB HBM3 against NVIDIA L40S",)


def test_random_against_trained_weights_and_estimates_are_refused_at_once() -> None:
    random = changed(
        a_profile("b"),
        config=Config.model_validate(dict(CONFIG) | {"weights": "random"}),
        evidence=Evidence.model_validate(dict(EVIDENCE) | {"kind": "estimated"}),
    )
    message = refusal(a_profile("a"), random)
    assert "b is an estimate" in message
    assert "trained and one with random weights" in message


def test_profiles_without_a_figure_in_common_are_refused() -> None:
    bare = changed(a_profile("b"), energy=None, speed=None)
    assert "neither joules nor seconds in common" in refusal(a_profile("a"), bare)


def test_published_figures_without_spread_give_a_ratio_without_interval() -> None:
    a, b = [one for one in library_profiles() if one.id.startswith("mlenergy-v3-h100-flux.1-dev")][:2]
    comparison = compare(a, b)
    assert a.energy is not None
    assert b.energy is not None
    assert comparison.energy is None
    assert comparison.energy_ratio == a.energy.energy_j_per_image / b.energy.energy_j_per_image
    ratio = comparison.energy_ratio
    assert f"{a.id} draws {ratio:.3f} times the joules per image of {b.id}, " in comparison.sentence
    assert comparison.sentence.endswith(f"{a.id} gives no spread; {b.id} gives no spread")


def test_a_spread_over_windows_stands_in_for_a_missing_half_width() -> None:
    plain = Energy(energy_j_per_image=100.0, energy_stdev_j_per_image=2.0, windows=4, boundary="gpu")
    comparison = compare(changed(a_profile("a"), energy=plain), changed(a_profile("b"), energy=plain))
    assert comparison.energy is not None
    reach = t_quantile(0.975, 6) * 0.01 * math.sqrt(2)
    assert comparison.energy.high == pytest.approx(math.exp(reach))
