"""Standard output is silenced while the solver runs, and given back, whichever threads solve."""

import os
import subprocess
import sys
import threading

from roi.fleet.silence import silenced_stdout


def test_threads_that_overlap_give_standard_output_back() -> None:
    first_is_in, second_is_in, first_is_out = threading.Event(), threading.Event(), threading.Event()
    before = os.fstat(1)

    def first() -> None:
        with silenced_stdout():
            first_is_in.set()
            second_is_in.wait(10)
        first_is_out.set()

    def second() -> None:
        first_is_in.wait(10)
        with silenced_stdout():
            second_is_in.set()
            first_is_out.wait(10)

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (os.fstat(1).st_dev, os.fstat(1).st_ino) == (before.st_dev, before.st_ino)


def test_what_is_written_inside_is_dropped_and_the_rest_is_kept() -> None:
    code = """
import os
from roi.fleet.silence import silenced_stdout
os.write(1, b"before ")
with silenced_stdout():
    os.write(1, b"inside ")
os.write(1, b"after")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "before after"
