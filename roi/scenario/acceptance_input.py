"""How often a picture passes the look, as an input."""

from typing import Literal, Self

from pydantic import model_validator

from roi.figure import Concentration, Input, Probability


class AcceptanceInput(Input):
    """How often a picture passes the look."""

    kind: Literal["alike", "beta", "redrawn"] = "alike"
    """`alike`: every prompt the same; `beta`: prompts differ; `redrawn`: rewritten at each attempt."""
    mean: Probability
    """Share of single images that a reviewer accepts."""
    concentration: Concentration | None = None
    """a + b of the Beta distribution over prompts; small when prompts differ much."""

    @model_validator(mode="after")
    def _spread_where_prompts_differ(self) -> Self:
        if self.kind != "alike" and self.concentration is None:
            raise ValueError(f"kind {self.kind!r} needs 'concentration' (a + b of the Beta distribution)")
        if self.kind != "alike" and self.mean.value >= 1:
            raise ValueError(f"kind {self.kind!r} needs a mean below 1")
        return self
