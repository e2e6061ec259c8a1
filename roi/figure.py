"""One input figure with its unit, its range and where it comes from.

In a scenario file a figure is either a plain number, which then is the user's own, or a mapping that carries
its source. Money is any unit that begins with a currency code, such as `USD/h`; the part after the code must
be the unit the field asks for.
"""

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from roi.texts.messages import Message

Confidence = Literal["high", "medium", "low"]

USER_SOURCE = "entered by the user"
MONEY = "money"
_CURRENCY_UNIT = re.compile(r"^([A-Z]{3})(/.+)?$")


class Input(BaseModel):
    """Base of everything a scenario file holds: frozen, closed, finite."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=(), defer_build=True
    )


def _day_from_text(given: object) -> object:
    """Read the text of a day here: strict validation takes it only outside function validators."""
    if not isinstance(given, str):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError(Message("fault.no_day", given=repr(given))) from None


Day = Annotated[date, BeforeValidator(_day_from_text)]


def require_range(value: float, low: float | None, high: float | None) -> None:
    """Refuse, with a ValueError, a range that does not hold its value."""
    if low is not None and low > value:
        raise ValueError(Message("fault.low_above", low=low, value=value))
    if high is not None and high < value:
        raise ValueError(Message("fault.high_below", high=high, value=value))


class Figure(Input):
    """A number that stands in front of a board: value, unit, range, source, date, confidence."""

    value: float
    """The base value."""
    unit: str | None = None
    """Its unit; the field's own unit when left out."""
    low: float | None = None
    """Lowest value that is still plausible, in the same unit."""
    high: float | None = None
    """Highest value that is still plausible, in the same unit."""
    source: Annotated[str, Field(min_length=1)] = USER_SOURCE
    """Who says so, with an address where there is one."""
    as_of: Day | None = None
    """The day for which the figure holds."""
    confidence: Confidence | None = None
    """How far the source can be trusted."""
    placeholder: bool = False
    """True when the figure only fills the field until the user brings the real one."""
    replace_with: str | None = None
    """For a placeholder: where the real figure is to be had."""

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        require_range(self.value, self.low, self.high)
        return self

    @property
    def currency(self) -> str | None:
        """Currency code of a money figure that names one; None means the scenario's own currency."""
        found = _CURRENCY_UNIT.match(self.unit or "")
        return found.group(1) if found else None


@dataclass(frozen=True)
class Spec:
    """What a field asks of its figure: the unit and the closed or open bounds."""

    unit: str
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None

    @property
    def is_money(self) -> bool:
        """Whether the figure is an amount in some currency."""
        return self.unit.split("/")[0] == MONEY

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read a plain number as a figure first, then hold unit and bounds."""
        return core_schema.no_info_after_validator_function(
            self._hold, core_schema.no_info_before_validator_function(_figure_from_number, handler(source))
        )

    def _hold(self, figure: Figure | None) -> Figure | None:
        if figure is None:
            return None
        self._hold_unit(figure)
        for name in ("value", "low", "high"):
            number = getattr(figure, name)
            if number is not None:
                self._hold_bounds(name, number)
        return figure

    def _hold_unit(self, figure: Figure) -> None:
        if figure.unit is None or figure.unit == self.unit:
            return
        if self.is_money:
            found = _CURRENCY_UNIT.match(figure.unit)
            if found and (found.group(2) or "") == self.unit.removeprefix(MONEY):
                return
            example = self.unit.replace(MONEY, "USD")
            raise ValueError(Message("fault.money_unit", unit=repr(figure.unit), example=repr(example)))
        raise ValueError(Message("fault.unit", unit=repr(figure.unit), wanted=repr(self.unit)))

    def _hold_bounds(self, name: str, number: float) -> None:
        unit = "" if self.unit == "1" else f" [{self.unit}]"
        for key, bound, broken in (
            ("fault.at_least", self.ge, operator.lt),
            ("fault.greater_than", self.gt, operator.le),
            ("fault.at_most", self.le, operator.gt),
            ("fault.less_than", self.lt, operator.ge),
        ):
            if bound is not None and broken(number, bound):
                given = f"{name} {number:.15g}"
                raise ValueError(Message(key, given=given, bound=f"{bound:g}", unit=unit))


def _figure_from_number(given: object) -> object:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return given
    return Figure(value=float(given))


Name = Annotated[
    str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]*[^\s\x00-\x1f][^\x00-\x1f]*$")
]
Country = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
GridZone = Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z-]*$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

PricePerHour = Annotated[Figure, Spec("money/h", ge=0)]
PricePerKwh = Annotated[Figure, Spec("money/kWh", ge=0)]
PricePerImage = Annotated[Figure, Spec("money/image", ge=0)]
BlockPricePerKwh = Annotated[Figure, Spec("money/kWh")]
PricePerKwMonth = Annotated[Figure, Spec("money/kW-month", ge=0)]
PricePerTonne = Annotated[Figure, Spec("money/tCO2e", ge=0)]
Amount = Annotated[Figure, Spec("money", ge=0)]
AmountPerYear = Annotated[Figure, Spec("money/year", ge=0)]
AmountPerMonth = Annotated[Figure, Spec("money/month", ge=0)]
Share = Annotated[Figure, Spec("1", ge=0, le=1)]
Probability = Annotated[Figure, Spec("1", gt=0, le=1)]
Utilization = Annotated[Figure, Spec("1", gt=0, lt=1)]
Rate = Annotated[Figure, Spec("1/year", gt=-1)]
Pue = Annotated[Figure, Spec("1", ge=1)]
Seconds = Annotated[Figure, Spec("s", ge=0)]
PositiveSeconds = Annotated[Figure, Spec("s", gt=0)]
Watts = Annotated[Figure, Spec("W", ge=0)]
Years = Annotated[Figure, Spec("year", gt=0)]
HoursPerYear = Annotated[Figure, Spec("h/year", gt=0, le=8784)]
Kilowatts = Annotated[Figure, Spec("kW", gt=0)]
PeakFactor = Annotated[Figure, Spec("1", ge=1)]
PerDay = Annotated[Figure, Spec("1/day", ge=0)]
ImagesPerMonth = Annotated[Figure, Spec("image/month", gt=0)]
Concentration = Annotated[Figure, Spec("1", gt=0)]
CarbonPerKwh = Annotated[Figure, Spec("kgCO2e/kWh", ge=0)]
CarbonMass = Annotated[Figure, Spec("kgCO2e", ge=0)]
CarbonPerImage = Annotated[Figure, Spec("kgCO2e/image", ge=0)]
CarbonPerMonth = Annotated[Figure, Spec("kgCO2e/month", ge=0)]
CarbonPerYear = Annotated[Figure, Spec("kgCO2e/year", ge=0)]


def figures(part: BaseModel, place: str = "") -> Iterator[tuple[str, Figure, Spec]]:
    """Every figure below `part`: place (`supplies[2].price_per_h`), figure, what its field asks."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        spec = next((extra for extra in field.metadata if isinstance(extra, Spec)), None) or _inner_spec(
            field.annotation
        )
        if isinstance(value, Figure) and spec is not None:
            yield f"{place}{name}", value, spec
        else:
            for index, inner in _parts(value):
                yield from figures(inner, f"{place}{name}{index}.")


def _inner_spec(annotation: object) -> Spec | None:
    for argument in getattr(annotation, "__args__", ()):
        for extra in getattr(argument, "__metadata__", ()):
            if isinstance(extra, Spec):
                return extra
    return None


def _parts(value: object) -> Iterator[tuple[str, BaseModel]]:
    if isinstance(value, BaseModel):
        yield "", value
    elif isinstance(value, tuple):
        yield from ((f"[{index}]", item) for index, item in enumerate(value) if isinstance(item, BaseModel))
    elif isinstance(value, dict):
        yield from ((f".{key}", item) for key, item in value.items() if isinstance(item, BaseModel))
