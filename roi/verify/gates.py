"""What may serve a workload, judged from the raw documents: the names of the gates that something fails."""

from collections.abc import Iterator

import numpy as np

from roi.verify import names
from roi.verify.case import Bar, Case, Work
from roi.verify.figures import BoolArray, Part, number
from roi.verify.matching import Made, Shown, published
from roi.verify.requests import Requests
from roi.verify.runs import Run
from roi.verify.supplies import Supply

GIB, GB = 2.0**30, 1e9
ACCEPTED = {
    "accept_match": ("exact", "near", "unstated"),
    "accept_evidence": ("measured", "published"),
    "accept_commercial_use": ("yes", "conditional"),
}
"""What a scenario accepts that leaves the line out."""
CARBON_LIMITS = (
    "carbon_cap_per_month",
    "carbon_cap_per_year",
    "market_carbon_cap_per_year",
    "internal_carbon_price",
)
ROUNDING = 1e-9

PAIR_GATES = (
    "board",
    "figures",
    "evidence",
    "reference",
    "match",
    "bar",
    "size",
    "licence",
    "country",
    "memory",
    "batch",
    "disclosure",
)
"""Gates of a profile or API on a supply; `latency` and `delivery` hang on the numbers of images and attempts."""


def passes(case: Case, work: Work, supply: Supply, run: Run | None) -> bool:
    """Whether a profile on a supply, or an API (None), fails no gate."""
    return next(_failed(case, work, supply, run), None) is None


def failed_pair(case: Case, work: Work, supply: Supply, run: Run | None) -> tuple[str, ...]:
    """Gates that a profile on a supply fails, or an API (None)."""
    return tuple(_failed(case, work, supply, run))


def _failed(case: Case, work: Work, supply: Supply, run: Run | None) -> Iterator[str]:
    limits = case.limits
    asked = limits.get("boards") or ()
    if asked and not any(names.same_board(supply.board, each) for each in asked if supply.board):
        yield "board"
    if run is not None:
        yield from _failed_machine(case, work, supply, run)
    yield from _failed_quality(limits, work, supply, run)
    width, height = supply.size if run is None else run.size
    if width * height < work.min_pixels:
        yield "size"
    use = supply.commercial_use if run is None else run.commercial_use
    if use not in _accepted(limits, "accept_commercial_use"):
        yield "licence"
    if work.countries and supply.place.country not in work.countries:
        yield "country"
    if not _disclosed(limits, work, supply, run):
        yield "disclosure"


def _failed_machine(case: Case, work: Work, supply: Supply, run: Run) -> Iterator[str]:
    if not names.same_board(run.board, supply.board) or run.boards > supply.boards:
        yield "board"
    if not run.priced:
        yield "figures"
    if run.document["evidence"]["kind"] not in _accepted(case.limits, "accept_evidence"):
        yield "evidence"
    held, known = run.speed.get("peak_memory_gib"), names.board(supply.board)
    room = None if known is None else known.get("memory_gb")
    if held is not None and room is not None and held > room * GB / GIB:
        yield "memory"
    if not work.waits and run.batch > max(work.images):
        yield "batch"


def _shown(reference: str, supply: Supply, run: Run | None) -> Shown | None:
    if run is not None:
        return run.shown(reference)
    return published(Made(supply.model, None, supply.size, None, None, None, None, None), reference)


def _failed_quality(limits: Part, work: Work, supply: Supply, run: Run | None) -> Iterator[str]:
    bars = work.bars if work.fid_max is None else (Bar(work.reference, None, work.fid_max), *work.bars)
    for bar in bars:
        shown = _shown(bar.reference, supply, run)
        if shown is None:
            yield "reference"
            continue
        if shown.match not in _accepted(limits, "accept_match"):
            yield "match"
        if bar.missed(shown.value, work.z * shown.stderr):
            yield "bar"


def _disclosed(limits: Part, work: Work, supply: Supply, run: Run | None) -> bool:
    """Whether all is said that some limit of emissions needs."""
    if (
        number(limits, "market_carbon_cap_per_year") is not None
        and run is not None
        and supply.place.market_kg is None
    ):
        return False
    limited = work.carbon_max is not None or any(number(limits, name) is not None for name in CARBON_LIMITS)
    return not limited or (run is not None and supply.made_kg is not None)


def _accepted(limits: Part, name: str) -> tuple[str, ...]:
    given = limits.get(name)
    return ACCEPTED[name] if given is None else tuple(given)


def late(work: Work, found: Requests, *, doubtful: bool) -> BoolArray:
    """Whether attempts take too long; `doubtful` says what holds where bounds or rounding leave it open."""
    if work.latency_max_s is None:
        return np.zeros(len(found.images), dtype=np.bool_)
    low, high = found.wait_s
    slowest = high * (1.0 + ROUNDING) if doubtful else low * (1.0 - ROUNDING)
    return np.asarray(~(slowest <= work.latency_max_s))


def seldom(work: Work, found: Requests, *, doubtful: bool) -> BoolArray:
    """Whether too few requests end with a picture; `doubtful` says what holds where rounding decides."""
    slack = 1.0 + ROUNDING if doubtful else 1.0 - ROUNDING
    return np.asarray(found.deliver < min(work.deliver_min * slack, 1.0 if doubtful else work.deliver_min))
