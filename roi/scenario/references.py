"""Quality references that somebody knows: the rulers on which a workload's bar can stand."""

from collections.abc import Iterator, Sequence

from bench.library import known_references
from bench.profile import Profile
from roi.errors import RoiError
from roi.nearest import did_you_mean
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload
from roi.texts.messages import Message, lines


def require_known_references(scenario: Scenario, profiles: Sequence[Profile]) -> None:
    """Stop at a reference that nobody knows, or whose metric is not that of its bar.

    Raises
    ------
    RoiError
        With a line for every workload that has one.
    """
    faults = [
        Message("fault.reference_of", workload=repr(workload.name), fault=fault)
        for workload in scenario.workloads
        for _, _, fault in reference_faults(workload, profiles)
    ]
    if faults:
        raise RoiError(lines(faults))


def reference_faults(workload: Workload, profiles: Sequence[Profile]) -> Iterator[tuple[str, str, Message]]:
    """Field, reference and fault of every bar of a workload whose ruler nobody knows."""
    quality = workload.quality
    rulers = [("reference", quality.reference, "fid")]
    rulers += [
        (f"bars[{place}].reference", bar.reference, bar.metric) for place, bar in enumerate(quality.bars)
    ]
    for field, wanted, metric in rulers:
        fault = _reference_fault(wanted, metric, profiles)
        if fault is not None:
            yield field, wanted, fault


def _reference_fault(wanted: str, metric: str, profiles: Sequence[Profile]) -> Message | None:
    """What is wrong with a reference: the library and the profiles do not know it, or it is of another metric."""
    metrics = {reference.id: reference.metric for reference in known_references()}
    metrics |= {quality.reference: quality.metric for profile in profiles for quality in profile.quality}
    rulers = sorted(name for name, known in metrics.items() if known.casefold() == metric)
    if wanted in rulers:
        return None
    known_ones = ", ".join(rulers) or Message("fault.no_reference", metric=metric)
    if wanted in metrics:
        bar = Message("fault.bar_fid") if metric == "fid" else Message("fault.bar_of", metric=metric)
        return Message(
            "fault.reference_metric", given=repr(wanted), metric=metrics[wanted], bar=bar, known=known_ones
        )
    meant = did_you_mean(wanted, rulers)
    return Message("fault.unknown_reference", given=repr(wanted), meant=meant, known=known_ones)
