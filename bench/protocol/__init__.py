"""How a point is measured: warm-up, windows, which of them count, stop rule, idle power, in four tiers.

Knows nothing of pipelines: it measures anything that makes batches and can wait for its device.
"""

from bench.protocol.measure import idle_power_w, measure
from bench.protocol.parts import (
    ProfileParts,
    combine,
    energy_interval,
    seconds_interval,
    to_profile_parts,
)
from bench.protocol.records import Idle, Measurement, Progress, Rejection, Runnable, WarmUp, Window
from bench.protocol.store import read_measurements
from bench.protocol.tiers import (
    FLASH,
    PUBLISH,
    QUICK,
    STANDARD,
    TIERS,
    IdleRule,
    SteadyRule,
    Tier,
    WarmUpRule,
)
from bench.protocol.window import StatesBetween, states_of_trace

__all__ = [
    "FLASH",
    "PUBLISH",
    "QUICK",
    "STANDARD",
    "TIERS",
    "Idle",
    "IdleRule",
    "Measurement",
    "ProfileParts",
    "Progress",
    "Rejection",
    "Runnable",
    "StatesBetween",
    "SteadyRule",
    "Tier",
    "WarmUp",
    "WarmUpRule",
    "Window",
    "combine",
    "energy_interval",
    "idle_power_w",
    "measure",
    "read_measurements",
    "seconds_interval",
    "states_of_trace",
    "to_profile_parts",
]
