"""What one group of results says to one claim."""

from dataclasses import dataclass

from bench.study.claims import Key
from bench.study.inference import Estimate
from bench.study.observation import Group


@dataclass(frozen=True)
class Answer:
    """The effect in one group, with its interval where there are models enough."""

    claim: Key
    group: Group
    where: str
    """Settings that were held fixed, or the two that were compared."""
    models: tuple[tuple[str, float], ...]
    """Each model with its J/image or its ratio, from the smallest."""
    n_results: int
    """Results that entered."""
    estimate: Estimate | None = None
    """Absent when no interval can be given."""
    remark: str = ""
    """What else is worth knowing, or why there is no estimate."""

    @property
    def n_models(self) -> int:
        """Models that entered."""
        return len(self.models)


def sorted_models(values: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """Models from the smallest value; equal ones by name."""
    return tuple(sorted(values.items(), key=lambda pair: (pair[1], pair[0])))
