"""What a board-hour of every supply costs, draws and carries, live from Inputs: one line a supply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from roi.amounts import coin
from roi.footprint import embodied_kg_co2e
from roi.numbers import Symbol, total
from roi.options.attempt import board_rates_per_h
from roi.options.terms import Terms, machine_terms
from roi.scenario.document import Scenario
from roi.scenario.supply import Api, Own, Rent
from roi.texts import Language, text
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell, Formula
from roi.workbook.report.pages.layout import Column, put_headings, put_line
from roi.workbook.report.pages.source import Sources, Symbols
from roi.workbook.report.symbols import formula_of


@dataclass(frozen=True, slots=True)
class Machine:
    """The line of a supply."""

    price_per_image: Symbol | None
    """Of a service."""
    terms: Terms[Symbol] | None
    """As the cells of the line have them; None for a service."""
    rate: Symbol | None
    """Of an hour of one board at work, paid hours filled to the highest load [money/h]; None by the second."""
    embodied: Symbol | None
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
    for supply in scenario.supplies:
        if supply.name not in names:
            continue
        line = _symbols(sources.symbols, supply)
        contents = [None if each is None else _stated(formula_of(each)) for each in line]
        cells = put_line(sheet, row, columns, (supply.name, *contents))
        found[supply.name] = _machine(sources.symbols, supply, cells[1:], contents)
        row += 1
    return row + 1, found


def _symbols(read: Symbols, supply: Rent | Own | Api) -> tuple[Symbol | None, ...]:
    """Contents of a line."""
    if isinstance(supply, Api):
        return (read.amount(supply.price_per_image), *(None,) * 10)
    terms, second = machine_terms(read, supply), isinstance(supply, Rent) and supply.billing == "second"
    rates = board_rates_per_h(terms)
    return (
        None,
        total(rates.values()) if rates else None,
        terms.price_per_h if second else None,
        terms.cold_start_s,
        terms.minimum_s,
        read.optional(supply.interruption_overhead_fraction if isinstance(supply, Rent) else None),
        terms.electricity_price_per_kwh,
        terms.pue,
        terms.grid_intensity_kg_co2e_per_kwh,
        terms.host_power_w_per_gpu,
        _embodied_per_s(read, terms),
    )


def _stated(content: Formula) -> Formula | None:
    """None for the nothing that stands where the scenario leaves a figure out."""
    return None if content.text == "0" else content


def _embodied_per_s(read: Symbols, terms: Terms[Symbol]) -> Symbol | None:
    """Making of board and its share of the server over the seconds that it works in its life."""
    board = terms.embodied_kg_co2e_per_gpu
    if board is None:
        return None
    return embodied_kg_co2e(board, read.of(1), terms.lifetime_years, terms.utilization_fraction)


def _machine(
    read: Symbols, supply: Rent | Own | Api, cells: Sequence[Cell], contents: Sequence[Formula | None]
) -> Machine:
    told = [None if content is None else read.of(cell) for cell, content in zip(cells, contents, strict=True)]
    price, rate, instance, start, minimum, again, electricity, pue, grid, host, embodied = told
    if isinstance(supply, Api):
        return Machine(price, None, None, None)
    terms, none = machine_terms(read, supply), read.of(0)
    placed = replace(
        terms,
        price_per_h=instance or terms.price_per_h,
        cold_start_s=start or none,
        minimum_s=minimum or none,
        work_factor=1.0 + (again or none),
        electricity_price_per_kwh=electricity or terms.electricity_price_per_kwh,
        pue=pue or none,
        grid_intensity_kg_co2e_per_kwh=grid or none,
        host_power_w_per_gpu=host or none,
    )
    return Machine(None, placed, rate, embodied)
