"""Arms against the first one: difference of acceptance, whether better, equivalent or open, whenever somebody
looks.

A reviewer judges both arms on the same prompt, so that strict and lenient ones, and those who grow stricter,
weigh on both alike. The difference is that of these reviewers, over all prompts: it is clustered by prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from roi.trial.clustered import Mean, clustered_mean
from roi.trial.sequential import MIN_PROMPTS, always_valid_p, multiplier
from roi.trial.table import Table

NORMAL_QUANTILE = NormalDist().inv_cdf(0.975)

Verdict = Literal["better", "worse", "equivalent", "open"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Acceptance of an arm less that of the first, over looks of reviewers who judged both."""

    arm: str
    against: str
    mean: Mean
    low: float
    """Always-valid interval at 1 - alpha: holds however often somebody looks."""
    high: float
    fixed_low: float
    """Interval of a trial that is read once, at its planned end."""
    fixed_high: float
    p: float
    """Always-valid, against no difference."""
    p_holm: float
    """The same, corrected for the number of arms (Holm)."""
    p_equivalence: float
    """That the difference lies outside the margin, read once (two one-sided tests)."""
    verdict: Verdict


def differences(
    table: Table, *, prompts: int, planned: int, margin: float, alpha: float
) -> tuple[Difference, ...]:
    """Every arm against the first; those without two prompts that both arms share are left out.

    Parameters
    ----------
    table
        First looks.
    prompts
        Prompts of the desk.
    planned
        Prompts of the whole trial: where the always-valid interval is narrowest.
    margin
        Difference within which arms are the same.
    alpha
        Chance of a false "better" over all looks and arms.
    """
    first = table.cells(0, prompts)
    means = []
    for arm in range(1, len(table.arms)):
        apart = table.cells(arm, prompts) - first
        prompt, reviewer = np.nonzero(~np.isnan(apart))
        if len(np.unique(prompt)) > 1:
            panel = np.zeros_like(reviewer)
            means.append((table.arms[arm], clustered_mean(apart[prompt, reviewer], prompt, panel)))
    return compared(table.arms[0], means, planned=planned, margin=margin, alpha=alpha)


def compared(
    against: str, means: Sequence[tuple[str, Mean]], *, planned: int, margin: float, alpha: float
) -> tuple[Difference, ...]:
    """Differences with intervals, p-values and verdicts, Holm over the arms."""
    raw = [always_valid_p(_z(mean), mean.prompts, planned, alpha) for _, mean in means]
    corrected = holm(raw, alpha)
    found = []
    for (arm, mean), p, p_holm in zip(means, raw, corrected, strict=True):
        half = multiplier(mean.prompts, planned, alpha) * _wide(mean)
        # Equivalence needs both sides at alpha each, which is the interval at 1 - 2 alpha.
        narrow = multiplier(mean.prompts, planned, min(2 * alpha * (p_holm_share(len(means))), 0.5)) * _wide(
            mean
        )
        fixed = mean.interval(1.0 - alpha)
        found.append(
            Difference(
                arm=arm,
                against=against,
                mean=mean,
                low=mean.value - half,
                high=mean.value + half,
                fixed_low=fixed[0],
                fixed_high=fixed[1],
                p=p,
                p_holm=p_holm,
                p_equivalence=_p_equivalence(mean, margin),
                verdict=_verdict(mean, p_holm, narrow, margin, alpha),
            )
        )
    return tuple(found)


def p_holm_share(arms: int) -> float:
    """Share of alpha that each of several equivalence claims may use (Bonferroni, which needs no order)."""
    return 1.0 / arms


def holm(raw: Sequence[float], alpha: float) -> list[float]:
    """p-values corrected for being several, by Holm's procedure."""
    if len(raw) < 2:
        return list(raw)
    from statsmodels.stats.multitest import multipletests

    return [float(each) for each in multipletests(raw, alpha, method="holm")[1]]


def _wide(mean: Mean) -> float:
    """The standard error, widened for few reviewers as Student's quantile widens the normal one."""
    return mean.half_width(0.95) / NORMAL_QUANTILE


def _z(mean: Mean) -> float:
    wide = _wide(mean)
    if wide == 0.0:
        return 0.0 if mean.value == 0.0 else float(np.sign(mean.value)) * np.inf
    return mean.value / wide


def _p_equivalence(mean: Mean, margin: float) -> float:
    """Larger p of the two one-sided tests against -margin and +margin, Student's of prompts - 1 degrees."""
    from scipy.stats import t

    wide = _wide(mean)
    if wide == 0.0:
        return 0.0 if abs(mean.value) < margin else 1.0
    degrees = mean.prompts - 1
    return float(
        max(t.sf((mean.value + margin) / wide, degrees), t.cdf((mean.value - margin) / wide, degrees))
    )


def _verdict(mean: Mean, p_holm: float, narrow: float, margin: float, alpha: float) -> Verdict:
    if mean.prompts < MIN_PROMPTS:
        return "open"
    if p_holm <= alpha:
        return "better" if mean.value > 0 else "worse"
    within = mean.value - narrow > -margin and mean.value + narrow < margin
    return "equivalent" if within else "open"
