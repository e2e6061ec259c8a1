"""What tells two answers of the same cost apart: less carbon, then better quality, then more delivered, then order.

The programme settles ties itself (`roi.fleet.ties`); this says afterwards which criterion it was.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from roi.planning.answer import PlanChoice

SAME_COST = 1e-9
"""Fraction within which two costs are one."""
Criterion = Literal["carbon", "quality", "delivery", "order"]


@dataclass(frozen=True, slots=True)
class Merits:
    """What is looked at where the cost is the same."""

    carbon_kg_co2e: float | None
    """None where it is not disclosed."""
    quality: float | None
    """Figure of the bar's metric, lower is better; None where there is none."""
    deliver_probability: float


def merits(carbon_kg_co2e: float | None, choices: Sequence[PlanChoice]) -> Merits:
    """Of a whole plan: quality and delivery weighted by the requests that each choice serves."""
    requests = [math.fsum(each.requests_by_year) for each in choices]
    total = math.fsum(requests) or 1.0
    figures = [each.option.offer.quality for each in choices]
    quality = None
    known = [figure.value for figure in figures if figure is not None]
    if len(known) == len(figures):
        quality = math.fsum(n * value for n, value in zip(requests, known, strict=True)) / total
    delivered = (
        n * each.option.outcome.deliver_probability for n, each in zip(requests, choices, strict=True)
    )
    return Merits(carbon_kg_co2e, quality, math.fsum(delivered) / total)


def settled_by(mine: Merits, theirs: Merits) -> Criterion:
    """The first criterion in which the two differ; `order`, that of names, when none does."""
    one, other = mine.carbon_kg_co2e, theirs.carbon_kg_co2e
    if (one is None) != (other is None) or differ(one, other):
        return "carbon"
    if differ(mine.quality, theirs.quality):
        return "quality"
    if differ(mine.deliver_probability, theirs.deliver_probability):
        return "delivery"
    return "order"


def differ(one: float | None, other: float | None) -> bool:
    """Whether two known amounts are not the same."""
    return one is not None and other is not None and abs(one - other) > SAME_COST * max(abs(one), abs(other))
