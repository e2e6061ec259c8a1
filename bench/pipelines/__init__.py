"""The only diffusers code: settings -> a loaded text-to-image pipeline -> pictures, calls, stages, a `Config`.

Importing this package loads neither torch nor diffusers; `load` does.
"""

from bench.pipelines.describe import backbone_of, config_of
from bench.pipelines.device import PipelineMemoryError
from bench.pipelines.load import load
from bench.pipelines.loaded import ImageFault, LoadedPipeline
from bench.pipelines.schemes import SCHEMES
from bench.pipelines.settings import COUNT_MAX, Settings

__all__ = [
    "COUNT_MAX",
    "SCHEMES",
    "ImageFault",
    "LoadedPipeline",
    "PipelineMemoryError",
    "Settings",
    "backbone_of",
    "config_of",
    "load",
]
