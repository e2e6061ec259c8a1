"""Faults, remarks and what to do about them in Japanese: none is missing, and none is left in English."""

import ast
import csv
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from bench.errors import BenchError
from bench.library import known_references, library_profiles, load_profiles, quality_of_model
from bench.models import known_models
from bench.operations.ledger import Ledger
from bench.profile import EvidenceKind, Match
from roi.__main__ import main
from roi.errors import RoiError, ScenarioError
from roi.options.offer import Failure
from roi.output.failures import failure_name, note_message
from roi.resources import data_path
from roi.scenario.change import with_changes
from roi.scenario.check import Kind, remarks
from roi.scenario.faults import LeftOut
from roi.scenario.load import demonstration, load_scenario
from roi.texts import LANGUAGES, bundled, catalogue
from roi.texts.messages import Bundled, Joined, Message, at, lines, message_of, messages, said
from tests.roi.test_scenario_faults import FAULTS
from tests.roi.test_texts import JAPANESE, ROOT, TREES, calls, gaps, literal
from tests.roi.workbook_cases import NAME, changed, read, row_of

BAD = Path(__file__).with_name("bad")
NAME_OF_A_COUNTRY = {"name", "name_ja"}
"""Gaps of which each language has its own."""
BUILT = {
    "fault": ("reach_nan", "reach_large", "reach_small", "workload_twice", "supply_twice"),
    "file": ("utf16", "no_text"),
    "bench": ("utf16", "no_text"),
    "planning": ("no_energy", "no_speed", "no_idle_power", "processor_alone", "boards"),
    "supply_line": ("kind", "price", "utilization", "country", "pue", "idle"),
    "trialing": ("new_folder", "new_file"),
    "answer": ("yes", "conditional", "no", "unknown"),
    "evidence_kind": get_args(EvidenceKind),
    "matched": get_args(Match),
    "match_note": tuple(
        f"silent_{aspect}{both}" for aspect in ("calls", "quantization") for both in ("", "_both")
    ),
}
"""Keys that code builds from a closed list."""
ENGLISH_ON_PURPOSE = {
    "broken_brackets.yaml": "did not find expected",
    "colon_in_text.yaml": "mapping values are not allowed in this context",
    "control_character.yaml": "control characters are not allowed",
}
"""What the YAML library says of a text that it cannot read stands in brackets, as it says it."""
_NOT_WORDS = re.compile(r"`[^`]*`|'[^']*'|\{[^}]*\}|\[[^]]*\]|（[^（）]*）")
_ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")


def left_in_english(sentence: str) -> list[str]:
    """Rows of three English words outside of quotations, braces and brackets."""
    return _ENGLISH.findall(_NOT_WORDS.sub("", sentence))


def test_both_languages_have_the_same_messages_with_the_same_gaps() -> None:
    english, japanese = messages("en"), messages("ja")
    assert english.keys() == japanese.keys()
    different = {
        key
        for key in english
        if gaps(english[key]) - NAME_OF_A_COUNTRY != gaps(japanese[key]) - NAME_OF_A_COUNTRY
    }
    assert different == set()
    assert all(catalogue(language).keys().isdisjoint(messages(language)) for language in LANGUAGES)


def test_every_japanese_message_is_japanese_and_every_english_one_is_not() -> None:
    alike = {
        "word.country",
        "word.because",
        "word.clause",
        "fault.bar_fid",
        "fault.bar_of",
        "log.of_column",
        "match_note.silent_and",
        "trialing.rule",
    }
    assert {key for key, words in messages("ja").items() if not JAPANESE.search(words)} <= alike
    assert [key for key, words in messages("ja").items() if left_in_english(words)] == []
    assert [key for key, words in messages("en").items() if JAPANESE.search(words)] == []


def said_by_bench() -> Iterator[ast.Call]:
    """Every call with which `bench` makes a sentence that keeps what it is made of."""
    for path in ROOT.glob("bench/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Worded" and node.args:
                yield node


def named_in_code() -> Iterator[str]:
    """Keys of messages that code names, by the call that says them."""
    for tree in TREES.values():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value in messages("en")
            ):
                yield node.value
    for call in calls("refused", method=True):
        yield f"sheet.{literal(call.args[0])}"
    for node in said_by_bench():
        key = literal(node.args[0])
        both = [f"{table}.{key}" for table in ("match_note", "bench")]
        if key is not None:
            yield from [each for each in both if each in messages("en")] or both[-1:]
    for table, keys in BUILT.items():
        yield from (f"{table}.{key}" for key in keys)


def test_every_message_is_said_somewhere() -> None:
    assert messages("en").keys() - set(named_in_code()) == set()
    assert set(named_in_code()) - messages("en").keys() == set()


def test_every_message_that_code_names_is_there_and_filled() -> None:
    known = {**catalogue("en"), **messages("en")}
    unfilled = []
    for call in calls("Message"):
        key = literal(call.args[0])
        if key is None:
            continue
        given = {keyword.arg for keyword in call.keywords}
        unfilled += [f"{key}: {gap}" for gap in gaps(known[key]) - given]
    for call in calls("refused", method=True):
        key = f"sheet.{literal(call.args[0])}"
        given = {keyword.arg for keyword in call.keywords}
        unfilled += [f"{key}: {gap}" for gap in gaps(known[key]) - given]
    assert unfilled == []


ERRORS = {
    "RoiError",
    "ScenarioError",
    "MissingFigureError",
    "LogError",
    "TrialError",
    "SolverError",
    "OperationError",
}
IN_ENGLISH_ALONE = ("roi/finance/", "roi/queueing.py", "roi/retry.py", "roi/texts/__init__.py")
"""Functions of plain numbers, which a scenario that was read cannot make fail; and a language without texts."""


def is_bare(words: ast.expr) -> bool:
    """Whether words are put together on the spot, so that they have one language."""
    if isinstance(words, ast.JoinedStr | ast.BinOp | ast.Constant):
        return True
    if not isinstance(words, ast.Call):
        return False
    made = getattr(words.func, "attr", "") in ("join", "replace", "format")
    return made or getattr(words.func, "id", "") == "str"


def test_every_error_of_ours_carries_a_message() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node.args
        if is_bare(node.args[0])
    ]
    assert [place for place in bare if not place.startswith(IN_ENGLISH_ALONE)] == []


def test_every_rule_of_a_scenario_carries_a_message() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in TREES.items()
        if path.parent.name == "scenario" or path.name == "figure.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ValueError", "Fault")
        if is_bare(node.args[-1])
    ]
    assert [place for place in bare if not place.startswith("roi/scenario/effective.py")] == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_file_is_told_in_japanese_with_the_same_places(name: str) -> None:
    path = BAD / name
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    told = said("ja", caught.value).splitlines()
    english = str(caught.value).splitlines()
    assert len(told) == len(english)
    for line, same in zip(told, english, strict=True):
        sentence = line.removeprefix(f"{path}")
        assert JAPANESE.search(sentence), line
        assert line.split(": ")[0] == same.split(": ")[0]
        assert left_in_english(sentence) == [], line
        inside = [words for words in re.findall(r"（([^（）]*)）", sentence) if _ENGLISH.search(words)]
        assert all(ENGLISH_ON_PURPOSE.get(name, "\0") in words for words in inside), line


def test_the_command_line_says_it_in_the_language_that_it_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = BAD / "pue_in_percent.yaml"
    for asked, words in (
        ([], "154 is not possible; %? then write 1.54"),
        (["--lang", "ja"], "154 はあり得ない値です。単位が % なら 1.54 と書きます"),
        (["--lang=ja"], "154 はあり得ない値です。単位が % なら 1.54 と書きます"),
        (["--lang", "de"], "no texts in that language; use one of en, ja"),
    ):
        assert main(["check", str(path), *asked]) == 2
        assert words in capsys.readouterr().err


def test_a_message_is_its_english_and_goes_through_a_worker_process() -> None:
    one = Message("fault.at_least", given="pue 0.9", bound="1", unit="")
    several = lines([at("mine.yaml:3", one), Bundled("placeholder: nobody timed it")])
    assert one == "pue 0.9 must be at least 1"
    assert several == "mine.yaml:3: pue 0.9 must be at least 1\nplaceholder: nobody timed it"
    again = pickle.loads(pickle.dumps(RoiError(several)))
    assert str(again) == several
    assert said("ja", again) == (
        "mine.yaml:3: pue 0.9 は 1 以上にしてください\n" + bundled("ja", "placeholder: nobody timed it")
    )
    assert said("ja", RoiError("as it stands")) == "as it stands"
    assert message_of(RoiError("two", "words")) == "('two', 'words')"


def test_texts_of_a_message_can_be_changed_in_every_part() -> None:
    where = at("/tmp/x/mine.yaml", Message("file.no_scenario", path="/tmp/x/mine.yaml"))
    short = Joined("\n", [where]).with_texts(lambda words: words.replace("/tmp/x/", ""))
    assert said("ja", short) == (
        "mine.yaml: ファイルがありません。`python -m roi scenario --new mine.yaml --lang ja` で作成できます"
    )


def test_the_gaps_of_messages_are_names() -> None:
    parsed = (part for words in messages("en").values() for part in Formatter().parse(words))
    fields = [name for _, name, _, _ in parsed if name is not None]
    assert all(name.isidentifier() for name in fields)


def test_the_notes_of_all_matches_are_told_in_japanese_and_their_english_is_the_same() -> None:
    notes = {quality.match_note for profile in library_profiles() for quality in profile.quality}
    notes |= {
        quality.match_note
        for model in known_models()
        for reference in known_references()
        if (quality := quality_of_model(model.name, reference.id, (1024, 1024)))
    }
    told = {note: note_message(note) for note in notes if note}
    assert len(told) > 100
    assert {note: str(words) for note, words in told.items() if words != note} == {}
    japanese = [words.said("ja") for words in told.values()]
    assert [words for words in japanese if not JAPANESE.search(words)] == []
    assert [words for words in japanese if re.search(r"\b(the|and|does|not|beside|taken)\b", words)] == []


def test_words_of_the_contract_in_a_reason_are_told_beside_the_key_that_is_typed() -> None:
    licence = Failure("accept_commercial_use", "licence", "licence", {"answer": "unknown"})
    assert failure_name(licence, "en") == "licence, commercial use: unknown"
    assert failure_name(licence, "ja") == "ライセンス、商用利用: 不明（unknown）"
    far = Failure("accept_match", "match", "match", {"match": "far"})
    assert failure_name(far, "ja") == "品質値の一致度 不一致（far）"


def test_why_a_number_is_usual_is_told_in_japanese() -> None:
    with data_path("plausible_ranges.csv").open(encoding="utf-8", newline="") as rows:
        reasons = {row["reason"] for row in csv.DictReader(rows)}
    assert [reason for reason in reasons if not JAPANESE.search(bundled("ja", reason))] == []


def test_every_remark_of_check_is_told_in_japanese() -> None:
    today = date(2028, 1, 1)
    changes = {
        "supplies[0].board": "Z9",
        "labour.wage_per_h": 60,
        "workloads[0].quality.reference": "fid/mjhq 30k",
        "price_year": 2031,
    }
    asked = with_changes(demonstration(), changes)
    found = remarks(asked, today, library_profiles(), [LeftOut("site.pue", 2, "1.5")])
    assert {remark.kind for remark in found} >= {*get_args(Kind)} - {"unserved"}
    told = [said("ja", remark.what_to_do) for remark in found]
    assert [words for words in told if not JAPANESE.search(words) or left_in_english(words)] == []


def _cell(place: str, value: object, column: int = 3) -> Callable[[Worksheet], None]:
    return lambda sheet: setattr(sheet.cell(row_of(sheet, place), column), "value", value)


def _row_twice(sheet: Worksheet) -> None:
    sheet.cell(row_of(sheet, "labour.wage_per_h"), 1).value = "site.pue"


def _no_place(sheet: Worksheet) -> None:
    sheet.cell(row_of(sheet, "labour.wage_per_h"), 1).value = None


def _title(column: int, title: str) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        row = next(row for row in range(1, 30) if sheet.cell(row, 3).value == "Value")
        sheet.cell(row, column).value = title

    return change


WORKBOOK_FAULTS: dict[str, tuple[Callable[[Worksheet], None], str]] = {
    "a word for a number": (_cell("labour.wage_per_h", "many"), "'many'は数値ではありません"),
    "two readings": (_cell("labour.wage_per_h", "1.234", 3), "とも読めます"),
    "below the bound": (_cell("supplies[0].gpu_count", 0), "0 は 1 以上にしてください"),
    "impossible": (_cell("site.pue", 154), "単位が % なら 1.54 と書きます"),
    "an error value": (_cell("site.pue", "#REF!"), "エラー値 #REF!"),
    "a formula never computed": (_cell("site.pue", "=1+1"), "計算されていない数式です"),
    "a place twice": (_row_twice, "行目にもあります"),
    "a value without a place": (_no_place, "項目の場所がありません"),
    "no place of a scenario": (_cell("labour.wage_per_h", "labour wage?", 1), "項目の場所として読めません"),
    "a unit that does not fit": (_cell("site.electricity_price", "JPY/h", 4), "単位 'JPY/h' は使えません"),
    "a title like another": (_title(4, "Units"), "'unit' ではありませんか"),
    "no titles": (_title(3, "Nothing"), "の列があるシートがありません"),
    "merged cells": (lambda sheet: sheet.merge_cells("C20:D21"), "結合を解除してください"),
}


@pytest.mark.parametrize("what", WORKBOOK_FAULTS)
def test_a_faulty_input_workbook_is_told_in_japanese(what: str) -> None:
    change, words = WORKBOOK_FAULTS[what]
    with pytest.raises(ScenarioError) as caught:
        read(changed(change))
    told = said("ja", caught.value)
    assert words in told
    for line in told.splitlines():
        assert JAPANESE.search(line.removeprefix(NAME)), line
        assert left_in_english(line.replace("Product pictures, Tokyo", "")) == [], line


def test_an_answer_in_english_loads_no_messages() -> None:
    code = (
        "import sys; from roi.__main__ import main; from roi.texts.messages import messages; "
        "status = main(['recommend']); sys.exit(status or messages.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, "PixArt" in done.stdout) == (0, True), done.stderr


BAD_PROFILES = {
    "empty.json": b"",
    "list.json": b"[]",
    "broken.json": b"{",
    "utf16.json": "{}".encode("utf-16"),
    "bytes.json": b"\x81\x00\xff",
    "versionless.json": b"{}",
    "word.json": b'{"schema_version": "one"}',
    "newer.json": b'{"schema_version": 99}',
    "older.json": b'{"schema_version": 0}',
    "beside.json": b'{"schema_version": 1, "profiles": [], "more": 1}',
    "no_list.json": b'{"schema_version": 1, "profiles": {}}',
    "table.json": b'{"models": []}',
}


def test_files_of_profiles_that_cannot_be_read_are_told_in_japanese(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name, content in BAD_PROFILES.items():
        (tmp_path / name).write_bytes(content)
    for name in (*BAD_PROFILES, "nowhere.json", "folder"):
        with pytest.raises(BenchError) as caught:
            load_profiles([tmp_path / name])
        told = said("ja", caught.value)
        assert message_of(caught.value) == str(caught.value)
        assert JAPANESE.search(told), name
        assert left_in_english(told) == [], name
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_ledger_that_is_not_there_is_told_in_japanese(tmp_path: Path) -> None:
    with pytest.raises(BenchError) as caught:
        Ledger(tmp_path / "operations.db")
    assert message_of(caught.value) == str(caught.value)
    assert "運用台帳がありません" in said("ja", caught.value)


def test_what_the_parser_of_options_and_the_contract_of_profiles_say_stays_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both speak of names that are English: options and their usage, and fields that programs write."""
    assert main(["recommend", "--fid-max", "many", "--lang", "ja"]) == 2
    assert "is not a number" in capsys.readouterr().err
    path = tmp_path / "mine.json"
    path.write_text('{"schema_version": 1, "id": "mine"}', encoding="utf-8")
    assert main(["recommend", "--profiles", str(path), "--lang", "ja"]) == 2
    assert f"{path}: " in (told := capsys.readouterr().err)
    assert "config" in told


def worded_in_bench() -> Iterator[tuple[str, set[str]]]:
    """Keys of sentences of bench, and the words that stand beside them: the text, or what the function calls so."""
    for path in (ROOT / "bench").rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            named: dict[str, set[str]] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                    named.setdefault(ast.unparse(node.targets[0]), set()).add(str(node.value.value))
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "Worded":
                    key, words = node.args[:2]
                    found = (
                        {words.value} if isinstance(words, ast.Constant) else named.get(ast.unparse(words))
                    )
                    if isinstance(key, ast.Constant) and found:
                        yield str(key.value), {str(each) for each in found}


def test_a_sentence_of_bench_is_the_same_english_in_the_messages() -> None:
    known, found = messages("en"), list(worded_in_bench())
    assert len(found) > 40
    for key, words in found:
        assert words & {known.get(f"{table}.{key}") for table in ("bench", "match_note")}, key
