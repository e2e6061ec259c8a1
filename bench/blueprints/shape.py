"""The size of one call of a component, and tensors of a size on the meta device: they have shapes and no values."""

from dataclasses import dataclass
from typing import Any

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

    @property
    def latents(self) -> tuple[int, int]:
        """Height and width [latent pixels]."""
        return self.latent_height, self.latent_width


def meta_tensor(*size: int) -> Any:
    """One without values."""
    import torch

    return torch.empty(size, device="meta")
