"""From settings to a pipeline on its device, with every refusal that can be known before the weights are read."""

import time
from pathlib import Path
from typing import Any

from bench.errors import PipelineError
from bench.pipelines.device import free_bytes, needed_on_device, require_device
from bench.pipelines.fetch import local_folder, require_extra
from bench.pipelines.folder import (
    DENOISERS,
    PipelineFolder,
    parameters,
    read_folder,
    require_memory,
    weight_bytes,
)
from bench.pipelines.loaded import LoadedPipeline, PipelineMemoryError
from bench.pipelines.schemes import GGUF, check_machine, quantizer
from bench.pipelines.settings import DENOISER, Settings
from bench.pipelines.tuning import tune
from bench.pipelines.watch import CallCounter


def load(settings: Settings) -> LoadedPipeline:
    """The pipeline of the settings, ready to generate.

    Raises
    ------
    PipelineError
        With one sentence: a missing extra, device or package, a quantization that the device cannot do, a
        licence to be accepted, a folder that holds no text-to-image pipeline, not enough memory.
    """
    begin = time.perf_counter()
    require_extra()
    require_device(settings.device)
    folder = read_folder(local_folder(settings))
    denoiser, schemes = folder.denoiser, _schemes(settings, folder)
    check_machine(schemes, settings.device)
    _require_memory(settings, folder, schemes)
    pipeline = _read(settings, folder, schemes)
    tune(pipeline, getattr(pipeline, denoiser), settings)
    names = tuple(name for name in DENOISERS if getattr(pipeline, name, None) is not None)
    return LoadedPipeline(
        settings=settings,
        pipeline=pipeline,
        denoiser_names=names,
        quantization=schemes,
        parameters=parameters(folder, denoiser, settings.variant),
        load_s=time.perf_counter() - begin,
        counter=CallCounter([getattr(pipeline, name) for name in names]),
    )


def _schemes(settings: Settings, folder: PipelineFolder) -> dict[str, str]:
    """The schemes under the pipeline's own component names."""
    schemes = {
        folder.denoiser if name == DENOISER else name: scheme
        for name, scheme in settings.quantization.items()
    }
    for name, scheme in schemes.items():
        if name not in folder.components:
            raise PipelineError(
                f"quantization of {name}: {folder.class_name} has no such component; "
                f"choose of {', '.join(folder.components)}"
            )
        if scheme.startswith(GGUF) and name != folder.denoiser:
            raise PipelineError(f"quantization of {name}: GGUF files are read for {folder.denoiser} alone")
    return schemes


def _require_memory(settings: Settings, folder: PipelineFolder, schemes: dict[str, str]) -> None:
    free = free_bytes(settings.device)
    if free is not None:
        weights = weight_bytes(folder, schemes, settings.dtype, settings.variant)
        require_memory(needed_on_device(settings, weights), free, f"{settings.model} on {settings.device}")


def _read(settings: Settings, folder: PipelineFolder, schemes: dict[str, str]) -> Any:
    import torch
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    diffusers_logging.disable_progress_bar()
    diffusers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        pipeline = _class_of(folder).from_pretrained(folder.path, **_keywords(settings, folder, schemes))
    except (torch.OutOfMemoryError, MemoryError):
        raise PipelineMemoryError(
            f"{settings.device} is out of memory while {settings.model} is loaded; choose a quantization or offload"
        ) from None
    except (OSError, ValueError, ImportError) as fault:
        lines = str(fault).splitlines() or [type(fault).__name__]
        raise PipelineError(f"{settings.model}: diffusers cannot load it: {lines[0]}") from fault
    for name in schemes:
        _require_quantized(name, getattr(pipeline, name))
    return pipeline


def _class_of(folder: PipelineFolder) -> Any:
    """AutoPipelineForText2Image where it knows the class; otherwise the class itself, if a prompt is enough."""
    import inspect

    import diffusers
    from diffusers.pipelines.auto_pipeline import AUTO_TEXT2IMAGE_PIPELINES_MAPPING

    if folder.class_name in {kind.__name__ for kind in AUTO_TEXT2IMAGE_PIPELINES_MAPPING.values()}:
        return diffusers.AutoPipelineForText2Image
    kind = getattr(diffusers, folder.class_name, None)
    names = inspect.signature(kind.__call__).parameters if kind else {}
    required = {"image", "video", "control_image", "mask_image", "num_frames", "audio_end_in_s"} & set(names)
    if kind is None or "prompt" not in names or required:
        why = f"it takes {', '.join(sorted(required))}" if required else "diffusers knows no such pipeline"
        raise PipelineError(f"{folder.path}: {folder.class_name} is no text-to-image pipeline ({why})")
    return diffusers.DiffusionPipeline


def _keywords(settings: Settings, folder: PipelineFolder, schemes: dict[str, str]) -> dict[str, Any]:
    import torch
    from diffusers import PipelineQuantizationConfig

    dtype = getattr(torch, settings.dtype)
    quantized = {
        name: quantizer(scheme, folder.components[name].library, dtype)
        for name, scheme in schemes.items()
        if not scheme.startswith(GGUF)
    }
    keywords: dict[str, Any] = {"dtype": dtype, **dict.fromkeys(folder.absent)}
    if settings.variant:
        keywords["variant"] = settings.variant
    if quantized:
        keywords["quantization_config"] = PipelineQuantizationConfig(quant_mapping=quantized)
    for name, scheme in schemes.items():
        if scheme.startswith(GGUF):
            keywords[name] = _gguf(folder, name, Path(scheme.removeprefix(GGUF)), dtype)
    return keywords


def _gguf(folder: PipelineFolder, name: str, file: Path, dtype: Any) -> Any:
    import diffusers

    kind = getattr(diffusers, folder.components[name].class_name)
    if not hasattr(kind, "from_single_file"):
        raise PipelineError(f"{file}: {kind.__name__} reads no single files; choose another quantization")
    return kind.from_single_file(
        str(file),
        quantization_config=diffusers.GGUFQuantizationConfig(compute_dtype=dtype),
        config=str(folder.path),
        subfolder=name,
        dtype=dtype,
    )


def _require_quantized(name: str, component: Any) -> None:
    """A scheme that touched no weight would pass for a quantized model in the profile."""
    import torch

    plain = (torch.Tensor, torch.nn.Parameter)
    if all(type(one) in plain and type(one.data) in plain for one in component.parameters()):
        raise PipelineError(f"quantization of {name}: no layer of it could be quantized; leave it out")
