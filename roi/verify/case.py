"""The raw scenario as plain numbers: years and blocks, what is wanted, where it can come from, what may not be."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from roi.verify import names
from roi.verify.discounting import MONTHS, at_start, over_year
from roi.verify.figures import Exchange, FloatArray, Part, child, needed, number
from roi.verify.retries import Belief, belief
from roi.verify.supplies import YEAR_H, Supply, read_supply

KG_PER_TONNE = 1000.0
PRICES = ("electricity", "wage", "rent", "api", "upkeep", "fallback")


@dataclass(frozen=True, slots=True)
class Bar:
    """Least or most that a figure on a ruler must be."""

    reference: str
    least: float | None
    most: float | None

    def missed(self, value: float, margin: float) -> bool:
        """Whether a figure lies outside, or so near that the margin reaches outside."""
        under = self.least is not None and value - margin < self.least
        return under or (self.most is not None and value + margin > self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A kind of picture that is wanted."""

    name: str
    reference: str
    fid_max: float | None
    z: float
    bars: tuple[Bar, ...]
    """On other rulers than the FID's."""
    min_pixels: int
    latency_max_s: float | None
    waits: bool
    believed: Belief
    believed_by_model: Mapping[str, Belief]
    images: tuple[int, ...]
    attempts_max: int
    look_s: tuple[float, float]
    """Of an attempt, and of each image of it [s]."""
    fallback: float | None
    """[money]"""
    deliver_min: float
    carbon_max: float | None
    """[kgCO2e/image]"""
    countries: tuple[str, ...]
    mixed: bool
    peak: float
    """Busiest month over the mean one; 1 for work that may wait."""
    wanted: FloatArray
    """Pictures of each year [Y]."""
    block_share: FloatArray
    """Share of a year's pictures asked for in each block [B]; for work that may wait the blocks' share of hours."""

    def believed_of(self, model: str) -> Belief:
        """How often a picture of a model passes."""
        known = names.model(model)
        return self.believed_by_model.get(known["model_id"] if known else model, self.believed)


@dataclass(frozen=True)
class Case:
    """What is asked."""

    scenario: Part

    @cached_property
    def money(self) -> Exchange:
        """Amounts in the scenario's currency."""
        return Exchange(self.scenario)

    @cached_property
    def finance(self) -> Part:
        """Rates and horizon, as written."""
        return child(self.scenario, "finance")

    @cached_property
    def limits(self) -> Part:
        """Limits of the company, as written."""
        return child(self.scenario, "limits")

    @cached_property
    def years(self) -> int:
        """Whole years of the plan."""
        return round(needed(self.finance, "horizon_years"))

    @cached_property
    def rate(self) -> float:
        """Cost of capital [1/year]."""
        return needed(self.finance, "discount_rate_per_year")

    @cached_property
    def spread(self) -> FloatArray:
        """Value today of one unit over each year [Y]."""
        return np.array([over_year(self.rate, year) for year in range(self.years)])

    @cached_property
    def start(self) -> FloatArray:
        """Value today of one unit at the beginning of each year, and at the end of the last [Y + 1]."""
        return np.array([at_start(self.rate, year) for year in range(self.years + 1)])

    def later(self, years: int) -> float:
        """Value, when the horizon ends, of one unit in each of so many years after it."""
        return sum(over_year(self.rate, self.years + year) for year in range(years)) / float(self.start[-1])

    @cached_property
    def price_of(self) -> Mapping[str, FloatArray]:
        """Prices of each year over today's, by kind of price [Y]."""
        changes = child(self.finance, "escalation")
        return {kind: self.compounded(number(changes, kind)) for kind in PRICES}

    def compounded(self, change: float | None) -> FloatArray:
        """Each year over the first, at a yearly change [Y]."""
        return np.asarray((1.0 + (change or 0.0)) ** np.arange(self.years, dtype=np.float64))

    @cached_property
    def block_h(self) -> FloatArray:
        """Hours of each block [B]."""
        return np.array([needed(each, "hours_per_year") for each in self._blocks] or [YEAR_H])

    @cached_property
    def whole_hours(self) -> bool:
        """Whether hours by the hour are billed whole: where blocks are of whole hours."""
        return bool(np.all(self.block_h == np.round(self.block_h)))

    @cached_property
    def kwh_price(self) -> FloatArray:
        """Electricity of the site [money/kWh, Y x B]."""
        site = self.scenario["site"]
        general = self.money.amount(site, "electricity_price") or 0.0
        own = [self.money.amount(each, "electricity_price") for each in self._blocks] or [None]
        today = [general if price is None else price for price in own]
        return np.outer(self.price_of["electricity"], today)

    @property
    def kw_price(self) -> FloatArray:
        """Charge of a year for a kilowatt of the highest power [money/kW, Y]."""
        today = self.money.amount(self.scenario["site"], "demand_charge_per_kw_month") or 0.0
        return np.asarray(today * MONTHS * self.price_of["electricity"])

    @cached_property
    def grid_change(self) -> FloatArray:
        """Intensity of every grid over today's [Y]."""
        return self.compounded(number(self.scenario["site"], "grid_intensity_change_per_year"))

    @cached_property
    def carbon_price(self) -> float:
        """Internal price of location-based emissions [money/kgCO2e]."""
        return (self.money.amount(self.limits, "internal_carbon_price") or 0.0) / KG_PER_TONNE

    @cached_property
    def wage_per_s(self) -> float:
        """[money/s]"""
        return (self.money.amount(self.scenario["labour"], "wage_per_h") or 0.0) / 3600.0

    @cached_property
    def works(self) -> tuple[Work, ...]:
        """Everything that is wanted."""
        return tuple(self._work(each) for each in self.scenario["workloads"])

    @cached_property
    def supplies(self) -> tuple[Supply, ...]:
        """Everywhere it can come from."""
        opened = frozenset(str(each["supply"]) for each in self.tried_today)
        return tuple(
            read_supply(each, self.scenario, self.money, opened) for each in self.scenario["supplies"]
        )

    @cached_property
    def tried_today(self) -> tuple[Part, ...]:
        """Baselines that a model or a service serves."""
        given = (child(each, "baseline") for each in self.scenario["workloads"])
        return tuple(each for each in given if each and each["kind"] != "external")

    @cached_property
    def draws(self) -> bool:
        """Whether the plan is made over drawn futures."""
        return bool(child(self.finance, "risk"))

    def model_cost(self, model: str) -> tuple[float, float]:
        """Taking a model up, and its upkeep in a year today [money]."""
        known = names.model(model)
        own = child(self.scenario, "model_cost_by_model")
        cost = {_model_key(key): each for key, each in own.items()}.get(known["model_id"] if known else model)
        cost = child(self.scenario, "model_cost") if cost is None else cost
        return self.money.amount(cost, "migration") or 0.0, self.money.amount(cost, "upkeep_per_year") or 0.0

    @property
    def _blocks(self) -> tuple[Part, ...]:
        return tuple(self.scenario["site"].get("time_blocks") or ())

    def _work(self, given: Part) -> Work:
        waits, quality, review = bool(given.get("deferrable")), given["quality"], given["review"]
        by_model = child(given, "acceptance_by_model")
        pictures = needed(given, "images_per_month") * MONTHS
        return Work(
            name=given["name"],
            reference=quality.get("reference") or "fid/mjhq-30k",
            fid_max=number(quality, "fid_max"),
            z=float(quality.get("z") or 0.0),
            bars=tuple(
                Bar(each["reference"], number(each, "at_least"), number(each, "at_most"))
                for each in quality.get("bars") or ()
            ),
            min_pixels=given.get("min_pixels") or 1,
            latency_max_s=number(given, "latency_max_s"),
            waits=waits,
            believed=belief(given["acceptance"]),
            believed_by_model={_model_key(key): belief(each) for key, each in by_model.items()},
            images=tuple(sorted(given.get("images_per_attempt") or (1, 2, 4))),
            attempts_max=int(given["attempts_max"]),
            look_s=(needed(review, "seconds_per_attempt"), needed(review, "seconds_per_image")),
            fallback=self.money.amount(given, "fallback_cost"),
            deliver_min=needed(given, "deliver_min"),
            carbon_max=number(given, "carbon_max"),
            countries=tuple(given.get("countries") or ()),
            mixed=bool(given.get("mix")),
            peak=1.0 if waits else number(given, "peak_factor", 1.0) or 1.0,
            wanted=pictures * self.compounded(number(given, "growth_per_year")),
            block_share=self._block_share(given),
        )

    def _block_share(self, given: Part) -> FloatArray:
        stated = child(given, "share_by_block")
        by_block = [float(stated.get(each["name"], 0.0)) for each in self._blocks] if stated else self.block_h
        return np.asarray(by_block, dtype=np.float64) / np.sum(by_block)


def _model_key(name: str) -> str:
    known = names.model(name)
    return str(known["model_id"]) if known else name
