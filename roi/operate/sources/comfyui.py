"""ComfyUI: its history of prompts, which it keeps in memory.

`/history` gives, by prompt id, the prompt as it was queued (number, id, graph, extra data, nodes asked for), the
outputs by node, and messages with moments in ms. It forgets everything when it is started anew, and the oldest of
more than 10,000 prompts: pull it from cron. Shapes as of ComfyUI 0.3 (execution.py, server.py,
comfy_execution/jobs.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from bench.operations.rows import Attempt
from roi.errors import OperationError
from roi.operate.pull import bad_field
from roi.operate.sources.reading import UNREADABLE, Pulled, answer, only, setting_of, unix_moment
from roi.texts.messages import Message, at, message_of

ENDS = {"execution_success": "ok", "execution_error": "failed", "execution_interrupted": "interrupted"}
KEPT = 10_000
MODEL_INPUTS = ("ckpt_name", "unet_name")
NO_METER = "ComfyUI reads no meter; pull the board's joules from Prometheus, or track it"


def pull(address: str, workload: str, supply: str | None) -> Pulled:
    """Every prompt that is over and made something; the others are counted in the notes.

    A prompt that has no moments is left out, and so is one whose pictures are all of nodes that were cached: it ran
    nothing anew and handed over what an earlier prompt had made.

    Raises
    ------
    OperationError
        When nobody answers, or what answers is no ComfyUI of a known version.
    """
    history = answer(address, "/history")
    queue = answer(address, "/queue")
    if not isinstance(history, dict) or not isinstance(queue, dict):
        raise OperationError(at(address, Message("operating.no_history")))
    waiting = {name: len(queue.get(f"queue_{name}") or ()) for name in ("running", "pending")}
    rows, undated, cached = [], 0, 0
    for prompt_id, entry in history.items():
        try:
            if _all_cached(entry):
                cached += 1
                continue
            said = _attempt(entry)
        except (*UNREADABLE, OperationError) as fault:
            raise _unknown(address, prompt_id, message_of(fault)) from None
        if said is None:
            undated += 1
            continue
        base = {
            "source": f"comfyui:{address.rstrip('/')}",
            "source_id": prompt_id,
            "request_id": prompt_id,
            "workload": workload,
            "supply": supply,
            "energy_reason": NO_METER,
        }
        try:
            rows.append(Attempt.model_validate(base | said))
        except ValidationError as fault:
            raise _unknown(address, prompt_id, bad_field(fault)) from None
    notes: list[tuple[str, Mapping[str, object]]] = []
    if any(waiting.values()):
        notes.append(("comfyui_waiting", waiting))
    if undated:
        notes.append(("undated", {"count": undated}))
    if cached:
        notes.append(("comfyui_cached", {"count": cached}))
    if len(history) >= KEPT:
        notes.append(("comfyui_full", {"count": KEPT}))
    return Pulled(list(rows), notes)


def _unknown(address: str, prompt_id: str, words: str) -> OperationError:
    return OperationError(at(address, Message("operating.no_prompt", name=prompt_id, words=words)))


def _attempt(entry: Mapping[str, Any]) -> dict[str, object] | None:
    _, _, graph, extra, *_ = entry["prompt"]
    messages = dict(_messages(entry))
    begun = messages.get("execution_start", {}).get("timestamp")
    end = next((each for each in ENDS if each in messages), None)
    if begun is None or end is None or messages[end].get("timestamp") is None:
        return None
    queued = (extra or {}).get("create_time")
    cached = _cached(messages)
    images = sum(
        picture.get("type") == "output"
        for node, output in (entry.get("outputs") or {}).items()
        if node not in cached
        for picture in output.get("images", ())
    )
    return {
        "started_at": unix_moment(begun / 1e3, "execution_start"),
        "seconds": (messages[end]["timestamp"] - begun) / 1e3,
        "queue_s": None if queued is None else max(0.0, (begun - queued) / 1e3),
        "status": ENDS[end],
        "images": images or None,
        **_settings(graph),
    }


def _all_cached(entry: Mapping[str, Any]) -> bool:
    """Whether a prompt that ended well ran nothing that gives something out."""
    messages, outputs = dict(_messages(entry)), entry.get("outputs") or {}
    made = outputs or entry["prompt"][2]
    return "execution_success" in messages and bool(made) and set(made) <= _cached(messages)


def _cached(messages: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return set(messages.get("execution_cached", {}).get("nodes", ()))


def _messages(entry: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for message in (entry.get("status") or {}).get("messages", ()):
        yield message[0], message[1] if len(message) > 1 and isinstance(message[1], dict) else {}


def _settings(graph: Mapping[str, Any]) -> dict[str, object]:
    """What the graph says of model, steps and size: a value that stands alone in it, else nothing."""
    inputs = [node.get("inputs", {}) for node in graph.values()]
    empty = [node["inputs"] for node in graph.values() if str(node.get("class_type")).startswith("Empty")]

    def one(name: str, among: list[dict[str, Any]]) -> Any:
        return only(each.get(name) for each in among if isinstance(each.get(name), int | str))

    return {
        "model": next(filter(None, (one(name, inputs) for name in MODEL_INPUTS)), None),
        "num_inference_steps": one("steps", inputs),
        "width": one("width", empty),
        "height": one("height", empty),
        "batch_size": one("batch_size", empty),
        "setting_hash": setting_of(graph.values(), "class_type"),
    }
