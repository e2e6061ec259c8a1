"""Scores by name, with a tiny CLIP model in the place of those of the papers."""

import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from bench.errors import BenchError
from bench.quality.clip_score import clip_scores
from bench.quality.scores import (
    MODELS,
    PICKSCORE_PROCESSOR,
    cmmd,
    cmmd_stderr,
    load_score_model,
    pick_scores,
    picture_features,
    wanted_scores,
)
from bench.run.work import PipelineWork, _scored
from tests.bench.tiny_pipeline import save_tiny_clip

PROMPTS = ["a red cup", "a dog", "a house by the sea"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP model of 16 features."""
    return save_tiny_clip(tmp_path_factory.mktemp("models") / "tiny-clip")


def pictures(count: int, seed: int = 0) -> list[Image.Image]:
    """Noise of different brightness."""
    random = np.random.default_rng(seed)
    return [
        Image.fromarray(random.integers(0, 60 + 40 * (place % 5), (32, 32, 3)).astype(np.uint8))
        for place in range(count)
    ]


def test_pickscore_is_the_models_own_logit_of_a_picture_with_its_prompt(folder):
    [wanted] = wanted_scores([f"pickscore={folder}"])
    clip = load_score_model(wanted)
    made = pictures(3)
    inputs = clip.processor(text=PROMPTS, images=made, return_tensors="pt", padding=True)
    with torch.inference_mode():
        logits = clip.model(**inputs).logits_per_image.diagonal().numpy()
    assert pick_scores(made, PROMPTS, clip) == pytest.approx(logits, abs=1e-4)


def test_cmmd_is_the_sum_that_the_paper_writes(folder):
    """1000 x (mean k(x, x') + mean k(y, y') - 2 mean k(x, y)), k = exp(-|x - y|^2 / 200), pair by pair."""
    clip = load_score_model(wanted_scores([f"cmmd={folder}"])[0])
    one, other = picture_features(pictures(5), clip), picture_features(pictures(7, seed=1), clip)

    def mean_kernel(first: np.ndarray, second: np.ndarray) -> float:
        values = [math.exp(-sum((a - b) ** 2) / 200) for a in first for b in second]
        return math.fsum(values) / len(values)

    expected = 1000 * (mean_kernel(one, one) + mean_kernel(other, other) - 2 * mean_kernel(one, other))
    assert cmmd(one, other) == pytest.approx(expected, abs=1e-9)
    assert np.linalg.norm(one, axis=1) == pytest.approx(np.ones(5))


def test_pictures_are_at_no_distance_from_themselves(folder):
    clip = load_score_model(wanted_scores([f"cmmd={folder}"])[0])
    features = picture_features(pictures(40), clip)
    assert cmmd(features, features) == pytest.approx(0.0, abs=1e-9)
    assert cmmd_stderr(features[:19], features) is None
    assert cmmd_stderr(features, picture_features(pictures(40, seed=2), clip)) > 0


def test_scores_go_into_the_profile_and_beside_the_pictures(folder, tmp_path):
    reference = tmp_path / "ours"
    reference.mkdir()
    for place, picture in enumerate(pictures(6, seed=3)):
        picture.save(reference / f"{place}.png")
    images = tmp_path / "images"
    work = PipelineWork.__new__(PipelineWork)
    work.pictures, work.seed = pictures(3), 5
    work.prompts = SimpleNamespace(take=lambda count: tuple(PROMPTS[:count]), name="cups")
    plan = SimpleNamespace(
        scores=(f"clip={folder}", f"pickscore={folder}", f"cmmd={folder}"),
        reference=reference,
        images=images,
        prompts=work.prompts,
    )
    work.save_pictures(images)
    said: list[str] = []
    figures = [figure for judgement in _scored(plan, work, said.append) for figure in judgement.quality]
    assert [figure.reference for figure in figures] == [
        "clip_score/cups-3+tiny-clip",
        "pickscore/cups-3+tiny-clip",
        "cmmd/ours-3+tiny-clip",
    ]
    clip = load_score_model(wanted_scores([f"clip={folder}"])[0])
    assert figures[0].value == pytest.approx(clip_scores(work.pictures, PROMPTS, clip).mean())
    lines = (images / "scores.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "picture,clip_score,pickscore"
    assert [line.split(",")[0] for line in lines[1:]] == [
        "00000-seed-5.png",
        "00001-seed-6.png",
        "00002-seed-7.png",
    ]
    assert said[0].startswith("clip by ")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [(["beauty"], "no such score; choose of clip, pickscore, cmmd"), (["clip", "clip=x"], "comes twice")],
)
def test_a_score_that_nobody_knows_is_refused(given, sentence):
    with pytest.raises(BenchError, match=sentence):
        wanted_scores(given)


def test_a_name_alone_means_the_model_of_the_paper():
    assert [each.place for each in wanted_scores(["clip", "pickscore", "cmmd"])] == list(MODELS.values())
    assert PICKSCORE_PROCESSOR.startswith("laion/CLIP-ViT-H-14")
