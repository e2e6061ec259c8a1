"""Blueprints of every pipeline class, a few thousand weights large: the bundled ones with every width made small.

What is not a width stays: parts, calls, padding, sampler, steps, guidance and the factor of the decoder.
"""

import json
from pathlib import Path
from typing import Any

from bench.blueprints import blueprint_named

SIDE = 64

CLIP = {
    "vocab_size": 256,
    "hidden_size": 32,
    "projection_dim": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
}
T5 = {"vocab_size": 256, "d_model": 64, "d_kv": 8, "d_ff": 64, "num_layers": 1, "num_heads": 4}
GEMMA = {
    "vocab_size": 256,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
}
QWEN3 = {**GEMMA, "hidden_size": 48}
MISTRAL3 = {
    "text_config": {**GEMMA, "num_hidden_layers": 30},
    "vision_config": {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "head_dim": 16,
    },
}
QWEN25_VL = {
    "text_config": {
        **{key: GEMMA[key] for key in GEMMA if key != "head_dim"},
        "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [1, 1, 2]},
    },
    "vision_config": {
        "depth": 1,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 2,
        "out_hidden_size": 32,
        "fullatt_block_indexes": [0],
    },
}
VAE = {"block_out_channels": [16, 16, 16, 16], "layers_per_block": 1, "norm_num_groups": 8}
UNET = {"norm_num_groups": 8, "layers_per_block": 1, "attention_head_dim": 8}
HEADS = {"num_layers": 2, "num_attention_heads": 2, "attention_head_dim": 16}
PIXART = {**HEADS, "attention_head_dim": 24, "cross_attention_dim": 48, "caption_channels": 64}

NARROW: dict[str, dict[str, Any]] = {
    "CLIPTextModel": CLIP,
    "CLIPTextModelWithProjection": CLIP,
    "T5EncoderModel": T5,
    "BertModel": {key: CLIP[key] for key in CLIP if key != "projection_dim"},
    "GemmaModel": GEMMA,
    "Gemma2Model": GEMMA,
    "GlmModel": {**GEMMA, "pad_token_id": 0, "eos_token_id": 0},
    "LlamaForCausalLM": {**GEMMA, "num_hidden_layers": 2},
    "Mistral3ForConditionalGeneration": MISTRAL3,
    "Qwen3ForCausalLM": {**GEMMA, "num_hidden_layers": 28},
    "Qwen3Model": QWEN3,
    "Qwen2_5_VLForConditionalGeneration": QWEN25_VL,
    "CLIPVisionModelWithProjection": {
        **{key: CLIP[key] for key in CLIP if key != "vocab_size"},
        "image_size": 32,
        "patch_size": 16,
    },
    "AutoencoderKL": VAE,
    "VQModel": {
        **VAE,
        "block_out_channels": [32, 32, 32, 32],
        "norm_num_groups": 32,
        "num_vq_embeddings": 32,
    },
    "AutoencoderDC": {
        "attention_head_dim": 8,
        **{f"{side}_block_out_channels": [32, 32, 32, 32, 32, 32] for side in ("encoder", "decoder")},
        **{f"{side}_layers_per_block": [1, 1, 1, 1, 1, 1] for side in ("encoder", "decoder")},
    },
    "PixArtTransformer2DModel": PIXART,
    "SD3Transformer2DModel": {
        **HEADS,
        "joint_attention_dim": 64,
        "caption_projection_dim": 32,
        "pooled_projection_dim": 64,
    },
    "FluxTransformer2DModel": {
        **HEADS,
        "num_single_layers": 2,
        "joint_attention_dim": 64,
        "pooled_projection_dim": 32,
        "axes_dims_rope": [4, 4, 8],
    },
    "AutoencoderKLFlux2": VAE,
    "AutoencoderKLQwenImage": {"base_dim": 16, "num_res_blocks": 1},
    "ChromaTransformer2DModel": {
        **HEADS,
        "num_single_layers": 2,
        "joint_attention_dim": 64,
        "axes_dims_rope": [4, 4, 8],
        "approximator_hidden_dim": 32,
        "approximator_layers": 1,
    },
    "CogView4Transformer2DModel": {
        **HEADS,
        "text_embed_dim": 32,
        "time_embed_dim": 32,
        "condition_dim": 8,
    },
    "Flux2Transformer2DModel": {
        **HEADS,
        "num_single_layers": 2,
        "joint_attention_dim": 96,
        "axes_dims_rope": [4, 4, 4, 4],
    },
    "HiDreamImageTransformer2DModel": {
        **HEADS,
        "num_single_layers": 2,
        "caption_channels": [64, 32],
        "text_emb_dim": 64,
        "axes_dims_rope": [8, 4, 4],
        "llama_layers": [0, 1, 1, 1],
    },
    "Kandinsky5Transformer3DModel": {
        "in_text_dim": 32,
        "in_text_dim2": 32,
        "time_dim": 32,
        "model_dim": 64,
        "ff_dim": 64,
        "num_text_blocks": 1,
        "num_visual_blocks": 2,
        "axes_dims": [8, 12, 12],
    },
    "Lumina2Transformer2DModel": {
        "hidden_size": 96,
        "num_layers": 2,
        "num_refiner_layers": 1,
        "num_attention_heads": 4,
        "num_kv_heads": 2,
        "multiple_of": 16,
        "axes_dim_rope": [8, 8, 8],
        "cap_feat_dim": 32,
    },
    "QwenImageTransformer2DModel": {**HEADS, "joint_attention_dim": 32, "axes_dims_rope": [4, 4, 8]},
    "ZImageTransformer2DModel": {
        "dim": 64,
        "n_layers": 2,
        "n_refiner_layers": 1,
        "n_heads": 2,
        "n_kv_heads": 2,
        "cap_feat_dim": 48,
        "axes_dims": [8, 12, 12],
    },
    "LuminaNextDiT2DModel": {
        "hidden_size": 64,
        "num_layers": 2,
        "num_attention_heads": 4,
        "num_kv_heads": 2,
        "multiple_of": 16,
        "cross_attention_dim": 32,
    },
    "HunyuanDiT2DModel": {
        **HEADS,
        "hidden_size": 32,
        "cross_attention_dim": 32,
        "cross_attention_dim_t5": 64,
        "pooled_projection_dim": 32,
    },
    "SanaTransformer2DModel": {
        **HEADS,
        "num_cross_attention_heads": 2,
        "cross_attention_head_dim": 16,
        "cross_attention_dim": 32,
        "caption_channels": 32,
    },
    "PriorTransformer": {**HEADS, "num_layers": 1, "embedding_dim": 32},
    "Kandinsky3UNet": {
        "time_embedding_dim": 32,
        "groups": 8,
        "attention_head_dim": 8,
        "layers_per_block": 3,
        "block_out_channels": [16, 32, 64, 128],
        "cross_attention_dim": 64,
        "encoder_hid_dim": 64,
    },
}

UNETS: dict[str, dict[str, Any]] = {
    "StableDiffusionPipeline": {**UNET, "block_out_channels": [16, 32, 32, 32], "cross_attention_dim": 32},
    "StableDiffusionXLPipeline": {
        **UNET,
        "block_out_channels": [16, 32, 32],
        "cross_attention_dim": 64,
        "transformer_layers_per_block": 1,
        "addition_time_embed_dim": 8,
        "projection_class_embeddings_input_dim": 80,
    },
    "KandinskyV22CombinedPipeline": {
        **UNET,
        "block_out_channels": [16, 32, 32, 32],
        "cross_attention_dim": 32,
        "encoder_hid_dim": 32,
        "addition_embed_type_num_heads": 8,
    },
}


def save_tiny(name: str, folder: Path) -> Path:
    """A blueprint file with the shape of the bundled blueprint of that name."""
    whole = blueprint_named(name)
    components, parts = {}, []
    for part in whole.parts:
        kind = part.component.class_name
        narrow = NARROW.get(kind) or UNETS[whole.pipeline_class]
        source = {"repository": "none", "url": "https://example.org/tiny"}
        components[f"tiny-{part.name}"] = {"base": part.key, "config": narrow, "source": source}
        own = part.model_dump(mode="json", exclude={"component", "key"}, exclude_none=True)
        parts.append({**own, "component": f"tiny-{part.name}"})
    document = {
        "schema_version": 1,
        "components": components,
        "models": [
            {
                "name": f"tiny-{name}",
                "same_architecture_as": name,
                "model_id": f"tiny-{name}",
                "parts": parts,
                "width": SIDE,
                "height": SIDE,
                "source": {"repository": "none", "url": "https://example.org/tiny"},
            }
        ],
    }
    file = folder / f"tiny-{name}.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file
