"""What a call does inside: denoiser evaluations counted, and the moments at which its stages begin."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.blueprints import Stage


class CallCounter:
    """Counts the pictures' worth of denoiser evaluations: a call on a batch of 2n for n images counts 2 an image.

    With a step cache a call that reuses earlier blocks still counts: it is the denoiser that was called.
    """

    def __init__(self, denoisers: list[Any]) -> None:
        self.evaluations = 0
        for denoiser in denoisers:
            denoiser.register_forward_pre_hook(self._count, with_kwargs=True)

    def _count(self, _module: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        self.evaluations += _batch_rows(args, keywords)


@contextmanager
def stage_marks(pipeline: Any, denoisers: list[Any], begin: Callable[[Stage], None]) -> Iterator[None]:
    """Calls `begin` once when denoising begins and once when decoding begins."""
    begun: set[Stage] = set()

    def once(stage: Stage) -> None:
        if stage not in begun:
            begun.add(stage)
            begin(stage)

    hooks = [denoiser.register_forward_pre_hook(lambda *_: once("denoising")) for denoiser in denoisers]
    vae = getattr(pipeline, "vae", None)
    decode = getattr(vae, "decode", None)
    replaced = (
        {name: value for name, value in vars(vae).items() if name == "decode"} if vae is not None else {}
    )
    if vae is not None and decode is not None:
        vae.decode = _announced(decode, lambda: once("vae_decoding"))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        if vae is not None and decode is not None:
            del vae.decode
            vars(vae).update(replaced)


def _announced(function: Callable[..., Any], announce: Callable[[], None]) -> Callable[..., Any]:
    def announced(*args: Any, **keywords: Any) -> Any:
        announce()
        return function(*args, **keywords)

    return announced


def _batch_rows(args: tuple[Any, ...], keywords: dict[str, Any]) -> int:
    """Length of the noisy sample, which pipelines pass under different names, some as a list of pictures."""
    for name in ("sample", "hidden_states", "x"):
        if name in keywords:
            return len(keywords[name])
    return len(args[0])
