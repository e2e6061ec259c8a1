"""What an alarm is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["acceptance", "joules", "review_time", "limit", "data"]


@dataclass(frozen=True)
class Alarm:
    """One thing to look into."""

    kind: Kind
    what: str
    """Key of its sentence in the texts, under `operation_alarm`."""
    values: Mapping[str, object]
    """What the sentence says."""
    notice: bool = False
    """True for what is only said: it does not make the status an alarm."""
