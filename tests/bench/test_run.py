"""`bench run` from a real tiny pipeline to a profile that `roi` takes."""

import logging
import re
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pynvml
import pytest
import typer
from PIL import Image

from bench.__main__ import main
from bench.errors import BenchError, MeasurementError
from bench.library import library_profiles
from bench.meters.contract import BoardState, MeterDescription, MeterKind
from bench.meters.nvml import NvmlMeter
from bench.meters.trace import TraceRow, trace_head, trace_line
from bench.pipelines import Settings
from bench.profile import Config, Profile, read_profiles
from bench.prompts import bundled_prompts
from bench.protocol.parts import to_profile_parts
from bench.protocol.records import Progress
from bench.protocol.store import read_measurements
from bench.protocol.tiers import QUICK, IdleRule, Tier, WarmUpRule
from bench.run.command import _report
from bench.run.plan import Plan
from bench.run.point import _evidence, identity, run_point, run_points
from bench.run.process import library_log, method_for, progress_line
from bench.run.variations import varied
from tests.bench.nvml_record import RecordedLibrary
from tests.bench.tiny_pipeline import save_tiny_unet

POWER_W = 250.0
EXTRACTOR = "tests.bench.small_extractor:colour_features"


def short_tier(**more: object) -> Tier:
    """The quick tier with seconds in the place of minutes."""
    rules = {
        "window_min_s": 0.3,
        "windows_min": 3,
        "windows_max": 4,
        "half_width_fraction": 0.5,
        "budget_s": 20.0,
        "warm_up": WarmUpRule(duration_min_s=0.05, duration_max_s=1.0),
        "idle": IdleRule(duration_s=0.3, dropped_s=0.1),
    }
    return replace(QUICK, **(rules | more))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_unet(tmp_path_factory.mktemp("model") / "tiny")


def plan(model: Path, output: Path, **more: object) -> Plan:
    settings = Settings(
        model=str(model),
        dtype="float32",
        device="cpu",
        width=32,
        height=32,
        num_inference_steps=2,
        batch_size=2,
    )
    fields: dict[str, object] = {
        "settings": settings,
        "tier": short_tier(),
        "prompts": bundled_prompts("short"),
        "output": output,
        "meter_spec": "none",
    }
    return Plan(**(fields | more))


def steady_trace(path: Path, seconds: float = 120.0, tick_s: float = 0.02) -> Path:
    """A recording of a board that draws 250 W all the time, with a counter that ticks every 20 ms."""
    lines = [trace_head(MeterDescription("nvml-counter", "gpu", "NVIDIA H100 80GB HBM3", "GPU-test"))]
    for row in range(int(seconds / tick_s)):
        stamp = int(row * tick_s * 1e9)
        state = BoardState(stamp, temperature_c=50.0, power_w=POWER_W)
        lines.append(trace_line(TraceRow(state, POWER_W * row * tick_s)))
    path.write_text("".join(lines), encoding="utf-8")
    return path


def recommend(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "roi", "recommend", "--fid-max", "20", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def without_meter(model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Profile]:
    output = tmp_path_factory.mktemp("run") / "profile.json"
    return output, run_point(plan(model, output))


@pytest.fixture(scope="module")
def with_meter(model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Profile]:
    folder = tmp_path_factory.mktemp("metered")
    references = folder / "references"
    references.mkdir()
    for index in range(12):
        Image.effect_noise((32, 32), 40 + 5 * index).convert("RGB").save(references / f"{index}.png")
    output = folder / "profile.json"
    metered = plan(
        model,
        output,
        meter_spec=f"replay:{steady_trace(folder / 'trace.csv')}",
        images=folder / "images",
        reference=references,
        extractor=EXTRACTOR,
        quality_pictures=10,
    )
    return output, run_point(metered)


def test_without_a_meter_seconds_are_measured_and_joules_absent_with_the_reason(
    without_meter: tuple[Path, Profile],
) -> None:
    _, profile = without_meter
    assert profile.energy is None
    assert profile.speed is not None
    assert profile.speed.seconds_per_image > 0.001
    assert any("metering was switched off" in note for note in profile.notes)


def test_the_profile_on_disk_is_the_profile_given_back(without_meter: tuple[Path, Profile]) -> None:
    output, profile = without_meter
    assert read_profiles(output) == (profile,)


def test_two_steps_under_guidance_are_four_denoiser_calls(without_meter: tuple[Path, Profile]) -> None:
    assert without_meter[1].config.denoiser_calls == 4


def test_every_window_of_a_steady_board_holds_its_power_times_its_duration(
    with_meter: tuple[Path, Profile],
) -> None:
    (measured,) = read_measurements(with_meter[0].with_suffix(".journal.jsonl"))
    powers = [
        one.energy_j / one.energy_duration_s
        for one in measured.accepted
        if one.energy_j and one.energy_duration_s
    ]
    assert len(powers) >= 3
    assert powers == pytest.approx([POWER_W] * len(powers), rel=0.01)


def test_idle_power_of_a_steady_board_is_its_power(with_meter: tuple[Path, Profile]) -> None:
    energy = with_meter[1].energy
    assert energy is not None
    assert energy.idle_power_w == pytest.approx(POWER_W, rel=0.02)


def test_a_replayed_meter_claims_no_measurement(with_meter: tuple[Path, Profile]) -> None:
    """A recording of an H100 played beside work of this processor says nothing of that work."""
    profile = with_meter[1]
    assert any("replay of trace.csv" in note for note in profile.notes)
    assert (profile.evidence.kind, profile.evidence.grade) == ("estimated", "D")
    assert profile.evidence.source.citation.startswith(
        "joules replayed from a recording, not measured, tier "
    )
    assert profile.id.startswith("replayed-nvidia-h100-80gb-hbm3-")
    answer = recommend("--profiles", str(with_meter[0]), "--explain", profile.id)
    assert "evidence" in answer.stdout


@pytest.mark.parametrize(
    ("weights", "meter", "kind"),
    [
        ("trained", "nvml-counter", "measured"),
        ("random", "nvml-power", "measured_random_weights"),
        ("random", "replay", "estimated"),
    ],
)
def test_a_board_that_is_read_is_measured_with_its_weights(
    with_meter: tuple[Path, Profile], tmp_path: Path, weights: str, meter: MeterKind, kind: str
) -> None:
    (measured,) = read_measurements(with_meter[0].with_suffix(".journal.jsonl"))
    config = Config.model_validate(dict(with_meter[1].config) | {"weights": weights})
    board = MeterDescription(meter, "gpu", "NVIDIA H100 80GB HBM3")
    found = _evidence(plan(tmp_path, tmp_path / "p.json"), to_profile_parts(measured), config, board)
    assert found.kind == kind
    assert found.source.citation.startswith("measured here") is (meter != "replay")


def test_fid_and_kid_of_ten_pictures_carry_their_number_and_extractor(
    with_meter: tuple[Path, Profile],
) -> None:
    quality = {figure.metric: figure for figure in with_meter[1].quality}
    assert quality["fid"].n_samples == 10
    assert "colour_features" in quality["fid"].reference
    assert quality["fid"].match == "exact"
    assert any("biased" in note for note in with_meter[1].notes)


def test_a_twin_of_the_same_seeds_gives_psnr_over_every_pair(
    with_meter: tuple[Path, Profile], model: Path, tmp_path: Path
) -> None:
    twin = with_meter[0].parent / "images"
    other = replace(plan(model, tmp_path).settings, num_inference_steps=3)
    profile = run_point(plan(model, tmp_path / "p.json", settings=other, twin=twin, quality_pictures=10))
    (figure,) = (one for one in profile.quality if one.metric == "psnr")
    assert figure.n_samples == 10


def test_the_pictures_and_their_prompts_are_saved(with_meter: tuple[Path, Profile]) -> None:
    folder = with_meter[0].parent / "images"
    assert len(list(folder.glob("*.png"))) == 10
    assert len((folder / "prompts.txt").read_text(encoding="utf-8").splitlines()) == 10


def test_the_journal_holds_every_window(with_meter: tuple[Path, Profile]) -> None:
    (measured,) = read_measurements(with_meter[0].with_suffix(".journal.jsonl"))
    assert len(measured.windows) >= 3


def test_a_profile_without_joules_is_left_out_by_name(
    without_meter: tuple[Path, Profile], tmp_path: Path
) -> None:
    document = without_meter[1].model_dump(mode="json", exclude_none=True)
    document["hardware"]["accelerator"] = "NVIDIA H100 80GB HBM3"
    path = tmp_path / "h100.json"
    path.write_text(Profile.model_validate(document).model_dump_json(exclude_none=True), encoding="utf-8")
    answer = recommend("--profiles", str(path), "--explain", without_meter[1].id)
    assert "no energy figure" in answer.stdout


def test_a_measured_profile_goes_through_recommend(with_meter: tuple[Path, Profile]) -> None:
    output, profile = with_meter
    answer = recommend("--profiles", str(output), "--explain", profile.id)
    assert answer.returncode == 0, answer.stderr
    assert "no FID on fid/mjhq-30k" in answer.stdout


def test_the_time_of_one_call_is_split_by_stage(without_meter: tuple[Path, Profile]) -> None:
    (note,) = (one for one in without_meter[1].notes if one.startswith("time by stage"))
    shares = [float(part.rpartition(" ")[2].rstrip("%")) for part in note.partition(": ")[2].split(", ")]
    assert len(shares) == 3
    assert sum(shares) == pytest.approx(100, abs=2)


def test_an_existing_output_is_never_overwritten(model: Path, tmp_path: Path) -> None:
    output = tmp_path / "profile.json"
    output.write_text("mine", encoding="utf-8")
    with pytest.raises(MeasurementError, match="exists already"):
        run_point(plan(model, output))
    assert output.read_text(encoding="utf-8") == "mine"


def test_quality_without_an_extractor_says_which_option_is_missing(model: Path, tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="--extractor"):
        run_point(plan(model, tmp_path / "p.json", reference=tmp_path, quality_pictures=2))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"twin": "nofolder"}, "--twin .*nofolder: no such folder"),
        ({"twin": "two", "quality_pictures": 3}, "--twin .*two: holds 2 of 3 pictures"),
        ({"images": "file.json"}, "--images .*file.json: is no folder"),
        ({"images": "two"}, "--images .*two: holds [01].png already; .*nothing was overwritten"),
        ({"scores": ("clip=nofolder",)}, "no CLIP model can be loaded"),
        ({"clip": "nofolder"}, "no CLIP model can be loaded"),
        ({"extractor": EXTRACTOR}, "--reference"),
        ({"reference": "nofolder", "extractor": EXTRACTOR}, "--reference .*nofolder: no such file"),
        ({"reference": "file.json", "extractor": EXTRACTOR}, "no readable .npz"),
        ({"reference": "two", "extractor": "nothing.here:at_all"}, "cannot be imported"),
        ({"reference": "two", "extractor": EXTRACTOR, "quality_pictures": 1}, "give two or more"),
    ],
)
def test_what_quality_needs_is_looked_at_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, object], said: str
) -> None:
    (tmp_path / "two").mkdir()
    for index in range(2):
        Image.new("RGB", (32, 32), (40, 80, 120)).save(tmp_path / "two" / f"{index}.png")
    (tmp_path / "file.json").write_text("{}", encoding="utf-8")
    fields = {
        name: tmp_path / one if isinstance(one, str) and name not in ("extractor", "clip") else one
        for name, one in asked.items()
    }
    monkeypatch.setattr("bench.run.point.measure_here", lambda *_: pytest.fail("it was measured"))
    with pytest.raises(BenchError, match=said):
        run_point(plan(tmp_path, tmp_path / "p.json", **fields))


@pytest.mark.parametrize(
    ("fault", "said", "status"),
    [
        (RuntimeError("CUDA out of\nmemory"), "quality was not finished: CUDA out of memory", 1),
        (KeyboardInterrupt(), "quality was not finished: interrupted", 130),
    ],
)
def test_a_fault_of_quality_leaves_joules_and_seconds(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException, said: str, status: int
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr("bench.run.work.PipelineWork.complete_pictures", fail)
    wanted = plan(model, tmp_path / "p.json", images=tmp_path / "images", quality_pictures=2)
    profile = run_point(wanted)
    assert read_profiles(wanted.output) == (profile,)
    assert profile.speed is not None
    assert profile.quality == ()
    assert said in profile.notes
    with pytest.raises(typer.Exit) as left:
        _report(wanted.output, (profile,))
    assert left.value.exit_code == status


def test_an_unknown_tier_is_named_with_the_known_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(tmp_path), "-o", str(tmp_path / "p.json"), "--tier", "fast"]) == 2
    assert "quick, standard, publish" in capsys.readouterr().err


def test_a_folder_without_a_pipeline_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["run", str(tmp_path), "-o", str(tmp_path / "p.json"), "--device", "cpu", "--meter", "none"])
    assert code == 2
    assert "model_index.json" in capsys.readouterr().err


def test_check_ends_with_a_verdict_even_without_a_board(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "grade" in capsys.readouterr().out


def test_comparing_a_profile_with_itself_finds_a_ratio_of_one(
    without_meter: tuple[Path, Profile], capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(without_meter[0])
    assert main(["compare", path, path]) == 0
    assert "seconds per image: 1.000 times" in capsys.readouterr().out


def test_the_progress_line_holds_joules_interval_power_and_time_left() -> None:
    progress = Progress(
        "windows",
        3,
        0,
        energy_j_per_image=412.3,
        half_width_fraction=0.012,
        power_w=640,
        temperature_c=61,
        time_left_s=80,
    )
    line = progress_line(progress)
    assert line == "windows · 3 windows · 412.3 J/image ± 1.2% · 640 W · 61 C · at most 80 s left"


def test_several_points_of_one_model_are_measured_with_one_loading(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = plan(model, tmp_path / "points.json")
    plans = varied(first, ["batch=1,2", "steps=1,2"])
    profiles = run_points(plans)
    assert read_profiles(first.output) == profiles
    points = [(one.config.batch_size, one.config.num_inference_steps) for one in profiles]
    assert points == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert len({one.id for one in profiles}) == 4
    assert capsys.readouterr().err.count("loading ") == 1
    assert len(read_measurements(first.journal)) == 4


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (["batch"], "write NAME=VALUE,VALUE; names are steps, guidance, width, height, batch"),
        (["colour=a,b"], "write NAME=VALUE,VALUE"),
        (["model=a,b"], "model is set while the model is loaded; measure each value in a `bench run`"),
        (["compile=default"], "compile is set while the model is loaded"),
        (["batch=1,two"], "'1,two' is no list of numbers"),
        (["batch=1", "batch=2"], "batch is varied twice"),
        (["steps=" + ",".join(map(str, range(1, 202)))], "201 points are too many"),
    ],
)
def test_what_cannot_be_varied_is_said(model: Path, tmp_path: Path, pairs: list[str], message: str) -> None:
    with pytest.raises(MeasurementError, match=re.escape(message)):
        varied(plan(model, tmp_path), pairs)


def test_warnings_of_libraries_go_into_a_file_and_not_onto_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with library_log(tmp_path / "run.log"), warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.getLogger("torchao.quantization").warning("a kernel is missing")
        warnings.warn("an old name", DeprecationWarning, stacklevel=1)
    assert capfd.readouterr().err == ""
    said = (tmp_path / "run.log").read_text(encoding="utf-8")
    assert "torchao.quantization WARNING: a kernel is missing" in said
    assert "an old name" in said


def test_a_run_in_which_no_library_spoke_leaves_no_log(tmp_path: Path) -> None:
    with library_log(tmp_path / "run.log"):
        pass
    assert not (tmp_path / "run.log").exists()


def test_a_board_without_a_counter_integrates_power_without_a_stored_self_test() -> None:
    errors = {"nvmlDeviceGetTotalEnergyConsumption": pynvml.NVML_ERROR_NOT_SUPPORTED}
    meter = NvmlMeter("GPU-1", library=RecordedLibrary({"GPU-1": "NVIDIA L4"}, errors))
    assert method_for(meter, None) == "power"
    assert method_for(NvmlMeter("GPU-1", library=RecordedLibrary({"GPU-1": "NVIDIA L4"})), None) == "counter"


@pytest.mark.parametrize(
    ("changed", "ending"),
    [
        ({}, "pixart-sigma-1024x1024-s20-b4-bfloat16"),
        ({"model_name": "PixArt-α"}, "pixart-alpha-1024x1024-s20-b4-bfloat16"),
        ({"compile_mode": "default"}, "s20-b4-bfloat16-compiled-default"),
        ({"cache": "first-block", "offload": "model"}, "s20-b4-bfloat16-cache-first-block-offload-model"),
        ({"attention_backend": "_native_cudnn"}, "s20-b4-bfloat16-attention-_native_cudnn"),
        ({"quantization": {"transformer": "torchao-int8-weight-only"}}, "s20-b4-torchao-int8-weight-only"),
    ],
)
def test_what_is_executed_otherwise_has_an_id_of_its_own(changed: dict[str, object], ending: str) -> None:
    """Two files with one id cannot be read together: eager and compiled, sigma and alpha must differ."""
    plain = next(one for one in library_profiles() if one.id.endswith("pixart-sigma-random-1024-s20-b4-bf16"))
    config = Config.model_validate(dict(plain.config) | {"weights": "trained"} | changed)
    board = MeterDescription(kind="nvml-counter", boundary="gpu", board_name="H100", board_uuid="GPU-1")
    assert identity(config, board).endswith(ending)
