"""What is known about a run beside its joules and seconds: from the file, or stated by the caller."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from bench.errors import ProfileError
from bench.profile import Backbone, Dtype

EnergyUnit = Literal["Wh", "kWh"]

SETTINGS = ("model_id", "backbone", "dtype", "width", "height", "num_inference_steps", "batch_size")
REQUIRED = (*SETTINGS, "accelerator", "measured_on")
"""Without these a profile says nothing."""


@dataclass(frozen=True)
class Facts:
    """Each fact is None while nobody has said it."""

    model_id: str | None = None
    model_name: str | None = None
    backbone: Backbone | None = None
    dtype: Dtype | None = None
    width: int | None = None
    height: int | None = None
    num_inference_steps: int | None = None
    batch_size: int | None = None
    guidance_scale: float | None = None
    weights: Literal["trained", "random"] | None = None
    """Taken as trained when nobody says otherwise."""
    engine: str | None = None
    """What executes the denoiser in the place of PyTorch."""
    compile_mode: str | None = None
    """Mode of torch.compile."""
    accelerator: str | None = None
    boards: str | None = None
    """Which boards of a file of several worked on every picture, by their numbers, such as 0 or 0,1."""
    accelerator_count: int | None = None
    power_limit_w: float | None = None
    """Enforced limit of one board, where it is another than the board's own [W]."""
    host: str | None = None
    measured_on: date | None = None
    """Day of the measurement or publication."""
    images: int | None = None
    """Images made in one window, task or run of the file."""
    window: str | None = None
    """Which of several windows, tasks, runs or projects of the file."""
    energy_unit: EnergyUnit | None = None
    """Of a column that does not state it."""
    published: bool | None = None
    """Somebody else's published result rather than one's own run."""


def stated_facts(pairs: Iterable[str]) -> Facts:
    """The facts of `--fact` options such as `width=1024`.

    Raises
    ------
    ProfileError
        When a name is unknown, or a value is not of its kind.
    """
    types = {field.name: field.type for field in fields(Facts)}
    stated: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if name not in types or not sign:
            raise ProfileError(f"--fact {pair!r}: write NAME=VALUE; names are {', '.join(types)}")
        stated[name] = _fact_value(name, value, types[name])
    return Facts(**stated)


def joined(path: Path, found: Facts, stated: Facts) -> Facts:
    """Found and stated facts as one; `ProfileError` names every contradiction."""
    known: dict[str, object] = {}
    faults = []
    for field in fields(Facts):
        in_file, said = getattr(found, field.name), getattr(stated, field.name)
        if in_file is not None and said is not None and in_file != said:
            faults.append(f"{field.name} is {in_file!r} in the file and {said!r} as stated")
        known[field.name] = said if in_file is None else in_file
    if faults:
        raise ProfileError(f"{path}: " + "; ".join(faults) + "; leave out what the file says")
    return replace(found, **known)  # type: ignore[arg-type]


def images_of(path: Path, found: Facts, stated: Facts) -> int:
    """Images behind each figure of the file; asked for when nobody has said it."""
    images = joined(path, found, stated).images
    if images is None or images < 1:
        raise ProfileError(f"{path}: does not say images; state how many one window, task or run made")
    return images


def require(path: Path, facts: Facts, names: tuple[str, ...]) -> None:
    """Ask for what nobody has said; all of it at once."""
    missing = [name for name in names if getattr(facts, name) is None]
    if missing:
        raise ProfileError(f"{path}: does not say {', '.join(missing)}; state them")


def _fact_value(name: str, value: str, kind: Any) -> object:
    wanted = get_args(kind) or (kind,)
    try:
        if bool in wanted:
            return {"true": True, "false": False}[value.lower()]
        if int in wanted:
            return int(value)
        if float in wanted:
            return float(value)
        return date.fromisoformat(value) if date in wanted else value
    except (ValueError, KeyError):
        raise ProfileError(f"--fact {name}={value}: the value does not fit; expected {kind}") from None
