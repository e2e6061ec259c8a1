"""Generate n, score them, show the best: what people then see, what it costs and how long it takes, as an
option.

The n pictures of a prompt share what is easy or hard about it. How much of a score that is shows in the
correlation of the scores of different models' pictures of one prompt, rho; scores are taken as normal, with a
share rho of the variance common to the n. The best is accepted as the calibration says. The option is a profile
of its own: joules and seconds of n pictures and of scoring them, for one picture that is shown.
"""

from dataclasses import dataclass

import numpy as np

from bench.profile import Profile, Quality
from roi.arrays import FloatArray
from roi.errors import TrialError
from roi.texts.messages import Message, at
from roi.trial.calibration import Calibration

DRAWS = 20_000


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a pre-filter gives."""

    best_of: int
    acceptance: float
    """Of the picture that is shown."""
    low: float
    high: float
    alone: float
    """Of a picture that is shown without it, by the same curve."""


def filtered(
    calibration: Calibration, scores: FloatArray, likeness: float, best_of: int, seed: int
) -> Filtered:
    """Acceptance of the best of n of a model's pictures.

    Parameters
    ----------
    calibration
        The curve, which must hold.
    scores
        Of the model's own pictures [P].
    likeness
        Share of their variance that pictures of one prompt have in common [1].
    best_of
        Pictures that are made for one that is shown.
    seed
        Of the draws.

    Raises
    ------
    TrialError
        When the calibration does not hold: a pre-filter then promises what nobody saw.
    """
    if not calibration.holds:
        raise TrialError(Message("trialing.foretells_nothing", metric=calibration.metric))
    random = np.random.default_rng(seed)
    mean, stdev = float(np.mean(scores)), float(np.std(scores))
    common = random.standard_normal((DRAWS, 1)) * np.sqrt(likeness)
    own = random.standard_normal((DRAWS, best_of)) * np.sqrt(1.0 - likeness)
    drawn = mean + stdev * (common + own)
    best = drawn.max(axis=1) if calibration.slope > 0 else drawn.min(axis=1)
    shown = np.array([calibration.share_at(float(each)) for each in best])
    alone = np.array([calibration.share_at(float(each))[0] for each in drawn[:, 0]])
    middle, low, high = (float(each) for each in shown.mean(axis=0))
    return Filtered(best_of, middle, low, high, float(alone.mean()))


def likeness_of(scores: FloatArray) -> float:
    """Mean correlation of the scores of different models over prompts [A x P], from 0 to 1."""
    table = np.atleast_2d(np.corrcoef(scores))
    apart = table[np.triu_indices(len(table), 1)]
    return float(np.clip(np.mean(apart), 0.0, 1.0))


def filtered_profile(
    base: Profile, best_of: int, scoring_s: float, scoring_power_w: float, metric: str
) -> Profile:
    """The profile of one shown picture: n times joules and seconds, and those of scoring.

    Its quality figures are those of the pictures before filtering, and are marked so.

    Raises
    ------
    TrialError
        When the base states no joules or no seconds.
    """
    if base.energy is None or base.speed is None:
        raise TrialError(at(base.id, Message("trialing.no_joules")))
    document = base.model_dump(mode="json", exclude_none=True)
    name = f"prefilter/{base.config.model_name.replace(' ', '-')}-best-of-{best_of}-by-{metric}"
    seconds = best_of * (base.speed.seconds_per_image + scoring_s)
    joules = best_of * (base.energy.energy_j_per_image + scoring_s * scoring_power_w)
    document["id"] = f"{base.id}-best-of-{best_of}-by-{metric}"
    document["config"] |= {"model_id": name, "model_name": name}
    document["energy"] = {
        key: value
        for key, value in document["energy"].items()
        if key in ("boundary", "idle_power_w", "idle_power_with_context_w")
    } | {"energy_j_per_image": joules}
    document["speed"] = {"seconds_per_image": seconds}
    document.pop("host_estimate", None)
    document["quality"] = [_of_before(figure).model_dump(mode="json") for figure in base.quality]
    document["evidence"]["source"]["citation"] += (
        f"; {best_of} pictures made and scored for one that is shown"
    )
    document["notes"] = [*document.get("notes", ()), f"pre-filter: best of {best_of} by {metric}"]
    return Profile.model_validate(document)


def _of_before(figure: Quality) -> Quality:
    note = "of the pictures before filtering; " + (figure.match_note or "")
    worst = {"exact": "unstated", "near": "unstated"}.get(figure.match, figure.match)
    return Quality.model_validate(figure.model_dump() | {"match": worst, "match_note": note.rstrip("; ")})
