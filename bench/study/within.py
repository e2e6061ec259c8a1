"""Comparisons within models: size, quantization, prompts. Only pairs that agree in everything else enter."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import fmean
from typing import TypeVar

from bench.study.between import too_few
from bench.study.claims import DOUBLING_HIGH, DOUBLING_LOW, MARGIN, MODELS_MIN, Key
from bench.study.inference import Estimate, LogMean, inside, majority, mean_of, negligible, power
from bench.study.observation import Group, Observation
from bench.study.verdict import Answer, sorted_models

Level = TypeVar("Level")

SIZE = ("width", "height")
QUANTIZATION = ("quantization",)
PROMPTS = ("prompt_set", "prompt_tokens")
LIKE_LENGTH = 1.1
"""Sets whose mean lengths differ by less than this factor differ in content, not in length."""


@dataclass(frozen=True)
class Paired:
    """Log ratios of results that agree in all but one factor."""

    logs: dict[str, float]
    """Mean over the pairs of each model."""
    n_results: int

    @property
    def models(self) -> tuple[tuple[str, float], ...]:
        """Ratio of each model, from the smallest."""
        return sorted_models({model: power(value) for model, value in self.logs.items()})


def paired(
    observations: Sequence[Observation],
    free: Iterable[str],
    level: Callable[[Observation], Level],
    contrast: Callable[[Level, Level], bool],
) -> Paired:
    """Pairs (a, b) of levels for which `contrast(a, b)` holds: the logarithm of b over a.

    Results that agree in everything, the level too, are repeats: their geometric mean stands for them.
    """
    cells: dict[tuple[str, object], dict[Level, list[float]]] = defaultdict(lambda: defaultdict(list))
    left = tuple(free)
    for one in observations:
        cells[one.model, one.without(left)][level(one)].append(one.log_energy)
    logs: dict[str, list[float]] = defaultdict(list)
    n_results = 0
    for (model, _), levels in cells.items():
        pairs = [(a, b) for a in levels for b in levels if contrast(a, b)]
        logs[model] += [fmean(levels[b]) - fmean(levels[a]) for a, b in pairs]
        n_results += sum(len(levels[one]) for one in {end for pair in pairs for end in pair})
    return Paired({model: fmean(values) for model, values in logs.items() if values}, n_results)


def resolution(group: Group, observations: Sequence[Observation]) -> Answer:
    """Twice the side over the side."""
    pairs = paired(observations, SIZE, lambda one: one.size, _doubled)
    run = {(one.model, one.size) for one in observations}
    halves = sorted({size for model, size in run if (model, _double(size)) in run})
    where = ", ".join(f"{_text(size)} to {_text(_double(size))}" for size in halves)
    where = where or "no model was run at twice the side"
    found = _answer("resolution", group, where, pairs, lambda mean: inside(mean, DOUBLING_LOW, DOUBLING_HIGH))
    if found.estimate is None:
        return found
    outside = [name for name, ratio in pairs.models if not DOUBLING_LOW <= ratio <= DOUBLING_HIGH]
    spread = f"{pairs.models[0][1]:.3g}x to {pairs.models[-1][1]:.3g}x from model to model"
    return replace(found, remark=f"{spread}; outside the paper's range: {', '.join(outside) or 'none'}")


def quantization(group: Group, observations: Sequence[Observation]) -> Iterator[Answer]:
    """Quantized over not quantized, one answer a scheme."""
    schemes = sorted({one.scheme for one in observations if one.scheme})
    if not schemes:
        yield Answer("quantization", group, "no quantized result", (), 0, remark=too_few(0))
    for scheme in schemes:
        yield _of_scheme(group, observations, scheme)


def _of_scheme(group: Group, observations: Sequence[Observation], scheme: str) -> Answer:
    pairs = paired(observations, QUANTIZATION, lambda one: one.scheme, lambda a, b: (a, b) == ("", scheme))
    found = Answer("quantization", group, f"{scheme} against none", pairs.models, pairs.n_results)
    if len(pairs.logs) < MODELS_MIN:
        return replace(found, remark=too_few(len(pairs.logs)))
    rises = sum(value > 0 for value in pairs.logs.values())
    mean = mean_of(list(pairs.logs.values()))
    size = mean.ratio(1.0, 1.0)
    remark = (
        f"{rises} of {len(pairs.logs)} models rise; J/image times {size.value:.3g} "
        f"({size.low:.3g} to {size.high:.3g}) in the mean"
    )
    return replace(found, estimate=majority(rises, len(pairs.logs)), remark=remark)


def prompt_length(group: Group, observations: Sequence[Observation]) -> Answer:
    """The longest prompts over the shortest."""
    return _prompts("prompt_length", group, observations, lambda ratio: ratio > LIKE_LENGTH)


def prompt_content(group: Group, observations: Sequence[Observation]) -> Answer:
    """One set of prompts over another of like length."""
    return _prompts("prompt_content", group, observations, lambda ratio: ratio <= LIKE_LENGTH)


def _prompts(
    claim: Key, group: Group, observations: Sequence[Observation], wanted: Callable[[float], bool]
) -> Answer:
    """Of the pairs of sets whose lengths are as wanted, that of most models; among equals the most unlike."""
    lengths = prompt_lengths(observations)
    shorter_first = combinations(sorted(lengths, key=lambda name: (lengths[name], name)), 2)
    pairs = [(a, b) for a, b in shorter_first if wanted(lengths[b] / lengths[a])]
    if not pairs:
        return Answer(claim, group, "no two sets of prompts to compare", (), 0, remark=too_few(0))
    tried = [(_of_sets(observations, *pair), pair) for pair in pairs]
    chosen, (a, b) = max(tried, key=lambda one: (len(one[0].logs), lengths[one[1][1]] / lengths[one[1][0]]))
    where = f"{b} ({lengths[b]:.0f} tokens) against {a} ({lengths[a]:.0f} tokens)"
    return _answer(claim, group, where, chosen, lambda mean: negligible(mean, MARGIN))


def prompt_lengths(observations: Sequence[Observation]) -> dict[str, float]:
    """Mean tokens of each named set of prompts whose length is stated."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in observations:
        config = one.profile.config
        if config.prompt_set and config.prompt_tokens:
            found[config.prompt_set].append(config.prompt_tokens)
    return {name: fmean(values) for name, values in found.items()}


def _of_sets(observations: Sequence[Observation], a: str, b: str) -> Paired:
    return paired(
        observations, PROMPTS, lambda one: one.profile.config.prompt_set, lambda x, y: (x, y) == (a, b)
    )


def _answer(
    claim: Key, group: Group, where: str, pairs: Paired, judged: Callable[[LogMean], Estimate]
) -> Answer:
    found = Answer(claim, group, where, pairs.models, pairs.n_results)
    if len(pairs.logs) < MODELS_MIN:
        return replace(found, remark=too_few(len(pairs.logs)))
    return replace(found, estimate=judged(mean_of(list(pairs.logs.values()))))


def _double(size: tuple[int, int]) -> tuple[int, int]:
    return 2 * size[0], 2 * size[1]


def _doubled(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return b == _double(a)


def _text(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"
