"""Profiles as their raw documents have them, with the published quality and licence of their models found anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from roi.verify import names, tables
from roi.verify.figures import Part
from roi.verify.matching import LARGER_IS_BETTER, WORDS, Made, Shown, published

MEASURED = ("energy", "speed", "hardware")
"""Parts that say whether two documents are of one measurement."""


@dataclass(frozen=True)
class Run:
    """One configuration that was measured: its raw document."""

    document: Part

    @property
    def id(self) -> str:
        """Name of the profile."""
        return str(self.document["id"])

    @property
    def config(self) -> Part:
        """What was run."""
        found: Part = self.document["config"]
        return found

    @cached_property
    def model(self) -> str:
        """The model as the profile calls it."""
        return str(self.config["model_id"])

    @cached_property
    def board(self) -> str:
        """The board as its driver calls it."""
        return str(self.document["hardware"]["accelerator"])

    @cached_property
    def boards(self) -> int:
        """Boards that work on a picture together."""
        return int(self.document["hardware"].get("accelerator_count") or 1)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height [pixels]."""
        return self.config["width"], self.config["height"]

    @cached_property
    def batch(self) -> int:
        """Pictures made together."""
        return int(self.config["batch_size"])

    @cached_property
    def speed(self) -> Mapping[str, Any]:
        """Seconds; empty where none were taken."""
        return self.document.get("speed") or {}

    @cached_property
    def energy(self) -> Mapping[str, Any]:
        """Joules; empty where none were taken."""
        return self.document.get("energy") or {}

    @property
    def priced(self) -> bool:
        """Whether joules and seconds are there, and all that the joules leave out is known."""
        boundary = self.energy.get("boundary")
        net = boundary == "gpu_net_idle" and self.energy.get("idle_power_w") is None
        return bool(self.energy) and bool(self.speed) and not net and boundary != "processor_and_memory"

    @cached_property
    def idle_w(self) -> float | None:
        """Power of a waiting board: with the model loaded where that was measured [W]."""
        loaded = self.energy.get("idle_power_with_context_w")
        return self.energy.get("idle_power_w") if loaded is None else loaded

    @cached_property
    def commercial_use(self) -> str:
        """Whether its pictures may be used: by its own licence, else by its model's."""
        own = self.config.get("model_licence")
        row = names.model(self.model) or names.model(self.config["model_name"])
        licence = own or (row.get("licence") if row else None)
        return str(licence["commercial_use"]) if licence else "unknown"

    def shown(self, reference: str) -> Shown | None:
        """Its own figure in a reference, else the published one that stands closest."""
        own = [each for each in self.document.get("quality") or () if each["reference"] == reference]
        if own:
            return _first_of(own)
        if self.config.get("weights", "trained") == "random":
            return None
        return published(self._made, reference)

    @cached_property
    def _made(self) -> Made:
        config = self.config
        return Made(
            model=self.model,
            name=config["model_name"],
            size=self.size,
            steps=config["num_inference_steps"],
            calls=config.get("denoiser_calls"),
            guidance=config.get("guidance_scale"),
            quantization=frozenset(each.casefold() for each in (config.get("quantization") or {}).values()),
            cache=config.get("cache"),
        )


def runs(documents: Sequence[Part]) -> tuple[Run, ...]:
    """Runs of profiles, what the package joined to them taken off: it is found anew."""
    return tuple(Run(_as_written(each)) for each in documents)


def _as_written(document: Part) -> Part:
    """The document of the file; of one that is not bundled the given one without what the library publishes."""
    filed = tables.bundled().get(str(document["id"]))
    if filed is not None and _filed(str(document["id"])) == _measured(document):
        return filed
    known = {each["citation"] for each in tables.library("quality")["sources"].values()}
    own = [each for each in document.get("quality") or () if each["source"]["citation"] not in known]
    return {**document, "quality": own}


@lru_cache(maxsize=4096)
def _filed(name: str) -> Mapping[str, object]:
    return _measured(tables.bundled()[name])


def _measured(document: Part) -> Mapping[str, object]:
    """What was measured, without what is not said."""
    return _said({part: document.get(part) for part in MEASURED} | {"config": _unlicensed(document)})


def _unlicensed(document: Part) -> Mapping[str, object]:
    return {key: value for key, value in document["config"].items() if key != "model_licence"}


def _said(part: Mapping[str, object]) -> Mapping[str, object]:
    return {
        key: _said(value) if isinstance(value, dict) else value
        for key, value in part.items()
        if value is not None and value != {}
    }


def _first_of(own: Sequence[Part]) -> Shown:
    """Of a profile's own figures the best matched one; among equals the worse."""
    lower = not own[0]["reference"].startswith(LARGER_IS_BETTER)

    def order(each: Part) -> tuple[int, float, str]:
        worse_first = -each["value"] if lower else each["value"]
        return WORDS.index(each["match"]), worse_first, each["source"]["citation"]

    found = min(own, key=order)
    return Shown(found["value"], found.get("stderr") or 0.0, found["match"])
