"""Blueprints: names, sharing, files of one's own, and the work of an image, all without torch."""

import json
import subprocess
import sys
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import main
from bench.blueprints import Setting, blueprint_named, known_blueprints, work_of
from bench.blueprints.counts import bundled_counts, evaluate, fit
from bench.blueprints.table import component_keys
from bench.errors import BlueprintError
from bench.library import library_profiles
from bench.models import model_info

ROOT = Path(__file__).resolve().parents[2]
TINY = Path(__file__).with_name("data") / "tiny-blueprint.json"

INTENDED = {"num_inference_steps", "guidance_scale", "guidance", "guidance_above", "width", "height"}

PAPER = (
    "SD_1.5",
    "SDXL",
    "SDXL_Turbo",
    "SDXL_Lightning",
    "Hyper_SD",
    "SSD-1B",
    "LCM_SSD_1B",
    "LCM_SDXL",
    "Flash_SD",
    "Flash_SDXL",
    "PixArt_Alpha",
    "PixArt_Sigma",
    "Flash_PixArt",
    "SD_3",
    "Flash_SD3",
    "Lumina",
    "Flux_1",
)


def changed(change: dict[str, Any], folder: Path) -> str:
    """The tiny file with fields of its model changed, saved elsewhere."""
    document = json.loads(TINY.read_text(encoding="utf-8"))
    document["models"][0] |= change
    file = folder / "own.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


def per_image(model: str, stage: str = "", **setting: Any) -> float:
    """TFLOP of one image, in all or in one stage."""
    work = work_of(blueprint_named(model), Setting(**setting))
    found = {**work.stages, "": work.total}
    return found[stage].tflop_per_image  # type: ignore[index]


def test_each_of_the_papers_seventeen_models_has_a_blueprint_of_its_own() -> None:
    assert len({blueprint_named(name).name for name in PAPER}) == 17


def test_the_plan_of_the_paper_names_models_that_have_blueprints() -> None:
    plan = tomllib.loads((ROOT / "bench/sweep/plans/hidden-cost.toml").read_text(encoding="utf-8"))
    named = [one["model"] for one in plan["factors"]["model"]]
    assert [blueprint_named(name).name for name in named] == named


def test_every_measured_model_of_the_library_has_a_blueprint() -> None:
    measured = {one.config.model_id for one in library_profiles() if one.energy}
    assert len(measured) == 17
    assert {blueprint_named(name).model_id for name in measured} == measured


@pytest.mark.parametrize("name", [one.name for one in known_blueprints()])
def test_a_blueprint_runs_as_the_model_table_says_that_it_is_meant_to(name: str) -> None:
    blueprint = blueprint_named(name)
    info = model_info(blueprint.model_id)
    assert info is not None
    assert info.intended is not None
    for setting in INTENDED:
        assert getattr(blueprint, setting) == getattr(info.intended, setting), setting


def test_no_bundled_blueprint_says_the_intended_use_a_second_time() -> None:
    files = sorted((ROOT / "bench/blueprints/architectures").glob("*.json"))
    models = [raw for file in files for raw in json.loads(file.read_text(encoding="utf-8")).get("models", ())]
    assert len(models) == 57
    assert [raw["name"] for raw in models if INTENDED & raw.keys()] == []


def test_a_blueprint_of_ones_own_says_or_takes_over_the_intended_use(tmp_path: Path) -> None:
    lent = {"name": "ours", "same_architecture_as": "sdxl", "model_id": "ours/few-step"}
    source = {"repository": "ours", "url": "https://example.org/ours"}
    file = tmp_path / "ours.json"
    for own, steps in (
        ({}, 50),
        ({"num_inference_steps": 6}, 6),
        ({"model_id": "stabilityai/sdxl-turbo"}, 1),
    ):
        document = {"schema_version": 1, "models": [{**lent, **own, "source": source}]}
        file.write_text(json.dumps(document), encoding="utf-8")
        assert blueprint_named(str(file)).num_inference_steps == steps


def test_descendants_share_the_very_architecture_of_their_base() -> None:
    base = blueprint_named("sdxl")
    shared = [one.name for one in known_blueprints() if one.parts == base.parts and one != base]
    assert {"sdxl-turbo", "sdxl-lightning", "hyper-sd", "flash-sdxl"} <= set(shared)
    assert blueprint_named("lcm-sdxl").denoiser.component.config == {
        **base.denoiser.component.config,
        "time_cond_proj_dim": 256,
    }


def test_every_component_has_counts_and_none_is_left_over() -> None:
    assert tuple(bundled_counts()) == component_keys()
    assert {part.key for one in known_blueprints() for part in one.parts} == set(component_keys())


@pytest.mark.parametrize(
    ("model", "size", "tflop", "digits"),
    [("sd-1.5", 512, 0.80, 2), ("sdxl", 1024, 6.76, 2), ("flux-dev", 1024, 74, 0)],
)
def test_one_row_of_a_denoiser_call_takes_the_published_tflop(
    model: str, size: int, tflop: float, digits: int
) -> None:
    call = work_of(blueprint_named(model), Setting(width=size, height=size)).denoiser
    assert round(call.flop_per_call / call.rows_per_call / 1e12, digits) == tflop


@pytest.mark.parametrize(
    ("model", "billion"),
    [
        ("stable-diffusion-3-medium", 7.7),
        ("kandinsky-2.2", 4.9),
        ("kandinsky-3", 12.0),
        ("ssd-1b", 2.2),
        ("sdxl", 3.5),
        ("sd-2.1", 1.3),
        ("openjourney", 1.1),
    ],
)
def test_all_parts_together_have_the_size_that_ml_energy_publishes(model: str, billion: float) -> None:
    assert round(work_of(blueprint_named(model)).parameters / 1e9, 1 if billion < 10 else 0) == billion


def test_the_work_of_a_denoiser_grows_with_its_steps() -> None:
    assert per_image("sdxl", "denoising", num_inference_steps=30) == pytest.approx(
        30 * per_image("sdxl", "denoising", num_inference_steps=1), rel=1e-12
    )


def test_guidance_doubles_the_denoiser_and_nothing_of_the_decoder() -> None:
    guided, plain = ({"guidance_scale": scale} for scale in (7.5, 1.0))
    assert per_image("sd-2.1", "denoising", **guided) == 2 * per_image("sd-2.1", "denoising", **plain)
    assert per_image("sd-2.1", "vae_decoding", **guided) == per_image("sd-2.1", "vae_decoding", **plain)


def test_guidance_encodes_a_negative_prompt_where_the_pipeline_does() -> None:
    for model, times in (("sd-1.5", 2), ("pixart-sigma", 2), ("sdxl", 1), ("flux-dev", 1)):
        once = per_image(model, "text_encoding", guidance_scale=0.0)
        assert per_image(model, "text_encoding", guidance_scale=5.0) == times * once


def test_a_scale_that_is_embedded_doubles_no_call() -> None:
    for model in ("flux-dev", "lcm-sdxl", "lcm-ssd-1b"):
        assert work_of(blueprint_named(model), Setting(guidance_scale=8.0)).denoiser.rows_per_call == 1


def test_a_batch_shares_weights_and_launches_but_no_arithmetic() -> None:
    one, four = (work_of(blueprint_named("sd3-medium"), Setting(batch_size=size)).total for size in (1, 4))
    assert four.tflop_per_image == one.tflop_per_image
    assert four.activation_bytes_per_image == one.activation_bytes_per_image
    assert four.weight_bytes_per_image == one.weight_bytes_per_image / 4
    assert four.operations_per_image == one.operations_per_image / 4


def test_evaluations_are_counted_as_a_profile_counts_them() -> None:
    for batch in (1, 8):
        assert work_of(blueprint_named("sdxl"), Setting(batch_size=batch)).denoiser_calls_per_image == 100
    assert work_of(blueprint_named("sd-1.5")).denoiser_calls_per_image == 102
    assert work_of(blueprint_named("flux-schnell")).denoiser_calls_per_image == 4


def test_a_scheduler_that_the_pipeline_does_not_run_with_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for model, name in (
        ("sdxl", "Foo"),
        ("sdxl", "FlowMatchEulerDiscreteScheduler"),
        ("flux-dev", "DDIMScheduler"),
    ):
        assert main(["blueprint", model, "--scheduler", name]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert f"{model}: scheduler '{name}' does not fit" in told.err
    assert main(["blueprint", "flux-dev", "--scheduler", "FlowMatchEulerDiscreteScheduler"]) == 0


def test_the_own_scheduler_named_is_the_own_scheduler() -> None:
    """PNDM skips its Runge-Kutta start in Stable Diffusion 1.5: 50 steps are 51 calls, named or not."""
    plain, named = (
        work_of(blueprint_named("sd-1.5"), Setting(scheduler=name, num_inference_steps=50))
        for name in (None, "PNDMScheduler")
    )
    assert plain.denoiser_calls_per_image == named.denoiser_calls_per_image == 2 * 51


def test_another_scheduler_brings_its_own_number_of_calls() -> None:
    work = work_of(
        blueprint_named("sd-1.5"), Setting(scheduler="HeunDiscreteScheduler", num_inference_steps=20)
    )
    assert work.denoiser.calls_per_batch == 39


def test_a_prompt_changes_work_only_where_it_is_not_filled_up() -> None:
    assert per_image("sdxl", prompt_tokens=10) == per_image("sdxl", prompt_tokens=70)
    lengths = [
        work_of(blueprint_named("lumina-next"), Setting(prompt_tokens=tokens)).passes[0].flop_per_call
        for tokens in (9, 16, 17, 256, 900)
    ]
    assert lengths[0] == lengths[1] < lengths[2] < lengths[3] == lengths[4]


def test_a_decoder_reads_no_weights_of_its_encoder() -> None:
    vae = work_of(blueprint_named("sdxl")).passes[-1]
    assert vae.parameters == 83_653_863
    assert vae.weight_bytes_per_call == 2 * 49_490_199


def test_float32_moves_twice_the_bytes_of_bfloat16() -> None:
    wide, narrow = (
        work_of(blueprint_named("flux"), Setting(dtype=dtype)).total for dtype in ("float32", "bfloat16")
    )  # type: ignore[arg-type]
    assert wide.weight_bytes_per_image == 2 * narrow.weight_bytes_per_image
    assert wide.activation_bytes_per_image == 2 * narrow.activation_bytes_per_image


def test_the_fit_gives_back_a_polynomial_without_rounding() -> None:
    exact = (3.0, 0.25, 7.0, 11.5, 2.0, 1.25)
    places = [(4, 8), (16, 8), (36, 8), (4, 16), (4, 24), (16, 16)]
    points = [(n, t, int(Fraction(evaluate(exact, n, t)))) for n, t in places]
    assert all(evaluate(exact, n, t) == count for n, t, count in points)
    assert fit(points) == exact


def test_the_work_of_a_bundled_model_is_known_without_torch() -> None:
    code = (
        "import sys; from bench.blueprints import blueprint_named, work_of; "
        "work_of(blueprint_named('flux-dev')); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"


def test_an_impossible_setting_is_refused_with_its_name() -> None:
    with pytest.raises(BlueprintError, match="num_inference_steps is 0"):
        per_image("sdxl", num_inference_steps=0)


def test_a_file_of_ones_own_takes_over_what_it_does_not_say() -> None:
    tiny = blueprint_named(str(TINY))
    assert (tiny.pipeline_class, tiny.guidance_scale, tiny.width) == ("StableDiffusionPipeline", 7.5, 32)
    assert tiny.parts[0].component.config["hidden_act"] == "quick_gelu"
    assert tiny.parts[0].component.config["hidden_size"] == 32


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"parts": [{"component": "clip-x"}]}, "no component 'clip-x'; nearest: clip-l"),
        ({"same_architecture_as": "sd-9"}, "names no blueprint 'sd-9'"),
        ({"guidance": "halves"}, "guidance: Input should be 'doubles' or 'embedded'"),
        ({"colour": "blue"}, "colour: Extra inputs are not permitted"),
    ],
)
def test_a_faulty_file_is_refused_with_place_and_reason(
    change: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    file = changed(change, tmp_path)
    with pytest.raises(BlueprintError) as refused:
        blueprint_named(file)
    assert sentence in str(refused.value)
    assert file in str(refused.value)


def test_a_file_of_another_version_or_without_a_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    for text, sentence in (
        ('{"schema_version": 2}', "schema_version is 2"),
        ('{"schema_version": 1}', "holds 0 models"),
        ('{"schema_version": 1, "model": []}', "unknown field 'model'"),
        ("{", "cannot be read"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BlueprintError, match=sentence):
            blueprint_named(str(file))


def test_the_command_lists_every_blueprint(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["blueprint"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [one.name for one in known_blueprints()]


def test_the_command_prints_one_blueprint_as_json_that_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["blueprint", "sdxl", "--steps", "25", "--width", "768", "--batch", "4", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["setting"]["width"] == 768
    assert document["denoiser_calls_per_image"] == 50
    stages = [one["tflop_per_image"] for one in document["stages"].values()]
    assert sum(stages) == pytest.approx(document["total"]["tflop_per_image"], rel=1e-12)


def test_the_command_names_sources_and_says_where_no_count_is_published(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["blueprint", "kandinsky-3"]) == 0
    page = capsys.readouterr().out
    assert "https://huggingface.co/kandinsky-community/kandinsky-3/blob/main/unet/config.json" in page
    assert page.count("no published count was found") == 2


def test_an_unknown_name_ends_with_the_nearest_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["blueprint", "sdxl-tubro"]) == 2
    assert "nearest: sdxl-turbo" in capsys.readouterr().err


def test_an_unknown_number_format_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["blueprint", "sdxl", "--dtype", "int8"]) == 2
    assert "choose one of float32, float16, bfloat16" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("tencent/HunyuanImage-2.1", "weighs its guidance"),
        ("HunyuanImage-2.1-Distilled", "weighs its guidance"),
        ("zai-org/GLM-Image", "tokens one by one"),
        ("briaai/BRIA-3.2", "not public"),
        ("briaai/FIBO", "not public"),
    ],
)
def test_a_model_that_is_known_to_have_no_blueprint_says_why(named: str, why: str) -> None:
    with pytest.raises(BlueprintError, match=why) as fault:
        blueprint_named(named)
    assert "nearest" not in str(fault.value)


def test_no_bundled_model_is_taken_for_one_without_a_blueprint() -> None:
    names = [name for each in known_blueprints() for name in (each.name, each.model_id, *each.aliases)]
    assert {blueprint_named(name).name for name in names} == {each.name for each in known_blueprints()}
