"""InvokeAI: the queue of sessions in its SQLite file `invokeai.db`, which is read and never written.

A session that is over is an attempt; one that retries another is a further attempt of the same request. Moments are
UTC. InvokeAI prunes its queue: pull before it is started anew. Shapes as of InvokeAI 6 (its sqlite_migrator,
migrations 1, 10, 16; the table `session_queue`, and `images` for what a session made).
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.operations.rows import Attempt, Row, utc_text
from roi.errors import OperationError
from roi.operate.pull import bad_field
from roi.operate.sources.reading import UNREADABLE, Pulled, only, setting_of
from roi.texts.messages import Message, at

STATUS = {"completed": "ok", "failed": "failed", "canceled": "interrupted"}
COLUMNS = {"item_id", "session_id", "session", "status", "started_at", "completed_at", "created_at"}
NO_METER = "InvokeAI reads no meter; pull the board's joules from Prometheus, or track it"
_MADE = "SELECT count(*), max(width), max(height) FROM images WHERE session_id = ? AND NOT is_intermediate"


def pull(path: Path, workload: str, supply: str | None) -> Pulled:
    """Every session that is over.

    Raises
    ------
    OperationError
        When the file cannot be read or has no queue of sessions.
    """
    if not path.is_file():
        raise OperationError(at(path, Message("operating.no_invokeai")))
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            base.row_factory = sqlite3.Row
            found = [dict(row) for row in base.execute("SELECT * FROM session_queue ORDER BY item_id")]
            lacking = sorted(COLUMNS - set(found[0])) if found else []
            if lacking:
                words = f"session_queue has no {lacking[0]}"
                raise OperationError(at(path, Message("operating.old_invokeai", words=words)))
            made = {
                row["session_id"]: tuple(base.execute(_MADE, (row["session_id"],)).fetchone())
                for row in found
            }
    except sqlite3.Error as fault:
        raise OperationError(at(path, Message("operating.old_invokeai", words=str(fault)))) from None
    items = {row["item_id"]: row for row in found}
    over = [row for row in found if row["status"] in STATUS and row["started_at"] and row["completed_at"]]
    rows: list[Row] = []
    for row in over:
        try:
            rows.append(_attempt(row, items, made[row["session_id"]], workload, supply))
        except ValidationError as fault:
            raise _unknown(path, row, bad_field(fault)) from None
        except UNREADABLE as fault:
            raise _unknown(path, row, repr(fault)) from None
    left = sum(row["status"] in ("pending", "in_progress") for row in found)
    return Pulled(rows, [("invokeai_waiting", {"count": left})] if left else [])


def _unknown(path: Path, row: Mapping[str, Any], words: str) -> OperationError:
    return OperationError(at(path, Message("operating.no_session", name=str(row["session_id"]), words=words)))


def _attempt(
    row: Mapping[str, Any],
    items: Mapping[int, Mapping[str, Any]],
    made: tuple[int, int | None, int | None],
    workload: str,
    supply: str | None,
) -> Attempt:
    began, ended, queued = (_moment(row[name]) for name in ("started_at", "completed_at", "created_at"))
    first, attempt = row, 1
    while (before := items.get(first.get("retried_from_item_id") or 0)) is not None:
        if attempt > len(items):
            raise ValueError("retried_from_item_id goes in a circle")
        first, attempt = before, attempt + 1
    images, width, height = made
    return Attempt.model_validate(
        {
            "source": "invokeai",
            "source_id": row["session_id"],
            "request_id": first["session_id"],
            "attempt": attempt,
            "workload": workload,
            "supply": supply,
            "started_at": utc_text(began),
            "seconds": (ended - began).total_seconds(),
            "queue_s": max(0.0, (began - queued).total_seconds()),
            "status": STATUS[row["status"]],
            "images": images or None,
            "energy_reason": NO_METER,
        }
        | _settings(json.loads(row["session"] or "{}"))
        | {name: value for name, value in (("width", width), ("height", height)) if value}
    )


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def _settings(session: Mapping[str, Any]) -> dict[str, object]:
    nodes = list((session.get("graph") or {}).get("nodes", {}).values())
    models = [node["model"] for node in nodes if isinstance(node.get("model"), dict)]
    return {
        "model": only(each.get("name") or each.get("model_name") for each in models),
        "num_inference_steps": only(
            value
            for node in nodes
            for name in ("steps", "num_steps")
            if isinstance(value := node.get(name), int)
        ),
        "setting_hash": setting_of(nodes, "type"),
    }
