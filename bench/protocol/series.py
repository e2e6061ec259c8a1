"""Which windows of a series count: the verdict on each is taken from all of them.

Heat: what the sensor reads inside a window says nothing. On an H100 it moved by 14 to 17 C within 5 s, as power
swung within each batch, while the joules of those windows agreed to 0.8 %. What matters is whether the board slowed
down and whether its joules move in one direction from window to window:

    slowdown   a window in which heat or the power brake slowed the board down does not count, unless the last
               windows, as many as the tier needs, all had it: then that is how the board works where it
               stands, they are what counts, and the others are not
    warming    while joules an image (seconds, without a meter) have a trend over the windows that count, the
               first of them does not

A software power cap is how many boards work all day: it is recorded and no fault.
"""

from collections.abc import Sequence
from dataclasses import replace

from bench.meters.contract import THERMAL_REASONS
from bench.protocol.records import Rejection, Window
from bench.protocol.tiers import Tier
from bench.statistics import Trend, trend


def judged(windows: Sequence[Window], tier: Tier, *, metered: bool = True) -> tuple[Window, ...]:
    """The windows of one process, each accepted or with the reason why not; what the meter refused stays so."""
    fresh = [one if _by_meter(one) else replace(one, rejection=None) for one in windows]
    readable = [one for one in fresh if one.rejection is None]
    verdicts = _slowdowns(readable, tier)
    left = [one for one in readable if one.index not in verdicts]
    verdicts |= _warming(left, tier, metered)
    return tuple(replace(one, rejection=verdicts.get(one.index, one.rejection)) for one in fresh)


def slowed(window: Window) -> frozenset[str]:
    """Reasons of heat or of the power brake for which the board slowed down in a window."""
    return THERMAL_REASONS & set(window.throttle_reasons)


def series_trend(windows: Sequence[Window], *, metered: bool = True) -> Trend:
    """The trend of joules an image over windows, of seconds an image where there is no meter."""
    if metered:
        return trend([one for window in windows if (one := window.energy_j_per_image) is not None])
    return trend([window.seconds_per_image for window in windows])


def _by_meter(window: Window) -> bool:
    return window.rejection is not None and window.rejection.kind == "meter"


def _slowdowns(windows: Sequence[Window], tier: Tier) -> dict[int, Rejection]:
    braked = [bool(slowed(one)) for one in windows]
    last = windows[-tier.windows_min :]
    if len(last) == tier.windows_min and all(braked[-tier.windows_min :]):
        first = max((place + 1 for place, one in enumerate(braked) if not one), default=0)
        why = Rejection("slowdown", "it is from before the board settled to working slowed down by heat")
        return {one.index: why for one in windows[:first]}
    return {
        one.index: Rejection("slowdown", f"the board slowed down: {', '.join(sorted(slowed(one)))}")
        for one, is_braked in zip(windows, braked, strict=True)
        if is_braked
    }


def _warming(windows: Sequence[Window], tier: Tier, metered: bool) -> dict[int, Rejection]:
    """The first windows of a series that moves, until what is left stands or is too short to say."""
    found: dict[int, Rejection] = {}
    left = list(windows)
    while len(left) >= tier.windows_min:
        seen = series_trend(left, metered=metered)
        if not (seen.significant and abs(seen.change_fraction) > tier.steady.change_max_fraction):
            break
        what = "joules" if metered else "seconds"
        why = f"{what} an image moved by {seen.change_fraction:+.1%} from this window to the last"
        found[left.pop(0).index] = Rejection("warming", why)
    return found
