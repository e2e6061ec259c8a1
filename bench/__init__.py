"""Measured joules, seconds and quality of one image-generation configuration."""

__version__ = "0.1.0"
"""Of the distribution `image-roi`, which holds this package and `roi`."""
__distribution__ = "image-roi"
"""Whose package this is; `bench.owner` looks for it."""
