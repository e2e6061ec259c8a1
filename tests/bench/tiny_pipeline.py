"""Diffusers pipelines of a few thousand random weights, built from configuration and saved to a folder.

They are real pipelines: real text encoder, denoiser, scheduler, decoder and tokenizer, with nothing downloaded.
"""

import json
import warnings
from pathlib import Path

import torch

with warnings.catch_warnings():
    # diffusers 0.42 compiles a function with torch.jit.script while it is imported.
    warnings.filterwarnings("ignore", message="`torch.jit.script` is deprecated", category=DeprecationWarning)
    from diffusers import (
        AutoencoderKL,
        DDIMScheduler,
        FlowMatchEulerDiscreteScheduler,
        FluxPipeline,
        FluxTransformer2DModel,
        SD3Transformer2DModel,
        StableDiffusion3Pipeline,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )
from transformers import (
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPProcessor,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    T5Config,
    T5EncoderModel,
)

# Layers this small gain nothing from a second thread, and wait for it where another process has the core.
torch.set_num_threads(1)

IMAGE_PIXELS = 32
TEXT_WIDTH = 32
TOKENS_MAX = 77
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789,.-"


def save_tiny_unet(folder: Path, *, seed: int = 0) -> Path:
    """Saves a Stable-Diffusion-like pipeline: UNet denoiser, DDIM, 32 x 32 pixels, float32."""
    torch.manual_seed(seed)
    StableDiffusionPipeline(
        vae=_autoencoder(),
        text_encoder=CLIPTextModel(_text_config()),
        tokenizer=_tokenizer(folder),
        unet=UNet2DConditionModel(
            sample_size=IMAGE_PIXELS // 2,
            in_channels=4,
            out_channels=4,
            block_out_channels=(32, 64),
            layers_per_block=1,
            norm_num_groups=8,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=TEXT_WIDTH,
            attention_head_dim=8,
        ),
        scheduler=DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            set_alpha_to_one=False,
            steps_offset=1,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def save_tiny_mmdit(folder: Path, *, seed: int = 0) -> Path:
    """Saves a Stable-Diffusion-3-like pipeline: transformer denoiser, flow matching, without the third encoder."""
    torch.manual_seed(seed)
    tokenizer = _tokenizer(folder)
    StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=IMAGE_PIXELS // 2,
            patch_size=2,
            in_channels=4,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=2 * TEXT_WIDTH,
            caption_projection_dim=TEXT_WIDTH,
            pooled_projection_dim=2 * TEXT_WIDTH,
            out_channels=4,
            pos_embed_max_size=32,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_autoencoder(shift_factor=0.06, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=CLIPTextModelWithProjection(_text_config()),
        tokenizer=tokenizer,
        text_encoder_2=CLIPTextModelWithProjection(_text_config()),
        tokenizer_2=tokenizer,
        text_encoder_3=None,
        tokenizer_3=None,
    ).save_pretrained(folder)
    return folder


def save_tiny_flux(folder: Path, *, seed: int = 0) -> Path:
    """Saves a FLUX-like pipeline: transformer with guidance built in, so that guidance doubles no call."""
    torch.manual_seed(seed)
    tokenizer = _tokenizer(folder)
    FluxPipeline(
        transformer=FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=2,
            num_single_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=TEXT_WIDTH,
            pooled_projection_dim=TEXT_WIDTH,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=True,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_autoencoder(shift_factor=0.06, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=CLIPTextModel(_text_config()),
        tokenizer=tokenizer,
        text_encoder_2=T5EncoderModel(
            T5Config(
                vocab_size=len(_vocabulary()), d_model=TEXT_WIDTH, d_kv=8, d_ff=64, num_layers=1, num_heads=4
            )
        ),
        tokenizer_2=tokenizer,
    ).save_pretrained(folder)
    return folder


def save_tiny_clip(folder: Path, *, seed: int = 0) -> Path:
    """Saves a CLIP model with its processor: 32 x 32 pixels, 16 features."""
    torch.manual_seed(seed)
    CLIPModel(
        CLIPConfig(
            text_config=_text_config().to_dict(),
            vision_config=CLIPVisionConfig(
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=4,
                image_size=IMAGE_PIXELS,
                patch_size=8,
            ).to_dict(),
            projection_dim=16,
        )
    ).save_pretrained(folder)
    size = {"height": IMAGE_PIXELS, "width": IMAGE_PIXELS}
    CLIPProcessor(
        CLIPImageProcessorPil(size={"shortest_edge": IMAGE_PIXELS}, crop_size=size), _tokenizer(folder)
    ).save_pretrained(folder)
    return folder


def _autoencoder(**more: object) -> AutoencoderKL:
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        latent_channels=4,
        block_out_channels=(16, 32),
        layers_per_block=1,
        norm_num_groups=8,
        down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
        up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
        sample_size=IMAGE_PIXELS,
        **more,
    )


def _text_config() -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(_vocabulary()),
        hidden_size=TEXT_WIDTH,
        projection_dim=TEXT_WIDTH,
        intermediate_size=2 * TEXT_WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=TOKENS_MAX,
        bos_token_id=len(_vocabulary()) - 2,
        eos_token_id=len(_vocabulary()) - 1,
        pad_token_id=len(_vocabulary()) - 1,
    )


def _vocabulary() -> list[str]:
    """One token a letter, within a word and at its end, and the two marks: a prompt of n letters is n tokens."""
    return [*LETTERS, *(f"{letter}</w>" for letter in LETTERS), "<|startoftext|>", "<|endoftext|>"]


def _tokenizer(folder: Path) -> CLIPTokenizer:
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "letters.json"
    merges = folder / "letters.txt"
    vocabulary.write_text(json.dumps({token: i for i, token in enumerate(_vocabulary())}), encoding="utf-8")
    merges.write_text("#version: 0.2\n", encoding="utf-8")
    return CLIPTokenizer(str(vocabulary), str(merges), model_max_length=TOKENS_MAX)
