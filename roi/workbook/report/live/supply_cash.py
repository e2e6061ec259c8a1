"""Money that goes with no request: of supplies in whole units, of models and of the site."""

from collections.abc import Iterator, Mapping, Sequence

from roi.planning.assemble import supplies_today
from roi.scenario.supply import Own, Rent
from roi.units import MONTHS_PER_YEAR
from roi.workbook.expression import Formula
from roi.workbook.functions import added, largest, total
from roi.workbook.report.live.amounts import Amount, Prices, priced
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.courses import Side
from roi.workbook.report.live.ground import Ground, times
from roi.workbook.report.live.hours import Hours
from roi.workbook.report.live.timeline import Line, Timeline, by_year


def of_supply(
    ground: Ground, side: Side, place: int, given: tuple[Units | None, Hours | None], prices: Prices
) -> Iterator[Amount]:
    """Hours, commitments, upkeep, waiting boards, purchases, residuals, opening."""
    supply = side.supply(place)
    owner, spot = ("supply", place), ("", supply.name)
    units, hours = given
    if units is not None and units.signed is not None:
        yield Amount("rent", spot, _placed(units.signed.paid), owner)
        if units.signed.owed is not None:
            value = total(units.signed.owed.values.fixed())
            yield Amount("owed", spot, _last(ground, value), owner)
    elif isinstance(supply, Rent) and hours is not None:
        price = ground.amount(supply.price_per_h)
        yield Amount("rent", spot, priced(hours.yearly, price, prices.of("rent")), owner)
    if isinstance(supply, Own) and units is not None:
        upkeep = ground.amount(supply.upkeep_per_year) + ground.amount(supply.space_per_year)
        yield Amount("upkeep", spot, priced(units.units, upkeep, prices.of("upkeep")), owner)
        for component, bought in (("purchase", units.purchase), ("residual", units.residual)):
            if bought is not None:
                yield Amount(component, spot, _placed(bought), owner)
    if isinstance(supply, Own) and hours is not None:
        idle = hours.idle_kwh
        amounts = prices.electricity(side, lambda block, year: idle[block].cells[year])
        yield Amount("electricity", spot, amounts, owner)
    new = supply.name not in supplies_today(side.whole)
    if side.plan.opened[place] and supply.opening_cost is not None and new:
        once = ground.amount(supply.opening_cost)
        yield Amount("opening", spot, _first(ground, once), owner)


def _placed(row: Line) -> list[Formula]:
    return [cell.formula() for cell in row.cells]


def _first(ground: Ground, amount: Formula) -> list[Formula]:
    """In the first year alone."""
    numbers = ground.numbers.cells
    return by_year(ground.years, lambda year: numbers[year].formula().equals(0) * amount)


def _last(ground: Ground, amount: Formula) -> list[Formula]:
    """In the last year alone."""
    numbers, horizon = ground.numbers.cells, ground.horizon
    return by_year(ground.years, lambda year: (numbers[year] + 1).equals(horizon) * amount)


def of_models(ground: Ground, line: Timeline, side: Side, prices: Prices) -> Iterator[Amount]:
    """Taking up of models that are not in operation today, and their upkeep."""
    for place, model in enumerate(side.programme.model_names):
        cost = side.whole.cost_of_model(model)
        if cost is None:
            continue
        owner, spot = ("model", place), ("", model)
        if side.plan.kept[place].any():
            upkeep = ground.amount(cost.upkeep_per_year)
            kept = _flags(line, ground.say("kept"), model, side.plan.kept[place].tolist())
            yield Amount("model", spot, priced(kept, upkeep, prices.of("upkeep")), owner)
        if side.programme.model_migration[place] and side.plan.taken[place].any():
            migration = ground.amount(cost.migration)
            taken = _flags(line, ground.say("taken"), model, side.plan.taken[place].tolist())
            yield Amount("migration", spot, priced(taken, migration, None), owner)


def _flags(line: Timeline, label: str, model: str, held: Sequence[bool]) -> Line:
    """What the plan does with a model by year: 1 or 0."""
    return line.line((label, model, "1"), [float(each) for each in held], "plan", "0")


def of_site(
    ground: Ground, side: Side, hours: Mapping[tuple[str, int], Hours], prices: Prices
) -> Iterator[Amount]:
    """The charge for the highest power of the year."""
    charge = side.whole.site.demand_charge_per_kw_month
    by_supply = [each.site_kw for (name, _), each in hours.items() if name == side.name and each.site_kw]
    if charge is None or not by_supply:
        return
    price = ground.amount(charge)
    months = ground.constant("month/year", float(MONTHS_PER_YEAR))

    def amount(year: int) -> Formula:
        peaks = [added([lines[block].cells[year] for lines in by_supply]) for block in side.blocks]
        return times(largest(*peaks) * price * months, prices.of("electricity"), year)

    yield Amount("demand_charge", ("", ""), by_year(ground.years, amount), ("site", 0))
