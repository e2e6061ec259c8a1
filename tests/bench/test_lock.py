import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import MeasurementError
from bench.lock import board_lock, lock_path

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from bench.lock import board_lock
with board_lock("GPU-1", Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_until_kill_9_ends_the_first(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(MeasurementError, match=f"GPU-1 is being measured by process {holder.pid} "),
            board_lock("GPU-1", tmp_path),
        ):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with board_lock("GPU-1", tmp_path) as path:
        assert path.read_text(encoding="utf-8") == f"{os.getpid()}\n"


def test_two_boards_are_measured_side_by_side(tmp_path: Path) -> None:
    with board_lock("GPU-1", tmp_path) as one, board_lock("GPU-2", tmp_path) as other:
        assert one != other


def test_a_lock_ends_with_its_block(tmp_path: Path) -> None:
    for _ in range(2):
        with board_lock("GPU-1", tmp_path):
            pass


def test_a_name_with_slashes_stays_in_its_folder(tmp_path: Path) -> None:
    assert lock_path("a/../b c", tmp_path).parent == tmp_path


def test_a_link_in_place_of_the_lock_file_is_refused(tmp_path: Path) -> None:
    lock_path("GPU-1", tmp_path).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MeasurementError, match="cannot be"), board_lock("GPU-1", tmp_path):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_in_place_of_the_holder_is_replaced_and_not_followed(tmp_path: Path) -> None:
    holder = lock_path("GPU-1", tmp_path).with_suffix(".holder")
    holder.symlink_to(tmp_path / "of-somebody-else")
    with board_lock("GPU-1", tmp_path):
        assert holder.read_text(encoding="utf-8") == f"{os.getpid()}\n"
    assert not (tmp_path / "of-somebody-else").exists()


def test_the_folder_of_the_locks_is_made_open_to_every_user(tmp_path: Path) -> None:
    with board_lock("GPU-1", tmp_path / "made") as held:
        assert held.parent.stat().st_mode & 0o1777 == 0o777
