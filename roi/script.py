"""`image-roi`, the installed command: what `python -m roi` does, under its own name."""

import os

from roi.ours import explained, refuse_foreign


def main() -> None:
    """Run one command and end the process with its exit status."""
    try:
        refuse_foreign()
        from bench.entry import leave, listen

        listen(unwinding_s=1.5)
        from roi.__main__ import SCRIPT
        from roi.__main__ import main as command
    except KeyboardInterrupt:
        os.write(2, b"interrupted\n")
        os._exit(130)
    except ImportError as fault:
        told = explained(fault)
        if told is None:
            raise
        os.write(2, f"{told}\n".encode())
        os._exit(2)
    leave(command(name=SCRIPT))
