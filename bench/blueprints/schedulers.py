"""How often a sampler calls the denoiser: the length of the timesteps that its diffusers class makes.

Most call once a step. Heun and KDPM2 call twice a step except once at the end; PNDM, the sampler of Stable
Diffusion 1.x, starts with one call more, or with nine more when its Runge-Kutta start is not skipped.
"""

from collections.abc import Mapping
from typing import Any

SECOND_ORDER = frozenset(
    {
        "HeunDiscreteScheduler",
        "FlowMatchHeunDiscreteScheduler",
        "KDPM2DiscreteScheduler",
        "KDPM2AncestralDiscreteScheduler",
    }
)
"""Classes that evaluate twice a step."""

RUNGE_KUTTA_CALLS = 9
"""Calls that the start of PNDM adds when it is not skipped."""


def sampler_calls(class_name: str, config: Mapping[str, Any], steps: int) -> int:
    """Denoiser calls of one batch; guidance that doubles is not in it, it makes the calls wider."""
    if class_name in SECOND_ORDER:
        return 2 * steps - 1
    if class_name == "PNDMScheduler" and steps > 1:
        return steps + (1 if config.get("skip_prk_steps") else RUNGE_KUTTA_CALLS)
    return steps
