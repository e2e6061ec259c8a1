"""Which figures a group of results can fill, and their files."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from bench.errors import StudyError
from bench.study.between import judged_block, quality_points
from bench.study.drawing import Boxes, Lines, Points
from bench.study.inference import power
from bench.study.observation import Group, Observation
from bench.study.within import SIZE
from bench.writing import write_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 120


@dataclass(frozen=True)
class Drawing:
    """One figure, not yet drawn."""

    name: str
    """Of its file, without the ending."""
    title: str
    draw: Callable[[], "Figure"]

    def svg(self) -> bytes:
        """The figure as SVG, the same bytes for the same data."""
        from matplotlib import rc_context

        held = io.BytesIO()
        with rc_context({"svg.hashsalt": self.name}):
            self.draw().savefig(held, format="svg", metadata={"Date": None})
        return held.getvalue()

    def png(self) -> bytes:
        """The figure as PNG."""
        held = io.BytesIO()
        self.draw().savefig(held, format="png", dpi=DOTS_PER_INCH)
        return held.getvalue()

    def write(self, folder: Path) -> None:
        """The figure as PNG and SVG files; `StudyError` when they cannot be written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_file(folder / f"{self.name}.png", self.png())
            write_file(folder / f"{self.name}.svg", self.svg())
        except OSError as fault:
            raise StudyError(f"{folder}: figures cannot be written: {fault.strerror}; name another") from None


def drawings(group: Group, observations: Sequence[Observation], number: int) -> Iterator[Drawing]:
    """The figures that the results of a group can fill."""
    boxes = _boxes(group, observations)
    yield Drawing(f"energy-by-model-{number}", f"Group {number}: energy by model", boxes.figure)
    points = _points(group, observations)
    if points is not None:
        yield Drawing(f"energy-quality-{number}", f"Group {number}: energy and quality", points.figure)
    lines = resolution_lines(observations)
    if lines:
        drawn = Lines(group.label, lines)
        yield Drawing(f"energy-by-size-{number}", f"Group {number}: energy by size", drawn.figure)


def _boxes(group: Group, observations: Sequence[Observation]) -> Boxes:
    joules: dict[str, list[float]] = defaultdict(list)
    for one in observations:
        joules[one.model].append(one.energy_j_per_image)
    return Boxes(group.label, dict(joules), {one.model: one.family for one in observations})


def _points(group: Group, observations: Sequence[Observation]) -> Points | None:
    block, reference = judged_block(observations)
    points = quality_points(block, reference)
    if reference is None or len(points) < 2:
        return None
    families = {one.model: one.family for one in block.observations}
    return Points(f"{block.label}\n{group.label}", reference, points, families)


def resolution_lines(observations: Sequence[Observation]) -> dict[str, dict[int, float]]:
    """Energy [J/image] of each model by pixels, over settings that were run at every size shown."""
    cells: dict[str, dict[object, dict[int, list[float]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for one in observations:
        cells[one.model][one.without(SIZE)][one.pixels].append(one.log_energy)
    found = {}
    for model, by_setting in sorted(cells.items()):
        sizes = max(
            (frozenset(held) for held in by_setting.values()), key=lambda held: (len(held), sorted(held))
        )
        if len(sizes) > 1:
            full = [held for held in by_setting.values() if held.keys() >= sizes]
            found[model] = {
                pixels: power(fmean(fmean(held[pixels]) for held in full)) for pixels in sorted(sizes)
            }
    return found
