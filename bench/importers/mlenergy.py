"""Results of the ML.ENERGY Benchmark for text-to-image models.

Version 3 writes `results.json` with `iteration_energy_measurements`, in a folder such as
`.../text-to-image/ORG/MODEL/batch-1+uly-1+ring-1+size-1024x1024+steps-20`. Version 2 wrote one flat object
(`Model`, `GPU model`, `Batch size`, `Number of inference steps`, `Batch latency (s)`, `Batch energy (J)`).
"""

import re
from pathlib import Path
from typing import Any

from bench.errors import ProfileError
from bench.importers.facts import Facts
from bench.importers.reading import Reading, part, positive, read_object, whole

_V2 = (
    "Model",
    "GPU model",
    "Batch size",
    "Number of inference steps",
    "Batch latency (s)",
    "Batch energy (J)",
)
_CITATION = "ML.ENERGY Benchmark; Chung et al., The ML.ENERGY Benchmark, NeurIPS 2025, arXiv 2505.06371"


def read_mlenergy(path: Path, stated: Facts) -> Reading:
    """A result of either version; nothing but what the caller states for the profile is needed."""
    document = read_object(path, "ML.ENERGY")
    if "iteration_energy_measurements" in document:
        return _version_3(path, document, stated)
    missing = [name for name in _V2 if name not in document]
    if missing:
        raise ProfileError(
            f"{path}: is no ML.ENERGY result: neither 'iteration_energy_measurements' nor {missing[0]!r} is there"
        )
    return _version_2(path, document)


def _version_3(path: Path, document: dict[str, Any], stated: Facts) -> Reading:
    repeats = document["iteration_energy_measurements"]
    if not isinstance(repeats, list) or not repeats or not all(isinstance(one, dict) for one in repeats):
        raise ProfileError(f"{path}: iteration_energy_measurements is empty; nothing was measured")
    facts = _facts_3(path, document)
    batch = facts.batch_size or stated.batch_size
    if batch is None:
        raise ProfileError(f"{path}: does not say batch_size; state it")
    joules = tuple(_joules(path, number, one) for number, one in enumerate(repeats))
    seconds = tuple(
        positive(path, f"time of iteration {n}", one.get("time")) for n, one in enumerate(repeats)
    )
    return Reading(
        tool="mlenergy",
        citation=f"{_CITATION}, version 3",
        url="https://github.com/ml-energy/benchmark",
        licence="Apache-2.0",
        boundary="gpu",
        energy_j_per_image=tuple(one / batch for one in joules),
        seconds_per_image=tuple(one / batch for one in seconds),
        batch_s=seconds,
        facts=facts,
        published=True,
        notes=(f"{len(repeats)} iterations without warm-up; saving the images is inside the joules.",),
    )


def _joules(path: Path, number: int, repeat: dict[str, Any]) -> float:
    boards = part(path, f"iteration {number}: ", repeat, "gpu_energy")
    return sum(positive(path, f"gpu_energy of iteration {number}", one) for one in boards.values())


def _facts_3(path: Path, document: dict[str, Any]) -> Facts:
    """The folder's name says size and steps, the folders above it the model."""
    name = path.resolve().parent.name
    size = re.search(r"(?:^|\+)size-(\d+)x(\d+)(?:\+|$)", name)
    steps = re.search(r"(?:^|\+)steps-(\d+)(?:\+|$)", name)
    folders = path.resolve().parts[:-2]
    model = "/".join(folders[-2:]) if folders[-3:-2] == ("text-to-image",) else None
    degrees = [document.get(key) for key in ("ulysses_degree", "ring_degree")]
    boards = [max(1, int(one)) for one in degrees if isinstance(one, int)]
    return Facts(
        model_id=model,
        width=int(size[1]) if size else None,
        height=int(size[2]) if size else None,
        num_inference_steps=int(steps[1]) if steps else None,
        batch_size=document.get("batch_size"),
        accelerator_count=boards[0] * boards[1] if len(boards) == 2 else None,
    )


def _version_2(path: Path, document: dict[str, Any]) -> Reading:
    batch = whole(path, "Batch size", document["Batch size"])
    seconds = positive(path, "Batch latency (s)", document["Batch latency (s)"])
    return Reading(
        tool="mlenergy",
        citation=f"{_CITATION}, leaderboard data of version 2",
        url="https://github.com/ml-energy/leaderboard",
        licence="Apache-2.0",
        boundary="gpu",
        energy_j_per_image=(positive(path, "Batch energy (J)", document["Batch energy (J)"]) / batch,),
        seconds_per_image=(seconds / batch,),
        batch_s=(seconds,),
        facts=Facts(
            model_id=str(document["Model"]),
            accelerator=str(document["GPU model"]),
            batch_size=batch,
            num_inference_steps=whole(path, "steps", document["Number of inference steps"]),
        ),
        published=True,
        notes=("The source publishes no spread.",),
    )
