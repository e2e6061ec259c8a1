import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bench.library
from bench.errors import ProfileError
from bench.library import library_profiles, load_profiles
from bench.profile import Profile, profile_document, read_profiles, write_profiles
from tests.bench.profile_strategy import profiles

SDXL_ID = "mlenergy-v2-h100-sdxl-base-1024-s25-b1"


def a_document() -> dict[str, Any]:
    """A valid profile as JSON values, to be spoiled."""
    return profile_document(next(one for one in library_profiles() if one.id == SDXL_ID))


def refusal(path: Path) -> str:
    with pytest.raises(ProfileError) as caught:
        read_profiles(path)
    return str(caught.value)


def refusal_of(tmp_path: Path, document: object) -> str:
    file = tmp_path / "spoiled.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return refusal(file)


@settings(max_examples=150, deadline=None)
@given(written=st.lists(profiles(), min_size=1, max_size=3, unique_by=lambda one: one.id))
def test_any_profiles_written_and_read_are_equal(
    tmp_path_factory: pytest.TempPathFactory, written: list[Profile]
) -> None:
    file = tmp_path_factory.getbasetemp() / "round-trip.json"
    write_profiles(file, written)
    assert read_profiles(file) == tuple(written)


def test_a_field_that_was_not_measured_is_absent_from_the_file() -> None:
    energy = a_document()["energy"]
    assert isinstance(energy, dict)
    assert "windows" not in energy
    assert "uncertainty" not in energy


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "bom.json"
    file.write_text(json.dumps(a_document()), encoding="utf-8-sig")
    assert read_profiles(file)[0].id == SDXL_ID


def test_an_unknown_field_is_refused_by_its_path(tmp_path: Path) -> None:
    document = a_document()
    document["energy"]["energy_kwh"] = 1
    assert "energy.energy_kwh: unknown field" in refusal_of(tmp_path, document)


def test_all_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    first, second = a_document(), a_document()
    first["speed"]["seconds_per_image"] = -1
    del second["config"]["width"]
    message = refusal_of(tmp_path, {"schema_version": 1, "profiles": [first, second]})
    assert "profiles[0].speed.seconds_per_image" in message
    assert "profiles[1].config.width: is missing" in message


def test_a_newer_version_is_refused_with_both_versions(tmp_path: Path) -> None:
    message = refusal_of(tmp_path, a_document() | {"schema_version": 2})
    assert "version 2, newer than the version 1" in message


def test_a_missing_version_is_refused(tmp_path: Path) -> None:
    document = a_document()
    del document["schema_version"]
    assert "'schema_version' is missing" in refusal_of(tmp_path, document)


def test_not_a_number_is_refused(tmp_path: Path) -> None:
    document = a_document()
    document["energy"]["energy_j_per_image"] = float("nan")
    assert "energy.energy_j_per_image" in refusal_of(tmp_path, document)


def test_a_rate_that_contradicts_its_duration_is_refused(tmp_path: Path) -> None:
    document = a_document()
    document["speed"]["throughput_images_per_s"] *= 2
    assert "their product must be 1" in refusal_of(tmp_path, document)


def test_quality_of_random_weights_is_refused(tmp_path: Path) -> None:
    document = a_document()
    document["config"]["weights"] = "random"
    document["evidence"]["kind"] = "measured_random_weights"
    assert "quality of random weights is meaningless" in refusal_of(tmp_path, document)


def test_duplicate_ids_in_a_file_name_both_places(tmp_path: Path) -> None:
    message = refusal_of(tmp_path, {"schema_version": 1, "profiles": [a_document(), a_document()]})
    assert "spoiled.json profiles[1]" in message
    assert "spoiled.json profiles[0]" in message


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("{", "line 1 column 2 is not JSON"),
        ("[]", "holds a list, not a profile"),
        ("3", "holds a int, not a profile"),
        ('{"schema_version": true}', "must be a whole number"),
        ('{"schema_version": 0}', "version 0 is unknown"),
        ('{"schema_version": 1, "profiles": {}}', "must be a list"),
        ('{"schema_version": 1, "profiles": [], "extra": 1}', "unknown field 'extra'"),
        ('{"schema_version": 1, "profiles": [3]}', "profiles[0]"),
    ],
)
def test_a_file_that_is_no_profile_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "not-a-profile.json"
    file.write_text(text, encoding="utf-8")
    message = refusal(file)
    assert sentence in message
    assert str(file) in message


def test_a_folder_a_missing_file_and_foreign_bytes_are_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "greek.json"
    foreign.write_bytes('{"id": "αβγδ"}'.encode("iso-8859-7"))
    assert "is a folder" in refusal(tmp_path)
    assert "no such file" in refusal(tmp_path / "absent.json")
    assert "is neither UTF-8 nor cp932 nor cp1252 text; save it as UTF-8" in refusal(foreign)


FID_OF_OURS = {
    "metric": "fid",
    "value": 12.0,
    "reference": "fid/mjhq-30k",
    "source": {"citation": "ours"},
    "match": "exact",
}


@pytest.mark.parametrize(
    ("metric", "reference", "value", "sentence"),
    [
        ("clip_score", "fid/mjhq-30k", 0.3, "'clip_score' and reference 'fid/mjhq-30k' disagree"),
        ("fid", "mjhq-30k", 12.0, "a reference begins with its metric, such as 'fid/mjhq-30k'"),
        ("fid", "fid/mjhq-30k", -0.1, "a fid of -0.1 cannot be"),
    ],
)
def test_a_quality_figure_that_cannot_be_is_refused(
    tmp_path: Path, metric: str, reference: str, value: float, sentence: str
) -> None:
    figure = FID_OF_OURS | {"metric": metric, "reference": reference, "value": value}
    assert sentence in refusal_of(tmp_path, a_document() | {"quality": [figure]})


def test_a_kid_slightly_below_zero_is_read(tmp_path: Path) -> None:
    figure = FID_OF_OURS | {"metric": "kid", "reference": "kid/mjhq-5k", "value": -0.002}
    file = tmp_path / "kid.json"
    file.write_text(json.dumps(a_document() | {"quality": [figure]}), encoding="utf-8")
    assert read_profiles(file)[0].quality[0].value == -0.002


@pytest.mark.parametrize("name", ["boards.json", "models.json", "quality.json"])
def test_a_table_of_the_library_is_told_from_a_profile(tmp_path: Path, name: str) -> None:
    table = Path(bench.library.__file__).with_name("library") / name
    copy = tmp_path / name
    copy.write_bytes(table.read_bytes())
    assert refusal(copy) == f"{copy}: is a table of the library, not a profile; name a file of profiles"


def test_a_folder_passes_over_tables_only_beside_profiles(tmp_path: Path) -> None:
    table = Path(bench.library.__file__).with_name("library") / "boards.json"
    (tmp_path / "boards.json").write_bytes(table.read_bytes())
    with pytest.raises(ProfileError, match=r"boards\.json: is a table of the library"):
        load_profiles([tmp_path])
    (tmp_path / "ours.json").write_text(json.dumps(a_document() | {"id": "ours"}), encoding="utf-8")
    assert len(load_profiles([tmp_path])) == len(library_profiles()) + 1


def test_a_copy_of_the_library_is_told_in_six_lines(tmp_path: Path) -> None:
    for file in Path(bench.library.__file__).with_name("library").glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ProfileError) as caught:
        load_profiles([tmp_path])
    lines = str(caught.value).splitlines()
    assert len(lines) == 6
    assert lines[-1] == "and 174 more ids are used twice; is this a copy of the library?"
