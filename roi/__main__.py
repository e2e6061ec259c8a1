"""`python -m roi`: recommend, plan, report, sensitivity, scenario, check, fit-acceptance, app.

Results go to standard output, notes to standard error. Exit status: 0 answer, 1 no answer, 2 bad input,
130 interrupted, 143 terminated, 141 when nobody reads the answer.
"""

import os

try:
    from bench.entry import carried_out, leave, listen

    if __name__ == "__main__":
        listen(unwinding_s=1.5)  # before the modules that take time, so that Ctrl-C meanwhile ends in a word
except KeyboardInterrupt:
    os.write(2, b"interrupted\n")
    os._exit(130)

import gc
from collections.abc import Sequence

os.environ.setdefault(
    "PYDANTIC_DISABLE_PLUGINS", "__all__"
)  # the search reads every installed package's metadata
gc.disable()  # while modules load: what they allocate stays, and looking through it takes a tenth of the time

from bench.errors import BenchError  # noqa: E402
from roi.commands import app  # noqa: E402
from roi.errors import RoiError  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; every expected error becomes a sentence."""
    gc.freeze()
    gc.enable()
    return carried_out(app, arguments, "python -m roi", (RoiError, BenchError))


if __name__ == "__main__":
    leave(main())
