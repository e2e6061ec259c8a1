"""The set that pictures are held against: a folder of images, or statistics computed from it once (.npz)."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.errors import QualityError
from bench.quality.extractor import Extractor, Features, extract
from bench.quality.moments import Moments, moments_of
from bench.quality.pictures import read_pictures
from bench.writing import write_file

FIELDS = ("mu", "sigma", "n", "extractor")


@dataclass(frozen=True)
class ReferenceSet:
    """A named set as one extractor sees it."""

    name: str
    extractor: str
    moments: Moments
    features: Features | None
    """Kept for KID, which cannot be had from mean and covariance."""


def reference_from_folder(folder: Path, extractor: Extractor, name: str | None = None) -> ReferenceSet:
    """The pictures of a folder and of those in it; its own name unless another is given."""
    features = extract(read_pictures(folder), extractor)
    if len(features) < 2:
        raise QualityError(f"{folder}: holds one picture; a reference needs two at least")
    return ReferenceSet(name or folder.resolve().name, extractor.name, moments_of(features), features)


def write_reference(path: Path, reference: ReferenceSet, *, with_features: bool = True) -> None:
    """Statistics as .npz: mu, sigma, n, extractor, name and, unless left out, the features."""
    fields: dict[str, Any] = {
        "mu": reference.moments.mean,
        "sigma": reference.moments.covariance,
        "n": reference.moments.count,
        "extractor": reference.extractor,
        "name": reference.name,
    }
    if with_features and reference.features is not None:
        fields["features"] = reference.features
    held = io.BytesIO()
    np.savez_compressed(held, **fields)
    write_file(path, held.getvalue())


def read_reference(path: Path) -> ReferenceSet:
    """Statistics from an .npz.

    Raises
    ------
    QualityError
        When the file is no .npz, lacks a field, or its shapes do not fit each other.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            fields = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as fault:
        raise QualityError(f"{path}: is no readable .npz of statistics ({fault})") from None
    missing = [name for name in FIELDS if name not in fields]
    if missing:
        raise QualityError(
            f"{path}: lacks {', '.join(missing)}; make the statistics again from their pictures"
        )
    count, mean, sigma = int(fields["n"]), fields["mu"].astype(np.float64), fields["sigma"].astype(np.float64)
    if count < 2 or mean.ndim != 1 or sigma.shape != (mean.size, mean.size):
        raise QualityError(
            f"{path}: n {count}, mu {mean.shape} and sigma {sigma.shape} do not fit each other"
        )
    return ReferenceSet(
        name=str(fields.get("name", path.stem)),
        extractor=str(fields["extractor"]),
        moments=Moments(count, mean, sigma * (count - 1)),
        features=fields.get("features"),
    )
