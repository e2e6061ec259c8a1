"""A blueprint as a whole pipeline on its device: every network with seeded random weights, nothing downloaded.

Text encoders, denoiser, sampler and decoder run as in the published pipeline, with as many tokens, calls and
pixels, so that joules and seconds are real. Pictures mean nothing. The safety checker and a watermark are left out.
"""

import inspect
from collections.abc import Mapping
from typing import Any

from bench.blueprints import Blueprint, blueprint_named
from bench.blueprints.build import drawn, quiet, sampler, weight_shapes
from bench.errors import PipelineError
from bench.pipelines.device import (
    PipelineMemoryError,
    free_bytes,
    needed_on_device,
    out_of_memory,
    require_memory,
)
from bench.pipelines.folder import bytes_of_weights
from bench.pipelines.schemes import SCHEMES, require_quantized, torchao_object
from bench.pipelines.settings import Settings
from bench.pipelines.word_tokenizer import tokenizer_of

LEFT_OUT = {"requires_safety_checker": False, "add_watermarker": False}
"""Arguments of pipelines that would bring in what a blueprint does not hold."""


def blueprint_of(settings: Settings) -> Blueprint:
    """The blueprint that the settings name.

    Raises
    ------
    PipelineError
        When its pipeline is not in this diffusers, or the settings name files that it has not.
    """
    blueprint = blueprint_named(settings.model)
    for name in ("revision", "variant"):
        if getattr(settings, name) is not None:
            raise PipelineError(f"{name}: {blueprint.name} with random weights has no files; leave it out")
    _pipeline_class(blueprint)
    return blueprint


def require_room(blueprint: Blueprint, settings: Settings, schemes: Mapping[str, str]) -> None:
    """Stop before any weight is drawn when they cannot fit.

    A part is drawn at full width and then quantized, the widest first.

    Raises
    ------
    PipelineMemoryError
        With what is needed and what is free.
    """
    wide, held = _bytes(blueprint, settings, {}), _bytes(blueprint, settings, schemes)
    order = _order(wide)
    largest = max(sum(held[name] for name in order[:i]) + wide[one] for i, one in enumerate(order))
    place = f"{blueprint.name} with random weights on"
    drawn_on = _drawn_on(settings)
    require_memory(largest, free_bytes(drawn_on), f"{place} {drawn_on}")
    if drawn_on != settings.device:
        need = needed_on_device(settings, held)
        require_memory(need, free_bytes(settings.device), f"{place} {settings.device}")


def pipeline_of(blueprint: Blueprint, settings: Settings, schemes: Mapping[str, str], seed: int) -> Any:
    """The diffusers pipeline with weights drawn from `seed` and quantized by `schemes`.

    Raises
    ------
    PipelineMemoryError
        When the device runs out of memory while weights are drawn.
    PipelineError
        For a scheme that reads weights from a file.
    """
    for name, scheme in schemes.items():
        if scheme not in SCHEMES or SCHEMES[scheme].package != "torchao":
            raise PipelineError(
                f"quantization of {name}: {scheme} reads its weights from files, which random weights have not; "
                "choose a scheme that begins with torchao-"
            )
    try:
        modules = {
            name: _quantized(drawn(blueprint, name, _drawn_on(settings), settings.dtype, seed), name, schemes)
            for name in _order(_bytes(blueprint, settings, {}))
        }
    except (RuntimeError, MemoryError) as fault:
        if not out_of_memory(fault):
            raise
        raise PipelineMemoryError(
            f"{_drawn_on(settings)} is out of memory while weights of {blueprint.name} are drawn; "
            "choose a quantization or offload"
        ) from None
    return _assembled(blueprint, modules)


def _drawn_on(settings: Settings) -> str:
    """Weights that are offloaded begin on the host."""
    return settings.device if settings.offload is None else "cpu"


def _bytes(blueprint: Blueprint, settings: Settings, schemes: Mapping[str, str]) -> dict[str, int]:
    return {
        part.name: bytes_of_weights(weight_shapes(part.component), schemes.get(part.name, ""), settings.dtype)
        for part in blueprint.parts
    }


def _order(wide: Mapping[str, int]) -> list[str]:
    return sorted(wide, key=lambda name: -wide[name])


def _quantized(module: Any, name: str, schemes: Mapping[str, str]) -> Any:
    if name in schemes:
        from torchao.quantization import quantize_

        with quiet():
            quantize_(module, torchao_object(SCHEMES[schemes[name]]))
        require_quantized(name, module)
    return module


def _assembled(blueprint: Blueprint, modules: Mapping[str, Any]) -> Any:
    """The pipeline of its parts; what it may have beside them is None."""
    kind = _pipeline_class(blueprint)
    wanted = inspect.signature(kind.__init__).parameters
    tokenizers = {
        part.name.replace("text_encoder", "tokenizer"): tokenizer_of(part)
        for part in blueprint.parts
        if part.tokens_max is not None
    }
    parts = {**modules, **tokenizers, **_samplers(blueprint, wanted)}
    unknown = sorted(set(parts) - set(wanted))
    if unknown:
        raise PipelineError(
            f"{blueprint.name}: {kind.__name__} takes no {', '.join(unknown)}; correct its parts"
        )
    absent = {
        name: None
        for name, one in wanted.items()
        if name not in parts and name != "self" and one.default is inspect.Parameter.empty
    }
    left_out = {name: value for name, value in LEFT_OUT.items() if name in wanted}
    with quiet():
        return kind(**parts, **absent, **left_out)


def _samplers(blueprint: Blueprint, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The blueprint's sampler, and one for the prior of Kandinsky, whose settings change no work."""
    import diffusers

    prior = {"prior_scheduler": diffusers.UnCLIPScheduler()} if "prior_scheduler" in wanted else {}
    return {"scheduler": sampler(blueprint), **prior}


def _pipeline_class(blueprint: Blueprint) -> Any:
    import diffusers

    kind = getattr(diffusers, blueprint.pipeline_class, None)
    if kind is None:
        raise PipelineError(
            f"{blueprint.name}: diffusers {diffusers.__version__} has no {blueprint.pipeline_class}, so that it "
            "can be counted but not run; install a version that has it"
        )
    return kind
