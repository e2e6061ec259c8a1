"""A quantized model beside its twin: the same prompts and seeds, picture by picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.errors import QualityError

PEAK = 255.0


@dataclass(frozen=True)
class Paired:
    """Mean over pairs with its standard error. Pairs without any difference have no finite PSNR: left out."""

    mean: float | None
    stderr: float | None
    pairs: int
    identical: int


def psnr(one: Any, other: Any) -> float:
    """Peak signal-to-noise ratio of two PIL images [dB], 10 log10(255^2 / mean squared difference)."""
    difference = _array(one) - _array(other)
    error = float(np.mean(difference * difference))
    return float("inf") if error == 0.0 else float(10.0 * np.log10(PEAK * PEAK / error))


def paired_psnr(pictures: Sequence[Any], twins: Sequence[Any]) -> Paired:
    """PSNR over pairs made from the same prompts and seeds.

    Raises
    ------
    QualityError
        When the numbers or sizes of pictures differ, or there is none.
    """
    if len(pictures) != len(twins) or not pictures:
        raise QualityError(
            f"{len(pictures)} pictures and {len(twins)} of the twin; make both with the same prompts and seeds"
        )
    for index, (one, other) in enumerate(zip(pictures, twins, strict=True)):
        if one.size != other.size:
            raise QualityError(
                f"pair {index}: sizes {one.size} and {other.size} differ; make both at one size"
            )
    values = np.array([psnr(one, other) for one, other in zip(pictures, twins, strict=True)])
    finite = values[np.isfinite(values)]
    return Paired(
        mean=float(finite.mean()) if finite.size else None,
        stderr=float(finite.std(ddof=1) / np.sqrt(finite.size)) if finite.size > 1 else None,
        pairs=len(values),
        identical=len(values) - finite.size,
    )


def _array(picture: Any) -> Any:
    return np.asarray(picture.convert("RGB"), dtype=np.float64)
