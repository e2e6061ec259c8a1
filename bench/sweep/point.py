"""One point of a sweep: settings, prompts, tier and repetition, under a name that is the hash of them all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bench.errors import PipelineError, SweepError
from bench.pipelines.settings import DENOISER, Settings
from bench.profile import EXECUTION, execution_words
from bench.prompts import Length
from bench.protocol.tiers import TIERS, Tier

HASH_LETTERS = 20
"""Of SHA-256 in hexadecimal: 80 bits, enough for a name."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Point:
    """What one process measures. Where it runs (device, meter) is the machine's matter and no part of it."""

    settings: Settings
    tier: Tier
    repetition: int = 1
    """Which block it belongs to, from 1."""
    prompt_length: Length = "medium"
    """Which of the bundled prompts."""
    prompt_file: str | None = None
    """Own prompts in place of the bundled ones."""
    image_seed: int = 0
    """Seed of the first image."""


_POINT = TypeAdapter(Point)
_OF_THE_MACHINE = frozenset({"device"})
_OF_THE_PIPELINE = tuple(one.name for one in fields(Settings) if one.name not in _OF_THE_MACHINE)
_OF_THE_SWEEP = frozenset({"settings", "tier", "repetition"})

SETTING_NAMES = (*_OF_THE_PIPELINE, *(one.name for one in fields(Point) if one.name not in _OF_THE_SWEEP))
"""What a plan may set: every setting of the pipeline but the device, and the prompts."""


def point_of(chosen: Mapping[str, Any], tier: Tier, repetition: int) -> Point:
    """The point of settings by name.

    Raises
    ------
    SweepError
        When a value is of the wrong kind or cannot be run.
    """
    pipeline = {name: value for name, value in chosen.items() if name in _OF_THE_PIPELINE}
    others = {name: value for name, value in chosen.items() if name not in _OF_THE_PIPELINE}
    return read_point({"settings": pipeline, "tier": asdict(tier), "repetition": repetition, **others})


def read_point(document: Mapping[str, Any]) -> Point:
    """The point of a document; `SweepError` when it is none."""
    try:
        text = json.dumps(_with_coverage(document), default=str, allow_nan=False)
    except ValueError:
        raise SweepError("a value is not finite; write a number") from None
    try:
        return _POINT.validate_json(text, strict=True)
    except ValidationError as error:
        fault = error.errors()[0]
        name = ".".join(str(part) for part in fault["loc"]).removeprefix("settings.")
        raise SweepError(f"{name}: {fault['msg']}, not {fault.get('input')!r}") from None
    except PipelineError as fault:
        raise SweepError(str(fault)) from None


def _with_coverage(document: Mapping[str, Any]) -> Document:
    """The sentence about a tier's interval belongs to the program, not to the point."""
    tier = document.get("tier")
    known = TIERS.get(tier.get("name", "quick")) if isinstance(tier, Mapping) else None
    return {**document, "tier": {**tier, "coverage": known.coverage}} if tier and known else dict(document)


def point_document(point: Point) -> Document:
    """The point as JSON-ready values; what is not set is left out, so that a new setting renames no old point."""
    document = asdict(point)
    del document["tier"]["coverage"]
    for name in _OF_THE_MACHINE:
        del document["settings"][name]
    document["settings"] = _set(document["settings"])
    return _set(document)


def _set(values: Mapping[str, Any]) -> Document:
    return {name: value for name, value in values.items() if value is not None and value != {}}


def point_hash(document: Mapping[str, Any]) -> str:
    """The name of a point, whatever the order of the keys in its document."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LETTERS]


def not_eager(settings: Settings) -> dict[str, str]:
    """What a point does otherwise than eager execution at 16 bits: field of a profile's config and value."""
    schemes = "+".join(sorted(set(settings.quantization.values())))
    executed = {name: value for name in EXECUTION if (value := getattr(settings, name, None)) is not None}
    return ({"quantization": schemes} if schemes else {}) | executed


def describe(point: Point) -> str:
    """Model, size, steps, number format or quantization, batch, how it is executed, prompts, repetition."""
    settings = point.settings
    scheme = "+".join(
        value if name == DENOISER else f"{name}={value}" for name, value in settings.quantization.items()
    )
    words = (
        settings.model,
        f"{settings.width}x{settings.height}",
        f"{settings.num_inference_steps} steps",
        scheme or settings.dtype,
        f"batch {settings.batch_size}",
        *execution_words({name: one for name, one in not_eager(settings).items() if name in EXECUTION}),
        f"{point.prompt_file or point.prompt_length} prompts",
        f"repetition {point.repetition}",
    )
    return ", ".join(words)
