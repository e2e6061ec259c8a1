"""The value of a figure at which the answer turns: another choice, no answer, or the other sign of the NPV.

From the value now, points outward on either side bracket the first turn; bisection, solving anew each time, then
closes the bracket until its ends differ by 1e-6 of themselves. A turn that goes and comes back between two
neighbouring points is not seen. Where answers are foreseen (`roi.sensitivity.foresight`), many points are looked at
and only the bracket that they find is solved; where that does not hold, or none is found within the range though
solving at the range's end did, points are solved all the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from roi.errors import RoiError
from roi.sensitivity.base import Base
from roi.sensitivity.inputs import Bounds, Ranged, bounds
from roi.sensitivity.tornado import End, TornadoBar
from roi.sensitivity.verdicts import Pick, Verdict, sources
from roi.texts.messages import message_of, names

RELATIVE_TOLERANCE = 1e-6
"""Width of the bracket at which the search stops, against its larger end."""
POINTS = 4
"""Steps within the range, and beyond it, on each side, when each is solved."""
POINTS_FORESEEN = 16
BISECTIONS_MAX = 100

Turn = Literal["choice", "npv"]


@dataclass(frozen=True, slots=True)
class Switch:
    """A figure's value at which the answer turns."""

    ranged: Ranged
    turn: Turn
    value: float
    """The last value at which the answer is still that of the base."""
    beyond: float
    """The nearest value found at which it is another; the two lie within 1e-6 of each other."""
    within_range: bool
    """Whether it lies within the stated range, or beyond it."""
    picks: tuple[Pick, ...]
    """What is chosen beyond; empty where there is no answer."""
    fault: str | None
    """Why there is none."""

    @property
    def change_fraction(self) -> float | None:
        """How far away it is, against the value now [1]; None where that is 0."""
        return self.value / self.ranged.value - 1.0 if self.ranged.value else None


@dataclass(frozen=True, slots=True)
class _Tried:
    value: float
    verdict: Verdict
    turned: bool


def switches(
    base: Base,
    ranged: Ranged,
    turn: Turn = "choice",
    *,
    beyond: bool = True,
    bar: TornadoBar | None = None,
) -> tuple[Switch, ...]:
    """The nearest turn below and the nearest above the value now; empty when the answer never turns.

    `beyond`: also outside the stated range, to the bounds of the field. `bar` is what was found at the ends of the
    range.
    """
    reach = bounds(base.scenario, ranged) if beyond else Bounds(ranged.low, ranged.high)
    low, high = (None, None) if bar is None else (bar.low, bar.high)
    found = (
        _first_turn(base, ranged, turn, (ranged.low, min(reach.low, ranged.low)), low),
        _first_turn(base, ranged, turn, (ranged.high, max(reach.high, ranged.high)), high),
    )
    return tuple(switch for switch in found if switch is not None)


def has_effect(bar: TornadoBar) -> bool:
    """Whether a figure's range moves cost, NPV or choice at all; one that does not can turn nothing nearby."""
    return bar.changes or bar.cost_swing > 0 or bar.fixed_cost_swing > 0 or bool(bar.npv_swing)


def _first_turn(
    base: Base,
    ranged: Ranged,
    turn: Turn,
    ends: tuple[float, float],
    end: End | None,
) -> Switch | None:
    judge, looks = _judge(base, ranged, turn), [list(_outward(ranged.value, *ends, POINTS))]
    seen = _foreseen(base, ranged, turn, ends)
    if seen is not None:
        missed = not seen and _missed(base, turn, end)
        looks = [seen, *(looks if seen or missed else [])]
    for points in looks:
        inside = _Tried(ranged.value, base.verdict, False)
        for value in points:
            tried = judge(value)
            if tried.turned:
                return _switch(ranged, turn, *_closed(judge, inside, tried))
            inside = tried
    return None


def _switch(ranged: Ranged, turn: Turn, inside: _Tried, outside: _Tried) -> Switch:
    return Switch(
        ranged=ranged,
        turn=turn,
        value=inside.value,
        beyond=outside.value,
        within_range=ranged.low <= outside.value <= ranged.high,
        picks=outside.verdict.picks,
        fault=None if outside.verdict.picks else names(outside.verdict.broken),
    )


def _missed(base: Base, turn: Turn, end: End | None) -> bool:
    """Whether solving at the range's end found another choice."""
    return turn == "choice" and end is not None and sources(end.picks) != base.verdict.source


def _foreseen(base: Base, ranged: Ranged, turn: Turn, ends: tuple[float, float]) -> list[float] | None:
    """The two values between which the answer turns first, close to each other; empty when it does not; None where
    nothing is foreseen.

    Points outward, then points between the two that bracket the turn, until solving only has to confirm.
    """
    looked = list(_outward(ranged.value, *ends, POINTS_FORESEEN))
    inside = ranged.value
    while looked:
        answers = base.foreseen([(ranged, value) for value in looked], prove=False)
        known = [each.found for each in answers if each is not None]
        if len(known) < len(answers):
            return None
        turned = [_turned(base.verdict, each, turn) for each in known]
        if not any(turned):
            return []
        first = turned.index(True)
        inside, outside = looked[first - 1] if first else inside, looked[first]
        if _close(inside, outside):
            return [inside, outside]
        step = (outside - inside) / POINTS_FORESEEN
        looked = [inside + step * number for number in range(1, POINTS_FORESEEN)] + [outside]
    return []


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= RELATIVE_TOLERANCE * max(abs(one), abs(other))


def _judge(base: Base, ranged: Ranged, turn: Turn) -> Callable[[float], _Tried]:
    def judge(value: float) -> _Tried:
        try:
            verdict = base.found(ranged, value, base.foreseen([(ranged, value)])[0])
        except RoiError as fault:
            verdict = Verdict((), None, broken=(message_of(fault),))
        return _Tried(value, verdict, _turned(base.verdict, verdict, turn))

    return judge


def _turned(now: Verdict, then: Verdict, turn: Turn) -> bool:
    if turn == "choice":
        return now.source != then.source
    return now.npv is not None and (then.npv is None or (then.npv >= 0) != (now.npv >= 0))


def _outward(value: float, end: float, bound: float, points: int) -> Iterator[float]:
    """Points from the value to the end of its range, then on to the bound."""
    for start, stop in ((value, end), (end, bound)):
        if start != stop:
            yield from (start + (stop - start) * step / points for step in range(1, points + 1))


def _closed(judge: Callable[[float], _Tried], inside: _Tried, outside: _Tried) -> tuple[_Tried, _Tried]:
    """The bracket, halved until its ends agree."""
    for _ in range(BISECTIONS_MAX):
        if _close(inside.value, outside.value):
            break
        middle = judge(0.5 * (inside.value + outside.value))
        inside, outside = (inside, middle) if middle.turned else (middle, outside)
    return inside, outside
