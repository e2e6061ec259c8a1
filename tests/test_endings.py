"""How commands end: Ctrl-C at any time, nobody who reads, no room to write; each a real process with its status.

Nothing waits for a fixed time: a signal is sent when the process has said, or left where one can see it, how far it
is. `HANG_S` only keeps a hanging process from hanging the tests.
"""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HANG_S = 600
DEMONSTRATION = ROOT / "templates" / "demonstration.yaml"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
ENDED_BY = {signal.SIGINT: (130, "interrupted"), signal.SIGTERM: (143, "terminated")}
NEEDS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")

PDF = """
import io
from bench import entry
entry.listen(unwinding_s=1.5)
from openpyxl import Workbook
from roi.workbook.convert import pdf_of

def app(**_):
    book, held = Workbook(), io.BytesIO()
    book.active["A1"] = 1
    book.save(held)
    pdf_of(held.getvalue())

entry.leave(entry.carried_out(app, [], "pdf", ()))
"""
SOLVER = """
from bench import entry
entry.listen(unwinding_s=1.5)
import highspy
import numpy as np
from roi.fleet.highs import run
from roi.fleet.silence import silenced_stdout

def app(**_):
    # A market split: nobody proves within hours that six such rows have no whole solution (Cornuejols and Dawande,
    # INFORMS Journal on Computing 11, 1999).
    rows, columns = 6, 50
    weights = np.random.default_rng(1).integers(0, 100, (rows, columns)).astype(float)
    with silenced_stdout():
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        shares = [solver.addBinary() for _ in range(columns)]
        for row in weights:
            solver.addConstr(solver.qsum(w * s for w, s in zip(row, shares)) == float(row.sum() // 2))
    solver.cbMipInterrupt.subscribe(lambda _event: print("inside", flush=True))
    run(solver)

entry.leave(entry.carried_out(app, [], "solver", ()))
"""

UNBROKEN = """
import os, sys
from bench import entry
entry.listen(unwinding_s=1.5)

def app(**_):
    with entry.Unbroken():
        os.kill(os.getpid(), int(sys.argv[1]))
        print("begun", flush=True)
    print("went on", flush=True)

entry.leave(entry.carried_out(app, [], "unbroken", ()))
"""


def hearing() -> None:
    """As from a terminal: what a shell started in the background ignores Ctrl-C, and so would its child."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def process(*command: object, **how: object) -> Iterator[subprocess.Popen[str]]:
    """A process that is gone afterwards, whatever the test found."""
    begun: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, *map(str, command)],
        **{
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "cwd": ROOT,
            "env": ENVIRONMENT,
            "preexec_fn": hearing,
            **how,
        },
    )
    try:
        yield begun
    finally:
        begun.kill()
        begun.communicate()


def ended(*command: object, **how: object) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command that ends by itself."""
    with process("-m", *command, **how) as begun:
        out, err = begun.communicate(timeout=HANG_S)
        return begun.returncode, out or "", err or ""


def shell(line: str) -> tuple[int, str, str]:
    """The same of a line for the shell, in which `$roi` and `$bench` are the commands."""
    known = {"roi": f"{sys.executable} -m roi", "bench": f"{sys.executable} -m bench"}
    done = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=ENVIRONMENT | known,
        timeout=HANG_S,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it holds."""
    until_s = time.monotonic() + HANG_S
    while not condition():
        assert time.monotonic() < until_s, "what was waited for never came"
        time.sleep(0.02)


def require_ended_by(number: signal.Signals, begun: subprocess.Popen[str]) -> None:
    """The status and the word of the signal, and no traceback."""
    _, err = begun.communicate(timeout=HANG_S)
    status, word = ENDED_BY[number]
    assert begun.returncode == status
    assert err.rstrip().endswith(word)
    assert "Traceback" not in err


@pytest.mark.parametrize("number", ENDED_BY)
@pytest.mark.parametrize(
    ("command", "loaded"),
    [
        (("roi", "recommend"), "typer"),
        (("roi", "recommend"), "roi.commands"),
        (("roi", "recommend"), "yaml"),
        (("roi", "recommend"), "numpy"),
        (("roi", "recommend"), "highspy"),
        (("roi", "scenario", "--new", "NEW.xlsx"), "openpyxl"),
        (("bench", "library"), "rich"),
        (("bench", "library"), "bench.commands"),
        (("bench", "study", "library"), "bench.study.study"),
    ],
)
def test_a_signal_while_modules_load_ends_in_a_word(
    command: tuple[str, ...], loaded: str, number: signal.Signals, tmp_path: Path
) -> None:
    arguments = [str(tmp_path / each) if each.startswith("NEW") else each for each in command]
    with process("-X", "importtime", "-m", *arguments) as begun:
        read_until_loaded(begun, loaded)
        begun.send_signal(number)
        require_ended_by(number, begun)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("package", ["roi", "bench"])
@pytest.mark.parametrize("loaded", ["enum", "signal", "bench.entry"])
def test_ctrl_c_before_the_command_listens_ends_in_a_word_too(package: str, loaded: str) -> None:
    with process("-X", "importtime", "-m", package, "--help") as begun:
        read_until_loaded(begun, loaded)
        begun.send_signal(signal.SIGINT)
        require_ended_by(signal.SIGINT, begun)


def read_until_loaded(begun: subprocess.Popen[str], module: str) -> None:
    """Until the interpreter, asked for import times, says that the module is there."""
    assert begun.stderr is not None
    for line in begun.stderr:
        if line.rpartition("|")[2].strip() == module:
            return
    raise AssertionError(f"{module} was never loaded")


@pytest.mark.parametrize("number", ENDED_BY)
def test_a_signal_inside_the_solver_ends_the_command(number: signal.Signals) -> None:
    with process("-c", SOLVER) as begun:
        assert begun.stdout is not None
        assert begun.stdout.readline() == "inside\n"
        begun.send_signal(number)
        require_ended_by(number, begun)


@pytest.mark.parametrize("number", ENDED_BY)
def test_a_signal_waits_until_what_must_be_undone_is_known(number: signal.Signals) -> None:
    with process("-c", UNBROKEN, int(number)) as begun:
        out, err = begun.communicate(timeout=HANG_S)
        status, word = ENDED_BY[number]
        assert (begun.returncode, out, err.rstrip()) == (status, "begun\n", word)


@pytest.mark.parametrize("command", ["plan", "sensitivity"])
def test_ctrl_c_in_the_midst_of_work_leaves_nothing_behind(command: str, tmp_path: Path) -> None:
    long = DEMONSTRATION.read_text(encoding="utf-8").replace("horizon_years: 5 ", "horizon_years: 40 ")
    scenario = tmp_path / "long.yaml"
    scenario.write_text(long, encoding="utf-8")
    with process("-m", "roi", command, scenario, "--charts", tmp_path / "charts") as begun:
        assert begun.stderr is not None
        for line in begun.stderr:
            if " s: " in line:  # progress is told from two seconds on
                break
        begun.send_signal(signal.SIGINT)
        require_ended_by(signal.SIGINT, begun)
    assert list(tmp_path.iterdir()) == [scenario]


@pytest.mark.parametrize("number", ENDED_BY)
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_ends_with_the_report_that_started_it(number: signal.Signals, tmp_path: Path) -> None:
    with process("-c", PDF, env=ENVIRONMENT | {"TMPDIR": str(tmp_path)}) as begun:
        wait_for(lambda: any(tmp_path.glob("*/profile/user")) or begun.poll() is not None)
        begun.send_signal(number)
        require_ended_by(number, begun)
    wait_for(lambda: commands_that_name(tmp_path) == [])
    assert list(tmp_path.iterdir()) == []


def commands_that_name(folder: Path) -> list[str]:
    """Processes with the folder in their command line; one that has ended has none."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def test_what_was_started_to_ignore_ctrl_c_goes_on() -> None:
    with process(
        "-X",
        "importtime",
        "-m",
        "bench",
        "library",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    ) as begun:
        read_until_loaded(begun, "typer")
        begun.send_signal(signal.SIGINT)
        out, _ = begun.communicate(timeout=HANG_S)
        assert begun.returncode == 0
        assert "mlenergy" in out


def test_a_worker_ends_when_the_process_that_started_it_was_killed(tmp_path: Path) -> None:
    pool = tmp_path / "pool.py"
    pool.write_text(
        "import os, sys\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from multiprocessing import get_context\n"
        "from bench.entry import end_with_the_parent\n"
        "if __name__ == '__main__':\n"
        "    pool = ProcessPoolExecutor(1, get_context('spawn'), end_with_the_parent)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    sys.stdin.read()\n",
        encoding="utf-8",
    )
    with process(pool, stdin=subprocess.PIPE) as begun:
        assert begun.stdout is not None
        worker = int(begun.stdout.readline())
        begun.kill()
    wait_for(lambda: not is_alive(worker))


def is_alive(number: int) -> bool:
    """Whether the process still does anything; one that only waits to be collected does not."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("command", ["roi recommend --json", "bench library --json", "bench study library"])
def test_a_reader_that_has_enough_ends_the_command_quietly(command: str) -> None:
    with process("-m", *command.split()) as begun:
        assert begun.stdout is not None
        assert begun.stdout.read(1)
        begun.stdout.close()
        begun.stdout = None
        _, err = begun.communicate(timeout=HANG_S)
        assert begun.returncode in (0, 141)  # 0: the pipe held all of it
        assert [line for line in err.splitlines() if "No scenario given" not in line] == []


def test_more_than_a_pipe_holds_is_cut_with_the_status_of_a_broken_pipe() -> None:
    assert shell("$bench library --json | head -c 1 > /dev/null; exit ${PIPESTATUS[0]}") == (141, "", "")


@pytest.mark.parametrize(
    "command", ["$roi recommend", "$roi recommend --json", f"$roi check {DEMONSTRATION}", "$bench library"]
)
def test_closed_standard_output_is_a_sentence_and_bad_input(command: str) -> None:
    status, _, err = shell(f"{command} >&-")
    assert status == 2
    assert err.rstrip().endswith(
        "standard output: cannot be written: it is closed; send the answer where it can be kept"
    )
    assert "Traceback" not in err


@NEEDS_FULL
@pytest.mark.parametrize("command", ["$roi recommend", "$bench library", "$bench blueprint", "$bench --help"])
def test_standard_output_on_a_full_disk_is_a_sentence_and_bad_input(command: str) -> None:
    status, _, err = shell(f"{command} > /dev/full")
    assert status == 2
    assert "standard output: cannot be written: No space left on device" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "where", ["2>&-", pytest.param("2>/dev/full", marks=NEEDS_FULL), "2> >(exit)", "<&- 2>&-"]
)
def test_notes_that_nobody_can_read_leave_the_answer_as_it_is(where: str) -> None:
    assert shell(f"$bench library {where}") == (0, shell("$bench library")[1], "")


def test_an_error_is_not_printed_into_the_answer_when_standard_error_is_closed() -> None:
    assert shell("$roi check nowhere.yaml 2>&-") == (2, "", "")


def test_a_command_that_writes_a_file_needs_no_standard_output(tmp_path: Path) -> None:
    status, _, err = shell(f"$roi scenario --new {tmp_path / 'new.yaml'} >&-")
    assert (status, err.splitlines()[0][:40]) == (0, f"{tmp_path / 'new.yaml'}: written; edit it"[:40])
    assert (tmp_path / "new.yaml").read_bytes() == DEMONSTRATION.read_bytes()


def no_room() -> None:
    """Files may grow to 1000 bytes: the disk is full for whatever is larger."""
    hearing()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


IMPORT = (
    "bench", "import", "zeus", ROOT / "tests" / "bench" / "data" / "imports" / "zeus.csv", "-o", "NEW.json",
    *(part for fact in (
        "model_id=stabilityai/stable-diffusion-xl-base-1.0", "dtype=float16", "width=1024", "height=1024",
        "num_inference_steps=30", "batch_size=1", "accelerator=NVIDIA L40S", "measured_on=2026-02-03", "images=10",
        "window=generate",
    ) for part in ("--fact", fact)),
)  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        ("roi", "scenario", "--new", "NEW.yaml"),
        ("roi", "scenario", "--new", "NEW.xlsx"),
        ("roi", "plan", "--policy", "NEW.yaml"),
        ("roi", "report", "--draws", "0", "-o", "NEW.md"),
        IMPORT,
    ],
    ids=lambda command: " ".join(map(str, command[:2])) + f" {command[-1]}"[:12],
)
def test_a_file_that_a_full_disk_cuts_short_is_not_left(command: tuple[object, ...], tmp_path: Path) -> None:
    arguments = [tmp_path / str(each) if str(each).startswith("NEW") else each for each in command]
    whole = ENVIRONMENT | {
        "PYTHONDONTWRITEBYTECODE": "1"
    }  # compiled modules that are cut short stay for others
    status, _, err = ended(*arguments, preexec_fn=no_room, env=whole)
    assert status == 2
    assert "cannot be written: File too large" in err
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("roi", "scenario", "--new", "x" * 300), "cannot be written: File name too long"),
        (("roi", "check", "x" * 300), "File name too long"),
        (("roi", "check", "x" * 300 + ".xlsx"), "File name too long"),
        (("roi", "report", "-o", "x" * 300 + ".md"), "File name too long"),
        (("roi", "fit-acceptance", "x" * 300), "File name too long"),
        (("roi", "check", ROOT), "is a folder"),
        (("roi", "report", "-o", ROOT / "nowhere" / "report.md"), "its folder does not exist"),
        (("roi", "plan", "--charts", DEMONSTRATION / "charts"), "demonstration.yaml is no folder"),
        (("roi", "plan", "--policy", ROOT / "nowhere" / "policy.yaml"), "its folder does not exist"),
        (("bench", "show", "x" * 300), "File name too long"),
        (("bench", "study", "x" * 300), "File name too long"),
        (("bench", "study", "library", "--report", ROOT / "nowhere" / "r.md"), "its folder does not exist"),
        (("bench", "blueprint", "x" * 300 + ".json"), "File name too long"),
    ],
)
def test_a_place_that_cannot_be_is_a_sentence(command: tuple[object, ...], sentence: str) -> None:
    status, out, err = ended(*command)
    assert (status, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err
