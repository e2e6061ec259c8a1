"""Results of the ML.ENERGY Benchmark for text-to-image models, in each shape in which it writes or serves them.

iteration_energy_measurements   version 3's `results.json`, in a folder such as
                                `.../text-to-image/ORG/MODEL/batch-1+uly-1+ring-1+size-HxW+steps-20`
configurations                  version 3's leaderboard: a model, many boards, numbers of boards and batches
average_batch_energy            what version 2's script writes
Batch energy (J)                what version 2's leaderboard served

Version 1 served CSV tables of language models alone (a mean response's joules): they are refused by name.
"""

import re
from pathlib import Path
from typing import Any

from bench.boards import same_board
from bench.errors import ProfileError
from bench.importers.facts import Facts
from bench.importers.reading import Reading, part, positive, read_object, read_rows, whole

_V2 = (
    "Model",
    "GPU model",
    "Batch size",
    "Number of inference steps",
    "Batch latency (s)",
    "Batch energy (J)",
)
_NO_SPREAD = "The source publishes no spread."
_CITATION = "ML.ENERGY Benchmark; Chung et al., The ML.ENERGY Benchmark, NeurIPS 2025, arXiv 2505.06371"


def read_mlenergy(path: Path, stated: Facts) -> Reading:
    """A result of either version; nothing but what the caller states for the profile is needed."""
    if path.suffix.casefold() == ".csv":
        _refuse_version_1(path)
    document = read_object(path, "ML.ENERGY")
    if "iteration_energy_measurements" in document:
        return _version_3(path, document, stated)
    if "configurations" in document:
        return _leaderboard_3(path, document, stated)
    if "average_batch_energy" in document:
        return _script_2(path, document)
    missing = [name for name in _V2 if name not in document]
    if missing:
        raise ProfileError(
            f"{path}: is no ML.ENERGY result: none of 'iteration_energy_measurements', 'configurations', "
            f"'average_batch_energy' and {missing[0]!r} is there"
        )
    return _version_2(path, document)


def _refuse_version_1(path: Path) -> None:
    if {"model", "response_length", "energy"} <= set(read_rows(path, ("model",), "ML.ENERGY")[0]):
        raise ProfileError(
            f"{path}: is a table of ML.ENERGY's version 1: joules of a language model's response, of no image; "
            "take text-to-image results of version 2 or 3"
        )


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
    return _reading(
        ("version 3", "benchmark"),
        tuple(one / batch for one in joules),
        seconds,
        batch,
        facts,
        f"{len(repeats)} iterations without warm-up; saving the images is inside the joules.",
    )


def _reading(
    shape: tuple[str, str],
    energy_j_per_image: tuple[float, ...],
    batch_s: tuple[float, ...],
    batch: int,
    facts: Facts,
    note: str,
) -> Reading:
    """What all shapes have in common; `shape` is what was read and the repository that it is of."""
    what, repository = shape
    return Reading(
        tool="mlenergy",
        citation=f"{_CITATION}, {what}",
        url=f"https://github.com/ml-energy/{repository}",
        licence="Apache-2.0",
        boundary="gpu",
        energy_j_per_image=energy_j_per_image,
        seconds_per_image=tuple(seconds / batch for seconds in batch_s),
        batch_s=batch_s,
        facts=facts,
        published=True,
        notes=(note,),
    )


def _joules(path: Path, number: int, repeat: dict[str, Any]) -> float:
    boards = part(path, f"iteration {number}: ", repeat, "gpu_energy")
    return sum(positive(path, f"gpu_energy of iteration {number}", one) for one in boards.values())


def _facts_3(path: Path, document: dict[str, Any]) -> Facts:
    """The folder's name says size (height first), steps and compilation, the folders above it the model."""
    named = dict(
        part.partition("-")[::2] for part in path.resolve().parent.name.split("+") if part.partition("-")[1]
    )
    size = re.fullmatch(r"(\d+)x(\d+)", named.get("size", ""))
    steps = named.get("steps", "")
    folders = path.resolve().parts[:-2]
    model = "/".join(folders[-2:]) if folders[-3:-2] == ("text-to-image",) else None
    return Facts(
        model_id=model,
        width=int(size[2]) if size else None,
        height=int(size[1]) if size else None,
        num_inference_steps=int(steps) if steps.isdecimal() else None,
        batch_size=document.get("batch_size"),
        compile_mode="default" if named.get("tc", "").lower() == "true" else None,
        accelerator_count=_degrees(document, named),
    )


def _degrees(document: dict[str, Any], named: dict[str, str]) -> int | None:
    """Boards: Ulysses times ring degree, which stand on top, in `parallelization` or in the folder's name."""
    nested = document.get("parallelization")
    places = [document, nested if isinstance(nested, dict) else {}]
    found = []
    for key, short in (("ulysses_degree", "uly"), ("ring_degree", "ring")):
        stated = [place[key] for place in places if isinstance(place.get(key), int)]
        if not stated and named.get(short, "").isdecimal():
            stated = [int(named[short])]
        found += [max(1, one) for one in stated[:1]]
    return found[0] * found[1] if len(found) == 2 else None


_ASKED = ("batch_size", "width", "height", "num_inference_steps", "accelerator_count")
_SERVED = ("batch_size", "image_width", "image_height", "inference_steps", "num_gpus")
"""Names of the same facts in a configuration that the leaderboard serves."""


def _leaderboard_3(path: Path, document: dict[str, Any], stated: Facts) -> Reading:
    """One configuration of many: the one that what the caller states leaves."""
    rows = document["configurations"]
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        raise ProfileError(f"{path}: configurations is empty; nothing was measured")
    chosen = [row for row in rows if _is_asked(row, stated)]
    if len(chosen) > 1 and stated.window is not None:
        chosen = [row for row in chosen if _degree_words(row) == stated.window]
    if len(chosen) != 1:
        boards = ", ".join(
            sorted({f"{row.get('num_gpus')} x {row.get('gpu_model')}" for row in chosen or rows})
        )
        batches = ", ".join(map(str, sorted({row.get("batch_size") for row in chosen or rows}, key=str)))
        raise ProfileError(
            f"{path}: {len(chosen)} of {len(rows)} configurations are as stated; there are boards {boards} and "
            f"batches {batches}: state accelerator, accelerator_count and batch_size, and window of "
            f"{', '.join(sorted({_degree_words(row) for row in chosen or rows}))} where several are left"
        )
    (row,) = chosen
    place = f"configuration of batch {row.get('batch_size')}"
    latency_s = positive(path, f"batch_latency_s of {place}", row.get("batch_latency_s"))
    batch = whole(path, f"batch_size of {place}", row.get("batch_size"))
    return _reading(
        ("leaderboard data of version 3", "leaderboard"),
        (positive(path, f"energy of {place}", row.get("energy_per_image_joules")),),
        (latency_s,),
        batch,
        Facts(
            model_id=document.get("model_id"),
            model_name=document.get("nickname"),
            dtype=document.get("weight_precision"),
            accelerator=stated.accelerator or f"NVIDIA {row.get('gpu_model')}",
            **{name: row.get(served) for name, served in zip(_ASKED, _SERVED, strict=True)},
        ),
        _NO_SPREAD,
    )


def _degree_words(row: dict[str, Any]) -> str:
    nested = row.get("parallelization")
    degrees = nested if isinstance(nested, dict) else {}
    return f"ulysses-{degrees.get('ulysses_degree', 1)}+ring-{degrees.get('ring_degree', 1)}"


def _is_asked(row: dict[str, Any], stated: Facts) -> bool:
    alike = all(
        getattr(stated, name) in (None, row.get(served)) for name, served in zip(_ASKED, _SERVED, strict=True)
    )
    return alike and (stated.accelerator is None or same_board(stated.accelerator, str(row.get("gpu_model"))))


def _script_2(path: Path, document: dict[str, Any]) -> Reading:
    batch = whole(path, "batch_size", document.get("batch_size"))
    seconds = positive(path, "average_batch_latency", document.get("average_batch_latency"))
    joules = positive(path, "average_batch_energy", document["average_batch_energy"])
    return _reading(
        ("results of version 2's script", "leaderboard-v2"),
        (joules / batch,),
        (seconds,),
        batch,
        Facts(
            model_id=document.get("model"),
            accelerator=document.get("gpu_model"),
            power_limit_w=document.get("power_limit"),
            batch_size=batch,
            num_inference_steps=whole(path, "steps", document.get("num_inference_steps")),
        ),
        f"Means over {document.get('num_prompts')} prompts; the source publishes no spread.",
    )


def _version_2(path: Path, document: dict[str, Any]) -> Reading:
    batch = whole(path, "Batch size", document["Batch size"])
    seconds = positive(path, "Batch latency (s)", document["Batch latency (s)"])
    return _reading(
        ("leaderboard data of version 2", "leaderboard"),
        (positive(path, "Batch energy (J)", document["Batch energy (J)"]) / batch,),
        (seconds,),
        batch,
        Facts(
            model_id=str(document["Model"]),
            accelerator=str(document["GPU model"]),
            batch_size=batch,
            num_inference_steps=whole(path, "steps", document["Number of inference steps"]),
        ),
        _NO_SPREAD,
    )
