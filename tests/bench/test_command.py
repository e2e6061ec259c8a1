import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import main

SDXL_ID = "mlenergy-v2-h100-sdxl-base-1024-s25-b1"


def test_the_library_prints_every_profile_in_100_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library"]) == 0
    printed = capsys.readouterr()
    rows = sum(printed.out.count(f"{source}-") for source in ("mlenergy", "own", "mlperf"))
    assert rows == 157 + 20 + 2
    assert max(map(len, printed.out.splitlines())) <= 100
    assert "…" not in printed.out
    assert printed.err.startswith("179 profiles, 97 of them without a figure on fid/mjhq-30k")


def test_the_table_shows_joules_seconds_and_the_figure_with_its_match(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["library", "--model", "sdxl-base", "--gpu", "h100", "--reference", "fid/coco2014-10k"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if SDXL_ID in line.split()]
    assert lines == [[SDXL_ID, "1", "969.4", "2.258", "19.36", "near", "published"]]


def test_a_bare_a100_filters_the_a100_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "--gpu", "A100", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["profiles"]
    assert {row["gpu"] for row in rows} == {"NVIDIA A100-SXM4-40GB"}
    assert len(rows) == 38


def test_the_json_of_the_library_has_null_where_nothing_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "--model", "SSD", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["reference"] == "fid/mjhq-30k"
    assert {row["quality"] for row in document["profiles"]} == {None}
    assert all(row["source"] for row in document["profiles"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["library", "--model", "nope"], "known models: FLUX.1 Dev, Hunyuan-DiT 1.2"),
        (["library", "--gpu", "H10"], "nearest boards: H100 SXM"),
        (["library", "--gpu", "T4"], "boards with profiles: NVIDIA A100-SXM4-40GB"),
        (["library", "--reference", "fid/x"], "known: fid/mjhq-30k"),
        (["library", "--profiles", "absent.json"], "absent.json: no such file"),
        (["show", "mlenergy-v3-h100-flux"], "nearest ids: mlenergy-v3-h100-flux.1-dev"),
        (["library", "--wrong"], "No such option"),
        (["nope"], "No such command"),
        (["show"], "Missing argument"),
    ],
)
def test_bad_input_ends_with_2_and_one_message(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert sentence in printed.err
    assert "Traceback" not in printed.err


def test_the_page_of_a_profile_names_source_boundary_licence_and_every_figure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["show", SDXL_ID]) == 0
    page = capsys.readouterr().out
    for part in (
        "969.4 J/image, no spread known",
        "gpu: the board alone, its idle power included",
        "CreativeML Open RAIL++-M: commercial use yes",
        "fid/coco2014-10k 19.36, 10,000 images: near",
        "100 denoiser calls beside 50 denoiser calls (25 steps x 2, not stated)",
        "fid/mjhq-30k 6.63, 30,000 images: unstated",
        "bundled mlenergy-v2-h100.json: ML.ENERGY Leaderboard v2",
        "terms of the figures: Apache-2.0",
    ):
        assert part in page
    assert page.count("\nquality ") == 16


def test_the_json_of_a_profile_is_read_back_as_a_profile(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["show", SDXL_ID, "--json"]) == 0
    document = json.loads(capsys.readouterr().out) | {"id": "ours"}
    file = tmp_path / "ours.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert main(["show", "ours", "--profiles", str(file)]) == 0
    assert "user profile: ML.ENERGY Leaderboard v2" in capsys.readouterr().out


def test_the_module_runs_from_any_folder_and_in_a_narrow_encoding(tmp_path: Path) -> None:
    environment = os.environ | {
        "PYTHONIOENCODING": "ascii",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    run = subprocess.run(
        [sys.executable, "-m", "bench", "library", "--model", "sigma"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0
    assert run.stdout.count("mlenergy-v3") == 10
    assert "PixArt-\\u03a3" in run.stdout


def test_a_help_page_names_both_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    page = capsys.readouterr().out
    assert "library" in page
    assert "show" in page


@pytest.mark.parametrize(
    ("layout", "words"),
    [("md", "| energy |"), ("csv", "id,model,gpu,"), ("json", '"schema_version": 1')],
)
def test_show_writes_one_profile_in_every_format(
    layout: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "mlenergy-v3-h100-pixart-sigma-1024-s20-b4", "--format", layout]) == 0
    assert words in capsys.readouterr().out
