"""What a board-hour of every supply costs, draws and carries, live from Inputs: one line a supply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi import assumptions
from roi.amounts import coin
from roi.figure import Figure
from roi.scenario.document import Scenario
from roi.scenario.effective import (
    embodied_host_kg_co2e_per_gpu,
    embodied_kg_co2e_per_gpu,
    grid_intensity,
    host_power_w_per_gpu,
    lifetime_years,
)
from roi.scenario.supply import Api, Own, Rent
from roi.texts import Language, text
from roi.units import HOURS_PER_YEAR
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell, Formula, call
from roi.workbook.report.pages.layout import Column, put_headings, put_line
from roi.workbook.report.pages.source import Sources


@dataclass(frozen=True, slots=True)
class Machine:
    """The line of a supply; what an API does not state is None."""

    price_per_image: Cell | None
    rate: Cell | None
    """Of an hour of one board at work, paid hours filled to the highest load [money/h]; None by the second."""
    instance: Cell | None
    """Of an hour of a whole instance that is billed by the second [money/h]."""
    start: Cell | None
    """Start before the first image of an attempt, billed and at work [s]."""
    minimum: Cell | None
    """Fewest billed seconds of an attempt [s]."""
    again: Cell | None
    """Work done again because the vendor took the instance back, as a share of all work [1]."""
    electricity: Cell | None
    """Price apart from the rate [money/kWh]; None where it is part of the rent."""
    pue: Cell | None
    grid: Cell | None
    host_power: Cell | None
    embodied: Cell | None
    """Of one board at work, by the second [kgCO2e/s]; None where nobody published the board's."""


def machines(
    sheet: Sheet, row: int, scenario: Scenario, names: Sequence[str], sources: Sources, language: Language
) -> tuple[int, Mapping[str, Machine]]:
    """The table of supplies; the row after it and the lines by name."""
    heads = (
        ("machine_supply", "box", None),
        ("machine_price_per_image", "money_fine", "#,##0.0000"),
        ("machine_rate", "money_fine", None),
        ("machine_instance", "money_fine", None),
        ("machine_start", "calculated", "0.0"),
        ("machine_minimum", "calculated", "0.0"),
        ("machine_again", "share", None),
        ("machine_electricity", "money_fine", None),
        ("machine_pue", "calculated", "0.00"),
        ("machine_grid", "calculated", "0.000"),
        ("machine_host_power", "calculated", "#,##0"),
        ("machine_embodied", "calculated", "0.00E+00"),
    )
    columns = [
        Column(
            text(language, f"paper.{name}", currency=coin(scenario.currency, language)), style, number_format
        )
        for name, style, number_format in heads
    ]
    row = put_headings(sheet, row, columns)
    found = {}
    for index, supply in enumerate(scenario.supplies):
        if supply.name not in names:
            continue
        contents = _contents(scenario, f"supplies[{index}]", supply, sources)
        cells = put_line(sheet, row, columns, (supply.name, *contents))
        told = [
            cell if content is not None else None for cell, content in zip(cells[1:], contents, strict=True)
        ]
        found[supply.name] = Machine(*told)
        row += 1
    return row + 1, found


def _contents(
    scenario: Scenario, place: str, supply: Rent | Own | Api, sources: Sources
) -> tuple[Formula | None, ...]:
    if isinstance(supply, Api):
        return (sources.amount(f"{place}.price_per_image", supply.price_per_image), *(None,) * 10)
    where, spot = ("site", scenario.site) if isinstance(supply, Own) else (place, supply)
    grid = grid_intensity(scenario, spot)
    host = host_power_w_per_gpu(supply)
    rates: tuple[Formula | None, ...]
    if isinstance(supply, Rent):
        rates = _rent_rates(place, supply, sources)
    else:
        rates = _own_rate(scenario, place, supply, sources), *(None,) * 4
    return (
        None,
        *rates,
        _electricity(scenario, sources) if isinstance(supply, Own) else None,
        sources.figure(f"{where}.pue", spot.pue.value).formula(),
        sources.figure(f"{where}.grid_intensity", grid.value).formula(),
        sources.figure(f"{place}.host_power_w_per_gpu", host.value).formula(),
        _embodied(place, supply, sources),
    )


def _rent_rates(place: str, supply: Rent, sources: Sources) -> tuple[Formula | None, ...]:
    """By the hour, by the second, start, fewest billed seconds, work done again."""
    price = sources.amount(f"{place}.price_per_h", supply.price_per_h)

    def optional(name: str) -> Formula | None:
        figure: Figure | None = getattr(supply, name)
        return None if figure is None else _figure(sources, f"{place}.{name}", figure).formula()

    by_second = supply.billing == "second"
    return (
        None if by_second else _rent_rate(place, supply, sources),
        price if by_second else None,
        optional("cold_start_s"),
        optional("minimum_s"),
        optional("interruption_overhead_fraction"),
    )


def _rent_rate(place: str, supply: Rent, sources: Sources) -> Formula:
    """price / boards / share of paid hours at work"""
    busy = sources.figure(f"{place}.utilization_fraction", supply.utilization_fraction.value)
    price = sources.amount(f"{place}.price_per_h", supply.price_per_h)
    return price / _boards(place, supply, sources) / busy


def _own_rate(scenario: Scenario, place: str, supply: Own, sources: Sources) -> Formula:
    """((capex - residual / (1 + r)^L) * CRF(r, L) + upkeep + space) / (hours of a year * share at work) / boards"""
    busy = sources.figure(f"{place}.utilization_fraction", supply.utilization_fraction.value)
    hours = sources.constant("h/year", HOURS_PER_YEAR)
    yearly = sources.amount(f"{place}.upkeep_per_year", supply.upkeep_per_year) + sources.amount(
        f"{place}.space_per_year", supply.space_per_year
    )
    if not supply.sunk:
        yearly = annuity(scenario, place, supply, sources) + yearly
    return yearly / (hours * busy) / _boards(place, supply, sources)


def annuity(scenario: Scenario, place: str, supply: Own, sources: Sources) -> Formula:
    """PMT, which knows a rate of nothing too."""
    rate = sources.figure("finance.discount_rate_per_year", scenario.finance.discount_rate_per_year.value)
    life = sources.figure(f"{place}.lifetime_years", lifetime_years(supply).value)
    residual = sources.figure(f"{place}.residual_fraction", supply.residual_fraction.value)
    capex = sources.amount(f"{place}.capex", supply.capex)
    net = capex * (1 - residual / (1 + rate) ** life)
    r, years = float(rate.value), float(life.value)
    factor = 1.0 / years if r == 0.0 else r / (1.0 - (1.0 + r) ** -years)
    return call("PMT", float(net.value) * factor, rate, life, -net)


def _boards(place: str, supply: Rent | Own, sources: Sources) -> Cell:
    return sources.figure(f"{place}.gpu_count", float(supply.gpu_count))


def _electricity(scenario: Scenario, sources: Sources) -> Formula:
    price = scenario.site.electricity_price
    if price is None:
        raise ValueError("an own supply without a price of electricity")
    return sources.amount("site.electricity_price", price)


def _embodied(place: str, supply: Rent | Own, sources: Sources) -> Formula | None:
    """Making of board and its share of the server over the seconds that it works in its life."""
    board = embodied_kg_co2e_per_gpu(supply)
    if board is None:
        return None
    host = embodied_host_kg_co2e_per_gpu(supply)
    made = _figure(sources, f"{place}.embodied_kg_co2e_per_gpu", board) + _figure(
        sources, f"{place}.embodied_host_kg_co2e_per_gpu", host
    )
    life = _figure(sources, f"{place}.lifetime_years", lifetime_years(supply))
    busy = _figure(sources, f"{place}.utilization_fraction", supply.utilization_fraction)
    hours = sources.constant("h/year", HOURS_PER_YEAR)
    return made / (life * hours * sources.constant("s/h", 3600.0) * busy)


def _figure(sources: Sources, place: str, figure: Figure) -> Cell:
    return sources.figure(place, figure.value)


def power_supply_efficiency(sources: Sources) -> Cell:
    """Share of a power supply's input that its output is."""
    value = assumptions.parameter("power_supply_efficiency_fraction").value
    return sources.figure("power_supply_efficiency_fraction", value)
