"""Comparisons between models: their spread, U-Net against Transformer, energy against quality.

A block holds results that agree in size, batch, number format, quantization, prompts and accelerations. A
model's energy in a block is the geometric mean of its results there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from bench.figures import badness
from bench.library import figure_for
from bench.profile import EXECUTION, execution_words
from bench.study.claims import (
    CORRELATION_BOUND,
    MARGIN,
    MODELS_MIN,
    PAPER_MODELS,
    RANKED_MODELS_MIN,
    SPREAD_MIN,
    THIRD,
)
from bench.study.inference import difference_of, expected_ratio, power, raised, rank_correlation
from bench.study.observation import Family, Group, Observation
from bench.study.verdict import Answer, sorted_models

OF_THE_BLOCK = (
    "width",
    "height",
    "batch_size",
    "dtype",
    "quantization",
    "prompt_set",
    *EXECUTION,
    "host",
    "driver",
    "memory_gib",
    "software",
)
"""What models must share; steps, guidance and scheduler belong to the model."""

USABLE_MATCHES = ("exact", "near", "unstated")
"""Quality figures of other settings or another version do not stand for these joules."""


@dataclass(frozen=True)
class Block:
    """Results of several models at the same settings."""

    observations: tuple[Observation, ...]

    @property
    def label(self) -> str:
        """The settings in words."""
        one = self.observations[0]
        config = one.profile.config
        parts = [f"{config.width}x{config.height}", f"batch {config.batch_size}", one.scheme or config.dtype]
        return ", ".join(
            [*parts, *execution_words(config.execution), *([config.prompt_set] if config.prompt_set else [])]
        )

    def logs(self, family: Family | None = None) -> dict[str, float]:
        """Mean logarithm of the joules of each model, of one family where it is named."""
        found: dict[str, list[float]] = defaultdict(list)
        for one in self.observations:
            if family in (None, one.family):
                found[one.model].append(one.log_energy)
        return {model: fmean(values) for model, values in found.items()}


def blocks_of(observations: Sequence[Observation]) -> list[Block]:
    """The blocks, smaller batch, more pixels and the label first."""
    found: dict[object, list[Observation]] = defaultdict(list)
    for one in observations:
        found[one.only(OF_THE_BLOCK)].append(one)
    return sorted((Block(tuple(held)) for held in found.values()), key=_order)


def _order(block: Block) -> tuple[int, int, str]:
    one = block.observations[0]
    return one.profile.config.batch_size, -one.pixels, block.label


def fullest(blocks: Sequence[Block], count: Callable[[Block], tuple[int, ...]]) -> Block:
    """The block of the largest count; the first of equal ones."""
    return max(blocks, key=count)


def spread(group: Group, observations: Sequence[Observation]) -> Answer:
    """Highest over lowest among models at the same settings."""
    block = fullest(blocks_of(observations), lambda one: (len(one.logs()),))
    logs = block.logs()
    models = sorted_models({model: power(value) for model, value in logs.items()})
    found = Answer("spread", group, block.label, models, len(block.observations))
    if len(logs) < MODELS_MIN:
        return replace(found, remark=too_few(len(logs)))
    estimate = expected_ratio(list(logs.values()), PAPER_MODELS, SPREAD_MIN)
    observed = models[-1][1] / models[0][1]
    remark = f"observed {observed:.3g}x among {len(models)} models, {models[0][0]} to {models[-1][0]}"
    return replace(found, estimate=estimate, remark=remark)


def backbone(group: Group, observations: Sequence[Observation]) -> Answer:
    """Transformer over U-Net at the same settings."""
    block = fullest(blocks_of(observations), _smaller_family)
    unet, transformer = block.logs("unet"), block.logs("transformer")
    models = sorted_models({model: power(value) for model, value in (unet | transformer).items()})
    n_results = sum(one.family != "other" for one in block.observations)
    counts = f"{len(unet)} U-Net and {len(transformer)} Transformer models"
    found = Answer("backbone", group, block.label, models, n_results, remark=counts)
    if min(len(unet), len(transformer)) < MODELS_MIN:
        return replace(
            found, remark=f"{counts} at the same settings; at least {MODELS_MIN} of each are needed"
        )
    difference = difference_of(list(transformer.values()), list(unet.values()))
    return replace(found, estimate=raised(difference, MARGIN))


def _smaller_family(block: Block) -> tuple[int, ...]:
    counts = sorted((len(block.logs("unet")), len(block.logs("transformer"))))
    return counts[0], counts[1]


def quality(group: Group, observations: Sequence[Observation]) -> Answer:
    """Energy against quality, model by model, in the reference that most models of a block share."""
    block, reference = judged_block(observations)
    points = quality_points(block, reference)
    energies = {model: joules for model, (joules, _) in points.items()}
    where = f"{block.label}, {reference or 'no quality figure'}"
    entered = sum(one.model in points for one in block.observations)
    found = Answer("quality", group, where, sorted_models(energies), entered)
    if len(points) < RANKED_MODELS_MIN:
        return replace(found, remark=_too_few_figures(block, len(points)))
    joules, goodness = [x for x, _ in points.values()], [-bad for _, bad in points.values()]
    if min(len(set(joules)), len(set(goodness))) == 1:
        return replace(found, remark="all models are alike in energy or in quality; there is nothing to rank")
    estimate = rank_correlation(joules, goodness, CORRELATION_BOUND)
    both = best_of_both(points)
    decided = replace(estimate, p_against=1.0) if both else replace(estimate, p_for=1.0)
    return replace(found, estimate=decided, remark=_both_text(both))


def judged_block(observations: Sequence[Observation]) -> tuple[Block, str | None]:
    """The block and the quality reference that most models share."""
    blocks = blocks_of(observations)
    choices = [(block, reference) for block in blocks for reference in _references(block)]
    if not choices:
        return blocks[0], None
    return max(choices, key=lambda choice: len(quality_points(*choice)))


def quality_points(block: Block, reference: str | None) -> dict[str, tuple[float, float]]:
    """Energy [J/image] and badness of quality of each model that has a figure in the reference."""
    if reference is None:
        return {}
    bad: dict[str, list[float]] = defaultdict(list)
    for one in block.observations:
        figure = figure_for(one.profile, reference)
        if figure is not None and figure.match in USABLE_MATCHES:
            bad[one.model].append(badness(figure.metric, figure.value))
    logs = block.logs()
    return {model: (power(logs[model]), fmean(values)) for model, values in bad.items()}


def _references(block: Block) -> Iterator[str]:
    """Distances to a set of pictures before scores, then by name."""
    names = {figure.reference for one in block.observations for figure in one.profile.quality}
    yield from sorted(names, key=lambda name: (not name.startswith("fid/"), name))


def _too_few_figures(block: Block, usable: int) -> str:
    others = len(block.logs()) - usable
    return (
        f"{usable} models with a usable quality figure, {others} without one or only of other settings or another "
        f"version; at least {RANKED_MODELS_MIN} are needed"
    )


def best_of_both(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """Models in the best third by quality and in the most efficient third by energy, thirds rounded up."""
    third = -(-len(points) // THIRD)
    frugal = sorted(points, key=lambda model: points[model][0])[:third]
    fine = sorted(points, key=lambda model: points[model][1])[:third]
    return sorted(set(frugal) & set(fine))


def _both_text(both: Sequence[str]) -> str:
    thirds = "in the best third by quality and the most efficient third by energy"
    return f"{thirds}: {', '.join(both) or 'no model'}"


def too_few(count: int) -> str:
    """That the models do not suffice."""
    return f"{count} {'model' if count == 1 else 'models'}; at least {MODELS_MIN} are needed"
