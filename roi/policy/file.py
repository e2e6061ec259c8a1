"""The policy as YAML: written with what it is in front, read back strictly."""

import json
from pathlib import Path

import yaml
from pydantic import ValidationError

from bench.textfile import tell
from roi.errors import RoiError
from roi.policy.document import Policy
from roi.scenario.yaml_text import read_text, read_yaml

HEAD = """\
# Usage policy: allowed settings, monthly limits and audit indicators, derived from a plan by `python -m roi plan`.
# A limit is what the plan expects of the busiest month and the tolerance above it; an indicator is computed every
# month from the log of attempts, one line an attempt. Shares are from 0 to 1.
"""
LINE_COLUMNS = 110


def policy_text(policy: Policy) -> str:
    """The policy as YAML; `read_policy` gives the same policy back."""
    document = policy.model_dump(mode="json", exclude_none=True)
    return HEAD + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=LINE_COLUMNS)


def read_policy(path: Path) -> Policy:
    """The policy of a file.

    Raises
    ------
    RoiError
        When the file cannot be read or is no policy of this version.
    """
    found = read_text(path)
    tell(path, found.encoding)
    written = read_yaml(found.text, str(path))
    if written.faults:
        raise RoiError("\n".join(written.line(fault) for fault in written.faults))
    try:
        return Policy.model_validate_json(json.dumps(written.value), strict=True)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise RoiError(
            f"{path}: {place}: {first['msg']}; write the policy anew with `python -m roi plan --policy`"
        ) from None
