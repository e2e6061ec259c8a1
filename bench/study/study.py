"""The whole study: profiles in, answers with verdicts out."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.errors import StudyError
from bench.profile import Profile
from bench.study.answer import Answer
from bench.study.between import backbone, quality, spread
from bench.study.observation import Group, LeftOut, Observation, observations_of
from bench.study.verdict import Judged, judged
from bench.study.within import prompt_content, prompt_length, quantization, resolution


@dataclass(frozen=True)
class Study:
    """What the results say to each claim."""

    groups: dict[Group, tuple[Observation, ...]]
    """Results that may be compared with each other, the largest group first."""
    judged: tuple[Judged, ...]
    """Answers by group, in the order of the claims."""
    left_out: tuple[LeftOut, ...]

    @property
    def n_used(self) -> int:
        """Results that could be compared."""
        return sum(map(len, self.groups.values()))

    @property
    def n_tests(self) -> int:
        """Tests over which p-values were adjusted."""
        return sum(one.p_adjusted is not None for one in self.judged)

    def of_group(self, group: Group) -> list[Judged]:
        """The answers of one group."""
        return [one for one in self.judged if one.answer.group == group]


def study_of(profiles: Sequence[Profile], left_out: Sequence[LeftOut] = ()) -> Study:
    """Every claim put to every group of comparable results.

    Raises
    ------
    StudyError
        When no result has an energy figure of its own.
    """
    used, unusable = observations_of(profiles)
    left = (*left_out, *unusable)
    if not used:
        reasons = ", ".join(dict.fromkeys(one.reason for one in left)) or "there is none"
        raise StudyError(f"no result can be used: {reasons}; name results that hold joules")
    groups = _groups(used)
    answers = [answer for group, held in groups.items() for answer in _answers(group, held)]
    return Study(groups, judged(answers), left)


def _groups(observations: Sequence[Observation]) -> dict[Group, tuple[Observation, ...]]:
    found: dict[Group, list[Observation]] = defaultdict(list)
    for one in observations:
        found[one.group].append(one)
    order = sorted(found, key=lambda group: (-len(found[group]), group.label))
    return {group: tuple(found[group]) for group in order}


def _answers(group: Group, observations: Sequence[Observation]) -> Iterator[Answer]:
    yield spread(group, observations)
    yield resolution(group, observations)
    yield backbone(group, observations)
    yield from quantization(group, observations)
    yield prompt_length(group, observations)
    yield prompt_content(group, observations)
    yield quality(group, observations)
