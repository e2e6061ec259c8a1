"""`bench run BLUEPRINT --weights random`: tiny blueprints of each family from settings to a profile."""

import json
import math
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from bench.__main__ import main
from bench.blueprints import Setting, blueprint_named, work_of
from bench.blueprints.build import weight_shapes
from bench.errors import BlueprintError, MeasurementError, PipelineError
from bench.pairs import random_over_trained
from bench.pipelines import LoadedPipeline, PipelineMemoryError, Settings, load
from bench.pipelines.random_weights import pipeline_of
from bench.profile import Energy, Profile, Uncertainty
from bench.prompts import LENGTHS, bundled_prompts
from bench.protocol.tiers import IdleRule, WarmUpRule
from bench.run.plan import Plan
from bench.run.point import run_point
from bench.run.random_weights import widened
from bench.sweep.form import bundled_plans
from bench.sweep.plan import read_plan
from tests.bench.test_run import POWER_W, short_tier, steady_trace
from tests.bench.tiny_blueprints import SIDE, save_tiny

pytestmark = pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")

FAMILIES = ("sd-1.5", "sdxl", "pixart-alpha", "sd3-medium", "flux-dev")
OTHER_PIPELINES = ("lumina-next", "hunyuan-dit", "sana-1.6b", "pixart-sigma", "lcm-sdxl")
STEPS = 2
APPLE = "a red apple on a wooden table"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("random")
    torch.set_num_threads(1)
    for name in (*FAMILIES, *OTHER_PIPELINES):
        save_tiny(name, made)
    steady_trace(made / "trace.csv", seconds=60.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(made))
        yield made


def settings(folder: Path, name: str, **more: Any) -> Settings:
    usual: dict[str, Any] = {"dtype": "float32", "num_inference_steps": STEPS, "width": SIDE, "height": SIDE}
    return Settings(model=str(folder / f"tiny-{name}.json"), weights="random", device="cpu", **(usual | more))


def plan(folder: Path, name: str, output: Path, **more: Any) -> Plan:
    fields: dict[str, Any] = {
        "settings": settings(folder, name, dtype="bfloat16"),
        "tier": short_tier(
            window_min_s=0.1,
            windows_max=3,
            warm_up=WarmUpRule(duration_min_s=0.05, duration_max_s=0.1),
            idle=IdleRule(duration_s=0.1, dropped_s=0.05),
        ),
        "prompts": bundled_prompts("short"),
        "output": output,
        "meter_spec": f"replay:{folder / 'trace.csv'}",
        "seed": 7,
    }
    return Plan(**(fields | more))


@pytest.fixture(scope="module", params=FAMILIES)
def measured(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Profile]:
    name: str = request.param
    return name, run_point(plan(folder, name, folder / f"{name}-profile.json"))


def shapes_seen(loaded: LoadedPipeline, component: str, prompt: str) -> list[tuple[int, ...]]:
    """Shapes of the first tensor of every call of a component while one picture is made."""
    seen: list[tuple[int, ...]] = []

    def note(_module: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        tensors = [*args, *(keywords.get(name) for name in ("input_ids", "hidden_states", "sample"))]
        seen.append(tuple(next(one for one in tensors if one is not None).shape))

    hook = getattr(loaded.pipeline, component).register_forward_pre_hook(note, with_kwargs=True)
    loaded.generate([prompt], seed=0)
    hook.remove()
    return seen


def test_weights_are_random_quality_absent_and_a_replay_no_measurement(measured: tuple[str, Profile]) -> None:
    profile = measured[1]
    assert profile.evidence.kind == "estimated"
    assert profile.config.weights == "random"
    assert profile.quality == ()


def test_the_pipeline_calls_its_denoiser_as_often_as_the_blueprint_says(
    measured: tuple[str, Profile], folder: Path
) -> None:
    name, profile = measured
    blueprint = blueprint_named(str(folder / f"tiny-{name}.json"))
    expected = work_of(blueprint, Setting(num_inference_steps=STEPS)).denoiser_calls_per_image
    assert profile.config.denoiser_calls == expected
    assert profile.config.scheduler == blueprint.scheduler.class_name
    assert profile.config.pipeline_class == blueprint.pipeline_class
    assert profile.config.guidance_scale == blueprint.guidance_scale


def test_joules_of_a_steady_board_are_its_power_and_their_doubt_holds_the_weights(
    measured: tuple[str, Profile],
) -> None:
    energy = measured[1].energy
    assert energy is not None
    assert energy.mean_power_w == pytest.approx(POWER_W, rel=0.02)
    assert energy.uncertainty is not None
    pairs = random_over_trained(measured[1].config.backbone)
    assert energy.uncertainty.expanded_fraction >= 2 * abs(math.log(pairs.energy_ratio))


def test_a_note_names_blueprint_seed_and_what_it_leaves_open(measured: tuple[str, Profile]) -> None:
    name, profile = measured
    (note,) = (one for one in profile.notes if one.startswith("Weights of blueprint"))
    assert note.startswith(f"Weights of blueprint tiny-{name} drawn from seed 7")
    assert "less than trained ones in" in note
    assert "pairs on an H100; the absolute interval holds that" in note


def test_the_doubt_about_weights_adds_in_squares_and_leaves_comparisons_alone() -> None:
    """U-Nets lie 4.05 % off in the mean of logarithms and vary by 1.67 %: 4.38 % in squares."""
    known = Uncertainty(statistical_fraction=0.01, sensor_fraction=0.05, expanded_fraction=0.10)
    energy = Energy(
        energy_j_per_image=100.0,
        energy_half_width_95_j_per_image=2.0,
        windows=3,
        boundary="gpu",
        uncertainty=known,
    )
    wide = widened(energy, "unet")
    assert wide is not None
    assert wide.uncertainty is not None
    assert wide.uncertainty.expanded_fraction == pytest.approx(math.hypot(0.10, 2 * 0.0438), abs=1e-4)
    assert wide.energy_half_width_95_j_per_image == 2.0


@pytest.mark.parametrize("name", OTHER_PIPELINES)
def test_other_pipelines_run_with_as_many_calls_as_counted(folder: Path, name: str) -> None:
    loaded = load(settings(folder, name))
    loaded.generate([APPLE], seed=0)
    blueprint = blueprint_named(loaded.settings.model)
    work = work_of(blueprint, Setting(num_inference_steps=STEPS))
    assert loaded.denoiser_calls_per_image == work.denoiser_calls_per_image
    assert loaded.faults == []


@pytest.mark.parametrize(
    ("name", "component", "calls"),
    [
        ("sd-1.5", "text_encoder", [(1, 77), (1, 77)]),
        ("sdxl", "text_encoder_2", [(1, 77)]),
        ("pixart-alpha", "text_encoder", [(1, 120), (1, 120)]),
        ("sd3-medium", "text_encoder_3", [(1, 256), (1, 256)]),
        ("flux-dev", "text_encoder_2", [(1, 512)]),
    ],
)
def test_text_encoders_run_at_the_length_and_as_often_as_in_the_published_pipeline(
    folder: Path, name: str, component: str, calls: list[tuple[int, int]]
) -> None:
    assert shapes_seen(load(settings(folder, name)), component, APPLE) == calls


def test_a_longer_prompt_has_more_tokens(folder: Path) -> None:
    loaded = load(settings(folder, "sd-1.5"))
    assert loaded.prompt_tokens([APPLE]) == 7 + 2
    assert loaded.prompt_tokens([f"{APPLE}, flat colours."]) == 7 + 4 + 2
    means = [loaded.prompt_tokens(bundled_prompts(length).prompts) or 0.0 for length in LENGTHS]
    assert means[0] < means[1] < means[2] <= 77


def test_where_prompts_are_filled_up_to_the_longest_the_encoder_sees_the_length(folder: Path) -> None:
    loaded = load(settings(folder, "lumina-next"))
    short, long = (
        shapes_seen(loaded, "text_encoder", bundled_prompts(length).prompts[0])[0]
        for length in ("short", "long")
    )
    assert short == (1, 8)
    assert long[1] > 64
    assert long[1] % 8 == 0


def test_a_pipeline_computes_at_the_size_that_was_asked_for(folder: Path) -> None:
    """PixArt would else take the nearest size of its training, 1024 x 1024, and scale the picture."""
    shapes = shapes_seen(load(settings(folder, "pixart-alpha")), "transformer", APPLE)
    assert shapes == [(2, 4, SIDE // 8, SIDE // 8)] * STEPS


def test_the_same_seed_draws_the_same_weights_and_another_seed_others(folder: Path) -> None:
    def weights(seed: int) -> list[Any]:
        pipeline = load(settings(folder, "sd3-medium"), weights_seed=seed).pipeline
        return [*pipeline.transformer.parameters(), *pipeline.text_encoder_3.parameters()]

    first, again, other = weights(1), weights(1), weights(2)
    assert all(torch.equal(one, same) for one, same in zip(first, again, strict=True))
    assert not all(torch.equal(one, same) for one, same in zip(first, other, strict=True))


def test_equal_words_of_two_runs_are_equal_tokens(folder: Path) -> None:
    tokens = [load(settings(folder, "sd-1.5")).pipeline.tokenizer(APPLE)["input_ids"] for _ in range(2)]
    assert tokens[0] == tokens[1]
    assert len(set(tokens[0])) == 8
    assert max(tokens[0]) == tokens[0][-1] == 255


@pytest.mark.parametrize(
    "scheme", ["torchao-int8-weight-only", "torchao-int8-dynamic", "torchao-fp8-weight-only"]
)
def test_random_weights_are_quantized_by_torchao(folder: Path, scheme: str) -> None:
    chosen = settings(folder, "pixart-alpha", quantization={"denoiser": scheme}, dtype="bfloat16")
    loaded = load(chosen)
    loaded.generate([APPLE], seed=0)
    assert loaded.quantization == {"transformer": scheme}
    assert loaded.faults == []


def test_a_scheme_that_reads_files_is_refused(folder: Path) -> None:
    chosen = settings(folder, "sd-1.5")
    with pytest.raises(PipelineError, match="gguf:own reads its weights from files"):
        pipeline_of(blueprint_named(chosen.model), chosen, {"unet": "gguf:own"}, 0)


def changed(folder: Path, name: str, change: dict[str, Any], **config: Any) -> Path:
    """A copy of the tiny SD 1.5 with a model's field or the configuration of its text encoder changed."""
    document = json.loads((folder / "tiny-sd-1.5.json").read_text(encoding="utf-8"))
    document["models"][0] |= change
    document["components"]["tiny-text_encoder"]["config"] |= config
    (folder / f"tiny-{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder / f"tiny-{name}.json"


def test_weights_that_cannot_fit_are_refused_before_any_is_drawn(folder: Path) -> None:
    file = changed(folder, "huge", {}, vocab_size=10**12)
    assert weight_shapes(blueprint_named(str(file)).parts[0].component)[0] == (10**12, 32)
    with pytest.raises(
        PipelineMemoryError, match=r"weights on cpu: the weights need at least 119209\.\d GiB"
    ):
        load(settings(folder, "huge"))


def test_a_pipeline_that_diffusers_has_not_is_named(folder: Path) -> None:
    changed(folder, "unknown", {"pipeline_class": "NoSuchPipeline"})
    with pytest.raises(PipelineError, match=r"tiny-sd-1.5: diffusers [\d.]+ has no NoSuchPipeline"):
        load(settings(folder, "unknown"))


def test_steps_that_a_pipeline_cannot_do_are_told_in_a_sentence(folder: Path) -> None:
    """PixArt takes one step for a sampler of one-step models and reads a second result that its own has not."""
    loaded = load(settings(folder, "pixart-alpha", num_inference_steps=1))
    with pytest.raises(PipelineError, match=r"at 64 x 64, batch 1: the pipeline stopped: tuple index"):
        loaded.generate([APPLE], seed=0)


def test_files_of_weights_are_refused_for_random_ones(folder: Path) -> None:
    with pytest.raises(PipelineError, match="variant: tiny-sdxl with random weights has no files"):
        load(settings(folder, "sdxl", variant="fp16"))


def test_an_unknown_blueprint_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(BlueprintError, match="no blueprint 'sdxl-turbo2'; nearest: sdxl-turbo"):
        load(Settings(model="sdxl-turbo2", weights="random", device="cpu"))


def test_pictures_of_random_weights_are_refused(folder: Path) -> None:
    wanted = plan(folder, "sd-1.5", folder / "never.json", images=folder / "images")
    with pytest.raises(MeasurementError, match="pictures of random weights mean nothing"):
        run_point(wanted)


def test_the_command_takes_what_is_not_said_from_the_blueprint(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(folder / "command.json")
    point = [str(folder / "tiny-sd-1.5.json"), "--weights", "random", "--width", "60"]
    assert main(["run", *point, "-o", output, "--device", "cpu", "--meter", "none"]) == 2
    said = capsys.readouterr().err
    assert "tiny-sd-1.5.json at 60 x 64, batch 1: the pipeline stopped: `height` and `width`" in said


@pytest.mark.parametrize("name", list(bundled_plans()))
def test_a_bundled_plan_runs_blueprints_at_their_own_steps_and_guidance(name: str) -> None:
    for planned in read_plan(name).points:
        chosen = planned.point.settings
        blueprint = blueprint_named(chosen.model)
        assert chosen.by_blueprint
        assert chosen.model == blueprint.name
        assert chosen.num_inference_steps == blueprint.num_inference_steps
        assert chosen.guidance_scale == blueprint.guidance_scale


def test_a_folder_is_read_whatever_its_weights_are(folder: Path) -> None:
    assert not replace(settings(folder, "sdxl"), model=os.fspath(folder)).by_blueprint
