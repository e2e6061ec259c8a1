"""Tracked calls end in the ledger with their joules, whatever happens to program, board or disk."""

import json
import math
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import bench
from bench.errors import LedgerError
from bench.meters.contract import BoardState, MeterDescription
from bench.meters.replay import ReplayClock, ReplayMeter
from bench.meters.trace import TraceRow, trace_head, trace_line
from bench.operations.ledger import Ledger
from bench.operations.refused import refused_calls
from bench.operations.rows import Attempt, BoardMinute
from bench.tracking.spool import SpoolReader, SpoolWriter, spool_files, spool_folder
from bench.tracking.tracker import session
from bench.tracking.watch import Watch

GENEROUS_S = 120.0
POWER_W = 300.0


def until(true: Callable[[], bool], what: str) -> None:
    last_s = time.monotonic() + GENEROUS_S
    while not true():
        assert time.monotonic() < last_s, what
        time.sleep(0.05)


def board_file(folder: Path, seconds: float = 900.0) -> str:
    """A board of constant power whose counter ticks ten times a second, as a recording."""
    path = folder / "board.csv"
    described = MeterDescription("nvml-counter", "gpu", "H100", "GPU-replayed")
    rows = (
        TraceRow(BoardState(tick * 100_000_000), 1e6 + POWER_W * tick / 10)
        for tick in range(round(seconds * 10))
    )
    path.write_text(trace_head(described) + "".join(map(trace_line, rows)), encoding="utf-8")
    return f"replay:{path}"


class Constant:
    """A board of constant power, exact at every moment; its counter may be told to fall."""

    def __init__(self) -> None:
        self.offset_j = 1e6

    def raw_energy_j(self, now_ns: int) -> float:
        return self.offset_j + POWER_W * now_ns / 1e9

    def power_w(self, _now_ns: int) -> float | None:
        return None

    def state(self, now_ns: int) -> BoardState:
        return BoardState(now_ns)


class Rig:
    """A watch on a replayed board, in the replay's own time, and programs that speak to it."""

    def __init__(self, folder: Path, start_ns: int = 0) -> None:
        self.board, self.clock = Constant(), ReplayClock(start_ns)
        described = MeterDescription("replay", "gpu", "H100", "GPU-1")
        self.path = folder / "operations.db"
        self.folder = spool_folder(self.path, "nvml:GPU-1")
        meter = ReplayMeter(self.board, self.clock, described)
        self.watch = Watch(
            self.path,
            self.folder,
            meter,
            "nvml:GPU-1",
            self.clock.now_ns,
            lambda: 1.8e9 + self.clock.now_ns() / 1e9,
        )

    def program(self) -> SpoolWriter:
        return SpoolWriter(self.folder)

    def begin(self, program: SpoolWriter, call: int) -> None:
        now = {"start_ns": self.clock.now_ns(), "started_at": "2026-11-01T00:00:00Z", "workload": "w"}
        program.write({"is": "begun", "call": call} | now)

    def end(self, program: SpoolWriter, call: int, **said: object) -> None:
        now_ns = self.clock.now_ns()
        program.write({"is": "ended", "call": call, "end_ns": now_ns, "status": "ok"} | said)

    def passes(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.watch.look()
            self.clock.sleep(0.1)

    def attempts(self) -> list[Attempt]:
        with Ledger(self.path) as ledger:
            return list(ledger.read(Attempt))

    def minutes(self) -> list[BoardMinute]:
        with Ledger(self.path) as ledger:
            return list(ledger.read(BoardMinute))


def test_twenty_programs_on_one_board_count_each_joule_once(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    programs = [rig.program() for _ in range(20)]
    rig.passes(3.0)
    for number, program in enumerate(programs):
        rig.begin(program, 1)
        rig.passes(0.3 if number % 2 else 0.7)
    for program in programs:
        rig.end(program, 1, images=4)
        rig.passes(0.2)
    rig.passes(3.0)
    for program in programs:
        program.close()
    rig.watch.settle()
    rig.watch.write()
    attempts, (minute,) = rig.attempts(), rig.minutes()
    busy_s = 10 * (0.3 + 0.7) + 19 * 0.2
    assert len(attempts) == 20
    assert {one.energy_kind for one in attempts} == {"apportioned"}
    assert math.isclose(math.fsum(one.energy_j for one in attempts), POWER_W * busy_s, rel_tol=1e-9)
    assert math.isclose(minute.busy_j + minute.idle_j, POWER_W * minute.seconds, rel_tol=1e-9)
    assert (minute.images, minute.gap_s) == (80, 0.0)
    assert minute.busy_seconds == pytest.approx(busy_s)
    assert spool_files(rig.folder) == []


def test_minutes_add_up_to_the_counter_over_writes_and_a_reset(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    program = rig.program()
    program.write({"is": "here"})
    for call in range(1, 6):
        rig.passes(1.0)
        rig.begin(program, call)
        rig.passes(3.0)
        rig.end(program, call)
        rig.passes(1.5)
        rig.watch.write()
    before = math.fsum(one.energy_j or 0.0 for one in rig.minutes())
    assert [one.energy_j for one in rig.attempts()] == [pytest.approx(900.0)] * 5
    assert {one.energy_kind for one in rig.attempts()} == {"measured"}
    assert before == pytest.approx(POWER_W * math.fsum(one.seconds for one in rig.minutes()), rel=1e-9)
    rig.begin(program, 6)
    rig.passes(1.0)
    rig.board.offset_j -= 1e6
    rig.passes(2.0)
    rig.end(program, 6)
    rig.passes(2.0)
    rig.watch.write()
    last, minute = rig.attempts()[-1], rig.minutes()[-1]
    assert (last.energy_j, last.energy_reason) == (None, "the counter could not be read all through the call")
    assert minute.resets == 1
    assert minute.gap_s == pytest.approx(0.2)


def test_a_ledger_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    program = rig.program()
    program.write({"is": "here"})
    rig.passes(1.0)
    rig.begin(program, 1)
    rig.passes(3.0)
    rig.end(program, 1)
    rig.passes(2.0)
    rig.path.mkdir()
    with pytest.raises(LedgerError):
        rig.watch.write()
    rig.path.rmdir()
    rig.watch.write()
    assert [one.energy_j for one in rig.attempts()] == [pytest.approx(900.0)]


def test_what_a_watch_left_is_taken_up_once_by_the_next(tmp_path: Path) -> None:
    first = Rig(tmp_path)
    program = first.program()
    program.write({"is": "here"})
    first.passes(1.0)
    first.begin(program, 1)
    first.passes(3.0)
    first.end(program, 1)
    first.passes(2.0)
    first.watch.write()  # and is killed before it removes anything
    first.begin(program, 2)
    first.clock.sleep(1.0)
    first.end(program, 2)
    program.close()
    second = Rig(tmp_path, first.clock.now_ns())
    second.passes(3.0)
    second.watch.settle()
    second.watch.write()
    assert [(one.energy_kind, one.status) for one in second.attempts()] == [
        ("measured", "ok"),
        ("absent", "ok"),
    ]
    assert spool_files(second.folder) == []


def test_a_program_that_dies_in_a_call_leaves_it_interrupted(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    program = rig.program()
    rig.begin(program, 1)
    rig.passes(1.0)
    program.close()
    rig.passes(2.0)
    rig.watch.settle()
    rig.watch.write()
    (found,) = rig.attempts()
    assert (found.status, found.seconds, found.energy_j) == ("interrupted", None, None)


def test_a_call_that_is_no_attempt_is_kept_with_the_reason_and_the_others_are_taken(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    program = rig.program()
    for call, said in enumerate(({"attempt": 0}, {"images": 2}, {"accepted": "perhaps"}), 1):
        rig.begin(program, call)
        rig.passes(0.3)
        rig.end(program, call, **said)
    rig.passes(3.0)
    program.close()
    rig.watch.settle()
    rig.watch.write()
    assert [one.images for one in rig.attempts()] == [2]
    assert spool_files(rig.folder) == []
    count, (kept,) = refused_calls(rig.path)
    lines = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert count == len(lines) == 2
    assert [(line["call"], line["workload"]) for line in lines] == [(1, "w"), (3, "w")]
    assert "attempt" in lines[0]["why"]
    assert lines[1]["accepted"] == "perhaps"


def test_lines_that_were_cut_are_none(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"call": 1}\nnot json\n[1]\n{"call": 2}\n{"call": 3')
    reader = SpoolReader(path)
    assert [line["call"] for line in reader.lines()] == [1, 2]
    with path.open("ab") as file:
        file.write(b"}\n")
    assert [line["call"] for line in reader.lines()] == [3]


def test_a_long_program_goes_on_in_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.tracking.spool.LARGEST_FILE_BYTES", 100)
    program = SpoolWriter(tmp_path)
    for call in range(20):
        program.write({"is": "begun", "call": call})
    readers = [SpoolReader(path) for path in spool_files(tmp_path)]
    assert sorted(line["call"] for reader in readers for line in reader.lines()) == list(range(20))
    assert [reader.alive() for reader in readers].count(True) == 1
    program.close()


CALLS = """
import os, sys
import bench
tracker = bench.track("product-pictures", log=sys.argv[1], meter=sys.argv[2], settings={"model": "m"})
pipe = tracker.wrap(lambda n: [n])
for n in range(10_000):
    pipe(n)
    os.write(1, b"%d\\n" % n)
"""


def test_kill_9_during_ten_thousand_calls_loses_no_finished_call(tmp_path: Path) -> None:
    log = tmp_path / "operations.db"
    command = [sys.executable, "-c", CALLS, str(log), board_file(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        finished = [program.stdout.readline() for _ in range(4_000)]
        program.send_signal(signal.SIGKILL)
        finished += program.stdout.readlines()
    folder = log.with_name("operations.db.calls")
    until(lambda: log.exists() and not list(folder.rglob("*.jsonl")), "the calls never reached the ledger")
    with Ledger(log) as ledger:
        attempts = list(ledger.read(Attempt))
        minutes = list(ledger.read(BoardMinute))
    done = [one for one in attempts if one.status == "ok"]
    assert len(done) - len([line for line in finished if line.endswith("\n")]) in (0, 1)
    assert len(attempts) - len(done) in (0, 1)
    assert {(one.images, one.model, one.board_uuid) for one in done} == {(1, "m", "GPU-replayed")}
    assert not any(one.energy_j == 0.0 for one in attempts if one.energy_kind == "absent")
    known = [one.energy_j for one in attempts if one.energy_j is not None]
    assert len(known) > 1_000
    assert math.fsum(known) <= math.fsum(one.busy_j or 0.0 for one in minutes) * (1 + 1e-9)


ONE_CALL = """
import sys, time
import bench
with bench.track("product-pictures", log=sys.argv[1], meter=sys.argv[2]) as call:
    time.sleep(2.5)
"""


def test_the_only_call_of_a_short_program_has_its_joules(tmp_path: Path) -> None:
    log = tmp_path / "operations.db"
    subprocess.run([sys.executable, "-c", ONE_CALL, str(log), board_file(tmp_path)], check=True)
    until(lambda: log.exists() and not list(tmp_path.rglob("*.jsonl")), "the call never reached the ledger")
    with Ledger(log) as ledger:
        (found,) = ledger.read(Attempt)
    assert found.energy_kind == "measured"
    # A tick of the counter at either end of the call; the recording's power is constant.
    assert found.energy_j == pytest.approx(POWER_W * found.seconds, abs=2 * POWER_W * 0.2)


def test_threads_and_processes_share_one_watch(tmp_path: Path) -> None:
    log, meter = tmp_path / "operations.db", board_file(tmp_path)
    code = CALLS.replace("10_000", "200")
    programs = [
        subprocess.Popen([sys.executable, "-c", code, str(log), meter], stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]
    assert [program.wait() for program in programs] == [0, 0, 0]
    until(lambda: log.exists() and not list(tmp_path.rglob("*.jsonl")), "the calls never reached the ledger")
    with Ledger(log) as ledger:
        assert len(list(ledger.read(Attempt))) == 600
        minutes = list(ledger.read(BoardMinute))
    assert len({one.source_id.split(":")[-2] for one in minutes}) == len(minutes)


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, object]]]:
    """What trackers of this process say, without a process beside it."""
    monkeypatch.setattr("bench.tracking.tracker._Session._watch", lambda _self: None)
    monkeypatch.setattr("bench.tracking.tracker._sessions", {})
    monkeypatch.chdir(tmp_path)

    def lines() -> list[dict[str, object]]:
        files = sorted(tmp_path.rglob("*.jsonl"))
        said = [line for path in files for line in SpoolReader(path).lines() if "call" in line]
        begun = {line["call"]: line for line in said if line["is"] == "begun"}
        return [begun[line["call"]] | line for line in said if line["is"] == "ended"]

    return lines


def test_a_block_a_function_and_a_pipeline_are_attempts(
    spoken: Callable[[], list[dict[str, object]]],
) -> None:
    picture = SimpleNamespace(size=(64, 32), save=None)
    with bench.track("block", meter="none", supply="own") as call:
        call.note(request_id="r-1", attempt=2, accepted=False, reject_reason="hands")
        call.made([picture] * 3)

    @bench.track("function", meter="none")
    def generate(_prompt: str, **_settings: int) -> object:
        """Make pictures."""
        return SimpleNamespace(images=[picture])

    generate("a cat", width=512)
    assert generate.__doc__ == "Make pictures."

    class Pipe:
        config = {"_name_or_path": "me/model"}
        scheduler = "ddim"

        def __call__(self, _prompt: str, **_settings: int) -> object:
            return ([picture, picture],)

    pipe = bench.track("pipe", meter="none").wrap(Pipe())
    pipe("a dog", num_inference_steps=4)
    pipe.scheduler = "euler"
    assert pipe.scheduler == "euler"
    block, function, piped = spoken()
    assert (block["workload"], block["images"], block["width"], block["height"]) == ("block", 3, 64, 32)
    assert (block["request_id"], block["attempt"], block["accepted"], block["supply"]) == (
        "r-1",
        2,
        False,
        "own",
    )
    assert (function["images"], function["status"]) == (1, "ok")
    assert (piped["images"], piped["num_inference_steps"], piped["model"]) == (2, 4, "me/model")


def test_other_settings_are_another_hash(spoken: Callable[[], list[dict[str, object]]]) -> None:
    pipe = bench.track("w", meter="none").wrap(lambda **_: None)
    for steps in (20, 20, 4):
        pipe(num_inference_steps=steps)
    hashes = [line["setting_hash"] for line in spoken()]
    assert (hashes[0] == hashes[1], hashes[0] == hashes[2]) == (True, False)


def test_an_exception_of_the_call_is_the_callers_and_the_attempt_failed(
    spoken: Callable[[], list[dict[str, object]]],
) -> None:
    with pytest.raises(ZeroDivisionError), bench.track("w", meter="none"):
        _ = 1 / 0
    (line,) = spoken()
    assert (line["status"], line.get("images")) == ("failed", None)


def test_calls_within_calls_and_on_threads_keep_apart(spoken: Callable[[], list[dict[str, object]]]) -> None:
    tracker = bench.track("w", meter="none")
    with tracker as outer:
        outer.note(request_id="outer")
        with tracker as inner:
            inner.note(request_id="inner")

    def work(number: int) -> None:
        with tracker as call:
            call.note(request_id=str(number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(line["request_id"]) for line in spoken()) == sorted(
        ["outer", "inner", *(str(number) for number in range(20))]
    )


def test_a_full_disk_never_reaches_the_call(
    spoken: Callable[[], list[dict[str, object]]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pipe = bench.track("w", meter="none").wrap(lambda number: number * 2)

    def full(_descriptor: int, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        assert [pipe(number) for number in range(50)] == [2 * number for number in range(50)]
    assert [record.message for record in caplog.records] == [
        "a call could not be recorded whole: OSError: [Errno 28] No space left on device"
    ]
    assert pipe(7) == 14
    assert len(spoken()) == 1


FULL = """
import resource, sys
import bench
sys.dont_write_bytecode = True
pipe = bench.track("w", log=sys.argv[1], meter="none").wrap(lambda number: number * 2)
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000))
print([pipe(number) for number in range(200)] == [2 * number for number in range(200)])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such limit")
def test_a_system_that_refuses_to_write_more_never_reaches_the_call(tmp_path: Path) -> None:
    """No file of the program may pass 3,000 bytes, which are some ten calls: a disk that fills up meanwhile."""
    log = tmp_path / "operations.db"
    done = subprocess.run([sys.executable, "-c", FULL, str(log)], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    until(lambda: log.exists() and not list(tmp_path.rglob("*.jsonl")), "the calls never reached the ledger")
    with Ledger(log) as ledger:
        assert 0 < len([one for one in ledger.read(Attempt) if one.status == "ok"]) < 200


def test_a_ledger_that_another_holds_never_reaches_the_call_and_has_it_later(tmp_path: Path) -> None:
    log = tmp_path / "operations.db"
    Ledger(log, create=True).close()
    other = sqlite3.connect(log, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    command = [sys.executable, "-c", CALLS.replace("10_000", "50"), str(log), "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(number) for number in range(50)]
    other.close()

    def arrived() -> bool:
        with Ledger(log) as ledger:
            return len(list(ledger.read(Attempt))) == 50

    until(arrived, "the calls never reached the ledger")


def test_a_place_that_cannot_be_written_never_reaches_the_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    pipe = bench.track("w", meter="none", log=tmp_path / "file" / "operations.db").wrap(lambda: "made")
    assert pipe() == "made"


def test_a_board_in_slices_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.tracking import watch

    sliced = ReplayMeter(Constant(), description=MeterDescription("nvml-counter", "gpu", "A100", sliced=True))
    monkeypatch.setattr(watch, "open_beside", lambda _spec: sliced)
    assert "MIG mode" in watch.meter_or_absent("nvml:GPU-1").description.notes[0]


@pytest.mark.usefixtures("spoken")
def test_a_session_belongs_to_its_process(tmp_path: Path) -> None:
    one = session(str(tmp_path / "operations.db"), "none")
    assert session(str(tmp_path / "operations.db"), "none") is one


def test_a_line_is_what_the_watch_reads(spoken: Callable[[], list[dict[str, object]]]) -> None:
    with bench.track("w", meter="none"):
        pass
    assert json.loads(json.dumps(spoken()[0]))["workload"] == "w"
