"""What was measured, written into a scenario: acceptance of each arm and seconds of a look, with n and
interval.

The time that an attempt takes beside its looks, such as writing the next prompt, is no part of a trial and
stays.
"""

from pathlib import Path

from roi.errors import TrialError
from roi.new_file import put_new_file
from roi.scenario.document import Scenario
from roi.scenario.load import scenario_from_text
from roi.scenario.models import canonical_model
from roi.scenario.splice import is_in_braces, keys_at, measured_figure, with_entry
from roi.scenario.written import Steps
from roi.scenario.yaml_text import read_text
from roi.texts.messages import Message
from roi.trial.clustered import Mean
from roi.trial.reading import ArmReading, Reading

HIGH_FROM_PROMPTS, MEDIUM_FROM_PROMPTS = 200, 50
"""Judgement, as that of `roi.scenario.acceptance` for logs: about 0.07, and 0.14, on either side."""


def taken_up(original: str, scenario: Scenario, reading: Reading) -> str:
    """The text of a scenario with what the trial measured, comments kept.

    Raises
    ------
    TrialError
        When the scenario lacks the trial's workload, or no arm has an acceptance between 0 and 1.
    """
    name = reading.trial.workload
    index = next((place for place, each in enumerate(scenario.workloads) if each.name == name), None)
    if index is None:
        raise TrialError(Message("trialing.no_workload", name=repr(name)))
    place: Steps = ("workloads", index)
    if is_in_braces(original, place):
        raise TrialError(Message("log.in_braces", workload=repr(name)))
    text = original
    for arm in (each for each in reading.arms if "#" not in each.model):
        text = _with_arm(text, (*place, "acceptance_by_model"), scenario, index, arm, reading)
    if reading.review is not None:
        text = with_entry(text, (*place, "review", "seconds_per_image"), _seconds(reading.review, reading))
    return text


def write_taken_up(path: Path, scenario: Scenario, reading: Reading, output: Path) -> Scenario:
    """Write a new scenario file and give it back as it reads."""
    text = taken_up(read_text(path).text, scenario, reading)
    found = scenario_from_text(text, str(output))
    put_new_file(output, text.encode())
    return found


def _with_arm(
    text: str, by_model: Steps, scenario: Scenario, index: int, arm: ArmReading, reading: Reading
) -> str:
    if not 0.0 < arm.mean.value < 1.0:
        return text
    own = scenario.workloads[index].acceptance_of(arm.model)
    fields: dict[str, object] = {"kind": own.kind, "mean": _mean(arm, reading)}
    if own.concentration is not None:
        fields["concentration"] = own.concentration.model_dump(
            mode="json", exclude_none=True, exclude_defaults=True
        )
    written = keys_at(text, by_model)
    if not written:
        return with_entry(text, by_model, {arm.model: fields})
    key = next((each for each in written if canonical_model(each) == arm.model), arm.model)
    return with_entry(text, (*by_model, key), fields)


def _mean(arm: ArmReading, reading: Reading) -> dict[str, object]:
    return measured_figure(
        arm.mean.value, arm.low, arm.high, _source(arm.mean, reading), confidence(arm.mean)
    )


def _seconds(mean: Mean, reading: Reading) -> dict[str, object]:
    low, high = mean.interval()
    source = f"time of a look, {_source(mean, reading)}"
    return measured_figure(mean.value, max(low, 0.0), high, source, confidence(mean))


def _source(mean: Mean, reading: Reading) -> str:
    reviewers = f", {mean.reviewers} reviewers" if mean.reviewers > 1 else ""
    return f"trial {reading.trial.name}: n = {mean.votes} votes on {mean.prompts} prompts{reviewers}, 95 % interval"


def confidence(mean: Mean) -> str:
    """How far a figure of a trial can be trusted, by its prompts."""
    if mean.prompts >= HIGH_FROM_PROMPTS:
        return "high"
    return "medium" if mean.prompts >= MEDIUM_FROM_PROMPTS else "low"
