"""What one group of results says to one claim, and the verdict: Holm over all tests, then the claim's rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.study.claims import Key
from bench.study.inference import Estimate, holm
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


Verdict = Literal["confirmed", "not confirmed", "cannot tell"]

LEVEL = 0.05


@dataclass(frozen=True)
class Judged:
    """An answer with its verdict."""

    answer: Answer
    p_adjusted: float | None
    """After Holm over all tests of the report; None where there was no test."""
    verdict: Verdict
    reason: str


def judged(answers: Sequence[Answer]) -> tuple[Judged, ...]:
    """The verdict on every answer."""
    tested = [one.estimate.p_two_sided for one in answers if one.estimate]
    adjusted = iter(holm(tested))
    return tuple(_judged(one, next(adjusted) if one.estimate else None) for one in answers)


def _judged(answer: Answer, p_adjusted: float | None) -> Judged:
    estimate = answer.estimate
    if estimate is None or p_adjusted is None:
        return Judged(answer, None, "cannot tell", answer.remark)
    side: Verdict = "confirmed" if estimate.speaks_for else "not confirmed"
    if p_adjusted <= LEVEL:
        return Judged(answer, p_adjusted, side, answer.remark)
    return Judged(answer, p_adjusted, "cannot tell", "; ".join(_doubts(answer.remark, estimate, p_adjusted)))


def _doubts(remark: str, estimate: Estimate, p_adjusted: float) -> Iterator[str]:
    if estimate.p_two_sided <= LEVEL:
        alone = f"alone it would decide (p {estimate.p_two_sided:.2g})"
        yield f"{alone}, among all tests of this report it does not (Holm p {p_adjusted:.2g})"
    else:
        yield f"the interval leaves it open (p {estimate.p_two_sided:.2g})"
    if remark:
        yield remark


def headline(claim: Key, all_judged: Sequence[Judged]) -> tuple[Verdict, str]:
    """One verdict on a claim over all groups, and how they voted.

    `confirmed` or `not confirmed` when at least one test says so and none says the opposite.
    """
    verdicts = [one.verdict for one in all_judged if one.answer.claim == claim]
    counts = {kind: verdicts.count(kind) for kind in ("confirmed", "not confirmed", "cannot tell")}
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    if counts["confirmed"] and counts["not confirmed"]:
        return "cannot tell", f"the groups disagree: {said}"
    if counts["confirmed"]:
        return "confirmed", said
    return ("not confirmed" if counts["not confirmed"] else "cannot tell"), said
