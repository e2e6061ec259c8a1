"""A pipeline that is ready to generate, and what is known about it; the pictures out of its arrays, and what can be
wrong with them.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.blueprints import STAGES, Blueprint, Stage
from bench.errors import PipelineError
from bench.pipelines.device import PipelineMemoryError, out_of_memory, peak_bytes, reset_peak, synchronize
from bench.pipelines.settings import Settings
from bench.pipelines.watch import CallCounter, stage_marks

FaultKind = Literal["not finite", "black", "blocked by the safety checker"]


@dataclass(frozen=True)
class ImageFault:
    """A picture that must not be shown or judged."""

    index: int
    """Position among the pictures of its call, from 0."""
    prompt: str
    seed: int
    kind: FaultKind

    def sentence(self) -> str:
        """What is wrong, where, and what to do."""
        cures = {
            "not finite": "run it in bfloat16 or float32, or leave the quantization out",
            "black": "run it in bfloat16 or float32, and look at the prompt",
            "blocked by the safety checker": "change the prompt",
        }
        return f"image {self.index} (seed {self.seed}, prompt {self.prompt!r}) is {self.kind}; {cures[self.kind]}"


def fault_kinds(arrays: Any, blocked: Sequence[bool] | None) -> list[FaultKind | None]:
    """What is wrong with each picture of an array [image, row, column, channel] with values 0 to 1."""
    import numpy as np

    kinds: list[FaultKind | None] = []
    for i, array in enumerate(arrays):
        if blocked is not None and blocked[i]:
            kinds.append("blocked by the safety checker")
        elif not np.isfinite(array).all():
            kinds.append("not finite")
        else:
            kinds.append("black" if array.max() < 0.5 / 255.0 else None)
    return kinds


def to_pictures(arrays: Any) -> list[Any]:
    """PIL images as diffusers makes them; values that are not finite become 0."""
    import numpy as np
    from PIL import Image

    scaled = (np.nan_to_num(arrays, nan=0.0, posinf=0.0, neginf=0.0) * 255.0).round().clip(0, 255)
    return [Image.fromarray(array.squeeze()) for array in scaled.astype(np.uint8)]


SEEDS = 2**63


@dataclass
class LoadedPipeline:
    """One diffusers pipeline on its device; it counts denoiser evaluations and keeps faults of pictures."""

    settings: Settings
    pipeline: Any
    denoiser_names: tuple[str, ...]
    quantization: dict[str, str]
    """Scheme per component under the pipeline's own component names."""
    parameters: int | None
    """Weights of the denoiser."""
    load_s: float
    """Duration of loading [s]."""
    counter: CallCounter
    images: int = 0
    """Pictures generated since the last reset."""
    faults: list[ImageFault] = field(default_factory=list)
    """Faulty pictures since the last reset."""
    blueprint: Blueprint | None = None
    """The architecture, when its weights are random."""

    @property
    def guidance_scale(self) -> float | None:
        """Scale that the pipeline is called with; None is the pipeline's own."""
        intended = self.blueprint.guidance_scale if self.blueprint else None
        return intended if self.settings.guidance_scale is None else self.settings.guidance_scale

    def generate(self, prompts: Sequence[str], seed: int) -> list[Any]:
        """PIL images, one a prompt, in calls of `batch_size`; picture i is drawn from seed + i.

        The noise is drawn on the CPU, so that a seed gives the same start on every device and to a quantized twin.

        Raises
        ------
        PipelineMemoryError
            When the device has not enough memory for the pictures.
        """
        size = self.settings.batch_size
        pictures: list[Any] = []
        for start in range(0, len(prompts), size):
            pictures += self._one_call(prompts[start : start + size], seed + start, start)
        return pictures

    def synchronize(self) -> None:
        """Wait until the device is done."""
        synchronize(self.settings.device)

    def reset_counts(self) -> None:
        """Begin anew: evaluations, pictures, faults and the largest memory."""
        self.counter.evaluations = self.images = 0
        self.faults.clear()
        reset_peak(self.settings.device)

    @property
    def denoiser_calls_per_image(self) -> float | None:
        """Denoiser evaluations of one picture since the last reset; guidance doubles them."""
        return self.counter.evaluations / self.images if self.images else None

    @property
    def peak_memory_bytes(self) -> int | None:
        """Largest memory in use on the board since the last reset [bytes]; None off CUDA."""
        return peak_bytes(self.settings.device)

    def stage_seconds(self, prompts: Sequence[str], seed: int) -> dict[Stage, float]:
        """Seconds of each stage of one call. The device is waited for between stages: keep it out of windows."""
        marks: dict[Stage, float] = {}
        self.on_stages(prompts, seed, lambda stage: marks.setdefault(stage, time.perf_counter()))
        ends = [*list(marks.values())[1:], time.perf_counter()]
        return {stage: end - marks[stage] for stage, end in zip(marks, ends, strict=True)}

    def on_stages(self, prompts: Sequence[str], seed: int, begin: Callable[[Stage], object]) -> list[Any]:
        """One call that tells when each stage begins, the device being idle at that moment."""

        def announce(stage: Stage) -> None:
            self.synchronize()
            begin(stage)

        announce(STAGES[0])
        with stage_marks(self.pipeline, self._denoisers(), announce):
            pictures = self._one_call(prompts, seed, 0)
        self.synchronize()
        return pictures

    def prompt_tokens(self, prompts: Sequence[str]) -> float | None:
        """Mean length of the prompts by the first tokenizer [tokens], marks of begin and end included."""
        named = (getattr(self.pipeline, name, None) for name in ("tokenizer", "prior_tokenizer"))
        tokenizer = next((one for one in named if one is not None), None)
        if tokenizer is None or not prompts:
            return None
        lengths = [len(ids) for ids in tokenizer(text=list(prompts))["input_ids"]]
        return sum(lengths) / len(lengths)

    def _denoisers(self) -> list[Any]:
        return [getattr(self.pipeline, name) for name in self.denoiser_names]

    def _one_call(self, prompts: Sequence[str], seed: int, first: int) -> list[Any]:
        import torch

        seeds = [(seed + i) % SEEDS for i in range(len(prompts))]
        generators = [torch.Generator("cpu").manual_seed(one) for one in seeds]
        try:
            output = self.pipeline(
                prompt=list(prompts), generator=generators, **self._arguments(len(prompts))
            )
        except (RuntimeError, MemoryError, ValueError, TypeError, LookupError) as fault:
            raise self._translated(fault) from fault
        arrays = output.images if hasattr(output, "images") else output.image
        self._require_size(arrays)
        self._keep_faults(arrays, getattr(output, "nsfw_content_detected", None), prompts, seeds, first)
        self.images += len(prompts)
        return to_pictures(arrays)

    def _arguments(self, count: int) -> dict[str, Any]:
        settings = self.settings
        return {
            "num_inference_steps": settings.num_inference_steps,
            "width": settings.width,
            "height": settings.height,
            "output_type": "np",
            **_own_size(self.pipeline),
            **_own_times(self.pipeline, settings.num_inference_steps),
            **_guidance(self.pipeline, self.guidance_scale, count),
        }

    def _require_size(self, arrays: Any) -> None:
        """Some pipelines round the size to what they can do, and the profile would name the wrong one."""
        height, width = arrays.shape[1:3]
        if (width, height) != (self.settings.width, self.settings.height):
            raise PipelineError(
                f"{self.settings.model}: made {width} x {height} pixels instead of {self.settings.width} x "
                f"{self.settings.height}; ask for a size that the pipeline can do"
            )

    def _keep_faults(
        self,
        arrays: Any,
        blocked: Sequence[bool] | None,
        prompts: Sequence[str],
        seeds: Sequence[int],
        first: int,
    ) -> None:
        kinds = fault_kinds(arrays, blocked)
        self.faults += [
            ImageFault(first + i, prompts[i], seeds[i], kind)
            for i, kind in enumerate(kinds)
            if kind is not None
        ]

    def _translated(self, fault: Exception) -> PipelineError:
        settings = self.settings
        place = f"{settings.model} at {settings.width} x {settings.height}, batch {settings.batch_size}"
        if out_of_memory(fault):
            return PipelineMemoryError(
                f"{place}: {settings.device} is out of memory; choose a smaller batch, a smaller picture, "
                "a quantization or offload"
            )
        lines = str(fault).splitlines() or [type(fault).__name__]
        return PipelineError(f"{place}: the pipeline stopped: {lines[0]}")


def guidance_name(pipeline: Any) -> str:
    """The keyword of a pipeline for classifier-free guidance.

    Pipelines whose `guidance_scale` is None by default, such as QwenImagePipeline, read it only for distilled
    weights and take the scale as `true_cfg_scale`.
    """
    import inspect

    names = inspect.signature(pipeline.__call__).parameters
    silent = "guidance_scale" not in names or names["guidance_scale"].default is None
    return "true_cfg_scale" if silent and "true_cfg_scale" in names else "guidance_scale"


def _own_size(pipeline: Any) -> dict[str, bool]:
    """PixArt, SANA and Hunyuan-DiT would compute at the nearest size of their training and scale the picture.

    At 512 x 512 a PixArt of 1024 would do four times the work that the profile names.
    """
    import inspect

    name = "use_resolution_binning"
    return {name: False} if name in inspect.signature(pipeline.__call__).parameters else {}


def _own_times(pipeline: Any, steps: int) -> dict[str, None]:
    """SANA-Sprint has a noise level of its own between two steps and refuses it for other numbers of them."""
    import inspect

    name = "intermediate_timesteps"
    return {name: None} if steps != 2 and name in inspect.signature(pipeline.__call__).parameters else {}


def _guidance(pipeline: Any, scale: float | None, count: int) -> dict[str, Any]:
    if scale is None:
        return {}
    name = guidance_name(pipeline)
    # Without a negative prompt `true_cfg_scale` is ignored; a blank one is what the model cards use.
    blank = {"negative_prompt": [" "] * count} if name == "true_cfg_scale" and scale > 1 else {}
    return {name: scale, **blank}
