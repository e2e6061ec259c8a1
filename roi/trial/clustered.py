"""Means of votes that hang together: looks at one prompt are alike, and so are looks of one reviewer.

The variance of a mean over votes clustered by prompt and by reviewer is V_prompt + V_reviewer - V_vote
(Cameron, Gelbach and Miller, "Robust Inference with Multiway Clustering", JBES 29(2), 2011), each part as
statsmodels computes it. Few reviewers leave V_reviewer uncertain, so each part has Student's quantile of its
own degrees of freedom (the modified large-sample interval of Graybill and Wang, JASA 75, 1980):

    half-width^2 = t(P - 1)^2 (V_prompt - V_vote) + t(R - 1)^2 V_reviewer
"""

import math
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of clustered votes."""

    value: float
    of_prompts: float
    """Variance of the mean that prompts bring."""
    of_reviewers: float
    """Variance of the mean that reviewers bring; 0 with one reviewer, who then is all there is."""
    votes: int
    prompts: int
    reviewers: int

    @property
    def stderr(self) -> float:
        """Standard error of the mean."""
        return math.sqrt(self.of_prompts + self.of_reviewers)

    def half_width(self, level: float = 0.95) -> float:
        """Half the interval that holds the mean over all prompts and reviewers in a share `level` of trials."""
        from scipy.stats import t

        tail = (1.0 + level) / 2.0
        prompts = float(t.ppf(tail, self.prompts - 1)) ** 2 * self.of_prompts
        reviewers = self.of_reviewers and float(t.ppf(tail, self.reviewers - 1)) ** 2 * self.of_reviewers
        return math.sqrt(prompts + reviewers)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The mean less and plus half the width."""
        half = self.half_width(level)
        return self.value - half, self.value + half


def clustered_mean(values: FloatArray, prompts: IntArray, reviewers: IntArray) -> Mean:
    """Mean of votes [N] by prompt and reviewer of each [N]; one reviewer, or one vote a prompt, is allowed.

    Raises
    ------
    ValueError
        With fewer than two prompts: nothing then tells how far prompts differ.
    """
    count, readers = len(np.unique(prompts)), len(np.unique(reviewers))
    if count < 2:
        raise ValueError("votes on one prompt tell nothing of other prompts; judge two at least")
    alike = float(np.ptp(values)) == 0.0
    of_prompts, of_reviewers = (0.0, 0.0) if alike else _parts(values, prompts, reviewers, readers)
    return Mean(float(np.mean(values)), of_prompts, of_reviewers, len(values), count, readers)


def _parts(values: FloatArray, prompts: IntArray, reviewers: IntArray, readers: int) -> tuple[float, float]:
    """Variance of the mean that prompts bring, and that reviewers bring."""
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.sandwich_covariance import cov_cluster, cov_cluster_2groups

    fitted = OLS(values, np.ones((len(values), 1))).fit()
    if readers == 1:
        return float(cov_cluster(fitted, prompts)[0, 0]), 0.0
    found = cov_cluster_2groups(fitted, prompts, reviewers)
    total, _, by_reviewer = (float(part[0, 0]) for part in found)
    return max(total - by_reviewer, 0.0), by_reviewer


def share_interval(mean: Mean, level: float = 0.95) -> tuple[float, float]:
    """Interval of a share, within 0 and 1; exact binomial over prompts where all votes are alike.

    Votes that are all alike show no spread; then the prompts alone count, one vote each (Clopper and Pearson).
    """
    if mean.stderr > 0.0:
        low, high = mean.interval(level)
        return max(low, 0.0), min(high, 1.0)
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(round(mean.value * mean.prompts), mean.prompts, 1.0 - level, method="beta")
    return float(low), float(high)
