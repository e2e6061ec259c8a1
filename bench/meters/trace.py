"""Rows of meter readings as CSV: what the side-car writes and what the replay meter plays.

    # {"kind": "nvml-counter", "boundary": "gpu", "board_name": "...", ...}
    monotonic_ns,energy_j,power_w,temperature_c,sm_clock_mhz,memory_used_bytes,throttle_reasons
    1000000000,812345.6,301.2,61,1980,17179869184,sw_power_cap

The first line is the meter's description as JSON after `# `, with `range_j` when the counter wraps. `energy_j`
is the counter as read. An empty cell was not readable at that moment; `lost` in `energy_j` is a reading that
failed. Several throttle reasons are joined by `|`. Rows are in the order of time. A last line without a line
break is one that its writer did not finish: it is left out.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.errors import MeterError
from bench.meters.contract import BoardState, MeterDescription, PowerReading

COLUMNS = (
    "monotonic_ns",
    "energy_j",
    "power_w",
    "temperature_c",
    "sm_clock_mhz",
    "memory_used_bytes",
    "throttle_reasons",
)
LOST = "lost"


@dataclass(frozen=True)
class TraceRow:
    """One moment of a board."""

    state: BoardState
    energy_j: float | None = None
    """The counter as read; None when it was not [J]."""
    lost: bool = False
    """The counter was asked and failed."""


@dataclass(frozen=True)
class Trace:
    """All rows of one file, and the meter they are from."""

    description: MeterDescription
    rows: tuple[TraceRow, ...]
    range_j: float | None = None

    @property
    def powers(self) -> tuple[PowerReading, ...]:
        """The power readings among the rows."""
        return tuple(
            PowerReading(row.state.monotonic_ns, row.state.power_w)
            for row in self.rows
            if row.state.power_w is not None
        )


def trace_head(description: MeterDescription, range_j: float | None = None) -> str:
    """The two lines that a trace file opens with."""
    about = asdict(description) | ({} if range_j is None else {"range_j": range_j})
    return f"# {json.dumps(about, ensure_ascii=False)}\n{','.join(COLUMNS)}\n"


def trace_line(row: TraceRow) -> str:
    """One row as a line."""
    state = row.state
    cells: tuple[object, ...] = (
        state.monotonic_ns,
        LOST if row.lost else row.energy_j,
        state.power_w,
        state.temperature_c,
        state.sm_clock_mhz,
        state.memory_used_bytes,
        "|".join(sorted(state.throttle_reasons)),
    )
    return ",".join("" if cell is None else str(cell) for cell in cells) + "\n"


def read_trace(path: Path) -> Trace:
    """A trace file; `MeterError` names the line that cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MeterError(
            f"{path}: cannot read the trace ({error}); give a file that the side-car wrote"
        ) from error
    lines = text.splitlines(keepends=True)
    whole = lines if not lines or lines[-1].endswith("\n") else lines[:-1]
    if len(whole) < 2 or not whole[0].startswith("# ") or whole[1].strip() != ",".join(COLUMNS):
        raise MeterError(f"{path}: is no trace; its second line must be {','.join(COLUMNS)}")
    description, range_j = _description(path, whole[0][2:])
    return Trace(description, tuple(_rows(path, whole[2:])), range_j)


class TraceFollower:
    """Reads a trace that is still being written, from where it stopped the last time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = 0
        self._lines = 0
        self._last: TraceRow | None = None

    def rows(self) -> tuple[TraceRow, ...]:
        """The rows that were finished since the last call; `MeterError` names a line that cannot be read."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._place)
                new = file.read()
        except OSError as error:
            raise MeterError(f"{self._path}: cannot be read ({error.strerror}); run again") from error
        whole = new[: new.rfind(b"\n") + 1]
        self._place += len(whole)
        lines = whole.decode("utf-8", errors="replace").splitlines()
        first = self._lines + 1
        self._lines += len(lines)
        heads = max(0, 3 - first)
        found = tuple(_rows(self._path, lines[heads:], first + heads, self._last))
        self._last = found[-1] if found else self._last
        return found


def _description(path: Path, text: str) -> tuple[MeterDescription, float | None]:
    try:
        about = json.loads(text)
        range_j = about.pop("range_j", None)
        return MeterDescription(**about | {"notes": tuple(about.get("notes", ()))}), range_j
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise MeterError(
            f"{path} line 1: no description of a meter ({error}); write the trace anew"
        ) from error


def _rows(path: Path, lines: list[str], first: int = 3, last: TraceRow | None = None) -> Iterator[TraceRow]:
    before = last.state.monotonic_ns if last else None
    for number, line in enumerate(lines, start=first):
        try:
            row = _row(line.strip().split(","))
        except ValueError as error:
            raise MeterError(
                f"{path} line {number}: {error}; delete the line or write the trace anew"
            ) from error
        if before is not None and row.state.monotonic_ns < before:
            raise MeterError(f"{path} line {number}: time runs backwards; sort the rows by monotonic_ns")
        before = row.state.monotonic_ns
        yield row


def _row(cells: list[str]) -> TraceRow:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} cells where {len(COLUMNS)} belong")
    stamp, energy, power, temperature, clock, memory, reasons = cells
    state = BoardState(
        int(stamp),
        temperature_c=_number(temperature),
        sm_clock_mhz=_number(clock),
        memory_used_bytes=int(memory) if memory else None,
        throttle_reasons=frozenset(reasons.split("|")) if reasons else frozenset(),
        power_w=_number(power),
    )
    return TraceRow(state, None if energy == LOST else _number(energy), lost=energy == LOST)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
