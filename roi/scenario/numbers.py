"""Every number of a scenario with the part and field that hold it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from roi.figure import Figure
from roi.scenario.written import Steps


@dataclass(frozen=True, slots=True)
class Number:
    """A figure or a plain number where it stands."""

    steps: Steps
    part: BaseModel
    """The part that holds it."""
    field: str
    given: Figure | float

    @property
    def value(self) -> float:
        """The number itself."""
        return self.given.value if isinstance(self.given, Figure) else self.given

    def ends(self) -> Iterator[tuple[str, float]]:
        """The value, and the low and high of a figure that states them."""
        yield "value", self.value
        if isinstance(self.given, Figure):
            for name in ("low", "high"):
                end = getattr(self.given, name)
                if end is not None:
                    yield name, end


def numbers(part: BaseModel, steps: Steps = ()) -> Iterator[Number]:
    """All numbers below a part, in the order of the contract; lists of numbers are choices and left out."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Figure) or (isinstance(value, int | float) and not isinstance(value, bool)):
            yield Number((*steps, name), part, name, value)
        else:
            for below, inner in _parts(value):
                yield from numbers(inner, (*steps, name, *below))


def _parts(value: object) -> Iterator[tuple[Steps, BaseModel]]:
    if isinstance(value, BaseModel):
        yield (), value
    elif isinstance(value, tuple):
        yield from (((index,), item) for index, item in enumerate(value) if isinstance(item, BaseModel))
    elif isinstance(value, dict):
        yield from (((key,), item) for key, item in value.items() if isinstance(item, BaseModel))
