"""What was paid: the bill of a component of a supply, as a price in its currency and the rate of that currency."""

import math
from collections.abc import Iterator, Mapping, Sequence
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
    bills: tuple[Billed, ...]
    """Which it stands for."""


@dataclass(frozen=True)
class Unexplained:
    """A bill that no line of the month holds: of nothing in the plan, or of what was neither made nor counted."""

    component: str | None
    """None where nobody said which."""
    supply: str | None
    amount: float
    """In the plan's currency [money]."""


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
    def unexplained(self) -> tuple[Unexplained, ...]:
        """Those that were asked for in no price, once every line has asked."""
        left = [one for one in self._all() if one.amount and one not in self._taken]
        return tuple(
            Unexplained(one.component, one.supply, one.amount * self._rate(one.currency)) for one in left
        )

    @property
    def explained_fraction(self) -> float | None:
        """Of bills and credits, those that some line holds [1]; None without one."""
        sizes = {one: abs(one.amount * self._rate(one.currency)) for one in self._all()}
        whole = math.fsum(sizes.values())
        return math.fsum(sizes[one] for one in sizes if one in self._taken) / whole if whole else None

    def _all(self) -> Iterator[Billed]:
        """Bills, and what attempts were billed one by one where no bill says the same in sum."""
        yield from self._found.bills
        for one in self._found.attempt_costs:
            if one not in self._taken and not any(_in_sum(bill, one) for bill in self._found.bills):
                yield one

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
        self._taken.update(paid.bills)
        return (
            Factor("price", what, planned / paid.rate_planned, price),
            Factor("exchange", "rate", paid.rate_planned, paid.rate),
        )

    def paid(self, component: str, supply: str | None) -> Paid | None:
        """What the bill says of a component of a supply; None where it says nothing."""
        return self._sum(
            [one for one in self._found.bills if self._fits(one, component, supply)], component, supply
        )

    def paid_by_attempt(self, component: str, supply: str) -> Paid | None:
        """The same, or where no bill says it the sum of what attempts were billed one by one."""
        fitting = [one for one in self._found.attempt_costs if self._fits(one, component, supply)]
        paid = self.paid(component, supply)
        return self._sum(fitting, component, supply) if paid is None else paid

    def _fits(self, one: Billed, component: str, supply: str | None) -> bool:
        """A bill that names no supply is that of the only one that has the component."""
        if one.component != component:
            return False
        planned = {use.supply for use in self._uses if component in use.costs}
        planned |= {each.supply or "" for each in self._supplies if component in each.costs}
        return one.supply == supply or (one.supply is None and planned <= {supply or ""})

    def _sum(self, fitting: Sequence[Billed], component: str, supply: str | None) -> Paid | None:
        if not fitting:
            return None
        currencies = {one.currency for one in fitting}
        if len(currencies) == 1:
            (currency,) = currencies
            planned = self._paid_in(component, supply)
            rate = self._rate(currency)
            of_plan = planned is not None and planned.currency == currency
            amount = math.fsum(one.amount for one in fitting)
            return Paid(amount, planned.rate if planned and of_plan else rate, rate, tuple(fitting))
        amount = math.fsum(one.amount * self._rate(one.currency) for one in fitting)
        return Paid(amount, 1.0, 1.0, tuple(fitting))

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


def _in_sum(bill: Billed, attempts: Billed) -> bool:
    """Whether a bill says in sum what attempts were billed."""
    return bill.component == attempts.component and bill.supply in (attempts.supply, None)
