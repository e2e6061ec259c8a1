"""An offer, and the gates it fails.

A gate that fails gives a `Failure` with the rule's name, the reason in a few words, the values a sentence needs,
and, where the rule is a number or a list, what it would have to become.
"""

from dataclasses import dataclass

from bench.profile import Profile, Quality
from roi.options.terms import MachineTerms
from roi.scenario.supply import Api


@dataclass(frozen=True, slots=True)
class Failure:
    """One gate that an offer does not pass."""

    rule: str
    """Name of the limit in the scenario, such as `fid_max`."""
    reason: str
    """The reason in a few English words, the same in every language's JSON."""
    text: str
    """Key of the sentence in `roi.texts`."""
    values: dict[str, object]
    """What the sentence says."""
    limit: object = None
    """The limit as it stands."""
    needed: float | str | None = None
    """What the limit would have to be for this offer to pass; None when no limit would help."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to get images of a workload, before the number of attempts is chosen."""

    profile: Profile | None
    """None for an API, whose joules nobody outside knows."""
    supply: str
    kind: str
    vendor: str
    model_id: str
    model_name: str
    width: int
    height: int
    country: str | None
    commercial_use: str
    quality: Quality | None
    machine: MachineTerms | None
    """None for an API."""
    api: Api | None
    price_per_image: float
    """Of an API, in the scenario's currency; 0 for a machine."""
    bar_figures: tuple[Quality | None, ...] = ()
    """Its figure on the ruler of each of the workload's bars; None where there is none."""
    failures: tuple[Failure, ...] = ()

    @property
    def id(self) -> str:
        """Profile id, or `api:` and the supply's name."""
        return self.profile.id if self.profile else f"api:{self.supply}"
