"""What a click or a typed number does is done to its end, whatever the page asks for meanwhile."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from streamlit.runtime.scriptrunner import RerunException

Given = ParamSpec("Given")


def to_the_end(step: Callable[Given, None]) -> Callable[Given, None]:
    """A callback that is not left off half-way.

    Streamlit ends a callback at its next look into the session's state when another request of the same page has
    come in, and does not call it again: the typed number is then on the screen and nowhere else. Such a step is
    begun again, so it must be one that may be: what it takes away, or adds to a file, it does last.
    """

    @wraps(step)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        waiting: RerunException | None = None
        while True:
            try:
                step(*args, **kwargs)
            except RerunException as request:
                waiting = request
            else:
                break
        if waiting is not None:
            raise waiting

    return run
