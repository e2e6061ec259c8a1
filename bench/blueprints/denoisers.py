"""What each class of denoiser is called with: latents, prompt and time, in the shapes that diffusers passes."""

from collections.abc import Callable, Mapping
from typing import Any

from bench.blueprints.shape import Inputs, Shape, meta_tensor

LUMINA_2_TOKENS = 256
"""What the pipeline of Lumina-Image 2.0 fills prompts up to [tokens]."""

TOKENS_MULTIPLE: Mapping[str, int] = {"ZImageTransformer2DModel": 32, "HiDreamImageTransformer2DModel": 2}
"""Denoisers that fill prompts up to a multiple of this by themselves, or take them in two equal parts [tokens]."""

SQUARES = frozenset({"HiDreamImageTransformer2DModel"})
"""Denoisers that fill pictures that are no squares up to their largest."""


def _unet(config: Mapping[str, Any], shape: Shape) -> Inputs:
    rows = shape.rows
    found: Inputs = {
        "sample": meta_tensor(rows, config["in_channels"], *shape.latents),
        "timestep": meta_tensor(),
        "encoder_hidden_states": meta_tensor(rows, shape.tokens, config["cross_attention_dim"]),
    }
    if "time_cond_proj_dim" in config:
        found["timestep_cond"] = meta_tensor(rows, config["time_cond_proj_dim"])
    if config.get("addition_embed_type") == "text_time":
        pooled = config["projection_class_embeddings_input_dim"] - 6 * config["addition_time_embed_dim"]
        found["added_cond_kwargs"] = {
            "text_embeds": meta_tensor(rows, pooled),
            "time_ids": meta_tensor(rows, 6),
        }
    elif config.get("addition_embed_type") == "image":
        found["encoder_hidden_states"] = None
        found["added_cond_kwargs"] = {"image_embeds": meta_tensor(rows, config["encoder_hid_dim"])}
    return found


def _kandinsky3(config: Mapping[str, Any], shape: Shape) -> Inputs:
    return {
        "sample": meta_tensor(shape.rows, config["in_channels"], *shape.latents),
        "timestep": meta_tensor(),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["encoder_hid_dim"]),
        "encoder_attention_mask": meta_tensor(shape.rows, shape.tokens),
    }


def _prior(config: Mapping[str, Any], shape: Shape) -> Inputs:
    wide = config["embedding_dim"]
    return {
        "hidden_states": meta_tensor(shape.rows, wide),
        "timestep": meta_tensor(),
        "proj_embedding": meta_tensor(shape.rows, wide),
        "encoder_hidden_states": meta_tensor(shape.rows, config["num_embeddings"], wide),
    }


def _pixart(config: Mapping[str, Any], shape: Shape) -> Inputs:
    rows = shape.rows
    sizes = {"resolution": meta_tensor(rows, 2), "aspect_ratio": meta_tensor(rows, 1)}
    without = {"resolution": None, "aspect_ratio": None}
    return {
        "hidden_states": meta_tensor(rows, config["in_channels"], *shape.latents),
        "encoder_hidden_states": meta_tensor(rows, shape.tokens, config["caption_channels"]),
        "timestep": meta_tensor(rows),
        "added_cond_kwargs": sizes if config["use_additional_conditions"] else without,
    }


def _sd3(config: Mapping[str, Any], shape: Shape) -> Inputs:
    return {
        "hidden_states": meta_tensor(shape.rows, config["in_channels"], *shape.latents),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "pooled_projections": meta_tensor(shape.rows, config["pooled_projection_dim"]),
        "timestep": meta_tensor(shape.rows),
    }


def _flux(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """FLUX packs 2 x 2 latent pixels into one token before the call."""
    patches = shape.latent_height * shape.latent_width // 4
    found = {
        "hidden_states": meta_tensor(shape.rows, patches, config["in_channels"]),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "pooled_projections": meta_tensor(shape.rows, config["pooled_projection_dim"]),
        "timestep": meta_tensor(shape.rows),
        "img_ids": meta_tensor(patches, 3),
        "txt_ids": meta_tensor(shape.tokens, 3),
    }
    if config["guidance_embeds"]:
        found["guidance"] = meta_tensor(shape.rows)
    return found


def _chroma(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """As FLUX, without a scale and without a pooled prompt."""
    patches = shape.latent_height * shape.latent_width // 4
    return {
        "hidden_states": meta_tensor(shape.rows, patches, config["in_channels"]),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "timestep": meta_tensor(shape.rows),
        "img_ids": meta_tensor(patches, 3),
        "txt_ids": meta_tensor(shape.tokens, 3),
    }


def _qwen_image(config: Mapping[str, Any], shape: Shape) -> Inputs:
    height, width = (side // config["patch_size"] for side in shape.latents)
    return {
        "hidden_states": meta_tensor(shape.rows, height * width, config["in_channels"]),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "timestep": meta_tensor(shape.rows),
        "img_shapes": [[(1, height, width)]] * shape.rows,
    }


def _z_image(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """Pictures and prompts come in lists, one a row."""
    picture = meta_tensor(config["in_channels"], 1, *shape.latents)
    return {
        "x": [picture] * shape.rows,
        "t": meta_tensor(shape.rows),
        "cap_feats": [meta_tensor(shape.tokens, config["cap_feat_dim"])] * shape.rows,
    }


def _sana(config: Mapping[str, Any], shape: Shape) -> Inputs:
    found = {
        "hidden_states": meta_tensor(shape.rows, config["in_channels"], *shape.latents),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["caption_channels"]),
        "timestep": meta_tensor(shape.rows),
    }
    if config.get("guidance_embeds"):
        found["guidance"] = meta_tensor(shape.rows)
    return found


def _hunyuan(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """Hunyuan-DiT takes both encoders at their full lengths, whatever the prompt."""
    rows, text, t5 = shape.rows, config["text_len"], config["text_len_t5"]
    patches = shape.latent_height * shape.latent_width // config["patch_size"] ** 2
    turn = meta_tensor(patches, config["attention_head_dim"])
    return {
        "hidden_states": meta_tensor(rows, config["in_channels"], *shape.latents),
        "timestep": meta_tensor(rows),
        "encoder_hidden_states": meta_tensor(rows, text, config["cross_attention_dim"]),
        "text_embedding_mask": meta_tensor(rows, text),
        "encoder_hidden_states_t5": meta_tensor(rows, t5, config["cross_attention_dim_t5"]),
        "text_embedding_mask_t5": meta_tensor(rows, t5),
        "image_rotary_emb": (turn, turn),
    }


def _lumina(config: Mapping[str, Any], shape: Shape) -> Inputs:
    import torch

    height, width = (side // config["patch_size"] for side in shape.latents)
    turns = config["hidden_size"] // config["num_attention_heads"] // 2
    return {
        "hidden_states": meta_tensor(shape.rows, config["in_channels"], *shape.latents),
        "timestep": meta_tensor(shape.rows),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["cross_attention_dim"]),
        "encoder_mask": torch.empty((shape.rows, shape.tokens), dtype=torch.bool, device="meta"),
        "image_rotary_emb": torch.empty((height, width, turns), dtype=torch.complex64, device="meta"),
        "cross_attention_kwargs": {},
    }


def _lumina2(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """The prompt comes filled up; its mask is a tensor with values, from which the length is read."""
    import torch

    mask = (torch.arange(LUMINA_2_TOKENS) < shape.tokens).long().repeat(shape.rows, 1)
    return {
        "hidden_states": meta_tensor(shape.rows, config["in_channels"], *shape.latents),
        "timestep": meta_tensor(shape.rows),
        "encoder_hidden_states": meta_tensor(shape.rows, LUMINA_2_TOKENS, config["cap_feat_dim"]),
        "encoder_attention_mask": mask,
    }


def _cogview4(config: Mapping[str, Any], shape: Shape) -> Inputs:
    sizes = {name: meta_tensor(shape.rows, 2) for name in ("original_size", "target_size", "crop_coords")}
    return {
        "hidden_states": meta_tensor(shape.rows, config["in_channels"], *shape.latents),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["text_embed_dim"]),
        "timestep": meta_tensor(shape.rows),
        **sizes,
    }


def _flux2(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """Packed as FLUX; places have a fourth number."""
    patches = shape.latent_height * shape.latent_width // 4
    found = {
        "hidden_states": meta_tensor(shape.rows, patches, config["in_channels"]),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["joint_attention_dim"]),
        "timestep": meta_tensor(shape.rows),
        "img_ids": meta_tensor(patches, 4),
        "txt_ids": meta_tensor(shape.tokens, 4),
    }
    if config["guidance_embeds"]:
        found["guidance"] = meta_tensor(shape.rows)
    return found


def _hidream(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """The prompt comes from T5 and, layer by layer, from Llama, at equal lengths."""
    tokens, layers = shape.tokens // 2, max(config["llama_layers"]) + 1
    t5, llama = config["caption_channels"]
    return {
        "hidden_states": meta_tensor(shape.rows, config["in_channels"], *shape.latents),
        "timesteps": meta_tensor(shape.rows),
        "encoder_hidden_states_t5": meta_tensor(shape.rows, tokens, t5),
        "encoder_hidden_states_llama3": meta_tensor(layers, shape.rows, tokens, llama),
        "pooled_embeds": meta_tensor(shape.rows, config["text_emb_dim"]),
    }


def _kandinsky5(config: Mapping[str, Any], shape: Shape) -> Inputs:
    """A film of one frame, channels last."""
    import torch

    height, width = shape.latents
    places = [torch.arange(side, device="meta") for side in (1, height // 2, width // 2)]
    return {
        "hidden_states": meta_tensor(shape.rows, 1, height, width, config["in_visual_dim"]),
        "encoder_hidden_states": meta_tensor(shape.rows, shape.tokens, config["in_text_dim"]),
        "pooled_projections": meta_tensor(shape.rows, config["in_text_dim2"]),
        "timestep": meta_tensor(shape.rows),
        "visual_rope_pos": places,
        "text_rope_pos": torch.arange(shape.tokens, device="meta"),
    }


DENOISERS: Mapping[str, Callable[[Mapping[str, Any], Shape], Inputs]] = {
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
