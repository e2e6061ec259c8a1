"""The file of a trial (trial.yaml): arms, size and stopping rule as they were laid down before anybody looked.

It names the models, so it belongs to whoever runs the trial and not into the folder that reviewers see.
"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from bench.models import model_info
from bench.textfile import TextError, decoded
from roi.errors import TrialError
from roi.figure import Input
from roi.new_file import put_new_file
from roi.scenario.models import canonical_model
from roi.texts.messages import Message, at, lines, message_of

Design = Literal["accept", "pairs"]
Share = Annotated[float, Field(gt=0, lt=1)]
Correlation = Annotated[float, Field(ge=0, lt=1)]


def model_of_arm(arm: str) -> str:
    """The model behind an arm."""
    return arm.partition("#")[0]


def canonical_arm(arm: str) -> str:
    """The arm with its model's id in the place of any of its names."""
    model, mark, way = arm.partition("#")
    return f"{canonical_model(model)}{mark}{way}"


def arm_name(arm: str) -> str:
    """The arm as people call it."""
    model, mark, way = arm.partition("#")
    known = model_info(model)
    return f"{known.name if known else model}{mark}{way}"


class Likeness(Input):
    """How votes hang together; judgements until a first reading replaces them."""

    of_reviewers: Correlation = 0.4
    """Correlation of two reviewers' votes on one picture [1]."""
    of_arms: Correlation = 0.2
    """Correlation of one reviewer's votes on two arms' pictures of one prompt [1]."""
    across: Correlation = 0.15
    """Correlation of two reviewers' votes on two arms' pictures of one prompt [1]."""
    of_strictness: Correlation = 0.03
    """Share of the variance of votes that lies between strict and lenient reviewers; it drops out of differences
    [1]."""


class Trial(Input):
    """What is compared, on how many prompts, and when it ends."""

    schema_version: Literal[1] = 1
    """Version of this contract."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    """Name of the trial; part of the hash that assigns requests to arms, so it never changes."""
    workload: Annotated[str, Field(min_length=1)]
    """Workload of the scenario whose pictures are judged."""
    arms: Annotated[tuple[str, ...], Field(min_length=2)]
    """Models that are compared, or ways of working with one, such as `MODEL#better-prompt`; the others are held
    against the first."""
    design: Design = "accept"
    """`accept`: each picture is accepted or rejected; `pairs`: two pictures side by side."""
    prompts: Annotated[int, Field(ge=2)]
    """Prompts of the whole trial; each arm makes a picture of each with the same seed."""
    reviewers: Annotated[int, Field(ge=1)]
    """People who judge every picture."""
    repeats_fraction: Annotated[float, Field(ge=0, le=0.5)] = 0.05
    """Share of pictures that are shown to the same reviewer again, unannounced."""
    margin: Share = 0.03
    """Difference of acceptance below which arms are the same for the business [1]."""
    detect: Share = 0.1
    """Difference of acceptance for which the size was chosen [1]."""
    alpha: Share = 0.05
    """Chance of calling an arm better that is not, over all looks and arms together [1]."""
    seed: Annotated[int, Field(ge=0)]
    """Of the order in which each reviewer sees the pictures."""
    likeness: Likeness = Likeness()
    """How votes hang together."""

    @field_validator("arms")
    @classmethod
    def _different_models(cls, arms: tuple[str, ...]) -> tuple[str, ...]:
        known = [canonical_arm(arm) for arm in arms]
        if len(set(known)) < len(known):
            raise ValueError(Message("trialing.one_model"))
        return tuple(known)

    @model_validator(mode="after")
    def _likeness_can_be(self) -> Self:
        if self.likeness.across > min(self.likeness.of_reviewers, self.likeness.of_arms):
            raise ValueError(Message("trialing.likeness"))
        return self


def text_of(path: Path, lacking: Message | None = None) -> str:
    """The text of a file that people write, in whatever encoding they have.

    Parameters
    ----------
    lacking
        What to do where it cannot be read.

    Raises
    ------
    TrialError
        When it cannot be read.
    """
    try:
        return decoded(path.read_bytes()).text
    except OSError as fault:
        told = Message("log.not_read", reason=fault.strerror)
        if lacking is not None:
            told = Message("trialing.lacking", reason=fault.strerror, lacking=lacking)
        raise TrialError(at(path, told)) from None
    except TextError as fault:
        raise TrialError(at(path, Message(f"file.{fault.kind}"))) from None


def read_trial(path: Path) -> Trial:
    """The trial of a file.

    Raises
    ------
    TrialError
        When the file cannot be read, or a field is wrong: every fault, a line each.
    """
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise TrialError(at(path, Message("log.not_read", reason=fault.strerror))) from None
    except (UnicodeDecodeError, yaml.YAMLError) as fault:
        sentence = Message("trialing.no_yaml", words=str(fault).splitlines()[0])
        raise TrialError(at(path, sentence)) from None
    if not isinstance(document, dict):
        raise TrialError(at(path, Message("trialing.no_fields")))
    try:
        return Trial.model_validate(document)
    except ValidationError as fault:
        places = (f"{path}: {'.'.join(str(step) for step in each['loc'])}" for each in fault.errors())
        told = (_field_fault(each) for each in fault.errors())
        raise TrialError(lines(map(at, places, told))) from None


def _field_fault(error: ErrorDetails) -> Message:
    """What pydantic says of a field; a rule of ours in its own words."""
    if error["type"] == "value_error":
        return Message("trialing.rule", words=message_of(error["ctx"]["error"]))
    return Message("operating.bad_field", words=error["msg"])


def write_trial(trial: Trial, path: Path, remarks: list[str]) -> None:
    """Write a trial as YAML with remarks above it; the file must not exist yet."""
    import yaml

    above = "".join(f"# {line}\n" for line in remarks)
    body = yaml.safe_dump(trial.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    put_new_file(path, (above + body).encode(), raised=TrialError)
