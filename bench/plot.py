"""The power of a run over time as a picture, from the rows that the side-car wrote."""

import io
from pathlib import Path

from bench.errors import MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND
from bench.meters.trace import read_trace
from bench.writing import write_file


def plot_trace(trace: Path, picture: Path) -> None:
    """Write power [W] and, where it was read, temperature [C] over time [s] as PNG or SVG, by the file's ending.

    Raises
    ------
    MeterError
        When the trace cannot be read or holds no power, or the picture cannot be written.
    """
    states = [row.state for row in read_trace(trace).rows]
    powered = [(state.monotonic_ns, state.power_w) for state in states if state.power_w is not None]
    if not powered:
        raise MeterError(f"{trace}: holds no power reading; there is nothing to draw")
    start_ns = states[0].monotonic_ns
    warm = [(state.monotonic_ns, state.temperature_c) for state in states if state.temperature_c is not None]
    _draw(_since(powered, start_ns), _since(warm, start_ns), trace.name, picture)


def _since(points: list[tuple[int, float]], start_ns: int) -> tuple[list[float], list[float]]:
    return [(ns - start_ns) / NANOSECONDS_PER_SECOND for ns, _ in points], [value for _, value in points]


def _draw(
    power: tuple[list[float], list[float]], warmth: tuple[list[float], list[float]], title: str, picture: Path
) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(*power, linewidth=0.8, color="black")
    axes.set(xlabel="time [s]", ylabel="power [W]", title=title, ylim=(0, None))
    if warmth[0]:
        beside = axes.twinx()
        beside.plot(*warmth, linewidth=0.8, linestyle="--", color="grey")
        beside.set_ylabel("temperature [C], dashed")
    held = io.BytesIO()
    try:
        figure.savefig(held, format=picture.suffix.removeprefix(".") or "png", dpi=120)
        write_file(picture, held.getvalue())
    except (OSError, ValueError) as fault:
        raise MeterError(f"{picture}: cannot be written: {fault}; name a .png or .svg file") from None
