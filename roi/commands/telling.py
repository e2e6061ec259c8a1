"""What a command says about its inputs on standard error before it answers."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from roi.texts import Language

if TYPE_CHECKING:
    from bench.profile import Profile
    from roi.notes import Note
    from roi.scenario.document import Scenario


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
