"""How wrong estimates are: what a fit says of rows that it has not seen."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench.estimate.fitting import Fit, fitted
from bench.estimate.physics import seconds_at_the_limit
from bench.estimate.rows import FloatArray, LibraryRow, energy_terms, library_rows, second_terms
from bench.profile import Backbone

Tier = Literal["both", "apart", "model", "board", "neither"]
TIERS: dict[Tier, str] = {
    "both": "another setting of a model measured on this board",
    "apart": "a measured model on a measured board, never together (leave the pair out)",
    "model": "a measured model on a board without rows (leave one board out)",
    "board": "a model without rows on a measured board (leave one model out)",
    "neither": "a new model on a new board (leave out both)",
}
"""What the library knows, by name."""
Measure = Literal["energy", "seconds"]
TERMS_OF: dict[Measure, Callable[..., FloatArray]] = {"energy": energy_terms, "seconds": second_terms}
CONFIDENCE = 0.9


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Errors of one quantity where this much is known."""

    errors: FloatArray
    """Logarithm of estimate over measurement, a row each [N]."""
    groups: tuple[str, ...]
    """What was left out together, a row each."""
    families: tuple[Backbone, ...]
    """Family of the denoiser, a row each."""

    def of_family(self, family: Backbone) -> "HeldOut":
        """The rows of one family alone."""
        mine = [place for place, one in enumerate(self.families) if one == family]
        groups = tuple(self.groups[place] for place in mine)
        return HeldOut(self.errors[mine], groups, tuple(self.families[place] for place in mine))

    @property
    def median_fraction(self) -> float:
        """Median absolute error over the measurement [1]."""
        return float(np.median(np.abs(np.expm1(self.errors))))

    @property
    def p90_fraction(self) -> float:
        """90th percentile of it [1]."""
        return float(np.quantile(np.abs(np.expm1(self.errors)), 0.9))

    @property
    def half_width_log(self) -> float:
        """Half of the 90 % interval, as a logarithm."""
        return _half_width(self.errors)

    @property
    def coverage_fraction(self) -> float:
        """Share of rows inside the interval that the other groups' errors give [1]."""
        listed, inside = np.array(self.groups), []
        for group in sorted(set(self.groups)):
            mine = listed == group
            if mine.all():
                return float("nan")
            inside += (np.abs(self.errors[mine]) <= _half_width(self.errors[~mine])).tolist()
        return float(np.mean(inside))


def _half_width(errors: FloatArray) -> float:
    """The quantile with the finite-sample correction of split conformal intervals."""
    count = len(errors)
    return float(np.quantile(np.abs(errors), min(1.0, CONFIDENCE * (count + 1) / count)))


def fit_of(rows: Sequence[LibraryRow], measure: Measure) -> Fit:
    """The fit of a quantity on rows."""
    terms = np.array([TERMS_OF[measure](row.work, row.sheet) for row in rows])
    taken = np.array([row.energy_j if measure == "energy" else row.seconds for row in rows])
    return fitted(terms, taken, [row.model for row in rows], [row.board for row in rows])


@functools.lru_cache(maxsize=2)
def library_fit(measure: Measure) -> Fit:
    """The fit of a quantity on the whole library."""
    return fit_of(library_rows(), measure)


@functools.lru_cache(maxsize=16)
def held_out(measure: Measure, tier: Tier) -> HeldOut:
    """Errors on the library where as little is known as `tier` says."""
    errors: list[float] = []
    groups: list[str] = []
    families: list[Backbone] = []
    for group, seen, unseen in _splits(library_rows(), tier):
        wanted: tuple[Measure, ...] = ("energy", measure)
        fits = {each: fit_of(seen, each) for each in wanted}
        for row in unseen:
            told = _told(fits[measure], row, measure, tier)
            if measure == "seconds":
                energy_j = _told(fits["energy"], row, "energy", tier)
                told = max(told, seconds_at_the_limit(energy_j, row.sheet))
            errors.append(float(np.log(told / (row.energy_j if measure == "energy" else row.seconds))))
            groups.append(group)
            families.append(row.family)
    return HeldOut(np.array(errors), tuple(groups), tuple(families))


def _told(fit: Fit, row: LibraryRow, measure: Measure, tier: Tier) -> float:
    model = row.model if tier in ("both", "apart", "model") else ""
    board = row.board if tier in ("both", "apart", "board") else ""
    return fit.predict(TERMS_OF[measure](row.work, row.sheet), model, board)


def _splits(
    rows: Sequence[LibraryRow], tier: Tier
) -> Iterator[tuple[str, list[LibraryRow], list[LibraryRow]]]:
    """What is left out together, the rows that are seen, and those that are told."""
    if tier == "both":
        for name in sorted({f"{row.model} {row.board}" for row in rows}):
            yield from _halves(name, rows)
        return
    if tier == "apart":
        yield from _pairs_apart(rows)
        return
    for model, board in _left_out(rows, tier):
        seen = [
            row for row in rows if (not model or row.model != model) and (not board or row.board != board)
        ]
        unseen = [
            row for row in rows if (not model or row.model == model) and (not board or row.board == board)
        ]
        if seen and unseen:
            yield f"{model} {board}".strip(), seen, unseen


def _left_out(rows: Sequence[LibraryRow], tier: Tier) -> list[tuple[str, str]]:
    if tier == "board":
        return [(model, "") for model in sorted({row.model for row in rows})]
    if tier == "model":
        return [("", board) for board in sorted({row.board for row in rows})]
    return sorted({(row.model, row.board) for row in rows})


def _pairs_apart(
    rows: Sequence[LibraryRow],
) -> Iterator[tuple[str, list[LibraryRow], list[LibraryRow]]]:
    """Pairs whose model and whose board have rows elsewhere too."""
    for model, board in sorted({(row.model, row.board) for row in rows}):
        seen = [row for row in rows if (row.model, row.board) != (model, board)]
        elsewhere = any(row.model == model for row in seen) and any(row.board == board for row in seen)
        if elsewhere:
            yield f"{model} {board}", seen, [row for row in rows if (row.model, row.board) == (model, board)]


def _halves(
    name: str, rows: Sequence[LibraryRow]
) -> Iterator[tuple[str, list[LibraryRow], list[LibraryRow]]]:
    """Of a pair's rows by batch, the smaller ones from the larger and the other way round."""
    pair = sorted(
        (row for row in rows if f"{row.model} {row.board}" == name),
        key=lambda row: row.work.setting.batch_size,
    )
    others = [row for row in rows if f"{row.model} {row.board}" != name]
    middle = len(pair) // 2
    for told, kept in ((pair[:middle], pair[middle:]), (pair[middle:], pair[:middle])):
        if told and kept:
            yield name, [*others, *kept], told
