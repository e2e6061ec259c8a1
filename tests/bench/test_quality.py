"""Quality figures against other programs on the same features, against hand-made cases, and end to end."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bench.errors import QualityError
from bench.pipelines import Settings, config_of, load
from bench.profile import Config, Evidence, Hardware, Profile, Source
from bench.prompts import bundled_prompts
from bench.quality.clip_score import clip_scores, load_clip
from bench.quality.extractor import INCEPTION, Extractor, extract, extractor_named, module_extractor
from bench.quality.fid import fid, fid_stderr
from bench.quality.judge import judge, judge_pairs, judge_prompts
from bench.quality.kid import kid, squared_mmd
from bench.quality.moments import merged, moments_of
from bench.quality.paired import paired_psnr, psnr
from bench.quality.reference import ReferenceSet, read_reference, reference_from_folder, write_reference
from tests.bench.tiny_pipeline import save_tiny_clip, save_tiny_unet


class SmallNetwork(torch.nn.Module):
    """Three convolutions with fixed random weights: 24 features of a uint8 picture [N, 3, H, W]."""

    num_features = 24

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(11)
        self.layers = torch.nn.Sequential(
            torch.nn.Conv2d(3, 8, 3, stride=2),
            torch.nn.Tanh(),
            torch.nn.Conv2d(8, 16, 3, stride=2),
            torch.nn.Tanh(),
            torch.nn.Conv2d(16, self.num_features, 3),
        )

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        scaled = pictures.to(self.layers[0].weight.dtype) / 255.0
        return 20.0 * self.layers(scaled).mean(dim=(2, 3))


SMALL = module_extractor("small-conv-24", SmallNetwork())


def noise_pictures(count: int, seed: int, *, level: int = 128, size: int = 32) -> list[Image.Image]:
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        mean = random.normal(level, 30.0, 3)
        found.append(
            Image.fromarray(random.normal(mean, 40.0, (size, size, 3)).clip(0, 255).astype(np.uint8))
        )
    return found


def as_tensor(pictures: list[Image.Image]) -> torch.Tensor:
    return torch.from_numpy(np.stack([np.asarray(one) for one in pictures])).permute(0, 3, 1, 2).contiguous()


def by_square_root(one: np.ndarray, other: np.ndarray) -> float:
    """FID as its definition says, by scipy's root of a general matrix."""
    shift = one.mean(axis=0) - other.mean(axis=0)
    first, second = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    root = scipy.linalg.sqrtm(first @ second)
    return float(shift @ shift + np.trace(first + second - 2.0 * root.real))


def samples(count: int, dimensions: int, seed: int, shift: float = 0.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    mixing = random.normal(size=(dimensions, dimensions)) / np.sqrt(dimensions)
    return random.normal(size=(count, dimensions)) @ mixing + shift


def reference_of(pictures: list[Image.Image], name: str = "noise") -> ReferenceSet:
    features = extract(pictures, SMALL)
    return ReferenceSet(name, SMALL.name, moments_of(features), features)


def test_fid_of_two_gaussians_on_a_line_is_the_closed_form() -> None:
    one, other = np.array([[0.0], [2.0]]), np.array([[5.0], [9.0]])
    # Means 1 and 7, variances 2 and 8: 6^2 + (sqrt 8 - sqrt 2)^2.
    assert fid(moments_of(one), moments_of(other)) == pytest.approx(36.0 + 2.0, rel=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_fid_agrees_with_scipys_square_root(shift: float) -> None:
    one, other = samples(400, 64, 1), samples(300, 64, 2, shift)
    assert fid(moments_of(one), moments_of(other)) == pytest.approx(by_square_root(one, other), rel=1e-8)


def test_fid_agrees_with_torchmetrics_on_the_same_pictures() -> None:
    from torchmetrics.image.fid import FrechetInceptionDistance

    real, made = noise_pictures(80, 1), noise_pictures(90, 2, level=150)
    theirs = FrechetInceptionDistance(feature=SmallNetwork().eval())
    theirs.set_dtype(torch.float64)
    theirs.update(as_tensor(real), real=True)
    theirs.update(as_tensor(made), real=False)
    ours = fid(moments_of(extract(made, SMALL)), moments_of(extract(real, SMALL)))
    assert ours == pytest.approx(float(theirs.compute()), rel=1e-4)


def test_kid_agrees_with_torchmetrics_on_the_same_pictures() -> None:
    from torchmetrics.image.kid import KernelInceptionDistance

    real, made = noise_pictures(60, 1), noise_pictures(60, 2, level=150)
    with pytest.warns(UserWarning, match="will save all extracted features"):
        theirs = KernelInceptionDistance(feature=SmallNetwork().eval(), subsets=1, subset_size=60)
    theirs.update(as_tensor(real), real=True)
    theirs.update(as_tensor(made), real=False)
    ours = kid(extract(made, SMALL), extract(real, SMALL), subset_size=60)
    assert ours.value == pytest.approx(float(theirs.compute()[0]), rel=1e-4)
    assert ours.stderr is not None


def test_kid_is_the_double_sum_of_its_definition() -> None:
    x, y = samples(5, 3, 1), samples(5, 3, 2, 1.0)

    def kernel(a: np.ndarray, b: np.ndarray) -> float:
        return float((a @ b / 3 + 1.0) ** 3)

    within = sum(kernel(s[i], s[j]) for s in (x, y) for i in range(5) for j in range(5) if i != j)
    across = sum(kernel(a, b) for a in x for b in y)
    assert squared_mmd(x, y) == pytest.approx(within / 20 - 2 * across / 25, rel=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.4])
@pytest.mark.parametrize(("n", "m"), [(200, 200), (200, 4000), (300, 40)])
def test_kids_error_is_that_of_repeated_draws_of_both_sets(n: int, m: int, shift: float) -> None:
    """Oracle: the standard deviation over 80 draws of both sets, itself known to 8 %; of sets that are alike, where
    the kernel's own scatter is all there is, the error may err on the safe side."""
    random = np.random.default_rng(5)
    repeated = [
        kid(random.normal(shift, 1.0, (n, 8)), random.normal(size=(m, 8)), subsets=20) for _ in range(80)
    ]
    stated = float(np.sqrt(np.mean([float(one.stderr or 0.0) ** 2 for one in repeated])))
    seen = float(np.std([one.value for one in repeated], ddof=1))
    assert 0.8 < stated / seen < (1.35 if shift == 0.0 else 1.25)


def test_kids_error_falls_with_a_larger_reference_and_is_absent_of_three_pictures() -> None:
    made, reference = samples(200, 8, 1, 0.3), samples(4000, 8, 2)
    few, many = (kid(made, reference[:size]).stderr for size in (200, 4000))
    assert few is not None
    assert many is not None
    assert many < few
    assert kid(made[:3], reference).stderr is None


def test_fid_of_fewer_pictures_than_dimensions_agrees_with_scipy_on_the_shared_directions() -> None:
    one, other = samples(20, 64, 1), samples(30, 64, 2, 0.1)
    first, second = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    eigenvalues = scipy.linalg.eigvals(first @ second).real.clip(min=0.0)
    shift = one.mean(axis=0) - other.mean(axis=0)
    expected = shift @ shift + np.trace(first + second) - 2.0 * np.sqrt(eigenvalues).sum()
    assert fid(moments_of(one), moments_of(other)) == pytest.approx(expected, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(-3.0, 3.0))
def test_fid_is_symmetric_and_zero_for_itself(seed: int, dimensions: int, shift: float) -> None:
    one = moments_of(samples(40, dimensions, seed))
    other = moments_of(samples(40, dimensions, seed + 1, shift))
    assert fid(one, other) == pytest.approx(fid(other, one), rel=1e-9, abs=1e-12)
    assert fid(one, one) == pytest.approx(0.0, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=6), st.integers(0, 1000))
def test_moments_of_parts_are_the_moments_of_the_whole(sizes: list[int], seed: int) -> None:
    whole = samples(sum(sizes), 5, seed, shift=1e4)
    parts = np.split(whole, np.cumsum(sizes)[:-1])
    found = merged(moments_of(part) for part in parts)
    centred = whole - whole.mean(axis=0)
    assert found.count == len(whole)
    np.testing.assert_allclose(found.mean, whole.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.scatter, centred.T @ centred, atol=1e-6)


def test_many_features_have_the_covariance_of_numpy() -> None:
    features = samples(2500, 6, 3).astype(np.float32)
    np.testing.assert_allclose(
        moments_of(features).covariance, np.cov(features.astype(np.float64), rowvar=False), rtol=1e-10
    )


def test_the_error_of_fid_is_that_of_repeated_draws() -> None:
    random = np.random.default_rng(3)
    reference = moments_of(random.normal(size=(20_000, 4)))
    values, errors = [], []
    for _ in range(60):
        made = random.normal(0.5, 1.2, size=(400, 4))
        groups = [moments_of(made[start::10]) for start in range(10)]
        values.append(fid(merged(groups), reference))
        errors.append(fid_stderr(groups, reference))
    assert np.mean(errors) / np.std(values, ddof=1) == pytest.approx(1.0, abs=0.3)


def test_the_figures_name_their_set_their_number_and_their_extractor() -> None:
    found = judge(noise_pictures(40, 2), SMALL, reference_of(noise_pictures(50, 1)))
    assert [one.reference for one in found.quality] == [
        "fid/noise-40+small-conv-24",
        "kid/noise-40+small-conv-24",
    ]
    assert {(one.match, one.source.citation, one.n_samples) for one in found.quality} == {
        ("exact", "measured here", 40)
    }
    assert "FID of 40 pictures is biased upwards" in found.warnings[0]


def test_fid_falls_as_pictures_come_nearer_to_the_reference() -> None:
    reference = reference_of(noise_pictures(60, 1))
    near, far = (
        judge(noise_pictures(60, 2, level=level), SMALL, reference).quality[0] for level in (130, 190)
    )
    assert near.stderr is not None
    assert far.value > near.value + 5 * near.stderr


def test_a_reference_of_another_extractor_is_refused() -> None:
    reference = reference_of(noise_pictures(5, 1))
    other = Extractor("other", SMALL.features)
    with pytest.raises(QualityError, match="was made with extractor small-conv-24, not other"):
        judge(noise_pictures(5, 2), other, reference)


def test_black_pictures_are_not_judged() -> None:
    pictures = [*noise_pictures(3, 1), Image.new("RGB", (32, 32))]
    with pytest.raises(QualityError, match=r"1 of 4 pictures are black \(the first is image 3\)"):
        judge(pictures, SMALL, reference_of(noise_pictures(5, 1)))


def test_features_that_are_not_finite_are_refused() -> None:
    broken = Extractor("broken", lambda pictures: np.full((len(pictures), 2), np.nan))
    with pytest.raises(QualityError, match="extractor broken gave a value that is not finite"):
        extract(noise_pictures(2, 1), broken)


def test_statistics_come_back_from_their_file_as_they_went(tmp_path: Path) -> None:
    reference = reference_of(noise_pictures(30, 1))
    write_reference(tmp_path / "r.npz", reference)
    found = read_reference(tmp_path / "r.npz")
    made = noise_pictures(30, 2)
    assert (found.name, found.extractor, found.moments.count) == ("noise", "small-conv-24", 30)
    assert judge(made, SMALL, found).quality[1] == judge(made, SMALL, reference).quality[1]
    assert judge(made, SMALL, found).quality[0].value == pytest.approx(
        judge(made, SMALL, reference).quality[0].value, rel=1e-9
    )


def test_statistics_without_features_give_fid_alone_and_say_so(tmp_path: Path) -> None:
    write_reference(tmp_path / "r.npz", reference_of(noise_pictures(30, 1)), with_features=False)
    found = judge(noise_pictures(30, 2), SMALL, read_reference(tmp_path / "r.npz"))
    assert [one.metric for one in found.quality] == ["fid"]
    assert "KID was not computed: the statistics of noise hold no features" in found.warnings


def test_a_file_without_the_name_of_its_extractor_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "r.npz", mu=np.zeros(2), sigma=np.eye(2))
    with pytest.raises(QualityError, match="lacks n, extractor"):
        read_reference(tmp_path / "r.npz")


@pytest.mark.parametrize("content", [b"", b"not a zip"])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.npz").write_bytes(content)
    with pytest.raises(QualityError, match=r"is no readable \.npz of statistics"):
        read_reference(tmp_path / "r.npz")


def test_a_folder_of_pictures_of_several_sizes_is_a_reference(tmp_path: Path) -> None:
    pictures = [*noise_pictures(3, 1), *noise_pictures(2, 2, size=48)]
    for index, picture in enumerate(pictures):
        picture.save(tmp_path / f"{index}.png")
    found = reference_from_folder(tmp_path, SMALL, "mine")
    assert (found.name, found.moments.count) == ("mine", 5)
    np.testing.assert_allclose(found.features, extract(pictures, SMALL), rtol=1e-6)


def test_a_folder_without_pictures_and_a_broken_picture_are_named(tmp_path: Path) -> None:
    with pytest.raises(QualityError, match="holds no picture"):
        reference_from_folder(tmp_path, SMALL)
    (tmp_path / "a.png").write_bytes(b"nothing")
    with pytest.raises(QualityError, match=r"a\.png: is no readable picture"):
        reference_from_folder(tmp_path, SMALL)


def test_inception_without_its_package_says_how_to_get_it() -> None:
    with pytest.raises(QualityError, match=r"needs torch-fidelity.*image-roi\[quality\]"):
        extractor_named(INCEPTION)


def test_an_extractor_is_taken_from_the_users_own_module() -> None:
    place = f"{__name__}:{SmallNetwork.__name__}"
    found = extractor_named(place)
    pictures = noise_pictures(3, 1)
    assert found.name == place
    np.testing.assert_array_equal(extract(pictures, found), extract(pictures, SMALL))


@pytest.mark.parametrize(("name", "part"), [("resnet", "is unknown"), ("json:none", "cannot be imported")])
def test_an_extractor_that_is_not_there_is_refused(name: str, part: str) -> None:
    with pytest.raises(QualityError, match=part):
        extractor_named(name)


def test_psnr_of_a_difference_of_one_step_is_48_decibels() -> None:
    one, other = (Image.new("RGB", (8, 8), (level, level, level)) for level in (100, 101))
    assert psnr(one, other) == pytest.approx(48.1308, abs=1e-4)


def test_pairs_without_difference_are_counted_and_left_out() -> None:
    levels = [(100, 101), (50, 52), (7, 7)]
    pairs = [[Image.new("RGB", (8, 8), (level,) * 3) for level in pair] for pair in levels]
    found = paired_psnr([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    assert (found.pairs, found.identical) == (3, 1)
    # 48.13 dB and 20 log10(2) = 6.02 dB less: mean 45.12, standard error half their distance.
    assert found.mean == pytest.approx(45.1205, abs=1e-4)
    assert found.stderr == pytest.approx(3.0103, abs=1e-4)


def test_pairs_of_unequal_number_or_size_are_refused() -> None:
    with pytest.raises(QualityError, match="2 pictures and 1 of the twin"):
        paired_psnr(noise_pictures(2, 1), noise_pictures(1, 1))
    with pytest.raises(QualityError, match="pair 0: sizes"):
        paired_psnr(noise_pictures(1, 1), noise_pictures(1, 1, size=48))


def test_clip_score_is_the_cosine_of_the_models_own_features(tmp_path: Path) -> None:
    clip = load_clip(str(save_tiny_clip(tmp_path / "tiny-clip")))
    pictures, prompts = noise_pictures(3, 1), ["a red apple", "a boat", "b"]
    inputs = clip.processor(text=prompts, images=pictures, return_tensors="pt", padding=True)
    with torch.no_grad():
        logits = clip.model(**inputs).logits_per_image.diagonal() / clip.model.logit_scale.exp()
    np.testing.assert_allclose(
        clip_scores(pictures, prompts, clip), 100.0 * logits.clamp(min=0.0).numpy(), atol=1e-4
    )
    figure = judge_prompts(pictures, prompts, clip, "mine")
    assert (figure.reference, figure.n_samples) == ("clip_score/mine-3+tiny-clip", 3)


def test_a_pipelines_pictures_end_as_quality_in_a_profile(tmp_path: Path) -> None:
    folder = save_tiny_unet(tmp_path / "tiny-unet")
    common = {"device": "cpu", "dtype": "bfloat16", "width": 32, "height": 32, "num_inference_steps": 2}
    prompts = bundled_prompts().take(24)
    twin = load(Settings(str(folder), batch_size=8, **common))
    plain = twin.generate(prompts, seed=3)
    for index, picture in enumerate(plain):
        picture.save(tmp_path / f"{index:02d}.png")
    quantized = load(
        Settings(str(folder), batch_size=8, quantization={"denoiser": "torchao-int8-dynamic"}, **common)
    )
    pictures = quantized.generate(prompts, seed=3)
    ruler = reference_from_folder(tmp_path, SMALL, "plain-twin")
    judged = judge(pictures, SMALL, ruler)
    pairs = judge_pairs(pictures, plain, "tiny-unet-bfloat16")
    profile = profile_of(
        config_of(quantized, prompt_set="bundled-64-medium"), (*judged.quality, *pairs.quality)
    )
    values = {one.metric: one for one in Profile.model_validate_json(profile.model_dump_json()).quality}
    assert profile.config.quantization == {"unet": "torchao-int8-dynamic"}
    assert profile.config.denoiser_calls == 4
    assert values["fid"].value == pytest.approx(
        by_square_root(extract(pictures, SMALL).astype(float), extract(plain, SMALL).astype(float)), abs=1e-4
    )
    assert values["psnr"].reference == "psnr/tiny-unet-bfloat16-24+paired-seeds"
    assert 20.0 < values["psnr"].value < 60.0
    assert pairs.warnings == ("LPIPS was not computed: likeness to the twin is PSNR alone",)


def profile_of(config: Config, quality: tuple) -> Profile:
    source = Source(citation="measured here")
    evidence = Evidence(kind="measured", grade="D", source=source, date=date(2026, 11, 23))
    return Profile(
        id="tiny", config=config, hardware=Hardware(accelerator="none"), quality=quality, evidence=evidence
    )


def test_importing_the_quality_figures_loads_no_torch() -> None:
    code = (
        "import sys, bench.quality.judge, bench.quality.pictures, bench.quality.scores; "
        "print('torch' in sys.modules, 'PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
