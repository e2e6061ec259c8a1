"""Files as the tools write or serve them: each figure by hand from the file, each trap refused.

`mlenergy_v2_script.json`: leaderboard-v2's script. `mlenergy_v3_leaderboard.json`: nine of the 104 configurations
that ML.ENERGY's leaderboard serves for FLUX.1 [dev]. `optimum_2_boards.json`: optimum-benchmark 0.6.0.dev0.
`optimum_report_measures.json`: the shape of `benchmark_report.json` of AI Energy Score's runs
(scottcha/AIEnergyScore at 18a1cc81), whose targets list every repeat as `measures`; there of
text, here of pictures.
The table of ML.ENERGY's version 1: ml-energy/leaderboard at 47177396, data/A100_chat_benchmark.csv.
`zeus_*.csv`: Zeus 0.11. `GPU_ENERGY_SUMMARY_phases.json`: AI Energy Score's summary with every phase.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from bench.importers import Facts, import_profile
from tests.bench.test_importers import DATA, RUN, V3, figures, refusal, stated

DAY = date(2025, 5, 9)
FLUX = DATA / "mlenergy_v3_leaderboard.json"


def test_version_2s_script_says_model_board_limit_batch_and_steps() -> None:
    facts = Facts(dtype="float16", width=512, height=512, measured_on=DAY)
    profile = import_profile("mlenergy", DATA / "mlenergy_v2_script.json", facts)
    energy, speed = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(324.0685)
    assert speed.seconds_per_image == pytest.approx(1.65376758)
    assert (profile.config.batch_size, profile.config.num_inference_steps) == (1, 25)
    assert (profile.hardware.accelerator, profile.hardware.power_limit_w) == ("NVIDIA A100-SXM4-40GB", 400)


def test_of_what_version_3s_leaderboard_serves_the_stated_configuration_is_taken() -> None:
    facts = Facts(accelerator="NVIDIA B200", accelerator_count=1, batch_size=4, measured_on=DAY)
    profile = import_profile("mlenergy", FLUX, facts)
    energy, speed = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(6847.4437)
    assert speed.seconds_per_image == pytest.approx(30.1047638 / 4)
    assert (profile.config.dtype, profile.config.width, profile.config.num_inference_steps) == (
        "bfloat16",
        1024,
        50,
    )
    assert profile.config.model_name == "FLUX.1 Dev"


def test_eight_boards_together_are_a_row_of_eight_boards() -> None:
    facts = Facts(
        accelerator="H100",
        accelerator_count=8,
        batch_size=16,
        window="ulysses-8+ring-1",
        measured_on=DAY,
    )
    profile = import_profile("mlenergy", FLUX, facts)
    energy, speed = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(8970.1778)
    assert speed.seconds_per_image == pytest.approx(30.6462637 / 16)
    assert profile.hardware.accelerator_count == 8


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts(measured_on=DAY), "9 of 9 configurations are as stated; there are boards 1 x B200, 1 x H100"),
        (Facts(accelerator="NVIDIA A100-SXM4-40GB"), "0 of 9 configurations"),
        (
            Facts(accelerator="H100", accelerator_count=2, batch_size=1),
            "window of ulysses-1+ring-2, ulysses-2+ring-1 where several are left",
        ),
    ],
)
def test_several_configurations_ask_which(facts: Facts, said: str) -> None:
    assert said in refusal("mlenergy", FLUX, facts)


def test_the_folder_of_version_3_says_height_first_boards_and_compilation(tmp_path: Path) -> None:
    name = "batch-2+uly-2+ring-1+size-720x1280+steps-20+tc-true"
    file = tmp_path / "text-to-image" / "example-org" / "example-model" / name / "results.json"
    file.parent.mkdir(parents=True)
    document = json.loads(V3.read_text(encoding="utf-8"))
    del document["ulysses_degree"], document["ring_degree"]
    file.write_text(json.dumps(document), encoding="utf-8")
    facts = Facts(backbone="dit", dtype="bfloat16", accelerator="unknown board", measured_on=DAY)
    profile = import_profile("mlenergy", file, facts)
    assert (profile.config.width, profile.config.height) == (1280, 720)
    assert (profile.config.compile_mode, profile.hardware.accelerator_count) == ("default", 2)


def test_degrees_that_are_nested_count_too(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    document = json.loads(V3.read_text(encoding="utf-8"))
    del document["ulysses_degree"], document["ring_degree"]
    document["parallelization"] = {"ulysses_degree": 4, "ring_degree": 2}
    file.write_text(json.dumps(document), encoding="utf-8")
    facts = Facts(
        model_id="org/model", width=512, height=512, num_inference_steps=20, backbone="dit",
        dtype="bfloat16", accelerator="unknown board", measured_on=DAY,
    )  # fmt: skip
    assert import_profile("mlenergy", file, facts).hardware.accelerator_count == 8


def test_four_boards_of_which_one_worked_are_never_summed_in_silence() -> None:
    """6,000 J in 20 s and three idle neighbours at 60 W: 10 pictures take 600 J each, not 960 J."""
    file = DATA / "zeus_4_boards.csv"
    assert "holds boards 0, 1, 2, 3, and does not say which of them worked" in refusal(
        "zeus", file, stated(window=None)
    )
    profile = import_profile("zeus", file, stated(window=None, boards="0"))
    assert figures(profile)[0].energy_j_per_image == pytest.approx(600.0)
    assert profile.hardware.accelerator_count == 1
    assert any(note.startswith("1 window named 'batch'") for note in profile.notes)
    assert "boards=0,9: it holds boards 0, 1, 2, 3" in refusal(
        "zeus", file, stated(window=None, boards="0,9")
    )


def test_a_neighbour_that_gave_nothing_costs_nothing_and_a_worker_that_did_is_refused() -> None:
    file = DATA / "zeus_zero_neighbour.csv"
    profile = import_profile("zeus", file, stated(window=None, boards="0", images=1))
    assert figures(profile)[0].energy_j_per_image == pytest.approx(27.0)
    assert "gpu1_energy of window 'batch' is 0" in refusal("zeus", file, stated(window=None, boards="0,1"))


def test_optimum_benchmarks_sum_over_two_boards_asks_whether_both_worked() -> None:
    file = DATA / "optimum_2_boards.json"
    facts = Facts(width=1024, height=1024, measured_on=date(2026, 2, 3))
    assert "the sum over device_ids 0,1, idle ones too" in refusal("optimum-benchmark", file, facts)


MEASURES = DATA / "optimum_report_measures.json"
A_CALL = Facts(
    model_id="stabilityai/sd-turbo",
    dtype="float16",
    width=512,
    height=512,
    num_inference_steps=4,
    batch_size=1,
    backbone="unet",
    accelerator="NVIDIA A10G",
    measured_on=date(2026, 2, 3),
)


def test_repeats_that_a_report_lists_give_a_spread() -> None:
    """0.000079, 0.00008 and 0.000081 kWh over 40000 x 0.0001 = 4 pictures: 71.1, 72.0 and 72.9 J."""
    profile = import_profile("optimum-benchmark", MEASURES, A_CALL)
    energy, _ = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(72.0)
    assert energy.energy_stdev_j_per_image == pytest.approx(0.9)


@pytest.mark.parametrize("lost", [0.0, -0.00008, None])
def test_a_repeat_that_the_tracker_lost_is_no_zero_in_a_mean(tmp_path: Path, lost: float | None) -> None:
    """The real report holds a repeat of 0 kWh and one below 0, and its `energy` is the mean over both."""
    document = json.loads(MEASURES.read_text(encoding="utf-8"))
    document["call"]["measures"][1]["gpu"] = lost
    file = tmp_path / "benchmark_report.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert "call.measures 2 of 3 hold no energy" in refusal("optimum-benchmark", file, A_CALL)


def test_the_backend_of_optimum_benchmark_is_the_engine(tmp_path: Path) -> None:
    document = json.loads((DATA / "optimum_benchmark.json").read_text(encoding="utf-8"))
    document["config"]["backend"] |= {"name": "onnxruntime", "torch_compile": True}
    file = tmp_path / "benchmark.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    facts = Facts(width=512, height=512, backbone="unet", measured_on=date(2026, 2, 3))
    config = import_profile("optimum-benchmark", file, facts).config
    assert config.execution == {"engine": "onnxruntime", "compile_mode": "default"}


def test_images_of_each_prompt_belong_to_the_batch() -> None:
    """4 prompts of 2 pictures in 8 s: 0.0006 kWh over 8 pictures, both boards at 135 W."""
    facts = Facts(width=1024, height=1024, measured_on=date(2026, 2, 3), accelerator_count=2)
    profile = import_profile("optimum-benchmark", DATA / "optimum_2_boards.json", facts)
    energy, speed = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(0.0006 * 3.6e6 / 8, rel=1e-6)
    assert (profile.config.batch_size, speed.mean_batch_latency_s) == (8, 8.0)
    assert profile.hardware.accelerator_count == 2


def test_of_a_summary_with_phases_the_call_is_taken() -> None:
    profile = import_profile(
        "ai-energy-score", DATA / "GPU_ENERGY_SUMMARY_phases.json", stated(images=1000, window=None)
    )
    assert profile.energy is not None
    assert profile.energy.energy_j_per_image == pytest.approx(60.0 * 3600 / 1000)


def test_a_total_that_holds_loading_and_no_call_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "GPU_ENERGY_SUMMARY.json"
    file.write_text(json.dumps({"units": "Wh", "total": 62.31, "load_model_wh": 1.9}), encoding="utf-8")
    assert "its total holds load_model_wh and no call_wh" in refusal("ai-energy-score", file, RUN)


def test_a_table_of_mlenergys_version_1_is_of_language_models_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "A100_chat_benchmark.csv"
    file.write_text(
        "model,batch_size,throughput,response_length,latency,energy\n"
        "lmsys/vicuna-7B,2,34.76211843689104,209.93754197447953,14.23669454905713,1142.2368025520454\n",
        encoding="utf-8",
    )
    assert "joules of a language model's response, of no image" in refusal("mlenergy", file, Facts())
