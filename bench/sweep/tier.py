"""A tier with durations of one's own in the place of its usual ones."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bench.errors import SweepError
from bench.protocol.tiers import TIERS, Tier, TierName

_TIER = TypeAdapter(Tier)
_NOT_DURATIONS = frozenset({"name", "coverage"})


def tier_of(name: TierName, durations: Mapping[str, Any]) -> Tier:
    """The tier of that name with some of its fields changed.

    Raises
    ------
    SweepError
        When a field is unknown or its value is of the wrong kind.
    """
    usual = {key: value for key, value in asdict(TIERS[name]).items() if key not in _NOT_DURATIONS}
    _require_known(durations, usual, "durations")
    changed = {
        key: value | durations[key] if isinstance(value, dict) else durations[key]
        for key, value in usual.items()
        if key in durations
    }
    try:
        tier = _TIER.validate_python(asdict(TIERS[name]) | changed)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise SweepError(f"durations.{place}: {fault['msg']}") from None
    _require_possible(tier)
    return tier


def _require_possible(tier: Tier) -> None:
    for name, value in _flat(asdict(tier)):
        zero_is_meant = name == "idle.dropped_s"
        if not isinstance(value, str) and not (value > 0 or (zero_is_meant and value == 0)):
            raise SweepError(f"durations.{name} is {value}; it must be more than 0")
    if tier.windows_max < tier.windows_min:
        raise SweepError(f"durations.windows_max is {tier.windows_max}, below windows_min {tier.windows_min}")
    if tier.idle.dropped_s >= tier.idle.duration_s:
        raise SweepError(f"durations.idle.dropped_s must be below duration_s {tier.idle.duration_s:g}")


def _require_known(given: Mapping[str, Any], known: Mapping[str, Any], place: str) -> None:
    for name, value in given.items():
        if name not in known:
            raise SweepError(f"{place}.{name} is unknown; known: {', '.join(known)}")
        if isinstance(known[name], dict):
            if not isinstance(value, dict):
                raise SweepError(f"{place}.{name} must be a table of {', '.join(known[name])}")
            _require_known(value, known[name], f"{place}.{name}")


def changes_of(tier: Tier) -> str | None:
    """What differs from the usual tier of that name, in a sentence; None when nothing does."""
    usual = dict(_flat(asdict(TIERS[tier.name])))
    changed = [
        f"{name} {value} in the place of {usual[name]}"
        for name, value in _flat(asdict(tier))
        if value != usual[name]
    ]
    return f"tier {tier.name} with changed durations: {', '.join(changed)}" if changed else None


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
