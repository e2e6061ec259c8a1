"""How well the settings behind a quality figure are the settings behind a profile's joules.

exact          same model, version, size, denoiser calls and quantization, all of them stated on both sides
near           same model, no size that contradicts, quantized alike, denoiser calls within a factor of 2
unstated       one side does not say how many denoiser calls it used
far            same model, settings that cannot stand for each other
other_version  another version of the model

A figure whose source is silent on quantization is that of the unquantized model, as published tables are.
A profile that does not state its calls has steps x calls per step of the model's intended use; the note says so.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bench.figures import Figure, badness
from bench.models import ModelInfo, model_of
from bench.profile import MATCHES, Config, Match, Quality

CALLS_FACTOR_MAX = 2.0
"""Largest ratio of denoiser calls, inclusive, at which one figure still stands for the other."""


@dataclass(frozen=True)
class Settings:
    """What decides how a picture comes out, on either side of a match."""

    model_id: str
    model_name: str
    version_stated: bool = True
    other_versions: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    calls: int | None = None
    calls_stated: bool = True
    calls_text: str = ""
    guidance_scale: float | None = None
    quantization: frozenset[str] | None = None
    cache: str | None = None


def settings_of_config(config: Config) -> Settings:
    """The settings of a profile; its model's facts fill in calls and guidance where it is silent."""
    model = model_of(config)
    calls, text = _calls(
        config.denoiser_calls, config.num_inference_steps, _calls_per_step(model, config.guidance_scale)
    )
    default_guidance = model.guidance_scale if model else None
    return Settings(
        model_id=model.model_id if model else config.model_id,
        model_name=config.model_name,
        other_versions=model.other_versions if model else (),
        size=(config.width, config.height),
        calls=calls,
        calls_stated=config.denoiser_calls is not None,
        calls_text=text,
        guidance_scale=config.guidance_scale if config.guidance_scale is not None else default_guidance,
        quantization=frozenset(scheme.casefold() for scheme in config.quantization.values()),
        cache=config.cache,
    )


def settings_of_figure(figure: Figure, model: ModelInfo | None) -> Settings:
    """The settings that a figure's source states."""
    stated = figure.settings
    calls, text = _calls(
        stated.denoiser_calls, stated.num_inference_steps, _calls_per_step(model, stated.guidance_scale)
    )
    size = None if stated.width is None or stated.height is None else (stated.width, stated.height)
    scheme = stated.quantization
    return Settings(
        model_id=figure.model_id,
        model_name=figure.model_name,
        version_stated=figure.version_stated,
        size=size,
        calls=calls,
        calls_stated=stated.denoiser_calls is not None,
        calls_text=text,
        guidance_scale=stated.guidance_scale,
        quantization=None if scheme is None else frozenset({scheme.casefold()} - {"none"}),
    )


def match(run: Settings, figure: Settings) -> tuple[Match, str]:
    """How well `figure` stands for `run`, and a sentence that says why.

    Raises
    ------
    ValueError
        When the figure is of another model altogether.
    """
    if figure.model_id != run.model_id:
        if figure.model_id not in run.other_versions:
            raise ValueError(f"{figure.model_name} is no version of {run.model_name}")
        return "other_version", f"a figure of {figure.model_name}, another version of {run.model_name}"
    contradictions = _contradictions(run, figure)
    silences = _silences(run, figure)
    if contradictions:
        return "far", "; ".join((*contradictions, *silences))
    if run.calls is None or figure.calls is None:
        who = "the source" if figure.calls is None else "the profile"
        return "unstated", "; ".join((f"{who} does not state its denoiser calls", *silences))
    calls = f"{figure.calls_text} beside {run.calls_text}"
    if run.calls == figure.calls and run.calls_stated and figure.calls_stated and not silences:
        return "exact", calls
    return "near", "; ".join((calls, *silences))


def best(figures: Iterable[tuple[Settings, Quality]], run: Settings) -> Quality:
    """The figure that stands for the run: best match, nearest calls, nearest guidance, then the worse value.

    The worse value comes first so that a doubt never flatters a model; the citation ends every tie.
    """
    return min(figures, key=lambda pair: _rank(run, *pair))[1]


def worst_of_best(figures: Iterable[Quality]) -> Quality:
    """Of figures already matched, the best matched one; among equals the worse value."""
    return min(figures, key=_match_rank)


def _rank(run: Settings, settings: Settings, quality: Quality) -> tuple[float | str, ...]:
    return (
        MATCHES.index(quality.match),
        _calls_ratio(run, settings),
        _guidance_distance(run, settings),
        *_match_rank(quality)[1:],
    )


def _match_rank(quality: Quality) -> tuple[float, float, str]:
    worse_first = -badness(quality.metric, quality.value)
    return MATCHES.index(quality.match), worse_first, quality.source.citation


def _contradictions(run: Settings, figure: Settings) -> tuple[str, ...]:
    found = []
    if figure.size is not None and figure.size != run.size:
        found.append(f"pictures of {_pixels(figure.size)}, not {_pixels(run.size)}")
    if (figure.quantization or frozenset()) != run.quantization:
        found.append(f"{_scheme(figure.quantization)} beside {_scheme(run.quantization)}")
    if run.cache is not None:
        found.append(f"the joules are with the cache {run.cache}, the figure is without")
    if CALLS_FACTOR_MAX < _calls_ratio(run, figure) < math.inf:
        found.append(f"{figure.calls_text} beside {run.calls_text}")
    return tuple(found)


def _silences(run: Settings, figure: Settings) -> tuple[str, ...]:
    silent = []
    if not figure.version_stated:
        silent.append(f"the source does not say which version of {figure.model_name}")
    if figure.size is None:
        silent.append("the source does not state the size")
    if figure.quantization is None and not run.quantization:
        silent.append("the source does not mention quantization, taken as none")
    return tuple(silent)


def _calls_per_step(model: ModelInfo | None, guidance_scale: float | None) -> int | None:
    if model is None:
        return None
    if guidance_scale is not None and guidance_scale <= 1.0:
        return 1
    return model.calls_per_step


def _calls(stated: int | None, steps: int | None, per_step: int | None) -> tuple[int | None, str]:
    if stated is not None:
        return stated, f"{stated} denoiser calls"
    if steps is None or per_step is None:
        return None, f"{steps} steps" if steps else ""
    return steps * per_step, f"{steps * per_step} denoiser calls ({steps} steps x {per_step}, not stated)"


def _calls_ratio(run: Settings, figure: Settings) -> float:
    if run.calls is None or figure.calls is None:
        return math.inf
    return max(run.calls, figure.calls) / min(run.calls, figure.calls)


def _guidance_distance(run: Settings, figure: Settings) -> float:
    if run.guidance_scale is None or figure.guidance_scale is None:
        return math.inf
    return abs(run.guidance_scale - figure.guidance_scale)


def _pixels(size: tuple[int, int] | None) -> str:
    return "unstated size" if size is None else f"{size[0]} x {size[1]}"


def _scheme(quantization: frozenset[str] | None) -> str:
    return f"quantized ({', '.join(sorted(quantization))})" if quantization else "not quantized"
