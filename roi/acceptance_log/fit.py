"""Acceptance from a log of attempts, by maximum likelihood with given-up requests counted as such.

Intervals are profile-likelihood intervals at 95 %: all values whose best log likelihood, over the other
parameter, lies within 3.841 / 2 of the highest. Prompts alike against prompts that differ is a
likelihood-ratio test with the parameter on the border of its range, so that half of the weight lies on a
ratio of 0 and half on chi-square with one degree of freedom (Self and Liang, Journal of the American
Statistical Association 82, 1987).

Whether prompts stayed the same through all attempts is not in the log: a log of rewritten prompts looks like
one of prompts that are alike.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from roi.acceptance_log.likelihood import (
    LOGIT_LIMIT,
    RHO_MAX,
    Tosses,
    best_at_a,
    best_at_b,
    best_at_mean,
    best_mean,
    crossing,
    log_likelihood,
    logistic,
    logit,
    maximum,
)
from roi.acceptance_log.reading import Attempt, AttemptLog
from roi.errors import LogError
from roi.nearest import did_you_mean
from roi.retry import IMAGES_PER_ATTEMPT_MAX
from roi.texts.messages import Message, at

DROP_95 = 3.841458820694124
"""95th percentile of chi-square with one degree of freedom."""
SIGNIFICANCE = 0.05
"""Probability of calling prompts different when they are alike."""
LOG_SHAPE_LIMIT = math.log(1e6)


@dataclass(frozen=True)
class Estimate:
    """A value with its interval at 95 %."""

    value: float
    """The most likely value."""
    low: float
    """Lower end."""
    high: float
    """Upper end; infinite when the log sets none."""


@dataclass(frozen=True)
class AcceptanceFit:
    """What a log says about acceptance."""

    model: str
    """The model whose attempts were used."""
    images_per_attempt: int
    """Images per attempt, as told by the caller [1]."""
    n_requests: int
    """Requests in the log [1]."""
    n_attempts: int
    """Attempts in the log [1]."""
    n_delivered: int
    """Requests that ended with an accepted image [1]."""
    mean_review_seconds: float | None
    """Mean review of an attempt [s]; None when the log has no review."""
    recommended: Literal["alike", "beta"]
    """`beta` when prompts alike is rejected at 5 %, else `alike`."""
    identifiable: bool
    """Whether the log can tell a from b."""
    message: Message | str
    """What the log can and cannot say, in a sentence."""
    mean: Estimate
    """Acceptance of one image, without assuming that prompts are alike [1]."""
    alike_p: Estimate
    """Acceptance of one image if all prompts were alike [1]."""
    a: Estimate | None = None
    """First Beta parameter [1]; absent when the log holds nothing about it."""
    b: Estimate | None = None
    """Second Beta parameter [1]; absent when the log holds nothing about it."""
    likelihood_ratio: float | None = None
    """2 * (log L of Beta - log L of alike) [1]."""
    p_value: float | None = None
    """Probability of at least this ratio when prompts are alike [1]."""


def fit_acceptance(log: AttemptLog, images_per_attempt: int, model: str | None = None) -> AcceptanceFit:
    """Acceptance of one model of the log; the model must be named when the log holds several.

    Raises
    ------
    LogError
        When the model is unknown or not named, or images_per_attempt is not from 1 to 64.
    """
    if images_per_attempt < 1:
        raise LogError(Message("log.images_at_least", given=repr(images_per_attempt)))
    if images_per_attempt > IMAGES_PER_ATTEMPT_MAX:
        given, most = repr(images_per_attempt), IMAGES_PER_ATTEMPT_MAX
        raise LogError(Message("log.images_at_most", given=given, most=most))
    name = _model(log, model)
    attempts = [attempt for attempt in log.attempts if attempt.model == name]
    reviews = [attempt.review_seconds for attempt in attempts if attempt.review_seconds is not None]
    tosses = _tosses(attempts, images_per_attempt)
    alike_p = _alike(tosses)
    fit = AcceptanceFit(
        model=name,
        images_per_attempt=images_per_attempt,
        n_requests=tosses.successes[0] + tosses.failures[0],
        n_attempts=len(attempts),
        n_delivered=sum(tosses.successes),
        mean_review_seconds=math.fsum(reviews) / len(reviews) if reviews else None,
        recommended="alike",
        identifiable=False,
        message="",
        mean=alike_p,
        alike_p=alike_p,
    )
    if sum(tosses.failures) == 0 or sum(tosses.successes) == 0:
        return _one_sided(fit, tosses)
    if len(tosses.successes) == 1:
        return _first_attempts_only(fit, tosses)
    return _with_spread(fit, tosses)


def _model(log: AttemptLog, model: str | None) -> str:
    known = ", ".join(repr(name) for name in log.models)
    if model is None:
        if len(log.models) > 1:
            raise LogError(at(log.path, Message("log.several_models", known=known)))
        return log.models[0]
    if model not in log.models:
        meant = did_you_mean(model, log.models)
        sentence = Message("log.no_such_model", model=repr(model), meant=meant, known=known)
        raise LogError(at(log.path, sentence))
    return model


def _tosses(attempts: list[Attempt], images_per_attempt: int) -> Tosses:
    successes = [0] * max(attempt.attempt for attempt in attempts)
    failures = list(successes)
    for attempt in attempts:
        (successes if attempt.accepted else failures)[attempt.attempt - 1] += 1
    return Tosses(tuple(successes), tuple(failures), images_per_attempt)


def _alike(tosses: Tosses) -> Estimate:
    """Share of successes over attempts turned into images, p = 1 - (1 - share)^(1/n): the maximum at rho = 0."""
    successes, failures = sum(tosses.successes), sum(tosses.failures)
    n = tosses.images_per_attempt
    if failures == 0:
        return Estimate(1.0, _image_share(_rule_of_three(successes), n), 1.0)
    if successes == 0:
        return Estimate(0.0, 0.0, 1.0 - _rule_of_three(n * failures))
    p = _image_share(successes / (successes + failures), n)
    highest = log_likelihood(tosses, p, 0.0)
    low, high = _interval(lambda x: log_likelihood(tosses, logistic(x), 0.0), highest, logit(p), LOGIT_LIMIT)
    return Estimate(p, logistic(low), logistic(high))


def _image_share(attempt_share: float, images_per_attempt: int) -> float:
    return -math.expm1(math.log1p(-attempt_share) / images_per_attempt)


def _rule_of_three(trials: int) -> float:
    """The success probability at which that many successes in a row have 5 %: 0.05^(1/N), about 1 - 3 / N."""
    return math.exp(math.log(0.05) / trials)


def _interval(
    profile: Callable[[float], float], highest: float, start: float, limit: float
) -> tuple[float, float]:
    """Where the profile has dropped by 3.841 / 2 on either side of the start; infinite where it never
    does."""

    def drop(x: float) -> float:
        return 2.0 * (highest - profile(x)) - DROP_95

    low = crossing(drop, start, -limit)
    high = crossing(drop, start, limit)
    return (-math.inf if low is None else low), (math.inf if high is None else high)


def _one_sided(fit: AcceptanceFit, tosses: Tosses) -> AcceptanceFit:
    """All accepted or all rejected: the log sets a bound and nothing else."""
    if fit.n_delivered:
        bound = fit.alike_p.low
        message = Message("log.all_accepted", attempts=fit.n_attempts, bound=bound)
        return replace(fit, message=message)
    mean = Estimate(0.0, 0.0, 1.0 - _rule_of_three(tosses.failures[0]))
    message = Message("log.none_accepted", attempts=fit.n_attempts, bound=mean.high, requests=fit.n_requests)
    return replace(fit, mean=mean, message=message)


def _first_attempts_only(fit: AcceptanceFit, tosses: Tosses) -> AcceptanceFit:
    """No second attempt: one share for two parameters.

    Of all spreads that give an attempt of n images the share g, prompts alike have the lowest mean and
    prompts that pass always or never the highest, g itself.
    """
    if tosses.images_per_attempt == 1:
        return replace(fit, message=Message("log.mean_alone"))
    whole = _alike(replace(tosses, images_per_attempt=1))
    mean = replace(fit.mean, high=whole.high)
    message = Message("log.mean_between", alike=fit.alike_p.value, whole=whole.value)
    return replace(fit, mean=mean, message=message)


def _with_spread(fit: AcceptanceFit, tosses: Tosses) -> AcceptanceFit:
    """Mean and correlation together, and the test whether the correlation is needed."""
    rho, highest = maximum(lambda rho: best_mean(tosses, rho)[1], 0.0, RHO_MAX)
    p = best_mean(tosses, rho)[0]
    ratio = max(0.0, 2.0 * (highest - log_likelihood(tosses, fit.alike_p.value, 0.0)))
    p_value = 0.5 * math.erfc(math.sqrt(0.5 * ratio)) if rho > 0.0 and ratio > 0.0 else 1.0
    low, high = _interval(lambda x: best_at_mean(tosses, x), highest, logit(p), LOGIT_LIMIT)
    fit = replace(
        fit,
        recommended="beta" if p_value < SIGNIFICANCE else "alike",
        identifiable=rho < 0.99 * RHO_MAX,
        mean=Estimate(p, logistic(low), logistic(high)),
        a=_shape(lambda a: best_at_a(tosses, a), highest, p, rho),
        b=_shape(lambda b: best_at_b(tosses, b), highest, 1.0 - p, rho),
        likelihood_ratio=ratio,
        p_value=p_value,
    )
    return replace(fit, message=_spread_message(fit, p_value))


def _spread_message(fit: AcceptanceFit, p_value: float) -> Message:
    chance = f"{p_value:.2g}" if p_value >= 1e-6 else Message("log.tiny_chance")
    if not fit.identifiable:
        return Message("log.always_or_never")
    return Message("log.differ" if fit.recommended == "beta" else "log.alike", chance=chance)


def _shape(profile: Callable[[float], float], highest: float, share: float, rho: float) -> Estimate:
    """a or b with its interval; share is p for a and 1 - p for b."""
    value = share * (1.0 - rho) / rho if rho > 0.0 else math.inf
    start = min(math.log(value), LOG_SHAPE_LIMIT)
    low, high = _interval(lambda x: profile(math.exp(x)), highest, start, LOG_SHAPE_LIMIT)
    return Estimate(value, math.exp(low), math.exp(high) if high < math.inf else math.inf)
