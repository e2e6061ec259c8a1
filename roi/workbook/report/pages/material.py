"""What the pages say beside the live calculation: plain data in the reader's language, made by the command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from roi.amounts import coin
from roi.options.price import Option
from roi.paper import Sentence
from roi.planning.answer import PlanDecision
from roi.texts import Language, text

OptionState = Literal["chosen", "near", "in"]


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option that passes every gate, at the best number of attempts that it has as things stand."""

    option: Option
    label: str
    """Model and settings."""
    state: OptionState
    alone: float | None
    """Of an accepted image, as the only source of its workload in whole units over the plan's years [money]; None
    where its supply has too few units."""
    in_plan: float | None
    """Of an accepted image, where the plan uses it, with its part of what workloads share [money]; else None."""
    why: str
    """What keeps it from being the choice, in a few words."""


@dataclass(frozen=True, slots=True)
class ExcludedReason:
    """Options left out for one reason."""

    workload: str
    reason: str
    count: int
    example: str
    """One of them with the whole sentence."""


@dataclass(frozen=True, slots=True)
class Quote:
    """An API beside the plan, whether or not it passes the gates."""

    workload: str
    label: str
    price: float
    """Of a generated image [money]."""
    cost: float | None
    """Of an accepted image [money]; None when no number of attempts delivers often enough."""
    judged: str
    """That it passes, or the reasons why not."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure at both ends of its range."""

    label: str
    unit: str
    low: float
    value: float
    high: float
    at_low: float | None
    """NPV there, or cost of an accepted image where there is no NPV [money]; None when nothing meets all rules."""
    at_high: float | None
    placeholder: bool
    remark: str
    """Whether the plan changes there, or what stands in the way of an answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The value of a figure at which the sign of the NPV changes."""

    label: str
    unit: str
    value: float
    now: float
    change_fraction: float | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity over the drawn futures."""

    name: str
    unit: str
    number_format: str
    now: float | None
    p5: float
    p50: float
    p95: float
    mean: float


@dataclass(frozen=True, slots=True)
class Futures:
    """What the drawn futures say."""

    draws: int
    seed: int
    inputs: int
    quantities: tuple[Quantity, ...]
    chances: tuple[tuple[str, float], ...]
    """What may hold, and in what share of futures it does [1]."""
    bins: tuple[tuple[float, float, int], ...]
    """From, to, and how many futures lie between."""
    binned: str
    """Name and unit of what the bins count."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FidStep:
    """The cheapest option at an FID of at most this."""

    workload: str
    label: str
    fid: float
    cost: float
    """Of an accepted image [money]."""


@dataclass(frozen=True, slots=True)
class Risk:
    """What may go wrong, what it would mean, what is done about it."""

    what: str
    effect: str
    measure: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """One figure in use and where it comes from."""

    place: str
    label: str
    value: float
    unit: str
    source: str
    as_of: date | None
    confidence: str
    placeholder: bool
    replace_with: str


@dataclass(frozen=True, slots=True)
class Other:
    """A near-optimal plan that does without a model or a supply."""

    label: str
    made_by: str
    tco: float
    """Value today [money]."""
    tie: bool
    """Whether it costs the same."""
    extra: str
    """What it costs more, or that it is a tie."""


@dataclass(frozen=True, slots=True)
class Contract:
    """Who is paid, how long one is bound, by what one pays."""

    vendors: str
    term: str
    payment: str


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that the pages say beside live figures."""

    decision: PlanDecision
    language: Language
    matter: str
    asked: str
    """What is to be decided: what is bought, rented and called, and which model makes which pictures."""
    contract: Contract
    schedule: tuple[str, ...]
    """What happens when, as far as the plan says it."""
    sentences: tuple[Sentence, ...]
    options: tuple[OptionLine, ...]
    """By workload, the choices first, then by cost."""
    hidden: tuple[tuple[str, int], ...]
    """Workloads and how many of their options are not listed."""
    excluded: tuple[ExcludedReason, ...]
    quotes: tuple[Quote, ...]
    others: tuple[Other, ...]
    moved: tuple[Moved, ...]
    """Widest first."""
    by_npv: bool
    """Whether `moved` is of the NPV, else of the cost of an accepted image."""
    moved_note: str
    cases: Mapping[str, tuple[float, float]]
    """Of figures that move the result, by their place, the ends of the downside and of the upside; all others stay
    at their base."""
    turns: tuple[Turn, ...]
    futures: Futures | None
    range_words: str
    """Between what the result lies in nine of ten futures, or that none were drawn."""
    fid_steps: tuple[FidStep, ...]
    risks: tuple[Risk, ...]
    """Gravest first."""
    assumptions: tuple[Assumption, ...]
    terms: tuple[str, ...]
    """What the amounts mean: nominal or real, tax, years."""
    log: tuple[tuple[str, str], ...]
    """Names and values of what made the report."""
    year_labels: tuple[str, ...]
    made_on: date
    """The day on which the report was made."""

    @property
    def coin(self) -> str:
        """What the currency is called in a heading."""
        return coin(self.decision.scenario.currency, self.language)

    @property
    def within_budget(self) -> str:
        """Whether the amount is in the budget; nothing where nobody says."""
        inside = self.decision.scenario.proposal.within_budget
        return "" if inside is None else text(self.language, "paper.within" if inside else "paper.outside")

    @property
    def placeholders(self) -> int:
        """Figures that are not the user's yet."""
        return sum(assumption.placeholder for assumption in self.assumptions)


def day_words(day: date | None) -> str:
    """A day as every page has it; nothing where nobody says."""
    return "" if day is None else day.isoformat()
