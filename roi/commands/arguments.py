"""Options that several commands share, with numbers as people type them (`6.5`, `6,5`, `1,048,576`), and the
scenario that they mean.
"""

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roi.commands.streams import tell_notes
from roi.errors import RoiError
from roi.notes import Note
from roi.texts import Language, text
from roi.texts.messages import Message, at
from roi.words import numeral


class CommaNumber(float):
    """A number that was typed with a decimal comma, which the command then says."""

    written: str


def number(written: str | float) -> float:
    """The number of an option; a point is a decimal point, as in YAML. A default is handed over as it is."""
    if isinstance(written, float):
        return written
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


if TYPE_CHECKING:
    from roi.scenario.document import Scenario

ScenarioFile = Annotated[
    Path | None, typer.Option("--scenario", help="Scenario file; the bundled demonstration when left out.")
]
ScenarioArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[SCENARIO]",
        help="Scenario file; the bundled demonstration when left out.",
        show_default=False,
    ),
]
ProfilePaths = Annotated[
    list[Path] | None,
    typer.Option("--profiles", help="A profile file or a folder of them, beside the library; repeatable."),
]
Gap = Annotated[
    float | None,
    typer.Option(
        parser=number, help="Stop when the plan is proven within this fraction of the best, such as 0.005."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of the page.")]
Log = Annotated[Path, typer.Option("--log", help="The ledger that `bench track` and `pull` fill.")]
LEDGER = Path("operations.db")
DecidedScenario = Annotated[
    Path, typer.Argument(metavar="SCENARIO.yaml", help="The scenario that was decided on.")
]
MonthOption = Annotated[
    str | None, typer.Option("--month", help="Month such as 2026-12; the present one when left out.")
]
Rates = Annotated[
    list[str] | None,
    typer.Option(help="CURRENCY=RATE, the plan's currency for one unit, as it was in the month; repeatable."),
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the page: en or ja.")]


def refuse_solver_limits(time_limit: float | None, gap: float | None) -> None:
    """Limits of the solver that mean nothing."""
    if time_limit is not None and not 0.0 < time_limit < math.inf:
        raise RoiError(Message("asked.time_limit", given=repr(time_limit)))
    if gap is not None and not 0.0 <= gap < 1.0:
        raise RoiError(Message("asked.gap", given=repr(gap)))


def refuse_closed_place(option: str, place: Path, *, folder: bool = False) -> None:
    """A file's place, or a folder's that may still have to be made, where nothing can be written."""
    above = place.absolute() if folder else place.absolute().parent
    while folder and not os.path.lexists(above):
        above = above.parent
    if not above.is_dir():
        key = "file.no_folder" if os.path.lexists(above) else "file.folder_missing"
        raise RoiError(at(f"{option} {place}", Message(key, folder=str(above))))
    if not os.access(above, os.W_OK):
        raise RoiError(at(f"{option} {place}", Message("file.folder_closed", folder=str(above))))


def scenario_of(path: Path | None, language: Language) -> "Scenario":
    """The scenario of a file, with what was read another way told; without one the bundled demonstration."""
    from roi.scenario_file import load_scenario, read_scenario_file

    if path is not None:
        found = read_scenario_file(path)
        tell_notes(found.notes, language)
        return found.scenario
    typer.echo(text(language, "page.demonstration"), err=True)
    return load_scenario()
