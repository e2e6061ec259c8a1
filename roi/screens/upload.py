"""Files that somebody sends: scenarios, input workbooks, profiles. Nothing of a file's name is a path."""

import re
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PureWindowsPath

from bench.errors import BenchError
from bench.library import load_profiles
from bench.profile import Profile
from bench.textfile import decoded
from roi.errors import RoiError
from roi.notes import Note, encoding_notes
from roi.scenario.faults import Accepted
from roi.scenario.load import read_scenario
from roi.texts import Language, text
from roi.texts.messages import Message, message_of
from roi.workbook.inputs.reading import workbook_from_bytes

SCENARIO_ENDINGS = ("yaml", "yml", "xlsx")
PROFILE_ENDINGS = ("json",)
PROFILE_BYTES_MAX = 4 << 20
"""The bundled library, 179 profiles, has a tenth of it."""
PROFILE_FILES_MAX = 20
_NAME_LENGTH = 80
_ODD = re.compile(r"[^\w.-]+")


def plain_name(name: str) -> str:
    """A file's name without folders and without anything but letters, digits, dots and dashes."""
    last = PureWindowsPath(unicodedata.normalize("NFC", name)).name
    plain = _ODD.sub("_", last).lstrip(".")
    stem, dot, ending = plain.rpartition(".")
    return f"{(stem or 'file')[:_NAME_LENGTH]}{dot}{ending[:8]}"


def uploaded_scenario(name: str, content: bytes, language: Language) -> Accepted:
    """The scenario of a YAML file or an input workbook, and what was read another way than it stands.

    Raises
    ------
    RoiError
        With every fault of the file, or when it is of another kind.
    """
    name = plain_name(name)
    ending = _ending(name, SCENARIO_ENDINGS, language)
    if ending == "xlsx":
        return workbook_from_bytes(content, name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        try:
            return _without_folder_in_notes(read_scenario(path), folder)
        except RoiError as fault:
            raise type(fault)(without_folder(fault, folder)) from None


def uploaded_profiles(files: Mapping[str, bytes], language: Language) -> tuple[Profile, ...]:
    """The bundled profiles and those of the files, by name.

    Raises
    ------
    RoiError
        When there are too many files, or one is too large or of another kind.
    BenchError
        With every fault of the files.
    """
    if len(files) > PROFILE_FILES_MAX:
        raise RoiError(text(language, "screen.too_many_files", most=PROFILE_FILES_MAX))
    with tempfile.TemporaryDirectory() as folder:
        paths = [_written(Path(folder), name, content, language) for name, content in files.items()]
        try:
            return load_profiles(paths)
        except BenchError as fault:
            raise type(fault)(without_folder(fault, folder)) from None


def profile_notes(files: Mapping[str, bytes]) -> tuple[Note, ...]:
    """Which of the files, already read, are not UTF-8, and what they were taken for."""
    return tuple(
        note
        for name, content in files.items()
        for note in encoding_notes(plain_name(name), decoded(content).encoding)
    )


def _written(folder: Path, name: str, content: bytes, language: Language) -> Path:
    name = plain_name(name)
    _ending(name, PROFILE_ENDINGS, language)
    if len(content) > PROFILE_BYTES_MAX:
        most = PROFILE_BYTES_MAX >> 20
        raise RoiError(text(language, "screen.too_large", name=name, most=most))
    path = folder / name
    path.write_bytes(content)
    return path


def _ending(name: str, allowed: tuple[str, ...], language: Language) -> str:
    ending = name.rpartition(".")[2].casefold()
    if ending not in allowed:
        endings = ", ".join(f".{each}" for each in allowed)
        raise RoiError(text(language, "screen.wrong_kind", name=name, endings=endings))
    return ending


def without_folder(fault: BaseException, folder: str) -> str:
    """What is wrong, without the folder in which the file lay for a moment."""
    told = message_of(fault)
    if isinstance(told, Message):
        return told.with_texts(lambda words: _short(words, folder))
    return _short(told, folder)


def _without_folder_in_notes(found: Accepted, folder: str) -> Accepted:
    notes = (
        Note(note.kind, {name: _short(str(value), folder) for name, value in note.values.items()})
        for note in found.notes
    )
    return replace(found, notes=tuple(notes))


def _short(message: str, folder: str) -> str:
    """The message with the file's name alone: where it lay for a moment is nobody's business."""
    whole = {f"{folder}/", f"{Path(folder).resolve()}/"}
    for place in sorted(whole, key=len, reverse=True):
        message = message.replace(place, "")
    return message
