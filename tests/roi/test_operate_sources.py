"""Ways in for machines: what servers and their files hold becomes rows of the ledger, the same again nothing."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt, BillLine
from roi.__main__ import main
from roi.operate.sources import comfyui, invokeai
from tests.roi.loopback import answering
from tests.roi.test_operate import signed
from tests.roi.test_operate_command import folder

__all__ = ["folder", "signed"]
DATA = Path(__file__).parent / "data" / "operate"


def serving(answers: Mapping[str, bytes]) -> AbstractContextManager[str]:
    """A server that gives recorded answers by their path."""
    return answering(lambda path: answers.get(path.partition("?")[0]) or None)


@pytest.fixture
def comfy() -> Iterator[str]:
    names = ("history", "queue")
    with serving({f"/{name}": (DATA / f"comfyui-{name}.json").read_bytes() for name in names}) as address:
        yield address


def invoke_db(folder: Path) -> Path:
    path = folder / "invokeai.db"
    base = sqlite3.connect(path)
    base.executescript((DATA / "invokeai.sql").read_text(encoding="utf-8"))
    base.close()
    return path


def attempts(folder: Path) -> dict[str, Attempt]:
    with Ledger(folder / "operations.db") as ledger:
        return {one.source_id: one for one in ledger.read(Attempt)}


def test_comfyuis_history_becomes_attempts_with_seconds_pictures_and_settings(
    folder: Path, comfy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["operate", "pull", "comfyui", comfy, "--workload", "product-pictures", "--supply", "rented"]
    for new, unchanged in ((2, 0), (0, 2)):
        assert main(asked) == 0
        told = capsys.readouterr()
        assert f"{new} new, 0 revised, {unchanged} unchanged" in told.out
        assert "1 prompts are under way and 0 wait" in told.err
        assert "1 prompts have no moments and are left out" in told.err
    found = attempts(folder)
    done, failed = (found[one] for one in sorted(found))
    assert (done.started_at, done.seconds, done.queue_s) == ("2026-12-04T00:00:00.000Z", 12.25, 1.5)
    assert (done.images, done.width, done.num_inference_steps) == (2, 1024, 20)
    assert (done.model, done.status, done.supply) == ("sd_xl_base_1.0.safetensors", "ok", "rented")
    assert (failed.status, failed.images, failed.seconds, failed.queue_s) == ("failed", None, 1.0, None)
    assert done.setting_hash == failed.setting_hash  # another seed, prompt and name of files: one setting
    assert (done.energy_j, done.energy_reason) == (None, comfyui.NO_METER)


def test_the_same_comfyui_under_another_address_changes_nothing(
    folder: Path, comfy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for address in (comfy, comfy.replace("127.0.0.1", "localhost")):
        assert main(["operate", "pull", "comfyui", address, "--workload", "w"]) == 0
    assert "0 new, 0 revised, 2 unchanged" in capsys.readouterr().out
    assert len(attempts(folder)) == 2


def test_a_prompt_whose_pictures_were_all_cached_is_no_attempt(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = json.loads((DATA / "comfyui-history.json").read_text(encoding="utf-8"))
    (first, *_) = history.values()
    first["status"]["messages"][1][1]["nodes"] = ["4", "3", "8", "9"]
    answers = {"/history": json.dumps(history).encode(), "/queue": b"{}"}
    with serving(answers) as address:
        main(["operate", "pull", "comfyui", address, "--workload", "w"])
    assert [one.status for one in attempts(folder).values()] == ["failed"]
    assert "1 prompts made no picture anew" in capsys.readouterr().err


def test_pictures_of_a_node_that_was_cached_are_not_counted(folder: Path) -> None:
    """Two pictures of the cached node 9 and one of node 10, which ran."""
    history = json.loads((DATA / "comfyui-history.json").read_text(encoding="utf-8"))
    (first, *_) = history.values()
    first["status"]["messages"][1][1]["nodes"] = ["4", "3", "8", "9"]
    first["outputs"]["10"] = {"images": [{"filename": "x.png", "subfolder": "", "type": "output"}]}
    answers = {"/history": json.dumps(history).encode(), "/queue": b"{}"}
    with serving(answers) as address:
        main(["operate", "pull", "comfyui", address, "--workload", "w"])
    assert {one.images for one in attempts(folder).values()} == {None, 1}


def test_invokeais_sessions_become_attempts_and_a_retry_is_the_second(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = invoke_db(folder)
    before = path.read_bytes()
    for new, unchanged in ((3, 0), (0, 3)):
        assert main(["operate", "pull", "invokeai", str(path), "--workload", "w"]) == 0
        told = capsys.readouterr()
        assert f"{new} new, 0 revised, {unchanged} unchanged" in told.out
        assert "1 sessions are under way or wait" in told.err
    assert path.read_bytes() == before
    first, failed, again = (attempts(folder)[name] for name in ("s-1", "s-2", "s-3"))
    assert (first.started_at, first.seconds, first.queue_s) == ("2026-12-10T03:00:02.000Z", 10.5, 2.0)
    assert (first.images, first.width, first.height, first.model) == (2, 1024, 768, "SDXL Base")
    assert (first.num_inference_steps, first.energy_reason) == (30, invokeai.NO_METER)
    assert (failed.status, failed.attempt, again.request_id, again.attempt) == ("failed", 1, "s-2", 2)


def test_logs_of_an_api_become_attempts_with_their_cost(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["operate", "pull", "api-log", str(DATA / "api-log.jsonl"), "--workload", "w", "--supply", "api"]
    for new, unchanged in ((3, 0), (0, 3)):
        assert main(asked) == 0
        told = capsys.readouterr()
        assert f"{new} new, 0 revised, {unchanged} unchanged" in told.out
        assert "1 calls are not of pictures and are left out" in told.err
    proxied, plain, refused = (attempts(folder)[one] for one in ("chatcmpl-1", "call-2", "call-3"))
    assert (proxied.seconds, proxied.cost, proxied.currency, proxied.images) == (21.5, 0.042, "USD", 1)
    assert (plain.width, plain.height, plain.images, plain.cost) == (1536, 1024, 2, 0.08)
    assert (refused.status, refused.images, refused.width, refused.cost) == ("failed", None, None, None)
    assert proxied.energy_reason == "the API does not disclose joules"


def test_a_log_with_faults_adds_nothing_and_names_the_lines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = folder / "bad.jsonl"
    bad.write_text('{"id": "1"}\nnot json\n[1]\n', encoding="utf-8")
    assert main(["operate", "pull", "api-log", str(bad), "--workload", "w"]) == 2
    told = capsys.readouterr().err
    assert all(f"line {number}: is no call of an image API" in told for number in (1, 2, 3))
    assert attempts(folder) == {}


def test_costs_of_an_organisation_pay_the_plans_api(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for new, unchanged in ((2, 0), (0, 2)):
        assert main(["operate", "pull", "api-costs", str(DATA / "api-costs.json"), "--supply", "api"]) == 0
        assert f"{new} new, 0 revised, {unchanged} unchanged" in capsys.readouterr().out
    with Ledger(folder / "operations.db") as ledger:
        found = list(ledger.read(BillLine))
    assert sorted(one.billed_cost for one in found) == [0.06, 12.5]
    assert {(one.billing_currency, one.component, one.charge_period_start) for one in found} == {
        ("USD", "api", "2026-12-01T00:00:00.000Z")
    }


def test_a_page_of_costs_that_goes_on_elsewhere_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = json.loads((DATA / "api-costs.json").read_text(encoding="utf-8"))
    (folder / "first.json").write_text(json.dumps(page | {"has_more": True}), encoding="utf-8")
    assert main(["operate", "pull", "api-costs", str(folder / "first.json")]) == 2
    assert "a further page of costs exists" in capsys.readouterr().err
    page["data"][0]["results"][0]["object"] = "organization.usage.images.result"
    (folder / "usage.json").write_text(json.dumps(page), encoding="utf-8")
    assert main(["operate", "pull", "api-costs", str(folder / "usage.json")]) == 2
    assert "is no page of costs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["comfyui", "http://127.0.0.1:9"], "give --workload"),
        (["comfyui", "http://127.0.0.1:9", "--workload", "w"], "gives no answer that can be read"),
        (["comfyui", "file:///etc/hosts", "--workload", "w"], "is no address"),
        (["invokeai", "none.db", "--workload", "w"], "no such file"),
        (["invokeai", "operations.db", "--workload", "w"], "no such table: session_queue"),
        (
            ["prometheus", "http://127.0.0.1:9", "--map", "x", "--since", "2025-12-01"],
            "there are bench, dcgm",
        ),
        (["prometheus", "http://127.0.0.1:9", "--step", "7", "--since", "2025-12-01"], "divide a minute"),
        (["prometheus", "http://127.0.0.1:9", "--since", "soon"], "is no day or moment"),
        (["prometheus", "http://127.0.0.1:9", "--since", "2030-01-01"], "no whole minute lies between"),
        (["joules", "x"], "source 'joules' is unknown"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_pulled_says_why(
    asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["operate", "pull", *asked]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_server_of_another_kind_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with serving({"/history": b"<html>", "/api/v1/query_range": b"{}"}) as address:
        assert main(["operate", "pull", "comfyui", address, "--workload", "w"]) == 2
        assert (
            main(["operate", "pull", "prometheus", address, "--since", "2025-12-01", "--until", "2025-12-02"])
            == 2
        )
    told = capsys.readouterr().err
    assert "gives no answer that can be read" in told
    assert "does not answer as Prometheus does" in told
