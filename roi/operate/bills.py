"""What was paid: the bill of a component of a supply, as a price in its currency and the rate of that currency."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi.errors import OperationError
from roi.operate.approved import Approved
from roi.operate.counted import Billed, Happened
from roi.operate.factors import Factor
from roi.policy.monthly_plan import PriceCurrency
from roi.texts.messages import Message, at


@dataclass(frozen=True)
class Paid:
    """What was paid for a component: in its currency, with the rate that was planned for it."""

    amount: float
    rate_planned: float
    rate: float


class Bills:
    """The month's bills against the plan's components; `rates` as for `account_of`."""

    def __init__(self, approved: Approved, found: Happened, rates: Mapping[str, float]) -> None:
        self._approved, self._found, self._rates = approved, found, rates
        self._uses, self._supplies = approved.uses(found.month), approved.supplies(found.month)
        self._currencies = {one.supply: one for one in approved.plan.currencies}
        self._taken: set[Billed] = set()
        own = approved.policy.currency
        if rates.get(own, 1.0) != 1.0:
            raise OperationError(at(f"--rate {own}", Message("operating.own_rate", own=own)))

    @property
    def billed(self) -> float:
        """All of them in the plan's currency [money]."""
        return math.fsum(one.amount * self._rate(one.currency) for one in self._found.bills)

    @property
    def unexplained(self) -> float:
        """Of them, those that nobody asked for: of no component of the plan [money]."""
        left = (one for one in self._found.bills if one not in self._taken)
        return math.fsum(one.amount * self._rate(one.currency) for one in left)

    def price(
        self, what: str, planned: float, found: tuple[Paid, float] | None, component: str, supply: str | None
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

    def paid(self, component: str, supply: str | None) -> Paid | None:
        """What the bill says of a component of a supply; None where it says nothing."""
        return self._sum(
            [one for one in self._found.bills if self._fits(one, component, supply)], component, supply
        )

    def attempt_costs(self, component: str, supply: str) -> Paid | None:
        """The same of what attempts were billed one by one."""
        fitting = [one for one in self._found.attempt_costs if self._fits(one, component, supply)]
        return self._sum(fitting, component, supply)

    def _fits(self, one: Billed, component: str, supply: str | None) -> bool:
        """A bill that names no supply is that of the only one that has the component."""
        if one.component != component:
            return False
        planned = {use.supply for use in self._uses if component in use.costs}
        planned |= {each.supply or "" for each in self._supplies if component in each.costs}
        return one.supply == supply or (one.supply is None and planned <= {supply or ""})

    def _sum(self, fitting: Sequence[Billed], component: str, supply: str | None) -> Paid | None:
        self._taken.update(fitting)
        if not fitting:
            return None
        currencies = {one.currency for one in fitting}
        if len(currencies) == 1:
            (currency,) = currencies
            planned = self._paid_in(component, supply)
            rate = self._rate(currency)
            of_plan = planned is not None and planned.currency == currency
            return Paid(
                math.fsum(one.amount for one in fitting), planned.rate if planned and of_plan else rate, rate
            )
        return Paid(math.fsum(one.amount * self._rate(one.currency) for one in fitting), 1.0, 1.0)

    def _paid_in(self, component: str, supply: str | None) -> PriceCurrency | None:
        """The other currency in which the plan has a supply's own price."""
        return self._currencies.get(supply or "") if component in ("rent", "api") else None

    def _rate(self, currency: str) -> float:
        if currency == self._approved.policy.currency:
            return 1.0
        if currency not in self._rates:
            own = self._approved.policy.currency
            sentence = Message("operating.bill_without_rate", currency=currency, own=own)
            raise OperationError(at(self._found.month, sentence))
        return self._rates[currency]
