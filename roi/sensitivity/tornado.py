"""Every ranged figure at both ends: solved anew, and with the choice kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from roi.errors import RoiError
from roi.scenario.document import Scenario
from roi.sensitivity.base import Base
from roi.sensitivity.foresight import Answer
from roi.sensitivity.inputs import Ranged, moved, ranged_inputs
from roi.sensitivity.montecarlo.spread import ROUNDING
from roi.sensitivity.verdicts import (
    Pick,
    Verdict,
)
from roi.texts.messages import message_of, names

ROUNDING_FRACTION = 1e-12
"""Difference of two amounts that is rounding alone."""
FORESEEN_FRACTION = 1e-9
"""The same of an amount foreseen for many values at once and one priced by itself."""
SAME_FRACTION = 1e-6
"""Difference of cost below which two answers are as good: the gap to which plans are solved."""


@dataclass(frozen=True, slots=True)
class End:
    """The answer with one figure at one end of its range."""

    value: float
    """Of the figure."""
    cost_per_accepted_image: float | None
    """Solved anew [money]; None when nothing meets all rules."""
    fixed_cost_per_accepted_image: float | None
    """With the choices of the base kept [money], whether or not they still pass."""
    npv: float | None
    fixed_npv: float | None
    changes: bool
    """Whether other makers of pictures are better, or none passes; one that is just as good is no change."""
    resets: bool
    """Whether the same makers are tried more or less often, or on more or fewer bought units."""
    picks: tuple[Pick, ...]
    fixed_breaks: tuple[str, ...]
    """Rules that the kept choices break."""
    fault: str | None = None
    """Why there is no answer: rules in conflict, or the sentence of a refusal."""
    solved: bool = True
    """False where solving anew was left out: all figures then are those of the kept choices."""


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """One figure and what its range does to the answer."""

    ranged: Ranged
    low: End
    high: End
    cost_swing: float
    """Largest less smallest cost of an accepted image over low, base and high, solved anew [money]."""
    fixed_cost_swing: float
    """The same with the choice kept."""
    npv_swing: float | None

    @property
    def changes(self) -> bool:
        """Whether the choice changes at an end."""
        return self.low.changes or self.high.changes


def tornado_of(base: Base, *, solved_most: int | None = None) -> tuple[TornadoBar, ...]:
    """A bar for every ranged figure: those with an end without an answer first, then the widest.

    By NPV where the answer has one, else by cost. An end at the value itself is the base: it is not solved again.
    `solved_most`: solve anew at the ends of so many figures only, those that move the kept choices most, and where
    the kept choices break a rule; 0 solves nothing.
    """
    inputs = ranged_inputs(base.scenario)
    foreseen = base.foreseen([(each, end) for each in inputs for end in (each.low, each.high)])
    known = dict(zip([(each.place, end) for each in inputs for end in (False, True)], foreseen, strict=True))
    bars: list[TornadoBar] = []
    if solved_most is not None and base.keep is not None:
        bars = sorted((_kept_bar(base, each) for each in inputs), key=_width, reverse=True)
        anew = [place < solved_most or (solved_most > 0 and _breaks(bar)) for place, bar in enumerate(bars)]
        inputs = tuple(bar.ranged for bar, solved in zip(bars, anew, strict=True) if solved)
        bars = [bar for bar, solved in zip(bars, anew, strict=True) if not solved]
    bars += [_bar(base, each, known[each.place, False], known[each.place, True]) for each in inputs]
    return tuple(sorted(bars, key=_width, reverse=True))


def kept_tornado(
    base: Base, *, breaks: Callable[[Scenario], tuple[str, ...]], solved_most: int
) -> tuple[TornadoBar, ...]:
    """Every ranged figure at both ends with the choices kept, widest first.

    What the choices cost there is foreseen for all ends at once; `breaks` says which rules they then break. Solved
    anew is only where they break one, at so many ends at most, those first that cost most: whether anything at all
    meets the rules there is the gravest thing to know.
    """
    moves = [(each, end) for each in ranged_inputs(base.scenario) for end in (each.low, each.high)]
    known = [
        _foreseen_end(base, *move, answer, breaks)
        for move, answer in zip(moves, base.foreseen(moves), strict=True)
    ]
    pairs = zip(moves[::2], known[::2], known[1::2], strict=True)
    bars = sorted((_barred(base, ranged, *ends) for (ranged, _), *ends in pairs), key=_width, reverse=True)
    left, found = solved_most, []
    for bar in bars:
        ends = {}
        for name, end in (("low", bar.low), ("high", bar.high)):
            if end.fixed_breaks and left:
                left -= 1
                ends[name] = _solved_end(base, bar.ranged, end)
        found.append(_barred(base, bar.ranged, ends.get("low", bar.low), ends.get("high", bar.high)))
    return tuple(sorted(found, key=_width, reverse=True))


def _solved_end(base: Base, ranged: Ranged, kept: End) -> End:
    """The end solved anew; what the kept choices cost there is known already."""
    return replace(
        _end(base, ranged, kept.value, None),
        fixed_npv=kept.fixed_npv,
        fixed_cost_per_accepted_image=kept.fixed_cost_per_accepted_image,
        fixed_breaks=kept.fixed_breaks,
    )


def _foreseen_end(
    base: Base,
    ranged: Ranged,
    value: float,
    answer: Answer | None,
    breaks: Callable[[Scenario], tuple[str, ...]],
) -> End:
    """An end that was foreseen, with the rules that are broken there; priced anew where it was not."""
    if answer is None or answer.kept is None or value == ranged.value:
        return _kept_end(base, ranged, value)
    now, kept = base.verdict, answer.kept
    try:
        found = replace(
            kept,
            cost_per_accepted_image=_at_base(
                kept.cost_per_accepted_image, now.cost_per_accepted_image, FORESEEN_FRACTION
            ),
            npv=_at_base(kept.npv, now.npv, FORESEEN_FRACTION),
            broken=breaks(moved(base.scenario, ranged, value)),
        )
    except RoiError as fault:
        return replace(_refused(value, fault), solved=False)
    return replace(_judged(base, value, found, found), solved=False)


def _kept_bar(base: Base, ranged: Ranged) -> TornadoBar:
    return _barred(base, ranged, *(_kept_end(base, ranged, value) for value in (ranged.low, ranged.high)))


def _kept_end(base: Base, ranged: Ranged, value: float) -> End:
    """An end at which nothing is solved."""
    try:
        kept = base.verdict if value == ranged.value else base.kept(ranged, value)
    except RoiError as fault:
        return replace(_refused(value, fault), solved=False)
    return replace(_judged(base, value, kept, kept), solved=False)


def _breaks(bar: TornadoBar) -> bool:
    """Whether the kept choices break a rule at an end: what they would cost there is no answer."""
    return bool(bar.low.fixed_breaks or bar.high.fixed_breaks)


def _width(bar: TornadoBar) -> tuple[bool, float, float, float, bool]:
    unanswered = not (bar.low.picks and bar.high.picks)
    return (unanswered, bar.npv_swing or 0.0, bar.cost_swing, bar.fixed_cost_swing, bar.changes)


def _bar(base: Base, ranged: Ranged, low: Answer | None, high: Answer | None) -> TornadoBar:
    return _barred(base, ranged, _end(base, ranged, ranged.low, low), _end(base, ranged, ranged.high, high))


def _barred(base: Base, ranged: Ranged, low: End, high: End) -> TornadoBar:
    now = base.verdict
    return TornadoBar(
        ranged=ranged,
        low=low,
        high=high,
        cost_swing=_swing(
            now.cost_per_accepted_image, low.cost_per_accepted_image, high.cost_per_accepted_image
        ),
        fixed_cost_swing=_swing(
            now.cost_per_accepted_image,
            low.fixed_cost_per_accepted_image,
            high.fixed_cost_per_accepted_image,
        ),
        npv_swing=None if now.npv is None else _swing(now.npv, low.npv, high.npv),
    )


def _swing(*amounts: float | None) -> float:
    """Between the largest and the smallest; 0 for what is rounding alone."""
    known = [amount for amount in amounts if amount is not None]
    swing = max(known) - min(known) if known else 0.0
    return swing if swing > ROUNDING * max(map(abs, known), default=0.0) else 0.0


def _end(base: Base, ranged: Ranged, value: float, answer: Answer | None) -> End:
    if value == ranged.value:
        return _judged(base, value, base.verdict, base.verdict)
    try:
        return _judged(base, value, base.found(ranged, value, answer), base.kept(ranged, value, answer))
    except RoiError as fault:
        return _refused(value, fault)


def _refused(value: float, fault: RoiError) -> End:
    return End(value, None, None, None, None, True, False, (), (), message_of(fault))


def _at_base(amount: float | None, base: float | None, tolerance: float = ROUNDING_FRACTION) -> float | None:
    """The amount of the base where it is that but for rounding, so that what moves nothing has no swing."""
    if amount is None or base is None or abs(amount - base) > tolerance * abs(base):
        return amount
    return base


def _judged(base: Base, value: float, found: Verdict, kept: Verdict) -> End:
    news, now = not _as_good(kept, found), base.verdict
    changes = news and found.source != base.verdict.source
    return End(
        value=value,
        cost_per_accepted_image=_at_base(found.cost_per_accepted_image, now.cost_per_accepted_image),
        fixed_cost_per_accepted_image=_at_base(kept.cost_per_accepted_image, now.cost_per_accepted_image),
        npv=_at_base(found.npv, now.npv),
        fixed_npv=_at_base(kept.npv, now.npv),
        changes=changes,
        resets=news
        and not changes
        and (found.picks, found.bought) != (base.verdict.picks, base.verdict.bought),
        picks=found.picks,
        fixed_breaks=kept.broken,
        fault=None if found.picks else names(found.broken) or None,
    )


def _as_good(kept: Verdict, found: Verdict) -> bool:
    """Whether keeping the choice breaks nothing and costs no more than solving anew saves in rounding."""
    if kept.broken or kept.cost_per_accepted_image is None or found.cost_per_accepted_image is None:
        return False
    return kept.cost_per_accepted_image <= found.cost_per_accepted_image * (1 + SAME_FRACTION)
