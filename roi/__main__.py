"""`python -m roi`, installed as `image-roi`: from a scenario to a decision, a plan and a report.

Results go to standard output, notes to standard error. Exit status: 0 answer, 1 no answer, 2 bad input,
130 interrupted, 143 terminated, 141 when nobody reads the answer.
"""

import os

try:
    if __name__ == "__main__":
        from roi.ours import explained, refuse_foreign

        refuse_foreign()
    from bench.entry import carried_out, leave, listen, name_for_completion

    if __name__ == "__main__":
        listen(unwinding_s=1.5)  # before the modules that take time, so that Ctrl-C meanwhile ends in a word
except KeyboardInterrupt:
    os.write(2, b"interrupted\n")
    os._exit(130)
except ImportError as fault:
    if __name__ != "__main__" or not (told := explained(fault)):
        raise
    os.write(2, f"{told}\n".encode())
    os._exit(2)

import gc
import sys
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

os.environ.setdefault(
    "PYDANTIC_DISABLE_PLUGINS", "__all__"
)  # the search reads every installed package's metadata
gc.disable()  # while modules load: what they allocate stays, and looking through it takes a tenth of the time

from bench.errors import BenchError  # noqa: E402
from roi.commands import app  # noqa: E402
from roi.errors import RoiError  # noqa: E402

SCRIPT = "image-roi"
COLLECTED_AFTER = 200_000
"""Objects that stay before garbage is looked for: with Python's 700 a twentieth of a short command went into it."""


def main(arguments: Sequence[str] | None = None, name: str = "python -m roi") -> int:
    """Run one command, which was called under that name, and return its exit status.

    Every expected error becomes a sentence.
    """
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)
    gc.enable()
    called = name_for_completion(arguments, SCRIPT) or name
    given = sys.argv[1:] if arguments is None else arguments
    return carried_out(app, arguments, called, (RoiError, BenchError), partial(_said, given))


def _said(arguments: Sequence[str], error: Exception) -> str:
    """The error in the language that the command line asks for; English where it asks for none that there is."""
    from roi.texts import LANGUAGES
    from roi.texts.messages import said

    words = [word for argument in arguments for word in argument.split("=", 1)]
    asked = {after for before, after in pairwise(words) if before == "--lang"}
    return said(next((language for language in LANGUAGES if language in asked), "en"), error)


if __name__ == "__main__":
    leave(main())
