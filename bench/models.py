"""The model table: what a model is called, which line and version it is, its licence, how it is meant to run.

The facts are in `library/models.json`. A name is found whatever its case, spaces, dashes and Greek letters:
`PixArt-Σ`, `pixart sigma` and the Hub id are one model.
"""

import functools
import re
from pathlib import Path
from typing import Literal

from bench.profile import Backbone, Config, Count, ModelLicence, NonNegative, Part, Text

_TABLE = Path(__file__).with_name("library") / "models.json"
_GREEK = str.maketrans({"σ": "sigma", "ς": "sigma", "α": "alpha"})


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
    calls_per_step: Count | None = None
    """Denoiser calls of one step in the model's intended use: 2 under classifier-free guidance, 1 for
    distilled models."""
    guidance_scale: NonNegative | None = None
    """Guidance scale of the model's intended use: the pipeline's default, 0 for few-step models."""
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
