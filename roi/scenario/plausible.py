"""Numbers that cannot be, and numbers that seldom are, each with the unit that somebody probably meant.

Every number of a scenario is looked at, with the part and field that hold it. The bounds stand in
`roi/data/plausible_ranges.csv`. A scenario with a number beyond what is possible is refused wherever it comes from;
one that is only unusual is accepted, and every command says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from roi.figure import Figure
from roi.scenario.document import Scenario
from roi.scenario.ranges import DOLLAR, Range, Unit, magnitude_between, magnitudes, range_of, scale_of
from roi.scenario.written import Fault, Steps, spell
from roi.texts import Language, text
from roi.texts.messages import Bundled, Message, said, sentences


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


SUGGESTED_MAX = 2
CURRENCIES_ASKED = ("JPY", DOLLAR, "EUR")
"""Currencies that are asked about although the scenario does not name them."""
_MAGNITUDE_WITHOUT_CENTS = 2
"""Currencies of a hundred and more for a dollar have no cents in use."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody probably meant."""

    unit: str
    value: float | None = None
    """The number in the field's own unit; None where the number stays and its unit changes."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """A number that is possible and seldom seen."""

    steps: Steps
    value: float
    unit: str
    low: float
    high: float
    """What is usual, in the number's own unit."""
    reason: str
    meant: tuple[Meant, ...]

    def sentence(self, language: Language) -> str:
        """The number, what is usual, and what was probably meant."""
        advice = said(language, sentences(self._usual(), *_asked(self.meant)))
        number = _with_unit(self.value, self.unit)
        return text(language, "plausible.unusual", place=spell(self.steps), number=number, advice=advice)

    def advice(self) -> Message:
        """What is usual and why, and what was probably meant."""
        usual = Message("word.because", words=self._usual(), reason=Bundled(self.reason))
        return sentences(usual, *_asked(self.meant))

    def _usual(self) -> Message:
        return Message("plausible.usual", low=_plain(self.low), high=_plain(self.high))


@dataclass(frozen=True, slots=True)
class _Judge:
    """A range in the unit of one number."""

    range: Range
    unit: str
    scale: float
    """What a bound of the table is to be multiplied by."""
    spread: float

    def bounds(self, ends: tuple[float, float]) -> tuple[float, float]:
        """Ends of the table in the number's unit; further apart where no exchange rate is known."""
        low, high = ends
        low = low / self.spread if low > 0 else low * self.spread
        return low * self.scale, high * self.scale * self.spread

    def is_usual(self, value: float) -> bool:
        """Whether a number is what is mostly seen."""
        return (self.range.zero and value == 0) or _inside(value, self.bounds(self.range.usual))


def impossible(scenario: Scenario) -> Iterator[Fault]:
    """Every number that cannot be, in the order of the scenario."""
    for number in numbers(scenario):
        judge = _judge(scenario, number)
        if judge is None:
            continue
        for name, value in number.ends():
            if not _inside(value, judge.bounds(judge.range.possible)):
                yield Fault(number.steps, _refusal(scenario, number, judge, name, value))


def unusual(scenario: Scenario) -> tuple[Unusual, ...]:
    """Every number that is possible and seldom seen, in the order of the scenario."""
    found = []
    for number in numbers(scenario):
        judge = _judge(scenario, number)
        if judge is not None and not judge.is_usual(number.value):
            low, high = judge.bounds(judge.range.usual)
            meant = tuple(_meanings(scenario, number, judge, number.value))
            reason = judge.range.reason
            found.append(Unusual(number.steps, number.value, judge.unit, low, high, reason, meant))
    return tuple(found)


def possible_bounds(scenario: Scenario, place: str) -> tuple[float, float] | None:
    """Lowest and highest number that the place can hold, in the unit of what it holds; None where there is none."""
    for number in numbers(scenario):
        if spell(number.steps) in (place, f"{place}.value"):
            judge = _judge(scenario, number)
            return None if judge is None else judge.bounds(judge.range.possible)
    return None


def asked_back(part: type, field: str, value: float) -> tuple[Message, ...]:
    """What was probably meant by a number that the field refuses, as `%? then write 0.8`; empty for none, and for a
    usual number, which is refused for something else."""
    found = range_of(part, field)
    if found is None or found.is_money or found.per:
        return ()
    judge = _Judge(found, "", 1.0, 1.0)
    if judge.is_usual(value) or value == 1.0:  # a whole, and no hundredth of one
        return ()
    meant = _in_other_units(judge, value, "")
    return tuple(_asked(tuple(meant)[:1]))


def _refusal(scenario: Scenario, number: Number, judge: _Judge, name: str, value: float) -> Message:
    prefix = "" if name == "value" else f"{name} "
    refused = Message("fault.impossible", number=f"{prefix}{_with_unit(value, judge.unit)}")
    meant = tuple(_meanings(scenario, number, judge, value))
    if meant:
        return sentences(refused, *_asked(meant))
    low, high = judge.bounds(judge.range.usual)
    usual = Message("plausible.usual", low=_plain(low), high=_plain(high))
    return sentences(refused, Message("word.because", words=usual, reason=Bundled(judge.range.reason)))


def _judge(scenario: Scenario, number: Number) -> _Judge | None:
    """The range in the number's unit; None where there is none, or its currency cannot be compared."""
    found = range_of(type(number.part), number.field)
    if found is None:
        return None
    if _is_rate(number):
        own, foreign = scenario.currency, str(number.steps[-2])
        expected = magnitude_between(own, foreign)
        return None if expected is None else _Judge(found, f"{own}/{foreign}", expected, 1.0)
    count = float(getattr(number.part, found.per)) if found.per else 1.0
    if not found.is_money:
        return _Judge(found, "" if found.unit == "1" else found.unit, count, 1.0)
    currency = _currency(scenario, number)
    scale = scale_of(scenario, currency)
    if scale is None:
        return None
    return _Judge(found, found.unit.replace(DOLLAR, currency), count * scale.factor, scale.spread)


def _is_rate(number: Number) -> bool:
    return number.steps[0] == "exchange_rates"


def _currency(scenario: Scenario, number: Number) -> str:
    named = number.given.currency if isinstance(number.given, Figure) else None
    return named or scenario.currency


def _meanings(scenario: Scenario, number: Number, judge: _Judge, value: float) -> list[Meant]:
    """Other readings under which the number would be usual, likeliest first."""
    if _is_rate(number):
        own, foreign = scenario.currency, str(number.steps[-2])
        turned = 1.0 / value
        return [Meant(f"{foreign}/{own}", turned)] if judge.is_usual(turned) else []
    currency = _currency(scenario, number) if judge.range.is_money else ""
    found = [*_in_other_currencies(scenario, judge, value, currency)] if currency else []
    return [*found, *_in_other_units(judge, value, currency)][:SUGGESTED_MAX]


def _in_other_currencies(scenario: Scenario, judge: _Judge, value: float, currency: str) -> Iterator[Meant]:
    own = scale_of(scenario, currency)
    for other in dict.fromkeys((scenario.currency, *scenario.exchange_rates, *CURRENCIES_ASKED)):
        scale = scale_of(scenario, other)
        if other == currency or scale is None or own is None:
            continue
        there = _Judge(judge.range, "", judge.scale / own.factor * scale.factor, 1.0)
        if value != 0 and there.is_usual(value):
            yield Meant(judge.unit.replace(currency, other))


def _in_other_units(judge: _Judge, value: float, currency: str) -> Iterator[Meant]:
    for unit in judge.range.meant:
        meant = value * unit.factor
        if value != 0 and judge.is_usual(meant) and _is_in_use(unit, currency):
            yield Meant(unit.name.replace("money", currency), meant)


def _is_in_use(unit: Unit, currency: str) -> bool:
    return not unit.name.startswith("cent") or magnitudes().get(currency, 0) < _MAGNITUDE_WITHOUT_CENTS


def _inside(value: float, ends: tuple[float, float]) -> bool:
    """Whether a number lies between the ends, which themselves are inside after conversion."""
    low, high = ends
    return low - _ROUNDING * abs(low) <= value <= high + _ROUNDING * abs(high)


def _asked(meant: tuple[Meant, ...]) -> Iterator[Message]:
    for each in meant:
        key = "plausible.meant_unit" if each.value is None else "plausible.meant"
        yield Message(key, unit=each.unit, value=_written(each.value))


def _written(value: float | None) -> str:
    """A number to be typed: nothing between thousands."""
    return "" if value is None else f"{value:.6g}" if abs(value) < 1e6 else f"{value:.15g}"


def _plain(value: float) -> str:
    """A bound to be read."""
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"


def _with_unit(value: float, unit: str) -> str:
    shown = f"[{unit}]" if unit.startswith("1/") else unit
    return f"{value:.15g} {shown}".strip()
