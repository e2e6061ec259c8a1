"""A board that does what a test writes down: batches of stated seconds and watts, temperatures, throttling.

Its power is constant while a batch runs and `idle_w` between batches, so that every joule can be checked by
hand. The counter ticks every 20 ms. Time is the clock's of the replay meter: nothing sleeps.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from bench.errors import MeterError
from bench.meters.contract import BoardState, MeterDescription
from bench.meters.replay import ReplayClock, ReplayMeter

TICK_NS = 20_000_000
DESCRIPTION = MeterDescription("replay", "gpu", "NVIDIA H100 80GB HBM3", board_uuid="GPU-1")


@dataclass
class ScriptedBoard:
    """Plays as a `Track`, and runs batches."""

    seconds: Callable[[int], float] = lambda _: 0.5
    """Seconds of the n-th batch that was ever made."""
    watts: Callable[[int], float] = lambda _: 400.0
    idle_w: float = 100.0
    temperature_c: Callable[[float], float | None] = lambda _: 50.0
    """By seconds since the start."""
    reasons: Callable[[float], frozenset[str]] = lambda _: frozenset()
    resets_at_s: tuple[float, ...] = ()
    vanishes_at_s: float | None = None
    images_per_batch: int = 2
    before_batch: Callable[[int], None] = lambda _: None
    made: list[int] = field(default_factory=list)
    """Index of every batch."""
    _busy: list[tuple[int, int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = ReplayClock()
        self.meter = ReplayMeter(self, self.clock, DESCRIPTION)

    def generate_batch(self, index: int) -> None:
        """Be busy."""
        number = len(self.made)
        self.before_batch(number)
        self.made.append(index)
        begin_ns = self.clock.now_ns()
        end_ns = begin_ns + round(self.seconds(number) * 1e9)
        self._busy.append((begin_ns, end_ns, self.watts(number)))
        self.clock.sleep(self.seconds(number))

    def synchronize(self) -> None:
        """Batches end by themselves."""

    def raw_energy_j(self, now_ns: int) -> float:
        """The counter at its last tick."""
        self._refuse_when_gone(now_ns)
        tick_ns = now_ns // TICK_NS * TICK_NS
        last_reset_ns = max((round(s * 1e9) for s in self.resets_at_s if s * 1e9 <= now_ns), default=0)
        return max(0.0, self._joules(tick_ns) - self._joules(last_reset_ns))

    def power_w(self, now_ns: int) -> float:
        """Power now."""
        self._refuse_when_gone(now_ns)
        return next((watts for begin, end, watts in self._busy if begin <= now_ns < end), self.idle_w)

    def state(self, now_ns: int) -> BoardState:
        """As the script says."""
        self._refuse_when_gone(now_ns)
        seconds = now_ns / 1e9
        return BoardState(
            now_ns,
            temperature_c=self.temperature_c(seconds),
            memory_used_bytes=3 * 2**30,
            throttle_reasons=self.reasons(seconds),
            power_w=self.power_w(now_ns),
        )

    def _refuse_when_gone(self, now_ns: int) -> None:
        if self.vanishes_at_s is not None and now_ns >= self.vanishes_at_s * 1e9:
            raise MeterError("board fell off the bus; restart the machine")

    def _joules(self, until_ns: int) -> float:
        extra = sum(
            (min(end, until_ns) - begin) * (watts - self.idle_w)
            for begin, end, watts in self._busy
            if begin < until_ns
        )
        return (until_ns * self.idle_w + extra) / 1e9
