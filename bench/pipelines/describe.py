"""What a loaded pipeline is, in the words of the profile."""

from pathlib import Path
from typing import Any

from bench.models import model_info
from bench.pipelines.loaded import LoadedPipeline, guidance_name
from bench.profile import Backbone, Config

BACKBONES: tuple[tuple[str, Backbone], ...] = (
    ("UNet", "unet"),
    ("Sana", "linear_dit"),
    ("Lumina", "next_dit"),
    ("ZImage", "next_dit"),
    ("SD3", "mmdit"),
    ("Flux", "mmdit"),
    ("Chroma", "mmdit"),
    ("QwenImage", "mmdit"),
    ("AuraFlow", "mmdit"),
    ("PixArt", "dit"),
    ("HunyuanDiT", "dit"),
    ("DiTTransformer", "dit"),
    ("CogView", "dit"),
)
"""Beginning or part of a denoiser's class name, and the family it belongs to."""


def backbone_of(class_name: str) -> Backbone:
    """Family of a denoiser by its class name."""
    return next((family for part, family in BACKBONES if part in class_name), "other")


def config_of(
    loaded: LoadedPipeline, *, prompt_set: str | None = None, prompt_tokens: float | None = None
) -> Config:
    """The settings as they stand in a profile, with the denoiser calls counted since the last reset."""
    settings, pipeline = loaded.settings, loaded.pipeline
    calls = loaded.denoiser_calls_per_image
    model_id = loaded.blueprint.model_id if loaded.blueprint else settings.model
    known = model_info(model_id)
    return Config(
        model_id=model_id,
        model_name=known.name if known else Path(model_id).name,
        revision=settings.revision,
        backbone=backbone_of(type(getattr(pipeline, loaded.denoiser_names[0])).__name__),
        parameters=loaded.parameters,
        pipeline_class=type(pipeline).__name__,
        dtype=settings.dtype,
        quantization=_scheme_names(loaded),
        width=settings.width,
        height=settings.height,
        num_inference_steps=settings.num_inference_steps,
        denoiser_calls=None if calls is None else round(calls),
        guidance_scale=loaded.guidance_scale
        if loaded.guidance_scale is not None
        else _default_guidance(pipeline),
        batch_size=settings.batch_size,
        scheduler=type(pipeline.scheduler).__name__,
        prompt_set=prompt_set,
        prompt_tokens=prompt_tokens,
        attention_backend=settings.attention_backend,
        compile_mode=settings.compile_mode,
        cache=settings.cache,
        offload=settings.offload,
        weights=settings.weights,
    )


def _scheme_names(loaded: LoadedPipeline) -> dict[str, str]:
    """A GGUF file is recorded by its name, which tells its scheme; its folder is nobody's business."""
    return {
        name: f"gguf:{Path(scheme.removeprefix('gguf:')).name}" if scheme.startswith("gguf:") else scheme
        for name, scheme in loaded.quantization.items()
    }


def _default_guidance(pipeline: Any) -> float | None:
    import inspect

    parameter = inspect.signature(pipeline.__call__).parameters.get(guidance_name(pipeline))
    return float(parameter.default) if parameter and isinstance(parameter.default, int | float) else None
