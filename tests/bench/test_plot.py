"""The power of a run as a picture."""

from pathlib import Path

import pytest
from PIL import Image

from bench.__main__ import main
from bench.meters.contract import MeterDescription
from bench.meters.trace import trace_head
from tests.bench.test_run import steady_trace


def test_a_trace_becomes_a_picture_of_1200_by_480_pixels(tmp_path: Path) -> None:
    trace = steady_trace(tmp_path / "run.trace.csv", seconds=2.0)
    picture = tmp_path / "power.png"
    assert main(["plot", str(trace), "-o", str(picture)]) == 0
    with Image.open(picture) as drawn:
        assert drawn.size == (1200, 480)
        assert drawn.convert("L").getextrema()[0] < 50


def test_a_picture_that_is_there_is_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "power.png"
    picture.write_bytes(b"mine")
    assert main(["plot", str(steady_trace(tmp_path / "run.trace.csv", seconds=1.0)), "-o", str(picture)]) == 2
    assert "power.png: exists already" in capsys.readouterr().err
    assert picture.read_bytes() == b"mine"


def test_a_trace_without_power_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trace = tmp_path / "empty.csv"
    trace.write_text(trace_head(MeterDescription("rapl", "host", "host")), encoding="utf-8")
    assert main(["plot", str(trace), "-o", str(tmp_path / "power.png")]) == 2
    assert "no" in capsys.readouterr().err


def test_a_picture_of_an_unknown_kind_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = steady_trace(tmp_path / "run.trace.csv", seconds=1.0)
    assert main(["plot", str(trace), "-o", str(tmp_path / "power.xyz")]) == 2
    assert "name a .png or .svg file" in capsys.readouterr().err
