"""Bundled and user profiles as one tuple, with the published quality and licence of their models joined.

A profile keeps its own figures first. For every reference in which it has none, it inherits the figure of its
model that stands closest to its settings, marked by `match`. Random weights inherit nothing.
"""

import difflib
import functools
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.errors import ProfileError, UnknownProfileError
from bench.figures import Figure, Reference, better, figure_table, figures_by_model, references_by_id
from bench.match import best, match, note_of, parts_of, worst_of_best
from bench.match_settings import Settings, settings_of_api, settings_of_config, settings_of_figure
from bench.models import ModelInfo, model_info, model_of
from bench.profile import Config, Profile, Quality, is_library_table, read_profiles, refuse_duplicates
from bench.wording import Several, Worded, words_of

__all__ = [
    "ModelInfo",
    "Reference",
    "better",
    "figure_for",
    "known_references",
    "library_profiles",
    "load_profiles",
    "model_info",
    "parts_of",
    "place_of",
    "profile_named",
    "quality_of_model",
]

_FOLDER = Path(__file__).with_name("library")
_TABLES = frozenset({"boards.json", "models.json", "quality.json"})


def load_profiles(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
) -> tuple[Profile, ...]:
    """The bundled profiles and those of the user's files and folders, sorted by model, boards, batch and id.

    Raises
    ------
    ProfileError
        When a file cannot be read, a folder holds no profile, or an id is used twice, naming both places.

    Examples
    --------
    >>> from roi import load_profiles
    >>> profiles = load_profiles()
    >>> len(profiles)
    179
    """
    named = (paths,) if isinstance(paths, str | os.PathLike) else paths
    files = tuple(dict.fromkeys(file.resolve() for path in named for file in _files(Path(path))))
    own = _read_all(file for file in files if file.parent != _FOLDER.resolve())
    if not own:
        return library_profiles()
    bundled = [(f"{_FOLDER.name}/{place}", profile) for place, profile in _bundled()]
    refuse_duplicates([*bundled, *own])
    joined = (with_published(profile) for _, profile in own)
    return tuple(sorted((*library_profiles(), *joined), key=_order))


@functools.lru_cache(maxsize=1)
def library_profiles() -> tuple[Profile, ...]:
    """The bundled profiles alone."""
    return tuple(sorted((with_published(profile) for _, profile in _bundled()), key=_order))


def profile_named(named: str, paths: Sequence[Path] = ()) -> Profile:
    """The profile of an id, or of a file of one profile, with what the library knows of its model.

    Raises
    ------
    UnknownProfileError
        When no profile has that id, with the nearest ids, or the file holds several.
    ProfileError
        When a file cannot be read.
    """
    file = Path(named)
    if file.is_file():
        held = read_profiles(file)
        if len(held) == 1:
            return with_published(held[0])
        words = "{path}: holds {count} profiles; name one: --profiles {path} ID"
        raise UnknownProfileError(Worded("several_profiles", words, path=file, count=len(held)))
    found = {profile.id: profile for profile in load_profiles(paths)}
    if named not in found:
        near = difflib.get_close_matches(named, found, n=3, cutoff=0.3)
        raise UnknownProfileError(
            f"no profile {named!r}; nearest ids: {', '.join(near) or 'none'}; `python -m bench library` lists all"
        )
    return found[named]


def figure_for(profile: Profile, reference: str) -> Quality | None:
    """The profile's best matched figure in a reference; among equals the worse one."""
    figures = [quality for quality in profile.quality if quality.reference == reference]
    return worst_of_best(figures) if figures else None


def quality_of_model(model_id_or_name: str, reference: str, size: tuple[int, int]) -> Quality | None:
    """The figure of an open model for an API that sells it under the same name, at the API's own size.

    The seller states neither calls nor quantization, so the match is `unstated` at the best. Where figures match
    alike, that of the model's intended guidance is taken, and then the worse value.
    """
    model = model_info(model_id_or_name)
    figures = figures_by_model().get(model.model_id, ()) if model else ()
    candidates = [figure for figure in figures if reference in figure.values]
    if model is None or not candidates:
        return None
    run = settings_of_api(model, size)
    chosen = best((_candidate(run, figure, reference) for figure in candidates), run)
    sold = Worded("sold", "a figure of the open model {model}, sold under its name", model=model.name)
    note = note_of((sold, *parts_of(chosen.match_note or "")))
    return Quality.model_validate(dict(chosen) | {"match_note": note})


def known_references() -> tuple[Reference, ...]:
    """Every quality reference of the library, in the order of its table."""
    return figure_table().references


def place_of(profile: Profile) -> str:
    """Where a profile comes from: the bundled file or the user, then the source it cites."""
    place = _bundled_places().get(profile.id)
    holder = f"bundled {place}" if place else "user profile"
    source = profile.evidence.source
    return ", ".join(part for part in (f"{holder}: {source.citation}", source.url) if part)


@functools.lru_cache(maxsize=1)
def _bundled() -> tuple[tuple[str, Profile], ...]:
    files = sorted(file for file in _FOLDER.glob("*.json") if file.name not in _TABLES)
    return tuple((file.name, profile) for file in files for profile in read_profiles(file))


@functools.lru_cache(maxsize=1)
def _bundled_places() -> dict[str, str]:
    return {profile.id: place for place, profile in _bundled()}


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.json"))
    if not files:
        words = "{path}: the folder holds no .json file; name a folder of profiles"
        raise ProfileError(Worded("no_profiles", words, path=path))
    return [file for file in files if not is_library_table(file)] or files


def _read_all(files: Iterable[Path]) -> list[tuple[str, Profile]]:
    found: list[tuple[str, Profile]] = []
    faults: list[str] = []
    for file in files:
        try:
            found.extend((str(file), profile) for profile in read_profiles(file))
        except ProfileError as fault:
            faults.append(words_of(fault))
    if faults:
        raise ProfileError(Several("\n", faults))
    return found


def with_published(profile: Profile) -> Profile:
    """With what is published of its model: figures of quality that it has not, and the licence."""
    config, quality = profile.config, profile.quality
    if config.weights == "trained":
        own = {figure.reference for figure in quality}
        inherited = _published(settings_of_config(config))
        quality = (*quality, *(figure for figure in inherited if figure.reference not in own))
    return Profile.model_validate(dict(profile) | {"config": _licensed(config), "quality": quality})


def _licensed(config: Config) -> Config | dict[str, object]:
    model = model_of(config)
    if config.model_licence is not None or model is None or model.licence is None:
        return config
    return dict(config) | {"model_licence": model.licence}


@functools.lru_cache(maxsize=4096)
def _published(run: Settings) -> tuple[Quality, ...]:
    by_model = figures_by_model()
    figures = [figure for one in (run.model_id, *run.other_versions) for figure in by_model.get(one, ())]
    candidates: dict[str, list[tuple[Settings, Quality]]] = {}
    for figure in figures:
        for reference in figure.values:
            candidates.setdefault(reference, []).append(_candidate(run, figure, reference))
    return tuple(best(candidates[name], run) for name in references_by_id() if name in candidates)


def _candidate(run: Settings, figure: Figure, reference: str) -> tuple[Settings, Quality]:
    settings = settings_of_figure(figure, model_info(figure.model_id))
    verdict, note = match(run, settings)
    ruler = references_by_id()[reference]
    quality = Quality(
        metric=ruler.metric,
        value=figure.values[reference],
        reference=reference,
        n_samples=ruler.n_samples,
        source=figure_table().sources[figure.source],
        match=verdict,
        match_note=note,
    )
    return settings, quality


def _order(profile: Profile) -> tuple[str, str, int, int, str]:
    config, hardware = profile.config, profile.hardware
    boards = hardware.accelerator, hardware.accelerator_count
    return config.model_name.casefold(), *boards, config.batch_size, profile.id
