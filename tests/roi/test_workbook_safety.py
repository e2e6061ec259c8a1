"""Workbooks that somebody sends: hostile or broken ones give a sentence, and no memory and nothing else."""

import random
import struct
import subprocess
import sys
import zlib

import pytest

from roi.__main__ import main
from roi.errors import RoiError, ScenarioError
from roi.scenario.load import demonstration
from roi.workbook.inputs.reading import read_workbook
from tests.roi import workbook_cases as cases
from tests.roi.workbook_cases import DEMONSTRATION, NAME, read, with_shared_texts, write

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


SHARED = with_shared_texts(DEMONSTRATION)


def repacked(changes=None, added=None, left_out=()):
    """The demonstration with parts changed, added and left out."""
    return cases.repacked(SHARED, changes, added, left_out)


def refusal(raw):
    with pytest.raises(ScenarioError) as caught:
        read(raw)
    return str(caught.value)


def test_the_workbook_from_which_these_are_made_is_read():
    assert read(repacked()) == demonstration()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is no workbook (.xlsx); open it in Excel and save it as .xlsx"),
        (b"Place,Value\nname,x\n", "is no workbook (.xlsx)"),
        ("位置,値\n".encode("cp932"), "is no workbook (.xlsx)"),
        (b"<html><table></table></html>", "is no workbook (.xlsx)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is an old .xls or needs a password"),
        (b"PK\x03\x04" + bytes(100), "is no workbook (.xlsx)"),
        (DEMONSTRATION[: len(DEMONSTRATION) // 2], "is no workbook (.xlsx)"),
        (
            repacked(added={"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            "OpenDocument file (.ods)",
        ),
        (repacked(added={"xl/vbaProject.bin": b"x"}), "holds macros; save it as .xlsx without them"),
        (repacked(added={"xl/workbook.bin": b"x"}), "is a binary workbook (.xlsb)"),
        (repacked(left_out=["xl/workbook.xml"]), "is no workbook (.xlsx)"),
        (repacked({SHEET: lambda raw: raw[:-50]}), f"{SHEET} is damaged"),
        (repacked({TEXTS: lambda _: b"\x00"}), f"{TEXTS} is damaged"),
        (
            repacked(added={f"xl/x{n}.xml": b"" for n in range(2001)}),
            "unpacks to far more than a workbook holds",
        ),
    ],
)
def test_what_is_no_honest_workbook_is_told_in_a_sentence(raw, words):
    told = refusal(raw)
    assert told.startswith(f"{NAME}: ")
    assert words in told


@pytest.mark.parametrize(
    "insert",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x SYSTEM "file:///etc/hostname">',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>',
        b"<!-- " + b"-x" * 5000 + b" --><!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize(
    "part", [SHEET, TEXTS, "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_document_type_is_refused_wherever_it_stands(insert, part):
    def change(raw):
        start = raw.index(b"?>") + 2 if raw.startswith(b"<?xml") else 0
        return raw[:start] + insert + raw[start:]

    assert refusal(repacked({part: change})) == (
        f"{NAME}: {part} declares a document type, which no workbook has; it is not opened"
    )


def test_an_entry_under_a_password_is_told():
    raw = bytearray(repacked())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    assert refusal(bytes(raw)) == f"{NAME}: needs a password; save it without one"


def test_a_part_that_stands_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        raw = repacked(added={SHEET: b"<worksheet/>"})
    assert refusal(raw) == f"{NAME}: holds a part twice; open it in Excel and save it anew"


def test_a_file_that_is_too_large_is_not_read():
    assert "is larger than 20 MiB" in refusal(bytes((20 << 20) + 1))


def sheet_of_cells(cells):
    """A sheet of filled cells, each another."""
    drawn = random.Random(7)
    row = b'<row><c t="inlineStr"><is><t>%08x</t></is></c></row>'
    rows = b"".join(row % drawn.getrandbits(32) for _ in range(cells))
    return repacked({SHEET: lambda _: b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"})


def test_a_bomb_is_not_unfolded():
    packed = zlib.compress(bytes(80 << 20), 9)
    raw = repacked(added={"xl/media/big.xml": bytes(80 << 20)})
    assert len(packed) < 1 << 17
    assert refusal(raw) == f"{NAME}: unpacks to far more than a workbook holds; it is not opened"


def test_a_bomb_that_lies_about_its_size_is_not_unfolded():
    raw = bytearray(repacked({SHEET: lambda _: b"<worksheet>" + b" " * (60 << 20) + b"</worksheet>"}))
    at = 0
    while (at := raw.find(b"PK\x01\x02", at)) >= 0:
        length = struct.unpack_from("<H", raw, at + 28)[0]
        if raw[at + 46 : at + 46 + length] == SHEET.encode():
            struct.pack_into("<I", raw, at + 24, 1000)
        at += 4
    assert refusal(bytes(raw)) == f"{NAME}: {SHEET} is damaged; open the file in Excel and save it anew"


def test_a_sheet_of_600_000_cells_needs_less_than_160_mebibytes(tmp_path):
    path = write(sheet_of_cells(600_000), tmp_path)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from roi.errors import ScenarioError\n"
        "from roi.workbook.inputs.reading import read_workbook\n"
        "try:\n    read_workbook(Path(sys.argv[1]))\n"
        "except ScenarioError as fault:\n    print(fault)\n"
        "lines = Path('/proc/self/status').read_text().splitlines()\n"
        "print(next(int(line.split()[1]) >> 10 for line in lines if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    told, mebibytes = done.stdout.splitlines()
    assert told == f"{path}: Scenario holds more cells than an input workbook; keep the input rows alone"
    assert int(mebibytes) < 160


def test_damaged_bytes_give_a_scenario_or_a_sentence():
    """Every part changed at random places: no other error reaches the user."""
    drawn = random.Random(5)
    outcomes = set()
    for part in (SHEET, TEXTS, "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        for _ in range(12):

            def damage(raw):
                spoilt = bytearray(raw)
                for _ in range(drawn.choice([1, 3, 10])):
                    spoilt[drawn.randrange(len(spoilt))] = drawn.choice(b'<>"&09aZ\x00\xff')
                return bytes(spoilt)

            try:
                read(repacked({part: damage}))
                outcomes.add("read")
            except RoiError as fault:
                outcomes.add(str(fault)[: len(NAME) + 2])
    assert outcomes == {"read", f"{NAME}: "}


def test_damaged_archives_give_a_scenario_or_a_sentence():
    drawn = random.Random(6)
    outcomes = set()
    for _ in range(80):
        spoilt = bytearray(DEMONSTRATION)
        for _ in range(drawn.choice([1, 5])):
            spoilt[drawn.randrange(len(spoilt))] = drawn.randrange(256)
        try:
            outcomes.add(read(bytes(spoilt)) == demonstration())
        except RoiError as fault:
            outcomes.add(str(fault)[: len(NAME) + 2])
    assert outcomes == {True, f"{NAME}: "}


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(ScenarioError, match=r"is a folder; name a workbook"):
        read_workbook(tmp_path)
    with pytest.raises(
        ScenarioError, match=r"no such file; `python -m roi scenario --new .*none.xlsx` writes one"
    ):
        read_workbook(tmp_path / "none.xlsx")


@pytest.mark.parametrize("name", ["old.xls", "open.ods", "macro.xlsm", "binary.xlsb", "UPPER.XLSX"])
def test_every_ending_of_a_workbook_is_read_as_one(name, tmp_path, capsys):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert main(["check", str(tmp_path / name)]) == 2
    assert "is an old .xls or needs a password" in capsys.readouterr().err
