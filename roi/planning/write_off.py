"""How a ledger's purchases are written off for tax."""

from collections.abc import Sequence

from roi.finance import declining_balance_japan, straight_line
from roi.planning.answer import Ledger
from roi.planning.supplies import unit_life_years
from roi.scenario.document import Scenario
from roi.scenario.money import Tax
from roi.scenario.supply import Own


def written_off(scenario: Scenario, ledger: Ledger) -> tuple[float, ...]:
    """Charges of all purchases by year; none without a tax rate [money, Y].

    A server that leaves, at the end of its life or of the horizon, is written off whole in that year, against
    which stands what it fetches.
    """
    tax, charges = scenario.finance.tax, [0.0] * ledger.years
    if tax is None:
        return tuple(charges)
    lives = {each.name: unit_life_years(each) for each in scenario.supplies if isinstance(each, Own)}
    for entry in ledger.entries:
        if entry.component == "purchase" and entry.supply is not None:
            leaves = min(entry.year + lives[entry.supply], ledger.years)
            for year, charge in enumerate(_charges(tax, entry.amount, leaves - entry.year)):
                charges[entry.year + year] += charge
    return tuple(charges)


def _charges(tax: Tax, amount: float, years: int) -> Sequence[float]:
    """Of an amount that is gone after some years: the last of them bears what is left."""
    method = straight_line if tax.depreciation == "straight_line" else declining_balance_japan
    charges = list(method(amount, 0.0, tax.life_years, years))
    charges[-1] += amount - sum(charges)
    return charges
