"""The log file of Zeus's `ZeusMonitor`: one row a window, joules per GPU.

start_time,window_name,elapsed_time,gpu0_energy[,gpu1_energy ...]
"""

import re
from pathlib import Path

from bench.errors import ProfileError
from bench.importers.facts import Facts, images_of
from bench.importers.reading import CsvRow, Reading, positive, read_rows

_COLUMNS = ("start_time", "window_name", "elapsed_time")


def read_zeus(path: Path, stated: Facts) -> Reading:
    """Windows of one name; needs `images` (per window), `window` when the file has several names, and `boards`
    when it has several boards: Zeus sums up all that it was told to watch, idle ones too."""
    rows = read_rows(path, _COLUMNS, "Zeus")
    boards = _boards(path, rows[0], stated.boards)
    chosen = _chosen(path, rows, stated.window)
    facts = Facts(accelerator_count=len(boards))
    images = images_of(path, facts, stated)
    return Reading(
        tool="zeus",
        citation="Own measurement with Zeus; You et al., Zeus, NSDI 2023",
        url="https://github.com/ml-energy/zeus",
        boundary="gpu",
        energy_j_per_image=tuple(_joules(path, row, boards) / images for row in chosen),
        seconds_per_image=tuple(
            positive(path, "elapsed_time", row["elapsed_time"]) / images for row in chosen
        ),
        facts=facts,
        notes=(
            "Zeus reads the counter at any phase of its tick: windows of less than 20 s read low.",
            _windows_words(chosen, images),
        ),
    )


def _windows_words(chosen: list[CsvRow], images: int) -> str:
    windows = f"{len(chosen)} window{'' if len(chosen) == 1 else 's'} named {chosen[0]['window_name']!r}"
    return f"{windows}, {images} images each."


def _boards(path: Path, row: CsvRow, stated: str | None) -> list[str]:
    """The columns of the boards that worked."""
    known = [name for name in row if re.fullmatch(r"gpu\d+_energy", name)]
    numbers = ", ".join(name[3:-7] for name in known)
    if not known:
        raise ProfileError(f"{path}: is no Zeus file: no column such as 'gpu0_energy'")
    if stated is None and len(known) > 1:
        raise ProfileError(
            f"{path}: holds boards {numbers}, and does not say which of them worked; state boards, such as boards=0"
        )
    if stated is None:
        return known
    wanted = [f"gpu{number.strip()}_energy" for number in stated.split(",")]
    if not set(wanted) <= set(known):
        raise ProfileError(f"{path}: boards={stated}: it holds boards {numbers}")
    return wanted


def _chosen(path: Path, rows: list[CsvRow], window: str | None) -> list[CsvRow]:
    names = list(dict.fromkeys(row["window_name"] for row in rows))
    if window is None and len(names) > 1:
        raise ProfileError(f"{path}: holds windows {', '.join(names)}; state which window")
    chosen = [row for row in rows if window in (None, row["window_name"])]
    if not chosen:
        raise ProfileError(f"{path}: holds no window {window!r}; it has {', '.join(names)}")
    return chosen


def _joules(path: Path, row: CsvRow, boards: list[str]) -> float:
    return sum(positive(path, f"{name} of window {row['window_name']!r}", row[name]) for name in boards)
