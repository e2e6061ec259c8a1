"""A pipeline's folder before anything is loaded: fetched from the hub where it is not here, with what the hub's
refusals mean; its class, its components, and the memory its weights need.
"""

import importlib
import json
import math
import re
import struct
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.errors import PipelineError
from bench.pipelines.schemes import GGUF, SCHEMES
from bench.pipelines.settings import Settings
from bench.profile import Dtype

PACKAGES = ("torch", "diffusers", "transformers", "accelerate")


def require_extra() -> None:
    """Import diffusers, or stop when a package of the extra `bench` is missing."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise PipelineError(
            f"{', '.join(missing)} is not installed, and pipelines need it; "
            "install it with pip install 'image-roi[bench]'"
        )
    with warnings.catch_warnings():
        # diffusers 0.42 compiles a function while it is imported, by a call that torch 2.13 calls deprecated.
        warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", DeprecationWarning)
        importlib.import_module("diffusers.pipelines.auto_pipeline")


def local_folder(settings: Settings) -> Path:
    """The pipeline's folder; a hub id is fetched into the hub's own cache.

    Raises
    ------
    PipelineError
        When there is no such folder or hub id, its licence must be accepted first, or the hub cannot be reached.
    """
    folder = Path(settings.model).expanduser()
    if folder.is_dir():
        return folder
    if settings.model.startswith((".", "/", "~")) or settings.model.count("/") != 1:
        raise PipelineError(
            f"{settings.model}: no such folder; name a folder or a hub id such as owner/model"
        )
    return _fetched(settings)


def _fetched(settings: Settings) -> Path:
    from diffusers import DiffusionPipeline
    from huggingface_hub import errors, hf_hub_download

    model = settings.model
    chosen = {"variant": settings.variant} if settings.variant else {}
    try:
        # DiffusionPipeline.download hides why the hub refuses; the index alone tells it.
        hf_hub_download(model, INDEX, revision=settings.revision)
        return Path(DiffusionPipeline.download(model, revision=settings.revision, **chosen))
    except errors.GatedRepoError:
        raise PipelineError(
            f"{model}: its licence must be accepted first; open https://huggingface.co/{model}, accept it there "
            "and log in here with hf auth login"
        ) from None
    except errors.RepositoryNotFoundError:
        raise PipelineError(
            f"{model}: the hub has no such model, or it is private; check the id, or log in with hf auth login"
        ) from None
    except errors.RevisionNotFoundError:
        raise PipelineError(
            f"{model}: has no revision {settings.revision!r}; check the commit or tag"
        ) from None
    except errors.RemoteEntryNotFoundError:
        raise PipelineError(f"{model}: has no {INDEX}; name a diffusers pipeline") from None
    except OSError as fault:
        raise PipelineError(
            f"{model}: is not in the local cache and the hub cannot be reached ({type(fault).__name__}); "
            "connect, or name a folder"
        ) from None


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
