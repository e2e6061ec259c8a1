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
    assert random_over_trained("dit").pairs == 2
    assert random_over_trained("dit").energy_range == pytest.approx((612.101 / 692.979, 703.278 / 714.16))


def test_a_family_without_two_pairs_is_given_all_of_them() -> None:
    assert random_over_trained("mmdit") == random_over_trained(None)
    assert random_over_trained(None).pairs == 7
    assert random_over_trained(None).energy_ratio == pytest.approx(0.952, abs=0.001)


def test_a_quantization_is_held_against_the_row_that_differs_in_nothing_else() -> None:
    plain = JOULES["own-h100-sdxl-random-1024-s25-b4"]
    found = effect_of("quantization", "torchao-int8-weight-only")
    assert found is not None
    assert found.energy_ratio == pytest.approx(JOULES["own-h100-sdxl-random-1024-s25-b4-int8wo"] / plain)
    assert (found.pairs, found.energy_spread_log) == (1, 0.0)


def test_what_nobody_measured_has_no_effect_and_what_was_measured_is_listed() -> None:
    assert effect_of("compile_mode", "default") is None
    assert list(measured_effects()) == [
        ("quantization", "torchao-fp8-dynamic"),
        ("quantization", "torchao-int8-weight-only"),
    ]
