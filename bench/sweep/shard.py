"""The points of one machine, one after the other, skipping what has its result already."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.journal import Journal
from bench.sweep.attempt import attempt, point_lock
from bench.sweep.child import Machine
from bench.sweep.plan import PlannedPoint
from bench.sweep.result import FINAL, Place, Result, usable_result

LIMIT_S = 7200.0
"""After this a point counts as stuck; the publish tier needs about an hour."""


@dataclass(frozen=True)
class Shard:
    """What one machine has to do."""

    plan: str
    """Name of the plan."""
    seed: int
    points: tuple[PlannedPoint, ...]
    folder: Path
    machine: Machine
    label: str = "1-of-1"
    """Tells its journal from those of other shards."""
    retry_failed: bool = False
    """Give failed points another attempt."""
    seconds_max: float | None = None
    """No point begins later than this [s]."""
    limit_s: float = LIMIT_S
    """Longest time for one point [s]."""

    @property
    def journal(self) -> Path:
        """Every start and end of an attempt, in order."""
        return self.folder / f"journal-{self.label}.jsonl"


@dataclass
class Standing:
    """Where a sweep stands."""

    total: int
    results: dict[str, Result] = field(default_factory=dict)
    """By hash; a failed point that is to be tried again is none."""
    running: PlannedPoint | None = None
    elsewhere: int = 0
    """Points that another process holds."""

    def count(self, status: str) -> int:
        """Points that ended so."""
        return sum(one.status == status for one in self.results.values())

    @property
    def left(self) -> int:
        """Points without a result."""
        return self.total - len(self.results)

    @property
    def time_left_s(self) -> float | None:
        """Mean duration of a point so far times what is left; None before the first."""
        spent = [one.duration_s for one in self.results.values() if one.status == "measured"]
        return self.left * sum(spent) / len(spent) if spent else None

    def remarks(self) -> list[str]:
        """What a reader of the results should know before they are compared."""
        found = []
        boards = sorted({one.board for one in self.results.values() if one.board})
        if len(boards) > 1:
            found.append(f"results of {len(boards)} boards lie here: {', '.join(boards)}; compare each apart")
        dark = sum(one.profile is not None and one.profile.energy is None for one in self.results.values())
        if dark:
            found.append(f"{dark} measured points have no joules; their profiles say why")
        return found


Show = Callable[[Standing], None]


def standing_of(folder: Path, points: Sequence[PlannedPoint], retry_failed: bool) -> Standing:
    """What the folder holds of these points."""
    standing = Standing(len(points))
    renew(standing, folder, points, retry_failed)
    return standing


def renew(standing: Standing, folder: Path, points: Sequence[PlannedPoint], retry_failed: bool) -> None:
    """Look for the results that were not there before."""
    for one in points:
        known = standing.results.get(one.hash)
        if known is not None and known.status in FINAL:
            continue
        found = usable_result(folder, one.hash)
        if found is not None and _counts(found, retry_failed):
            standing.results[one.hash] = found


def _counts(result: Result, retry_failed: bool) -> bool:
    return result.status in FINAL or not retry_failed


def run_shard(shard: Shard, show: Show) -> Standing:
    """Measure what has no result yet. Points that another process holds are left to it."""
    shard.folder.mkdir(parents=True, exist_ok=True)
    standing = standing_of(shard.folder, shard.points, shard.retry_failed)
    missing = [one for one in shard.points if one.hash not in standing.results]
    began_s = time.monotonic()
    show(standing)
    with Journal(shard.journal) as journal:
        for planned in missing:
            if shard.seconds_max is not None and time.monotonic() - began_s > shard.seconds_max:
                break
            standing.running = planned
            show(standing)
            result = _one(shard, planned, journal)
            if result is None:
                standing.elsewhere += 1
            else:
                standing.results[planned.hash] = result
            standing.running = None
            show(standing)
    return standing


def _one(shard: Shard, planned: PlannedPoint, journal: Journal) -> Result | None:
    with point_lock(shard.folder, planned.hash) as held:
        if not held:
            return None
        meanwhile = usable_result(shard.folder, planned.hash)
        if meanwhile is not None and _counts(meanwhile, shard.retry_failed):
            return meanwhile
        journal.append({"record": "start", "point": planned.hash, "position": planned.position})
        place = Place(plan=shard.plan, seed=shard.seed, stage=planned.stage, position=planned.position)
        result = attempt(planned, place, shard.folder, shard.machine, shard.limit_s)
        journal.append({"record": "end", "point": planned.hash, "status": result.status})
    return result
