"""Feature extractors: any module or callable that turns pictures into features, under a name of its own.

The name is part of every figure's reference: features of two extractors are never compared.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.errors import QualityError

Features = NDArray[np.float32]

INCEPTION = "inception-v3-compat-2048"
"""The Inception of the published FID figures, in torch-fidelity's conversion, last pooling layer."""

BATCH = 32


@dataclass(frozen=True)
class Extractor:
    """Pictures [uint8, N x H x W x 3] -> features [N, D]."""

    name: str
    features: Callable[[NDArray[np.uint8]], Any]


def extract(pictures: Iterable[Any], extractor: Extractor) -> Features:
    """Features [N, D] of PIL images, in batches of pictures of one size.

    Raises
    ------
    QualityError
        When there is no picture, the extractor gives another shape than [N, D], or a value that is not finite.
    """
    batches = [_features(batch, extractor) for batch in _batches(pictures)]
    if not batches:
        raise QualityError("there is no picture to judge; generate some, or name a folder that holds some")
    return np.concatenate(batches)


def module_extractor(name: str, module: Any, device: str = "cpu") -> Extractor:
    """Extractor from a torch module that takes uint8 pictures [N, 3, H, W], as those of torchmetrics do."""
    import torch

    module = module.eval().to(device)

    def features(pictures: NDArray[np.uint8]) -> Any:
        with torch.inference_mode():
            found = module(torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous().to(device))
        first = found[0] if isinstance(found, tuple | list) else found
        return first.float().cpu().numpy()

    return Extractor(name, features)


def extractor_named(name: str, device: str = "cpu") -> Extractor:
    """The extractor `inception-v3-compat-2048`, or one of the user's as `package.module:attribute`.

    The attribute is a torch module, or a class or function that makes one without arguments.
    """
    if name == INCEPTION:
        return _inception(device)
    place, _, attribute = name.partition(":")
    if not attribute:
        raise QualityError(
            f"extractor {name!r} is unknown; choose {INCEPTION} or name package.module:attribute"
        )
    try:
        found = getattr(importlib.import_module(place), attribute)
    except (ImportError, AttributeError) as fault:
        raise QualityError(f"extractor {name}: cannot be imported: {fault}") from None
    made = found() if isinstance(found, type) or not hasattr(found, "parameters") else found
    return module_extractor(name, made, device)


def _inception(device: str) -> Extractor:
    if find_spec("torch_fidelity") is None:
        raise QualityError(
            f"extractor {INCEPTION} needs torch-fidelity, which is not installed; install it with "
            "pip install 'image-roi[quality]', or name an extractor of your own as package.module:attribute"
        )
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    try:
        module = FeatureExtractorInceptionV3("inception-v3-compat", ["2048"])
    except OSError as fault:
        raise QualityError(
            f"extractor {INCEPTION}: its weights are not on this machine and cannot be fetched ({fault}); "
            "run it once with a connection"
        ) from None
    return module_extractor(INCEPTION, module, device)


def _batches(pictures: Iterable[Any]) -> Iterator[NDArray[np.uint8]]:
    arrays = (np.asarray(picture.convert("RGB"), dtype=np.uint8) for picture in pictures)
    for _, alike in groupby(arrays, key=lambda array: array.shape):
        batch: list[NDArray[np.uint8]] = []
        for array in alike:
            batch.append(array)
            if len(batch) == BATCH:
                yield np.stack(batch)
                batch = []
        if batch:
            yield np.stack(batch)


def _features(batch: NDArray[np.uint8], extractor: Extractor) -> Features:
    found = np.asarray(extractor.features(batch), dtype=np.float32)
    if found.ndim != 2 or len(found) != len(batch):
        raise QualityError(
            f"extractor {extractor.name} gave features of shape {found.shape} for {len(batch)} pictures; "
            "it must give one row a picture"
        )
    if not np.isfinite(found).all():
        raise QualityError(
            f"extractor {extractor.name} gave a value that is not finite; look at the pictures"
        )
    return found
