"""What each class of component is called with: tensors of the right shapes on the meta device.

The shapes are those that the diffusers pipelines pass. Masks are left out where a pipeline passes one, because a
mask changes no count.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.blueprints.parts import Component
from bench.errors import BlueprintError

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """The size of one call."""

    rows: int
    """Pictures, or twice as many under classifier-free guidance."""
    latent_height: int = 0
    latent_width: int = 0
    tokens: int = 0
    """Tokens of the prompt that reach the component."""


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
        module.decode(_tensor(shape.rows, channels, *decoder.frames, *_latents(shape)), **decoder.more)
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


def _tensor(*size: int) -> Any:
    import torch

    return torch.empty(size, device="meta")


def _latents(shape: Shape) -> tuple[int, int]:
    return shape.latent_height, shape.latent_width


def _token_ids(_config: Mapping[str, Any], shape: Shape) -> Inputs:
    import torch

    return {"input_ids": torch.empty((shape.rows, shape.tokens), dtype=torch.long, device="meta")}


def _decoder_token_ids(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """A whole mask is given: to make one from the lengths, transformers reads values, which meta tensors lack."""
    mask = _tensor(shape.rows, 1, shape.tokens, shape.tokens)
    return {**_token_ids(config, shape), "attention_mask": mask, "use_cache": False}


def _picture(config: Mapping[str, Any], shape: Shape) -> Inputs:
    return {"pixel_values": _tensor(shape.rows, 3, config["image_size"], config["image_size"])}


def _unet(config: Mapping[str, Any], shape: Shape) -> Inputs:
    rows = shape.rows
    found: Inputs = {
        "sample": _tensor(rows, config["in_channels"], *_latents(shape)),
        "timestep": _tensor(),
        "encoder_hidden_states": _tensor(rows, shape.tokens, config["cross_attention_dim"]),
    }
    if "time_cond_proj_dim" in config:
        found["timestep_cond"] = _tensor(rows, config["time_cond_proj_dim"])
    if config.get("addition_embed_type") == "text_time":
        pooled = config["projection_class_embeddings_input_dim"] - 6 * config["addition_time_embed_dim"]
        found["added_cond_kwargs"] = {"text_embeds": _tensor(rows, pooled), "time_ids": _tensor(rows, 6)}
    elif config.get("addition_embed_type") == "image":
        found["encoder_hidden_states"] = None
        found["added_cond_kwargs"] = {"image_embeds": _tensor(rows, config["encoder_hid_dim"])}
    return found


def _kandinsky3(config: Mapping[str, Any], shape: Shape) -> Inputs:
    return {
        "sample": _tensor(shape.rows, config["in_channels"], *_latents(shape)),
        "timestep": _tensor(),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["encoder_hid_dim"]),
        "encoder_attention_mask": _tensor(shape.rows, shape.tokens),
    }


def _prior(config: Mapping[str, Any], shape: Shape) -> Inputs:
    wide = config["embedding_dim"]
    return {
        "hidden_states": _tensor(shape.rows, wide),
        "timestep": _tensor(),
        "proj_embedding": _tensor(shape.rows, wide),
        "encoder_hidden_states": _tensor(shape.rows, config["num_embeddings"], wide),
    }


def _pixart(config: Mapping[str, Any], shape: Shape) -> Inputs:
    rows = shape.rows
    sizes = {"resolution": _tensor(rows, 2), "aspect_ratio": _tensor(rows, 1)}
    without = {"resolution": None, "aspect_ratio": None}
    return {
        "hidden_states": _tensor(rows, config["in_channels"], *_latents(shape)),
        "encoder_hidden_states": _tensor(rows, shape.tokens, config["caption_channels"]),
        "timestep": _tensor(rows),
        "added_cond_kwargs": sizes if config["use_additional_conditions"] else without,
    }


def _sd3(config: Mapping[str, Any], shape: Shape) -> Inputs:
    return {
        "hidden_states": _tensor(shape.rows, config["in_channels"], *_latents(shape)),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "pooled_projections": _tensor(shape.rows, config["pooled_projection_dim"]),
        "timestep": _tensor(shape.rows),
    }


def _flux(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """FLUX packs 2 x 2 latent pixels into one token before the call."""
    patches = shape.latent_height * shape.latent_width // 4
    found = {
        "hidden_states": _tensor(shape.rows, patches, config["in_channels"]),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "pooled_projections": _tensor(shape.rows, config["pooled_projection_dim"]),
        "timestep": _tensor(shape.rows),
        "img_ids": _tensor(patches, 3),
        "txt_ids": _tensor(shape.tokens, 3),
    }
    if config["guidance_embeds"]:
        found["guidance"] = _tensor(shape.rows)
    return found


def _chroma(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """As FLUX, without a scale and without a pooled prompt."""
    patches = shape.latent_height * shape.latent_width // 4
    return {
        "hidden_states": _tensor(shape.rows, patches, config["in_channels"]),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "timestep": _tensor(shape.rows),
        "img_ids": _tensor(patches, 3),
        "txt_ids": _tensor(shape.tokens, 3),
    }


def _qwen_image(config: Mapping[str, Any], shape: Shape) -> Inputs:
    height, width = (side // config["patch_size"] for side in _latents(shape))
    return {
        "hidden_states": _tensor(shape.rows, height * width, config["in_channels"]),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "timestep": _tensor(shape.rows),
        "img_shapes": [[(1, height, width)]] * shape.rows,
    }


def _z_image(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """Pictures and prompts come in lists, one a row."""
    picture = _tensor(config["in_channels"], 1, *_latents(shape))
    return {
        "x": [picture] * shape.rows,
        "t": _tensor(shape.rows),
        "cap_feats": [_tensor(shape.tokens, config["cap_feat_dim"])] * shape.rows,
    }


def _sana(config: Mapping[str, Any], shape: Shape) -> Inputs:
    found = {
        "hidden_states": _tensor(shape.rows, config["in_channels"], *_latents(shape)),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["caption_channels"]),
        "timestep": _tensor(shape.rows),
    }
    if config.get("guidance_embeds"):
        found["guidance"] = _tensor(shape.rows)
    return found


def _hunyuan(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """Hunyuan-DiT takes both encoders at their full lengths, whatever the prompt."""
    rows, text, t5 = shape.rows, config["text_len"], config["text_len_t5"]
    patches = shape.latent_height * shape.latent_width // config["patch_size"] ** 2
    turn = _tensor(patches, config["attention_head_dim"])
    return {
        "hidden_states": _tensor(rows, config["in_channels"], *_latents(shape)),
        "timestep": _tensor(rows),
        "encoder_hidden_states": _tensor(rows, text, config["cross_attention_dim"]),
        "text_embedding_mask": _tensor(rows, text),
        "encoder_hidden_states_t5": _tensor(rows, t5, config["cross_attention_dim_t5"]),
        "text_embedding_mask_t5": _tensor(rows, t5),
        "image_rotary_emb": (turn, turn),
    }


def _lumina(config: Mapping[str, Any], shape: Shape) -> Inputs:
    import torch

    height, width = (side // config["patch_size"] for side in _latents(shape))
    turns = config["hidden_size"] // config["num_attention_heads"] // 2
    return {
        "hidden_states": _tensor(shape.rows, config["in_channels"], *_latents(shape)),
        "timestep": _tensor(shape.rows),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["cross_attention_dim"]),
        "encoder_mask": torch.empty((shape.rows, shape.tokens), dtype=torch.bool, device="meta"),
        "image_rotary_emb": torch.empty((height, width, turns), dtype=torch.complex64, device="meta"),
        "cross_attention_kwargs": {},
    }


def _lumina2(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """The prompt comes filled up; its mask is a tensor with values, from which the length is read."""
    import torch

    mask = (torch.arange(LUMINA_2_TOKENS) < shape.tokens).long().repeat(shape.rows, 1)
    return {
        "hidden_states": _tensor(shape.rows, config["in_channels"], *_latents(shape)),
        "timestep": _tensor(shape.rows),
        "encoder_hidden_states": _tensor(shape.rows, LUMINA_2_TOKENS, config["cap_feat_dim"]),
        "encoder_attention_mask": mask,
    }


def _cogview4(config: Mapping[str, Any], shape: Shape) -> Inputs:
    sizes = {name: _tensor(shape.rows, 2) for name in ("original_size", "target_size", "crop_coords")}
    return {
        "hidden_states": _tensor(shape.rows, config["in_channels"], *_latents(shape)),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["text_embed_dim"]),
        "timestep": _tensor(shape.rows),
        **sizes,
    }


def _flux2(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """Packed as FLUX; places have a fourth number."""
    patches = shape.latent_height * shape.latent_width // 4
    found = {
        "hidden_states": _tensor(shape.rows, patches, config["in_channels"]),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "timestep": _tensor(shape.rows),
        "img_ids": _tensor(patches, 4),
        "txt_ids": _tensor(shape.tokens, 4),
    }
    if config["guidance_embeds"]:
        found["guidance"] = _tensor(shape.rows)
    return found


def _hidream(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """The prompt comes from T5 and, layer by layer, from Llama, at equal lengths."""
    tokens, layers = shape.tokens // 2, max(config["llama_layers"]) + 1
    t5, llama = config["caption_channels"]
    return {
        "hidden_states": _tensor(shape.rows, config["in_channels"], *_latents(shape)),
        "timesteps": _tensor(shape.rows),
        "encoder_hidden_states_t5": _tensor(shape.rows, tokens, t5),
        "encoder_hidden_states_llama3": _tensor(layers, shape.rows, tokens, llama),
        "pooled_embeds": _tensor(shape.rows, config["text_emb_dim"]),
    }


def _kandinsky5(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """A film of one frame, channels last."""
    import torch

    height, width = _latents(shape)
    places = [torch.arange(side, device="meta") for side in (1, height // 2, width // 2)]
    return {
        "hidden_states": _tensor(shape.rows, 1, height, width, config["in_visual_dim"]),
        "encoder_hidden_states": _tensor(shape.rows, shape.tokens, config["in_text_dim"]),
        "pooled_projections": _tensor(shape.rows, config["in_text_dim2"]),
        "timestep": _tensor(shape.rows),
        "visual_rope_pos": places,
        "text_rope_pos": torch.arange(shape.tokens, device="meta"),
    }


LUMINA_2_TOKENS = 256
"""What the pipeline of Lumina-Image 2.0 fills prompts up to [tokens]."""

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
    "PriorTransformer": _prior,
    "UNet2DConditionModel": _unet,
    "Kandinsky3UNet": _kandinsky3,
    "PixArtTransformer2DModel": _pixart,
    "SD3Transformer2DModel": _sd3,
    "FluxTransformer2DModel": _flux,
    "SanaTransformer2DModel": _sana,
    "HunyuanDiT2DModel": _hunyuan,
    "LuminaNextDiT2DModel": _lumina,
    "ChromaTransformer2DModel": _chroma,
    "QwenImageTransformer2DModel": _qwen_image,
    "ZImageTransformer2DModel": _z_image,
    "Lumina2Transformer2DModel": _lumina2,
    "CogView4Transformer2DModel": _cogview4,
    "Flux2Transformer2DModel": _flux2,
    "HiDreamImageTransformer2DModel": _hidream,
    "Kandinsky5Transformer3DModel": _kandinsky5,
}
"""Inputs by class."""

TOKENS_MULTIPLE: Mapping[str, int] = {"ZImageTransformer2DModel": 32, "HiDreamImageTransformer2DModel": 2}
"""Denoisers that fill prompts up to a multiple of this by themselves, or take them in two equal parts [tokens]."""

SQUARES = frozenset({"HiDreamImageTransformer2DModel"})
"""Denoisers that fill pictures that are no squares up to their largest."""


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
