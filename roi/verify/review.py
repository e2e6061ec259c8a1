"""What came out of judging an answer anew."""

from dataclasses import dataclass

DRAWN = "drawn_futures"
"""Name of what cannot be judged anew of a plan over drawn futures."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was judged."""

    name: str
    """Short and stable: key of `verify` in `roi.texts`."""
    passed: bool
    detail: str = ""
    """What does not agree, in English, for whoever looks for the fault."""


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that was judged, and what was not."""

    checks: tuple[Check, ...]
    not_rejudged: tuple[str, ...]
    """Parts of the answer that no check covers: keys of `verify` in `roi.texts`."""

    @property
    def verified(self) -> bool:
        """Whether something was judged and all of it agrees."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def whole(self) -> bool:
        """Whether sums were judged too, as they are where no futures are drawn."""
        return DRAWN not in self.not_rejudged

    @property
    def rejudged(self) -> tuple[str, ...]:
        """Names of the checks that passed."""
        return tuple(check.name for check in self.checks if check.passed)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not."""
        return tuple(check for check in self.checks if not check.passed)
