"""The table of models: how each is meant to run, and where that is written."""

import inspect
import re

import pytest
from pydantic import ValidationError

from bench.models import Intended, known_models, model_info
from bench.pipelines.loaded import guidance_name
from bench.profile import Source

BY_PIPELINE = [
    (model.model_id, pipeline[1])
    for model in known_models()
    if model.intended
    and (pipeline := re.match(r"diffusers [\d.]+, defaults of (\w+)", model.intended.source.citation))
]


def test_52_of_60_models_say_how_they_are_meant_to_run_each_with_an_address() -> None:
    said = [model for model in known_models() if model.intended]
    assert (len(said), len(known_models())) == (67, 75)
    assert all(model.intended and model.intended.source.url for model in said)
    assert {model.name for model in known_models()} - {model.name for model in said} == {
        "DALL-E",
        "DALL-E 2",
        "GLIDE",
        "GigaGAN",
        "Imagen",
        "Kandinsky 2.0",
        "LDM",
        "RAPHAEL",
    }


@pytest.mark.parametrize(
    ("model", "calls", "side"),
    [
        ("SDXL", (100, 100), 1024),
        ("SDXL-Turbo", (1, 4), 512),
        ("SDXL-Lightning", (2, 8), 1024),
        ("LCM-SDXL", (2, 8), 1024),
        ("latent-consistency/lcm-ssd-1b", (2, 8), 1024),
        ("DMD2", (1, 4), 1024),
        ("PCM-SDXL", (2, 16), 1024),
        ("Hyper-SDXL", (1, 8), 1024),
        ("Flash-SDXL", (4, 4), 1024),
        ("Flash-SD", (4, 4), 512),
        ("Flash-PixArt", (4, 4), 1024),
        ("SD3-medium", (56, 100), 1024),
        ("jasperai/flash-sd3", (4, 4), 1024),
        ("SD 3.5 Large Turbo", (4, 4), 1024),
        ("FLUX-dev", (28, 50), 1024),
        ("FLUX-schnell", (1, 4), 1024),
        ("Hyper-FLUX", (8, 16), 1024),
        ("SANA-Sprint 1.6B", (1, 4), 1024),
        ("SANA-Sprint 0.6B", (1, 4), 1024),
    ],
)
def test_few_step_variants_have_calls_of_their_own(model: str, calls: tuple[int, int], side: int) -> None:
    info = model_info(model)
    assert info is not None
    assert info.intended is not None
    assert (info.intended.calls, info.intended.size) == (calls, (side, side))


@pytest.mark.parametrize(("model", "pipeline"), BY_PIPELINE)
def test_steps_and_scale_cited_from_a_pipeline_are_its_defaults(model: str, pipeline: str) -> None:
    import diffusers

    kind = getattr(diffusers, pipeline)
    parameters = inspect.signature(kind.__call__).parameters
    info = model_info(model)
    assert info is not None
    assert info.intended is not None
    assert info.intended.num_inference_steps == parameters["num_inference_steps"].default
    assert info.intended.guidance_scale == parameters[guidance_name(kind)].default
    for side in ("width", "height"):
        assert parameters[side].default in {None, getattr(info.intended, side)}


def test_usual_steps_outside_the_range_are_refused() -> None:
    told = {
        "guidance_scale": 0.0,
        "guidance": "doubles",
        "width": 512,
        "height": 512,
        "source": Source(citation="c"),
    }
    with pytest.raises(ValidationError, match="8 steps do not lie within 1 to 4"):
        Intended.model_validate({"num_inference_steps": 8, "steps_min": 1, "steps_max": 4, **told})
