"""The work of one image: arithmetic, bytes and calls by stage, at any setting, without torch.

    FLOP per image  = sum over parts of calls x rows x FLOP of a row / batch
    bytes per image = sum over parts of calls x (weights read + rows x values moved) x bytes per value / batch
    calls           = executed calls of the sampler for the denoiser, once or twice a batch for an encoder, once for
                      the decoder; twice as many where guidance calls the denoiser a second time
    rows            = batch, or twice the batch where guidance doubles the rows of a call

Weights are read once a call whatever the rows: that is why small batches are bound by bytes, and small models at
small batches by the number of operations. Units: 1 TFLOP = 1e12 FLOP, one multiply-add = 2 FLOP.

How often a sampler calls the denoiser: the length of the timesteps that its diffusers class makes.

Most call once a step. Heun and KDPM2 call twice a step except once at the end; PNDM, the sampler of Stable
Diffusion 1.x, starts with one call more, or with nine more when its Runge-Kutta start is not skipped.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.blueprints.counts import Counts, bundled_counts, count
from bench.blueprints.parts import STAGES, Blueprint, BlueprintPart, Stage
from bench.blueprints.prompts import tokens_of
from bench.errors import BlueprintError
from bench.magnitude import beyond_reach
from bench.profile import Dtype

SECOND_ORDER = frozenset(
    {
        "HeunDiscreteScheduler",
        "FlowMatchHeunDiscreteScheduler",
        "KDPM2DiscreteScheduler",
        "KDPM2AncestralDiscreteScheduler",
        "DPMSolverSDEScheduler",
    }
)
"""Classes that evaluate twice a step."""

ALIKE = frozenset(
    {
        "DDIMScheduler",
        "DDPMScheduler",
        "DEISMultistepScheduler",
        "DPMSolverMultistepScheduler",
        "DPMSolverSDEScheduler",
        "DPMSolverSinglestepScheduler",
        "EulerAncestralDiscreteScheduler",
        "EulerDiscreteScheduler",
        "HeunDiscreteScheduler",
        "KDPM2AncestralDiscreteScheduler",
        "KDPM2DiscreteScheduler",
        "LMSDiscreteScheduler",
        "PNDMScheduler",
        "UniPCMultistepScheduler",
    }
)
"""Classes that take each other's place, diffusers' `compatibles` of each of them."""
ONE_WAY = frozenset({"EDMEulerScheduler"})
"""Classes that take the place of those, and are not replaced by them; any further class stands alone."""

RUNGE_KUTTA_CALLS = 9
"""Calls that the start of PNDM adds when it is not skipped."""


def sampler_calls(class_name: str, config: Mapping[str, Any], steps: int) -> int:
    """Denoiser calls of one batch; guidance that doubles is not in it, it makes the calls wider."""
    if class_name in SECOND_ORDER:
        return 2 * steps - 1
    if class_name == "PNDMScheduler" and steps > 1:
        return steps + (1 if config.get("skip_prk_steps") else RUNGE_KUTTA_CALLS)
    return steps


FLOP_PER_TFLOP = 1e12
BYTES_PER_VALUE: Mapping[Dtype, int] = {"float32": 4, "float16": 2, "bfloat16": 2}


@dataclass(frozen=True)
class Setting:
    """How an image is made; what is None is the intended use of the blueprint."""

    width: int | None = None
    """Width [pixels]."""
    height: int | None = None
    """Height [pixels]."""
    num_inference_steps: int | None = None
    """Steps of the scheduler."""
    guidance_scale: float | None = None
    """Scale of classifier-free guidance."""
    batch_size: int = 1
    """Images generated together."""
    prompt_tokens: int | None = None
    """Length of the prompt; None is the longest. It matters only where short prompts are not filled up."""
    scheduler: str | None = None
    """A diffusers scheduler class in the place of the blueprint's."""
    dtype: Dtype = "bfloat16"
    """Number format of weights and activations."""


COUNTS = ("width", "height", "num_inference_steps", "batch_size", "prompt_tokens")
"""The settings that are whole numbers from 1 on."""


@dataclass(frozen=True)
class Pass:
    """All calls of one part of a pipeline for one batch."""

    name: str
    """Component name in the pipeline."""
    component: str
    """Name among the architectures."""
    stage: Stage
    """Stage that it belongs to."""
    calls_per_batch: int
    """Calls of one batch [1]."""
    rows_per_call: int
    """Rows of a call [1]."""
    parameters: int
    """Weights [1]."""
    flop_per_call: float
    """Arithmetic of a call, the mean where those of the negative prompt are shorter [FLOP]."""
    weight_bytes_per_call: int
    """Weights read by a call [bytes]."""
    activation_bytes_per_call: float
    """Activations read and written by a call, without fusion or caches: an upper estimate [bytes]."""
    operations_per_call: int
    """Operations dispatched by a call [1]."""


@dataclass(frozen=True)
class StageWork:
    """One stage, or all of them, for one image."""

    tflop_per_image: float
    """Arithmetic [TFLOP]."""
    weight_bytes_per_image: float
    """Weights read [bytes]."""
    activation_bytes_per_image: float
    """Activations read and written, an upper estimate [bytes]."""
    operations_per_image: float
    """Operations dispatched [1]."""


@dataclass(frozen=True)
class Work:
    """What one image of a model takes at a setting."""

    model: str
    """Short name of the blueprint."""
    setting: Setting
    """The setting, nothing of it None but the scheduler and the prompt."""
    passes: tuple[Pass, ...]
    """The parts of the pipeline in order."""

    @property
    def parameters(self) -> int:
        """Weights of all parts [1]."""
        return sum(one.parameters for one in self.passes)

    @property
    def denoiser(self) -> Pass:
        """The calls of the denoiser."""
        return next(one for one in self.passes if one.stage == "denoising")

    @property
    def denoiser_calls_per_image(self) -> int:
        """Denoiser evaluations of one image; guidance that doubles counts twice, as in a profile."""
        return self.denoiser.calls_per_batch * self.denoiser.rows_per_call // self.setting.batch_size

    @property
    def total(self) -> StageWork:
        """All stages together."""
        return self._of(self.passes)

    def stage(self, stage: Stage) -> StageWork:
        """One stage."""
        return self._of(tuple(one for one in self.passes if one.stage == stage))

    @property
    def stages(self) -> dict[Stage, StageWork]:
        """Every stage, in order."""
        return {stage: self.stage(stage) for stage in STAGES}

    def _of(self, passes: tuple[Pass, ...]) -> StageWork:
        batch = self.setting.batch_size
        return StageWork(
            tflop_per_image=sum(one.calls_per_batch * one.flop_per_call for one in passes)
            / batch
            / FLOP_PER_TFLOP,
            weight_bytes_per_image=sum(one.calls_per_batch * one.weight_bytes_per_call for one in passes)
            / batch,
            activation_bytes_per_image=sum(
                one.calls_per_batch * one.activation_bytes_per_call for one in passes
            )
            / batch,
            operations_per_image=sum(one.calls_per_batch * one.operations_per_call for one in passes) / batch,
        )


@dataclass(frozen=True)
class _Use:
    """A setting in which nothing is left open."""

    calls: int
    guided: bool
    batch: int
    latents: int
    prompt_tokens: int | None
    bytes_per_value: int


def work_of(
    blueprint: Blueprint, setting: Setting | None = None, counts: Mapping[str, Counts] | None = None
) -> Work:
    """The work of one image.

    `counts` by component default to the bundled ones; components that are not among them are counted, which needs
    torch.

    Raises
    ------
    BlueprintError
        When the setting is impossible.
    """
    whole = _filled(blueprint, setting or Setting())
    use = _use(blueprint, whole)
    known = bundled_counts() if counts is None else counts
    return Work(
        model=blueprint.name,
        setting=whole,
        passes=tuple(
            _pass(blueprint, part, use, known.get(part.key) or count(part.component))
            for part in blueprint.parts
        ),
    )


def count_blueprint(blueprint: Blueprint) -> dict[str, Counts]:
    """Counts of every component of a blueprint, taken anew on the meta device."""
    return {part.key: count(part.component) for part in blueprint.parts}


def _filled(blueprint: Blueprint, setting: Setting) -> Setting:
    intended: dict[str, Any] = {
        "width": blueprint.width,
        "height": blueprint.height,
        "num_inference_steps": blueprint.num_inference_steps,
        "guidance_scale": blueprint.guidance_scale,
    }
    open_ones = {name: value for name, value in intended.items() if getattr(setting, name) is None}
    whole = dataclasses.replace(setting, **open_ones)
    for name in (*COUNTS, "guidance_scale"):
        value = getattr(whole, name)
        fault = None if value is None else beyond_reach(value)
        if fault is not None:
            raise BlueprintError(f"{blueprint.name}: {name}: {fault}")
        if name in COUNTS and value is not None and value < 1:
            raise BlueprintError(f"{blueprint.name}: {name} is {value}; it must be 1 or more")
    _require_scheduler(blueprint, whole.scheduler)
    return whole


def _require_scheduler(blueprint: Blueprint, name: str | None) -> None:
    """Refuse a class that the pipeline does not run with, as a run does."""
    own = blueprint.scheduler.class_name
    fitting = ALIKE | ONE_WAY if own in ALIKE else {own}
    if name is not None and name not in fitting:
        raise BlueprintError(
            f"{blueprint.name}: scheduler {name!r} does not fit {blueprint.pipeline_class}; choose one of "
            f"{', '.join(sorted(fitting))}"
        )


def _use(blueprint: Blueprint, whole: Setting) -> _Use:
    assert whole.width is not None
    assert whole.height is not None
    assert whole.num_inference_steps is not None
    assert whole.guidance_scale is not None
    sampler = whole.scheduler or blueprint.scheduler.class_name
    side = blueprint.latent_pixels
    return _Use(
        calls=sampler_calls(sampler, blueprint.scheduler.config, whole.num_inference_steps),
        guided=blueprint.guidance == "doubles" and whole.guidance_scale > blueprint.guidance_above,
        batch=whole.batch_size,
        latents=-(-whole.width // side) * -(-whole.height // side),
        prompt_tokens=whole.prompt_tokens,
        bytes_per_value=BYTES_PER_VALUE[whole.dtype],
    )


def _pass(blueprint: Blueprint, part: BlueprintPart, use: _Use, counts: Counts) -> Pass:
    latents = 0 if part.stage == "text_encoding" else use.latents
    rows = {"batch": use.batch, "guided": use.batch * (2 if use.guided else 1), "one": 1}[part.rows]
    lengths = [
        tokens_of(part, blueprint.parts, use.prompt_tokens, negative)
        for negative in _prompts(blueprint, part, use)
    ]
    flop, values = (
        rows * sum(of_row(latents, tokens) for tokens in lengths) / len(lengths)
        for of_row in (counts.flop_of_row, counts.values_of_row)
    )
    return Pass(
        name=part.name,
        component=part.key,
        stage=part.stage,
        calls_per_batch=_calls(part, use) * len(lengths),
        rows_per_call=rows,
        parameters=counts.parameters,
        flop_per_call=flop,
        weight_bytes_per_call=counts.weights_read_per_call * use.bytes_per_value,
        activation_bytes_per_call=values * use.bytes_per_value,
        operations_per_call=counts.operations_per_call,
    )


def _calls(part: BlueprintPart, use: _Use) -> int:
    if isinstance(part.calls, int):
        return part.calls
    return use.calls if part.calls in ("each_step", "each_step_with_negative") else 1


def _prompts(blueprint: Blueprint, part: BlueprintPart, use: _Use) -> tuple[bool, ...]:
    """The prompts that have a call of their own: False the prompt, True the negative one."""
    twice = part.calls == "each_step_with_negative" or (
        part.calls == "with_negative" and blueprint.encodes_negative
    )
    return (False, True) if twice and use.guided else (False,)
