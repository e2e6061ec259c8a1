"""A small named extractor for tests: colour means and spreads, eight numbers a picture."""

import torch


class ColourFeatures(torch.nn.Module):
    """Means and standard deviations by channel, mean and spread of all [N, 8]."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Features of uint8 pictures [N, 3, H, W]."""
        scaled = pictures.float() / 255
        by_channel = scaled.flatten(2)
        whole = scaled.flatten(1)
        parts = (
            by_channel.mean(2),
            by_channel.std(2),
            whole.mean(1, keepdim=True),
            whole.std(1, keepdim=True),
        )
        return torch.cat(parts, dim=1)


def colour_features() -> ColourFeatures:
    """The extractor as `tests.bench.small_extractor:colour_features`."""
    return ColourFeatures()
