import json
from collections import Counter
from pathlib import Path

import pytest

from bench.errors import ProfileError
from bench.figures import figure_table
from bench.library import (
    better,
    figure_for,
    known_references,
    library_profiles,
    load_profiles,
    model_info,
    place_of,
    quality_of_model,
)
from bench.models import known_models
from bench.profile import Profile, profile_document, write_profiles


def bundled(profile_id: str) -> Profile:
    return next(profile for profile in library_profiles() if profile.id == profile_id)


def published() -> list[Profile]:
    """The rows of ML.ENERGY: one board each, its own joules."""
    return [profile for profile in library_profiles() if profile.id.startswith("mlenergy-")]


def own(profile_id: str, new_id: str, **config: object) -> Profile:
    """A user's profile: a bundled one under another id, without quality, with other settings."""
    document = json.loads(json.dumps(profile_document(bundled(profile_id))))
    document["id"] = new_id
    document["config"] |= config
    del document["quality"]
    if config.get("weights") == "random":
        document["evidence"]["kind"] = "measured_random_weights"
    return Profile.model_validate_json(json.dumps(document))


def loaded(tmp_path: Path, profile: Profile) -> Profile:
    file = tmp_path / "own.json"
    write_profiles(file, [profile])
    return next(one for one in load_profiles([file]) if one.id == profile.id)


def test_the_library_holds_157_configurations_on_three_kinds_of_board() -> None:
    assert Counter(profile.hardware.accelerator for profile in published()) == {
        "NVIDIA A100-SXM4-40GB": 38,
        "NVIDIA B200": 35,
        "NVIDIA H100": 36,
        "NVIDIA H100 80GB HBM3": 48,
    }


@pytest.mark.parametrize(
    ("profile_id", "watts", "images_per_s", "fid"),
    [
        ("mlperf-v5.1-b200x8-sdxl-1024-s20-trt", 9514.4024077047, 31.7836, 23.819083732),
        ("mlperf-v4.0-h100x8-maxq-sdxl-1024-s20-trt", 4751.58, 9.64827, 23.383762625),
    ],
)
def test_joules_of_mlperf_are_the_wall_s_watts_over_images_a_second_in_its_window_of_quality(
    profile_id: str, watts: float, images_per_s: float, fid: float
) -> None:
    """Oracle: the figures that MLCommons publishes for the submissions."""
    row = bundled(profile_id)
    assert row.energy is not None
    assert row.energy.energy_j_per_image == pytest.approx(watts / images_per_s, rel=1e-5)
    assert (row.energy.boundary, row.hardware.accelerator_count, row.config.engine) == ("wall", 8, "tensorrt")
    figure = figure_for(row, "fid/coco2014-5k")
    assert figure is not None
    assert (figure.match, figure.value) == ("exact", pytest.approx(fid))
    assert 23.01085758 <= figure.value <= 23.95007626


def test_batches_of_each_model_are_counted() -> None:
    models = Counter(profile.config.model_name for profile in published())
    assert models["Openjourney V4"] == 14
    assert models["SANA 1.5 1.6B"] == 11
    assert models["Kandinsky 3"] == 6
    assert len(models) == 15


@pytest.mark.parametrize(
    ("profile_id", "energy_j", "seconds", "power_w"),
    [
        ("mlenergy-v3-h100-flux.1-dev-1024-s50-b1", 7948.585, 11.6392, 682.9),
        ("mlenergy-v3-h100-sd-3.5-large-1024-s28-b1", 4420.14, 6.5581, 674.0),
        ("mlenergy-v2-h100-sdxl-base-1024-s25-b1", 969.36, 2.2578, 429.3),
        ("mlenergy-v3-h100-pixart-sigma-1024-s20-b8", 692.343, 8.2465 / 8, 671.6),
        ("mlenergy-v3-b200-sana-1.5-1.6b-1024-s20-b2", 344.299, 1.0454 / 2, 658.7),
        ("mlenergy-v2-a100-kandinsky-2.2-512-s25-b32", 163.08, 13.9986 / 32, 372.8),
    ],
)
def test_a_published_row_is_carried_unchanged(
    profile_id: str, energy_j: float, seconds: float, power_w: float
) -> None:
    profile = bundled(profile_id)
    assert profile.energy is not None
    assert profile.speed is not None
    assert profile.energy.energy_j_per_image == energy_j
    assert (profile.speed.seconds_per_image, profile.energy.mean_power_w) == (seconds, power_w)


def test_power_times_seconds_is_the_energy_of_every_row() -> None:
    for profile in published():
        assert profile.energy is not None
        assert profile.speed is not None
        assert profile.energy.mean_power_w is not None
        product = profile.energy.mean_power_w * profile.speed.seconds_per_image
        assert product == pytest.approx(profile.energy.energy_j_per_image, rel=2e-3), profile.id


def test_every_row_says_boundary_grade_source_and_licence() -> None:
    for profile in published():
        assert profile.energy is not None
        assert profile.energy.boundary == "gpu"
        assert (profile.evidence.kind, profile.evidence.grade) == ("published", "C")
        assert "arXiv 2505.06371" in profile.evidence.source.citation
        assert (profile.evidence.source.url or "").startswith("https://github.com/ml-energy/leaderboard")
        assert profile.evidence.source.licence == "Apache-2.0"


def test_what_the_rows_do_not_say_stays_absent() -> None:
    for profile in published():
        assert profile.config.denoiser_calls is None
        assert profile.config.guidance_scale is None
        assert profile.speed is not None
        assert profile.speed.p95_batch_latency_s is None
        assert profile.speed.peak_memory_gib is None


def test_our_own_rows_are_of_random_weights_without_quality_and_say_their_board() -> None:
    rows = [profile for profile in library_profiles() if profile.evidence.kind != "published"]
    assert len(rows) == 20
    for profile in rows:
        assert (profile.evidence.kind, profile.evidence.grade) == ("measured_random_weights", "C")
        assert (profile.config.weights, profile.quality) == ("random", ())
        assert "readings of our own on an H100" in profile.evidence.source.citation
        assert profile.hardware.power_limit_w == 700
        assert profile.energy is not None
        assert profile.energy.mean_power_w is not None
        assert profile.energy.mean_power_w < 700
    quantized = [profile.config.quantization for profile in rows if profile.config.quantization]
    assert quantized == [
        {"transformer": "torchao-int8-weight-only"},
        {"unet": "torchao-fp8-dynamic"},
        {"unet": "torchao-int8-weight-only"},
    ]


def test_sdxl_turbo_says_that_25_steps_are_not_its_intended_use() -> None:
    turbo = [profile for profile in library_profiles() if profile.config.model_id == "stabilityai/sdxl-turbo"]
    assert len(turbo) == 12
    assert all(any("1 to 4 steps" in note for note in profile.notes) for profile in turbo)


def test_every_measured_model_has_a_dated_licence() -> None:
    unknown = {one.config.model_name for one in published() if one.config.model_licence is None}
    assert unknown == set()
    licences = {
        one.config.model_name: one.config.model_licence
        for one in library_profiles()
        if one.config.model_licence
    }
    assert {name for name, licence in licences.items() if licence.commercial_use == "no"} == {
        "FLUX.1 Dev",
        "SANA 1.5 1.6B",
        "SANA 1.5 4.8B",
    }
    assert all(licence.url and licence.as_of for licence in licences.values())


def test_the_quality_table_has_111_rows_each_with_a_known_model_and_source() -> None:
    table = figure_table()
    assert len(table.figures) == 120
    assert sum(name.startswith("fid/") for figure in table.figures for name in figure.values) == 82
    assert all(model_info(figure.model_id) for figure in table.figures)
    assert all(source.citation and source.url for source in table.sources.values())


def test_no_two_models_share_a_name() -> None:
    for model in known_models():
        for name in (model.model_id, model.name, *model.aliases):
            assert model_info(name) is model, name


def test_every_other_version_named_is_a_model_of_the_table() -> None:
    named = {other for model in known_models() for other in model.other_versions}
    assert named <= {model.model_id for model in known_models()}


@pytest.mark.parametrize(
    ("model", "reference", "value", "match"),
    [
        ("PixArt-Σ", "fid/mjhq-30k", 6.15, "unstated"),
        ("Hunyuan-DiT 1.2", "fid/mjhq-30k", 6.54, "unstated"),
        ("Stable Diffusion XL Base 1.0", "fid/mjhq-30k", 6.63, "unstated"),
        ("FLUX.1 Dev", "fid/mjhq-30k", 10.15, "unstated"),
        ("Stable Diffusion 3 Medium", "fid/mjhq-30k", 11.92, "unstated"),
        ("SANA 1.5 1.6B", "fid/mjhq-30k", 5.7, "unstated"),
        ("SANA 1.5 4.8B", "fid/mjhq-30k", 5.99, "unstated"),
        ("Stable Diffusion 3.5 Medium", "fid/mjhq-30k", 11.92, "other_version"),
        ("Stable Diffusion XL Base 1.0", "fid/coco2014-10k", 19.36, "near"),
        ("Stable Diffusion XL Turbo", "fid/coco2014-10k", 23.19, "far"),
        ("Kandinsky 2.2", "fid/coco2014-30k", 8.21, "other_version"),
        ("Stable Diffusion 2.1", "fid/coco2014-30k-256", 13.93, "other_version"),
        ("Stable Diffusion 2.1", "fid/coco2014-30k", 8.59, "unstated"),
        ("Stable Diffusion XL Base 1.0", "fid/coco2014-5k", 23.48046692, "near"),
        ("FLUX.1 Dev", "fid/mjhq-5k", 20.3, "near"),
        ("PixArt-Σ", "fid/mjhq-5k", 16.6, "near"),
    ],
)
def test_every_row_of_a_model_gets_the_figure_that_stands_closest(
    model: str, reference: str, value: float, match: str
) -> None:
    rows = [profile for profile in published() if profile.config.model_name == model]
    figures = [figure_for(profile, reference) for profile in rows]
    assert {(one.value, one.match) for one in figures if one} == {(value, match)}
    assert all(one is not None and one.match_note for one in figures)


@pytest.mark.parametrize("model", ["SSD 1B", "Kandinsky 3"])
def test_a_model_without_a_published_fid_has_none(model: str) -> None:
    rows = [profile for profile in library_profiles() if profile.config.model_name == model]
    assert len(rows) >= 6
    assert all(figure_for(profile, "fid/mjhq-30k") is None for profile in rows)


def test_no_library_figure_claims_a_standard_error() -> None:
    assert {quality.stderr for profile in library_profiles() for quality in profile.quality} == {None}


MJHQ = "fid/mjhq-30k"
SDXL_ROW = "mlenergy-v2-h100-sdxl-base-1024-s25-b1"


def variant(model: str, steps: int, side: int = 1024) -> Profile:
    """A user's own run of a model that states no calls, on the board of a bundled row."""
    info = model_info(model)
    assert info is not None
    changes = {"model_id": info.model_id, "model_name": info.name, "width": side, "height": side}
    return own(SDXL_ROW, "ours", num_inference_steps=steps, **changes)


@pytest.mark.parametrize(
    ("model", "steps", "side", "reference", "match"),
    [
        ("SDXL", 50, 1024, MJHQ, "unstated"),
        ("SDXL", 25, 1024, MJHQ, "unstated"),
        ("SDXL", 24, 1024, MJHQ, "far"),
        ("SDXL", 1, 1024, MJHQ, "far"),
        ("SDXL", 50, 512, MJHQ, "far"),
        ("SDXL", 50, 512, "fid/coco2014-10k", "far"),
        ("SDXL", 50, 1024, "fid/coco2014-10k", "near"),
        ("SD3-medium", 28, 1024, MJHQ, "unstated"),
        ("SD3-medium", 4, 1024, MJHQ, "far"),
        ("FLUX-schnell", 4, 1024, MJHQ, "unstated"),
        ("FLUX-schnell", 50, 1024, MJHQ, "far"),
        ("FLUX-dev", 50, 1024, MJHQ, "unstated"),
        ("FLUX-dev", 4, 1024, MJHQ, "far"),
        ("SDXL-Turbo", 4, 512, "fid/coco2014-10k", "near"),
        ("SDXL-Turbo", 4, 1024, "fid/coco2014-10k", "far"),
        ("PixArt-Sigma", 20, 512, MJHQ, "far"),
        ("PixArt-Alpha", 20, 512, "fid/coco2014-30k", "far"),
    ],
)
def test_a_figure_at_unstated_settings_stands_for_the_intended_ones_alone(
    tmp_path: Path, model: str, steps: int, side: int, reference: str, match: str
) -> None:
    figure = figure_for(loaded(tmp_path, variant(model, steps, side)), reference)
    assert figure is not None
    assert figure.match == match


def test_a_few_step_variant_does_not_inherit_its_teachers_figure(tmp_path: Path) -> None:
    assert figure_for(loaded(tmp_path, variant("jasperai/flash-sd3", 4)), MJHQ) is None
    assert figure_for(loaded(tmp_path, variant("SANA-Sprint 1.6B", 2)), MJHQ) is None


@pytest.mark.parametrize(
    ("model", "reference", "side", "value", "match"),
    [
        ("FLUX schnell", MJHQ, 1024, 7.94, "unstated"),
        ("FLUX schnell", MJHQ, 512, 7.94, "far"),
        ("FLUX schnell", MJHQ, 2048, 7.94, "far"),
        ("SDXL Turbo", "fid/coco2014-10k", 512, 24.57, "unstated"),
        ("SDXL Turbo", "fid/coco2014-10k", 1024, 24.57, "far"),
        ("Stable Diffusion 2.1", "fid/coco2014-30k", 768, 8.59, "unstated"),
        ("Stable Diffusion 2.1", "fid/coco2014-30k", 1024, 8.59, "far"),
        ("DALL-E 2", "fid/coco2014-30k", 1024, 10.39, "far"),
    ],
)
def test_a_seller_gets_the_open_models_figure_at_the_size_it_sells(
    model: str, reference: str, side: int, value: float, match: str
) -> None:
    figure = quality_of_model(model, reference, (side, side))
    assert figure is not None
    assert (figure.value, figure.match) == (value, match)


def test_no_seller_is_better_than_unstated_and_the_note_says_what_was_taken() -> None:
    pairs = [(model, name) for model in known_models() for name in (one.id for one in known_references())]
    sizes = ((512, 512), (768, 768), (1024, 1024))
    sold = [quality_of_model(model.model_id, name, size) for model, name in pairs for size in sizes]
    assert {figure.match for figure in sold if figure} == {"unstated", "far"}
    schnell = quality_of_model("FLUX schnell", MJHQ, (1024, 1024))
    assert schnell is not None
    assert schnell.match_note == (
        "a figure of the open model FLUX.1 Schnell, sold under its name; neither the source nor the seller states "
        "its denoiser calls, taken as the 1 to 4 denoiser calls that FLUX.1 Schnell is meant for; "
        "neither the source nor the seller mentions quantization, taken as none"
    )


def test_a_seller_of_an_unknown_model_or_in_an_unknown_reference_has_no_figure() -> None:
    assert quality_of_model("DALL-E 3", MJHQ, (1024, 1024)) is None
    assert quality_of_model("SDXL", "fid/no-such", (1024, 1024)) is None


def test_a_seller_is_not_given_the_figure_of_a_quantized_model() -> None:
    sigma = quality_of_model("PixArt-Sigma", "fid/mjhq-5k", (1024, 1024))
    assert sigma is not None
    assert sigma.value == 16.6


def test_a_model_is_found_by_id_name_and_alias_whatever_the_spelling() -> None:
    names = ["PixArt-Σ", "pixart sigma", "PIXART-SIGMA", "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS"]
    assert {model.version for model in map(model_info, names) if model} == {"Sigma"}
    assert model_info("Midjourney") is None


def test_a_user_profile_inherits_quality_and_licence(tmp_path: Path) -> None:
    profile = own("mlenergy-v2-h100-sdxl-base-1024-s25-b1", "ours", denoiser_calls=100)
    joined = loaded(tmp_path, profile)
    figure = figure_for(joined, "fid/coco2014-10k")
    assert figure is not None
    assert (figure.value, figure.match) == (19.36, "near")
    assert joined.config.model_licence is not None
    assert place_of(joined).startswith("user profile: ")


def test_a_user_figure_comes_before_the_published_one_of_its_reference(tmp_path: Path) -> None:
    document = profile_document(own("mlenergy-v2-h100-sdxl-base-1024-s25-b1", "ours"))
    document["quality"] = [
        {
            "metric": "fid",
            "value": 7.0,
            "stderr": 0.1,
            "reference": "fid/mjhq-30k",
            "source": {"citation": "measured here"},
            "match": "exact",
        }
    ]
    joined = loaded(tmp_path, Profile.model_validate_json(json.dumps(document)))
    assert [one.value for one in joined.quality if one.reference == "fid/mjhq-30k"] == [7.0]
    assert figure_for(joined, "fid/coco2014-10k") is not None


def test_random_weights_inherit_no_quality(tmp_path: Path) -> None:
    profile = own("mlenergy-v2-h100-sdxl-base-1024-s25-b1", "ours", weights="random")
    assert loaded(tmp_path, profile).quality == ()


def test_an_id_used_twice_names_both_places(tmp_path: Path) -> None:
    file = tmp_path / "copy.json"
    write_profiles(file, [bundled("mlenergy-v2-h100-sdxl-base-1024-s25-b1")])
    with pytest.raises(ProfileError, match=r"copy\.json.*already used in library/mlenergy-v2-h100\.json"):
        load_profiles([file])


def test_a_folder_gives_all_its_files_and_a_path_named_twice_counts_once(tmp_path: Path) -> None:
    for name in ("b", "a"):
        profile = own("mlenergy-v2-h100-sdxl-base-1024-s25-b1", f"ours-{name}")
        write_profiles(tmp_path / f"{name}.json", [profile])
    found = load_profiles([tmp_path, tmp_path / "a.json"])
    assert len(found) == 181
    assert found == load_profiles([tmp_path / "b.json", tmp_path / "a.json"])


def test_an_empty_folder_and_faults_of_two_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"holds no \.json file"):
        load_profiles([tmp_path])
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profiles([tmp_path])
    assert str(caught.value).count("'schema_version' is missing") == 2


def test_profiles_are_sorted_by_model_board_and_batch() -> None:
    keys = [
        (one.config.model_name.casefold(), one.hardware.accelerator, one.config.batch_size)
        for one in library_profiles()
    ]
    assert keys == sorted(keys)


def test_references_are_unique_and_say_their_protocol() -> None:
    references = known_references()
    assert len({one.id for one in references}) == len(references) == 27
    rulers = ("fid/", "clip/", "geneval/", "dpg/", "hpsv2/", "hpsv2.1/", "hpsv3/", "imagereward/")
    assert all(one.id.startswith(rulers) and one.protocol and better(one.metric) for one in references)


def test_a_bundled_profile_names_its_file_and_commit() -> None:
    place = place_of(bundled("mlenergy-v3-h100-flux.1-dev-1024-s50-b1"))
    assert place.startswith("bundled mlenergy-v3-h100.json: ML.ENERGY Benchmark v3")
    assert "0cd52dab897c5d91a45f4d413038f3b8b4251b0f" in place
