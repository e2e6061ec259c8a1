"""Idle power. At low utilisation it is most of the bill, so it is measured and never assumed."""

from bench.meters.contract import Meter
from bench.meters.reading import Method, measure_window
from bench.protocol.tiers import IdleRule


def idle_power_w(meter: Meter, rule: IdleRule, method: Method = "counter") -> float:
    """Mean power over the rule's time without its first seconds; `MeterError` when it cannot be read.

    Called before the model is loaded it gives the power without a context, after loading with one.
    """
    meter.clock.sleep(rule.dropped_s)
    reading = measure_window(
        meter, lambda: meter.clock.sleep(rule.duration_s - rule.dropped_s), method=method
    )
    return reading.mean_power_w
