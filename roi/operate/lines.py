"""A month's money as products of factors, each as planned and as it was: what the bridge walks over.

Every line of money is the product of its factors, such as, for electricity of attempts under way,

    requests * share of the use * attempts per request * kWh per attempt * price per kWh * exchange rate

A factor that nobody counted stays as planned, and the month says so: an unknown is neither zero nor a difference.
Measured joules are those of the board; what the facility draws for them follows the plan's own ratio of the two.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from roi.operate.approved import Approved
from roi.operate.bills import Bills, Unexplained
from roi.operate.counted import Counted, Happened, key_of
from roi.operate.energy import Energy, busy_energy, waiting_energy
from roi.operate.factors import Factor, Line
from roi.policy.monthly_plan import PlannedSupply, PlannedUse
from roi.units import SECONDS_PER_HOUR


@dataclass(frozen=True)
class Account:
    """The month's lines, with the energy behind them and what of the bills is in none."""

    lines: tuple[Line, ...]
    busy: dict[tuple[str, str, str], Energy]
    idle: dict[str, Energy]
    unexplained: tuple[Unexplained, ...]
    """Bills that are in no line."""
    explained_fraction: float | None
    """Of all bills, those that are in one [1]; None without a bill."""

    @property
    def unexplained_money(self) -> float:
        """Bills that are in no line, less credits [money]."""
        return math.fsum(one.amount for one in self.unexplained)


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


class _Month:
    def __init__(self, approved: Approved, found: Happened, rates: Mapping[str, float]) -> None:
        self._approved, self._found, self._bills = approved, found, Bills(approved, found, rates)
        self._uses, self._supplies = approved.uses(found.month), approved.supplies(found.month)
        self._requests_planned = math.fsum(use.requests for use in self._uses)
        self._requests = sum(each.requests for each in found.uses.values())

    def account(self) -> Account:
        """Everything."""
        busy = {key_of(use): busy_energy(use, self._found.uses[key_of(use)]) for use in self._uses}
        idle = {one.supply or "": waiting_energy(self._approved, self._found, one) for one in self._supplies}
        lines = [
            *(line for use in self._uses for line in self._of_use(use, busy, idle)),
            *(line for one in self._supplies for line in self._of_supply(one, busy, idle)),
        ]
        return Account(tuple(lines), busy, idle, self._bills.unexplained, self._bills.explained_fraction)

    def _of_use(
        self, use: PlannedUse, busy: Mapping[tuple[str, str, str], Energy], idle: Mapping[str, Energy]
    ) -> Iterator[Line]:
        done = self._found.uses[key_of(use)]
        name = use.title
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
        paid = self._bills.paid_by_attempt(component, use.supply)
        attempts = sum(each.attempts for key, each in self._found.uses.items() if key[2] == use.supply)
        found = (paid, paid.amount / attempts) if paid is not None and attempts else None
        return self._bills.price("price_per_attempt", money / use.attempts, found, component, use.supply)

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
            paid = self._bills.paid(component, one.supply)
            found = None if paid is None else (paid, paid.amount)
            yield Line(component, name, self._bills.price("paid", money, found, component, one.supply))

    def _drawn_kwh(self, use: PlannedUse, energy: Energy) -> float:
        """kWh of a use's line: counted, else its attempts at the planned kWh of each."""
        planned = (energy.planned or 0.0) * self._found.uses[key_of(use)].attempts / use.attempts
        return planned if energy.actual is None else energy.actual

    def _electricity(
        self,
        supply: str | None,
        planned: float,
        busy: Mapping[tuple[str, str, str], Energy],
        idle: Mapping[str, Energy],
    ) -> tuple[Factor, Factor]:
        """Price of a kWh: the bill over the kWh of the supply's lines, so that they are the bill in sum."""
        paid = self._bills.paid("electricity", supply)
        drawn = [self._drawn_kwh(use, busy[key_of(use)]) for use in self._uses if use.supply == supply]
        for name, energy in idle.items():
            if name == supply:
                drawn.append((energy.planned or 0.0) if energy.actual is None else energy.actual)
        kwh = math.fsum(drawn)
        found = (paid, paid.amount / kwh) if paid is not None and kwh else None
        return self._bills.price("price_per_kwh", planned, found, "electricity", supply)
