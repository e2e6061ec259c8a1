"""Numbers that cannot be calculated with, wherever they come in."""

import json
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.errors import BenchError, ProfileError
from bench.importers import import_profile
from bench.library import library_profiles
from bench.magnitude import beyond_reach, numbers_beyond_reach
from bench.pipelines import Settings
from bench.profile import profile_document, read_profiles
from tests.bench.test_importers import DATA, RUN

TOO_MUCH = "is more than can be calculated with; check it and its unit (most 1e+15)"
TOO_LITTLE = "is too close to 0 to be calculated with; check it and its unit"


@pytest.mark.parametrize("number", [0, 0.0, 1e15, -1e15, 10**15, 1e-30, -1e-30, True])
def test_what_arithmetic_can_carry_passes(number: float) -> None:
    assert beyond_reach(number) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (1e16, f"1e+16 {TOO_MUCH}"),
        (-1e308, f"-1e+308 {TOO_MUCH}"),
        (float("inf"), f"inf {TOO_MUCH}"),
        (10**400, f"a number of hundreds of digits {TOO_MUCH}"),
        (1e-31, f"1e-31 {TOO_LITTLE}"),
        (5e-324, f"4.94066e-324 {TOO_LITTLE}"),
        (float("nan"), "nan is no number; write one"),
    ],
)
def test_what_it_cannot_carry_is_a_sentence(number: float, fault: str) -> None:
    assert beyond_reach(number) == fault


def test_every_number_of_a_document_is_looked_at() -> None:
    document = {"a": [1, {"b": 1e16}], "c": True, "d": "1e16", "e": -1e-31}
    assert [steps for steps, _ in numbers_beyond_reach(document)] == [("a", 1, "b"), ("e",)]


def numbers(part: object, steps: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every number of a document."""
    if isinstance(part, dict):
        return [found for key, value in part.items() for found in numbers(value, (*steps, key))]
    if isinstance(part, list):
        return [found for key, value in enumerate(part) for found in numbers(value, (*steps, key))]
    return [steps] if isinstance(part, int | float) and not isinstance(part, bool) else []


def test_every_number_of_a_profile_is_bounded_by_its_place(tmp_path: Path) -> None:
    document = profile_document(library_profiles()[0])
    places = [steps for steps in numbers(document) if steps != ("schema_version",)]
    assert len(places) > 10
    for steps in places:
        changed = json.loads(json.dumps(document))
        part = changed
        for step in steps[:-1]:
            part = part[step]
        part[steps[-1]] = 1e308
        file = tmp_path / "profile.json"
        file.write_text(json.dumps(changed), encoding="utf-8")
        with pytest.raises(ProfileError, match=r"1e\+308 is more than can be calculated with") as caught:
            read_profiles(file)
        assert f"{file}: {'.'.join(map(str, steps))}: " in str(caught.value)


@pytest.mark.parametrize("given", ["1e308", "1e16", "1e-320"])
def test_a_result_of_another_tool_is_bounded_too(given: str, tmp_path: Path) -> None:
    lines = (DATA / "zeus.csv").read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:-1], given])
    (tmp_path / "zeus.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ProfileError, match=r"can(not)? be calculated with|to be calculated with"):
        import_profile("zeus", tmp_path / "zeus.csv", RUN)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("blueprint", "sdxl", "--steps", 10**30), f"sdxl: num_inference_steps: 1e+30 {TOO_MUCH}"),
        (("blueprint", "sdxl", "--width", 10**16), f"sdxl: width: 1e+16 {TOO_MUCH}"),
        (("blueprint", "sdxl", "--guidance", "nan"), "sdxl: guidance_scale: nan is no number"),
        (("blueprint", "--batch", 10**400), "batch_size: a number of hundreds of digits is more than"),
        (
            ("estimate", "sdxl", "--gpu", "L40S", "--guidance", "1e308"),
            f"guidance_scale: 1e+308 {TOO_MUCH}",
        ),
        (
            ("sweep", "quickstart", "--dry-run", "--minutes", "1e308"),
            "--minutes 1e+308: give minutes above 0",
        ),
        (("sweep", "quickstart", "--dry-run", "--minutes", "nan"), "--minutes nan: give minutes above 0"),
        (("sweep", "quickstart", "--dry-run", "--repetitions", 10**12), "at most 100,000 are taken"),
    ],
)
def test_a_number_of_the_command_line_is_bounded(
    arguments: tuple[object, ...], sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([str(each) for each in arguments]) == 2
    assert sentence in capfd.readouterr().err


@pytest.mark.parametrize("name", ["num_inference_steps", "width", "height", "batch_size"])
def test_what_no_board_makes_is_refused_before_memory_is_filled(name: str) -> None:
    with pytest.raises(BenchError, match=rf"{name} is 1000000000000; no board makes that"):
        Settings(model="sdxl", weights="random", **{name: 10**12})


def test_a_trillion_steps_are_counted_exactly(capfd: pytest.CaptureFixture[str]) -> None:
    found = []
    for steps in (10**3, 10**12):
        assert main(["blueprint", "sdxl", "--steps", str(steps), "--json"]) == 0
        found.append(json.loads(capfd.readouterr().out)["denoiser_calls_per_image"])
    assert found == [2 * 10**3, 2 * 10**12]  # with guidance each step is two evaluations


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' + "9" * 5000 + "}"], ids=["nested", "long number"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("blueprint", "FILE"),
        ("show", "FILE"),
        ("library", "--profiles", "FILE"),
        ("study", "FILE"),
        ("sweep", "--merge", "FILE", "-o", "merged.json"),
        ("import", "mlenergy", "FILE", "-o", "profile.json"),
    ],
)
def test_json_that_no_reader_can_hold_is_a_sentence(
    arguments: tuple[str, ...], text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file.json"
    file.write_text(text, encoding="utf-8")
    assert main([str(file) if each == "FILE" else each for each in arguments]) == 2
    assert str(file) in capfd.readouterr().err
