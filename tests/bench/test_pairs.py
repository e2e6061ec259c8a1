"""What pairs of library rows say of random weights and of quantization: each figure by hand from two rows."""

import math

import pytest

from bench.library import library_profiles
from bench.pairs import effect_of, measured_effects, random_over_trained

JOULES = {profile.id: profile.energy.energy_j_per_image for profile in library_profiles() if profile.energy}


def test_random_weights_draw_less_than_trained_ones_by_family() -> None:
    """U-Nets: SDXL 943/969, 742/795, 709/738, SDXL at 512 against SDXL Turbo 224/230, SD 1.x 134.8/139.9."""
    unet = random_over_trained("unet")
    assert sorted(map(math.exp, unet.energy_logs)) == pytest.approx(
        [0.933, 0.961, 0.963, 0.971, 0.973], abs=0.003
    )
    assert unet.energy_ratio == pytest.approx(0.960, abs=0.001)
    assert random_over_trained("dit").pairs == 3
    assert random_over_trained("dit").energy_range == pytest.approx((601.977 / 692.979, 703.278 / 714.16))


def test_a_family_without_two_pairs_is_given_all_of_them() -> None:
    assert random_over_trained("mmdit") == random_over_trained(None)
    assert random_over_trained(None).pairs == 8
    assert random_over_trained(None).energy_ratio == pytest.approx(0.941, abs=0.001)


def test_a_quantization_is_held_against_the_row_that_differs_in_nothing_else() -> None:
    sdxl = JOULES["own-h100-sdxl-random-1024-s25-b4-int8wo"] / JOULES["own-h100-sdxl-random-1024-s25-b4"]
    pixart = 813.3 / 602.0
    found = effect_of("quantization", "torchao-int8-weight-only")
    assert found is not None
    assert found.pairs == 2
    assert found.energy_range == pytest.approx((sdxl, pixart), rel=1e-3)
    assert found.energy_ratio == pytest.approx(math.sqrt(sdxl * pixart), rel=1e-3)


def test_compilation_saved_a_transformer_an_eighth_of_its_joules() -> None:
    """PixArt-Sigma at 4: 529.3 against 602.0 J, 0.826 against 0.933 s."""
    found = effect_of("compile_mode", "default")
    assert found is not None
    assert (found.pairs, found.energy_ratio) == (1, pytest.approx(529.3 / 602.0, abs=0.001))


def test_what_nobody_measured_has_no_effect_and_what_was_measured_is_listed() -> None:
    assert effect_of("cache", "first-block") is None
    assert list(measured_effects()) == [
        ("compile_mode", "default"),
        ("quantization", "torchao-fp8-dynamic"),
        ("quantization", "torchao-int8-weight-only"),
    ]
