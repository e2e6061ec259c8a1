"""A word on standard error about work that takes longer than two seconds."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

from roi.texts import Language, text

QUIET_S = 2.0
"""Nothing is said before."""
AGAIN_S = 10.0
"""The same step is named again after this."""


class Progress:
    """Names the step at work, from two seconds on: at once when it changes, else every ten seconds."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._step = text(language, "plan.step_plan")
        self._said: tuple[str, float] = ("", 0.0)
        self._began_s = time.monotonic()
        self._ended = threading.Event()
        self._speaker = threading.Thread(target=self._speak, daemon=True)

    def __enter__(self) -> Self:
        self._speaker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._speaker.join()

    def step(self, name: str) -> None:
        """What is done from now on, in a few words."""
        self._step = name

    def _speak(self) -> None:
        while not self._ended.wait(QUIET_S):
            seconds = time.monotonic() - self._began_s
            step, said_s = self._said
            if step != self._step or seconds - said_s >= AGAIN_S:
                self._said = (self._step, seconds)
                sentence = text(self._language, "plan.progress", step=self._step, seconds=seconds)
                print(sentence, file=sys.stderr, flush=True)
