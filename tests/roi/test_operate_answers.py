"""What servers and logs of other programs say in a shape that nobody expects: a sentence, exit 2, nothing taken."""

import json
import math
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt, BillLine, BoardMinute, Row
from roi.__main__ import main
from tests.roi.loopback import answering
from tests.roi.test_operate import signed
from tests.roi.test_operate_command import folder
from tests.roi.test_operate_sources import DATA, invoke_db, serving

__all__ = ["folder", "signed"]
CALL = {"id": "1", "started_at": "2026-12-10T03:00:00Z", "request": {"model": "m"}, "response": {}}
LITELLM = {"id": "1", "status": "success", "startTime": 1.8e9, "endTime": 1.8e9 + 1, "model": "m"}


def taken(folder: Path) -> list[Row]:
    with Ledger(folder / "operations.db") as ledger:
        return [row for kind in (Attempt, BillLine, BoardMinute) for row in ledger.read(kind)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (json.dumps(LITELLM).replace("1800000000.0", "1e400", 1), "startTime inf is no moment in seconds"),
        (json.dumps(LITELLM | {"startTime": 1e18}), "startTime 1e+18 is no moment in seconds"),
        (json.dumps(LITELLM | {"endTime": None}), "endTime None is no moment in seconds"),
        ("[" * 100_000, "is no call of an image API: RecursionError"),
        (json.dumps(CALL | {"review_seconds": 1e300}), "review_seconds:"),
        (json.dumps(CALL | {"cost": 1.0, "currency": "dollar"}), "currency:"),
        (f"{json.dumps(CALL)}\n{json.dumps(CALL | {'seconds': 2.0})}", "another thing of the call of line 1"),
    ],
)
def test_a_call_that_cannot_be_is_said_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    (folder / "calls.jsonl").write_text(line, encoding="utf-8")
    assert main(["operate", "pull", "api-log", "calls.jsonl", "--workload", "w"]) == 2
    told = capsys.readouterr().err
    assert "calls.jsonl: line " in told
    assert said in told
    assert taken(folder) == []


def test_a_line_of_a_log_ends_with_a_new_line_alone(folder: Path) -> None:
    """U+2028 and its kin may stand in a prompt as they are."""
    calls = [CALL | {"request": {"model": "m", "prompt": "a\u2028b\u0085c\x0bd"}}, CALL | {"id": "2"}]
    lines = [json.dumps(one, ensure_ascii=False).replace("\\u000b", "\x0b") for one in calls]
    (folder / "calls.jsonl").write_text("\r\n".join(lines).replace("\x0b", "\\u000b"), encoding="utf-8")
    assert main(["operate", "pull", "api-log", "calls.jsonl", "--workload", "w"]) == 0
    assert len(taken(folder)) == 2


def costs(change: Callable[[dict[str, object], dict[str, object]], object]) -> str:
    page = json.loads((DATA / "api-costs.json").read_text(encoding="utf-8"))
    bucket = page["data"][0]
    change(bucket, bucket["results"][0])
    return json.dumps(page)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (costs(lambda _, result: result.pop("amount")), "amount is missing"),
        (costs(lambda _, result: result.update(amount=None)), "a result of 1796083200 cannot be read"),
        (costs(lambda _, result: result["amount"].pop("currency")), "currency is missing"),  # type: ignore[attr-defined]
        (costs(lambda _, result: result["amount"].update(currency=None)), "billing_currency"),  # type: ignore[attr-defined]
        (costs(lambda _, result: result["amount"].update(value=None)), "cannot be read"),  # type: ignore[attr-defined]
        (costs(lambda _, result: result["amount"].update(value=1e300)), "billed_cost"),  # type: ignore[attr-defined]
        (costs(lambda bucket, _: bucket.pop("end_time")), "end_time is missing"),
        (costs(lambda bucket, _: bucket.update(end_time=1)), "ends before it begins"),
        (costs(lambda bucket, _: bucket).replace("1796083200", "1e400"), "start_time inf is no moment"),
        (costs(lambda bucket, result: bucket["results"].append(result)), "two results of 2026-12-01"),  # type: ignore[attr-defined]
        ("[]", "is no page of costs"),
        ("[" * 100_000, "is no page of costs"),
    ],
)
def test_a_page_of_costs_that_lacks_something_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    (folder / "costs.json").write_text(content, encoding="utf-8")
    assert main(["operate", "pull", "api-costs", "costs.json"]) == 2
    assert said in capsys.readouterr().err
    assert taken(folder) == []


BEGIN_S = 1_765_335_600
ENERGY, BUSY = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "DCGM_FI_DEV_GPU_UTIL"
Result = list[dict[str, object]]


def one(values: list[str], begin: int = 0, **labels: str) -> dict[str, object]:
    """A series of a sample each 15 s."""
    pairs = [[BEGIN_S + begin + 15 * place, value] for place, value in enumerate(values)]
    return {"metric": {"UUID": "GPU-1", "modelName": "NVIDIA L4", **labels}, "values": pairs}


def energy(count: int = 41, begin: int = 0) -> list[str]:
    """50 W in mJ."""
    return [str(50_000.0 * (begin + 15 * place)) for place in range(count)]


def recorded(answers: dict[str, object]) -> AbstractContextManager[str]:
    """A server that answers each query with its result, or with that text."""

    def answer(path: str) -> bytes:
        result = answers[parse_qs(urlsplit(path).query)["query"][0]]
        data = {"status": "success", "data": {"resultType": "matrix", "result": result}}
        return (result if isinstance(result, str) else json.dumps(data)).encode()

    return answering(answer)


def pulled(result: object, busy: object = None) -> int:
    with recorded({ENERGY: result, BUSY: [one(["0"] * 41)] if busy is None else busy}) as address:
        asked = ["--since", "2025-12-10T03:00:00Z", "--until", "2025-12-10T03:10:00Z", "--map", "dcgm"]
        return main(["operate", "pull", "prometheus", address, *asked])


@pytest.mark.parametrize("word", ["NaN", "+Inf", "-Inf"])
def test_a_sample_that_is_no_number_is_a_gap(folder: Path, word: str) -> None:
    values = energy()
    values[10] = word
    assert pulled([one(values)]) == 0
    rows = [row for row in taken(folder) if isinstance(row, BoardMinute)]
    assert math.fsum(row.gap_s for row in rows) == 30.0
    assert math.fsum(row.energy_j or 0.0 for row in rows) == pytest.approx(50.0 * 570)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ([{"metric": {"UUID": "GPU-1"}, "histograms": []}], "is stored as a histogram"),
        ('{"status": "success"}', "does not answer as Prometheus does"),
        ('{"status": "success", "data": null}', "does not answer as Prometheus does"),
        ([{"metric": {"UUID": "GPU-1"}, "values": [[1]]}], "does not answer as Prometheus does"),
        ([one(energy(), UUID="")], "has no label UUID that names the board"),
        ("[" * 100_000, "gives no answer that can be read"),
        ([one([str(1e300 * place) for place in range(41)])], "more than"),
        ([one(energy(), pod="a"), one(energy(), pod="b")], "pod=a, pod=b"),
    ],
)
def test_an_answer_of_another_shape_is_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], result: object, said: str
) -> None:
    assert pulled(result) == 2
    assert said in capsys.readouterr().err
    assert taken(folder) == []


def test_a_series_that_has_ended_and_is_repeated_gives_way_to_the_next(folder: Path) -> None:
    """The old label's last value stands for 5 minutes beside the new one's."""
    old = energy(20) + [energy(20)[-1]] * 20
    assert pulled([one(energy(21, 300), 300, instance="b"), one(old, instance="a")]) == 0
    rows = [row for row in taken(folder) if isinstance(row, BoardMinute)]
    assert math.fsum(row.energy_j or 0.0 for row in rows) == pytest.approx(50.0 * 600)
    assert {row.gap_s for row in rows} == {0.0}


def test_when_a_board_worked_is_joined_too(folder: Path) -> None:
    busy = [one(["90"] * 20, instance="a"), one(["0"] * 21, 300, instance="b")]
    assert pulled([one(energy())], busy) == 0
    rows = [row for row in taken(folder) if isinstance(row, BoardMinute)]
    assert math.fsum(row.gap_s for row in rows) == 0.0
    assert math.fsum(row.busy_seconds for row in rows) == 300.0


ENDLESS = (
    json.dumps(
        {
            "p": {
                "prompt": [1, "p", {}, {}],
                "status": {
                    "messages": [
                        [name, {"timestamp": 1}] for name in ("execution_start", "execution_success")
                    ]
                },
            }
        }
    )
    .replace(": 1}", ": 1e400}")
    .encode()
)


@pytest.mark.parametrize(
    ("history", "said"),
    [
        (b"[]", "answers as no ComfyUI does"),
        (b'{"p": {}}', "prompt p is not as ComfyUI writes it"),
        (
            ENDLESS,
            "prompt p is not as ComfyUI writes it",
        ),
    ],
)
def test_a_history_of_another_shape_is_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], history: bytes, said: str
) -> None:
    with serving({"/history": history, "/queue": b"{}"}) as address:
        assert main(["operate", "pull", "comfyui", address, "--workload", "w"]) == 2
    assert said in capsys.readouterr().err
    assert taken(folder) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE session_queue SET started_at = 'yesterday'", "is not as InvokeAI writes it"),
        ("UPDATE session_queue SET session = '{'", "is not as InvokeAI writes it"),
        ("UPDATE session_queue SET retried_from_item_id = item_id", "goes in a circle"),
        (
            "ALTER TABLE session_queue RENAME COLUMN completed_at TO ended",
            "session_queue has no completed_at",
        ),
    ],
)
def test_a_queue_of_another_shape_is_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], change: str, said: str
) -> None:
    path = invoke_db(folder)
    base = sqlite3.connect(path)
    base.execute(change)
    base.commit()
    base.close()
    assert main(["operate", "pull", "invokeai", str(path), "--workload", "w"]) == 2
    assert said in capsys.readouterr().err
    assert taken(folder) == []


@pytest.mark.usefixtures("folder")
def test_an_address_that_is_none_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["operate", "pull", "comfyui", "http://127.0.0.1:port", "--workload", "w"]) == 2
    assert "gives no answer that can be read" in capsys.readouterr().err
