"""CLIP score: how well pictures fit their prompts, 100 x cosine of a CLIP model's features, not below 0.

Hessel et al., "CLIPScore", arXiv 2104.08718, with the weight 100 that image generation uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.errors import QualityError

BATCH = 32


@dataclass(frozen=True)
class ClipModel:
    """A CLIP model with its processor, under the name that stands in the reference."""

    name: str
    model: Any
    processor: Any


def load_clip(place: str, device: str = "cpu", processor: str | None = None) -> ClipModel:
    """A CLIP model from a folder or hub id, whose last part is its name; its processor is there unless named."""
    from transformers import CLIPModel, CLIPProcessor

    try:
        model = CLIPModel.from_pretrained(place).eval().to(device)
        reader = CLIPProcessor.from_pretrained(processor or place)
    except (OSError, ValueError) as fault:
        first = (str(fault).splitlines() or [type(fault).__name__])[0]
        raise QualityError(f"{place}: no CLIP model can be loaded from it: {first}") from None
    return ClipModel(Path(place).name, model, reader)


def clip_scores(pictures: Sequence[Any], prompts: Sequence[str], clip: ClipModel) -> NDArray[np.float64]:
    """Score of each picture with its own prompt; prompts longer than CLIP reads are cut."""
    if len(pictures) != len(prompts):
        raise QualityError(
            f"{len(pictures)} pictures and {len(prompts)} prompts; give each picture its prompt"
        )
    parts = [
        _scores(pictures[start : start + BATCH], prompts[start : start + BATCH], clip)
        for start in range(0, len(pictures), BATCH)
    ]
    return np.concatenate(parts)


def _scores(pictures: Sequence[Any], prompts: Sequence[str], clip: ClipModel) -> NDArray[np.float64]:
    import torch

    inputs = clip.processor(
        text=list(prompts), images=list(pictures), return_tensors="pt", padding=True, truncation=True
    ).to(clip.model.device)
    with torch.inference_mode():
        output = clip.model(**inputs)
    cosine = torch.nn.functional.cosine_similarity(output.image_embeds, output.text_embeds)
    scores: NDArray[np.float64] = 100.0 * cosine.clamp(min=0.0).double().cpu().numpy()
    return scores
