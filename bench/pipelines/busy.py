"""A load for the self-test of a meter: matrix products on the board of a UUID, for some seconds."""

import time
from collections.abc import Callable
from typing import Any

from bench.pipelines.device import board_uuid

SIDE = 8192
"""Of the square matrices: 128 MiB each at 16 bits, and enough arithmetic to fill a board of any size."""


def busy_board(uuid: str) -> Callable[[float], object] | None:
    """What keeps the board busy for the seconds that it is given; None where torch does not see that board."""
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    names = [f"cuda:{place}" for place in range(torch.cuda.device_count())]
    device = next((name for name in names if board_uuid(name) == uuid), None)
    return None if device is None else lambda seconds: _multiply(torch, device, seconds)


def _multiply(torch: Any, device: str, seconds: float) -> None:
    """Products one after the other; their values stay of order 1, since each is scaled down again."""
    matrix = torch.randn(SIDE, SIDE, dtype=torch.float16, device=device)
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        for _ in range(10):
            torch.mm(matrix, matrix).mul_(SIDE**-0.5)
        torch.cuda.synchronize(device)
