"""Quality references that somebody knows: the rulers on which a workload's bar can stand."""

from collections.abc import Sequence

from bench.library import known_references
from bench.profile import Profile
from roi.errors import RoiError
from roi.nearest import did_you_mean
from roi.scenario.document import Scenario


def require_known_references(scenario: Scenario, profiles: Sequence[Profile]) -> None:
    """Stop at a reference that nobody knows, or whose metric is no FID: higher may then be better.

    Raises
    ------
    RoiError
        With a line for every workload that has one.
    """
    faults = [
        f"workload {workload.name!r}: quality reference {fault}"
        for workload in scenario.workloads
        if (fault := reference_fault(workload.quality.reference, profiles)) is not None
    ]
    if faults:
        raise RoiError("\n".join(faults))


def reference_fault(wanted: str, profiles: Sequence[Profile]) -> str | None:
    """What is wrong with a reference: the library and the profiles do not know it, or it is of another metric."""
    metrics = {reference.id: reference.metric for reference in known_references()}
    metrics |= {quality.reference: quality.metric for profile in profiles for quality in profile.quality}
    rulers = sorted(name for name, metric in metrics.items() if metric.casefold() == "fid")
    if wanted in rulers:
        return None
    if wanted in metrics:
        return f"{wanted!r} is of {metrics[wanted]}, and the bar is an FID; known: {', '.join(rulers)}"
    return f"{wanted!r} is unknown; {did_you_mean(wanted, rulers)}known: {', '.join(rulers)}"
