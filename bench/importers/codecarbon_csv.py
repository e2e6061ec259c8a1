"""The `emissions.csv` of CodeCarbon: energies in kWh, multiplied by the PUE that the column `pue` names.

Every row of a run is of the whole run up to then (`flush` writes one, `stop` the last): the longest row of a run
counts and the others are parts of it. The file of tasks (`emissions_NAME_RUN.csv`) has one row a task instead, each
of its own time, and names no PUE. Only `gpu_energy` is taken: CPU and memory are modelled by CodeCarbon on most
machines, and an estimate is not mixed into measured joules. Read in its source, 2.4.2 to 3.3.2.
"""

import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from bench.errors import ProfileError
from bench.importers.facts import Facts, images_of
from bench.importers.reading import CsvRow, Reading, number, positive, read_rows
from bench.units import J_PER_KWH

SPREAD_MAX = 1.5
"""Longest over shortest run, and most over least energy, of what may be repeats of one batch: our judgement."""

NAMES_SHOWN_MAX = 5

_COLUMNS = ("timestamp", "project_name", "run_id", "duration", "gpu_energy", "gpu_model")
_TASK = "task_name"
_NOTES = (
    "CodeCarbon reads the board without waiting for it: short runs read low.",
    "Joules and seconds are of the whole tracked run, loading included if it was tracked.",
    "A run cut into tasks has the joules of all and the seconds of the last: import its file of tasks instead.",
    "CPU and memory energy of the file are left out: they are modelled, not measured.",
)


def read_codecarbon(path: Path, stated: Facts) -> Reading:
    """Repeats of one run; needs `images` (per run), and `window` (project, run_id or task) when there are others.

    Where runs are of several days, a stated `measured_on` chooses those of that day.
    """
    named = _named(path, read_rows(path, _COLUMNS, "CodeCarbon"), stated.window)
    runs = _of_the_day(path, _last_of_each(path, named), stated.measured_on)
    facts = _facts(path, runs[-1], stated)
    _require_repeats(path, runs)
    images = images_of(path, facts, stated)
    return Reading(
        tool="codecarbon",
        citation="Own measurement with CodeCarbon; Courty et al., mlco2/codecarbon",
        url="https://github.com/mlco2/codecarbon",
        boundary="gpu",
        energy_j_per_image=tuple(_joules(path, row) / images for row in runs),
        seconds_per_image=tuple(_seconds(path, row) / images for row in runs),
        facts=facts,
        tool_version=runs[-1].get("codecarbon_version") or None,
        notes=(*_NOTES, *_notes(runs[-1], stated)),
    )


def _named(path: Path, rows: list[CsvRow], name: str | None) -> list[CsvRow]:
    """Rows of the project, run or task of that name; without one there must be one project and one task."""
    if name is not None:
        chosen = [row for row in rows if name in (row["project_name"], row["run_id"], row.get(_TASK))]
        if not chosen:
            raise ProfileError(f"{path}: holds no project, run or task {name!r}; it has {_all_names(rows)}")
        return chosen
    for kind, column in (("projects", "project_name"), ("tasks", _TASK)):
        names = list(dict.fromkeys(row[column] for row in rows if column in row))
        if len(names) > 1:
            raise ProfileError(f"{path}: holds {kind} {_listed(names)}; state which one (window)")
    return rows


def _last_of_each(path: Path, rows: list[CsvRow]) -> list[CsvRow]:
    """The longest row of each run, of each task in the file of tasks."""
    by_run: dict[tuple[str, str], list[CsvRow]] = {}
    for row in rows:
        by_run.setdefault((row["run_id"], row.get(_TASK, "")), []).append(row)
    return [_longest(path, group) for group in by_run.values()]


def _longest(path: Path, rows: list[CsvRow]) -> CsvRow:
    ordered = sorted(rows, key=lambda row: _seconds(path, row))
    energies = [number(path, _energy_place(row), row["gpu_energy"]) for row in ordered]
    if energies != sorted(energies):
        raise ProfileError(
            f"{path}: gpu_energy of run {rows[0]['run_id']} falls while its duration grows; its rows are not those "
            "of one run that goes on, leave in the one that counts"
        )
    return ordered[-1]


def _of_the_day(path: Path, runs: list[CsvRow], day: date | None) -> list[CsvRow]:
    days = list(dict.fromkeys(_day(row) for row in runs))
    if day is None or len(days) == 1:
        return runs
    chosen = [row for row in runs if _day(row) == day]
    if not chosen:
        known = _listed([str(one) for one in days])
        raise ProfileError(f"{path}: holds no run of {day}; its days are {known}")
    return chosen


def _require_repeats(path: Path, runs: list[CsvRow]) -> None:
    """Only runs of one board and of about the same length and energy may be averaged."""
    if len({row["gpu_model"] for row in runs}) > 1:
        raise ProfileError(f"{path}: its rows are from different boards; split the file by gpu_model")
    names = _listed([row["run_id"] for row in runs])
    for column, unit, values in (
        ("duration", "s", [_seconds(path, row) for row in runs]),
        ("gpu_energy", "J", [_joules(path, row) for row in runs]),
    ):
        if max(values) > SPREAD_MAX * min(values):
            raise ProfileError(
                f"{path}: runs {names} cannot be repeats of one batch: {column} from {min(values):,.4g} to "
                f"{max(values):,.4g} {unit}; state which one (window=RUN_ID)"
            )


def _seconds(path: Path, row: CsvRow) -> float:
    return positive(path, f"duration of run {row['run_id']}", row["duration"])


def _joules(path: Path, row: CsvRow) -> float:
    pue = positive(path, "pue", row["pue"]) if row.get("pue") else 1.0
    return positive(path, _energy_place(row), row["gpu_energy"]) * J_PER_KWH / pue


def _energy_place(row: CsvRow) -> str:
    return f"gpu_energy of run {row['run_id']}"


def _facts(path: Path, row: CsvRow, stated: Facts) -> Facts:
    """`gpu_model` reads such as `2 x NVIDIA A100-SXM4-80GB`: the boards of the machine, tracked or not."""
    model = row["gpu_model"]
    if not model:
        raise ProfileError(f"{path}: gpu_model is empty: CodeCarbon saw no board in run {row['run_id']}")
    count, accelerator = 1, model
    if match := re.fullmatch(r"(\d+) x (.+)", model):
        count, accelerator = int(match[1]), match[2]
    if re.search(r"\d x ", accelerator):
        raise ProfileError(f"{path}: gpu_model {model!r} names several kinds of boards; measure on one kind")
    if count == 1:
        return Facts(accelerator=accelerator, accelerator_count=1, measured_on=_day(row))
    _require_tracked(path, model, count, stated.accelerator_count)
    return Facts(accelerator=accelerator, measured_on=_day(row))


def _require_tracked(path: Path, model: str, count: int, tracked: int | None) -> None:
    if tracked is None:
        raise ProfileError(
            f"{path}: gpu_energy is the sum over all boards that CodeCarbon tracked, idle ones too, and the file "
            f"does not say which of {model!r} those were; state accelerator_count if every tracked board worked on "
            "every picture, else measure again with gpu_ids"
        )
    if tracked > count:
        raise ProfileError(f"{path}: accelerator_count is {tracked} as stated, and the machine has {model!r}")


def _notes(row: CsvRow, stated: Facts) -> list[str]:
    """What this file, unlike others, leaves to whoever imports it."""
    notes = []
    if not row["gpu_model"].startswith("1 x "):
        boards = f"The machine has {row['gpu_model']}; that gpu_energy is of {stated.accelerator_count}"
        notes.append(f"{boards}, and all of these worked, was stated by the user.")
    if _TASK in row:
        notes.append("A file of tasks names no PUE: joules are right if CodeCarbon was given none.")
    return notes


def _day(row: CsvRow) -> date | None:
    with suppress(ValueError):
        return datetime.fromisoformat(row["timestamp"]).date()
    return None


def _all_names(rows: list[CsvRow]) -> str:
    columns = (("projects", "project_name"), ("runs", "run_id"), ("tasks", _TASK))
    lists = ((kind, dict.fromkeys(row[column] for row in rows if column in row)) for kind, column in columns)
    return "; ".join(f"{kind} {_listed(list(names))}" for kind, names in lists if names)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN_MAX} more" if len(names) > NAMES_SHOWN_MAX else ""
    return ", ".join(names[:NAMES_SHOWN_MAX]) + more
