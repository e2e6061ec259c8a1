"""What quality and pictures need, looked at before anything is measured: windows take minutes, pictures hours."""

import os
from pathlib import Path

from bench.errors import MeasurementError, QualityError
from bench.quality.clip_score import load_clip
from bench.quality.extractor import extractor_named
from bench.quality.pictures import picture_files, read_picture
from bench.quality.reference import read_reference
from bench.quality.scores import load_score_model, wanted_scores
from bench.run.plan import Plan

PICTURES_MIN = 2
"""With fewer nothing can be held against a reference [pictures]."""


def require_judgeable(plan: Plan) -> None:
    """Refuse what the pictures could not be saved to or judged by; models of scores are loaded, and let go again.

    Raises
    ------
    BenchError
        With the option and what to do: nothing was measured yet.
    """
    if plan.extractor is not None and plan.reference is None:
        raise MeasurementError("--extractor judges pictures against others: name those with --reference")
    if plan.images is not None:
        _require_empty(plan.images)
    if plan.reference is not None:
        _require_reference(plan, plan.reference)
    if plan.twin is not None:
        _require_pictures("--twin", plan.twin, plan.quality_pictures)
    if plan.clip is not None:
        load_clip(plan.clip)
    for wanted in wanted_scores(plan.scores):
        load_score_model(wanted)


def _require_empty(folder: Path) -> None:
    """Make the folder of the images; one that holds something is not written into."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = next(folder.iterdir(), None)
    except OSError as fault:
        words = "is no folder" if isinstance(fault, FileExistsError | NotADirectoryError) else fault.strerror
        raise MeasurementError(f"--images {folder}: {words}; name a new folder") from None
    if held is not None:
        raise MeasurementError(
            f"--images {folder}: holds {held.name} already; name a new folder, nothing was overwritten"
        )
    if not os.access(folder, os.W_OK):
        raise MeasurementError(f"--images {folder}: cannot be written to; name another folder")


def _require_reference(plan: Plan, place: Path) -> None:
    if plan.quality_pictures < PICTURES_MIN:
        raise MeasurementError(f"--quality-images {plan.quality_pictures}: give two or more with --reference")
    by_features = plan.extractor is not None or not plan.scores
    if by_features and plan.extractor is None:
        raise MeasurementError("a quality reference needs --extractor: the name of its features")
    if place.is_dir():
        _require_pictures("--reference", place, PICTURES_MIN)
    elif not place.exists():
        raise QualityError(f"--reference {place}: no such file or folder; check the path")
    if plan.extractor is None:
        return
    name = extractor_named(plan.extractor).name
    if not place.is_dir() and (made := read_reference(place).extractor) != name:
        raise QualityError(
            f"--reference {place}: was made with extractor {made}, not {name}; make it again from its pictures, "
            "or choose that extractor"
        )


def _require_pictures(option: str, folder: Path, least: int) -> None:
    if not folder.is_dir():
        raise QualityError(f"{option} {folder}: no such folder; name a folder of pictures")
    files = picture_files(folder)
    if len(files) < least:
        raise QualityError(f"{option} {folder}: holds {len(files)} of {least} pictures that are needed")
    read_picture(files[0])
