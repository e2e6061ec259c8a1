"""Published quality figures and the references they belong to, as `library/quality.json` holds them.

A figure is a number of one source under the settings which that source states. A setting the source does not
state is absent. Two figures are comparable only inside one reference.
"""

import functools
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from bench.profile import Count, Dtype, NonNegative, Part, Source, Text

_TABLE = Path(__file__).with_name("library") / "quality.json"

HIGHER_IS_BETTER = frozenset(
    {
        "arena",
        "clip_score",
        "dpg",
        "geneval",
        "hpsv2",
        "hpsv2.1",
        "hpsv3",
        "imagereward",
        "pickscore",
        "psnr",
    }
)
"""Metrics whose larger value is the better one; all others are distances."""
LOWER_IS_BETTER = frozenset({"cmmd", "fid", "kid", "lpips"})
"""Metrics that are distances; of a metric in neither set nobody knows the direction."""


class Reference(Part):
    """The ruler of a quality figure: metric + picture set + sample count + extractor + protocol."""

    id: Text
    """Its name, such as `fid/mjhq-30k`."""
    metric: Text
    """`fid`, `clip_score` ..."""
    images: Text
    """The set that the generated images are held against."""
    n_samples: Count | None = None
    """Number of generated images; absent when the source does not state it."""
    extractor: Text | None = None
    """Feature extractor; absent when the source does not state it."""
    protocol: Text
    """What the source says of its procedure, and why its rows share this reference."""
    source: Text
    """Key of the source in the same file."""


class FigureSettings(Part):
    """The settings under which a figure was taken, as far as its source states them."""

    width: Count | None = None
    """Width of the picture [pixels]."""
    height: Count | None = None
    """Height of the picture [pixels]."""
    num_inference_steps: Count | None = None
    """Steps of the scheduler."""
    denoiser_calls: Count | None = None
    """Denoiser evaluations per image."""
    guidance_scale: NonNegative | None = None
    """Scale of classifier-free guidance."""
    quantization: Text | None = None
    """The scheme, or `none` when the source says that nothing is quantized."""
    dtype: Dtype | None = None
    """Number format."""


class Figure(Part):
    """One row of a source: a model, its settings, and a value in each of one or two references."""

    model_id: Text
    """The model in the model table."""
    model_name: Text
    """The model as the source writes it."""
    version_stated: bool = True
    """False when the source leaves open which version of the model it means."""
    settings: FigureSettings
    """What the source states."""
    values: dict[Text, float] = Field(min_length=1)
    """The figure by reference."""
    source: Text
    """Key of the source in the same file."""
    note: Text | None = None
    """A remark of the source that belongs to the figure."""


class _FigureTable(Part):
    schema_version: Literal[1]
    sources: dict[Text, Source]
    references: tuple[Reference, ...]
    figures: tuple[Figure, ...]

    @model_validator(mode="after")
    def _keys_exist(self) -> Self:
        known = {reference.id for reference in self.references}
        for reference in {name for figure in self.figures for name in figure.values} - known:
            raise ValueError(f"a figure names the unknown reference {reference!r}")
        used = {reference.source for reference in self.references} | {
            figure.source for figure in self.figures
        }
        for source in used - self.sources.keys():
            raise ValueError(f"unknown source {source!r}")
        return self


@functools.lru_cache(maxsize=1)
def figure_table() -> _FigureTable:
    """The whole table, read once."""
    return _FigureTable.model_validate_json(_TABLE.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=1)
def references_by_id() -> dict[str, Reference]:
    """Every reference by its id."""
    return {reference.id: reference for reference in figure_table().references}


@functools.lru_cache(maxsize=1)
def figures_by_model() -> dict[str, tuple[Figure, ...]]:
    """The figures of each model, in the order of the file."""
    grouped: dict[str, list[Figure]] = {}
    for figure in figure_table().figures:
        grouped.setdefault(figure.model_id, []).append(figure)
    return {model_id: tuple(figures) for model_id, figures in grouped.items()}


def better(metric: str) -> str | None:
    """`at_least` where a larger value is the better one, `at_most` where a smaller; None of an unknown metric."""
    if metric in HIGHER_IS_BETTER:
        return "at_least"
    return "at_most" if metric in LOWER_IS_BETTER else None


def badness(metric: str, value: float) -> float:
    """The value turned so that larger is worse, whatever the metric."""
    return -value if metric in HIGHER_IS_BETTER else value
