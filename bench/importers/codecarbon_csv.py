"""The `emissions.csv` of CodeCarbon: one row a run; energies in kWh, multiplied by the PUE it was given.

Only `gpu_energy` is taken: CPU and memory are modelled by CodeCarbon on most machines, and an estimate is not
mixed into measured joules. Before version 3 there is no column `pue` in older files and nothing was multiplied.
"""

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bench.errors import ProfileError
from bench.importers.facts import Facts, images_of
from bench.importers.reading import J_PER_KWH, Reading, Row, positive, read_rows

_COLUMNS = ("timestamp", "project_name", "duration", "gpu_energy", "gpu_model")


def read_codecarbon(path: Path, stated: Facts) -> Reading:
    """Runs of one project; needs `images` (per run), and `window` when the file has several projects."""
    chosen = _chosen(path, read_rows(path, _COLUMNS, "CodeCarbon"), stated.window)
    facts = _facts(chosen[0])
    images = images_of(path, facts, stated)
    return Reading(
        tool="codecarbon",
        citation="Own measurement with CodeCarbon; Courty et al., mlco2/codecarbon",
        url="https://github.com/mlco2/codecarbon",
        boundary="gpu",
        energy_j_per_image=tuple(_joules(path, row) / images for row in chosen),
        seconds_per_image=tuple(positive(path, "duration", row["duration"]) / images for row in chosen),
        facts=facts,
        tool_version=chosen[0].get("codecarbon_version") or None,
        notes=(
            "CodeCarbon reads the board without waiting for it: short runs read low.",
            "Joules and seconds are of the whole tracked run, loading included if it was tracked.",
            "CPU and memory energy of the file are left out: they are modelled, not measured.",
        ),
    )


def _chosen(path: Path, rows: list[Row], project: str | None) -> list[Row]:
    names = list(dict.fromkeys(row["project_name"] for row in rows))
    if project is None and len(names) > 1:
        raise ProfileError(f"{path}: holds projects {', '.join(names)}; state which one (window)")
    chosen = [row for row in rows if project in (None, row["project_name"])]
    if not chosen:
        raise ProfileError(f"{path}: holds no project {project!r}; it has {', '.join(names)}")
    if len({row["gpu_model"] for row in chosen}) > 1:
        raise ProfileError(f"{path}: its rows are from different boards; split the file by gpu_model")
    return chosen


def _joules(path: Path, row: Row) -> float:
    pue = positive(path, "pue", row["pue"]) if row.get("pue") else 1.0
    return positive(path, "gpu_energy", row["gpu_energy"]) * J_PER_KWH / pue


def _facts(row: Row) -> Facts:
    """`gpu_model` reads such as `2 x NVIDIA A100-SXM4-80GB`."""
    count, accelerator = None, row["gpu_model"].strip() or None
    if match := re.fullmatch(r"(\d+) x (.+)", accelerator or ""):
        count, accelerator = int(match[1]), match[2]
    day = None
    with suppress(ValueError):
        day = datetime.fromisoformat(row["timestamp"]).date()
    return Facts(accelerator=accelerator, accelerator_count=count, measured_on=day)
