"""The whole study: profiles in, answers with verdicts out, and all of it as JSON-ready values."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.errors import StudyError
from bench.profile import Profile
from bench.study.between import backbone, quality, spread
from bench.study.claims import CLAIMS, PAPER
from bench.study.observation import Group, LeftOut, Observation, observations_of
from bench.study.verdict import Answer, Judged, headline, judged
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


SCHEMA_VERSION = 1


def study_document(study: Study) -> dict[str, Any]:
    """Headlines, every answer with its numbers, and what was left out; what is not known is null."""
    return {
        "schema_version": SCHEMA_VERSION,
        "paper": PAPER,
        "results_used": study.n_used,
        "tests": study.n_tests,
        "claims": [
            vars(claim) | dict(zip(("verdict", "tests"), headline(claim.key, study.judged), strict=True))
            for claim in CLAIMS
        ],
        "groups": [_group(study, group) for group in study.groups],
        "left_out": [vars(one) for one in study.left_out],
    }


def _group(study: Study, group: Group) -> dict[str, Any]:
    used = len(study.groups[group])
    answers = [_answer(one) for one in study.of_group(group)]
    return vars(group) | {"label": group.label, "results": used, "answers": answers}


def _answer(one: Judged) -> dict[str, Any]:
    answer, estimate = one.answer, one.answer.estimate
    return {
        "claim": answer.claim,
        "where": answer.where,
        "value": estimate.value if estimate else None,
        "low": estimate.low if estimate else None,
        "high": estimate.high if estimate else None,
        "p_two_sided": estimate.p_two_sided if estimate else None,
        "p_adjusted": one.p_adjusted,
        "verdict": one.verdict,
        "reason": one.reason,
        "models": dict(answer.models),
        "results": answer.n_results,
    }
