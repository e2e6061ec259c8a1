"""What the paper found, and the rule by which a finding is confirmed or not: stated before any data are seen."""

from dataclasses import dataclass
from typing import Literal

Key = Literal[
    "spread", "resolution", "backbone", "quantization", "prompt_length", "prompt_content", "quality"
]

PAPER = "Bertazzini et al., The Hidden Cost of an Image, arXiv 2506.17016 (2025)"

PAPER_MODELS = 17
SPREAD_MIN = 10.0
"""An order of magnitude. The paper's 46 is the extreme of one set of models, so that a bound at 46 itself
would fail half of all faithful repetitions."""
DOUBLING_LOW, DOUBLING_HIGH = 1.3, 4.7
MARGIN = 0.05
"""A difference below 5 % matters to nobody's choice: it is the standard uncertainty of a board's sensor."""
CORRELATION_BOUND = 0.7
"""Above this, ranks in quality explain about half (0.7 squared) of the ranks in energy."""
THIRD = 3
MODELS_MIN = 3
"""Fewer models give no interval worth printing."""
RANKED_MODELS_MIN = 5


@dataclass(frozen=True)
class Claim:
    """One finding of the paper."""

    key: Key
    title: str
    paper: str
    """What the paper says."""
    effect: str
    """The effect whose interval decides."""
    rule: str
    """Which values confirm, and which refute."""


CLAIMS = (
    Claim(
        "spread",
        "Spread between models",
        "up to 46x between models",
        f"highest over lowest J/image to be expected among {PAPER_MODELS} models (log-normal)",
        f"confirmed when the interval lies above {SPREAD_MIN:g}x, not confirmed when below",
    ),
    Claim(
        "resolution",
        "Doubling the resolution",
        f"{DOUBLING_LOW:g}x to {DOUBLING_HIGH:g}x when doubling the resolution",
        "J/image at twice the side (four times the pixels, such as 512x512 to 1024x1024) over J/image before",
        f"confirmed when the interval lies between {DOUBLING_LOW:g}x and {DOUBLING_HIGH:g}x, not confirmed when "
        "outside; models outside are named. The paper says only 'doubling'; of its sizes just 512x512 and "
        "1024x1024 are an exact doubling, so the side is taken",
    ),
    Claim(
        "backbone",
        "U-Net against Transformer",
        "U-Net models tend to consume less than Transformer ones",
        "J/image of Transformer models over U-Net models",
        f"confirmed when the interval lies above 1, not confirmed when below {1 + MARGIN:g}",
    ),
    Claim(
        "quantization",
        "Quantization",
        "quantization worsens the energy of most models",
        "share of models whose J/image rises when quantized",
        "confirmed when the exact interval lies above one half, not confirmed when below; one test a scheme",
    ),
    Claim(
        "prompt_length",
        "Prompt length",
        "prompt length has no significant effect",
        "J/image with the longest prompts over the shortest",
        f"confirmed when the interval lies within {1 / (1 + MARGIN):.3f} and {1 + MARGIN:g} (equivalence), not "
        "confirmed when it excludes 1 and is not within",
    ),
    Claim(
        "prompt_content",
        "Prompt content",
        "prompt content has no significant effect",
        "J/image with one set of prompts over another of like length",
        "as for prompt length",
    ),
    Claim(
        "quality",
        "Energy and quality",
        "some of the best-looking models are among the most efficient",
        "rank correlation of J/image and quality (1: better pictures always cost more)",
        "confirmed when a model is in the best third by quality and in the most efficient third by energy and "
        f"the interval lies below {CORRELATION_BOUND:g}; not confirmed when none is and it lies above 0",
    ),
)
