"""Which published figure stands for a run of a model, and how well: judged anew from the tables of the library.

On each aspect two sides agree exactly, nearly, by what one of them leaves unsaid, or not: the worst counts. What is
left unsaid is taken as the intended use, which is right only for a run that is used as intended.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from roi.verify import names, tables

EXACT, NEAR, UNSTATED, FAR, OTHER_VERSION = range(5)
WORDS = ("exact", "near", "unstated", "far", "other_version")
LARGER_IS_BETTER = ("arena", "clip", "dpg", "geneval", "hpsv", "imagereward", "pickscore", "psnr")
"""Beginnings of references on whose rulers the larger figure is the better one."""
FACTOR = 2.0
"""Calls may differ by so much and still be near."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A quality figure and how well it stands for the run."""

    value: float
    stderr: float
    match: str


@dataclass(frozen=True, slots=True)
class Made:
    """How pictures are made: by a profile, or by a seller who states their size alone."""

    model: str
    """Id or name, as it is stated."""
    name: str | None
    size: tuple[int, int]
    steps: int | None
    calls: int | None
    guidance: float | None
    quantization: frozenset[str] | None
    """None where nothing is said."""
    cache: str | None


@lru_cache(maxsize=8192)
def published(made: Made, reference: str) -> Shown | None:
    """The figure of a reference that stands closest; of equals the worse one. None where there is none."""
    row = names.model(made.model) or (names.model(made.name) if made.name else None)
    if row is None:
        return None
    sold = made.name is None
    versions = () if sold else row.get("other_versions", ())
    found = []
    for figure in tables.library("quality")["figures"]:
        if reference in figure["values"] and figure["model_id"] in (row["model_id"], *versions):
            found.append(_ranked(made, row, figure, reference))
    if not found:
        return None
    rank, *_, value, _ = min(found)
    return Shown(-value if _lower_is_better(reference) else value, 0.0, WORDS[int(rank)])


def _ranked(
    made: Made, row: Mapping[str, Any], figure: Mapping[str, Any], reference: str
) -> tuple[float, float, float, float, str]:
    """Match, distance of calls, distance of guidance, the worse value first, who says it."""
    said, intended = figure.get("settings", {}), row.get("intended")
    run_calls = _calls(made.calls, made.steps, intended, made.guidance)
    figure_row = names.model(figure["model_id"])
    meant = figure_row.get("intended") if figure_row else None
    guidance = said.get("guidance_scale")
    calls = _calls(said.get("denoiser_calls"), said.get("num_inference_steps"), meant, guidance)
    match = OTHER_VERSION
    if figure["model_id"] == row["model_id"]:
        match = max(_aspects(made, row, figure, run_calls, calls))
    wanted = made.guidance if made.guidance is not None else (intended or {}).get("guidance_scale")
    apart = math.inf if wanted is None or guidance is None else abs(wanted - guidance)
    value = figure["values"][reference]
    source = tables.library("quality")["sources"][figure["source"]]["citation"]
    return match, _ratio(run_calls, calls), apart, -value if _lower_is_better(reference) else value, source


def _aspects(
    made: Made,
    row: Mapping[str, Any],
    figure: Mapping[str, Any],
    run_calls: int | None,
    calls: int | None,
) -> Iterator[int]:
    said, intended = figure.get("settings", {}), row.get("intended")
    as_intended = intended is not None and made.size == (intended["width"], intended["height"])
    yield (
        _of_calls(made, said, intended, run_calls, calls)
        if as_intended or None not in (run_calls, calls)
        else FAR
    )
    size = (said.get("width"), said.get("height"))
    if None in size:
        yield NEAR if as_intended else FAR
    else:
        yield EXACT if size == made.size else FAR
    by_name_alone = made.name is not None and names.model(made.model) is None
    yield UNSTATED if by_name_alone or not figure.get("version_stated", True) else EXACT
    scheme = said.get("quantization")
    shown = frozenset() if scheme is None else frozenset({scheme.casefold()}) - {"none"}
    silent = scheme is None or made.quantization is None
    yield FAR if shown != (made.quantization or frozenset()) else NEAR if silent else EXACT
    yield EXACT if made.cache is None else FAR


def _of_calls(
    made: Made,
    said: Mapping[str, Any],
    intended: Mapping[str, Any] | None,
    run: int | None,
    shown: int | None,
) -> int:
    if run is not None and shown is not None:
        if _ratio(run, shown) > FACTOR:
            return FAR
        both_say_it = made.calls is not None and said.get("denoiser_calls") is not None
        return EXACT if run == shown and both_say_it else NEAR
    stated = run if shown is None else shown
    if stated is None or intended is None:
        return UNSTATED
    each = _per_step(intended, None)
    least = (intended.get("steps_min") or intended["num_inference_steps"]) * each
    most = (intended.get("steps_max") or intended["num_inference_steps"]) * each
    return FAR if stated > FACTOR * most or stated * FACTOR < least else UNSTATED


def _calls(
    stated: int | None, steps: int | None, intended: Mapping[str, Any] | None, guidance: float | None
) -> int | None:
    if stated is not None:
        return stated
    return None if steps is None or intended is None else steps * _per_step(intended, guidance)


def _per_step(intended: Mapping[str, Any], guidance: float | None) -> int:
    scale = intended["guidance_scale"] if guidance is None else guidance
    return 2 if intended["guidance"] == "doubles" and scale > intended.get("guidance_above", 1.0) else 1


def _ratio(one: int | None, other: int | None) -> float:
    return math.inf if one is None or other is None else max(one, other) / min(one, other)


def _lower_is_better(reference: str) -> bool:
    return not reference.startswith(LARGER_IS_BETTER)
