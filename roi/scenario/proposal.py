"""Who proposes the decision, when, and from which budget: the head of an approval document."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from roi.figure import Day, Input, Name
from roi.texts.messages import Message

Words = Annotated[str, Field(max_length=10000)]


class Proposal(Input):
    """The head of the approval document; every line may be left out and is then an empty box to fill in."""

    title: Name | None = None
    """The matter to be decided; the scenario's name when left out."""
    proposer: Name | None = None
    """Who drafts it."""
    department: Name | None = None
    """Department of the proposer."""
    drafted_on: Day | None = None
    """Day of drafting."""
    decision_wanted_by: Day | None = None
    """Day by which a decision is wanted."""
    budget_line: Name | None = None
    """Budget line that carries it."""
    within_budget: bool | None = None
    """Whether it is within the budget."""
    purpose: Words | None = None
    """Why it is proposed, in the proposer's words."""
    schedule: Words | None = None
    """When what happens, in the proposer's words."""
    risks: Words | None = None
    """Risks that the proposer sees beside those that the figures show."""

    @model_validator(mode="after")
    def _days_in_their_order(self) -> Self:
        if self.drafted_on and self.decision_wanted_by and self.decision_wanted_by < self.drafted_on:
            raise ValueError(
                Message("fault.decided_before", wanted=self.decision_wanted_by, drafted=self.drafted_on)
            )
        return self
