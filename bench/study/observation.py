"""What the study reads of a profile: its joules, its model, and the settings that comparisons hold fixed."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bench.boards import board
from bench.models import model_of
from bench.pipelines.folder import DENOISERS
from bench.pipelines.settings import DENOISER
from bench.profile import Backbone, Boundary, Config, EvidenceKind, Profile
from bench.show import BOUNDARY_TEXTS

Family = Literal["unet", "transformer", "other"]

FAMILIES: dict[Backbone, Family] = {
    "unet": "unet",
    "dit": "transformer",
    "mmdit": "transformer",
    "linear_dit": "transformer",
    "next_dit": "transformer",
    "other": "other",
}

KINDS: dict[EvidenceKind, str] = {
    "measured": "measured",
    "measured_random_weights": "measured with random weights",
    "published": "published",
    "estimated": "estimated",
}

_DESCRIPTIVE = frozenset({"model_id", "model_name", "model_licence", "parameters", "backbone"})
"""What names or describes a model and is no setting."""


@dataclass(frozen=True, order=True)
class Group:
    """What results must share to stand in one test."""

    board: str
    accelerator_count: int
    power_limit_w: float | None
    boundary: Boundary
    evidence: EvidenceKind
    tool: str
    """Who measured: the tool's name, or the citation of a published table."""

    @property
    def label(self) -> str:
        """The group in words."""
        count = f"{self.accelerator_count} x " if self.accelerator_count > 1 else ""
        limit = f" at {self.power_limit_w:g} W" if self.power_limit_w is not None else ""
        return f"{count}{self.board}{limit}; {BOUNDARY_TEXTS[self.boundary]}; {KINDS[self.evidence]} ({self.tool})"


@dataclass(frozen=True)
class Observation:
    """One usable result."""

    profile: Profile
    group: Group
    model: str
    """The name of the model table where it holds the model."""
    energy_j_per_image: float
    settings: dict[str, Any]
    """Every setting of the run, and the machine's host, driver and software."""

    @property
    def log_energy(self) -> float:
        """Natural logarithm of the joules of one image."""
        return math.log(self.energy_j_per_image)

    @property
    def family(self) -> Family:
        """U-Net, Transformer or neither."""
        return FAMILIES[self.profile.config.backbone]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height [pixels]."""
        return self.profile.config.width, self.profile.config.height

    @property
    def pixels(self) -> int:
        """Pixels of one image."""
        return self.profile.config.width * self.profile.config.height

    @property
    def scheme(self) -> str:
        """Quantization by component, empty when none."""
        return scheme_of(self.profile.config)

    def without(self, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """The settings but these, as a key: equal keys agree in everything else."""
        left = frozenset(names)
        return tuple((name, repr(value)) for name, value in self.settings.items() if name not in left)

    def only(self, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """These settings, as a key."""
        return tuple((name, repr(self.settings[name])) for name in names)


@dataclass(frozen=True)
class LeftOut:
    """A result that no test used, and why."""

    name: str
    reason: str


def scheme_of(config: Config) -> str:
    """Quantization as `scheme; component scheme`, empty when none; the denoiser goes unnamed."""
    named = {(DENOISER if part in DENOISERS else part, one) for part, one in config.quantization.items()}
    return "; ".join(one if part == DENOISER else f"{part} {one}" for part, one in sorted(named))


def observations_of(profiles: Sequence[Profile]) -> tuple[tuple[Observation, ...], tuple[LeftOut, ...]]:
    """The usable results and those left out."""
    used, left = [], []
    for profile in profiles:
        if profile.energy is None:
            left.append(LeftOut(profile.id, "no energy figure"))
        elif profile.evidence.kind == "estimated":
            left.append(LeftOut(profile.id, "an estimate, not a measurement"))
        else:
            used.append(_observation(profile, profile.energy.energy_j_per_image, profile.energy.boundary))
    return tuple(used), tuple(left)


def _observation(profile: Profile, energy_j_per_image: float, boundary: Boundary) -> Observation:
    known, hardware = model_of(profile.config), profile.hardware
    found = board(hardware.accelerator)
    group = Group(
        board=found.name if found else hardware.accelerator,
        accelerator_count=hardware.accelerator_count,
        power_limit_w=hardware.power_limit_w,
        boundary=boundary,
        evidence=profile.evidence.kind,
        tool=_tool(profile),
    )
    settings = {
        name: value for name, value in profile.config.model_dump().items() if name not in _DESCRIPTIVE
    }
    machine = {
        "host": hardware.host,
        "driver": hardware.driver,
        "memory_gib": hardware.memory_gib,
        "software": sorted(hardware.software.items()),
    }
    settings["quantization"] = scheme_of(profile.config)
    name = known.name if known else profile.config.model_name
    return Observation(profile, group, name, energy_j_per_image, settings | machine)


def _tool(profile: Profile) -> str:
    """The tool's name without its version, which may change within a study; else the citation."""
    evidence = profile.evidence
    return evidence.tool_version.split()[0].strip(",") if evidence.tool_version else evidence.source.citation
