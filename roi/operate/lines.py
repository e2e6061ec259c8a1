"""A month's money as products of factors, each as planned and as it was: what the bridge walks over.

Every line of money is the product of its factors, such as, for electricity of attempts under way,

    requests * share of the use * attempts per request * kWh per attempt * price per kWh * exchange rate

A factor that nobody counted stays as planned, and the month says so: an unknown is neither zero nor a difference.
Measured joules are those of the board; what the facility draws for them follows the plan's own ratio of the two.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from roi.errors import OperationError
from roi.operate.approved import Approved
from roi.operate.counted import Billed, Boards, Counted, Happened, key_of
from roi.policy.monthly_plan import PlannedSupply, PlannedUse, PriceCurrency
from roi.units import JOULES_PER_KWH, SECONDS_PER_HOUR

Step = Literal["volume", "mix", "acceptance", "joules", "idle", "price", "review_time", "exchange"]
STEPS: tuple[Step, ...] = get_args(Step)
"""In the order in which planned factors give way to what was."""


@dataclass(frozen=True)
class Factor:
    """One factor of a line of money."""

    step: Step
    what: str
    """What it is, a key of the texts `operation_factor`."""
    planned: float
    actual: float
    known: bool = True
    """False where nobody counted it and the plan's figure stands for it."""


@dataclass(frozen=True)
class Line:
    """One amount of money of the month."""

    component: str
    """Of the plan's money."""
    of: str
    """The workload with model and supply, or the supply, that it is of."""
    factors: tuple[Factor, ...]

    def amount(self, steps: int) -> float:
        """Money once the first so many steps are as they were: 0 is the plan, all of them what happened."""
        done = STEPS[:steps]
        return math.prod(each.actual if each.step in done else each.planned for each in self.factors)

    @property
    def planned(self) -> float:
        """Money as planned."""
        return self.amount(0)

    @property
    def actual(self) -> float:
        """Money as it was."""
        return self.amount(len(STEPS))


@dataclass(frozen=True)
class Energy:
    """Electricity of a use or a supply at the facility's meter [kWh]; actual is None where nobody counted it."""

    planned: float | None
    actual: float | None


@dataclass(frozen=True)
class Account:
    """The month's lines, with the energy behind them and what of the bills is in none."""

    lines: tuple[Line, ...]
    busy: dict[tuple[str, str, str], Energy]
    idle: dict[str, Energy]
    billed: float
    """All bills of the month in the plan's currency [money]."""
    unexplained: float
    """Of them, lines of no component of the plan [money]."""


def account_of(approved: Approved, found: Happened, rates: Mapping[str, float]) -> Account:
    """The month in lines of money.

    Parameters
    ----------
    rates
        Units of the plan's currency for one of each other currency, as they were in the month.

    Raises
    ------
    OperationError
        When a bill is in a currency without a rate.
    """
    return _Month(approved, found, rates).account()


@dataclass(frozen=True)
class _Paid:
    """What was paid for a component: in its currency, with the rate that was planned for it."""

    amount: float
    rate_planned: float
    rate: float


class _Month:
    def __init__(self, approved: Approved, found: Happened, rates: Mapping[str, float]) -> None:
        self._approved, self._found, self._rates = approved, found, rates
        self._uses, self._supplies = approved.uses(found.month), approved.supplies(found.month)
        self._currencies = {one.supply: one for one in approved.plan.currencies}
        self._requests_planned = math.fsum(use.requests for use in self._uses)
        self._requests = sum(each.requests for each in found.uses.values())
        self._taken: set[Billed] = set()

    def account(self) -> Account:
        """Everything."""
        busy = {key_of(use): self._busy(use) for use in self._uses}
        idle = {one.supply or "": self._idle(one) for one in self._supplies}
        lines = [
            *(line for use in self._uses for line in self._of_use(use, busy, idle)),
            *(line for one in self._supplies for line in self._of_supply(one, busy, idle)),
        ]
        bills = self._found.bills
        return Account(
            tuple(lines),
            busy,
            idle,
            billed=math.fsum(one.amount * self._rate(one.currency) for one in bills),
            unexplained=math.fsum(
                one.amount * self._rate(one.currency) for one in bills if one not in self._taken
            ),
        )

    def _of_use(
        self, use: PlannedUse, busy: Mapping[tuple[str, str, str], Energy], idle: Mapping[str, Energy]
    ) -> Iterator[Line]:
        done = self._found.uses[key_of(use)]
        name = use_name(use)
        asked = (
            Factor("volume", "requests", self._requests_planned, float(self._requests)),
            self._share(use, done),
        )
        tried = Factor(
            "acceptance",
            "attempts_per_request",
            use.attempts / use.requests,
            done.attempts / done.requests if done.requests else use.attempts / use.requests,
        )
        for component, money in use.costs.items():
            if component == "fallback":
                yield Line(component, name, (*asked, *self._fallback(use, done, money)))
            elif component == "review":
                yield Line(component, name, (*asked, tried, *self._review(use, done, money)))
            elif component == "electricity" and use.energy_kwh:
                drawn = self._per_attempt(use, done, busy[key_of(use)])
                price = self._electricity(use.supply, money / use.energy_kwh, busy, idle)
                yield Line(component, name, (*asked, tried, drawn, *price))
            else:
                yield Line(component, name, (*asked, tried, *self._by_attempt(use, component, money)))

    def _share(self, use: PlannedUse, done: Counted) -> Factor:
        planned = use.requests / self._requests_planned
        return Factor("mix", "share", planned, done.requests / self._requests if self._requests else planned)

    def _fallback(self, use: PlannedUse, done: Counted, money: float) -> tuple[Factor, Factor]:
        planned = 1.0 - use.accepted_requests / use.requests
        known = done.requests_judged > 0
        actual = 1.0 - done.requests_accepted / done.requests_judged if known else planned
        price = money / (use.requests * planned) if planned else 0.0
        return (
            Factor("acceptance", "fallback_share", planned, actual, known),
            Factor("price", "price_per_fallback", price, price),
        )

    def _review(self, use: PlannedUse, done: Counted, money: float) -> tuple[Factor, Factor]:
        planned = use.review_seconds_per_attempt / SECONDS_PER_HOUR
        known = done.attempts_reviewed > 0
        actual = done.review_seconds / done.attempts_reviewed / SECONDS_PER_HOUR if known else planned
        wage = money / (use.attempts * planned) if planned else 0.0
        return (
            Factor("review_time", "hours_per_attempt", planned, actual, known),
            Factor("price", "wage", wage, wage),
        )

    def _per_attempt(self, use: PlannedUse, done: Counted, energy: Energy) -> Factor:
        planned = (use.energy_kwh or 0.0) / use.attempts
        known = energy.actual is not None and done.attempts > 0
        actual = (energy.actual or 0.0) / done.attempts if known else planned
        return Factor("joules", "kwh_per_attempt", planned, actual, known)

    def _by_attempt(self, use: PlannedUse, component: str, money: float) -> tuple[Factor, Factor]:
        """A price per attempt: that of the bill, spread over the attempts of the supply."""
        paid = self._paid(component, use.supply) or self._attempt_costs(component, use.supply)
        attempts = sum(each.attempts for key, each in self._found.uses.items() if key[2] == use.supply)
        found = (paid, paid.amount / attempts) if paid is not None and attempts else None
        return self._price("price_per_attempt", money / use.attempts, found, component, use.supply)

    def _of_supply(
        self,
        one: PlannedSupply,
        busy: Mapping[tuple[str, str, str], Energy],
        idle: Mapping[str, Energy],
    ) -> Iterator[Line]:
        name = one.supply or ""
        for component, money in one.costs.items():
            if component == "electricity" and one.idle_energy_kwh:
                energy = idle[name]
                drawn = Factor(
                    "idle",
                    "idle_kwh",
                    one.idle_energy_kwh,
                    one.idle_energy_kwh if energy.actual is None else energy.actual,
                    energy.actual is not None,
                )
                price = self._electricity(one.supply, money / one.idle_energy_kwh, busy, idle)
                yield Line(component, name, (drawn, *price))
                continue
            paid = self._paid(component, one.supply)
            found = None if paid is None else (paid, paid.amount)
            yield Line(component, name, self._price("paid", money, found, component, one.supply))

    def _electricity(
        self,
        supply: str | None,
        planned: float,
        busy: Mapping[tuple[str, str, str], Energy],
        idle: Mapping[str, Energy],
    ) -> tuple[Factor, Factor]:
        """Price of a kWh: that of the bill where all of the supply's kWh were counted."""
        paid = self._paid("electricity", supply)
        drawn = [energy.actual for key, energy in busy.items() if key[2] == supply]
        drawn += [energy.actual for name, energy in idle.items() if name == supply]
        kwh = None if None in drawn else math.fsum(each for each in drawn if each is not None)
        found = (paid, paid.amount / kwh) if paid is not None and kwh else None
        return self._price("price_per_kwh", planned, found, "electricity", supply)

    def _price(
        self, what: str, planned: float, found: tuple[_Paid, float] | None, component: str, supply: str | None
    ) -> tuple[Factor, Factor]:
        """A price in the currency it is paid in, and the rate of that currency; `planned` is in the plan's own."""
        if found is None:
            foreign = self._paid_in(component, supply)
            rate = 1.0 if foreign is None else foreign.rate
            now = rate if foreign is None else self._rates.get(foreign.currency, rate)
            return (
                Factor("price", what, planned / rate, planned / rate, known=False),
                Factor("exchange", "rate", rate, now),
            )
        paid, price = found
        return (
            Factor("price", what, planned / paid.rate_planned, price),
            Factor("exchange", "rate", paid.rate_planned, paid.rate),
        )

    def _paid(self, component: str, supply: str | None) -> _Paid | None:
        return self._sum(
            [one for one in self._found.bills if self._fits(one, component, supply)], component, supply
        )

    def _attempt_costs(self, component: str, supply: str) -> _Paid | None:
        fitting = [one for one in self._found.attempt_costs if self._fits(one, component, supply)]
        return self._sum(fitting, component, supply)

    def _fits(self, one: Billed, component: str, supply: str | None) -> bool:
        """A bill that names no supply is that of the only one that has the component."""
        if one.component != component:
            return False
        planned = {use.supply for use in self._uses if component in use.costs}
        planned |= {each.supply or "" for each in self._supplies if component in each.costs}
        return one.supply == supply or (one.supply is None and planned <= {supply or ""})

    def _sum(self, fitting: Sequence[Billed], component: str, supply: str | None) -> _Paid | None:
        self._taken.update(fitting)
        if not fitting:
            return None
        currencies = {one.currency for one in fitting}
        if len(currencies) == 1:
            (currency,) = currencies
            planned = self._paid_in(component, supply)
            rate = self._rate(currency)
            of_plan = planned is not None and planned.currency == currency
            return _Paid(
                math.fsum(one.amount for one in fitting), planned.rate if planned and of_plan else rate, rate
            )
        return _Paid(math.fsum(one.amount * self._rate(one.currency) for one in fitting), 1.0, 1.0)

    def _paid_in(self, component: str, supply: str | None) -> PriceCurrency | None:
        """The other currency in which the plan has a supply's own price."""
        return self._currencies.get(supply or "") if component in ("rent", "api") else None

    def _rate(self, currency: str) -> float:
        if currency == self._approved.policy.currency:
            return 1.0
        if currency not in self._rates:
            raise OperationError(
                f"{self._found.month}: a bill is in {currency} and no rate is given; add --rate {currency}=RATE, "
                f"{self._approved.policy.currency} for one {currency}"
            )
        return self._rates[currency]

    def _busy(self, use: PlannedUse) -> Energy:
        """kWh of a use: the mean of the metered attempts stands for the others."""
        done = self._found.uses[key_of(use)]
        if not use.energy_kwh or not use.energy_j_per_attempt or not done.attempts_metered:
            return Energy(use.energy_kwh, None)
        planned_kwh_per_j = use.energy_kwh / (use.attempts * use.energy_j_per_attempt)
        joules = done.energy_j / done.attempts_metered * done.attempts
        return Energy(use.energy_kwh, joules * planned_kwh_per_j)

    def _idle(self, one: PlannedSupply) -> Energy:
        """kWh of waiting boards; gaps of the meter are taken to be as what was read."""
        read = boards_of(self._found.boards, self._supplies, one)
        if read is None or not read.seconds or not one.idle_board_energy_kwh:
            return Energy(one.idle_energy_kwh, None)
        ratio = one.idle_energy_kwh / one.idle_board_energy_kwh
        whole = (read.seconds + read.gap_s) / read.seconds
        return Energy(one.idle_energy_kwh, read.idle_j * whole / JOULES_PER_KWH * ratio)


def use_name(use: PlannedUse) -> str:
    """What a use is called where people read of it."""
    return f"{use.workload}: {use.model} / {use.supply}"


def boards_of(
    boards: Mapping[str | None, Boards], supplies: Sequence[PlannedSupply], one: PlannedSupply
) -> Boards | None:
    """The minutes of a supply's boards; those that name no supply are of the only one that has boards."""
    waiting = [each for each in supplies if each.idle_energy_kwh]
    return boards.get(one.supply) or (boards.get(None) if len(waiting) == 1 else None)
