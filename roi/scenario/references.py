"""Quality references that somebody knows: the rulers on which a workload's bar can stand."""

from collections.abc import Iterator, Sequence

from bench.library import known_references
from bench.profile import Profile
from roi.errors import RoiError
from roi.nearest import did_you_mean
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload


def require_known_references(scenario: Scenario, profiles: Sequence[Profile]) -> None:
    """Stop at a reference that nobody knows, or whose metric is not that of its bar.

    Raises
    ------
    RoiError
        With a line for every workload that has one.
    """
    faults = [
        f"workload {workload.name!r}: quality reference {fault}"
        for workload in scenario.workloads
        for _, _, fault in reference_faults(workload, profiles)
    ]
    if faults:
        raise RoiError("\n".join(faults))


def reference_faults(workload: Workload, profiles: Sequence[Profile]) -> Iterator[tuple[str, str, str]]:
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


def _reference_fault(wanted: str, metric: str, profiles: Sequence[Profile]) -> str | None:
    """What is wrong with a reference: the library and the profiles do not know it, or it is of another metric."""
    metrics = {reference.id: reference.metric for reference in known_references()}
    metrics |= {quality.reference: quality.metric for profile in profiles for quality in profile.quality}
    rulers = sorted(name for name, known in metrics.items() if known.casefold() == metric)
    if wanted in rulers:
        return None
    known_ones = ", ".join(rulers) or f"none of {metric}; bring profiles that carry such figures"
    if wanted in metrics:
        bar = "an FID" if metric == "fid" else f"of {metric}"
        return f"{wanted!r} is of {metrics[wanted]}, and the bar is {bar}; known: {known_ones}"
    return f"{wanted!r} is unknown; {did_you_mean(wanted, rulers)}known: {known_ones}"
