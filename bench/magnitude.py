"""The numbers that arithmetic can carry: nothing that is measured or paid lies beyond, and no product overflows.

A double holds 1e15 to the unit. A result multiplies at most some ten given numbers, and divides by others, so that
with both ends bounded it stays within a double's 1e308.
"""

from collections.abc import Iterable
from typing import Literal

LARGEST = 1e15
SMALLEST = 1e-30
"""Nearer to 0, and not 0."""


Reach = Literal["nan", "large", "small"]
"""How a number cannot be calculated with."""


def reach(number: float) -> Reach | None:
    """Whether a number is too large or too small to be calculated with; None when it is neither."""
    if number != number:
        return "nan"
    if abs(number) > LARGEST:
        return "large"
    return "small" if 0 < abs(number) < SMALLEST else None


def beyond_reach(number: float) -> str | None:
    """What is wrong with a number that is too large or too small to be calculated with; None when nothing is."""
    match reach(number):
        case "nan":
            return "nan is no number; write one"
        case "large":
            most = f"most {LARGEST:g}"
            return f"{shortly(number)} is more than can be calculated with; check it and its unit ({most})"
        case "small":
            return f"{number:g} is too close to 0 to be calculated with; check it and its unit"
    return None


def numbers_beyond_reach(
    document: object, steps: tuple[str | int, ...] = ()
) -> list[tuple[tuple[str | int, ...], float]]:
    """Every such number of a document of plain values, with the way to it."""
    if document is None or isinstance(document, str | bool):
        return []
    if isinstance(document, int | float):
        return [] if reach(document) is None else [(steps, document)]
    parts: Iterable[tuple[str | int, object]] = ()
    if isinstance(document, dict):
        parts = document.items()
    elif isinstance(document, list):
        parts = enumerate(document)
    return [found for key, value in parts for found in numbers_beyond_reach(value, (*steps, key))]


def shortly(number: float) -> str:
    """The number in a few letters; an integer may have more digits than a float has."""
    try:
        return f"{number:g}"
    except OverflowError:
        return "a number of hundreds of digits"
