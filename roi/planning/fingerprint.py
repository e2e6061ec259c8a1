"""The fingerprint of what a decision rests on."""

import hashlib
import json
from collections.abc import Sequence

from bench.profile import Profile
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
