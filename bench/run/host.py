"""The estimate of processor and memory in a run: begun before the model is loaded, kept apart from every joule."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.errors import MeterError
from bench.host import HostPower, HostRecord, HostWatch, mean_over
from bench.meters.contract import Meter
from bench.profile import HostEstimate
from bench.protocol.records import Measurement
from bench.run.plan import Plan


class HostSide:
    """The host process of one process of a run, or the reason why there is none."""

    def __init__(self, reason: str | None) -> None:
        self._reason = reason
        self._watch = HostWatch()

    def launch(self) -> None:
        """Start to look at the machine; nothing waits for it."""
        if self._reason is None:
            self._watch.launch()

    def await_ready(self) -> None:
        """Wait until readings are taken, so that the look at the machine is over when windows begin."""
        if self._reason is None:
            try:
                self._watch.await_ready()
            except MeterError as fault:
                self._reason = str(fault)

    def over(self, measured: Sequence[Measurement]) -> list[HostPower | str]:
        """Stop; for each measurement the mean over its windows that count, or why there is none."""
        record: HostRecord | None = None
        if self._reason is None:
            try:
                record = self._watch.stop()
            except MeterError as fault:
                self._reason = str(fault)
        return [self._power(record, one) for one in measured]

    def _power(self, record: HostRecord | None, measured: Measurement) -> HostPower | str:
        if record is None:
            return self._reason or "it was not asked"
        try:
            return mean_over(record, [one.span_ns for one in measured.timed if one.span_ns is not None])
        except MeterError as fault:
            return str(fault)

    def end(self) -> None:
        """Whatever happened: leave no process behind."""
        self._watch.end()


@contextmanager
def host_side(plan: Plan, meter: Meter) -> Iterator[HostSide]:
    """A host process for the time of a run; none where joules are not wanted or hold the host already."""
    side = HostSide(_why_none(plan, meter))
    side.launch()
    try:
        yield side
    finally:
        side.end()


def _why_none(plan: Plan, meter: Meter) -> str | None:
    if plan.meter_spec == "none":
        return "metering was switched off"
    if meter.description.kind == "rapl":
        return "the measured joules are those of processor and memory already"
    return None


def host_estimate(
    powers: Sequence[HostPower | str], seconds_per_image: float
) -> tuple[HostEstimate | None, tuple[str, ...]]:
    """The estimate over all processes of a run weighted by their time; or none, and the note that says why."""
    known = [one for one in powers if isinstance(one, HostPower)]
    reasons = dict.fromkeys(one for one in powers if isinstance(one, str))
    if reasons:
        return None, tuple(f"no estimate of processor and memory: {reason}" for reason in reasons)
    whole_s = sum(one.duration_s for one in known)
    processor_w = sum(one.processor_w * one.duration_s for one in known) / whole_s
    memory_w = sum(one.memory_w * one.duration_s for one in known) / whole_s
    estimate = HostEstimate(
        processor_power_w=processor_w,
        memory_power_w=memory_w,
        energy_j_per_image=(processor_w + memory_w) * seconds_per_image,
        method=known[0].method,
        tool_version=known[0].tool_version,
    )
    return estimate, ()
