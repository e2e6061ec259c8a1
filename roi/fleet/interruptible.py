"""A run of HiGHS that Ctrl-C ends.

Python hears a signal in its main thread alone, and there not before C returns: HiGHS, called from it, would be
waited for. So it runs in another thread, the main one waits, and on any exception asks it to stop.
"""

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import highspy

STOP_S = 0.5
"""How long a run that was asked to stop is waited for: its presolve does not listen, and goes on by itself."""


def run(solver: highspy.Highs) -> None:
    """Run the solver; an exception that a signal raises meanwhile, such as KeyboardInterrupt, is raised here."""
    if threading.current_thread() is not threading.main_thread():
        solver.run()
        return
    solver.HandleUserInterrupt = True
    apart = ThreadPoolExecutor(1, "HiGHS")
    running = apart.submit(solver.run)
    try:
        running.result()
    except BaseException:
        solver.cancelSolve()  # type: ignore[no-untyped-call]
        wait([running], STOP_S)
        raise
    finally:
        apart.shutdown(wait=False)
