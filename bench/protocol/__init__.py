"""How a point is measured: warm-up, windows, stop rule, idle power, thermal rules, in three tiers.

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
from bench.protocol.tiers import PUBLISH, QUICK, STANDARD, TIERS, IdleRule, ThermalRule, Tier, WarmUpRule
from bench.protocol.window import StatesBetween, states_of_trace

__all__ = [
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
    "ThermalRule",
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
