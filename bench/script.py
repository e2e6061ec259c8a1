"""`image-bench`, the installed command: what `python -m bench` does, under its own name."""

import os


def main() -> None:
    """Run one command and end the process with its exit status."""
    try:
        from bench.entry import BAD_INPUT, leave, listen
        from bench.owner import explained, refuse_foreign

        listen(unwinding_s=30.0)
    except KeyboardInterrupt:
        os.write(2, b"interrupted\n")
        os._exit(130)
    try:
        refuse_foreign(("bench",))
        from bench.__main__ import SCRIPT
        from bench.__main__ import main as command
    except ImportError as fault:
        told = explained(fault)
        if told is None:
            raise
        os.write(2, f"{told}\n".encode())
        os._exit(BAD_INPUT)
    leave(command(name=SCRIPT))
