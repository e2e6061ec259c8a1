"""Python starts this by itself where `bench track` put its folder first; see `bench/tracking/started.py`.

Whoever has a module of this name of their own still gets it.
"""

import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  every program of the user pays for pathlib
sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != _here]  # noqa: PTH100
try:
    from bench.tracking.started import track_diffusers

    track_diffusers()
except Exception as fault:  # noqa: BLE001  the program must start, whatever it is
    sys.stderr.write(f"bench track: calls will not be recorded: {fault}\n")
del sys.modules["sitecustomize"]
try:  # noqa: SIM105  without a further module to import
    import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
except ModuleNotFoundError:
    pass
