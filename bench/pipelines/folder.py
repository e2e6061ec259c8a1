"""A pipeline's folder before anything is loaded: its class, its components, and the memory its weights need."""

import json
import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import PipelineError
from bench.pipelines.schemes import GGUF, SCHEMES
from bench.profile import Dtype

INDEX = "model_index.json"
BYTES_PER_WEIGHT: dict[Dtype, float] = {"float32": 4.0, "float16": 2.0, "bfloat16": 2.0}

DENOISERS = ("transformer", "unet", "prior", "decoder", "prior_prior", "decoder_unet", "transformer_2")
"""Components that remove the noise, the one that does most of the work first."""

HEADER_BYTES_MAX = 100_000_000
"""Largest header the safetensors format allows; a larger figure means the file is something else."""


@dataclass(frozen=True)
class Component:
    """One entry of model_index.json that is there."""

    name: str
    library: str
    class_name: str


@dataclass(frozen=True)
class PipelineFolder:
    """What model_index.json says."""

    path: Path
    class_name: str
    components: Mapping[str, Component]
    absent: tuple[str, ...]
    """Components the pipeline was saved without; diffusers wants each of them named as None."""

    @property
    def denoiser(self) -> str:
        """Name of the component that removes the noise."""
        for name in DENOISERS:
            if name in self.components:
                return name
        raise PipelineError(
            f"{self.path}: {self.class_name} has none of the components {', '.join(DENOISERS)}; "
            "name a text-to-image pipeline"
        )


def read_folder(path: Path) -> PipelineFolder:
    """The pipeline that a folder holds.

    Raises
    ------
    PipelineError
        When there is no readable model_index.json in it.
    """
    try:
        index: dict[str, Any] = json.loads((path / INDEX).read_text(encoding="utf-8"))
        class_name = str(index["_class_name"])
    except FileNotFoundError:
        raise PipelineError(f"{path}: holds no {INDEX}; name the folder of a diffusers pipeline") from None
    except (OSError, ValueError, RecursionError, KeyError, TypeError) as fault:
        raise PipelineError(f"{path / INDEX}: cannot be read ({fault}); save the pipeline again") from None
    entries = {name: value for name, value in index.items() if isinstance(value, list) and len(value) == 2}
    return PipelineFolder(
        path=path,
        class_name=class_name,
        components={
            name: Component(name, str(library), str(kind))
            for name, (library, kind) in entries.items()
            if kind
        },
        absent=tuple(name for name, (_, kind) in entries.items() if not kind),
    )


def parameters(folder: PipelineFolder, component: str, variant: str | None = None) -> int | None:
    """Number of weights in a component's safetensors files; None when it has none."""
    shapes = [shape for shape, _ in _tensors(folder.path / component, variant)]
    return sum(math.prod(shape) for shape in shapes) or None


def weight_bytes(
    folder: PipelineFolder, schemes: Mapping[str, str], dtype: Dtype, variant: str | None = None
) -> dict[str, int]:
    """Least memory of each component's weights [bytes], by the shapes in its safetensors headers.

    It is a lower bound: activations, scales and layers that a scheme leaves alone come on top.
    """
    found = {}
    for name in folder.components:
        scheme = schemes.get(name, "")
        if scheme.startswith(GGUF):
            found[name] = _size(Path(scheme.removeprefix(GGUF)))
            continue
        need = bytes_of_weights((shape for shape, _ in _tensors(folder.path / name, variant)), scheme, dtype)
        if need:
            found[name] = need
    return found


def bytes_of_weights(shapes: Iterable[Sequence[int]], scheme: str, dtype: Dtype) -> int:
    """Memory of weights of these shapes [bytes]: matrices at the width of their scheme, the rest at the dtype's."""
    wide = BYTES_PER_WEIGHT[dtype]
    narrow = SCHEMES[scheme].bytes_per_weight if scheme else wide
    return int(sum(math.prod(shape) * (narrow if len(shape) == 2 else wide) for shape in shapes))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        raise PipelineError(f"{path}: no such file; name the GGUF file of the denoiser") from None


def _tensors(folder: Path, variant: str | None) -> Iterator[tuple[list[int], str]]:
    """Shape and number format of every tensor in the files that loading would read."""
    middle = rf"\.{re.escape(variant)}" if variant else ""
    pattern = re.compile(rf"(diffusion_pytorch_model|model){middle}(-\d+-of-\d+)?{middle}\.safetensors")
    if not folder.is_dir():
        return
    for file in sorted(folder.iterdir()):
        if pattern.fullmatch(file.name):
            header = _header(file)
            yield from (
                (tensor["shape"], tensor["dtype"]) for name, tensor in header.items() if name[:2] != "__"
            )


def _header(file: Path) -> dict[str, Any]:
    """The JSON in front of a safetensors file: eight bytes of length, then the header itself [1].

    [1] https://huggingface.co/docs/safetensors, section Format.
    """
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > HEADER_BYTES_MAX:
                raise ValueError(f"header of {length} bytes")
            header: dict[str, Any] = json.loads(stream.read(length))
    except (OSError, struct.error, ValueError, RecursionError) as fault:
        raise PipelineError(f"{file}: is no safetensors file ({fault}); fetch the weights again") from None
    return header
