"""Opens a workbook that somebody sent: nothing runs, nothing is fetched, nothing unfolds into gigabytes."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from roi.errors import RoiError, ScenarioError
from roi.texts.messages import Message, at

FILE_BYTES_MAX = 20 << 20
UNPACKED_BYTES_MAX = 200 << 20
XML_BYTES_MAX = 64 << 20
"""An input workbook of sixty supplies has less than two."""
PARTS_MAX = 2000
RATIO_MAX = 200
"""An honest workbook unpacks to some ten times its size."""
_CHUNK = 1 << 16
_OLD_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of an .xls and of a workbook under a password."""

_NO_ZIP = (zipfile.BadZipFile, NotImplementedError, EOFError)
"""What `zipfile` raises of an archive that it does not understand."""

Attributes = Mapping[str, str]
Start = Callable[[str, Attributes], None]


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook's parts, packed; `name` stands for the file in messages."""

    name: str
    archive: zipfile.ZipFile
    refusal: type[RoiError]

    def refused(self, key: str, **values: object) -> RoiError:
        """The error to raise about this file, by the key of its sentence under `sheet`."""
        return self.refusal(at(self.name, Message(f"sheet.{key}", **values)))

    def parts(self) -> tuple[str, ...]:
        """Names of the parts."""
        return tuple(info.filename for info in self.archive.infolist() if not info.is_dir())


def file_bytes(path: Path, refusal: type[RoiError] = ScenarioError) -> bytes:
    """The content of a file, as far as one more byte than is allowed.

    Raises
    ------
    RoiError
        As `refusal`, when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        key = "file.no_scenario" if refusal is ScenarioError else "file.not_there"
        raise refusal(at(path, Message(key, path=str(path)))) from None
    except IsADirectoryError:
        raise refusal(at(path, Message("file.folder_for_workbook"))) from None
    except OSError as fault:
        raise refusal(at(path, Message("file.not_read", reason=fault.strerror))) from None


def opened(raw: bytes, name: str, refusal: type[RoiError] = ScenarioError) -> Package:
    """The parts of a workbook, none of them read yet.

    Raises
    ------
    RoiError
        As `refusal`, when it is no workbook, is too large, or holds what a workbook must not.
    """
    if len(raw) > FILE_BYTES_MAX:
        raise refusal(at(name, Message("sheet.large", most=FILE_BYTES_MAX >> 20)))
    if raw.startswith(_OLD_FILE):
        raise refusal(at(name, Message("sheet.old")))
    try:
        package = Package(name, zipfile.ZipFile(io.BytesIO(raw)), refusal)
        _require_workbook(package, len(raw))
    except (*_NO_ZIP, ValueError):
        raise refusal(at(name, Message("sheet.no_workbook"))) from None
    return package


@contextmanager
def _unpacked(package: Package, part: str) -> Iterator[None]:
    """Faults of a part as a sentence."""
    try:
        yield
    except (*_NO_ZIP, zlib.error, expat.ExpatError, RuntimeError, OSError):
        raise package.refused("damaged", part=part) from None


def content(package: Package, part: str) -> bytes:
    """A part, unpacked.

    Raises
    ------
    RoiError
        When it is damaged.
    """
    with _unpacked(package, part):
        return package.archive.read(part)


def read_xml(
    package: Package,
    part: str,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read a part element by element, under the names without their namespaces' prefixes.

    Raises
    ------
    RoiError
        When it is no XML, declares a document type, or is larger than what it said.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = lambda *_: _refuse_document_type(package, part)
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    with _unpacked(package, part), package.archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)


def _refuse_document_type(package: Package, part: str) -> None:
    raise package.refused("document_type", part=part)


def _require_workbook(package: Package, packed_bytes: int) -> None:
    infos = package.archive.infolist()
    names = [info.filename.casefold() for info in infos]
    unpacked = sum(info.file_size for info in infos)
    markup = sum(info.file_size for info in infos if info.filename.endswith((".xml", ".rels", ".vml")))
    allowed = min(UNPACKED_BYTES_MAX, RATIO_MAX * max(packed_bytes, 1 << 14))
    if len(infos) > PARTS_MAX or unpacked > allowed or markup > XML_BYTES_MAX:
        raise package.refused("unpacks")
    if any(info.flag_bits & 1 for info in infos):
        raise package.refused("password")
    if len(set(names)) != len(names):
        raise package.refused("part_twice")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise package.refused("macros")
    if "mimetype" in names or "content.xml" in names:
        raise package.refused("open_document")
    if "xl/workbook.bin" in names:
        raise package.refused("binary")
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise package.refused("no_workbook")
