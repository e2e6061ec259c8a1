"""The model table: what a model is called, which line and version it is, its licence, how it is meant to run.

The facts are in `library/models.json`, the intended use of every model among them: blueprints and matches read it
there. A name is found whatever its case, spaces, dashes and Greek letters:
`PixArt-Σ`, `pixart sigma` and the Hub id are one model.
"""

import functools
import re
from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from bench.profile import Backbone, Config, Count, ModelLicence, NonNegative, Part, Source, Text

_TABLE = Path(__file__).with_name("library") / "models.json"
_GREEK = str.maketrans({"σ": "sigma", "ς": "sigma", "α": "alpha"})


Guidance = Literal["doubles", "embedded"]
"""Whether guidance doubles the evaluations of the denoiser, in one call or in two, or only enters as a number."""


class Intended(Part):
    """How a model is meant to run, by its card or by its pipeline called without settings."""

    num_inference_steps: Count
    """Steps of one picture where nobody asks for others."""
    steps_min: Count | None = None
    """Fewest steps, where the source names several."""
    steps_max: Count | None = None
    """Most steps, where the source names several."""
    guidance_scale: NonNegative
    """Scale of classifier-free guidance; 0 where the model does without."""
    guidance: Guidance
    """What a scale that sets in does to the denoiser."""
    guidance_above: NonNegative = 1.0
    """Scale above which guidance sets in: 0 in pipelines that write the usual scale s as s - 1."""
    width: Count
    """Width of the picture [pixels]."""
    height: Count
    """Height of the picture [pixels]."""
    source: Source
    """Where steps, scale and size can be read."""

    @model_validator(mode="after")
    def _steps_lie_between(self) -> Self:
        fewest, most = self.steps
        if not fewest <= self.num_inference_steps <= most:
            raise ValueError(f"{self.num_inference_steps} steps do not lie within {fewest} to {most}")
        return self

    @property
    def steps(self) -> tuple[int, int]:
        """Fewest and most steps of the intended use."""
        return self.steps_min or self.num_inference_steps, self.steps_max or self.num_inference_steps

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture [pixels]."""
        return self.width, self.height

    def calls_per_step(self, guidance_scale: float | None = None) -> int:
        """Denoiser calls of one step at a scale, at the intended one if None: 2 where guidance doubles."""
        scale = self.guidance_scale if guidance_scale is None else guidance_scale
        return 2 if self.guidance == "doubles" and scale > self.guidance_above else 1

    @property
    def calls(self) -> tuple[int, int]:
        """Fewest and most denoiser calls of one picture of the intended use."""
        fewest, most = self.steps
        return fewest * self.calls_per_step(), most * self.calls_per_step()


class ModelInfo(Part):
    """One model and the facts that no profile of it needs to repeat."""

    model_id: Text
    """Hub id; a short name of our own where the source names no weights."""
    name: Text
    """The name people use."""
    aliases: tuple[Text, ...] = ()
    """Other names that sources use."""
    line: Text
    """The family of versions it belongs to."""
    version: Text
    """Its place in that line."""
    backbone: Backbone
    """Family of the denoiser."""
    parameters: Count | None = None
    """Number of parameters that the source of its figures states [1]."""
    intended: Intended | None = None
    """How it is meant to run; absent where nobody says it."""
    other_versions: tuple[Text, ...] = ()
    """Ids of the versions whose figures are shown beside this one, always as `other_version`."""
    licence: ModelLicence | None = None
    """Licence of the weights; absent when unknown."""


class _ModelTable(Part):
    schema_version: Literal[1]
    models: tuple[ModelInfo, ...]


def known_models() -> tuple[ModelInfo, ...]:
    """Every model of the table, in the order of the file."""
    return _table().models


def model_info(name_or_id: str) -> ModelInfo | None:
    """The model of that Hub id, name or alias; None when the table does not hold it."""
    return _by_name().get(_key(name_or_id))


def model_of(config: Config) -> ModelInfo | None:
    """The model that a profile ran, by its id or else by its name."""
    return model_info(config.model_id) or model_info(config.model_name)


@functools.lru_cache(maxsize=1)
def _table() -> _ModelTable:
    return _ModelTable.model_validate_json(_TABLE.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=1)
def _by_name() -> dict[str, ModelInfo]:
    return {
        _key(name): model for model in known_models() for name in (*model.aliases, model.name, model.model_id)
    }


@functools.lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold().translate(_GREEK))
