"""Does a score of a picture tell whether people accept it? Only then may a bar be said as a share of pictures.

The chance of acceptance is logistic in the score, fitted by statsmodels with errors clustered by prompt. It is
tested on models that were left out: fitted on all others, it must foretell the share of each model's pictures
that people accepted, within the 95 % interval of foretelling and of the votes together, and its slope must be
told from 0. A score that ranks pictures within models but not across them fails, and no bar is said from it.
"""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.errors import TrialError
from roi.texts.messages import Message, at
from roi.trial.clustered import clustered_mean
from roi.trial.table import Table
from roi.trial.trial_file import text_of

Z = 1.959963984540054
"""97.5 % quantile of the normal distribution."""
SCORES_FILE = "scores.csv"


@dataclass(frozen=True, eq=False)
class Scored:
    """One row a vote: the score of its picture, whether it was accepted, arm and prompt [N each]."""

    score: FloatArray
    accepted: FloatArray
    arm: IntArray
    prompt: IntArray
    reviewer: IntArray
    arms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A model that was left out, foretold from the others."""

    arm: str
    foretold: float
    stderr: float
    observed: float
    observed_stderr: float

    @property
    def holds(self) -> bool:
        """Whether foretold and observed share lie within their 95 % interval together."""
        return abs(self.foretold - self.observed) <= Z * math.hypot(self.stderr, self.observed_stderr)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve, and whether it may be used."""

    metric: str
    intercept: float
    slope: float
    covariance: tuple[float, float, float]
    """Variance of the intercept, covariance, variance of the slope."""
    left_out: tuple[LeftOut, ...]
    votes: int

    @property
    def told(self) -> bool:
        """Whether the slope is told from 0."""
        return abs(self.slope) > Z * math.sqrt(self.covariance[2])

    @property
    def holds(self) -> bool:
        """Whether a bar may be said as a share of pictures."""
        return self.told and all(each.holds for each in self.left_out)

    def share_at(self, score: float) -> tuple[float, float, float]:
        """Share of pictures of a score that people accept, with its 95 % interval."""
        from scipy.special import expit

        eta = self.intercept + self.slope * score
        one, both, other = self.covariance
        spread = Z * math.sqrt(max(one + 2.0 * score * both + score * score * other, 0.0))
        low, middle, high = (float(expit(each)) for each in (eta - spread, eta, eta + spread))
        return middle, low, high


def calibrated(scored: Scored, metric: str) -> Calibration:
    """The curve over all votes, and its test on each model left out.

    Raises
    ------
    TrialError
        With fewer than three models, or where all votes or all scores are alike.
    """
    if len(scored.arms) < 3:
        raise TrialError(Message("trialing.three_models"))
    intercept, slope, covariance = _fitted(scored, np.ones(len(scored.score), dtype=np.bool_))
    left_out = tuple(_left_out(scored, place) for place in range(len(scored.arms)))
    return Calibration(metric, intercept, slope, covariance, left_out, len(scored.score))


def scored(table: Table, names: Sequence[str], scores: Mapping[str, float]) -> Scored:
    """Votes joined to the scores of their pictures; `names` the picture of each row of the table.

    Raises
    ------
    TrialError
        When a picture has no score.
    """
    missing = sorted({name for name in names if name not in scores})
    if missing:
        raise TrialError(Message("trialing.no_score", count=len(missing), first=repr(missing[0])))
    values = np.array([scores[name] for name in names], dtype=np.float64)
    return Scored(values, table.accepted, table.arm, table.prompt, table.reviewer, table.arms)


def read_scores(folder: Path, metric: str) -> dict[str, float]:
    """Scores by the stem of the picture's name, from the scores.csv of `bench run --images --score`.

    Raises
    ------
    TrialError
        When there is no such file or column, or a cell is no number.
    """
    place = folder / SCORES_FILE
    written = text_of(place, Message("trialing.scores_written_by"))
    rows = csv.DictReader(io.StringIO(written, newline=""))
    if metric not in (rows.fieldnames or ()):
        known = ", ".join(name for name in rows.fieldnames or () if name != "picture")
        sentence = Message("trialing.no_metric", metric=repr(metric), known=known or Message("word.none"))
        raise TrialError(at(place, sentence))
    found = {}
    for number, row in enumerate(rows, start=2):
        try:
            found[Path(row["picture"]).stem] = float(row[metric])
        except (KeyError, TypeError, ValueError):
            given = repr(row.get(metric))
            sentence = Message("trialing.no_number", name=metric, given=given)
            raise TrialError(at(at(place, Message("log.line", number=number)), sentence)) from None
    return found


def _fitted(scored: Scored, rows: np.ndarray) -> tuple[float, float, tuple[float, float, float]]:
    """Intercept, slope and their covariance, errors clustered by prompt."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    score, accepted = scored.score[rows], scored.accepted[rows]
    if np.ptp(score) == 0.0 or np.ptp(accepted) == 0.0:
        raise TrialError(Message("trialing.all_alike"))
    middle, width = float(np.mean(score)), float(np.std(score))
    design = np.column_stack([np.ones(len(score)), (score - middle) / width])
    fit = GLM(accepted, design, family=Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": scored.prompt[rows]}
    )
    turn = np.array([[1.0, -middle / width], [0.0, 1.0 / width]])
    intercept, slope = (float(each) for each in turn @ fit.params)
    covariance = turn @ np.asarray(fit.cov_params()) @ turn.T
    return intercept, slope, (float(covariance[0, 0]), float(covariance[0, 1]), float(covariance[1, 1]))


def _left_out(scored: Scored, place: int) -> LeftOut:
    from scipy.special import expit

    mine = scored.arm == place
    intercept, slope, (one, both, other) = _fitted(scored, ~mine)
    score = scored.score[mine]
    shares = np.asarray(expit(intercept + slope * score))
    # Of the mean share: the curve's errors, carried through its slopes (delta method).
    weights = shares * (1.0 - shares)
    gradient = np.array([np.mean(weights), np.mean(weights * score)])
    covariance = np.array([[one, both], [both, other]])
    observed = clustered_mean(scored.accepted[mine], scored.prompt[mine], scored.reviewer[mine])
    return LeftOut(
        scored.arms[place],
        float(np.mean(shares)),
        math.sqrt(max(float(gradient @ covariance @ gradient), 0.0)),
        observed.value,
        observed.half_width() / Z,
    )
