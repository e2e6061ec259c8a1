"""On a system that lacks the modules of POSIX, as Windows does, the bench loads and answers."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

HIDE = """
import sys

ABSENT = {"fcntl", "grp", "pty", "pwd", "resource", "termios"}

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
for name in ABSENT:
    sys.modules.pop(name, None)
"""

IMPORT_ALL = """
import importlib, pkgutil, bench
for module in pkgutil.walk_packages(bench.__path__, "bench."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        print(module.name)
"""

COMMAND = """
from bench.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def without_posix(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python program where the modules of POSIX are absent."""
    return subprocess.run(
        [sys.executable, "-c", HIDE + code, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_every_module_of_the_bench_loads() -> None:
    done = without_posix(IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    assert {"bench.lock", "bench.sweep.child", "bench.sideprocess"} <= set(done.stdout.split())


def test_a_hidden_module_is_absent() -> None:
    assert "No module named 'fcntl'" in without_posix("import fcntl").stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sweep", "quickstart", "--dry-run", "--gpu", "H100 SXM"], "predicted: "),
        (["estimate", "sdxl", "--gpu", "H200"], "J"),
        (["import", "--help"], "codecarbon"),
        (["study", "library"], "cannot tell"),
        (["show", "mlenergy-v3-h100-pixart-sigma-1024-s20-b4"], "H100"),
    ],
)
def test_a_command_that_measures_nothing_answers(arguments: list[str], words: str) -> None:
    done = without_posix(COMMAND, *arguments)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout
