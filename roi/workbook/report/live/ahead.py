"""What an option costs as the only source of its pictures, in whole machines over the plan's years: live.

    alone = (sum over streams of cost of a request * pictures at the prices of each year / pictures of a request
             + units of each year * what a unit costs in it + opening + taking up and keeping the model) / pictures

all at their value today. It is what `roi.fleet.sole_source.cost_alone` computes for rented machines and for what is
paid by use; of units that are bought or committed to it is the least: every year carries the cheapest part of a
purchase that serves it, and power charges are left out.
"""

from dataclasses import dataclass, field

from roi.cost import STREAMS, change_of
from roi.options.terms import machine_terms
from roi.planning.assemble import Present, present_of, supplies_today
from roi.planning.supplies import left_fraction
from roi.scenario.effective import Resolved
from roi.scenario.supply import Api, Own, Rent
from roi.units import HOURS_PER_YEAR
from roi.workbook.expression import Block, Cell, Formula, call, term
from roi.workbook.functions import largest, product_sum, smallest, total
from roi.workbook.report.live.capex import life_of
from roi.workbook.report.live.ground import Ground, serving, times
from roi.workbook.report.live.power import idle_kw_of
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.live.work import Work
from roi.workbook.report.live.years import Discounting
from roi.workbook.report.symbols import formula_of

LEAST_PART = 1e-6
"""Of the price of a unit for a year [money]: what costs nothing counts as this, for it stands below a line."""


@dataclass(eq=False)
class Ahead:
    """The years ahead, as an option alone meets them; rows are placed as they are asked for."""

    ground: Ground
    line: Timeline
    work: Work
    discounting: Discounting
    _weights: dict[tuple[int, str], Cell] = field(default_factory=dict)
    _units: dict[str, Line] = field(default_factory=dict)
    _idle: dict[str, Cell] = field(default_factory=dict)

    @property
    def whole(self) -> Resolved:
        """The scenario whose figures stand in cells."""
        return self.ground.inputs.sources.whole

    def present(self) -> Present:
        """What is in operation today."""
        decision = self.ground.material.decision
        return present_of(decision.baseline_options, decision.idle_power_w)

    def is_new(self, supply: Rent | Own | Api) -> bool:
        """Whether its opening is still to be paid."""
        return supply.name not in supplies_today(self.ground.scenario)

    def demand(self, workload: int) -> Block:
        """Pictures of each year."""
        return self.work.demand[workload].fixed()

    def weight(self, workload: int, stream: str | None) -> Cell:
        """Value today of one unit of money for every picture, at the prices of a stream; None as they stand."""
        change = None if stream is None else self._change(stream)
        key = workload, "" if change is None else str(change.row)
        if key not in self._weights:
            blocks = [self.demand(workload), self.discounting.during.fixed()]
            if change is not None:
                blocks.append(change.fixed())
            name = self.ground.scenario.workloads[workload].name
            whose = name if stream is None or change is None else f"{name} / {stream}"
            names = (self.ground.say("weighed"), whose, "1")
            self._weights[key] = self.line.figure(names, product_sum(*blocks), "money")
        return self._weights[key]

    def kept_years(self) -> Formula:
        """Value today of the upkeep of every year, at 1 today."""
        change = self.ground.change(self.line, self.ground.scenario.finance.escalation.upkeep)
        during = self.discounting.during.fixed()
        return total(during) if change is None else product_sum(during, change.fixed())

    def unit_years(self, supply: Rent | Own, *, waits: bool) -> Block:
        """What a whole unit costs in each year, at its value today; with the energy of waiting for all its hours
        where its work does not wait."""
        key = f"{supply.name} / {waits}"
        if key not in self._units:
            self._units[key] = self._put_units(supply, waits=waits)
        return self._units[key].fixed()

    def idle_kw(self, supply: Own) -> Cell:
        """Facility power of a board that waits."""
        if supply.name not in self._idle:
            self._idle[supply.name] = idle_kw_of(self.ground, self.line, supply)
        return self._idle[supply.name]

    def _change(self, stream: str) -> Line | None:
        if STREAMS[stream].change is None:
            return None
        return self.ground.change(self.line, change_of(stream, self.ground.scenario.finance.escalation))

    def _put_units(self, supply: Rent | Own, *, waits: bool) -> Line:
        ground, during = self.ground, self.discounting.during.cells
        names = (ground.say("unit_year"), supply.name, ground.currency)
        if isinstance(supply, Rent) and supply.term != "reserved":
            rent, year = self._change("rent"), ground.constant("h/year", HOURS_PER_YEAR)
            price = ground.amount(supply.price_per_h) * year
            by_hour = by_year(ground.years, lambda y: times(price * during[y], rent, y))
            return self.line.line(names, by_hour, "money")
        least = self._cheapest(supply)
        if isinstance(supply, Rent):
            return self.line.line(names, least, "money")
        upkeep, power = self._change("space"), self._change("electricity")
        kept = ground.amount(supply.upkeep_per_year) + ground.amount(supply.space_per_year)
        waiting = None if waits else self._waiting_year(supply)

        def year_of(y: int) -> Formula:
            found = least[y] + times(kept * during[y], upkeep, y)
            return found if waiting is None else found + times(waiting * during[y], power, y)

        return self.line.line(names, by_year(ground.years, year_of), "money")

    def _waiting_year(self, supply: Own) -> Formula:
        """Electricity of a unit that waits for a year, at today's price."""
        ground = self.ground
        price = machine_terms(ground.symbols, supply).electricity_price_per_kwh
        if price is None:
            raise ValueError(f"{supply.name!r} has no price of electricity")
        year = ground.constant("h/year", HOURS_PER_YEAR)
        return self.idle_kw(supply) * ground.boards(supply) * year * formula_of(price)

    def _cheapest(self, supply: Rent | Own) -> list[Formula]:
        """By year the least part of a purchase or commitment that serves it; nothing where units stand there."""
        ground = self.ground
        if isinstance(supply, Own) and supply.sunk:
            return by_year(ground.years, lambda _: term(0))
        life = life_of(ground, self.line, supply)
        parts = self._parts(supply, life).fixed()

        def least(y: int) -> Formula:
            words, serves = serving(ground, life, y)
            found = [each for each, counts in zip(parts.numbers(), serves, strict=True) if counts]
            return Formula(f"1/SUMPRODUCT(MAX({words}/{parts.text}))", min(found), 3)

        return by_year(ground.years, least)

    def _parts(self, supply: Rent | Own, life: Cell) -> Line:
        """Of a purchase or commitment of each year, its value today over the years in which it serves."""
        ground, numbers = self.ground, self.ground.numbers.cells
        rate = ground.figure(ground.scenario.finance.discount_rate_per_year)
        least = ground.constant(ground.say("least_part"), LEAST_PART)

        def serves(v: int) -> Formula:
            return smallest(life, ground.horizon - numbers[v])

        if isinstance(supply, Rent):
            year = ground.constant("h/year", HOURS_PER_YEAR)
            price, change = ground.amount(supply.price_per_h) * year, self._change("rent")
            worth = sum((1.0 + float(rate.value)) ** -k for k in range(int(float(life.value))))
            years = call("PV", worth, rate, life, Formula("-1", -1.0), 0, 1)
            values = [price * cell * years for cell in self.discounting.during.cells]
        else:
            price, change = (
                ground.amount(supply.capex),
                ground.change(self.line, supply.capex_change_per_year),
            )
            read, residual = ground.symbols, ground.symbols.figure(supply.residual_fraction)

            def worth_of(v: int) -> Formula:
                left = formula_of(left_fraction(residual, read.of(serves(v)), read.of(life)))
                return price * self.discounting.start.cells[v] * (1 - left / (1 + rate) ** serves(v))

            values = by_year(ground.years, worth_of)
        return self.line.line(
            (ground.say("unit_part"), supply.name, ground.currency),
            by_year(ground.years, lambda v: largest(least, times(values[v], change, v) / serves(v))),
            "money",
        )
