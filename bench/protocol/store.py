"""The steps of a measurement as journal records, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bench.errors import MeasurementError
from bench.journal import Record, read_journal
from bench.protocol.records import Measurement, WarmUp, Window
from bench.protocol.series import judged

VERSION = 2
READ_VERSIONS = (1, 2)
"""In version 1 windows could be refused for the range of the sensor's temperature; they are judged anew."""

_MEASUREMENT = TypeAdapter(Measurement)
_WINDOW = TypeAdapter(Window)


def head_record(head: Measurement) -> Record:
    """The first record: tier, meter, batch size and idle power."""
    fields: Record = _MEASUREMENT.dump_python(head, mode="json")
    return {"record": "head", "version": VERSION} | fields


def warm_up_record(warm_up: WarmUp) -> Record:
    """How the warm-up went."""
    return {"record": "warm-up"} | asdict(warm_up)


def window_record(window: Window) -> Record:
    """One finished window, rejected or not."""
    fields: Record = _WINDOW.dump_python(window, mode="json")
    return {"record": "window"} | fields


def end_record(measurement: Measurement) -> Record:
    """Why the run stopped; a killed run has none."""
    return {"record": "end", "stopped": measurement.stopped, "notes": list(measurement.notes)}


def read_measurements(path: Path) -> tuple[Measurement, ...]:
    """The measurements of a journal, one for each time a run began in it, with the windows it finished.

    Raises
    ------
    MeasurementError
        When the file is no journal of a measurement or holds no finished window.
    """
    runs: list[list[Record]] = []
    for record in read_journal(path):
        if record.get("record") == "head":
            runs.append([])
        if not runs:
            raise MeasurementError(f"{path}: does not begin with the head of a measurement; it is no journal")
        runs[-1].append(record)
    found = tuple(_measurement(path, records) for records in runs)
    whole = tuple(one for one in found if one.windows)
    if not whole:
        raise MeasurementError(f"{path}: holds no finished window; run again")
    return whole


def _measurement(path: Path, records: Sequence[Record]) -> Measurement:
    head = records[0]
    if head.get("version") not in READ_VERSIONS:
        known = " and ".join(map(str, READ_VERSIONS))
        raise MeasurementError(
            f"{path}: journal version {head.get('version')} is unknown; this reads {known}"
        )
    try:
        windows = [_read_by_meter(_fields(one)) for one in records if one.get("record") == "window"]
        warm_ups = [_fields(one) for one in records if one.get("record") == "warm-up"]
        ends = [_fields(one) for one in records if one.get("record") == "end"]
        whole = {"windows": windows, "warm_up": warm_ups[-1] if warm_ups else None}
        found = _MEASUREMENT.validate_python(_fields(head) | whole | (ends[-1] if ends else {}))
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise MeasurementError(f"{path}: {place}: {fault['msg']}; the journal was changed") from None
    metered = any(one.energy_j is not None for one in found.windows)
    return replace(found, windows=judged(found.windows, found.tier, metered=metered))


def _read_by_meter(window: Record) -> Record:
    """The window as it was taken: what the meter refused stays refused, every other verdict is the series'."""
    rejection = window.get("rejection")
    by_meter = isinstance(rejection, dict) and rejection.get("kind") == "meter"
    return window if by_meter else window | {"rejection": None}


def _fields(record: Mapping[str, Any]) -> Record:
    return {name: value for name, value in record.items() if name not in ("record", "version")}
