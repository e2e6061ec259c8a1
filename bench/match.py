"""How well the settings behind a quality figure are the settings behind a profile's joules.

Each aspect on which the two sides can agree has an outcome, and the worst outcome is the match:

| aspect       | stated on both sides       | silent                                                          |
|--------------|----------------------------|-----------------------------------------------------------------|
| calls        | equal `exact`; within a    | the intended ones are taken: `unstated` if the stated side is   |
|              | factor of 2 `near`; else   | within a factor of 2 of them and the pictures have the intended |
|              | `far`                      | size; else `far`                                                |
| calls, from  | `near` at the best         |                                                                 |
| steps alone  |                            |                                                                 |
| size         | equal `exact`; else `far`  | the intended one is taken: `near` if the pictures have it; else |
|              |                            | `far`                                                           |
| version      | equal `exact`; else        | the one asked for is taken: `unstated`                          |
|              | `other_version`            |                                                                 |
| quantization | equal `exact`; else `far`  | none is taken: `near` if the other side has none; else `far`    |
| cache        | a profile with one: `far`  |                                                                 |

The intended use is the model table's (`bench/models.py`). Silence that nothing fills matches nothing: where nobody
states the intended use of a model, a silent size or number of calls is `far`. Three sides may be silent: the source
of the figure; the profile, which then has steps x calls per step of the intended guidance; an API's seller, who
states the size and nothing else. A profile whose weights the table knows by the profile's name alone is silent on
its version. The note of a match says what is silent and what was taken in its place, the worst first.
"""

import math
from collections.abc import Iterable, Iterator

from bench.figures import badness
from bench.match_settings import Settings, count
from bench.models import Intended
from bench.profile import MATCHES, Match, Quality
from bench.wording import Several, Worded

CALLS_FACTOR_MAX = 2.0
"""Largest ratio of denoiser calls, inclusive, at which one figure still stands for the other."""

Finding = tuple[Match, str]
"""What one aspect allows at the best, and the sentence that says why; empty where there is nothing to say."""


_PARTS: dict[str, tuple[str, ...]] = {}
"""What the notes of this process are made of: a profile, and its JSON, hold their text alone."""


def parts_of(note: str) -> tuple[str, ...]:
    """The parts of a note; the note itself where a file holds it that nothing here has said."""
    return _PARTS.get(note, (note,))


def note_of(parts: Iterable[str]) -> str:
    """The parts as one note, which `parts_of` takes apart again."""
    several = tuple(part for part in parts if part)
    note = "; ".join(several)
    _PARTS[note] = several
    return note


def match(run: Settings, figure: Settings) -> Finding:
    """How well `figure` stands for `run`, and a sentence that says why.

    Raises
    ------
    ValueError
        When the figure is of another model altogether.
    """
    if figure.model_id != run.model_id:
        if figure.model_id not in run.other_versions:
            raise ValueError(f"{figure.model_name} is no version of {run.model_name}")
        words = "a figure of {figure}, another version of {run}"
        part = Worded("other_version", words, figure=figure.model_name, run=run.model_name)
        return "other_version", note_of([part])
    findings = sorted(_findings(run, figure), key=lambda finding: -MATCHES.index(finding[0]))
    return findings[0][0], note_of(part for _, sentence in findings for part in _single(sentence))


def _single(sentence: str) -> tuple[str, ...]:
    return sentence.parts if isinstance(sentence, Several) else (sentence,)


def best(figures: Iterable[tuple[Settings, Quality]], run: Settings) -> Quality:
    """The figure that stands for the run: best match, nearest calls, nearest guidance, then the worse value.

    The worse value comes first so that a doubt never flatters a model; the citation ends every tie.
    """
    return min(figures, key=lambda pair: _rank(run, *pair))[1]


def worst_of_best(figures: Iterable[Quality]) -> Quality:
    """Of figures already matched, the best matched one; among equals the worse value."""
    return min(figures, key=_match_rank)


def _rank(run: Settings, settings: Settings, quality: Quality) -> tuple[float | str, ...]:
    return (
        MATCHES.index(quality.match),
        _calls_ratio(run, settings),
        _guidance_distance(run, settings),
        *_match_rank(quality)[1:],
    )


def _match_rank(quality: Quality) -> tuple[float, float, str]:
    worse_first = -badness(quality.metric, quality.value)
    return MATCHES.index(quality.match), worse_first, quality.source.citation


def _findings(run: Settings, figure: Settings) -> Iterator[Finding]:
    yield _on_calls(run, figure)
    yield _on_size(run, figure)
    yield from (_on_version(side, run) for side in (run, figure) if side.version_silence)
    yield _on_quantization(run, figure)
    if run.cache is not None:
        yield (
            "far",
            Worded("cache", "the joules are with the cache {cache}, the figure is without", cache=run.cache),
        )


def _on_calls(run: Settings, figure: Settings) -> Finding:
    if run.calls is None or figure.calls is None:
        return _on_silent_calls(run, figure)
    text = Worded("calls", "{figure} beside {run}", figure=figure.calls_text, run=run.calls_text)
    if _calls_ratio(run, figure) > CALLS_FACTOR_MAX:
        return "far", text
    alike = run.calls == figure.calls and run.calls_stated and figure.calls_stated
    return ("exact" if alike else "near"), text


def _on_silent_calls(run: Settings, figure: Settings) -> Finding:
    silent = _silent_on(run, figure, "calls", "state its denoiser calls", "states its denoiser calls")
    intended = run.intended
    if intended is None:
        words = "{silent} and nobody states how many {model} is meant for"
        return "far", Worded("calls_unknown", words, silent=silent, model=run.model_name)
    words = "the {calls} that {model} is meant for"
    meant = Worded("calls_meant", words, calls=_range(intended.calls), model=run.model_name)
    stated = next((side for side in (figure, run) if side.calls is not None), None)
    if stated is not None and _distance(stated.calls, intended.calls) > CALLS_FACTOR_MAX:
        words = "{silent} and {stated} against {meant} is beyond a factor of 2"
        return "far", Worded("calls_beyond", words, silent=silent, stated=stated.calls_text, meant=meant)
    if run.size != intended.size:
        other = _not_the_intended(run.size, intended, run.model_name)
        return "far", Worded("silent_and", "{silent} and {other}", silent=silent, other=other)
    if stated is None:
        return "unstated", Worded("taken_as", "{silent}, taken as {meant}", silent=silent, meant=meant)
    words = "{silent}, taken as {meant}, beside {stated}"
    return "unstated", Worded("taken_beside", words, silent=silent, meant=meant, stated=stated.calls_text)


def _on_size(run: Settings, figure: Settings) -> Finding:
    if figure.size is not None:
        if figure.size == run.size:
            return "exact", ""
        words = "pictures of {figure}, not {run}"
        return "far", Worded("size", words, figure=_pixels(figure.size), run=_pixels(run.size))
    silent = Worded("silent_size", "{party} does not state its size", party=figure.party)
    if run.intended is None:
        words = "{silent} and nobody states which one {model} is meant for"
        return "far", Worded("size_unknown", words, silent=silent, model=run.model_name)
    if run.size != run.intended.size:
        other = _not_the_intended(run.size, run.intended, run.model_name)
        return "far", Worded("silent_and", "{silent} and {other}", silent=silent, other=other)
    words = "{silent}, taken as the intended {size}"
    return "near", Worded("size_taken", words, silent=silent, size=_pixels(run.size))


def _on_version(silent: Settings, run: Settings) -> Finding:
    words = "{silent}, taken as {meant}"
    return "unstated", Worded("taken_as", words, silent=silent.version_silence, meant=run.model_name)


def _on_quantization(run: Settings, figure: Settings) -> Finding:
    ran, shown = run.quantization or frozenset(), figure.quantization or frozenset()
    both_stated = run.quantization is not None and figure.quantization is not None
    said = "mention quantization", "mentions quantization"
    silence = "" if both_stated else _silent_on(run, figure, "quantization", *said)
    taken = Worded("taken_as_none", "{silent}, taken as none", silent=silence) if silence else ""
    if ran == shown:
        return ("near" if taken else "exact"), taken
    words = "{figure} beside {run}"
    return "far", Several(
        "; ", (Worded("quantization", words, figure=_scheme(shown), run=_scheme(ran)), taken)
    )


def _silent_on(run: Settings, figure: Settings, aspect: str, one: str, both: str) -> Worded:
    """Who says nothing of an aspect."""
    silent = [side.party for side in (figure, run) if getattr(side, aspect) is None]
    if len(silent) > 1:
        words = f"neither {{one}} nor {{other}} {both}"
        return Worded(f"silent_{aspect}_both", words, one=silent[0], other=silent[1])
    return Worded(f"silent_{aspect}", f"{{party}} does not {one}", party=silent[0])


def _not_the_intended(size: tuple[int, int] | None, intended: Intended, model_name: str) -> Worded:
    words = "{size} is not the {meant} that {model} is meant for"
    return Worded("other_size", words, size=_pixels(size), meant=_pixels(intended.size), model=model_name)


def _distance(calls: int | None, intended: tuple[int, int]) -> float:
    """Ratio of a number of calls to the nearest intended one."""
    if calls is None:
        return math.inf
    fewest, most = intended
    return max(calls / most, fewest / calls, 1.0)


def _calls_ratio(run: Settings, figure: Settings) -> float:
    if run.calls is None or figure.calls is None:
        return math.inf
    return max(run.calls, figure.calls) / min(run.calls, figure.calls)


def _guidance_distance(run: Settings, figure: Settings) -> float:
    if run.guidance_scale is None or figure.guidance_scale is None:
        return math.inf
    return abs(run.guidance_scale - figure.guidance_scale)


def _range(calls: tuple[int, int]) -> Worded:
    fewest, most = calls
    if fewest == most:
        return count(most)
    return Worded("range", "{fewest} to {most} denoiser calls", fewest=fewest, most=most)


def _pixels(size: tuple[int, int] | None) -> str:
    return Worded("no_size", "unstated size") if size is None else f"{size[0]} x {size[1]}"


def _scheme(quantization: frozenset[str]) -> Worded:
    if not quantization:
        return Worded("not_quantized", "not quantized")
    return Worded("quantized", "quantized ({schemes})", schemes=", ".join(sorted(quantization)))
