"""Files and words of somebody who means no good: a sentence answers, nothing runs, nothing is fetched."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from bench.errors import ProfileError
from roi.errors import RoiError, ScenarioError
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.scenario.yaml_writing import yaml_of
from roi.screens.escaping import escaped
from roi.screens.upload import plain_name, uploaded_profiles, uploaded_scenario
from tests.app.visitor import Visitor

NASTY = "<img src=x onerror=window.hit=1> ![p](http://evil.example/p.png) [a](http://evil.example) :red[x]"


def bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to a quarter of a gigabyte."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(1 << 28))
    return raw.getvalue()


FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zip bomb": ("bomb.xlsx", bomb, "unpacks to far more than a workbook holds"),
    "tags": ("tags.yaml", lambda: b"a: !!python/object/apply:os.system ['true']", "tag .* is not allowed"),
    "aliases": ("alias.yaml", lambda: b"a: &a [1, 2]\nb: [*a, *a, *a]", "anchor"),
    "no text": ("noise.yaml", lambda: bytes(range(256)) * 8, "neither UTF-8 nor cp932"),
    "wrong kind": ("x.xlsx", lambda: b"%PDF-1.7", "is no workbook"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_hostile_scenario_is_answered_by_a_sentence(kind: str) -> None:
    name, content, sentence = FILES[kind]
    with pytest.raises(ScenarioError, match=sentence) as refused:
        uploaded_scenario(name, content(), "en")
    assert str(refused.value).startswith(name)


def test_a_kind_of_file_that_nobody_reads_is_refused() -> None:
    with pytest.raises(RoiError, match=r"run\.exe: is of another kind; send a file that ends in \.yaml"):
        uploaded_scenario("run.exe", b"MZ", "en")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd.yaml", "passwd.yaml"),
        ("C:\\Windows\\x.yaml", "x.yaml"),
        (".hidden.json", "hidden.json"),
        ("<b>a</b> b.json", "b_b.json"),
        ("製品 画像.xlsx", "製品_画像.xlsx"),
        ("a" * 300 + ".yaml", "a" * 80 + ".yaml"),
    ],
)
def test_the_name_of_a_file_is_never_a_path(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"schema_version": 1, "id": "../x"}', b"\xff\xfe", b""]
)
def test_broken_profiles_are_refused_without_the_place_where_they_lay(content: bytes) -> None:
    with pytest.raises(ProfileError, match=r"^mine\.json") as refused:
        uploaded_profiles({"mine.json": content}, "en")
    assert "/" not in str(refused.value).replace("../x", "")


def test_profiles_larger_than_their_limit_are_refused() -> None:
    with pytest.raises(RoiError, match=r"mine\.json: is larger than 4 MiB"):
        uploaded_profiles({"mine.json": bytes((4 << 20) + 1)}, "en")


def test_a_copy_of_a_bundled_profile_is_refused() -> None:
    from bench.library import library_profiles
    from bench.profile import profile_document

    content = json.dumps(profile_document(library_profiles()[0])).encode()
    with pytest.raises(ProfileError, match="already used"):
        uploaded_profiles({"copy.json": content}, "en")


def test_marks_of_markdown_are_escaped_and_lines_joined() -> None:
    assert escaped("# a\n*b* <i>") == r"\# a \*b\* \<i\>"


def test_nasty_words_are_shown_as_they_were_typed(visitor: Visitor) -> None:
    name = NASTY[:80]
    content = yaml_of(with_changes(demonstration(), {"name": name, "workloads[0].name": "<b>bold</b>"}), "en")
    visitor.go("Scenario")
    visitor.page.get_by_text("Load or take away").click()
    visitor.main.locator("input[type=file]").first.set_input_files(
        {"name": "../<b>x.yaml", "mimeType": "text/yaml", "buffer": content.encode()}
    )
    visitor.reads(name)
    visitor.reads("<b>bold</b>")
    assert visitor.page.evaluate("window.hit") is None
    assert visitor.main.locator("img").count() == 0


def test_a_refused_file_keeps_the_scenario_and_shows_the_sentence_as_text(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.page.get_by_text("Load or take away").click()
    visitor.main.locator("input[type=file]").first.set_input_files(
        {"name": "x.yaml", "mimeType": "text/yaml", "buffer": f'name: "{NASTY}"\n'.encode()}
    )
    visitor.reads("The last change was not taken over")
    visitor.reads("Product pictures, Tokyo")
    assert visitor.page.evaluate("window.hit") is None


def test_a_file_of_200_megabytes_is_refused_before_it_is_sent(visitor: Visitor, tmp_path) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as sparse:
        sparse.truncate(200 << 20)
    visitor.go("Scenario")
    visitor.page.get_by_text("Load or take away").click()
    visitor.main.locator("input[type=file]").first.set_input_files(file)
    expect(visitor.main).to_contain_text("20.0MB or smaller")
