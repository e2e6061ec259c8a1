"""Expected attempts and delivery of the listed options, live from the acceptance on Inputs.

S(m), the probability that m images of a prompt all fail, stands in a column for every acceptance:
S(0) = 1, S(m + 1) = S(m) * (1 - p / (1 + m / (a + b))), for prompts all alike S(m) * (1 - p). Of n images
an attempt and at most K attempts: attempts = sum of S(nk) over k < K, delivered = 1 - S(nK); where the prompt
is rewritten sum of S(n)^k and 1 - S(n)^K.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi.options.price import Option
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.document import Scenario
from roi.texts import Language, text
from roi.workbook.book import Sheet
from roi.workbook.expression import Block, Cell, Formula, down
from roi.workbook.functions import product, taken, when
from roi.workbook.report.pages.layout import Column, put_headings, put_line
from roi.workbook.report.pages.source import Sources


@dataclass(frozen=True, slots=True)
class Retried:
    """What a request of an option leads to."""

    attempts: Cell
    delivered: Cell


@dataclass(frozen=True, slots=True)
class Survival:
    """S(m) of one acceptance for m from 0 on."""

    failed: Block
    """m"""
    remaining: Block
    """S(m)"""
    rewritten: bool


Key = tuple[str, int, int]
"""Place of the acceptance, images per attempt, attempts at most."""


def key_of(sources: Sources, given: AcceptanceInput, option: Option) -> Key:
    """What decides the retries of an option."""
    place = sources.whole.place(given.mean).removesuffix(".mean")
    return place, option.attempt.images, option.attempts_max


def acceptance_of(scenario: Scenario, option: Option) -> AcceptanceInput:
    """The acceptance that holds for an option's model."""
    workload = next(each for each in scenario.workloads if each.name == option.workload)
    return workload.acceptance_of(option.offer.model_id)


def retries(
    sheet: Sheet,
    row: int,
    keys: Sequence[Key],
    acceptances: Mapping[str, AcceptanceInput],
    sources: Sources,
    language: Language,
) -> tuple[int, dict[Key, Retried]]:
    """Both tables, the survivals below the outcomes; the row after them and the outcomes.

    `acceptances` by their place in the scenario; a key may stand several times.
    """
    keys = tuple(dict.fromkeys(keys))
    outcome_row, survival_row = row, row + len(keys) + 2
    after, survivals = _survivals(
        sheet, survival_row, acceptances, _most(keys, acceptances), sources, language
    )
    columns = [
        Column(text(language, "paper.acceptance")),
        Column(text(language, "paper.images_per_attempt"), "plan", "0"),
        Column(text(language, "paper.attempts_max"), "plan", "0"),
        Column(text(language, "paper.attempts"), "calculated", "0.0000"),
        Column(text(language, "paper.delivered"), "share", "0.00%"),
    ]
    put_headings(sheet, outcome_row, columns)
    found = {}
    for offset, (place, images, most) in enumerate(keys, 1):
        here = outcome_row + offset
        cells = put_line(sheet, here, columns[:3], (place, float(images), float(most)))
        attempts, delivered = _outcome(survivals[place], cells[1], cells[2])
        told = put_line(sheet, here, columns[3:], (attempts, delivered), 4)
        found[place, images, most] = Retried(told[0], told[1])
    return after, found


def _most(keys: Sequence[Key], acceptances: Mapping[str, AcceptanceInput]) -> dict[str, int]:
    """Images up to which S is needed, or attempts where the prompt is rewritten."""
    found = dict.fromkeys(acceptances, 0)
    for place, images, most in keys:
        rewritten = acceptances[place].kind == "redrawn"
        found[place] = max(found[place], images, most) if rewritten else max(found[place], images * most)
    return found


def _survivals(
    sheet: Sheet,
    row: int,
    acceptances: Mapping[str, AcceptanceInput],
    most: dict[str, int],
    sources: Sources,
    language: Language,
) -> tuple[int, dict[str, Survival]]:
    steps = max(most.values()) + 1
    put_headings(sheet, row, [Column(text(language, "paper.images_failed"))])
    failed = [sheet.put(row + 1 + step, 1, float(step), "constant", "0") for step in range(steps)]
    found = {}
    column = 2
    for place, given in acceptances.items():
        mean, spread = sources.figure(given.mean), None if given.kind == "alike" else given.concentration
        further: list[Cell] = []
        if spread is not None:
            put_headings(
                sheet, row, [Column(text(language, "paper.fails_further", acceptance=place))], column
            )
            further = _fails_further(sheet, row + 1, column, (mean, sources.figure(spread)), failed)
            column += 1
        put_headings(sheet, row, [Column(text(language, "paper.survival", acceptance=place))], column)
        remaining = _survival(sheet, row + 1, column, mean, failed, further)
        found[place] = Survival(down(failed), down(remaining), given.kind == "redrawn")
        column += 1
    return row + steps + 2, found


def _fails_further(
    sheet: Sheet, row: int, column: int, given: tuple[Cell, Cell], failed: Sequence[Cell]
) -> list[Cell]:
    """Of requests without an accepted image after m images, the share that has none after one more; `given` are
    mean and concentration of the beta-binomial."""
    mean, spread = given
    return [
        sheet.put(row + place, column, 1 - mean / (1 + each / spread), "calculated", "0.000000")
        for place, each in enumerate(failed)
    ]


def _survival(
    sheet: Sheet, row: int, column: int, mean: Cell, failed: Sequence[Cell], further: Sequence[Cell]
) -> list[Cell]:
    """Share of requests without an accepted image after k images, each row by itself: (1 - p)^k, or the product of
    the shares that fail further."""
    cells = [sheet.put(row, column, 1.0, "constant", "0.000000")]
    for place, each in enumerate(failed[1:], 1):
        remaining = (1 - mean) ** each if not further else product(down(further[:place]))
        cells.append(sheet.put(row + place, column, remaining, "calculated", "0.000000"))
    return cells


def _outcome(survival: Survival, images: Cell, most: Cell) -> tuple[Formula, Formula]:
    """Expected attempts, and the share of requests that end with an accepted image."""
    if survival.rewritten:
        fails = taken(survival.remaining, images + 1)
        needed = _powers_summed(survival, fails, most)
        return when(fails > 0, needed, 1), 1 - fails**most
    return _every_nth_summed(survival, images, most), 1 - taken(survival.remaining, images * most + 1)


def _every_nth_summed(survival: Survival, images: Cell, most: Cell) -> Formula:
    """Sum of S(nk) over k < K."""
    every, attempts = int(float(images.value)), int(float(most.value))
    values = survival.remaining.numbers()
    failed = survival.failed.text
    n, limit = images.formula().text, (images * most).text
    words = f"SUMPRODUCT((MOD({failed},{n})=0)*({failed}<{limit})*{survival.remaining.text})"
    return Formula(words, math.fsum(values[every * attempt] for attempt in range(attempts)))


def _powers_summed(survival: Survival, fails: Formula, most: Cell) -> Formula:
    """Sum of S(n)^k over k < K."""
    share, attempts = float(fails.value), int(float(most.value))
    failed = survival.failed.text
    words = f"SUMPRODUCT(({failed}<{most.formula().text})*{fails.text}^{failed})"
    return Formula(words, math.fsum(share**attempt for attempt in range(attempts)))
