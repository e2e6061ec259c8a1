"""What is changed on a loaded pipeline: scheduler, attention kernel, step cache, compilation, offload."""

from typing import Any

from bench.errors import PipelineError
from bench.pipelines.settings import Settings


def tune(pipeline: Any, denoiser: Any, settings: Settings) -> None:
    """Apply every setting that is not a matter of loading. Compilation comes before offload hooks wrap the call."""
    if settings.scheduler:
        _set_scheduler(pipeline, settings.scheduler)
    if settings.attention_backend:
        _set_attention(denoiser, settings.attention_backend)
    if settings.cache:
        _enable_cache(pipeline, denoiser, settings.cache)
    if settings.compile_mode:
        _compile(denoiser, settings.compile_mode)
    _place(pipeline, settings)
    pipeline.set_progress_bar_config(disable=True)


def _set_scheduler(pipeline: Any, name: str) -> None:
    import diffusers

    compatible = {kind.__name__ for kind in pipeline.scheduler.compatibles} | {
        type(pipeline.scheduler).__name__
    }
    if name not in compatible:
        known = ", ".join(sorted(compatible))
        raise PipelineError(f"scheduler {name} does not fit {type(pipeline).__name__}; choose one of {known}")
    pipeline.scheduler = getattr(diffusers, name).from_config(pipeline.scheduler.config)


def _set_attention(denoiser: Any, backend: str) -> None:
    processors = [module.processor for module in denoiser.modules() if hasattr(module, "processor")]
    if not any(hasattr(processor, "_attention_backend") for processor in processors):
        raise PipelineError(
            f"attention backend {backend}: {type(denoiser).__name__} takes none; leave the setting out"
        )
    try:
        denoiser.set_attention_backend(backend)
    except (ValueError, RuntimeError, ImportError) as fault:
        raise PipelineError(f"attention backend {backend} cannot be used: {_first_line(fault)}") from None


def _enable_cache(pipeline: Any, denoiser: Any, name: str) -> None:
    import diffusers

    if not hasattr(denoiser, "enable_cache"):
        raise PipelineError(
            f"step cache {name}: {type(denoiser).__name__} has no enable_cache; leave the setting out"
        )
    configs = {
        "first-block": lambda: diffusers.FirstBlockCacheConfig(),
        "taylorseer": lambda: diffusers.TaylorSeerCacheConfig(),
        "pyramid-attention": lambda: diffusers.PyramidAttentionBroadcastConfig(
            spatial_attention_block_skip_range=2, current_timestep_callback=lambda: pipeline.current_timestep
        ),
    }
    try:
        denoiser.enable_cache(configs[name]())
    except (ValueError, AttributeError) as fault:
        raise PipelineError(
            f"step cache {name} does not fit {type(denoiser).__name__}: {_first_line(fault)}; choose another"
        ) from None


def _compile(denoiser: Any, mode: str) -> None:
    """Compile the forward alone, so that the hooks which count calls stay outside the compiled graph."""
    import torch

    denoiser.forward = torch.compile(denoiser.forward, mode=mode)


def _place(pipeline: Any, settings: Settings) -> None:
    if settings.offload is None:
        pipeline.to(settings.device)
        return
    if settings.device == "cpu":
        raise PipelineError("offload moves weights from a board to the host; with device cpu leave it out")
    if settings.offload == "model":
        pipeline.enable_model_cpu_offload(device=settings.device)
    else:
        pipeline.enable_sequential_cpu_offload(device=settings.device)


def _first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0].rstrip(".")
