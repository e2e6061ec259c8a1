"""What a decision rests on: its fingerprint, and references that somebody knows."""

import hashlib
import json
from collections.abc import Sequence

from bench.library import known_references
from bench.profile import Profile
from roi.errors import RoiError
from roi.scenario.document import Scenario


def inputs_hash(scenario: Scenario, profiles: Sequence[Profile]) -> str:
    """SHA-256 of everything the answer rests on, whatever the order of workloads, supplies and profiles."""
    document = scenario.model_dump(mode="json")
    for part in ("workloads", "supplies"):
        document[part] = sorted(document[part], key=lambda each: str(each["name"]))
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode("utf-8"))
    for profile in sorted(each.model_dump_json() for each in profiles):
        digest.update(profile.encode("utf-8"))
    return digest.hexdigest()


def require_known_references(scenario: Scenario, profiles: Sequence[Profile]) -> None:
    """Stop at a reference that nobody knows, or whose metric is no FID: higher may then be better.

    Raises
    ------
    RoiError
        With a line for every workload that has one.
    """
    metrics = {reference.id: reference.metric for reference in known_references()}
    metrics |= {quality.reference: quality.metric for profile in profiles for quality in profile.quality}
    rulers = sorted(name for name, metric in metrics.items() if metric.casefold() == "fid")
    faults = []
    for workload in scenario.workloads:
        wanted = workload.quality.reference
        if wanted not in rulers:
            what = f"is of {metrics[wanted]}, and the bar is an FID" if wanted in metrics else "is unknown"
            faults.append(
                f"workload {workload.name!r}: quality reference {wanted!r} {what}; known: {', '.join(rulers)}"
            )
    if faults:
        raise RoiError("\n".join(faults))
