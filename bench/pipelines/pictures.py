"""Pictures out of a pipeline's arrays, and what can be wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

FaultKind = Literal["not finite", "black", "blocked by the safety checker"]


@dataclass(frozen=True)
class ImageFault:
    """A picture that must not be shown or judged."""

    index: int
    """Position among the pictures of its call, from 0."""
    prompt: str
    seed: int
    kind: FaultKind

    def sentence(self) -> str:
        """What is wrong, where, and what to do."""
        cures = {
            "not finite": "run it in bfloat16 or float32, or leave the quantization out",
            "black": "run it in bfloat16 or float32, and look at the prompt",
            "blocked by the safety checker": "change the prompt",
        }
        return f"image {self.index} (seed {self.seed}, prompt {self.prompt!r}) is {self.kind}; {cures[self.kind]}"


def fault_kinds(arrays: Any, blocked: Sequence[bool] | None) -> list[FaultKind | None]:
    """What is wrong with each picture of an array [image, row, column, channel] with values 0 to 1."""
    import numpy as np

    kinds: list[FaultKind | None] = []
    for i, array in enumerate(arrays):
        if blocked is not None and blocked[i]:
            kinds.append("blocked by the safety checker")
        elif not np.isfinite(array).all():
            kinds.append("not finite")
        else:
            kinds.append("black" if array.max() < 0.5 / 255.0 else None)
    return kinds


def to_pictures(arrays: Any) -> list[Any]:
    """PIL images as diffusers makes them; values that are not finite become 0."""
    import numpy as np
    from PIL import Image

    scaled = (np.nan_to_num(arrays, nan=0.0, posinf=0.0, neginf=0.0) * 255.0).round().clip(0, 255)
    return [Image.fromarray(array.squeeze()) for array in scaled.astype(np.uint8)]
