"""Estimates: the fit against scipy and against itself, what is left out stays out, ranges, the profile in `roi`."""

import json
import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from bench.__main__ import main
from bench.blueprints import Setting, known_blueprints
from bench.errors import BenchError, EstimateError
from bench.estimate import heldout
from bench.estimate.datasheets import datasheets
from bench.estimate.estimating import FACTOR_MAX, estimate, profile_of
from bench.estimate.fitting import _non_negative, fitted
from bench.estimate.heldout import TERMS_OF, TIERS, held_out
from bench.estimate.physics import SHARE_MAX
from bench.estimate.rows import energy_terms, library_rows
from bench.library import library_profiles, load_profiles
from bench.protocol.tiers import QUICK
from bench.sweep.point import point_of
from bench.sweep.predict import image_of
from roi.decision.decide import decide
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration

DAY = date(2026, 11, 24)
AIMS = {"both": 0.10, "apart": 0.10, "board": 0.10, "model": 0.20, "neither": 0.20}


@given(st.integers(0, 10_000), st.integers(4, 12), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_the_fit_is_non_negative_least_squares(seed, rows, terms):
    """Oracle: scipy.optimize.nnls (Lawson and Hanson's active set)."""
    chance = np.random.default_rng(seed)
    left, right = chance.normal(size=(rows, terms)), chance.normal(size=rows)
    mine, (theirs, _) = _non_negative(left, right), nnls(left, right)
    assert (mine >= 0.0).all()
    assert np.linalg.norm(left @ mine - right) == pytest.approx(
        np.linalg.norm(left @ theirs - right), abs=1e-9
    )


def test_a_world_that_obeys_the_formula_is_found_again():
    rows = library_rows()
    terms = np.array([energy_terms(row.work, row.sheet) for row in rows])
    true = np.array([0.2, 1.1, 2.0, 1.5, 0.04])
    models, boards = [row.model for row in rows], [row.board for row in rows]
    found = fitted(terms, terms @ true, models, boards)
    assert found.coefficients == pytest.approx(true, rel=1e-6)
    assert max(map(abs, (*found.board_log.values(), *found.model_log.values()))) < 1e-9


def test_a_board_that_draws_twice_as_much_has_that_factor():
    rows = library_rows()
    terms = np.array([energy_terms(row.work, row.sheet) for row in rows])
    models, boards = [row.model for row in rows], [row.board for row in rows]
    twice = np.array([2.0 if board == "B200 SXM" else 1.0 for board in boards])
    found = fitted(terms, terms @ np.array([0.0, 1.2, 0.0, 1.5, 0.04]) * twice, models, boards)
    spread = found.board_log["B200 SXM"] - found.board_log["H100 SXM"]
    told = found.predict(terms[0], "", "B200 SXM") / found.predict(terms[0], "", "H100 SXM")
    assert np.log(told) == pytest.approx(spread)
    assert told > 1.3


@pytest.mark.parametrize("tier", TIERS)
def test_energy_is_as_sure_as_the_library_allows(tier):
    found = held_out("energy", tier)
    assert len(found.errors) == {"both": 172, "apart": 170}.get(tier, 173)
    assert len(library_rows()) == 173
    assert found.median_fraction < AIMS[tier] + 0.02
    assert 0.85 <= found.coverage_fraction <= 0.95


@pytest.mark.parametrize("tier", TIERS)
def test_seconds_are_covered_as_promised(tier):
    assert 0.85 <= held_out("seconds", tier).coverage_fraction <= 0.95


@pytest.mark.parametrize(("tier", "left_out"), [("board", "model"), ("model", "board"), ("neither", "both")])
def test_what_is_left_out_is_not_seen(monkeypatch, tier, left_out):
    """Rows of the left-out group ten times as dear change nothing but their own errors, by exactly that."""
    before = held_out("energy", tier)
    rows = library_rows()
    group = before.groups[0]
    changed = tuple(
        replace(row, energy_j=row.energy_j * 10) if _of(row, group, left_out) else row for row in rows
    )
    monkeypatch.setattr(heldout, "library_rows", lambda: changed)
    after = held_out.__wrapped__("energy", tier)
    mine = np.array(before.groups) == group
    assert after.errors[mine] == pytest.approx(before.errors[mine] - np.log(10), abs=1e-9)


def _of(row, group, left_out):
    """Whether a row belongs to what a fit of that group must not see."""
    if left_out == "both":
        return f"{row.model} {row.board}" == group
    return (row.model if left_out == "model" else row.board) == group


def test_a_measured_row_is_estimated_within_its_interval():
    inside = []
    for profile in library_profiles()[::7]:
        config = profile.config
        setting = Setting(
            config.width, config.height, config.num_inference_steps, config.guidance_scale, config.batch_size,
            dtype=config.dtype,
        )  # fmt: skip
        told = estimate(config.model_id, profile.hardware.accelerator, setting)
        inside.append(told.energy_j.low <= profile.energy.energy_j_per_image <= told.energy_j.high)
    assert np.mean(inside) > 0.8


@pytest.mark.parametrize(
    ("model", "gpu", "tier"),
    [
        ("sdxl", "H100", "both"),
        ("sdxl", "B200", "apart"),
        ("sdxl", "H200", "model"),
        ("lumina-next", "H100", "board"),
        ("lumina-next", "A100 80GB", "neither"),
    ],
)
def test_what_is_known_decides_the_interval(model, gpu, tier):
    told = estimate(model, gpu)
    assert told.tier == tier
    assert told.extrapolated == ()
    half = np.log(told.energy_j.high / told.energy_j.value)
    assert half == pytest.approx(held_out("energy", tier).half_width_log)
    assert told.seconds is not None


def test_outside_of_the_range_the_interval_is_twice_as_wide_and_says_so():
    told = estimate("flux-dev", "L40S")
    assert "bandwidth of the board" in told.extrapolated
    half = np.log(told.energy_j.high / told.energy_j.value)
    assert half == pytest.approx(2 * held_out("energy", "model").half_width_log)
    assert any(note.startswith("extrapolated: ") for note in profile_of(told, DAY).notes)


@pytest.mark.parametrize(
    "gpu",
    ["L4", "T4", "A10G", "RTX 3090", "RTX 4090", "RTX 5090", "RTX 6000 Ada", "RTX PRO 6000", "V100 16GB"],
)
def test_a_board_far_from_the_measured_ones_gets_an_interval_that_widens_with_the_distance(gpu):
    told = estimate("sdxl", gpu, Setting(dtype="float16"))
    bandwidths, peaks = (
        [getattr(row.sheet, name) for row in library_rows()] for name in ("bandwidth_tb_s", "tflops_16bit")
    )
    ratios = (
        min(bandwidths) / told.sheet.bandwidth_tb_s,
        min(peaks) / told.sheet.tflops_16bit,
        told.sheet.power_limit_w / told.sheet.tflops_16bit / (400 / 312),
        told.sheet.power_limit_w / told.sheet.bandwidth_tb_s / (400 / 1.555),
    )
    furthest = max(1.0, *ratios)
    wider = 1.0 if furthest == 1.0 else 2.0 + max(0.0, np.log2(furthest / 2.0))
    half = held_out("energy", "model").half_width_log * wider
    assert np.log(told.energy_j.value / told.energy_j.low) == pytest.approx(half)
    assert told.seconds.low >= told.work.total.tflop_per_image / told.sheet.tflops_16bit
    assert told.energy_j.high <= told.seconds.high * told.sheet.power_limit_w
    assert (told.extrapolated == ()) is (furthest == 1.0)


def test_no_estimate_draws_more_than_its_board_may():
    """750 cases drawn from models, boards, sizes, steps and batches; what is refused counts as kept."""
    chance = random.Random(15)
    models, boards = [one.name for one in known_blueprints()], list(datasheets())
    told = []
    while len(told) < 750:
        side = chance.choice([512, 768, 1024, 1536, 2048])
        setting = Setting(side, side, chance.randint(1, 60), batch_size=chance.choice([1, 2, 4, 8, 16, 32]))
        try:
            told.append(estimate(chance.choice(models), chance.choice(boards), setting))
        except BenchError:
            continue
    shares = [one.energy_j.value / one.seconds.value / one.sheet.power_limit_w for one in told]
    assert max(shares) <= SHARE_MAX + 1e-9
    peaks = [one.work.total.tflop_per_image / one.seconds.value / one.sheet.tflops_16bit for one in told]
    assert max(peaks) <= 1.0 + 1e-9
    for one in told:
        assert one.energy_j.low <= one.energy_j.value <= one.energy_j.high
        assert one.seconds.low <= one.seconds.value <= one.seconds.high


def test_no_published_row_passes_the_share_of_the_limit_that_estimates_keep():
    shares = [
        row.energy_j / row.seconds / row.sheet.power_limit_w
        for row, profile in zip(library_rows(), plain_profiles(), strict=True)
        if profile.config.weights == "trained"
    ]
    assert len(shares) == 157
    assert max(shares) == pytest.approx(SHARE_MAX, abs=0.001)


def plain_profiles():
    return [
        profile
        for profile in library_profiles()
        if not (profile.config.quantization or profile.config.compile_mode or profile.config.engine)
    ]


@pytest.mark.parametrize(
    ("scheme", "energy", "seconds", "said"),
    [
        (
            "torchao-int8-weight-only",
            1.348,
            1.362,
            "+35% joules and +36% seconds in 2 measured pairs on H100 SXM",
        ),
        ("torchao-fp8-dynamic", 1.627, 2.532, "+63% joules and +153% seconds in 1 measured pair on H100 SXM"),
    ],
)
def test_eight_bits_without_compilation_cost_joules_on_an_h100(scheme, energy, seconds, said):
    """SDXL, four at a time: 998 and 1,207 J against 742 J; PixArt-Sigma: 813 J against 602 J, measured."""
    setting = Setting(num_inference_steps=25, batch_size=4)
    plain = estimate("sdxl", "H100", setting)
    told = estimate("sdxl", "H100", setting, {"quantization": scheme})
    assert told.energy_j.value / plain.energy_j.value == pytest.approx(energy, abs=0.001)
    assert told.seconds.value / plain.seconds.value == pytest.approx(seconds, rel=0.02)
    assert told.energy_j.low < plain.energy_j.value
    page = profile_of(told, DAY)
    assert page.config.quantization == {"unet": scheme}
    assert any(f"takes {said} with random weights;" in note for note in page.notes)
    assert told.extrapolated == ()


@pytest.mark.parametrize(
    ("name", "value", "energy", "seconds"),
    [
        ("quantization", "torchao-fp8-dynamic", np.log(1207.2 / 742), np.log(2.532)),
        ("compile_mode", "default", np.log(529.3 / 602), np.log(0.826 / 0.933)),
    ],
)
def test_a_change_on_a_board_without_a_pair_is_extrapolated_with_twice_its_doubt(
    name, value, energy, seconds
):
    """Oracle: the widths of the board's own estimate and twice the logarithm of the one pair, in squares."""
    told = estimate("sdxl", "H200", changes={name: value})
    for measure, log in (("energy_j", energy), ("seconds", seconds)):
        found = getattr(told, measure)
        half = held_out({"energy_j": "energy"}.get(measure, measure), "model").half_width_log
        assert np.log(found.high / found.value) == pytest.approx(np.hypot(half, 2 * log), abs=0.01)
    assert told.extrapolated == (value,)
    (note,) = (one for one in profile_of(told, DAY).notes if one.startswith("extrapolated: "))
    assert "on H100 SXM with random weights, and nobody measured it on H200 SXM" in note


@pytest.mark.parametrize(
    "gpu", [name for name, one in datasheets().items() if one.compute_capability < (8, 9)]
)
def test_fp8_is_refused_where_a_board_has_no_units_for_it(gpu):
    """A run is refused there (`bench.pipelines.schemes`); NVIDIA: fp8 tensor cores begin with Ada, 8.9."""
    with pytest.raises(EstimateError, match=rf"8\.9 or newer, and {gpu} has compute capability [78]\.\d;"):
        estimate("sdxl", gpu, changes={"quantization": "torchao-fp8-dynamic"})
    setting = Setting(dtype="float16")
    assert estimate("sdxl", gpu, setting, {"quantization": "torchao-int8-weight-only"}).extrapolated


def test_the_boards_without_fp8_and_bfloat16_units_are_these():
    """Oracle: NVIDIA, CUDA GPU Compute Capability: Volta 7.0, Turing 7.5, GA100 8.0, GA10x 8.6."""
    below = {
        limit: {n for n, one in datasheets().items() if one.compute_capability < limit}
        for limit in ((8, 9), (8, 0))
    }
    old = {"V100 16GB", "V100 32GB", "T4"}
    a100 = {f"A100 {form} {memory}GB" for form in ("SXM", "PCIe") for memory in (40, 80)}
    assert below == {(8, 0): old, (8, 9): old | a100 | {"A10G", "RTX 3090", "RTX A6000"}}


def test_bfloat16_is_refused_where_a_board_has_no_units_for_it(capsys):
    assert main(["estimate", "sdxl", "--gpu", "T4"]) == 2
    assert capsys.readouterr().err.startswith("T4 has compute capability 7.5 and no bfloat16 units")
    assert main(["estimate", "sdxl", "--gpu", "T4", "--dtype", "float16"]) == 0


def test_a_change_that_nobody_measured_is_refused_with_what_was_measured():
    with pytest.raises(
        EstimateError, match=r"compile_mode 'max-autotune': .*measured are .*int8-weight-only"
    ):
        estimate("sdxl", "H100", changes={"compile_mode": "max-autotune"})


def test_eight_bits_bring_a_model_onto_a_board_that_it_does_not_fit_at_sixteen():
    with pytest.raises(EstimateError, match="--quantize the denoiser"):
        estimate("flux-dev", "RTX 4090")
    assert estimate("flux-dev", "RTX 4090", changes={"quantization": "torchao-int8-weight-only"}).extrapolated


@pytest.mark.parametrize("command", [["estimate", "sdxl"], ["sweep", "quickstart", "--dry-run"]])
@pytest.mark.parametrize(
    ("gpu", "said"),
    [
        ("h100", "name one of H100 SXM, H100 PCIe, H100 NVL"),
        ("NVIDIA H100", "name one of H100 SXM, H100 PCIe, H100 NVL"),
        ("H100 80GB", "name one of H100 SXM, H100 PCIe"),
        ("A100", "or the name fits several; one of A100 SXM 40GB"),
        ("abacus", "no datasheet of that board"),
    ],
)
def test_a_name_of_several_boards_or_none_is_asked_back(command, gpu, said, capsys):
    assert main([*command, "--gpu", gpu]) == 2
    told = capsys.readouterr()
    assert (said in told.err, told.out) == (True, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sdxl", "A100"), "fits several"),
        (("sdxl", "abacus"), "no datasheet"),
        (("flux-dev", "L4"), "its weights alone take 34 GB"),
        (("sdxl", "H100", Setting(8192, 8192)), "than by a factor of 8: "),
        (("sdxl", "H100", Setting(batch_size=1024)), "batch (by "),
        (("sdxl", "H100", Setting(dtype="float32")), "16 bits"),
        (("mona-lisa", "H100"), "mona-lisa"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_a_sentence(arguments, said):
    with pytest.raises(BenchError) as told:
        estimate(*arguments)
    assert said in str(told.value)


def test_the_limit_of_the_range_is_a_factor_of_eight():
    most = max(row.work.setting.batch_size for row in library_rows())
    assert estimate(
        "sdxl-turbo", "H100", Setting(512, 512, 25, batch_size=int(most * FACTOR_MAX))
    ).extrapolated
    with pytest.raises(EstimateError):
        estimate("sdxl-turbo", "H100", Setting(512, 512, 25, batch_size=int(most * FACTOR_MAX) + 1))


def test_more_work_takes_more():
    few, many = (estimate("sdxl", "H100", Setting(num_inference_steps=steps)) for steps in (20, 40))
    small, large = (estimate("sdxl", "H100", Setting(side, side)) for side in (512, 1024))
    assert few.energy_j.value < many.energy_j.value
    assert small.energy_j.value < large.energy_j.value
    assert (
        estimate("sdxl", "H100", Setting(batch_size=8)).energy_j.value
        < estimate("sdxl", "H100").energy_j.value
    )


def test_a_scenario_decides_with_estimates_only_when_it_accepts_them(tmp_path, capsys):
    assert main(["estimate", "sdxl", "--gpu", "H100 SXM", "--steps", "25", "--batch", "4", "--json"]) == 0
    path = tmp_path / "told.json"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    profiles = load_profiles([path])
    mine = json.loads(path.read_text(encoding="utf-8"))["id"]
    assert mine in {profile.id for profile in profiles}
    refused = decide(demonstration(), profiles)
    reasons = {each.id: each.first.rule for each in refused.rejected}
    assert reasons[mine] == "accept_evidence"
    accepted = with_changes(
        demonstration(), {"limits.accept_evidence": ["measured", "published", "estimated"]}
    )
    assert "accept_evidence" not in {
        failure.rule
        for each in decide(accepted, profiles).rejected
        if each.id == mine
        for failure in each.failures
    }


def test_the_command_prints_interval_error_and_source(capsys):
    assert main(["estimate", "sdxl", "--gpu", "H200"]) == 0
    told = capsys.readouterr().out
    for words in ("90 % interval", "median 10%", "NVIDIA H200 datasheet", "limits.accept_evidence"):
        assert words in told
    assert main(["estimate", "--errors"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("173 rows, 17 models")
    assert len(lines) == 2 + len(TERMS_OF) * len(TIERS) + 1 + 2 + 5
    assert main(["estimate", "sdxl"]) == 2


def test_a_sweep_foretells_models_that_the_library_lacks():
    point = point_of({"model": "lumina-next", "num_inference_steps": 30}, QUICK, 1)
    told = image_of(point, "H100")
    assert told is not None
    assert told.energy_j == pytest.approx(
        estimate("lumina-next", "H100", Setting(1024, 1024, 30)).energy_j.value
    )


def test_a_board_with_rows_is_never_said_to_have_none(capsys):
    """B200 has 35 rows, none of them of SDXL."""
    assert main(["estimate", "sdxl", "--gpu", "B200"]) == 0
    told = capsys.readouterr().out
    assert "a measured model on a measured board, never together" in told
    assert "without rows" not in told
