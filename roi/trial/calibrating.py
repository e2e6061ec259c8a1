"""`trial calibrate`: votes and scores -> a curve, whether it holds, what a bar means, what a pre-filter would
bring.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.library import profile_named
from bench.profile import write_profiles
from roi.errors import TrialError
from roi.new_file import NOT_OVERWRITTEN
from roi.output.figures import Json
from roi.texts import Language, text
from roi.texts.messages import Message, at
from roi.trial.calibration import Calibration, Scored, calibrated, read_scores, scored
from roi.trial.desk import Desk, read_desk
from roi.trial.needs import require_trial_extra
from roi.trial.pictures import Key, read_key
from roi.trial.prefilter import Filtered, filtered, filtered_profile, likeness_of
from roi.trial.table import accept_table
from roi.trial.trial_file import Trial, canonical_arm, model_of_arm, read_trial
from roi.trial.votes import read_votes


@dataclass(frozen=True, slots=True)
class Filter:
    """A pre-filter that is asked for."""

    profile: str
    """Id or file of the profile that makes the pictures."""
    best_of: int
    scoring_s: float
    """Of one picture [s]."""
    scoring_power_w: float
    output: Path


def calibration_of(
    trial_file: Path, folder: Path, key_file: Path, places: Mapping[str, Path], metric: str
) -> tuple[Trial, Scored, Calibration]:
    """The curve of a desk's votes over the scores of its pictures.

    Raises
    ------
    TrialError
        When an arm has no scores, the trial is of pairs, or nothing can be calibrated.
    """
    require_trial_extra()
    trial, desk = read_trial(trial_file), read_desk(folder)
    if desk.design != "accept":
        raise TrialError(Message("trialing.pairs_alone"))
    key = read_key(key_file, desk)
    joined = _joined(trial, desk, key, folder, places, metric)
    return trial, joined, calibrated(joined, metric)


def _joined(
    trial: Trial, desk: Desk, key: Key, folder: Path, places: Mapping[str, Path], metric: str
) -> Scored:
    given = {canonical_arm(arm): place for arm, place in places.items()}
    missing = [arm for arm in trial.arms if arm not in given]
    if missing:
        raise TrialError(Message("trialing.scores_missing", arms=", ".join(missing)))
    by_arm = {arm: read_scores(given[arm], metric) for arm in trial.arms}
    scores = {
        name: by_arm[arm][key.source_of[name]]
        for name, arm in key.arm_of.items()
        if key.source_of[name] in by_arm[arm]
    }
    votes = [vote for vote in read_votes(folder, desk).votes if not vote.repeat]
    table = accept_table(desk, key, trial.arms, votes)
    return scored(table, [vote.pictures[0] for vote in votes], scores)


def with_filter(trial: Trial, joined: Scored, found: Calibration, asked: Filter) -> Filtered:
    """Write the profile of a pre-filter and say how often its pictures pass.

    Raises
    ------
    TrialError
        When the profile is of no arm of the trial, the calibration does not hold, or the file exists.
    """
    base = profile_named(asked.profile)
    models = [model_of_arm(arm) for arm in trial.arms]
    model = canonical_arm(base.config.model_id)
    if model not in models:
        raise TrialError(at(base.id, Message("trialing.model_of_no_arm", model=model)))
    table = _by_prompt(joined)
    mine = table[models.index(model)]
    told = filtered(found, mine[~np.isnan(mine)], likeness_of(table), asked.best_of, trial.seed)
    made = filtered_profile(base, asked.best_of, asked.scoring_s, asked.scoring_power_w, found.metric)
    if asked.output.exists():
        raise TrialError(at(asked.output, Message(NOT_OVERWRITTEN)))
    write_profiles(asked.output, [made])
    return told


def _by_prompt(joined: Scored) -> np.ndarray:
    """Score of each arm's picture of each prompt that all arms have [A x P]."""
    found = np.full((len(joined.arms), int(joined.prompt.max()) + 1), np.nan)
    found[joined.arm, joined.prompt] = joined.score
    whole = ~np.isnan(found).any(axis=0)
    return np.asarray(found[:, whole])


def calibration_lines(found: Calibration, bars: Sequence[float], language: Language) -> Iterator[str]:
    """Whether the score foretells people, model by model, and what bars on it mean."""
    yield text(language, "trial.curve", metric=found.metric, slope=found.slope, votes=found.votes)
    for each in found.left_out:
        kept = text(language, "trial.foretold_right" if each.holds else "trial.foretold_wrong")
        yield text(
            language,
            "trial.foretold",
            arm=each.arm,
            foretold=each.foretold,
            observed=each.observed,
            kept=kept,
        )
    if not found.holds:
        yield text(language, "trial.curve_fails", metric=found.metric)
        return
    for bar in bars:
        share, low, high = found.share_at(bar)
        yield text(language, "trial.bar_means", metric=found.metric, bar=bar, share=share, low=low, high=high)


def filter_lines(told: Filtered, asked: Filter, language: Language) -> Iterator[str]:
    """What a pre-filter brings, and the lines of a scenario that take it up."""
    name = str(asked.output)
    yield text(
        language,
        "trial.filtered",
        count=told.best_of,
        acceptance=told.acceptance,
        low=told.low,
        high=told.high,
        alone=told.alone,
        path=name,
    )


def calibration_document(found: Calibration, bars: Sequence[float], told: Filtered | None) -> Json:
    """The same for a program."""
    return {
        "metric": found.metric,
        "holds": found.holds,
        "slope": found.slope,
        "intercept": found.intercept,
        "left_out": [
            {"arm": each.arm, "foretold": each.foretold, "observed": each.observed, "holds": each.holds}
            for each in found.left_out
        ],
        "bars": [
            dict(zip(("accepted", "low", "high"), found.share_at(bar), strict=True)) | {"bar": bar}
            for bar in (bars if found.holds else ())
        ],
        "prefilter": None
        if told is None
        else {
            "best_of": told.best_of,
            "accepted": told.acceptance,
            "low": told.low,
            "high": told.high,
            "accepted_without": told.alone,
        },
    }
