"""Measured joules, seconds and quality of one image-generation configuration."""

__version__ = "0.1.0"
"""Of the distribution `image-roi`, which holds this package and `roi`."""
__distribution__ = "image-roi"
"""Whose package this is; `bench.owner` looks for it."""

TYPE_CHECKING = False
"""The checker's own name: see `bench.entry`."""
if TYPE_CHECKING:
    from bench.tracking.tracker import track as track


def __getattr__(name: str) -> object:
    """`bench.track`, loaded at its first use and kept: `import bench` alone loads no library."""
    if name != "track":
        raise AttributeError(f"module 'bench' has no attribute {name!r}")
    from bench.tracking.tracker import track

    globals()[name] = track
    return track
