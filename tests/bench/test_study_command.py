"""`bench study` from results on disk to page, JSON, Markdown, HTML and figures."""

import json
import math
import re
import subprocess
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from bench.__main__ import main
from bench.library import library_profiles
from bench.profile import Profile, write_profiles
from bench.study.figures import drawings, resolution_lines
from bench.study.study import study_of
from bench.sweep.point import point_hash
from bench.sweep.result import Place, Result, write_result
from tests.bench.synthetic_study import Truth, a_fid, a_result, results

EVIL = '<script>alert(1)</script> & "x" | $y_1$'
TRUTH = Truth(models=6, unet_models=3)


class Tags(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert name != "src" or (value or "").startswith("data:image/svg+xml;base64,")

    def handle_data(self, data: str) -> None:
        self.text += data


def on_disk(folder: Path, profiles: list[Profile]) -> str:
    file = folder / "own.json"
    write_profiles(file, profiles)
    return str(file)


def as_sweep(folder: Path, profiles: list[Profile]) -> str:
    """A folder as a sweep leaves it, with one more point that ran out of memory."""
    for number, profile in enumerate([*profiles, None]):
        point = {"settings": {"model": f"m{number}"}}
        ended = {"status": "measured", "profile": profile}
        failed = {"status": "out_of_memory", "reason": "24 GiB are too few"}
        result = Result.model_validate(
            {
                "hash": point_hash(point),
                "point": point,
                "place": Place(plan="p", seed=1, stage="all", position=number + 1),
                "started_at": datetime(2026, 1, 2, tzinfo=UTC),
                "duration_s": 1.0,
            }
            | (ended if profile else failed)
        )
        write_result(folder, result)
    return str(folder)


def test_the_library_runs_through_and_says_what_it_cannot_tell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "library"]) == 0
    printed = capsys.readouterr().out
    assert "observed 19.1x among 7 models, SANA 1.5 1.6B to" in printed
    assert "no model was run at twice the side" in printed
    assert max(map(len, printed.splitlines())) <= 100


def test_json_holds_every_number_of_every_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", on_disk(tmp_path, results(TRUTH, seed=2)), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (group,) = document["groups"]
    answers = {one["claim"]: one for one in group["answers"]}
    assert (document["results_used"], group["board"], group["evidence"]) == (24, "H100 SXM", "measured")
    doubling = answers["resolution"]
    assert 2.85 < doubling["low"] < doubling["value"] < doubling["high"] < 3.15
    assert doubling["value"] == pytest.approx(
        math.prod(doubling["models"].values()) ** (1 / doubling["results"] * 2), rel=1e-12
    )
    assert answers["resolution"]["verdict"] == "confirmed"
    assert answers["prompt_content"]["value"] is None
    claims = {one["key"]: one["verdict"] for one in document["claims"]}
    assert (claims["resolution"], claims["prompt_content"]) == ("confirmed", "cannot tell")


def test_the_folder_of_a_sweep_is_read_and_its_lost_points_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", as_sweep(tmp_path, results(TRUTH, seed=2)), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["results_used"] == 24
    assert [one["reason"] for one in document["left_out"]] == ["out of memory: 24 GiB are too few"]


def test_the_html_report_stands_alone_and_takes_no_tag_from_a_model_name(tmp_path: Path) -> None:
    profiles = [
        a_result(EVIL, 100.0, side=512),
        a_result(EVIL, 300.0),
        a_result("b", 50.0),
        a_result("c", 60.0),
    ]
    report = tmp_path / "report.html"
    assert main(["study", on_disk(tmp_path, profiles), "--report", str(report)]) == 0
    page = Tags(report.read_text(encoding="utf-8"))
    assert "script" not in page.tags
    assert page.tags.count("img") == 2
    assert EVIL in page.text


def test_the_markdown_report_takes_no_tag_and_no_cell_from_a_model_name(tmp_path: Path) -> None:
    profiles = [a_result(EVIL, 300.0), a_result("b", 50.0), a_result("c", 60.0)]
    report, figures = tmp_path / "out" / "report.md", tmp_path / "figures"
    report.parent.mkdir()
    arguments = ["study", on_disk(tmp_path, profiles), "--report", str(report), "--figures", str(figures)]
    assert main(arguments) == 0
    text = report.read_text(encoding="utf-8")
    assert "<script" not in text
    assert r"&lt;script&gt;alert(1)&lt;/script&gt; &amp; \"x\" \| $y\_1$".replace('\\"', '"') in text
    assert "![Group 1: energy by model](<../figures/energy-by-model-1.svg>)" in text
    rows = [line for line in text.splitlines() if line.startswith("| Spread")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [5, 6]


def test_a_report_or_a_figure_that_is_there_is_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, figure = tmp_path / "report.md", tmp_path / "f" / "energy-by-model-1.svg"
    figure.parent.mkdir()
    for kept in (report, figure):
        kept.write_text("mine", encoding="utf-8")
    place = on_disk(tmp_path, [a_result("a", 300.0), a_result("b", 50.0), a_result("c", 60.0)])
    for arguments, kept in ((["--report", str(report)], report), (["--figures", str(figure.parent)], figure)):
        assert main(["study", place, *arguments]) == 2
        assert f"{kept}: exists already" in capsys.readouterr().err
        assert kept.read_text(encoding="utf-8") == "mine"
    assert list(figure.parent.iterdir()) == [figure]


def test_figures_are_written_as_png_and_svg(tmp_path: Path) -> None:
    profiles = [a_result(f"m{n}", 10.0 * 3**n, quality=[a_fid(9.0 - n)]) for n in range(4)]
    profiles += [a_result(f"m{n}", 4.0 * 3**n, side=512) for n in range(4)]
    assert main(["study", on_disk(tmp_path, profiles), "--figures", str(tmp_path / "f")]) == 0
    names = sorted(path.name for path in (tmp_path / "f").iterdir())
    kinds = ("energy-by-model-1", "energy-by-size-1", "energy-quality-1")
    assert names == [f"{kind}.{ending}" for kind in kinds for ending in ("png", "svg")]
    with Image.open(tmp_path / "f" / "energy-by-size-1.png") as drawn:
        assert drawn.size == (1200, 660)
        assert drawn.convert("L").getextrema() == (0, 255)


def test_a_figure_has_no_colour_and_the_same_bytes_twice() -> None:
    ((group, held),) = study_of(results(TRUTH, seed=4)).groups.items()
    for drawing in drawings(group, held, 1):
        svg = drawing.svg()
        assert drawing.svg() == svg
        colours = set(re.findall(rb"#[0-9a-f]{6}", svg))
        assert {one for one in colours if not one[1:3] == one[3:5] == one[5:7]} == set()


def test_lines_over_size_join_only_sizes_run_at_the_same_settings() -> None:
    profiles = [a_result("a", 100.0, side=512), a_result("a", 300.0), a_result("a", 900.0, prompts="long")]
    profiles += [a_result("b", 100.0, side=512), a_result("b", 300.0, num_inference_steps=9)]
    ((_, held),) = study_of(profiles).groups.items()
    lines = resolution_lines(held)
    assert lines == {"a": {512 * 512: pytest.approx(100.0), 1024 * 1024: pytest.approx(300.0)}}


def test_two_places_are_one_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", on_disk(tmp_path, results(TRUTH, seed=2)), "library", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["results_used"] == 24 + len(library_profiles())
    assert 24 in [group["results"] for group in document["groups"]]


def test_an_estimate_is_left_out_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = library_profiles()[0]
    guess = first.model_copy(
        update={"id": "guess", "evidence": first.evidence.model_copy(update={"kind": "estimated"})}
    )
    place = on_disk(tmp_path, [guess, a_result("a", 10.0)])
    assert main(["study", place, "--json"]) == 0
    left = json.loads(capsys.readouterr().out)["left_out"]
    assert left == [{"name": "guess", "reason": "an estimate, not a measurement"}]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["absent"], "absent: no such file or folder; name results, or `library` for the bundled"),
        (["library", "--report", "report.pdf"], "report.pdf: name a .md or .html file"),
        (["library", "--report", "nowhere/report.md"], "its folder does not exist; make it first"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["study", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_the_page_needs_no_matplotlib() -> None:
    code = "import sys; from bench.__main__ import main; main(['study', 'library']); print('matplotlib' in "
    code += "sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_the_kept_study_of_the_library_is_that_of_today_s_rows(tmp_path: Path) -> None:
    """Made anew after rows of the library change: remove docs/study.md, `bench study library --report` it."""
    report = tmp_path / "study.md"
    assert main(["study", "library", "--report", str(report)]) == 0
    kept = Path(__file__).resolve().parents[2] / "docs" / "study.md"
    assert report.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8")


def test_the_kept_study_has_a_verdict_on_an_h100_for_each_finding_of_the_paper() -> None:
    study = study_of(library_profiles())
    judged = {
        one.answer.claim for one in study.judged if one.answer.group.board == "H100 SXM" and one.verdict
    }
    assert judged >= {"spread", "resolution", "backbone", "quantization", "prompt_length", "quality"}
