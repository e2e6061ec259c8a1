"""What each class of component is called with: tensors of the right shapes on the meta device.

The shapes are those that the diffusers pipelines pass. Masks are left out where a pipeline passes one, because a
mask changes no count.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.blueprints.denoisers import DENOISERS
from bench.blueprints.parts import Component
from bench.blueprints.shape import Inputs, Shape, meta_tensor
from bench.errors import BlueprintError


def call(component: Component, module: Any, shape: Shape) -> None:
    """Runs one call of a component, as its pipeline does.

    Raises
    ------
    BlueprintError
        For a class whose inputs are not known.
    """
    if component.class_name in DECODERS:
        decoder = DECODERS[component.class_name]
        channels = component.config[decoder.channels]
        module.decode(meta_tensor(shape.rows, channels, *decoder.frames, *shape.latents), **decoder.more)
        return
    if component.class_name not in INPUTS:
        raise BlueprintError(
            f"{component.class_name}: its inputs are not known; known: {', '.join([*INPUTS, *DECODERS])}"
        )
    _need_no_values(module)
    module(**INPUTS[component.class_name](component.config, shape))


def _need_no_values(module: Any) -> None:
    """Lets a mixture of experts run where tensors have no values, by which it would choose.

    Each expert takes an even share. The arithmetic is that of any other share, since each token goes through as
    many experts. The last view of such a network, which reads sizes from a tensor, is left out.
    """
    mixtures = [one for one in module.modules() if hasattr(one, "moe_infer")]
    for mixture in mixtures:
        mixture.moe_infer = functools.partial(_through_experts, mixture)
    if mixtures and hasattr(module, "unpatchify"):
        module.unpatchify = lambda patches, *_: patches


def _through_experts(mixture: Any, tokens: Any, chosen: Any, weights: Any) -> Any:
    count, found = len(mixture.experts), tokens.new_zeros(tokens.shape)
    for i, expert in enumerate(mixture.experts):
        share = slice(i * len(chosen) // count, (i + 1) * len(chosen) // count)
        places = chosen[share] // mixture.num_activated_experts
        found.index_add_(0, places, expert(tokens[places]) * weights[share])
    return found


def _token_ids(_config: Mapping[str, Any], shape: Shape) -> Inputs:
    import torch

    return {"input_ids": torch.empty((shape.rows, shape.tokens), dtype=torch.long, device="meta")}


def _decoder_token_ids(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """A whole mask is given: to make one from the lengths, transformers reads values, which meta tensors lack."""
    mask = meta_tensor(shape.rows, 1, shape.tokens, shape.tokens)
    return {**_token_ids(config, shape), "attention_mask": mask, "use_cache": False}


def _picture(config: Mapping[str, Any], shape: Shape) -> Inputs:
    return {"pixel_values": meta_tensor(shape.rows, 3, config["image_size"], config["image_size"])}


INPUTS: Mapping[str, Callable[[Mapping[str, Any], Shape], Inputs]] = {
    "CLIPTextModel": _token_ids,
    "CLIPTextModelWithProjection": _token_ids,
    "T5EncoderModel": _token_ids,
    "BertModel": _token_ids,
    "GemmaModel": _decoder_token_ids,
    "Gemma2Model": _decoder_token_ids,
    "GlmModel": _decoder_token_ids,
    "LlamaForCausalLM": _decoder_token_ids,
    "Mistral3ForConditionalGeneration": _decoder_token_ids,
    "Qwen3ForCausalLM": _decoder_token_ids,
    "Qwen3Model": _decoder_token_ids,
    "Qwen2_5_VLForConditionalGeneration": _decoder_token_ids,
    "CLIPVisionModelWithProjection": _picture,
    **DENOISERS,
}
"""Inputs by class."""


@dataclass(frozen=True)
class Decoder:
    """How a class is called for latents."""

    channels: str = "latent_channels"
    """Field of its configuration that holds the channels of a latent pixel."""
    frames: tuple[int, ...] = ()
    """One frame, for a decoder of videos."""
    more: Inputs = field(default_factory=dict)
    """Arguments beside the latents."""


DECODERS: Mapping[str, Decoder] = {
    "AutoencoderKL": Decoder(),
    "AutoencoderKLFlux2": Decoder(),
    "AutoencoderDC": Decoder(),
    "VQModel": Decoder(more={"force_not_quantize": True}),
    "AutoencoderKLQwenImage": Decoder(channels="z_dim", frames=(1,)),
}
"""By class."""
