"""What one run is to measure, and what one process brings back from it."""

from dataclasses import dataclass
from pathlib import Path

from bench.host import HostPower
from bench.meters.contract import MeterDescription
from bench.pipelines import Settings
from bench.profile import Config, Grade, Quality
from bench.prompts import PromptSet
from bench.protocol.records import Measurement
from bench.protocol.tiers import Tier

QUALITY_PICTURES = 1000
"""Pictures for quality unless the caller says otherwise: KID is steady there, FID is printed with its N."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One point to measure."""

    settings: Settings
    tier: Tier
    prompts: PromptSet
    output: Path
    """The profile to write; its journal stands beside it."""
    meter_spec: str = "auto"
    """The meter, as `bench.meters.find` names it."""
    shared: bool = False
    """Accept a board that others use, and label the result."""
    seed: int = 0
    """Of the first picture, and of random weights."""
    images: Path | None = None
    """Folder for the pictures and their prompts."""
    reference: Path | None = None
    """Folder of reference pictures, or statistics (.npz)."""
    extractor: str | None = None
    """Extractor of features, needed with a reference."""
    clip: str | None = None
    """CLIP model (folder or hub id) for the score of pictures with their prompts."""
    scores: tuple[str, ...] = ()
    """Further scores of the pictures, by name or as name=model: clip, pickscore, cmmd."""
    twin: Path | None = None
    """Pictures of the unquantized twin from the same prompts and seeds, in the order of their names."""
    quality_pictures: int = QUALITY_PICTURES
    self_tests: Path | None = None
    """Folder in which self-tests of meters are stored."""
    trace: Path | None = None
    """File for the rows of the side-car; beside the output when left out."""

    @property
    def wants_pictures(self) -> bool:
        """Whether anything is asked for that needs the pictures themselves."""
        asked = any(one is not None for one in (self.images, self.reference, self.clip, self.twin))
        return asked or bool(self.scores)

    @property
    def journal(self) -> Path:
        """Where finished windows are kept while the run goes on."""
        return self.output.with_suffix(".journal.jsonl")

    @property
    def log(self) -> Path:
        """Where the warnings of libraries go."""
        return self.output.with_suffix(".log")

    @property
    def trace_file(self) -> Path:
        """Where the side-car writes."""
        return self.trace or self.output.with_suffix(".trace.csv")


@dataclass(frozen=True)
class Outcome:
    """What one process measured."""

    measurement: Measurement
    config: Config
    meter: MeterDescription
    meter_grade: Grade | None
    """Best grade that the meter's self-test allows; None when it was never made."""
    peak_memory_bytes: int | None
    quality: tuple[Quality, ...]
    host: HostPower | str
    """What the host is thought to have drawn during the windows, or why nobody can say."""
    notes: tuple[str, ...]
