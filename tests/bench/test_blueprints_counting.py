"""Architectures on the meta device: parameters, arithmetic against hand counts and against torch's own counter."""

import inspect
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from bench.blueprints import Setting, blueprint_named, count_blueprint, known_blueprints, work_of
from bench.blueprints.build import built, drawn, parameters_of
from bench.blueprints.counting import count_module, counted
from bench.blueprints.counts import bundled_counts, count
from bench.blueprints.inputs import call
from bench.blueprints.parts import Blueprint, Component, Context
from bench.blueprints.shape import Shape
from bench.blueprints.table import component_keys, component_named
from bench.blueprints.work import ALIKE, ONE_WAY, SECOND_ORDER, sampler_calls
from bench.errors import BlueprintError
from bench.pipelines.loaded import guidance_name
from bench.profile import Dtype

with warnings.catch_warnings():
    # diffusers 0.42 compiles a function with torch.jit.script while it is imported.
    warnings.filterwarnings("ignore", message="`torch.jit.script` is deprecated", category=DeprecationWarning)
    import diffusers

torch.set_num_threads(1)

TINY = Path(__file__).with_name("data") / "tiny-blueprint.json"
PUBLISHED = [key for key in component_keys() if component_named(key).published]

NEEDS_TORCHSDE = {"DPMSolverSDEScheduler"}


def meta(*size: int) -> Any:
    return torch.empty(size, device="meta")


def in_digits(number: int, digits: int, rounding: str) -> int:
    """A count as its publisher would write it."""
    unit = 10 ** (len(str(number)) - digits)
    if rounding == "nearest":
        return (number + unit // 2) // unit * unit
    return -(-number // unit) * unit if rounding == "up" else number // unit * unit


@pytest.mark.parametrize("key", PUBLISHED)
def test_a_network_has_as_many_parameters_as_published(key: str) -> None:
    component = component_named(key)
    published = component.published
    assert published is not None
    number = parameters_of(component, with_tables=published.with_tables)
    assert in_digits(number, published.digits, published.rounding) == published.parameters


def test_the_digits_of_a_count_are_kept_as_its_publisher_rounds() -> None:
    assert in_digits(865_910_724, 3, "down") == 865_000_000
    assert in_digits(865_910_724, 3, "nearest") == 866_000_000
    assert in_digits(482_346_884, 2, "up") == 490_000_000


def test_a_linear_layer_takes_two_flop_for_each_weight_and_row() -> None:
    layer = torch.nn.Linear(8, 16, device="meta")
    found = counted(layer, lambda: layer(meta(2, 3, 8)))
    assert found.flop == 2 * (2 * 3) * 8 * 16
    assert found.values_moved == 2 * 3 * 8 + 2 * 3 * 16
    assert (found.weights_read, found.operations) == (8 * 16 + 16, 1)


def test_a_convolution_takes_two_flop_for_each_weight_and_pixel() -> None:
    layer = torch.nn.Conv2d(3, 5, 3, padding=1, groups=1, device="meta")
    found = counted(layer, lambda: layer(meta(2, 3, 4, 6)))
    assert found.flop == 2 * (2 * 4 * 6) * 3 * 5 * 3 * 3
    assert (found.weights_read, found.operations) == (5 * 3 * 9 + 5, 1)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_one_operation_that_counts_every_pair(causal: bool) -> None:
    def attend() -> Any:
        return torch.nn.functional.scaled_dot_product_attention(
            meta(1, 4, 5, 8), meta(1, 2, 7, 8), value=meta(1, 2, 7, 16), is_causal=causal, enable_gqa=True
        )

    found = counted(torch.nn.Identity(), attend)
    assert found.flop == 2 * 4 * 5 * 7 * (8 + 16)
    assert found.values_moved == 4 * 5 * 8 + 2 * 7 * 8 + 2 * 7 * 16 + 4 * 5 * 16
    assert found.operations == 1


def test_a_table_that_is_looked_up_is_not_read() -> None:
    table = torch.nn.Embedding(1000, 4, device="meta")
    found = counted(table, lambda: table(torch.empty((1, 6), dtype=torch.long, device="meta")))
    assert (found.flop, found.weights_read, found.operations) == (0, 0, 1)


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ("sd1-unet", Shape(2, 64, 64, 77)),
        ("sd3-medium-transformer", Shape(1, 64, 64, 100)),
        ("clip-l", Shape(1, tokens=77)),
        ("kl-f8", Shape(1, 64, 64)),
    ],
)
def test_torchs_own_counter_finds_the_same_arithmetic(key: str, shape: Shape) -> None:
    component = component_named(key)
    module = built(component)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        call(component, module, shape)
    assert count_module(built(component), component, shape).flop == counter.get_total_flops()


@pytest.mark.parametrize(
    "key", ["sd1-unet", "clip-l", "kl-f8-sdxl", "sana-0.6b-transformer", "kandinsky-2.2-prior"]
)
def test_the_bundled_counts_are_those_of_a_recount(key: str) -> None:
    assert count(component_named(key)) == bundled_counts()[key]


@pytest.mark.parametrize(
    ("model", "width", "height", "batch"),
    [
        ("sdxl", 768, 1344, 1),
        ("pixart-sigma", 512, 2048, 3),
        ("flux-dev", 768, 1024, 1),
        ("ssd-1b", 512, 512, 2),
    ],
)
def test_work_at_any_size_is_what_a_count_at_that_size_gives(
    model: str, width: int, height: int, batch: int
) -> None:
    blueprint = blueprint_named(model)
    denoiser = work_of(blueprint, Setting(width=width, height=height, batch_size=batch)).denoiser
    tokens = sum(part.tokens_max or 0 for part in blueprint.parts if part.context)
    shape = Shape(denoiser.rows_per_call, height // 8, width // 8, tokens)
    found = count_module(built(blueprint.denoiser.component), blueprint.denoiser.component, shape)
    assert denoiser.flop_per_call == found.flop
    assert denoiser.activation_bytes_per_call == pytest.approx(2 * found.values_moved, rel=0.01)
    assert denoiser.weight_bytes_per_call == 2 * found.weights_read
    assert denoiser.operations_per_call == pytest.approx(found.operations, rel=0.05)


@pytest.mark.parametrize(
    "name",
    sorted({one.scheduler.class_name for one in known_blueprints()} | (ALIKE | ONE_WAY) - NEEDS_TORCHSDE),
)
def test_schedulers_take_each_others_place_as_diffusers_lets_them(name: str) -> None:
    """Oracle: `compatibles` of diffusers' own class, which `bench run` asks."""
    theirs = {one.__name__ for one in getattr(diffusers, name)._get_compatibles()} | {name}
    assert theirs == (ALIKE | ONE_WAY if name in ALIKE else {name})


@pytest.mark.parametrize("name", [one.name for one in known_blueprints()])
def test_the_pipeline_takes_every_part_under_its_name_and_its_scheduler_every_setting(name: str) -> None:
    blueprint = blueprint_named(name)
    pipeline = getattr(diffusers, blueprint.pipeline_class)
    taken = set(inspect.signature(pipeline.__init__).parameters)
    assert {part.name for part in blueprint.parts} <= taken
    scheduler = getattr(diffusers, blueprint.scheduler.class_name)
    assert set(blueprint.scheduler.config) <= set(inspect.signature(scheduler.__init__).parameters)


@pytest.mark.parametrize("name", [one.name for one in known_blueprints() if one.same_architecture_as is None])
def test_a_base_runs_at_the_defaults_of_its_pipeline(name: str) -> None:
    blueprint = blueprint_named(name)
    pipeline = getattr(diffusers, blueprint.pipeline_class)
    defaults = inspect.signature(pipeline.__call__).parameters
    assert blueprint.num_inference_steps == defaults["num_inference_steps"].default
    assert blueprint.guidance_scale == defaults[guidance_name(pipeline)].default
    longest = defaults.get("max_sequence_length")
    if longest is not None:
        reaching = {part.context.tokens_max for part in blueprint.parts if isinstance(part.context, Context)}
        assert longest.default in {part.tokens_max for part in blueprint.parts} | reaching


@pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")
@pytest.mark.parametrize("steps", [1, 2, 20])
@pytest.mark.parametrize(
    "kind",
    sorted(
        SECOND_ORDER - NEEDS_TORCHSDE
        | {"PNDMScheduler", "DDIMScheduler", "EulerDiscreteScheduler", "DPMSolverMultistepScheduler"}
        | {"FlowMatchEulerDiscreteScheduler", "LCMScheduler", "UniPCMultistepScheduler"}
    ),
)
def test_a_sampler_calls_the_denoiser_as_often_as_it_has_timesteps(kind: str, steps: int) -> None:
    configs: list[dict[str, Any]] = [{}]
    if kind == "PNDMScheduler":
        configs = [{"skip_prk_steps": True}] if steps < 4 else [{"skip_prk_steps": True}, {}]
    for config in configs:
        scheduler = getattr(diffusers, kind)(**config)
        scheduler.set_timesteps(steps)
        assert sampler_calls(kind, config, steps) == len(scheduler.timesteps)


def test_a_file_of_ones_own_is_counted_on_the_spot() -> None:
    tiny = blueprint_named(str(TINY))
    work = work_of(tiny, counts=count_blueprint(tiny))
    assert work == work_of(tiny)
    assert work.parameters == sum(parameters_of(part.component) for part in tiny.parts)


def components(blueprint: Blueprint, dtype: Dtype, seed: int) -> dict[str, Any]:
    return {part.name: drawn(blueprint, part.name, "cpu", dtype, seed) for part in blueprint.parts}


def test_random_weights_come_from_their_seed() -> None:
    tiny = blueprint_named(str(TINY))
    first, again, other = (components(tiny, "bfloat16", seed) for seed in (1, 1, 2))
    assert set(first) == {"text_encoder", "unet", "vae"}
    for name in ("text_encoder", "unet", "vae"):
        weights = [dict(one[name].named_parameters()) for one in (first, again, other)]
        assert {weight.dtype for weight in weights[0].values()} == {torch.bfloat16}
        assert all(torch.equal(weight, weights[1][key]) for key, weight in weights[0].items())
        assert not all(torch.equal(weight, weights[2][key]) for key, weight in weights[0].items())


def test_random_weights_give_finite_numbers() -> None:
    tiny = components(blueprint_named(str(TINY)), "float32", 0)
    with torch.no_grad():
        context = tiny["text_encoder"](torch.zeros((1, 77), dtype=torch.long)).last_hidden_state
        noise = tiny["unet"](torch.ones(1, 4, 16, 16), torch.tensor(10), context).sample
        picture = tiny["vae"].decode(noise).sample
    assert picture.shape == (1, 3, 32, 32)
    assert bool(picture.isfinite().all())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"class_name": "NoSuchModel"}, "diffusers knows no class NoSuchModel"),
        ({"config": {"no_such_field": 1}}, "UNet2DConditionModel: the configuration does not fit"),
    ],
)
def test_a_component_that_cannot_be_built_says_why(change: dict[str, Any], sentence: str) -> None:
    unet = component_named("sd1-unet")
    with pytest.raises(BlueprintError, match=sentence):
        built(Component.model_validate({**dict(unet), **change}))


def test_a_class_whose_inputs_are_unknown_is_refused_with_those_that_are_known() -> None:
    component = component_named("sd1-unet")
    other = Component.model_validate({**dict(component), "class_name": "UNet2DModel", "config": {}})
    with pytest.raises(BlueprintError, match="UNet2DModel: its inputs are not known; known: CLIPTextModel"):
        call(other, None, Shape(1))
