"""Whether a score foretells people, and what a pre-filter by it brings; truths are drawn, so they are known."""

import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from bench.library import profile_named
from roi.__main__ import main
from roi.errors import TrialError
from roi.scenario.load import demonstration
from roi.trial.calibration import Calibration, Scored, calibrated, read_scores
from roi.trial.money import cost_of, with_acceptance
from roi.trial.prefilter import filtered, filtered_profile, likeness_of
from roi.trial.trial_file import write_trial
from roi.trial.votes import add_votes
from tests.roi.trial_cases import HUNYUAN, PIXART, SD3, laid, trial, votes_by

MEANS = (-0.6, 0.0, 0.3, 0.9)
BASE = "mlenergy-v2-h100-sd-3-medium-1024-s25-b4"


def world(shift: tuple[float, ...] = (0.0,) * 4, seed: int = 2, prompts: int = 300) -> Scored:
    """Four models; a picture of score s is accepted with log odds 0.4 + 1.5 s + the shift of its model."""
    random = np.random.default_rng(seed)
    arm, prompt = (each.ravel() for each in np.indices((4, prompts)))
    score = np.array(MEANS)[arm] + random.normal(0, 0.8, len(arm))
    chance = 1 / (1 + np.exp(-(0.4 + 1.5 * score + np.array(shift)[arm])))
    accepted = (random.random(len(arm)) < chance).astype(float)
    return Scored(score, accepted, arm, prompt, np.zeros_like(arm), ("a", "b", "c", "d"))


def test_the_curve_is_that_of_statsmodels_on_the_raw_score():
    given = world()
    found = calibrated(given, "pickscore")
    fit = sm.Logit(given.accepted, sm.add_constant(given.score)).fit(disp=0)
    assert (found.intercept, found.slope) == pytest.approx(tuple(fit.params), abs=1e-6)


def test_a_score_that_foretells_models_left_out_may_be_said_as_a_share():
    """At score 0 the truth is 1 / (1 + exp(-0.4)) = 59.9 %."""
    found = calibrated(world(), "pickscore")
    assert found.holds
    share, low, high = found.share_at(0.0)
    assert low < share < high
    assert low < 0.5987 < high
    assert high - low < 0.12


def test_a_score_that_works_within_models_but_not_across_them_fails():
    """The models with the higher scores are liked less than their scores say."""
    found = calibrated(world((1.5, 0.5, -0.5, -1.5)), "pickscore")
    assert found.told
    assert not found.holds
    with pytest.raises(TrialError, match="nothing is said of a pre-filter"):
        filtered(found, np.zeros(9), 0.0, 4, 1)


def test_two_models_are_too_few_to_leave_one_out():
    given = world()
    two = Scored(given.score, given.accepted, given.arm % 2, given.prompt, given.reviewer, ("a", "b"))
    with pytest.raises(TrialError, match="three models at least"):
        calibrated(two, "pickscore")


def certain(slope: float) -> Calibration:
    """A curve without error."""
    return Calibration("pickscore", 0.0, slope, (0.0, 0.0, 0.0), (), 100)


def test_the_best_of_two_is_the_mean_of_the_larger_of_two_normals():
    """With a steep curve a picture passes just when its score is above 0: of two, 1 - 1/4; of two alike, 1/2."""
    scores = np.array([-1.0, 1.0])
    assert filtered(certain(1e4), scores, 0.0, 2, 1).acceptance == pytest.approx(0.75, abs=0.01)
    assert filtered(certain(1e4), scores, 1.0, 2, 1).acceptance == pytest.approx(0.5, abs=0.01)
    assert filtered(certain(1e4), scores, 0.0, 2, 1).alone == pytest.approx(0.5, abs=0.01)


def test_where_less_is_better_the_smallest_is_shown():
    scores = np.array([-1.0, 1.0])
    assert filtered(certain(-1e4), scores, 0.0, 2, 1).acceptance == pytest.approx(0.75, abs=0.01)


def test_what_prompts_share_is_the_correlation_of_different_models_scores():
    random = np.random.default_rng(0)
    common = random.normal(0, 1, 40_000)
    scores = np.array([common + random.normal(0, 1, 40_000) for _ in range(3)])
    assert likeness_of(scores) == pytest.approx(0.5, abs=0.02)


def test_a_filtered_profile_costs_n_pictures_and_their_scoring():
    base = profile_named(BASE)
    made = filtered_profile(base, 4, 0.05, 300.0, "pickscore")
    assert made.energy.energy_j_per_image == pytest.approx(4 * (base.energy.energy_j_per_image + 15.0))
    assert made.speed.seconds_per_image == pytest.approx(4 * (base.speed.seconds_per_image + 0.05))
    assert made.config.model_licence == base.config.model_licence
    assert made.id != base.id
    assert {figure.match for figure in made.quality} <= {"unstated", "far", "other_version"}
    assert all(figure.match_note.startswith("of the pictures before filtering") for figure in made.quality)


def test_a_pre_filter_is_an_option_with_its_own_acceptance_cost_and_time():
    """At 80 % of shown pictures instead of 50 % it costs less although four pictures are made for one."""
    made = filtered_profile(profile_named(BASE), 4, 0.05, 300.0, "pickscore")
    asked = demonstration()
    model = made.config.model_id
    shown = with_acceptance(asked, "product-pictures", {model: 0.8})
    plain = cost_of(asked, "product-pictures", [profile_named(BASE)], SD3)
    with_filter = cost_of(shown, "product-pictures", [made], model)
    same = cost_of(
        with_acceptance(asked, "product-pictures", {model: 0.5}), "product-pictures", [made], model
    )
    assert with_filter < plain <= same


def scored_trial(place: Path, *, fair: bool) -> list[str]:
    """Options of `trial calibrate` for three models; pictures that score above 0 are accepted, or not of one."""
    given = trial(arms=(PIXART, SD3, HUNYUAN), prompts=60, repeats_fraction=0)
    write_trial(given, place / "trial.yaml", [])
    desk, key, found = laid(place, given)
    random = np.random.default_rng(4)
    means = {PIXART: -0.4, SD3: 0.0, HUNYUAN: 0.4}
    scores = {arm: means[arm] + random.normal(0, 1, 60) for arm in given.arms}
    options = [str(place / "trial.yaml"), "--desk", str(desk), "--key", str(key), "--metric", "pickscore"]
    for arm in given.arms:
        folder = place / "made" / arm.split("/")[-1]
        rows = "".join(f"{n:05d}-seed-{n}.png,{value:.6g}\n" for n, value in enumerate(scores[arm]))
        (folder / "scores.csv").write_text("picture,pickscore\n" + rows, encoding="utf-8")
        options += ["--scores", f"{arm}={folder}"]
    noise = random.normal(0, 0.6, (3, 60))

    def liked(arm: str, prompt: int) -> bool:
        named = next(n for n in range(60) if found.desk.prompts[prompt].text.endswith(f" {n}"))
        bias = 0.0 if fair or arm != HUNYUAN else -2.5
        return bool(scores[arm][named] + noise[given.arms.index(arm), named] + bias > 0)

    for reviewer in ("anna", "ben"):
        add_votes(desk, found.desk, votes_by(found.desk, found.key, reviewer, liked))
    return options


def test_calibrate_says_a_bar_as_a_share_and_writes_the_pre_filter(tmp_path, capsys):
    options = scored_trial(tmp_path, fair=True)
    output = tmp_path / "filtered.json"
    more = ["--bar", "0", "--profile", BASE, "--best-of", "4", "-o", str(output)]
    assert main(["trial", "calibrate", *options, *more]) == 0
    said = capsys.readouterr().out
    assert "pickscore 0 means" in said
    assert "Best of 4:" in said
    assert json.loads(output.read_text(encoding="utf-8"))["id"] == f"{BASE}-best-of-4-by-pickscore"


def test_calibrate_ends_with_1_where_a_model_left_out_is_not_foretold(tmp_path, capsys):
    options = scored_trial(tmp_path, fair=False)
    assert main(["trial", "calibrate", *options, "--bar", "0", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["holds"], document["bars"]) == (False, [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("picture,clip_score\na.png,1\n", "has no score 'pickscore'; it has clip_score"),
        ("picture,pickscore\na.png,x\n", "line 2: pickscore 'x' is no number"),
    ],
)
def test_scores_that_cannot_be_read_are_refused_with_their_line(tmp_path, text, sentence):
    (tmp_path / "scores.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TrialError, match=sentence):
        read_scores(tmp_path, "pickscore")
    with pytest.raises(TrialError, match="bench run --images --score"):
        read_scores(tmp_path / "none", "pickscore")
