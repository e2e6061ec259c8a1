"""Where results come from: a sweep's folder or merged file, profile files or folders of them, or the library."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.errors import StudyError
from bench.library import library_profiles, load_profiles
from bench.profile import Profile, refuse_duplicates
from bench.study.observation import LeftOut
from bench.sweep.result import Result, read_results

LIBRARY = "library"
"""Names the bundled profiles where no file or folder has this name."""


def read_places(places: Sequence[str]) -> tuple[tuple[Profile, ...], tuple[LeftOut, ...]]:
    """The profiles of all places, and the points of sweeps that have none.

    Raises
    ------
    BenchError
        When a place cannot be read, or an id stands in two of them.
    """
    found: list[tuple[str, Profile]] = []
    left: list[LeftOut] = []
    for place in dict.fromkeys(places):
        path = Path(place)
        if place == LIBRARY and not path.exists():
            found += [(place, profile) for profile in library_profiles()]
        elif not path.exists():
            raise StudyError(f"{place}: no such file or folder; name results, or `{LIBRARY}` for the bundled")
        elif _is_sweep(path):
            results = [result for _, result in read_results(path)]
            found += [(place, one.profile) for one in results if one.profile]
            left += _without_profile(results)
        else:
            found += [(place, profile) for profile in _own_profiles(path)]
    refuse_duplicates(found)
    return tuple(profile for _, profile in found), tuple(left)


def _own_profiles(path: Path) -> Iterator[Profile]:
    """Profiles of a place, with the published quality of their models."""
    bundled = {profile.id for profile in library_profiles()}
    return (profile for profile in load_profiles([path]) if profile.id not in bundled)


def _without_profile(results: Sequence[Result]) -> list[LeftOut]:
    return [
        LeftOut(one.hash, f"{one.status.replace('_', ' ')}: {one.reason}")
        for one in results
        if one.profile is None
    ]


def _is_sweep(path: Path) -> bool:
    """Results carry the hash of their point; a merged file holds `results`."""
    if path.suffix == ".jsonl":
        return True
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    try:
        document = json.loads(files[0].read_text(encoding="utf-8-sig")) if files else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and ("results" in document or {"hash", "point"} <= document.keys())
