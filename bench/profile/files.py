"""Profile files: JSON in UTF-8, one profile or a collection, every fault told at once."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from bench.errors import ProfileError
from bench.magnitude import beyond_reach, numbers_beyond_reach
from bench.profile.parts import SCHEMA_VERSION, Profile
from bench.textfile import TextError, read_text
from bench.wording import Several, Worded
from bench.writing import write_file

DUPLICATES_SHOWN_MAX = 5
_TABLE_KEYS = frozenset({"boards", "models", "figures"})
"""What the tables beside the bundled profiles hold."""


def is_library_table(path: Path) -> bool:
    """Whether the file is a table of the library, such as a copy of its `models.json`, and no profile."""
    try:
        return _is_table(_read_json(path))
    except ProfileError:
        return False


def read_profiles(path: Path) -> tuple[Profile, ...]:
    """Profiles of one JSON file, which holds one profile or a collection.

    Raises
    ------
    ProfileError
        With every fault of the file at once: unreadable, not JSON, unknown version, unknown or wrong field.
    """
    document = _read_json(path)
    if not isinstance(document, dict):
        words = "{path}: holds a {kind}, not a profile; expected a JSON object"
        raise ProfileError(Worded("no_object", words, path=path, kind=type(document).__name__))
    if _is_table(document):
        words = "{path}: is a table of the library, not a profile; name a file of profiles"
        raise ProfileError(Worded("table", words, path=path))
    _require_version(path, document)
    if "profiles" not in document:
        return (_validate(path, "", document),)
    extra = sorted(set(document) - {"schema_version", "profiles"})
    if extra:
        words = "{path}: unknown field {field} beside 'profiles'; remove it"
        raise ProfileError(Worded("beside_profiles", words, path=path, field=repr(extra[0])))
    entries = document["profiles"]
    if not isinstance(entries, list):
        raise ProfileError(Worded("no_list", "{path}: 'profiles' must be a list of profiles", path=path))
    return _validate_all(path, entries)


def write_profiles(path: Path, profiles: Sequence[Profile]) -> None:
    """Write one profile as itself and several as a collection; absent fields are left out.

    Raises
    ------
    ProfileError
        When the file cannot be written; what stood there before is as it was.
    """
    documents = [profile_document(profile) for profile in profiles]
    document: object = (
        documents[0] if len(documents) == 1 else {"schema_version": SCHEMA_VERSION, "profiles": documents}
    )
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    try:
        write_file(path, text.encode())
    except OSError as fault:
        raise ProfileError(f"{path}: cannot be written: {fault.strerror}; name another place") from None


def profile_document(profile: Profile) -> dict[str, object]:
    """The profile as JSON-ready values, `schema_version` first."""
    return profile.model_dump(mode="json", exclude_none=True)


def refuse_duplicates(profiles: Iterable[tuple[str, Profile]]) -> None:
    """Stop when two profiles of (place, profile) pairs carry the same id."""
    seen: dict[str, str] = {}
    faults = []
    for place, profile in profiles:
        if profile.id in seen:
            words = "{place}: profile id {id} is already used in {other}; rename it"
            other = seen[profile.id]
            faults.append(Worded("id_twice", words, place=place, id=repr(profile.id), other=other))
        seen.setdefault(profile.id, place)
    if len(faults) > DUPLICATES_SHOWN_MAX:
        rest = len(faults) - DUPLICATES_SHOWN_MAX
        words = "and {count} more ids are used twice; is this a copy of the library?"
        faults[DUPLICATES_SHOWN_MAX:] = [Worded("more_ids_twice", words, count=rest)]
    if faults:
        raise ProfileError(Several("\n", faults))


def _read_json(path: Path) -> object:
    try:
        text = read_text(path)
    except IsADirectoryError:
        words = "{path}: is a folder; name a profile file (JSON)"
        raise ProfileError(Worded("folder", words, path=path)) from None
    except FileNotFoundError:
        words = "{path}: no such file; check the path given to --profiles"
        raise ProfileError(Worded("not_there", words, path=path)) from None
    except OSError as fault:
        words = "{path}: cannot be read: {reason}; check the path"
        raise ProfileError(Worded("not_read", words, path=path, reason=fault.strerror)) from None
    except TextError as fault:
        raise ProfileError(Worded(fault.kind, f"{{path}}: {fault}", path=path)) from None
    if not text.strip():
        raise ProfileError(Worded("empty", "{path}: is empty; expected a profile in JSON", path=path))
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as fault:  # ValueError: a number of thousands of digits
        where = (
            f" line {fault.lineno} column {fault.colno}" if isinstance(fault, json.JSONDecodeError) else ""
        )
        words = "{path}:{where} is not JSON: {fault}"
        raise ProfileError(Worded("no_json", words, path=path, where=where, fault=str(fault))) from None
    return document


def _is_table(document: object) -> bool:
    return isinstance(document, dict) and "config" not in document and not _TABLE_KEYS.isdisjoint(document)


def _require_version(path: Path, document: dict[str, object]) -> None:
    version = document.get("schema_version")
    if version is None:
        words = "{path}: field 'schema_version' is missing; this program writes version {ours}"
        raise ProfileError(Worded("no_version", words, path=path, ours=SCHEMA_VERSION))
    if isinstance(version, bool) or not isinstance(version, int):
        words = "{path}: schema_version must be a whole number, not {version}"
        raise ProfileError(Worded("version_no_number", words, path=path, version=repr(version)))
    if version > SCHEMA_VERSION:
        words = (
            "{path}: written in profile version {version}, newer than the version {ours} that this program "
            "reads; update the program"
        )
        raise ProfileError(Worded("newer_version", words, path=path, version=version, ours=SCHEMA_VERSION))
    if version != SCHEMA_VERSION:
        words = "{path}: profile version {version} is unknown; this program reads {ours}"
        raise ProfileError(Worded("unknown_version", words, path=path, version=version, ours=SCHEMA_VERSION))


def _validate(path: Path, place: str, document: object) -> Profile:
    require_in_reach(path, document, place)
    try:
        return Profile.model_validate(document)
    except ValidationError as error:
        raise ProfileError("\n".join(_sentences(path, place, error))) from None


def require_in_reach(path: Path, document: object, place: str = "") -> None:
    """Refuse a profile with numbers that cannot be calculated with; `place` stands before their fields.

    Raises
    ------
    ProfileError
        With every such field.
    """
    found = numbers_beyond_reach(document)
    if found:
        lines = (
            f"{path}: {place}{'.'.join(map(str, steps))}: {beyond_reach(number)}" for steps, number in found
        )
        raise ProfileError("\n".join(lines))


def _validate_all(path: Path, entries: list[object]) -> tuple[Profile, ...]:
    profiles, faults = [], []
    for index, entry in enumerate(entries):
        try:
            profiles.append(_validate(path, f"profiles[{index}].", entry))
        except ProfileError as fault:
            faults.append(str(fault))
    if faults:
        raise ProfileError("\n".join(faults))
    refuse_duplicates((f"{path} profiles[{index}]", profile) for index, profile in enumerate(profiles))
    return tuple(profiles)


def _sentences(path: Path, place: str, error: ValidationError) -> list[str]:
    lines = []
    for fault in error.errors():
        field = place + ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            lines.append(f"{path}: {field}: unknown field; remove it or update the program")
        elif fault["type"] == "missing":
            lines.append(f"{path}: {field}: is missing")
        else:
            lines.append(f"{path}: {field or 'profile'}: {fault['msg']} (found {str(fault['input'])[:60]!r})")
    return lines
