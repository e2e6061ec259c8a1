"""What one call of a component takes at any size, as exact polynomials fitted through counts.

A network's arithmetic is made of layers that see each latent pixel or token once and of attention, which sees
pairs. With n latent pixels and t tokens of the prompt that is

    c0 + c1 t + c2 t^2 + c3 n + c4 n t + c5 n^2        [FLOP], one row

and every row adds the same. It is exact where the sides of the latent picture divide by 8 (U-Nets halve them
three times); elsewhere layers round up and the polynomial is a close estimate. Counts are taken at six sizes,
solved in fractions, and checked at a seventh that is no square; tokens in the multiples that a network fills up to.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bench.blueprints.parts import Component
from bench.errors import BlueprintError

SCHEMA_VERSION = 1
_FILE = Path(__file__).with_name("work.json")
_SIZES = ((32, 32, 24), (64, 64, 24), (96, 96, 24), (32, 32, 48), (32, 32, 77), (64, 64, 48))
_CHECK = (32, 64, 60)
_CHECK_SQUARE = (48, 48, 60)
_MOVED_TOLERANCE_FRACTION = 0.01

Coefficients = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Counts:
    """One component: size, and what a call of one row takes."""

    parameters: int
    """Weights [1]."""
    weights_read_per_call: int
    """Weights that a call reads: no tables that are looked up, no encoder of a decoder [1]."""
    operations_per_call: int
    """Operations dispatched, at a picture that is no square [1]."""
    flop: Coefficients
    """Arithmetic of one row [FLOP]."""
    values_moved: Coefficients
    """Values read and written of one row, weights apart [1]."""

    def flop_of_row(self, latents: int, tokens: int) -> float:
        """Arithmetic of one row at n latent pixels and t tokens [FLOP]."""
        return evaluate(self.flop, latents, tokens)

    def values_of_row(self, latents: int, tokens: int) -> float:
        """Values that one row moves at n latent pixels and t tokens [1]."""
        return evaluate(self.values_moved, latents, tokens)


def terms(latents: int, tokens: int) -> tuple[int, ...]:
    """1, t, t^2, n, n t, n^2."""
    return 1, tokens, tokens**2, latents, latents * tokens, latents**2


def evaluate(coefficients: Sequence[float], latents: int, tokens: int) -> float:
    """The polynomial at n latent pixels and t tokens."""
    return sum(one * term for one, term in zip(coefficients, terms(latents, tokens), strict=True))


def fit(points: Sequence[tuple[int, int, int]]) -> Coefficients:
    """Coefficients through six points (n, t, count), solved without rounding."""
    rows = [[*map(Fraction, terms(latents, tokens)), Fraction(count)] for latents, tokens, count in points]
    size = len(rows)
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = rows[column][column]
        rows[column] = [value / lead for value in rows[column]]
        for row in range(size):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    c0, c1, c2, c3, c4, c5 = (float(row[-1]) for row in rows)
    return c0, c1, c2, c3, c4, c5


def count(component: Component) -> Counts:
    """Counts of a component, taken on the meta device.

    Raises
    ------
    BlueprintError
        When the polynomial misses the check, because the network is of another kind.
    """
    from bench.blueprints.build import built
    from bench.blueprints.counting import count_module
    from bench.blueprints.denoisers import SQUARES, TOKENS_MULTIPLE
    from bench.blueprints.shape import Shape

    module = built(component)
    multiple = TOKENS_MULTIPLE.get(component.class_name, 1)
    sizes = [
        Shape(1, height, width, -(-tokens // multiple) * multiple)
        for height, width, tokens in (*_SIZES, _CHECK_SQUARE if component.class_name in SQUARES else _CHECK)
    ]
    taken = [count_module(module, component, size) for size in sizes]
    places = [(size.latent_height * size.latent_width, size.tokens) for size in sizes]
    flops = [(*place, one.flop) for place, one in zip(places, taken, strict=True)]
    moved = [(*place, one.values_moved) for place, one in zip(places, taken, strict=True)]
    found = Counts(
        parameters=sum(weight.numel() for weight in module.parameters()),
        weights_read_per_call=taken[-1].weights_read,
        operations_per_call=taken[-1].operations,
        flop=fit(flops[:-1]),
        values_moved=fit(moved[:-1]),
    )
    _check(component.class_name, found, flops[-1], moved[-1])
    return found


def bundled_counts() -> Mapping[str, Counts]:
    """Counts of the bundled components by name, read from the file that travels with the package."""
    return _bundled()


def write_counts(counts: Mapping[str, Counts], versions: Mapping[str, str], file: Path = _FILE) -> None:
    """Writes counts with the versions of the libraries that they were taken with."""
    rows = ",\n".join(
        f"{json.dumps(key)}: "
        + json.dumps(
            {
                "parameters": one.parameters,
                "weights_read_per_call": one.weights_read_per_call,
                "operations_per_call": one.operations_per_call,
                "flop": [_number(value) for value in one.flop],
                "values_moved": [_number(value) for value in one.values_moved],
            }
        )
        for key, one in counts.items()
    )
    head = json.dumps({"schema_version": SCHEMA_VERSION, "counted_with": dict(versions)})[1:-1]
    file.write_text(f'{{{head}, "components": {{\n{rows}\n}}}}\n', encoding="utf-8")


@functools.lru_cache(maxsize=1)
def _bundled() -> dict[str, Counts]:
    document = json.loads(_FILE.read_text(encoding="utf-8"))
    return {
        key: Counts(
            parameters=raw["parameters"],
            weights_read_per_call=raw["weights_read_per_call"],
            operations_per_call=raw["operations_per_call"],
            flop=tuple(raw["flop"]),
            values_moved=tuple(raw["values_moved"]),
        )
        for key, raw in document["components"].items()
    }


def _check(class_name: str, found: Counts, flop: tuple[int, int, int], moved: tuple[int, int, int]) -> None:
    expected = found.flop_of_row(*flop[:2])
    if expected != flop[2]:
        raise BlueprintError(
            f"{class_name}: {flop[2]} FLOP at {flop[0]} latent pixels and {flop[1]} tokens, where the counts at "
            f"other sizes give {expected:.0f}: its arithmetic is no polynomial of its size"
        )
    if abs(found.values_of_row(*moved[:2]) - moved[2]) > _MOVED_TOLERANCE_FRACTION * moved[2]:
        raise BlueprintError(f"{class_name}: the values that it moves are no polynomial of its size")


def _number(value: float) -> float:
    return int(value) if float(value).is_integer() else value
