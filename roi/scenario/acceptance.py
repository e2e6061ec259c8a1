"""A fitted acceptance as scenario lines, and a scenario file that has taken it up with its comments kept.

A log is of one model, so its acceptance goes to that model in `acceptance_by_model`; only a log that names no
model speaks for the workload's `acceptance`. Where a log is too small to tell how far prompts differ, it gives
the mean alone: kind and concentration stay what they were.
"""

from pathlib import Path
from typing import Literal

from roi.acceptance_log.fit import AcceptanceFit, Estimate
from roi.errors import LogError, RoiError
from roi.new_file import put_new_file
from roi.notes import Note
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.document import Scenario
from roi.scenario.load import read_scenario, scenario_from_text
from roi.scenario.models import canonical_model, model_fault
from roi.scenario.narrow import chosen_workload
from roi.scenario.splice import (
    Values,
    block_lines,
    is_in_braces,
    keys_at,
    measured_figure,
    rounded,
    with_entry,
)
from roi.scenario.supply import Api
from roi.scenario.written import Steps
from roi.scenario.yaml_text import read_text
from roi.texts import Language
from roi.texts.messages import Message, at, said

ALL_MODELS = ("", "*")
"""What a log's column `model` says when its attempts stand for every model."""
LOW_BELOW_REQUESTS = 30
"""Judgement: below this the interval of a share near one half is wider than 0.3."""
ALIKE_FROM_REQUESTS = 200
"""Judgement: not seeing that prompts differ means that they are alike only from this many requests on; below
it the mean is of medium confidence at most."""


def acceptance_lines(fit: AcceptanceFit, log_name: str, language: Language = "en") -> list[str]:
    """The lines of a workload that hold the fitted acceptance, the interval as low and high.

    Raises
    ------
    LogError
        When every attempt or none was accepted: such a log only sets a bound.
    """
    fitted: Values = fitted_values(fit, log_name)
    if fit.model in ALL_MODELS:
        lines = block_lines({"acceptance": fitted})
    else:
        lines = block_lines({"acceptance_by_model": {canonical_model(fit.model): fitted}})
    if tells_spread(fit):
        return lines
    return [f"# {said(language, Message('log.keep_own'))}", *lines]


def write_acceptance(
    fit: AcceptanceFit, log_name: str, scenario: Path, workload: str | None, output: Path
) -> tuple[Note, ...]:
    """Write `scenario` as `output` in UTF-8 with the fitted acceptance in the workload's place, comments kept.

    Gives back what was read another way than it stands in `scenario`.

    Raises
    ------
    RoiError
        When the output exists, the workload must be named, the log's model is unknown, or the scenario cannot
        be read.
    """
    original = read_text(scenario).text
    read = read_scenario(scenario)
    changed = taken_up(original, read.scenario, workload, fit, log_name)
    scenario_from_text(changed, str(output))
    put_new_file(output, changed.encode())
    return read.notes


def tells_spread(fit: AcceptanceFit) -> bool:
    """Whether the log tells how far prompts differ: it shows that they do, or is large enough to show it."""
    return fit.identifiable and (fit.recommended == "beta" or fit.n_requests >= ALIKE_FROM_REQUESTS)


def taken_mean(fit: AcceptanceFit) -> Estimate:
    """Acceptance of one image that a scenario takes up, and the only one to print beside it.

    Where the log tells that prompts are alike, the mean is the one under that assumption: of attempts with
    several images, the freer mean would promise more accepted attempts than the log holds.
    """
    return fit.alike_p if tells_spread(fit) and fit.recommended == "alike" else fit.mean


def fitted_values(fit: AcceptanceFit, log_name: str, own: AcceptanceInput | None = None) -> dict[str, object]:
    """The fields of an `AcceptanceInput`; kind and concentration are `own`'s where the log cannot tell them.

    Raises
    ------
    LogError
        When every attempt or none was accepted.
    """
    if fit.n_delivered == 0 or fit.n_delivered == fit.n_attempts:
        raise LogError(at(log_name, Message("log.no_acceptance", why=fit.message)))
    source = f"fitted to {log_name}: {fit.n_requests} requests, {fit.n_attempts} attempts, model {fit.model}"
    found = taken_mean(fit)
    mean = measured_figure(found.value, found.low, found.high, source, confidence(fit.n_requests))
    if not tells_spread(fit):
        if own is None:
            return {"mean": mean}
        kept = own.model_dump(mode="json", exclude_defaults=True, include={"concentration"})
        return {"kind": own.kind, "mean": mean, **kept}
    if fit.recommended == "beta" and fit.a is not None and fit.b is not None:
        concentration = {"value": rounded(fit.a.value + fit.b.value), "source": source}
        return {"kind": "beta", "mean": mean, "concentration": concentration}
    return {"kind": "alike", "mean": mean}


def confidence(requests: int) -> Literal["low", "medium", "high"]:
    """How far a figure of so many requests can be trusted."""
    if requests < LOW_BELOW_REQUESTS:
        return "low"
    return "medium" if requests < ALIKE_FROM_REQUESTS else "high"


def taken_up(original: str, read: Scenario, workload: str | None, fit: AcceptanceFit, log_name: str) -> str:
    """The text of a scenario with the fitted acceptance in the workload's place, comments kept.

    Raises
    ------
    RoiError
        When the workload must be named, is written in braces, or the log's model is unknown.
    """
    chosen = chosen_workload(read, workload)
    place: Steps = ("workloads", read.workloads.index(chosen))
    if is_in_braces(original, place):
        raise RoiError(Message("log.in_braces", workload=repr(chosen.name)))
    if fit.model in ALL_MODELS:
        return _replaced(original, (*place, "acceptance"), fit, log_name, chosen.acceptance)
    sold = [supply.model for supply in read.supplies if isinstance(supply, Api)]
    fault = model_fault(fit.model, sold)
    if fault:
        raise LogError(at(log_name, Message("log.or_all_models", fault=fault)))
    model = canonical_model(fit.model)
    own = chosen.acceptance_of(model)
    by_model = (*place, "acceptance_by_model")
    written = keys_at(original, by_model)
    if not written:
        return with_entry(original, by_model, {model: fitted_values(fit, log_name, own)})
    key = next((name for name in written if canonical_model(name) == model), None)
    if key is None:
        return with_entry(original, (*by_model, model), fitted_values(fit, log_name, own))
    return _replaced(original, (*by_model, key), fit, log_name, own)


def _replaced(original: str, steps: Steps, fit: AcceptanceFit, log_name: str, own: AcceptanceInput) -> str:
    """The acceptance there replaced; its mean alone, comments of the rest kept, when the log tells no more."""
    fitted = fitted_values(fit, log_name, own)
    if tells_spread(fit):
        return with_entry(original, steps, fitted)
    return with_entry(original, (*steps, "mean"), fitted["mean"])
