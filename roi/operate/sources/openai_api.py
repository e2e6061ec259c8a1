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

from bench.operations.rows import Attempt, BillLine, Row, utc_of_unix
from bench.textfile import TextError, decoded
from roi.errors import OperationError
from roi.operate.sources.reading import Pulled, setting_of, size_of
from roi.texts.messages import Message, at, lines

NOT_DISCLOSED = "the API does not disclose joules"
FAULTS_SHOWN = 20
OTHER_CALLS = "image"
"""LiteLLM's call types of pictures hold this: image_generation, aimage_edit and their kin."""


def pull_log(path: Path, workload: str, supply: str | None) -> Pulled:
    """Calls that made or should have made pictures; calls of other kinds are counted in the notes.

    Raises
    ------
    OperationError
        With every line that is no such call.
    """
    rows: list[Row] = []
    faults: list[Message] = []
    others = 0
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            call = json.loads(line)
            if OTHER_CALLS not in str(call.get("call_type", OTHER_CALLS)):
                others += 1
                continue
            said = _litellm(call) if "startTime" in call else _plain(call)
            base = {"workload": workload, "supply": supply, "energy_reason": NOT_DISCLOSED}
            rows.append(Attempt.model_validate(base | said))
        except ValidationError as fault:
            first = fault.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"]))
            sentence = at(field, Message("operating.bad_field", words=first["msg"]))
            faults.append(at(at(path, Message("log.line", number=number)), sentence))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            sentence = Message("operating.no_call", words=repr(fault))
            faults.append(at(at(path, Message("log.line", number=number)), sentence))
    if faults:
        left = len(faults) - FAULTS_SHOWN
        more = [at(path, Message("log.more_faults", count=left))] if left > 0 else []
        raise OperationError(lines(faults[:FAULTS_SHOWN] + more))
    return Pulled(rows, [("other_calls", {"count": others})] if others else [])


def _litellm(call: Mapping[str, Any]) -> dict[str, object]:
    asked = call.get("model_parameters") or {}
    failed = call["status"] != "success"
    cost = None if failed else call.get("response_cost")
    return {
        "source": "litellm",
        "source_id": call["id"],
        "request_id": call.get("trace_id") or call["id"],
        "started_at": utc_of_unix(call["startTime"]),
        "seconds": call["endTime"] - call["startTime"],
        "status": "failed" if failed else "ok",
        "model": call["model"],
        "cost": cost,
        "currency": None if cost is None else "USD",
        **_made(asked | {"model": call["model"]}, call.get("response")),
    }


def _plain(call: Mapping[str, Any]) -> dict[str, object]:
    asked, given = call["request"], call["response"]
    failed = bool(given.get("error"))
    names = ("request_id", "attempt", "seconds", "cost", "currency", "accepted", "review_seconds")
    return {
        "source": "images-api",
        "source_id": call["id"],
        "started_at": call.get("started_at") or utc_of_unix(given["created"]),
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
    rows: list[Row] = []
    pages = list(_pages(path))
    for page in pages:
        for bucket in page["data"]:
            rows += [_line(bucket, result, supply, path) for result in bucket["results"]]
    if pages and pages[-1].get("has_more"):
        raise OperationError(at(path, Message("operating.further_page")))
    return Pulled(rows)


def _pages(path: Path) -> Iterator[Mapping[str, Any]]:
    """One page, a list of them, or a page a line."""
    text = _text(path)
    try:
        try:
            found = json.loads(text)
        except ValueError:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        for page in found if isinstance(found, list) else [found]:
            kinds = {result["object"] for bucket in page["data"] for result in bucket["results"]}
            if kinds - {"organization.costs.result"}:
                raise ValueError(f"holds {', '.join(sorted(kinds))}")
            yield page
    except (ValueError, KeyError, TypeError) as fault:
        raise OperationError(at(path, Message("operating.no_page", words=str(fault)))) from None


def _line(bucket: Mapping[str, Any], result: Mapping[str, Any], supply: str | None, path: Path) -> BillLine:
    amount, item, project = result["amount"], result.get("line_item"), result.get("project_id")
    named = json.dumps([bucket["start_time"], item, project, result.get("api_key_id"), amount["currency"]])
    try:
        return BillLine(
            source="openai-costs",
            source_id=hashlib.sha256(named.encode()).hexdigest()[:24],
            charge_period_start=utc_of_unix(bucket["start_time"]),
            charge_period_end=utc_of_unix(bucket["end_time"]),
            billed_cost=float(amount["value"]),
            billing_currency=amount["currency"].upper(),
            provider_name="OpenAI",
            service_name=item,
            charge_category="Usage",
            resource_id=project,
            component="api",
            supply=supply,
        )
    except (ValidationError, TypeError, ValueError) as fault:
        sentence = Message("operating.bad_result", start=str(bucket["start_time"]), words=str(fault))
        raise OperationError(at(path, sentence)) from None


def _text(path: Path) -> str:
    try:
        return decoded(path.read_bytes()).text
    except OSError as fault:
        raise OperationError(at(path, Message("operating.not_read", reason=fault.strerror))) from None
    except TextError as fault:
        raise OperationError(at(path, Message(f"file.{fault.kind}"))) from None
