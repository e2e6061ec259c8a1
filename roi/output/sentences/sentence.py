"""What a sentence for the meeting is."""

from dataclasses import dataclass

Figures = dict[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and what stands behind it."""

    key: str
    """Which sentence it is, the same in every language."""
    text: str
    figures: Figures
    """The figures that the sentence states and those that make it true, by name with their unit."""
    warning: bool = False
    """Whether it speaks against the proposal or against trusting it."""
