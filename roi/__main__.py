"""`python -m roi`: recommend, plan, report, sensitivity, scenario, check, fit-acceptance, app.

Results go to standard output, notes to standard error. Exit status: 0 answer, 1 no answer, 2 bad input,
130 interrupted.
"""

import gc
import os
import sys
from collections.abc import Sequence

os.environ.setdefault(
    "PYDANTIC_DISABLE_PLUGINS", "__all__"
)  # the search reads every installed package's metadata
gc.disable()  # while modules load: what they allocate stays, and looking through it takes a tenth of the time

from bench.errors import BenchError  # noqa: E402
from roi.commands import app, survive_narrow_encodings  # noqa: E402
from roi.errors import RoiError  # noqa: E402

BAD_INPUT = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; every expected error becomes a sentence."""
    survive_narrow_encodings()
    gc.freeze()
    gc.enable()
    try:
        app(args=None if arguments is None else list(arguments), prog_name="python -m roi")
    except (RoiError, BenchError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
