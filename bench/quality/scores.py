"""Scores by name: what `bench run --score` computes from the same pictures, each with its own model's name.

`clip`       100 x cosine of a CLIP model's features (Hessel et al., arXiv 2104.08718)
`pickscore`  exp(logit scale) x cosine of PickScore's features (Kirstain et al., arXiv 2305.01569, section 4)
`cmmd`       1000 x squared MMD of CLIP features under a Gaussian kernel of sigma 10, pairs of a picture
             with itself among them (Jayasumana et al., "Rethinking FID", arXiv 2401.09603, section 5)
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bench.errors import QualityError
from bench.quality.clip_score import BATCH, ClipModel, clip_scores, load_clip
from bench.writing import write_file

Name = Literal["clip", "pickscore", "cmmd"]
MODELS: dict[Name, str] = {
    "clip": "openai/clip-vit-large-patch14",
    "pickscore": "yuvalkirstain/PickScore_v1",
    "cmmd": "openai/clip-vit-large-patch14-336",
}
"""What the papers use; another one is named behind the score, as in `clip=FOLDER`."""
PICKSCORE_PROCESSOR = "laion/CLIP-ViT-H-14-laion2B-s32B-b79K"
"""PickScore was published without a processor: it is that of the model it was made from."""
SIGMA, SCALE = 10.0, 1000.0
JACKKNIFE_GROUPS = 10
SCORES_FILE = "scores.csv"


@dataclass(frozen=True)
class Wanted:
    """One score and the model that gives it."""

    name: Name
    place: str
    """Hub id or folder."""


@dataclass(frozen=True)
class PerPicture:
    """A score of every picture, and the name of the model behind it."""

    metric: str
    model: str
    values: NDArray[np.float64]


def wanted_scores(given: Iterable[str]) -> tuple[Wanted, ...]:
    """Scores of `--score` options such as `pickscore` or `clip=FOLDER`.

    Raises
    ------
    QualityError
        When a name is unknown or comes twice.
    """
    found: list[Wanted] = []
    for each in given:
        name, _, place = each.partition("=")
        if name not in MODELS:
            raise QualityError(f"--score {each!r}: no such score; choose of {', '.join(MODELS)}")
        if any(name == earlier.name for earlier in found):
            raise QualityError(f"--score {name}: comes twice; name it once")
        known: Name = name
        found.append(Wanted(known, place or MODELS[known]))
    return tuple(found)


def load_score_model(wanted: Wanted) -> ClipModel:
    """The model of a score; PickScore's own id brings the processor of the model it was made from."""
    processor = PICKSCORE_PROCESSOR if wanted.place == MODELS["pickscore"] else None
    return load_clip(wanted.place, processor=processor)


def pick_scores(pictures: Sequence[Any], prompts: Sequence[str], model: ClipModel) -> NDArray[np.float64]:
    """PickScore of each picture with its own prompt."""
    if len(pictures) != len(prompts):
        raise QualityError(
            f"{len(pictures)} pictures and {len(prompts)} prompts; give each picture its prompt"
        )
    parts = []
    for start in range(0, len(pictures), BATCH):
        images, texts = _embedded(pictures[start : start + BATCH], prompts[start : start + BATCH], model)
        parts.append(np.sum(images * texts, axis=1))
    return np.asarray(np.concatenate(parts) * np.exp(float(model.model.logit_scale.detach())))


def score_pictures(
    wanted: Wanted, pictures: Sequence[Any], prompts: Sequence[str], model: ClipModel
) -> PerPicture:
    """A score that every picture has by itself: all but `cmmd`."""
    if wanted.name == "clip":
        return PerPicture("clip_score", model.name, clip_scores(pictures, prompts, model))
    return PerPicture("pickscore", model.name, pick_scores(pictures, prompts, model))


def picture_features(pictures: Iterable[Any], model: ClipModel) -> NDArray[np.float64]:
    """CLIP features of length 1 [N x D]."""
    found, part = [], list[Any]()
    for picture in pictures:
        part.append(picture)
        if len(part) == BATCH:
            found.append(_embedded(part, [""] * len(part), model)[0])
            part = []
    if part:
        found.append(_embedded(part, [""] * len(part), model)[0])
    return np.concatenate(found)


def cmmd(generated: NDArray[np.float64], reference: NDArray[np.float64]) -> float:
    """CMMD of features of length 1 [N x D] against features [M x D]."""
    within = _kernel(generated, generated).mean() + _kernel(reference, reference).mean()
    return float(SCALE * (within - 2.0 * _kernel(generated, reference).mean()))


def cmmd_stderr(generated: NDArray[np.float64], reference: NDArray[np.float64]) -> float | None:
    """Standard error of the generated pictures' part, leaving out a tenth of them at a time; None of few."""
    if len(generated) < 2 * JACKKNIFE_GROUPS:
        return None
    kept = np.arange(len(generated)) % JACKKNIFE_GROUPS
    left = np.array([cmmd(generated[kept != group], reference) for group in range(JACKKNIFE_GROUPS)])
    share = (JACKKNIFE_GROUPS - 1) / JACKKNIFE_GROUPS
    return float(np.sqrt(share * np.sum((left - left.mean()) ** 2)))


def write_scores(folder: Path, scores: Sequence[PerPicture], names: Sequence[str]) -> None:
    """scores.csv beside the pictures: a line a picture, a column a score, as `trial calibrate` reads them."""
    held = io.StringIO(newline="")
    table = csv.writer(held, lineterminator="\n")
    table.writerow(["picture", *(score.metric for score in scores)])
    for place, name in enumerate(names):
        table.writerow([name, *(f"{score.values[place]:.6g}" for score in scores)])
    write_file(folder / SCORES_FILE, held.getvalue().encode())


def _kernel(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    squared = np.sum(one**2, axis=1)[:, None] + np.sum(other**2, axis=1) - 2.0 * one @ other.T
    return np.asarray(np.exp(-np.maximum(squared, 0.0) / (2.0 * SIGMA**2)))


def _embedded(
    pictures: Sequence[Any], texts: Sequence[str], clip: ClipModel
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Features of pictures and texts, each of length 1."""
    import torch

    inputs = clip.processor(
        text=list(texts), images=list(pictures), return_tensors="pt", padding=True, truncation=True
    ).to(clip.model.device)
    with torch.inference_mode():
        output = clip.model(**inputs)
    unit = torch.nn.functional.normalize
    images = unit(output.image_embeds.double(), dim=-1).cpu().numpy()
    return images, unit(output.text_embeds.double(), dim=-1).cpu().numpy()
