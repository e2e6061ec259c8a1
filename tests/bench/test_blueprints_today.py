"""Today's models: their real pipelines, with a few thousand weights, do the arithmetic that is counted for them."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from bench.blueprints import Setting, blueprint_named, count_blueprint, work_of
from bench.pipelines import LoadedPipeline, Settings, load
from tests.bench.tiny_blueprints import SIDE, save_tiny

TODAY = (
    "z-image",
    "z-image-turbo",
    "qwen-image",
    "chroma",
    "lumina-image-2.0",
    "cogview4",
    "sana-1.6b",
    "sana-sprint-1.6b",
    "flux2-dev",
    "flux2-klein-base-4b",
    "hidream-i1-full",
    "kandinsky-5-lite",
)
STEPS = 2
PROMPTS = ("a red apple on a wooden table", "two blue birds over the grey sea")
WORDS = 7
SIDES = {"z-image": 128, "z-image-turbo": 128, "sana-1.6b": 128, "sana-sprint-1.6b": 128}
"""Sides at which nothing is filled up and attention is linear [pixels]: counts leave smaller pictures out."""

BATCH = {"hidream-i1-full": 1}
"""Pictures of a call: HiDream encodes one negative prompt for several."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return tmp_path_factory.mktemp("today")


def loaded(folder: Path, name: str, **more: Any) -> LoadedPipeline:
    """HiDream and Kandinsky 5 make pictures of a megapixel alone; theirs is a smaller one here."""
    file = save_tiny(name, folder)
    side = SIDES.get(name, SIDE)
    settings: dict[str, Any] = {
        "dtype": "float32",
        "num_inference_steps": STEPS,
        "width": side,
        "height": side,
    }
    pipeline = load(Settings(model=str(file), weights="random", device="cpu", **(settings | more)))
    pipeline.pipeline.default_sample_size = side // 8
    pipeline.pipeline.resolutions = [(side, side)]
    return pipeline


def tokens_of(pipeline: LoadedPipeline, prompt: str) -> int:
    """Length of a prompt by the pipeline's first tokenizer, as it stands in a profile."""
    length = pipeline.prompt_tokens([prompt])
    assert length is not None
    return int(length)


@pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")
@pytest.mark.parametrize("guided", [True, False])
@pytest.mark.parametrize("name", TODAY)
def test_a_pipeline_does_the_arithmetic_that_is_counted(folder: Path, name: str, guided: bool) -> None:
    """The oracle is torch's own counter around the whole call, attention taken apart into its products.

    Angles of positions, some millionths of it, are made once a row or once a batch, by the version of transformers.
    """
    scale = 3.0 if guided else 0.0
    prompts = PROMPTS[: BATCH.get(name, 2)]
    pipeline = loaded(folder, name, guidance_scale=scale, batch_size=len(prompts))
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        pipeline.generate(prompts, seed=0)
    blueprint = blueprint_named(pipeline.settings.model)
    setting = Setting(
        width=pipeline.settings.width,
        height=pipeline.settings.height,
        num_inference_steps=STEPS,
        guidance_scale=scale,
        batch_size=len(prompts),
        prompt_tokens=tokens_of(pipeline, PROMPTS[0]),
    )
    work = work_of(blueprint, setting, count_blueprint(blueprint))
    assert pipeline.faults == []
    assert pipeline.denoiser_calls_per_image == work.denoiser_calls_per_image
    flop = 1e12 * len(prompts) * work.total.tflop_per_image
    assert flop == pytest.approx(counter.get_total_flops(), rel=1e-5)


@pytest.mark.parametrize(
    ("name", "written"), [("z-image", "\n{}<|im_end|>\n<|im_start|>assistant\n"), ("qwen-image", None)]
)
def test_marks_of_a_conversation_are_tokens_and_as_many_as_the_blueprint_says(
    folder: Path, name: str, written: str | None
) -> None:
    """Qwen's own tokenizer cuts the 34 tokens of Qwen-Image's system prompt, which the pipeline drops by number."""
    pipeline = loaded(folder, name)
    tokenizer = pipeline.pipeline.tokenizer
    if written is None:
        text = pipeline.pipeline.prompt_template_encode
        head = text.partition("{}")[0]
        assert len(tokenizer(head)["input_ids"]) == pipeline.pipeline.prompt_template_encode_start_idx
    else:
        text = tokenizer.apply_chat_template(
            [{"role": "user", "content": "{}"}], tokenize=False, add_generation_prompt=True
        )
        assert text.endswith(written)
    encoder = blueprint_named(pipeline.settings.model).parts[0]
    around = len(tokenizer(text.replace("{}", PROMPTS[0]))["input_ids"]) - WORDS
    assert around == encoder.template_tokens
