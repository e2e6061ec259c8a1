"""Numbers of the command line as people type them: `6.5`, `6,5`, `1,048,576`."""

from collections.abc import Mapping

import typer

from roi.notes import Note
from roi.words import numeral


class CommaNumber(float):
    """A number that was typed with a decimal comma, which the command then says."""

    written: str


def number(written: str) -> float:
    """The number of an option; a point is a decimal point, as in YAML."""
    read = numeral(written)
    if read is None:
        try:
            return float(written)  # `inf` and `nan`, which the command refuses in its own words
        except ValueError:
            raise typer.BadParameter(f"{written!r} is not a number; write one such as 6.5") from None
    if read.number is None:
        if "," not in written:
            return float(written)
        raise _one_of_two(written, read.readings)
    if not read.decimal_comma:
        return float(read.number)
    found = CommaNumber(read.number)
    found.written = written
    return found


def whole_number(written: str | int) -> int:
    """The whole number of an option; its default, which typer hands over too, as it is."""
    if isinstance(written, int):
        return written
    read = numeral(written, whole=True)
    if read is not None and read.number is None:
        raise _one_of_two(written, read.readings)
    if read is None or read.number is None or not float(read.number).is_integer():
        raise typer.BadParameter(f"{written!r} is not a whole number; write one such as 1048576")
    return int(read.number)


def comma_notes(options: Mapping[str, float | None]) -> tuple[Note, ...]:
    """What to say of the options that were typed with a decimal comma."""
    return tuple(
        Note("decimal_comma", {"place": name, "written": value.written, "read": f"{value:.15g}"})
        for name, value in options.items()
        if isinstance(value, CommaNumber)
    )


def _one_of_two(written: str, readings: tuple[float, ...]) -> typer.BadParameter:
    one, other = (f"{reading:.15g}" for reading in readings)
    return typer.BadParameter(f"{written!r} may be {one} or {other}; write one of the two")
