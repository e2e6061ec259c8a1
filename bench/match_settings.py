"""What decides how a picture comes out, on either side of a match: a profile, a figure's source, a seller."""

from dataclasses import dataclass

from bench.figures import Figure
from bench.models import Intended, ModelInfo, model_info, model_of
from bench.profile import Config
from bench.wording import Worded

PROFILE = Worded("profile", "the profile")


@dataclass(frozen=True)
class Settings:
    """What decides how a picture comes out, on either side of a match."""

    model_id: str
    model_name: str
    party: str = PROFILE
    version_silence: str = ""
    other_versions: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    calls: int | None = None
    calls_stated: bool = True
    calls_text: str = ""
    guidance_scale: float | None = None
    quantization: frozenset[str] | None = None
    cache: str | None = None
    intended: Intended | None = None


def settings_of_config(config: Config) -> Settings:
    """The settings of a profile; its model's facts fill in calls and guidance where it is silent."""
    model = model_of(config)
    intended = model.intended if model else None
    calls, text = _calls(config.denoiser_calls, config.num_inference_steps, intended, config.guidance_scale)
    default_guidance = intended.guidance_scale if intended else None
    return Settings(
        model_id=model.model_id if model else config.model_id,
        model_name=model.name if model else config.model_name,
        version_silence=_known_by_name_alone(config, model),
        other_versions=model.other_versions if model else (),
        size=(config.width, config.height),
        calls=calls,
        calls_stated=config.denoiser_calls is not None,
        calls_text=text,
        guidance_scale=config.guidance_scale if config.guidance_scale is not None else default_guidance,
        quantization=frozenset(scheme.casefold() for scheme in config.quantization.values()),
        cache=config.cache,
        intended=intended,
    )


def settings_of_figure(figure: Figure, model: ModelInfo | None) -> Settings:
    """The settings that a figure's source states."""
    stated = figure.settings
    intended = model.intended if model else None
    calls, text = _calls(stated.denoiser_calls, stated.num_inference_steps, intended, stated.guidance_scale)
    size = None if stated.width is None or stated.height is None else (stated.width, stated.height)
    scheme = stated.quantization
    words = "the source does not say which version of {model} it means"
    silence = Worded("version_of_source", words, model=figure.model_name)
    return Settings(
        model_id=figure.model_id,
        model_name=figure.model_name,
        party=Worded("source", "the source"),
        version_silence="" if figure.version_stated else silence,
        size=size,
        calls=calls,
        calls_stated=stated.denoiser_calls is not None,
        calls_text=text,
        guidance_scale=stated.guidance_scale,
        quantization=None if scheme is None else frozenset({scheme.casefold()} - {"none"}),
    )


def settings_of_api(model: ModelInfo, size: tuple[int, int]) -> Settings:
    """The settings of an open model's seller: the size of the pictures; all else is silence."""
    return Settings(
        model_id=model.model_id,
        model_name=model.name,
        party=Worded("seller", "the seller"),
        other_versions=model.other_versions,
        size=size,
        guidance_scale=model.intended.guidance_scale if model.intended else None,
        intended=model.intended,
    )


def _known_by_name_alone(config: Config, model: ModelInfo | None) -> str:
    if model is None or model_info(config.model_id) is not None:
        return ""
    words = "the weights {weights} are known by the profile's name for them alone"
    return Worded("name_alone", words, weights=config.model_id)


def _calls(
    stated: int | None, steps: int | None, intended: Intended | None, guidance_scale: float | None
) -> tuple[int | None, str]:
    if stated is not None:
        return stated, count(stated)
    if steps is None or intended is None:
        return None, ""
    per_step = intended.calls_per_step(guidance_scale)
    calls, words = count(steps * per_step), "{calls} ({steps} steps x {per_step}, not stated)"
    return steps * per_step, Worded("calls_of_steps", words, calls=calls, steps=steps, per_step=per_step)


def count(calls: int) -> Worded:
    """A number of denoiser calls in words."""
    if calls == 1:
        return Worded("count_of_one", "{calls} denoiser call", calls=calls)
    return Worded("count", "{calls} denoiser calls", calls=calls)
