"""Fresh processes behind one point, and what is left of a run that was killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from bench.journal import read_journal
from bench.lock import FOLDER, board_lock, lock_path
from bench.profile import Profile
from bench.protocol.records import Measurement
from bench.protocol.store import read_measurements
from bench.protocol.tiers import PUBLISH, Tier
from bench.run.point import run_point
from tests.bench.test_run import plan, short_tier, steady_trace
from tests.bench.tiny_pipeline import save_tiny_unet

BOARD = "GPU-test"
"""The board of `steady_trace`."""
KILLED_AFTER = 3
LONGEST_WAIT_S = 600.0
BEGIN = "import sys; from tests.bench.test_run_processes import begin_long_run as begin; begin(*sys.argv[1:])"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where children keep everything, board locks too: another session's tests play the same board."""
    made = tmp_path_factory.mktemp("processes")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"OMP_NUM_THREADS": "1", "TMPDIR": str(made)}.items():
            patch.setenv(name, value)
        save_tiny_unet(made / "tiny")
        steady_trace(made / "trace.csv")
        yield made


def short_publish_tier() -> Tier:
    short = short_tier()
    return replace(
        PUBLISH,
        window_min_s=short.window_min_s,
        windows_min=short.windows_min,
        windows_max=short.windows_max,
        half_width_fraction=short.half_width_fraction,
        warm_up=short.warm_up,
        idle=short.idle,
    )


@pytest.fixture(scope="module")
def published(folder: Path) -> tuple[Profile, tuple[Measurement, ...]]:
    point = plan(
        folder / "tiny",
        folder / "published.json",
        tier=short_publish_tier(),
        meter_spec=f"replay:{folder / 'trace.csv'}",
    )
    return run_point(point), read_measurements(point.journal)


def begin_long_run(model: str, output: str, trace: str) -> None:
    """A run that goes on until it is killed."""
    tier = short_tier(windows_min=1000, windows_max=1000, budget_s=1000.0)
    run_point(plan(Path(model), Path(output), tier=tier, meter_spec=f"replay:{trace}"))


@pytest.fixture(scope="module")
def killed_journal(folder: Path) -> Path:
    """The journal of a run that was killed after its third window."""
    output = folder / "killed.json"
    paths = [str(path) for path in (folder / "tiny", output, folder / "trace.csv")]
    root = Path(__file__).resolve().parents[2]
    log = folder / "killed.log"
    journal = output.with_suffix(".journal.jsonl")
    with log.open("w", encoding="utf-8") as said:
        run = subprocess.Popen([sys.executable, "-c", BEGIN, *paths], cwd=root, stdout=said, stderr=said)
    try:
        wait_for_windows(run, journal)
    finally:
        run.kill()
        code = run.wait()
    assert code == -signal.SIGKILL, log.read_text(encoding="utf-8")
    return journal


def wait_for_windows(run: subprocess.Popen[bytes], journal: Path) -> None:
    end_s = time.monotonic() + LONGEST_WAIT_S
    while time.monotonic() < end_s and run.poll() is None and windows_in(journal) < KILLED_AFTER:
        time.sleep(0.05)


def windows_in(journal: Path) -> int:
    return sum(one["record"] == "window" for one in read_journal(journal)) if journal.exists() else 0


def test_the_journal_holds_the_windows_of_three_processes(
    published: tuple[Profile, tuple[Measurement, ...]],
) -> None:
    """How many is the machine's affair: a window judged an outlier among five may be none among six."""
    measured = published[1]
    assert len(measured) == 3
    assert all(len(one.accepted) >= short_publish_tier().windows_min for one in measured)


def test_the_board_was_held_by_another_process_than_this_one(
    published: tuple[Profile, tuple[Measurement, ...]], folder: Path
) -> None:
    assert published[0].energy is not None
    assert (
        int(lock_path(BOARD, folder / FOLDER).with_suffix(".holder").read_text(encoding="utf-8"))
        != os.getpid()
    )


def test_joules_of_an_image_are_the_mean_of_the_means_of_processes(
    published: tuple[Profile, tuple[Measurement, ...]],
) -> None:
    profile, measured = published
    means = [fmean(window.energy_j_per_image or 0.0 for window in one.accepted) for one in measured]
    assert profile.energy is not None
    assert profile.energy.energy_j_per_image == pytest.approx(fmean(means), rel=1e-9)


def test_the_interval_is_over_three_processes_and_the_windows_are_those_of_all(
    published: tuple[Profile, tuple[Measurement, ...]],
) -> None:
    profile, measured = published
    assert any("over 3 processes" in note for note in profile.notes)
    assert profile.energy is not None
    assert profile.energy.windows == sum(len(one.accepted) for one in measured)


def test_a_killed_run_leaves_its_finished_windows(killed_journal: Path) -> None:
    (measured,) = read_measurements(killed_journal)
    assert len(measured.accepted) >= KILLED_AFTER
    assert [window.index for window in measured.windows] == list(range(windows_in(killed_journal)))


def test_a_killed_run_is_told_from_one_that_ended(killed_journal: Path) -> None:
    (measured,) = read_measurements(killed_journal)
    assert measured.stopped == "killed"


def test_a_killed_run_wrote_no_profile_and_let_go_of_its_board(killed_journal: Path, folder: Path) -> None:
    assert not (killed_journal.parent / "killed.json").exists()
    with board_lock(BOARD, folder / FOLDER) as held:
        assert int(held.read_text(encoding="utf-8")) == os.getpid()
