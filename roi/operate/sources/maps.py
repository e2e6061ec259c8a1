"""Which series of whose exporter are a board's joules, and when the board was busy.

Names, units and labels as of image-roi's own `bench exporter`; dcgm-exporter 4 (etc/default-counters.csv and its
template); Triton 24 (docs/user_guide/metrics.md); vLLM-Omni 0.12 (vllm_omni/metrics/definitions.py). A scraper that
asks for OpenMetrics stores vLLM-Omni's `vllm_omni:` as `vllm_omni_`: either is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Map:
    """One exporter's names."""

    energy: str
    """Counter of a board's energy."""
    joules: float
    """Of one of its units [J]."""
    board: str
    """Label that holds the board's UUID."""
    name: str | None
    """Label that holds the board's kind."""
    busy: str
    """Series above 0 while the board works; with `busy_counters`, its busy energy [J]."""
    busy_board: str | None
    """Label of `busy` that holds the board's UUID; None where it has none and so there may be one board only."""
    busy_counters: Mapping[str, str] | None = None
    """Counters of busy seconds, images, gaps and resets, where the exporter keeps busy and idle apart itself."""
    parts: tuple[str, ...] = ()
    """Labels of a part of a board, whose counter is nevertheless the whole board's."""


DCGM_ENERGY = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"
DCGM_PARTS = ("GPU_I_ID", "GPU_I_PROFILE", "vgpu")
MAPS = {
    "bench": Map(
        "bench_board_energy_joules_total",
        1.0,
        "board",
        "board_name",
        "bench_board_busy_energy_joules_total",
        "board",
        {
            "busy_seconds": "bench_board_busy_seconds_total",
            "images": "bench_board_images_total",
            "gap_s": "bench_board_gap_seconds_total",
            "resets": "bench_board_resets_total",
            "seconds": "bench_board_read_seconds_total",
        },
    ),
    "dcgm": Map(DCGM_ENERGY, 1e-3, "UUID", "modelName", "DCGM_FI_DEV_GPU_UTIL", "UUID", parts=DCGM_PARTS),
    "triton": Map("nv_energy_consumption", 1.0, "gpu_uuid", None, "nv_gpu_utilization", "gpu_uuid"),
    "vllm-omni": Map(
        DCGM_ENERGY,
        1e-3,
        "UUID",
        "modelName",
        'sum({__name__=~"vllm_omni[:_]num_requests_running"})',
        None,
        parts=DCGM_PARTS,
    ),
}
