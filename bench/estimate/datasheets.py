"""What makers state of their boards: arithmetic, bandwidth, power."""

import functools
from pathlib import Path
from typing import Literal

from bench.boards import board, closest_boards
from bench.errors import EstimateError
from bench.profile import Part, Positive, Text

_TABLE = Path(__file__).with_name("boards.json")


class Datasheet(Part):
    """One board."""

    name: Text
    """The name this project uses."""
    compute_capability: tuple[int, int]
    """CUDA compute capability: which number formats the board multiplies."""
    tflops_16bit: Positive
    """Dense tensor throughput at 16 bits with 32-bit accumulation [TFLOP/s]."""
    bandwidth_tb_s: Positive
    """Memory bandwidth [10^12 bytes/s]."""
    power_limit_w: Positive
    """Power limit [W]."""
    memory_gb: Positive | None = None
    """Memory, where the table of boards lacks it [10^9 bytes]."""
    source: Text
    """Where the figures stand."""


class _Table(Part):
    schema_version: Literal[1]
    note: Text
    boards: tuple[Datasheet, ...]


@functools.lru_cache(maxsize=1)
def datasheets() -> dict[str, Datasheet]:
    """All boards by name."""
    table = _Table.model_validate_json(_TABLE.read_text(encoding="utf-8"))
    return {each.name: each for each in table.boards}


def datasheet(name: str) -> Datasheet:
    """The board of that name.

    Raises
    ------
    EstimateError
        When the name is unknown or fits several boards, or its datasheet is not in the table.
    """
    found = board(name)
    if found is None or found.name not in datasheets():
        near = [each for each in closest_boards(name) if each in datasheets()]
        raise EstimateError(
            f"--gpu {name!r}: no datasheet of that board, or the name fits several; one of "
            f"{', '.join(near or datasheets())}"
        )
    return datasheets()[found.name]


def memory_gb(sheet: Datasheet) -> float | None:
    """Memory of a board [10^9 bytes]; None where nobody states it."""
    known = board(sheet.name)
    return sheet.memory_gb if known is None or known.memory_gb is None else known.memory_gb
