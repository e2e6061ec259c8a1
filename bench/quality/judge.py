"""Pictures -> quality figures of a profile, each with its reference, its number of pictures and its warnings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from bench.errors import QualityError
from bench.profile import Quality, Source
from bench.quality.clip_score import ClipModel, clip_scores
from bench.quality.extractor import Extractor, Features, extract
from bench.quality.fid import JACKKNIFE_DIMENSIONS_MAX, JACKKNIFE_GROUPS, fid, fid_stderr
from bench.quality.kid import kid
from bench.quality.moments import merged, moments_of
from bench.quality.paired import paired_psnr
from bench.quality.reference import ReferenceSet
from bench.quality.scores import PerPicture, cmmd, cmmd_stderr, picture_features

FID_PICTURES_MIN = 10_000
"""Below it KID stands beside FID, whose bias falls only as 1 / N."""


@dataclass(frozen=True)
class Judgement:
    """Figures for the profile, and what a reader of them must know."""

    quality: tuple[Quality, ...]
    warnings: tuple[str, ...] = ()


def judge(pictures: Sequence[Any], extractor: Extractor, reference: ReferenceSet) -> Judgement:
    """FID, and KID under 10,000 pictures, of generated pictures against a reference set.

    Raises
    ------
    QualityError
        When the reference was made with another extractor, pictures are black, or there are fewer than two.
    """
    if extractor.name != reference.extractor:
        raise QualityError(
            f"reference {reference.name} was made with extractor {reference.extractor}, not {extractor.name}; "
            "make it again from its pictures, or choose that extractor"
        )
    require_pictures(pictures)
    features = extract(pictures, extractor)
    if features.shape[1] != reference.moments.mean.size:
        raise QualityError(
            f"reference {reference.name} has {reference.moments.mean.size} dimensions and the pictures have "
            f"{features.shape[1]}; make it again with extractor {extractor.name}"
        )
    ruler = f"{reference.name}-{len(features)}+{extractor.name}"
    figures = [_fid_figure(features, reference, ruler)]
    warnings = _warnings(features, reference)
    if len(features) < FID_PICTURES_MIN:
        figures += _kid_figure(features, reference, ruler)
    return Judgement(tuple(figures), tuple(warnings))


def judge_prompts(
    pictures: Sequence[Any], prompts: Sequence[str], clip: ClipModel, prompt_set: str
) -> Quality:
    """Mean CLIP score of pictures with their prompts."""
    return judge_scores(PerPicture("clip_score", clip.name, clip_scores(pictures, prompts, clip)), prompt_set)


def judge_scores(scores: PerPicture, prompt_set: str) -> Quality:
    """Mean of a score that every picture has by itself."""
    values = scores.values
    spread = float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else None
    ruler = f"{prompt_set}-{values.size}+{scores.model}"
    return _figure(scores.metric, float(values.mean()), spread, ruler, values.size)


def judge_cmmd(
    pictures: Sequence[Any], reference: Iterable[Any], reference_name: str, model: ClipModel
) -> Quality:
    """CMMD of generated pictures against those of a reference set."""
    require_pictures(pictures)
    generated, against = picture_features(pictures, model), picture_features(reference, model)
    if len(against) < 2:
        raise QualityError(f"{reference_name}: holds one picture; a reference needs two at least")
    ruler = f"{reference_name}-{len(generated)}+{model.name}"
    value, spread = cmmd(generated, against), cmmd_stderr(generated, against)
    return _figure("cmmd", value, spread, ruler, len(generated))


def judge_pairs(pictures: Sequence[Any], twins: Sequence[Any], twin: str) -> Judgement:
    """PSNR against an unquantized twin's pictures of the same seeds."""
    found = paired_psnr(pictures, twins)
    warnings = ["LPIPS was not computed: likeness to the twin is PSNR alone"]
    if found.identical:
        warnings.append(
            f"{found.identical} of {found.pairs} pairs are identical and left out of the mean PSNR"
        )
    if found.mean is None:
        return Judgement((), tuple(warnings))
    ruler = f"{twin}-{found.pairs}+paired-seeds"
    return Judgement((_figure("psnr", found.mean, found.stderr, ruler, found.pairs),), tuple(warnings))


def require_pictures(pictures: Sequence[Any]) -> None:
    """Stop when there are fewer than two pictures, or black ones among them."""
    if len(pictures) < 2:
        raise QualityError(f"{len(pictures)} pictures are too few to judge; generate two at least")
    black = [index for index, picture in enumerate(pictures) if not picture.convert("L").getbbox()]
    if black:
        raise QualityError(
            f"{len(black)} of {len(pictures)} pictures are black (the first is image {black[0]}); "
            "run in bfloat16 or float32, or leave the quantization out"
        )


def _fid_figure(features: Features, reference: ReferenceSet, ruler: str) -> Quality:
    groups = [
        moments_of(features[start::JACKKNIFE_GROUPS]) for start in range(min(JACKKNIFE_GROUPS, len(features)))
    ]
    affordable = len(features) >= 2 * JACKKNIFE_GROUPS and features.shape[1] <= JACKKNIFE_DIMENSIONS_MAX
    spread = fid_stderr(groups, reference.moments) if affordable else None
    return _figure("fid", fid(merged(groups), reference.moments), spread, ruler, len(features))


def _kid_figure(features: Features, reference: ReferenceSet, ruler: str) -> list[Quality]:
    if reference.features is None or min(len(features), len(reference.features)) < 4:
        return []
    found = kid(features, reference.features)
    return [_figure("kid", found.value, found.stderr, ruler, len(features))]


def _warnings(features: Features, reference: ReferenceSet) -> list[str]:
    count, dimensions = features.shape
    warnings = []
    if count < FID_PICTURES_MIN:
        warnings.append(
            f"FID of {count} pictures is biased upwards by their small number; compare it only with FID of {count}"
        )
        if reference.features is None:
            warnings.append(f"KID was not computed: the statistics of {reference.name} hold no features")
    if min(count, reference.moments.count) <= dimensions:
        warnings.append(
            f"a set has no more pictures than the {dimensions} dimensions, and FID is unreliable there"
        )
    return warnings


def _figure(metric: str, value: float, stderr: float | None, ruler: str, count: int) -> Quality:
    return Quality(
        metric=metric,
        value=value,
        stderr=stderr,
        reference=f"{metric}/{ruler}",
        n_samples=count,
        source=Source(citation="measured here", accessed=datetime.now(UTC).date()),
        match="exact",
        match_note="from the pictures of this very configuration",
    )
