"""From settings to a pipeline on its device, with every refusal that can be known before the weights are read."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.blueprints import Blueprint
from bench.blueprints.build import parameters_of
from bench.errors import PipelineError
from bench.pipelines.device import (
    PipelineMemoryError,
    free_bytes,
    needed_on_device,
    require_device,
    require_memory,
)
from bench.pipelines.folder import (
    DENOISERS,
    PipelineFolder,
    local_folder,
    parameters,
    read_folder,
    require_extra,
    weight_bytes,
)
from bench.pipelines.loaded import LoadedPipeline
from bench.pipelines.random_weights import blueprint_of, pipeline_of, require_room
from bench.pipelines.schemes import GGUF, check_machine, quantizer, require_quantized
from bench.pipelines.settings import DENOISER, Settings
from bench.pipelines.tuning import tune
from bench.pipelines.watch import CallCounter


def load(settings: Settings, weights_seed: int = 0) -> LoadedPipeline:
    """The pipeline of the settings, ready to generate.

    Random weights are drawn from `weights_seed` by the blueprint that the settings name; a folder is read whatever
    its weights are.

    Raises
    ------
    PipelineError
        With one sentence: a missing extra, device or package, a quantization that the device cannot do, a
        licence to be accepted, a folder that holds no text-to-image pipeline.
    PipelineMemoryError
        When the weights cannot fit, before any of them is read or drawn.
    BlueprintError
        When random weights are asked for and there is no such blueprint.
    """
    begin = time.perf_counter()
    require_extra()
    require_device(settings.device)
    _quiet_libraries()
    found = _by_blueprint(settings, weights_seed) if settings.by_blueprint else _from_folder(settings)
    tune(found.pipeline, getattr(found.pipeline, found.denoiser), settings)
    names = tuple(name for name in DENOISERS if getattr(found.pipeline, name, None) is not None)
    return LoadedPipeline(
        settings=settings,
        pipeline=found.pipeline,
        denoiser_names=names,
        quantization=found.schemes,
        parameters=found.parameters,
        load_s=time.perf_counter() - begin,
        counter=CallCounter([getattr(found.pipeline, name) for name in names]),
        blueprint=found.blueprint,
    )


@dataclass(frozen=True)
class _Found:
    """A pipeline before it is tuned."""

    pipeline: Any
    denoiser: str
    schemes: dict[str, str]
    parameters: int | None
    blueprint: Blueprint | None = None


def _from_folder(settings: Settings) -> _Found:
    folder = read_folder(local_folder(settings))
    schemes = _schemes(settings, folder.class_name, folder.denoiser, tuple(folder.components))
    check_machine(schemes, settings.device)
    _require_memory(settings, folder, schemes)
    pipeline = _read(settings, folder, schemes)
    return _Found(pipeline, folder.denoiser, schemes, parameters(folder, folder.denoiser, settings.variant))


def _by_blueprint(settings: Settings, seed: int) -> _Found:
    blueprint = blueprint_of(settings)
    denoiser = blueprint.denoiser
    names = tuple(part.name for part in blueprint.parts)
    schemes = _schemes(settings, blueprint.name, denoiser.name, names)
    check_machine(schemes, settings.device)
    require_room(blueprint, settings, schemes)
    pipeline = pipeline_of(blueprint, settings, schemes, seed)
    return _Found(pipeline, denoiser.name, schemes, parameters_of(denoiser.component), blueprint)


def _schemes(settings: Settings, whole: str, denoiser: str, components: tuple[str, ...]) -> dict[str, str]:
    """The schemes under the pipeline's own component names."""
    schemes = {
        denoiser if name == DENOISER else name: scheme for name, scheme in settings.quantization.items()
    }
    for name, scheme in schemes.items():
        if name not in components:
            raise PipelineError(
                f"quantization of {name}: {whole} has no such component; choose of {', '.join(components)}"
            )
        if scheme.startswith(GGUF) and name != denoiser:
            raise PipelineError(f"quantization of {name}: GGUF files are read for {denoiser} alone")
    return schemes


def _quiet_libraries() -> None:
    """No progress bars and no handlers of their own: what they say goes wherever the caller's logging goes."""
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    for library in (diffusers_logging, transformers_logging):
        library.disable_progress_bar()
        library.disable_default_handler()
        library.enable_propagation()


def _require_memory(settings: Settings, folder: PipelineFolder, schemes: dict[str, str]) -> None:
    weights = weight_bytes(folder, schemes, settings.dtype, settings.variant)
    place = f"{settings.model} on {settings.device}"
    require_memory(needed_on_device(settings, weights), free_bytes(settings.device), place)


def _read(settings: Settings, folder: PipelineFolder, schemes: dict[str, str]) -> Any:
    import torch

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
        require_quantized(name, getattr(pipeline, name))
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
