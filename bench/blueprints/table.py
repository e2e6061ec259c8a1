"""The bundled blueprints and those of a user's file, found by short name, Hub id, alias or path.

A file holds `components` and `models`. A component with a `base` takes over its class and configuration and says
what differs; a model with `same_architecture_as` takes over everything but its name, aliases, source and note.
Names of another file may be used: a user's own blueprint may stand on the bundled ones.
"""

import difflib
import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.blueprints.parts import Blueprint, Component
from bench.errors import BlueprintError
from bench.models import model_info

SCHEMA_VERSION = 1
_FOLDER = Path(__file__).with_name("architectures")
_INTENDED = frozenset(
    {"num_inference_steps", "guidance_scale", "guidance", "guidance_above", "width", "height"}
)
_OWN_OF_A_MODEL = frozenset({"name", "model_id", "aliases", "same_architecture_as", "source", "note"})

Raw = dict[str, Any]

WITHOUT = {
    "hunyuanimage": "a component of its own weighs its guidance, step by step",
    "glmimage": "it writes tokens one by one before it denoises, and how many is not foretold",
    "bria": "its configuration is not public",
    "fibo": "its configuration is not public",
}
"""Models that are asked for and have no blueprint, by how their names begin, and why."""


def known_blueprints() -> tuple[Blueprint, ...]:
    """Every bundled blueprint, in the order of the files."""
    return _bundled()


def blueprint_named(named: str) -> Blueprint:
    """The blueprint of a short name, a Hub id, a name of the model table, or a file that holds one model.

    Raises
    ------
    BlueprintError
        When there is none of that name, with the nearest ones, or the file is at fault.
    """
    if named.endswith(".json") or Path(named).is_file():
        return _of_file(Path(named))
    info = model_info(named)
    found = _by_name().get(_key(named)) or (_by_name().get(_key(info.model_id)) if info else None)
    if found is None:
        _refuse_without(named)
        names = {_key(one.name): one.name for one in known_blueprints()}
        near = difflib.get_close_matches(_key(named), names, n=3, cutoff=0.3)
        nearest = ", ".join(names[one] for one in near) or "none"
        raise BlueprintError(
            f"no blueprint {named!r}; nearest: {nearest}; `python -m bench blueprint` lists all, "
            "and a .json file is read as a blueprint of your own"
        )
    return found


def _refuse_without(named: str) -> None:
    """A model that is known to have none gets its reason instead of names that are near."""
    name = _key(named.rpartition("/")[2])
    why = next((why for start, why in WITHOUT.items() if name.startswith(start)), None)
    if why is not None:
        raise BlueprintError(
            f"{named} has no blueprint, so nothing is foretold of it: {why}; "
            "measure it (`python -m bench run`), or give a .json file with a blueprint of your own"
        )


def component_named(key: str) -> Component:
    """One bundled component by its name among the architectures."""
    return _component(key, _raw_components(), "the bundled blueprints")


def component_keys() -> tuple[str, ...]:
    """Names of the bundled components, in the order of the files."""
    return tuple(_raw_components())


@functools.lru_cache(maxsize=1)
def _bundled() -> tuple[Blueprint, ...]:
    models = {raw["name"]: raw for document in _documents() for raw in document.get("models", ())}
    return tuple(
        _blueprint(raw, models, _raw_components(), "the bundled blueprints") for raw in models.values()
    )


@functools.lru_cache(maxsize=1)
def _by_name() -> dict[str, Blueprint]:
    return {_key(name): one for one in known_blueprints() for name in (*one.aliases, one.model_id, one.name)}


@functools.lru_cache(maxsize=1)
def _documents() -> tuple[Raw, ...]:
    return tuple(_document(file) for file in sorted(_FOLDER.glob("*.json")))


@functools.lru_cache(maxsize=1)
def _raw_components() -> dict[str, Raw]:
    return {key: raw for document in _documents() for key, raw in document.get("components", {}).items()}


def _of_file(file: Path) -> Blueprint:
    document = _document(file)
    models = document.get("models", [])
    if len(models) != 1:
        raise BlueprintError(f"{file}: holds {len(models)} models; a file of your own holds one")
    bundled = {raw["name"]: raw for one in _documents() for raw in one.get("models", ())}
    components = {**_raw_components(), **document.get("components", {})}
    return _blueprint(models[0], bundled, components, str(file))


def _document(file: Path) -> Raw:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise BlueprintError(f"{file}: cannot be read as a blueprint: {fault}") from fault
    version = document.get("schema_version") if isinstance(document, dict) else None
    if version != SCHEMA_VERSION:
        raise BlueprintError(f"{file}: schema_version is {version}; this version reads {SCHEMA_VERSION}")
    unknown = set(document) - {"schema_version", "components", "models"}
    if unknown:
        raise BlueprintError(f"{file}: unknown field {min(unknown)!r}; write components and models")
    return dict(document)


def _blueprint(raw: Raw, models: Mapping[str, Raw], components: Mapping[str, Raw], place: str) -> Blueprint:
    whole = _model(raw, models, place)
    try:
        parts = [
            {"key": part["component"], **part, "component": _component(part["component"], components, place)}
            for part in whole["parts"]
        ]
        return Blueprint.model_validate({**whole, "parts": parts})
    except (ValidationError, KeyError, TypeError) as fault:
        raise BlueprintError(f"{place}, model {raw.get('name')!r}: {_faults(fault)}") from fault


def _model(raw: Raw, models: Mapping[str, Raw], place: str) -> Raw:
    """A model with what it takes over from the one that it names, which may take over in turn."""
    own = {**_intended(raw), **raw}
    base = raw.get("same_architecture_as")
    if base is None:
        return own
    if base not in models:
        raise BlueprintError(
            f"{place}, model {raw.get('name')!r}: same_architecture_as names no blueprint {base!r}"
        )
    lent = _model(models[base], models, place)
    return {**{field: value for field, value in lent.items() if field not in _OWN_OF_A_MODEL}, **own}


def _intended(raw: Raw) -> Raw:
    """What the table of models says of its intended use."""
    info = model_info(str(raw.get("model_id", "")))
    return info.intended.model_dump(include=set(_INTENDED)) if info and info.intended else {}


def _component(key: str, raw: Mapping[str, Raw], place: str) -> Component:
    try:
        return Component.model_validate(_whole_component(key, raw, place))
    except ValidationError as fault:
        raise BlueprintError(f"{place}, component {key!r}: {_faults(fault)}") from fault


def _whole_component(key: str, raw: Mapping[str, Raw], place: str) -> Raw:
    if key not in raw:
        near = difflib.get_close_matches(key, raw, n=3, cutoff=0.3)
        raise BlueprintError(f"{place}: no component {key!r}; nearest: {', '.join(near) or 'none'}")
    own = {field: value for field, value in raw[key].items() if field != "base"}
    if "base" not in raw[key]:
        return own
    lent = _whole_component(raw[key]["base"], raw, place)
    config = {**lent["config"], **own.get("config", {})}
    return {"library": lent["library"], "class_name": lent["class_name"], **own, "config": config}


def _faults(fault: Exception) -> str:
    if isinstance(fault, ValidationError):
        return "; ".join(_lines(fault.errors()))
    return f"{fault} is missing or of the wrong kind"


def _lines(errors: Iterable[Any]) -> Iterator[str]:
    for one in errors:
        yield f"{'.'.join(map(str, one['loc']))}: {one['msg']}"


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
