"""How often a picture passes the look, as an input."""

from typing import Literal, Self

from pydantic import model_validator

from roi.figure import Concentration, Input, Probability
from roi.texts.messages import Message


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
            raise ValueError(Message("fault.no_concentration", kind=repr(self.kind)))
        if self.kind != "alike" and self.mean.value >= 1:
            raise ValueError(Message("fault.mean_of_one", kind=repr(self.kind)))
        return self
