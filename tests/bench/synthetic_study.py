"""Results whose effects are known: energy = model x size x quantization x prompts x noise, from a seed."""

import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bench.profile import Backbone, Config, Energy, Evidence, Hardware, Profile, Quality, Source

BOARD = "NVIDIA H100 80GB HBM3"
OWN = Source(citation="synthetic")


@dataclass(frozen=True)
class Truth:
    """Effects as ratios; spreads as standard deviations of logarithms."""

    models: int = 17
    model_spread: float = 1.0
    unet_models: int = 11
    transformer_ratio: float = 1.0
    doubling_ratio: float = 3.0
    quantization_ratio: float = 1.2
    prompt_ratio: float = 1.0
    effect_spread: float = 0.02
    """How far a model's own effects lie from the ratios above."""
    noise: float = 0.005


def results(truth: Truth, seed: int, board: str = BOARD) -> list[Profile]:
    """Every model at two sizes, and at the larger one also quantized and with long prompts."""
    draw = random.Random(seed)
    made = []
    for number in range(truth.models):
        backbone: Backbone = "unet" if number < truth.unet_models else "dit"
        base = 5.0 + draw.gauss(0.0, truth.model_spread)
        base += math.log(truth.transformer_ratio) if backbone == "dit" else 0.0
        steps = {
            "size": math.log(truth.doubling_ratio),
            "scheme": math.log(truth.quantization_ratio),
            "prompts": math.log(truth.prompt_ratio),
        }
        own = {name: value + draw.gauss(0.0, truth.effect_spread) for name, value in steps.items()}
        for side, scheme, prompts in (
            (512, "", "short"),
            (1024, "", "short"),
            (1024, "int8", "short"),
            (1024, "", "long"),
        ):
            log = base + draw.gauss(0.0, truth.noise)
            log += (
                own["size"] * (side == 1024)
                + own["scheme"] * (scheme != "")
                + own["prompts"] * (prompts == "long")
            )
            made.append(
                a_result(
                    f"model-{number:02}",
                    math.exp(log),
                    backbone=backbone,
                    side=side,
                    scheme=scheme,
                    prompts=prompts,
                    board=board,
                )
            )
    return made


_NUMBERS = itertools.count()


def a_result(
    model: str,
    joules: float | None,
    *,
    backbone: Backbone = "unet",
    side: int = 1024,
    scheme: str = "",
    prompts: str = "short",
    board: str = BOARD,
    boundary: str = "gpu",
    quality: Sequence[Quality] = (),
    **settings: object,
) -> Profile:
    """One measured profile."""
    part = "unet" if backbone == "unet" else "transformer"
    return Profile.model_validate(
        {
            "id": f"result-{next(_NUMBERS)}",
            "config": Config.model_validate(
                {
                    "model_id": f"example/{model}",
                    "model_name": model,
                    "backbone": backbone,
                    "dtype": "bfloat16",
                    "width": side,
                    "height": side,
                    "num_inference_steps": 20,
                    "batch_size": 1,
                    "quantization": {part: scheme} if scheme else {},
                    "prompt_set": prompts,
                    "prompt_tokens": {"short": 8.0, "other-short": 8.4, "long": 60.0}[prompts],
                }
                | settings
            ),
            "hardware": Hardware(accelerator=board, host="host one"),
            "energy": None
            if joules is None
            else Energy.model_validate({"energy_j_per_image": joules, "boundary": boundary}),
            "quality": tuple(quality),
            "evidence": Evidence(
                kind="measured", grade="B", source=OWN, tool_version="image-roi 0.1.0", date=date(2026, 1, 2)
            ),
        }
    )


def a_fid(value: float, match: str = "exact") -> Quality:
    """A quality figure of a profile's own."""
    return Quality.model_validate(
        {"metric": "fid", "value": value, "reference": "fid/own", "source": OWN, "match": match}
    )
