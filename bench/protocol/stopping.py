"""When enough windows have been taken."""

import math
from collections.abc import Sequence

from bench.protocol.records import Stopped
from bench.protocol.tiers import Tier
from bench.statistics import interval_95


def stop_reason(figures: Sequence[float], windows: int, spent_s: float, tier: Tier) -> Stopped | None:
    """Why to stop, or None to go on.

    `figures` are those of the accepted windows: J/image, or s/image without a meter. The largest number of
    windows counts the accepted; rejected ones cost budget only.
    """
    if (
        len(figures) >= tier.windows_min
        and interval_95(figures).half_width_fraction <= tier.half_width_fraction
    ):
        return "half-width"
    if len(figures) >= tier.windows_max:
        return "windows-max"
    if windows > 0 and spent_s >= tier.process_budget_s:
        return "budget"
    return None


def half_width_fraction(figures: Sequence[float]) -> float | None:
    """Relative half-width so far; None below two windows."""
    return interval_95(figures).half_width_fraction if len(figures) > 1 else None


def time_left_s(figures: Sequence[float], windows: int, spent_s: float, tier: Tier) -> float:
    """Expected time until the stop rule is met: the half-width falls as one over the root of n."""
    window_s = spent_s / windows if windows else tier.window_min_s
    reached = half_width_fraction(figures)
    if reached is None:
        needed = float(tier.windows_min)
    else:
        needed = math.ceil(len(figures) * (reached / tier.half_width_fraction) ** 2)
    more = min(max(needed, tier.windows_min), tier.windows_max) - len(figures)
    return max(0.0, min(more * window_s, tier.process_budget_s - spent_s))
