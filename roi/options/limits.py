"""The gates of an option: those that depend on its number of images and attempts."""

from roi.options.offer import Failure
from roi.options.price import Option
from roi.scenario.workload import Workload


def option_failures(workload: Workload, option: Option) -> tuple[Failure, ...]:
    """Gates that depend on the number of images and attempts."""
    found = (_latency_gate(workload, option), _deliver_gate(workload, option), _carbon_gate(workload, option))
    return tuple(failure for failure in found if failure is not None)


def _latency_gate(workload: Workload, option: Option) -> Failure | None:
    if workload.latency_max_s is None:
        return None
    limit, latency = workload.latency_max_s.value, option.attempt.p95_latency_s
    if latency is None:
        vendor: dict[str, object] = {"vendor": option.offer.vendor}
        return Failure("latency_max_s", "latency not disclosed", "no_latency", vendor, limit)
    if latency <= limit:
        return None
    values: dict[str, object] = {"latency": latency, "limit": limit}
    return Failure("latency_max_s", "too slow", "too_slow", values, limit, latency)


def _deliver_gate(workload: Workload, option: Option) -> Failure | None:
    delivered, limit = option.outcome.deliver_probability, workload.deliver_min.value
    if delivered >= limit:
        return None
    values: dict[str, object] = {"delivered": delivered, "limit": limit, "attempts": option.attempts_max}
    return Failure("deliver_min", "delivers too seldom", "delivers_too_seldom", values, limit, delivered)


def _carbon_gate(workload: Workload, option: Option) -> Failure | None:
    carbon = option.carbon_kg_co2e_per_accepted_image
    if workload.carbon_max is None or carbon is None or carbon <= workload.carbon_max.value:
        return None
    return carbon_failure(carbon, workload.carbon_max.value)


def carbon_failure(carbon: float, limit: float) -> Failure:
    """An accepted picture emits more than it may [kgCO2e]."""
    values: dict[str, object] = {"carbon": carbon, "limit": limit}
    return Failure("carbon_max", "carbon above the limit", "carbon_above", values, limit, carbon)
