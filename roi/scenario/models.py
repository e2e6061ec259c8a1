"""Models as keys of a scenario: `acceptance_by_model` and `model_cost_by_model` under any name of a model."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator

from bench.models import known_models, model_info
from roi.scenario.written import Fault, Steps, part_at
from roi.texts.messages import Message

PATH_MARKS = ("/", "\\")
"""A name with one of these is a Hub id or a folder: a model of the user's own, which no table can know."""


def canonical_model(name: str) -> str:
    """The id that the model table gives to a model of that id, name or alias; else the name as it is."""
    known = model_info(name)
    return known.model_id if known else name


ModelKey = Annotated[str, AfterValidator(canonical_model)]
"""A model by its id, name or alias; kept under its id."""


def model_fault(name: str, sold: Collection[str]) -> Message | None:
    """What is wrong with a name: neither a known model, nor one that is sold, nor a Hub id or folder."""
    if model_info(name) or name in sold or any(mark in name for mark in PATH_MARKS):
        return None
    near = ", ".join(_nearest(name, sold)) or Message("fault.no_near_model")
    return Message("fault.unknown_model", given=repr(name), near=near)


def model_faults(document: Mapping[str, object]) -> Iterator[Fault]:
    """Every key of the document's by-model parts that is unknown or a second name of one model."""
    sold = sold_models(document)
    workloads = document.get("workloads")
    places: list[Steps] = [("model_cost_by_model",)]
    for index in range(len(workloads) if isinstance(workloads, list) else 0):
        places.append(("workloads", index, "acceptance_by_model"))
    for steps in places:
        by_model = part_at(document, steps)
        if isinstance(by_model, dict):
            yield from _key_faults(steps, [key for key in by_model if isinstance(key, str)], sold)


def sold_models(document: Mapping[str, object]) -> frozenset[str]:
    """Names under which the document's APIs sell models."""
    supplies = document.get("supplies")
    names = [part_at(supply, ("model",)) for supply in (supplies if isinstance(supplies, list) else [])]
    return frozenset(name for name in names if isinstance(name, str))


def _key_faults(steps: Steps, keys: list[str], sold: Collection[str]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for key in keys:
        fault = model_fault(key, sold)
        first = seen.setdefault(canonical_model(key), key)
        if fault:
            yield Fault((*steps, key), fault)
        elif first != key:
            yield Fault((*steps, key), Message("fault.model_twice", first=repr(first)))


def _nearest(name: str, sold: Collection[str]) -> list[str]:
    names = {other.casefold(): other for other in sold}
    for model in known_models():
        names |= {alias.casefold(): model.name for alias in (model.model_id, model.name, *model.aliases)}
    found = get_close_matches(name.casefold(), names, n=6, cutoff=0.4)
    return list(dict.fromkeys(names[one] for one in found))[:3]
