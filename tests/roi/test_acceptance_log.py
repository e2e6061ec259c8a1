"""The log of attempts: what is read, what is refused, and what is learned from it."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import betaln
from scipy.stats import binomtest

from roi.acceptance_log import Attempt, AttemptLog, fit_acceptance, read_log
from roi.errors import LogError
from roi.scenario.acceptance import fitted_values

DATA = Path(__file__).parent / "data" / "acceptance_log"

BAD_LOGS = {
    "two_missing_columns.csv": ("line 1: column 'attempt' is missing; add it",),
    "no_columns.csv": ("line 1: 'this is' names no column of a log; write above the attempts: request_id,",),
    "words_for_truth.csv": ("line 2: accepted 'si' is neither yes nor no; write 1 or 0",),
    "tabs_of_two_readings.csv": ("line 2: review_seconds '4.500' may be 4.5 or 4500",),
    "unknown_column.csv": (
        "column 'accepted' is missing",
        "column 'acepted' is unknown; did you mean 'accepted'?",
    ),
    "unrelated_column.csv": ("column 'weather' is unknown; remove it",),
    "column_twice.csv": ("column 'model' appears 2 times",),
    "empty.csv": ("is empty; expected the columns request_id",),
    "only_blank_lines.csv": ("is empty",),
    "header_only.csv": ("has a header and no attempts",),
    "first_attempt_missing.csv": ("line 2: request 'r1' starts with attempt 2",),
    "attempt_gap.csv": ("line 3: request 'r1' goes from attempt 1 to 3",),
    "attempt_after_accepted.csv": ("line 3: request 'r1' goes on after the accepted attempt on line 2",),
    "attempt_twice.csv": ("line 4: request 'r1' has attempt 1 already on line 2",),
    "attempt_zero.csv": ("line 2: attempt '0' is not a whole number from 1",),
    "attempt_half.csv": ("line 2: attempt '1.5' is not a whole number from 1",),
    "accepted_maybe.csv": ("line 2: accepted 'maybe' is neither yes nor no; write 1 or 0, yes or no",),
    "accepted_two.csv": ("line 2: accepted '2' is neither yes nor no",),
    "review_negative.csv": ("line 2: review_seconds '-3' must be at least 0 and finite",),
    "review_word.csv": ("line 2: review_seconds 'three' is not a number",),
    "review_nan.csv": ("line 2: review_seconds 'nan' must be at least 0 and finite",),
    "review_empty.csv": ("line 2: review_seconds is empty",),
    "energy_negative.csv": ("line 2: energy_j '-1' must be at least 0 and finite",),
    "request_without_id.csv": ("line 2: request_id is empty",),
    "two_models_in_a_request.csv": ("line 3: request 'r1' changes from model 'm' to 'other'",),
    "short_line.csv": ("line 2: has 3 cells where the header has 5",),
    "long_line.csv": ("line 2: has 6 cells where the header has 5",),
    "not_text.csv": ("is text in UTF-16; save it as UTF-8",),
    "no_such_file.csv": ("no such file",),
    "several_faults.csv": (
        "line 2: attempt 'one'",
        "line 3: accepted 'perhaps'",
        "line 3: review_seconds '-1'",
        "line 5: model is empty",
    ),
}


def simulated_log(
    seed: int, n_requests: int, attempts_max: int, images_per_attempt: int, shape: tuple[float, float] | float
) -> AttemptLog:
    """A log of requests whose prompts pass with one p, or with p ~ Beta(a, b) kept through all attempts."""
    random = np.random.default_rng(seed)
    p = np.full(n_requests, shape) if isinstance(shape, float) else random.beta(*shape, n_requests)
    passed = random.binomial(images_per_attempt, p[:, None], (n_requests, attempts_max)) > 0
    attempts = [
        Attempt(0, f"r{request}", attempt + 1, bool(passed[request, attempt]), "m", 2.0 + attempt, None)
        for request in range(n_requests)
        for attempt in range(attempts_max)
        if not passed[request, :attempt].any()
    ]
    return AttemptLog(Path("simulated.csv"), tuple(attempts))


@pytest.mark.parametrize(("name", "sentences"), BAD_LOGS.items(), ids=BAD_LOGS.keys())
def test_a_bad_log_is_refused_with_all_its_faults_each_named_with_file_and_line(
    name: str, sentences: tuple[str, ...]
) -> None:
    with pytest.raises(LogError) as refusal:
        read_log(DATA / name)
    lines = str(refusal.value).splitlines()
    assert len(lines) == len(sentences)
    for line, sentence in zip(lines, sentences, strict=True):
        assert line.startswith(f"{DATA / name}: ")
        assert sentence in line


def test_a_folder_is_refused_as_a_log() -> None:
    with pytest.raises(LogError, match="is a folder; name a log of attempts"):
        read_log(DATA)


def test_after_twenty_faults_the_rest_is_counted() -> None:
    with pytest.raises(LogError) as refusal:
        read_log(DATA / "thirty_faults.csv")
    lines = str(refusal.value).splitlines()
    assert len(lines) == 21
    assert lines[19].startswith(f"{DATA / 'thirty_faults.csv'}: line 21: ")
    assert lines[20].endswith("and 10 more faults")


def test_columns_and_lines_may_stand_in_any_order() -> None:
    log = read_log(DATA / "good.csv")
    assert [(a.request_id, a.attempt, a.accepted, a.review_seconds, a.energy_j) for a in log.attempts] == [
        ("r1", 1, False, 4.5, 1200.0),
        ("r1", 2, True, 6.0, None),
        ("r2", 1, True, 3.0, 1100.0),
    ]


def test_cp932_and_utf8_with_a_byte_order_mark_read_the_same() -> None:
    attempts = read_log(DATA / "japanese_cp932.csv").attempts
    assert attempts == read_log(DATA / "japanese_utf8_bom.csv").attempts
    assert [attempt.request_id for attempt in attempts] == ["依頼1", "依頼1"]


def test_a_log_with_semicolons_and_the_truths_of_german_excel_is_read() -> None:
    log = read_log(DATA / "semicolons.csv")
    assert [(a.request_id, a.attempt, a.accepted, a.review_seconds) for a in log.attempts] == [
        ("r1", 1, True, None),
        ("r2", 1, False, None),
        ("r2", 2, True, None),
    ]
    assert log.notes == ()
    assert fit_acceptance(log, 1).mean_review_seconds is None


def test_a_log_of_german_excel_tells_its_decimal_commas_and_its_encoding() -> None:
    """`4,5` tells that `3,125` is no 3125, and `1.206,0` is 1206."""
    path = DATA / "german_excel.csv"
    log = read_log(path)
    assert [(a.accepted, a.model, a.review_seconds) for a in log.attempts] == [
        (False, "Größe", 4.5),
        (True, "Größe", 1206.0),
        (True, "Größe", 3.125),
    ]
    assert [note.sentence("en") for note in log.notes] == [
        f"{path}: is not UTF-8 and was read as cp1252; save it as UTF-8",
        f"{path}: numbers with a decimal comma: 3, such as 4,5, which was read as 4.5",
    ]


def test_a_log_with_tabs_tells_by_one_number_that_its_points_are_decimal() -> None:
    """`0.250` cannot part thousands, so that `4.500` is 4.5."""
    attempts = read_log(DATA / "tabs.csv").attempts
    assert [(a.accepted, a.review_seconds) for a in attempts] == [(False, 4.5), (True, 0.25)]


def test_one_cause_on_many_lines_is_one_line() -> None:
    with pytest.raises(LogError, match=r"neither yes nor no.*\(and 2 more lines\)$"):
        read_log(DATA / "words_for_truth.csv")


def test_the_fit_equals_a_maximum_found_by_another_optimiser_on_the_raw_likelihood() -> None:
    log = simulated_log(7, 400, 4, 2, (1.5, 2.5))
    last = {attempt.request_id: attempt for attempt in log.attempts}.values()

    def minus_log_likelihood(x: np.ndarray) -> float:
        a, b = np.exp(x)

        def fails(images: int) -> float:
            return math.exp(betaln(a, b + images) - betaln(a, b))

        weights = [
            fails(2 * (end.attempt - 1)) - fails(2 * end.attempt) if end.accepted else fails(2 * end.attempt)
            for end in last
        ]
        return -float(np.log(weights).sum())

    tight = {"xatol": 1e-7, "fatol": 1e-9}
    found = minimize(minus_log_likelihood, [0.0, 0.0], method="Nelder-Mead", options=tight)
    fit = fit_acceptance(log, 2)
    assert fit.a is not None
    assert fit.b is not None
    assert [fit.a.value, fit.b.value] == pytest.approx(np.exp(found.x), rel=1e-4)


@pytest.mark.parametrize("images_per_attempt", [1, 4])
def test_a_large_log_gives_back_the_parameters_it_was_made_with(images_per_attempt: int) -> None:
    fit = fit_acceptance(simulated_log(11, 20_000, 5, images_per_attempt, (2.0, 3.0)), images_per_attempt)
    assert fit.identifiable
    assert fit.recommended == "beta"
    assert fit.a is not None
    assert fit.b is not None
    assert fit.a.low < 2.0 < fit.a.high
    assert fit.b.low < 3.0 < fit.b.high
    assert fit.mean.value == pytest.approx(0.4, rel=0.03)


def test_the_interval_of_the_mean_holds_the_truth_in_about_95_of_100_small_logs() -> None:
    fits = [fit_acceptance(simulated_log(seed, 150, 4, 1, (1.5, 1.5)), 1) for seed in range(100)]
    held = sum(fit.mean.low <= 0.5 <= fit.mean.high for fit in fits)
    assert 90 <= held <= 99


def test_prompts_that_are_alike_are_called_different_in_about_5_of_100_logs() -> None:
    fits = [fit_acceptance(simulated_log(seed, 150, 4, 1, 0.5), 1) for seed in range(100)]
    assert 1 <= sum(fit.recommended == "beta" for fit in fits) <= 10
    held = sum(fit.alike_p.low <= 0.5 <= fit.alike_p.high for fit in fits)
    assert 90 <= held <= 99


def test_the_test_of_alike_halves_the_chi_square_probability_because_zero_spread_is_a_border() -> None:
    fit = fit_acceptance(simulated_log(0, 150, 4, 1, (6.0, 6.0)), 1)
    assert fit.likelihood_ratio is not None
    assert fit.p_value == pytest.approx(0.5 * math.erfc(math.sqrt(fit.likelihood_ratio / 2.0)), rel=1e-12)


def test_alike_acceptance_is_the_share_of_accepted_attempts_when_an_attempt_is_one_image() -> None:
    log = simulated_log(3, 80, 3, 1, 0.4)
    fit = fit_acceptance(log, 1)
    assert fit.alike_p.value == pytest.approx(fit.n_delivered / len(log.attempts), rel=1e-12)
    exact = binomtest(fit.n_delivered, len(log.attempts)).proportion_ci(method="wilson")
    assert [fit.alike_p.low, fit.alike_p.high] == pytest.approx([exact.low, exact.high], abs=0.005)


def test_one_image_and_one_attempt_cannot_tell_a_from_b() -> None:
    fit = fit_acceptance(simulated_log(1, 100, 1, 1, (1.5, 1.5)), 1)
    assert not fit.identifiable
    assert fit.a is None
    assert fit.b is None
    assert "cannot tell a from b" in fit.message
    assert fit.mean.value == fit.n_delivered / 100


def test_several_images_in_a_single_attempt_bound_the_mean_between_alike_and_all_or_nothing() -> None:
    fit = fit_acceptance(simulated_log(2, 1000, 1, 4, (1.0, 1.0)), 4)
    share = fit.n_delivered / 1000
    assert not fit.identifiable
    assert fit.mean.value == pytest.approx(1.0 - (1.0 - share) ** 0.25, rel=1e-12)
    assert f"between {fit.mean.value:.3g} (prompts alike) and {share:.3g}" in fit.message
    assert fit.mean.low < 0.5 < fit.mean.high


def test_all_accepted_gives_the_rule_of_three() -> None:
    fit = fit_acceptance(simulated_log(0, 300, 3, 1, 1.0), 1)
    assert not fit.identifiable
    assert fit.mean.low == pytest.approx(1.0 - 3.0 / 300, abs=1e-4)
    assert "at least 0.99" in fit.message
    with pytest.raises(LogError, match="all 300 attempts were accepted"):
        fitted_values(fit, "a log")


def test_all_rejected_gives_the_rule_of_three_over_requests_and_over_images() -> None:
    fit = fit_acceptance(simulated_log(0, 300, 2, 4, 0.0), 4)
    assert not fit.identifiable
    assert fit.mean.high == pytest.approx(3.0 / 300, rel=0.01)
    assert fit.alike_p.high == pytest.approx(3.0 / 2400, rel=0.01)
    with pytest.raises(LogError, match="none of 600 attempts was accepted"):
        fitted_values(fit, "a log")


def test_a_log_in_which_no_second_attempt_helps_bounds_a_and_b_from_above_only() -> None:
    attempts = [Attempt(0, f"r{i}", 1, i < 60, "m", 2.0, None) for i in range(100)]
    attempts += [Attempt(0, f"r{i}", 2, False, "m", 2.0, None) for i in range(60, 100)]
    fit = fit_acceptance(AttemptLog(Path("x.csv"), tuple(attempts)), 1)
    assert not fit.identifiable
    assert fit.recommended == "beta"
    assert fit.a is not None
    assert fit.a.low == 0.0
    assert fit.a.high < 0.1
    assert fit.mean.value == pytest.approx(0.6, abs=1e-3)


def test_review_is_averaged_over_attempts() -> None:
    assert fit_acceptance(read_log(DATA / "good.csv"), 1).mean_review_seconds == 4.5


def test_models_of_one_log_are_never_mixed() -> None:
    log = AttemptLog(
        Path("x.csv"),
        (Attempt(2, "r1", 1, True, "flux", 2.0, None), Attempt(3, "r2", 1, False, "sdxl", 2.0, None)),
    )
    with pytest.raises(LogError, match="holds the models 'flux', 'sdxl'"):
        fit_acceptance(log, 1)
    with pytest.raises(LogError, match="has no attempt of model 'sd3'; it holds 'flux', 'sdxl'"):
        fit_acceptance(log, 1, "sd3")
    assert fit_acceptance(log, 1, "sdxl").n_requests == 1


def test_no_image_per_attempt_is_refused() -> None:
    with pytest.raises(LogError, match="images per attempt 0 must be at least 1"):
        fit_acceptance(read_log(DATA / "good.csv"), 0)
