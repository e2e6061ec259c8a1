"""Image APIs that speak as OpenAI's does: a log of calls as attempts, and what the organisation was charged.

A line of the log is a JSON object of one of two kinds. LiteLLM's standard logging payload (`id`, `call_type`,
`status`, `startTime`, `endTime`, `model`, `response_cost` in USD, `response`), or `{"id", "started_at", "seconds",
"request", "response"}` with the bodies of POST /v1/images/generations or edits and, where it failed,
`response.error`. Costs are pages of GET /v1/organization/costs. Shapes as of OpenAI's OpenAPI document 2.3.0 and
LiteLLM 1.75.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.operations.rows import Attempt, BillLine, Row
from roi.errors import OperationError
from roi.operate.cells import on, refuse, text_of
from roi.operate.pull import bad_field
from roi.operate.sources.reading import UNREADABLE, Pulled, setting_of, size_of, unix_moment
from roi.texts.messages import Message, at

NOT_DISCLOSED = "the API does not disclose joules"
OTHER_CALLS = "image"
"""LiteLLM's call types of pictures hold this: image_generation, aimage_edit and their kin."""


def pull_log(path: Path, workload: str, supply: str | None) -> Pulled:
    """Calls that made or should have made pictures; calls of other kinds are counted in the notes.

    Raises
    ------
    OperationError
        With every line that is no such call.
    """
    rows: dict[str, tuple[int, Attempt]] = {}
    faults: list[Message] = []
    others = 0
    for number, line in enumerate(text_of(path).split("\n"), start=1):  # a text may hold other ends of lines
        if not line.strip():
            continue
        try:
            call = json.loads(line)
            if OTHER_CALLS not in str(call.get("call_type", OTHER_CALLS)):
                others += 1
                continue
            said = _litellm(call) if "startTime" in call else _plain(call)
            base = {"workload": workload, "supply": supply, "energy_reason": NOT_DISCLOSED}
            row = Attempt.model_validate(base | said)
        except ValidationError as fault:
            faults.append(on(path, number, bad_field(fault)))
        except OperationError as fault:
            faults.append(on(path, number, Message("operating.no_call", words=fault.args[0])))
        except UNREADABLE as fault:
            faults.append(on(path, number, Message("operating.no_call", words=repr(fault))))
        else:
            before, same = rows.setdefault(row.source_id, (number, row))
            if same != row:
                faults.append(on(path, number, Message("operating.call_twice", line=before)))
    refuse(path, faults)
    found: list[Row] = [row for _, row in rows.values()]
    return Pulled(found, [("other_calls", {"count": others})] if others else [])


def _litellm(call: Mapping[str, Any]) -> dict[str, object]:
    asked = call.get("model_parameters") or {}
    failed = call["status"] != "success"
    cost = None if failed else call.get("response_cost")
    return {
        "source": "litellm",
        "source_id": call["id"],
        "request_id": call.get("trace_id") or call["id"],
        "started_at": unix_moment(call["startTime"], "startTime"),
        "seconds": _seconds(call),
        "status": "failed" if failed else "ok",
        "model": call["model"],
        "cost": cost,
        "currency": None if cost is None else "USD",
        **_made(asked | {"model": call["model"]}, call.get("response")),
    }


def _seconds(call: Mapping[str, Any]) -> float:
    unix_moment(call["endTime"], "endTime")
    return float(call["endTime"]) - float(call["startTime"])


def _plain(call: Mapping[str, Any]) -> dict[str, object]:
    asked, given = call["request"], call["response"]
    failed = bool(given.get("error"))
    names = ("request_id", "attempt", "seconds", "cost", "currency", "accepted", "review_seconds")
    return {
        "source": "images-api",
        "source_id": call["id"],
        "started_at": call.get("started_at") or unix_moment(given["created"], "created"),
        "status": "failed" if failed else "ok",
        "model": asked["model"],
        **_made(asked, given),
        **{name: call[name] for name in names if call.get(name) is not None},
    }


def _made(asked: Mapping[str, Any], given: object) -> dict[str, object]:
    answer = given if isinstance(given, dict) else {}
    sized = {name: answer.get(name) or asked.get(name) for name in ("size", "quality", "background")}
    return {
        "images": len(answer.get("data") or ()) or None,
        "setting_hash": setting_of([{"call": "images", **dict(asked), **sized}], "call"),
        **size_of(sized["size"]),
    }


def pull_costs(path: Path, supply: str | None) -> Pulled:
    """What was charged by day and kind, as lines of the bill that pay the plan's `api`.

    Raises
    ------
    OperationError
        When the file holds no page of costs, or says that a further page exists that it does not hold.
    """
    rows: dict[str, Row] = {}
    pages = list(_pages(path))
    if not pages:
        raise OperationError(at(path, Message("operating.no_page", words="[]")))
    for page in pages:
        for bucket in page["data"]:
            lines = [_line(bucket, result, supply, path) for result in bucket["results"]]
            for row in lines:
                other = rows.setdefault(row.source_id, row)
                if other != row or [one.source_id for one in lines].count(row.source_id) > 1:
                    sentence = Message("operating.result_twice", start=row.charge_period_start[:10])
                    raise OperationError(at(path, sentence))
    if pages[-1].get("has_more"):
        raise OperationError(at(path, Message("operating.further_page")))
    return Pulled(list(rows.values()))


def _pages(path: Path) -> Iterator[Mapping[str, Any]]:
    """One page, a list of them, or a page a line."""
    text = text_of(path)
    try:
        try:
            found = json.loads(text)
        except ValueError:
            found = [json.loads(line) for line in text.split("\n") if line.strip()]
        for page in found if isinstance(found, list) else [found]:
            kinds = {result["object"] for bucket in page["data"] for result in bucket["results"]}
            if kinds - {"organization.costs.result"}:
                raise ValueError(f"holds {', '.join(sorted(kinds))}")
            yield page
    except UNREADABLE as fault:
        raise OperationError(at(path, Message("operating.no_page", words=str(fault)))) from None


def _line(bucket: Mapping[str, Any], result: Mapping[str, Any], supply: str | None, path: Path) -> BillLine:
    start = str(bucket.get("start_time"))[:40]
    try:
        amount, item, project = result["amount"], result.get("line_item"), result.get("project_id")
        named = json.dumps(
            [bucket["start_time"], item, project, result.get("api_key_id"), amount["currency"]]
        )
        return BillLine(
            source="openai-costs",
            source_id=hashlib.sha256(named.encode()).hexdigest()[:24],
            charge_period_start=unix_moment(bucket["start_time"], "start_time"),
            charge_period_end=unix_moment(bucket["end_time"], "end_time"),
            billed_cost=float(amount["value"]),
            billing_currency=amount["currency"],
            provider_name="OpenAI",
            service_name=item,
            charge_category="Usage",
            resource_id=project,
            component="api",
            supply=supply,
        )
    except ValidationError as fault:
        sentence = Message("operating.bad_result", start=start, words=bad_field(fault))
    except OperationError as fault:
        sentence = Message("operating.bad_result", start=start, words=fault.args[0])
    except KeyError as fault:
        missing = Message("operating.field_missing", name=str(fault.args[0]))
        sentence = Message("operating.bad_result", start=start, words=missing)
    except UNREADABLE as fault:
        sentence = Message("operating.bad_result", start=start, words=str(fault))
    raise OperationError(at(path, sentence))
