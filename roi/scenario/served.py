"""Supplies that serve nothing because no profile was measured on their board."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.boards import board, fits_board, same_board
from bench.profile import Profile
from roi.scenario.document import Scenario
from roi.scenario.supply import Api
from roi.texts import Language, text


@dataclass(frozen=True, slots=True)
class Unserved:
    """A rented or owned machine whose board no profile is of."""

    place: str
    """Where its board is named, such as `supplies[2].board`."""
    supply: str
    board: str
    known: tuple[str, ...]
    """Boards that profiles are of."""

    def sentence(self, language: Language) -> str:
        """Which supply serves nothing, the boards that would, and the way out."""
        return text(
            language,
            "note.unserved",
            place=self.place,
            supply=repr(self.supply),
            board=self.board,
            known=", ".join(self.known),
            command=self.way_out,
        )

    @property
    def way_out(self) -> str:
        """The command that estimates joules and seconds for the board."""
        return f'python -m bench estimate MODEL --gpu "{self.board}"'


def unserved_supplies(scenario: Scenario, profiles: Sequence[Profile]) -> tuple[Unserved, ...]:
    """Machines among the boards to choose from that no profile could run on, in the scenario's order."""
    known = boards_of(profiles)
    wanted = scenario.limits.boards
    return tuple(
        Unserved(f"supplies[{index}].board", supply.name, supply.board, known)
        for index, supply in enumerate(scenario.supplies)
        if not isinstance(supply, Api)
        if not any(same_board(supply.board, name) for name in known)
        if not wanted or any(fits_board(each, supply.board) for each in wanted)
    )


def boards_of(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """Boards that profiles are of, under the names this project uses, sorted."""
    named = {profile.hardware.accelerator for profile in profiles}
    return tuple(sorted({found.name if (found := board(name)) else name for name in named}))
