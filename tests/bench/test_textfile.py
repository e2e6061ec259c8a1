"""Files as text: which of three encodings bytes are in, and that it is said."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from bench.library import library_profiles
from bench.profile import profile_document, read_profiles
from bench.textfile import TextError, decoded, read_text

JAPANESE = (
    "商品画像の作成",
    "東京",
    "名前: 日本のデータセンター",
    "%Y年%m月%d日 の見積もり",
    "カタカナ、ひらがな。",
    "株式会社　髙橋商店",
    "1台あたり 68.8 USD/h、税抜",
    "GPU数は8",
    "ｻｰﾊﾞｰ 8台",
)
WESTERN = (
    "Café au lait",
    "Cafés et thés",
    "Prix d’achat : 300 000 €",
    "it’s measured here",
    "“quoted” — and more…",
    "Größe über alles, 5 °C",
    "Straße",
    "señal del año",
    "produção de imagens à mão",
    "blåbær på Ærø",
    "Þú getur sótt þýðinguna",
    "Preis: 0,233 €/kWh",
    "£5 per hour",
    "Zürich, Köln, Malmö",
    "où êtes-vous ? À Noël",
)


@pytest.mark.parametrize("text", JAPANESE)
def test_japanese_in_cp932_is_no_western_text(text: str) -> None:
    assert decoded(text.encode("cp932")) == type(decoded(b""))(text, "cp932")


@pytest.mark.parametrize("text", WESTERN)
def test_western_text_in_cp1252_is_no_japanese(text: str) -> None:
    found = decoded(text.encode("cp1252"))
    assert (found.text, found.encoding) == (text, "cp1252")


def test_some_of_the_western_texts_are_valid_cp932_so_that_the_first_that_fits_would_be_wrong() -> None:
    """`it’s` reads as `it痴`."""

    def fits(text: str) -> bool:
        try:
            text.encode("cp1252").decode("cp932")
        except UnicodeDecodeError:
            return False
        return True

    assert sum(fits(text) for text in WESTERN) >= 5
    assert "it’s".encode("cp1252").decode("cp932") == "it痴"


@pytest.mark.parametrize("text", [*JAPANESE, *WESTERN, "plain"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_is_utf_8_with_and_without_a_byte_order_mark(text: str, encoding: str) -> None:
    found = decoded(text.encode(encoding))
    assert (found.text, found.encoding) == (text, "utf-8")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("文字".encode("utf-16"), "is text in UTF-16; save it as UTF-8"),
        (bytes(range(256)), "is neither UTF-8 nor cp932 nor cp1252 text; save it as UTF-8"),
        (b"\x81\x8d\x90", "is neither UTF-8 nor cp932 nor cp1252 text; save it as UTF-8"),
        ("Привет".encode("cp1251"), "is neither UTF-8 nor cp932 nor cp1252 text; save it as UTF-8"),
    ],
)
def test_what_is_no_text_of_the_three_is_a_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(TextError) as caught:
        decoded(raw)
    assert str(caught.value) == sentence


def test_a_file_that_is_not_utf_8_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes("Größe".encode("cp1252"))
    with caplog.at_level(logging.WARNING):
        assert [read_text(path), read_text(path)] == ["Größe", "Größe"]
    assert caplog.messages == [f"{path}: is not UTF-8 and was read as cp1252; save it as UTF-8"]


@pytest.mark.parametrize(
    ("note", "encoding"), [("gemessen in Köln, Größe 4", "cp1252"), ("東京で測定", "cp932")]
)
def test_a_profile_in_another_encoding_reads_the_same(tmp_path: Path, note: str, encoding: str) -> None:
    document = profile_document(library_profiles()[0])
    document["evidence"]["source"]["citation"] = note  # type: ignore[index]
    path = tmp_path / "mine.json"
    path.write_bytes(json.dumps(document, ensure_ascii=False).encode(encoding))
    (profile,) = read_profiles(path)
    assert profile.evidence.source.citation == note


def test_the_command_line_says_it_on_standard_error(tmp_path: Path) -> None:
    document = profile_document(library_profiles()[0]) | {"id": "größe"}
    path = tmp_path / "mine.json"
    path.write_bytes(json.dumps(document, ensure_ascii=False).encode("cp1252"))
    command = [sys.executable, "-m", "bench", "show", str(path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert f"{path}: is not UTF-8 and was read as cp1252; save it as UTF-8" in done.stderr.splitlines()
    assert "Traceback" not in done.stderr
