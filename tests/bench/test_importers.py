import json
from datetime import date
from pathlib import Path

import pytest

from bench.errors import ProfileError
from bench.importers import Facts, Tool, import_profile
from bench.library import profile_named, with_published
from bench.profile import Energy, Profile, Speed, read_profiles, write_profiles
from bench.show import profile_page

DATA = Path(__file__).parent / "data" / "imports"
V3 = (
    DATA
    / "text-to-image/example-org/example-model/batch-2+uly-1+ring-1+size-512x512+steps-20"
    / "results.json"
)
RUN = Facts(
    model_id="stabilityai/stable-diffusion-xl-base-1.0",
    dtype="float16",
    width=1024,
    height=1024,
    num_inference_steps=30,
    batch_size=1,
    accelerator="NVIDIA L40S",
    measured_on=date(2026, 2, 3),
    images=10,
    window="generate",
)


def stated(**facts: object) -> Facts:
    return Facts(**{name: getattr(RUN, name) for name in RUN.__dataclass_fields__} | facts)


def figures(profile: Profile) -> tuple[Energy, Speed]:
    assert profile.energy is not None
    assert profile.speed is not None
    return profile.energy, profile.speed


def refusal(tool: Tool, path: Path, facts: Facts) -> str:
    with pytest.raises(ProfileError) as caught:
        import_profile(tool, path, facts)
    return str(caught.value)


def test_windows_of_zeus_become_joules_per_image_with_their_spread() -> None:
    energy, speed = figures(import_profile("zeus", DATA / "zeus.csv", RUN))
    assert energy.energy_j_per_image == pytest.approx(600.0)
    assert energy.energy_stdev_j_per_image == pytest.approx(18.0)
    assert (energy.windows, energy.boundary) == (3, "gpu")
    assert speed.seconds_per_image == pytest.approx(2.0)
    assert energy.mean_power_w == pytest.approx(300.0)


def test_an_imported_profile_is_of_grade_c_and_names_its_tool() -> None:
    evidence = import_profile("zeus", DATA / "zeus.csv", RUN).evidence
    assert (evidence.kind, evidence.grade, evidence.date) == ("measured", "C", date(2026, 2, 3))
    assert "Zeus" in evidence.source.citation


def test_several_windows_of_zeus_ask_which() -> None:
    assert "holds windows generate, save; state which" in refusal(
        "zeus", DATA / "zeus.csv", stated(window=None)
    )
    assert "holds no window 'decode'" in refusal("zeus", DATA / "zeus.csv", stated(window="decode"))


def test_what_a_file_does_not_say_is_asked_for_all_at_once() -> None:
    message = refusal("zeus", DATA / "zeus.csv", Facts(images=10, window="generate"))
    assert "does not say model_id, backbone, dtype, width, height, num_inference_steps, batch_size" in message
    assert "does not say images" in refusal("zeus", DATA / "zeus.csv", stated(images=None))


def test_mlenergy_version_2_says_model_board_batch_and_steps_itself() -> None:
    facts = Facts(dtype="float16", width=1024, height=1024, measured_on=date(2024, 10, 1))
    profile = import_profile("mlenergy", DATA / "mlenergy_v2.json", facts)
    energy, speed = figures(profile)
    assert (energy.energy_j_per_image, speed.seconds_per_image) == (1200.0, 3.0)
    assert speed.mean_batch_latency_s == 6.0
    assert (profile.config.batch_size, profile.config.num_inference_steps) == (2, 30)
    assert (profile.config.backbone, profile.config.model_name) == ("unet", "Stable Diffusion XL Base 1.0")
    assert (profile.evidence.kind, profile.evidence.source.licence) == ("published", "Apache-2.0")


def test_mlenergy_version_3_says_size_steps_and_model_by_its_folders() -> None:
    facts = Facts(
        backbone="dit",
        dtype="bfloat16",
        accelerator="NVIDIA H100",
        measured_on=date(2026, 1, 1),
        published=False,
    )
    profile = import_profile("mlenergy", V3, facts)
    energy, speed = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(255.0)
    assert energy.energy_stdev_j_per_image == pytest.approx(5.0)
    assert speed.seconds_per_image == pytest.approx(1.025)
    assert (profile.config.model_id, profile.config.width, profile.config.num_inference_steps) == (
        "example-org/example-model",
        512,
        20,
    )
    assert profile.evidence.kind == "measured"


def test_optimum_benchmark_gives_board_joules_of_the_images_that_its_efficiency_is_of() -> None:
    facts = Facts(width=512, height=512, backbone="unet", measured_on=date(2026, 2, 3))
    profile = import_profile("optimum-benchmark", DATA / "optimum_benchmark.json", facts)
    energy, speed = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(8e-5 * 3.6e6 / 4)
    assert (speed.seconds_per_image, speed.mean_batch_latency_s) == (0.5, 0.5)
    assert (profile.config.dtype, profile.config.num_inference_steps) == ("float16", 4)
    assert (profile.hardware.accelerator, profile.hardware.host) == ("NVIDIA A10G", "AMD EPYC 7R32")


def test_optimum_benchmark_without_energy_is_refused(tmp_path: Path) -> None:
    document = json.loads((DATA / "optimum_benchmark.json").read_text(encoding="utf-8"))
    document["report"]["call"]["energy"] = None
    file = tmp_path / "benchmark.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert "call.energy is missing; the run did not track it" in refusal("optimum-benchmark", file, Facts())


def test_the_leaderboard_of_ai_energy_score_needs_its_unit_stated() -> None:
    file = DATA / "ai_energy_score.csv"
    assert "does not say energy_unit" in refusal("ai-energy-score", file, RUN)
    energy = import_profile("ai-energy-score", file, stated(energy_unit="kWh")).energy
    assert energy is not None
    assert energy.energy_j_per_image == pytest.approx(5904.0)


def test_a_profile_without_seconds_has_no_speed() -> None:
    profile = import_profile("ai-energy-score", DATA / "GPU_ENERGY_SUMMARY.json", stated(images=1000))
    assert profile.speed is None
    assert profile.energy is not None
    assert profile.energy.energy_j_per_image == pytest.approx(180.0)
    assert profile.energy.mean_power_w is None


def test_what_the_caller_states_against_the_file_is_refused() -> None:
    message = refusal("mlenergy", DATA / "mlenergy_v2.json", stated(batch_size=4, window=None))
    assert "batch_size is 2 in the file and 4 as stated" in message
    assert "accelerator is 'NVIDIA A100-SXM4-40GB' in the file and 'NVIDIA L40S' as stated" in message


@pytest.mark.parametrize(
    ("tool", "file", "sentence"),
    [
        ("zeus", "emissions.csv", "is no Zeus file: column 'start_time' is missing"),
        ("codecarbon", "zeus.csv", "is no CodeCarbon file: column 'timestamp' is missing"),
        ("mlenergy", "optimum_benchmark.json", "is no ML.ENERGY result"),
        ("optimum-benchmark", "mlenergy_v2.json", "call is missing"),
        ("ai-energy-score", "mlenergy_v2.json", "units is None"),
        ("ai-energy-score", "absent.csv", "cannot be read as CSV"),
        ("mlenergy", "absent.json", "cannot be read as JSON"),
    ],
)
def test_a_file_of_another_tool_is_refused(tool: Tool, file: str, sentence: str) -> None:
    assert sentence in refusal(tool, DATA / file, RUN)


def test_an_imported_profile_is_written_and_read_like_any_other(tmp_path: Path) -> None:
    profile = import_profile("zeus", DATA / "zeus.csv", RUN)
    write_profiles(tmp_path / "zeus.json", [profile])
    assert read_profiles(tmp_path / "zeus.json") == (profile,)
    assert profile.id == "zeus-l40s-stable-diffusion-xl-base-1.0-1024x1024-s30-float16-b1"


def test_the_page_of_an_imported_profile_tells_what_the_library_knows_of_its_model(tmp_path: Path) -> None:
    profile = import_profile("zeus", DATA / "zeus.csv", RUN)
    assert profile.quality == ()
    write_profiles(tmp_path / "zeus.json", [profile])
    page = profile_page(with_published(profile))
    assert "no figure of this model" not in page
    assert "quality     fid/" in page
    assert page == profile_page(profile_named(str(tmp_path / "zeus.json")))
