"""`trial read`: files -> reading -> decision, as lines and as a document."""

from dataclasses import asdict, dataclass
from pathlib import Path

from bench.library import load_profiles
from roi.errors import TrialError
from roi.output.figures import Json
from roi.scenario.load import read_scenario, scenario_from_text
from roi.scenario.yaml_text import read_text
from roi.texts import Language, text
from roi.texts.messages import Message
from roi.trial.assign import weights_of
from roi.trial.desk import read_desk
from roi.trial.levers import levers, seconds_of
from roi.trial.money import Effect, effect
from roi.trial.needs import require_trial_extra
from roi.trial.pictures import read_key
from roi.trial.reading import Reading, read_desk_votes, read_production_log
from roi.trial.report import effect_lines, lever_lines, reading_document, reading_lines
from roi.trial.taking_up import taken_up, write_taken_up
from roi.trial.trial_file import Trial, read_trial
from roi.trial.votes import read_votes


@dataclass(frozen=True, slots=True)
class Asked:
    """Where everything lies."""

    trial: Path
    desk: Path | None
    key: Path | None
    log: Path | None
    weights: str | None
    scenario: Path | None
    output: Path | None
    profiles: tuple[Path, ...]
    seconds: tuple[str, ...] = ()
    """Extra seconds of an attempt, as `roi.trial.levers` reads them."""


def answered(asked: Asked, language: Language) -> tuple[list[str], Json]:
    """Lines for a person, the same for a program; with `output` the new scenario is written."""
    require_trial_extra()
    trial = read_trial(asked.trial)
    if asked.output is not None and asked.scenario is None:
        raise TrialError(Message("trialing.output_of"))
    reading = _reading(asked, trial)
    lines = list(reading_lines(reading, language))
    if asked.scenario is None:
        return lines, reading_document(reading, None)
    before = read_scenario(asked.scenario).scenario
    if asked.output is None:
        text_after = taken_up(read_text(asked.scenario).text, before, reading)
        after = scenario_from_text(text_after, str(asked.scenario))
    else:
        after = write_taken_up(asked.scenario, before, reading, asked.output)
    profiles = load_profiles(asked.profiles)
    found: Effect | None = effect(before, after, trial.workload, profiles)
    lines += effect_lines(found, before.currency, language)
    document = reading_document(reading, found)
    if any("#" in arm for arm in trial.arms) or asked.seconds:
        ways = levers(after, reading, profiles, seconds_of(asked.seconds, trial.arms))
        lines += lever_lines(ways, before.currency, language)
        document["levers"] = [asdict(each) for each in ways]
    if asked.output is not None:
        lines.append(text(language, "trial.written", path=asked.output))
    return lines, document


def _reading(asked: Asked, trial: Trial) -> Reading:
    if asked.log is not None:
        weights = weights_of(asked.weights, trial.arms) if asked.weights else dict.fromkeys(trial.arms, 1.0)
        return read_production_log(trial, asked.log, weights)
    if asked.desk is None or asked.key is None:
        raise TrialError(Message("trialing.desk_or_log"))
    desk = read_desk(asked.desk)
    return read_desk_votes(trial, desk, read_key(asked.key, desk), read_votes(asked.desk, desk))
