"""The internal rate of return, or the reason why there is none.

With x = 1 / (1 + rate) the net present value is the polynomial p(x) = sum_t flow_t x^t, and the rates above -1
at which it is zero are its positive roots. Three steps, each for what the one before leaves open:

1. Descartes' rule of signs: no change of sign among the flows, no root; one change, exactly one root.
2. Norstrom's criterion: the cumulative flows change sign once and do not end at zero: exactly one root above
   rate 0 (C. J. Norstrom, A sufficient condition for a unique nonnegative internal rate of return, Journal of
   Financial and Quantitative Analysis 7, 1972, 1835-1839).
3. All positive roots. Descartes' rule is proven by (x^-k p)' x^(k+1) = sum_t (t - k) flow_t x^t: with k between
   two flows of unlike sign this has one change of sign less, and between two neighbouring roots of it x^-k p is
   monotone, so that p crosses zero there once or not at all. Down that ladder until no change of sign is left,
   and up again by bisection, no root is missed and none is found twice.

Roots are sought in u = log(1 + rate) = -log(x), where rates near -1 and rates of thousands are equally near.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

from roi.errors import RoiError

IrrReason = Literal[
    "no_flows", "only_costs", "only_gains", "gains_first", "several", "no_root", "out_of_range"
]

ROUNDING = 4 * math.ulp(1.0)
"""Rounding of one term of a sum, relative to the sum of the terms' amounts [1]."""
SMALLEST = math.ulp(0.0)
"""Stands for a flow that is too small beside the largest to be held, so that its sign is not lost [1]."""


@dataclass(frozen=True, slots=True)
class Irr:
    """Internal rate of return per period of the flows."""

    rate: float | None
    """Rate at which the net present value is zero, gaining below and losing above it."""
    reason: IrrReason | None = None
    """Why there is none. `no_flows`: nothing is paid or earned; `only_costs`: it never pays back; `only_gains`:
    nothing is laid out; `gains_first`: the rate is one of borrowing, low is good; `several`: more than one rate
    fits, or none at or above zero but several below; `no_root`: none fits; `out_of_range`: no number holds it."""
    roots: tuple[float, ...] = ()
    """Every rate that was found, in ascending order. With a rate these may include others below zero, which say
    nothing about costs of capital above zero."""


def irr(cash_flows: Sequence[float]) -> Irr:
    """The rate that makes the net present value of the flows zero; index 0 = today, costs negative.

    Per period of the flows: `yearly_rate` turns the rate of monthly flows into a year's. One rate at or above
    zero is the answer even when others below zero exist. numpy-financial, and a spreadsheet from its guess, return
    one of several roots without a word.
    """
    flows = _scaled(cash_flows)
    if not flows:
        return Irr(None, "no_flows")
    changes = _sign_changes(flows)
    if not changes:
        return Irr(None, "only_gains" if flows[0] > 0.0 else "only_costs")
    if len(changes) > 1 and _norstrom(flows):
        roots = [_crossing(flows, 0.0, _highest(flows), _sign(flows, _highest(flows)))]
    else:
        roots = _roots(flows)
    return _verdict([math.expm1(u) if u < 700.0 else math.inf for u in roots], flows[0] > 0.0)


def _verdict(rates: list[float], gains_first: bool) -> Irr:
    """Which of the rates, ascending, is the answer, or why none is."""
    if not rates:
        return Irr(None, "no_root")
    held = tuple(rate for rate in rates if -1.0 < rate < math.inf)
    if len(held) < len(rates):
        return Irr(None, "out_of_range" if len(rates) == 1 else "several", held)
    answers = [rate for rate in held if rate >= 0.0] or list(held)
    if len(answers) > 1:
        return Irr(None, "several", held)
    if gains_first:
        return Irr(None, "gains_first", held)
    return Irr(answers[0], None, held)


def _scaled(cash_flows: Sequence[float]) -> list[float]:
    """The flows over the largest of them, from the first that is not zero to the last: the roots are the same."""
    largest = max((abs(flow) for flow in cash_flows), default=0.0)
    if not all(math.isfinite(flow) for flow in cash_flows):
        raise RoiError("a cash flow is infinite or not a number; give finite amounts")
    if largest == 0.0:
        return []
    flows = [flow / largest or math.copysign(SMALLEST, flow) if flow else 0.0 for flow in cash_flows]
    held = [period for period, flow in enumerate(flows) if flow != 0.0]
    return flows[held[0] : held[-1] + 1]


def _sign_changes(flows: Sequence[float]) -> list[float]:
    """Where the sign changes: halfway between the periods of neighbouring flows of unlike sign, zeros apart."""
    held = [(period, flow) for period, flow in enumerate(flows) if flow != 0.0]
    return [(i + j) / 2.0 for (i, a), (j, b) in pairwise(held) if (a > 0.0) != (b > 0.0)]


def _norstrom(flows: Sequence[float]) -> bool:
    """Whether the cumulative flows change sign exactly once and do not end at zero."""
    total = math.fsum(flows)
    tolerance = ROUNDING * len(flows) * math.fsum(map(abs, flows))
    cumulative = [level if abs(level) > tolerance else 0.0 for level in accumulate(flows)]
    return abs(total) > tolerance and len(_sign_changes(cumulative)) == 1


def _roots(flows: Sequence[float]) -> list[float]:
    """Every u = log(1 + rate) with net present value zero, ascending; see the ladder of this module.

    A rate at which the value only touches zero is a double root and stands twice.
    """
    ladder = [list(flows)]
    while changes := _sign_changes(ladder[-1]):
        ladder.append(_scaled([(period - changes[0]) * flow for period, flow in enumerate(ladder[-1])]))
    roots: list[float] = []
    for rung in reversed(ladder[:-1]):
        roots = _roots_between(rung, roots)
    return roots


def _roots_between(flows: Sequence[float], turning: list[float]) -> list[float]:
    """Roots of a rung: one per change of sign between turning points, and turning points that are zero."""
    lowest, highest = _lowest(flows), _highest(flows)
    edges = [lowest, *sorted({u for u in turning if lowest < u < highest}), highest]
    signs = [_sign(flows, u) for u in edges]
    roots = []
    for (low, high), (below, above) in zip(pairwise(edges), pairwise(signs), strict=True):
        if below * above < 0:
            roots.append(_crossing(flows, low, high, above))
    for u, (below, here, above) in zip(
        edges[1:-1], zip(signs, signs[1:], signs[2:], strict=False), strict=True
    ):
        if here == 0:
            roots.extend([u] if below * above < 0 else [u, u])
    return sorted(roots)


def _lowest(flows: Sequence[float]) -> float:
    """At this u the last flow outweighs all others, the largest being 1: x^n |last| > 2 sum of the others."""
    return math.log(abs(flows[-1])) - math.log(4.0)


def _highest(flows: Sequence[float]) -> float:
    """At this u the first flow outweighs all others."""
    return math.log(4.0) - math.log(abs(flows[0]))


def _crossing(flows: Sequence[float], low: float, high: float, sign_high: int) -> float:
    """The one u in between at which the net present value crosses zero: bisection to the last digit."""
    if low < 0.0 < high and _sign(flows, 0.0) == 0:
        return 0.0
    middle = 0.0 if low < 0.0 < high else low + (high - low) / 2.0
    while low < middle < high and high - low > math.ulp(max(abs(low), abs(high))):
        if _value(flows, middle) * sign_high > 0.0:
            high = middle
        else:
            low = middle
        middle = low + (high - low) / 2.0
    return middle


def _sign(flows: Sequence[float], u: float) -> int:
    """Sign of the net present value; 0 where rounding hides it."""
    value, gross = _value(flows, u), _value([abs(flow) for flow in flows], u)
    return 0 if abs(value) <= ROUNDING * len(flows) * gross else int(math.copysign(1, value))


def _value(flows: Sequence[float], u: float) -> float:
    """Net present value; for u < 0 as seen from the last period, so that no power leaves the range of numbers."""
    factor = math.exp(-abs(u))
    total = 0.0
    for flow in reversed(flows) if u >= 0.0 else flows:
        total = total * factor + flow
    return total
