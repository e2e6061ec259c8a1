"""What a command says: its answer on standard output, an object of JSON or a page as wide as the terminal.

On standard error stands what it read another way than it is written, what is unusual, and a word about work that
takes longer than two seconds.
"""

import json
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

from roi.texts import Language, text

if TYPE_CHECKING:
    from pathlib import Path

    from bench.profile import Profile
    from roi.notes import Note
    from roi.paper import Paper
    from roi.scenario.document import Scenario

NO_ANSWER = 1
"""Exit status when nothing meets all rules."""


def json_text(document: dict[str, object]) -> str:
    """One object of JSON, readable; NaN is an error."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def show(page: "Paper") -> None:
    """The paper in colour on a terminal, as plain text elsewhere."""
    from rich.console import Console

    from roi.output.terminal import drawn, piped_columns, plain_text

    if sys.stdout.isatty():
        Console(highlight=False, markup=False, emoji=False).print(drawn(page))
    else:
        typer.echo(plain_text(page, piped_columns()))


def put_written(path: "Path", content: str | bytes, language: Language) -> None:
    """A new file, and a word that it is there."""
    from roi.errors import OperationError
    from roi.new_file import put_new_file

    raw = content.encode() if isinstance(content, str) else content
    put_new_file(path, raw, raised=OperationError)
    typer.echo(text(language, "operation.written", path=path), err=True)


def tell_notes(notes: Iterable["Note"], language: Language) -> None:
    """What was read another way than it stands."""
    for note in notes:
        typer.echo(note.sentence(language), err=True)


def tell_inputs(scenario: "Scenario", profiles: Sequence["Profile"], language: Language) -> None:
    """Numbers that are seldom seen, and supplies that no profile serves with the way out."""
    from roi.scenario.plausible import unusual
    from roi.scenario.served import unserved_supplies

    for each in unusual(scenario):
        typer.echo(each.sentence(language), err=True)
    for machine in unserved_supplies(scenario, profiles):
        typer.echo(machine.sentence(language), err=True)


def unserved_document(scenario: "Scenario", profiles: Sequence["Profile"]) -> dict[str, object]:
    """The supplies that no profile serves, for a program."""
    from roi.scenario.served import unserved_supplies

    return {
        "unserved_supplies": [
            {
                "supply": machine.supply,
                "board": machine.board,
                "boards_with_profiles": list(machine.known),
                "way_out": machine.way_out,
            }
            for machine in unserved_supplies(scenario, profiles)
        ]
    }


QUIET_S = 2.0
"""Nothing is said before."""
AGAIN_S = 10.0
"""The same step is named again after this."""


class StepNotes:
    """Names the step at work, from two seconds on: at once when it changes, else every ten seconds."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._step = text(language, "plan.step_plan")
        self._said: tuple[str, float] = ("", 0.0)
        self._began_s = time.monotonic()
        self._ended = threading.Event()
        self._speaker = threading.Thread(target=self._speak, daemon=True)

    def __enter__(self) -> Self:
        self._speaker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._speaker.join()

    def step(self, name: str) -> None:
        """What is done from now on, in a few words."""
        self._step = name

    def _speak(self) -> None:
        while not self._ended.wait(QUIET_S):
            seconds = time.monotonic() - self._began_s
            step, said_s = self._said
            if step != self._step or seconds - said_s >= AGAIN_S:
                self._said = (self._step, seconds)
                sentence = text(self._language, "plan.progress", step=self._step, seconds=seconds)
                print(sentence, file=sys.stderr, flush=True)
