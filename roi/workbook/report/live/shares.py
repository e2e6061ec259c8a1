"""The part of the plan that is compared with today: that of the workloads which state what serves them today."""

from collections.abc import Sequence

from roi.planning.today import with_baseline
from roi.workbook.expression import Cell, Formula, term
from roi.workbook.functions import added, total
from roi.workbook.report.live.courses import Owner, Side
from roi.workbook.report.live.energy import Energy
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.timeline import Timeline
from roi.workbook.report.live.work import Work


class Shares:
    """Share of each owner: a supply's by board time, a model's by accepted pictures, the site's by all board time.

    Where every workload states a baseline all is compared, and no share stands anywhere.
    """

    def __init__(self, ground: Ground, line: Timeline, work: Work, energy: Energy) -> None:
        decision = ground.material.decision
        self._ground, self._work = ground, work
        self._partial = bool(decision.without_baseline) and decision.baseline is not None
        self._names = with_baseline(decision.scenario)
        self._board: list[Cell | None] = []
        self._requests: list[Cell] = []
        self._pictures: list[Cell] = []
        if self._partial:
            self._weigh(line, energy)

    def of(self, side: Side | None, owner: Owner) -> Formula | None:
        """Share of an owner's amounts [1]; None where all counts."""
        if not self._partial or side is None or side.name == "today":
            return None
        kind, number = owner
        rows = self._work.rows["plan"]
        mine = [row.option.workload in self._names for row in rows]
        if kind == "row":
            return term(1 if mine[number] else 0)
        if kind == "supply":
            name = side.programme.supplies[number].name
            here = [place for place, row in enumerate(rows) if row.option.offer.supply == name]
            return self._share(here, mine, self._by_work(here))
        if kind == "model":
            model = side.programme.model_names[number]
            here = [place for place, row in enumerate(rows) if row.option.offer.model_id == model]
            return self._share(here, mine, self._pictures)
        every = list(range(len(rows)))
        return self._share(every, mine, [cell or 0 for cell in self._board])

    def _by_work(self, here: Sequence[int]) -> Sequence[Cell | int]:
        """Board time, or requests where a supply has none."""
        if any(self._board[place] is not None for place in here):
            return [cell or 0 for cell in self._board]
        return self._requests

    @staticmethod
    def _share(here: Sequence[int], mine: Sequence[bool], weights: Sequence[Cell | int]) -> Formula:
        if not here:
            return term(0)
        return added([weights[place] for place in here if mine[place]]) / added(
            [weights[each] for each in here]
        )

    def _weigh(self, line: Timeline, energy: Energy) -> None:
        ground = self._ground
        line.heading(ground.say("shares"), ground.heads())
        for row, made in zip(self._work.rows["plan"], energy.made["plan"], strict=True):
            names = (row.option.offer.id, f"{row.option.workload} / {row.option.offer.supply}")
            requests = total(row.yearly.fixed())
            self._requests.append(line.figure((*names, ground.say("requests")), requests, "money"))
            self._pictures.append(
                line.figure((*names, ground.say("pictures")), requests * row.accepted, "money")
            )
            board = None
            if made.board_s is not None:
                board = line.figure((*names, "s"), requests * made.board_s, "money")
            self._board.append(board)
