"""The programme of all rungs, from one workload to a portfolio over years with drawn futures.

Sets: world w (a drawn future with its probability; one world where nothing is drawn), year y, time block b,
workload j, choice k (a configuration of one workload: profile, images per attempt, attempts), candidate
i = (choice, supply), supply r, model m. P = (w, y, b) is a period.

Data, in the names of the code (money at the prices of its own year, not discounted, unless said otherwise):
    demand[w, j, y, b]       requests, or accepted images, of the period; for deferrable work the year's in
                             `demand[w, j, y, 0]` and zero elsewhere
    requests_per_share[i, P] demand / deliver[i] where demand is for accepted images, else demand
    stream[c, i]             cash of one request by price stream c at today's prices
    stream_factor[c, w, y]   price of the stream over today's
    energy_kwh[i]            facility energy of one request while boards work
    board_s[i]               board-seconds of one request
    supplies[r]              what a unit (instance, server) costs, holds, draws; none for supplies paid by use
    year_factor[y]           value today of a cost spread over year y;  start_factor[y] of one at its beginning

Variables:
    s[i, P]      share of the period's demand (of the year's, for deferrable work) that candidate i serves
    z[k]         choice k serves its workload; binary, only where a workload must not be mixed
    kept[m, y]   model m is kept in year y; binary
    taken[m, y]  model m is taken up at the beginning of year y; binary
    buy[r, y]    units bought, or committed to, at the beginning of year y; integer
    units[r, y]  units in service, at most those alive; integer. On-demand and spot: bounded by units_max only
    on[r, P]     units switched on throughout the block; integer
    hours[r, P]  unit-hours paid or powered in the block; integer where whole hours are billed
    powered[r, P] units powered at some time in the block; integer; only where site power or its charge counts
    peak[w, y]   highest power of the site's servers [kW]
    open[r]      supply r is used at all; binary
    serves[r, m, y] supply r serves model m in year y; binary; only where models are swapped
    eta, beyond[w]  value at risk and the cost above it; only where risk weighs

Minimise  (1 - weight) * sum_w probability[w] cost[w] + weight * CVaR,
          CVaR = eta + sum_w probability[w] beyond[w] / tail_fraction
where cost[w] is the present value of streams, electricity (busy, and idle = idle_kw_per_board * (boards *
hours - busy board-hours)), unit hours, unit years, commitments, purchases less residual, opening, upkeep and
taking up of models, the demand charge on the peak, and the internal carbon price (which steers and is not cash).
A commitment is paid to its end at the price of the year in which it was signed; what is owed after the horizon
counts too.

Subject to, with the names of the constraints (families):
    demand       sum_{i of j} s[i, P] = 1                       j mixed; over i and b for deferrable work
    one_option   sum_{k of j} z[k] = 1                          j not mixed
    splits       sum_{i of k} s[i, P] = z[k]                    j not mixed; over i and b for deferrable work
    uses         sum_{i of j, m} s[i, P] <= kept[m, y]          j mixed; over i and b for deferrable work
    keeps        sum_{k of j, m} z[k] <= kept[m, y]             j not mixed
    takes_up     kept[m, y] <= sum_{y' <= y} taken[m, y']
    models_max   sum_m kept[m, y] <= models_max
    capacity     sum_i board_s[i] requests[i, P] + swap <= 3600 boards load_max hours[r, P]
    use_max      sum_i board_s[i] requests[i, P] peak_factor[j] <= 3600 boards load_max block_hours units_max
                 of supplies paid by use that are limited: hours used never exceed hours that exist
    always_on    sum_{i interactive} board_s[i] requests[i, P] peak_factor[j] <= 3600 boards load_max block_hours on
    on_hours     block_hours on[r, P] <= hours[r, P]
    powered      hours[r, P] <= block_hours * units[r, y] (and on <= powered <= units, hours <= block_hours powered)
    fleet        units[r, y] <= existing[r, y] + sum_{v alive in y} buy[r, v]
    units_max    units[r, y] <= units_max
    opens        units[r, y] <= U open[r]; for supplies paid by use: shares <= U open[r]
    peak         sum_{r at the site} max_kw powered[r, P] <= peak[w, y]
    site_power   sum_{r at the site} max_kw powered[r, P] <= site_power_kw
    swaps        shares of model m on supply r in year y <= U serves[r, m, y]
    capex_budget purchases + opening + taking up of models, all years <= capex_budget
    opex_budget  running cash of year y <= opex_budget[y]
    carbon_cap   location-based emissions of year y, embodied included as amortised <= carbon_cap_kg
    market_cap   market-based emissions of year y, embodied included as amortised <= market_cap_kg
    budget_per_month (running cash of year y
                 + sum_i (peak_factor[j] - 1) cash of i's requests in year y) / 12 <= month_budget[y]
    carbon_cap_per_month (location-based emissions of year y
                 + sum_i (peak_factor[j] - 1) those of the electricity of i's requests) / 12 <= month_carbon_kg[y]
    carbon_max   emissions of workload j in year y, embodied included <= carbon_max[j] * pictures of the year: its
                 requests' own, and, of supplies that no other workload can use, waiting and making. What workloads
                 share of a supply is split by board time, which is no sum: the evaluator judges it at the plan, and
                 where it breaks `roi.fleet.shared_carbon` tries the workload elsewhere, and candidate by candidate
                 there, which makes the split a row (`carbon_by_use`)
    vendor_share accepted images of the vendor in year y <= vendor_share_max * all accepted images of the year
    spot_share   accepted images on spot in year y <= spot_share_max * all accepted images of the year
    tail         beyond[w] >= cost[w] - eta
The busiest month: what goes with requests comes at the pace of the workload's busiest month, all workloads' at
once, with the electricity of work counted whole. All else comes evenly: upkeep, commitments, models, the demand
charge, the making of machines; and hours, since `always_on` holds units enough for the busiest month on throughout
the year and work that may wait is spread. Boards wait in a busy month less than in others, so that counting their
waiting evenly is an upper bound. One-off spending is not in it: capex_budget limits that.
A single choice is made for all years and worlds (z has no year): a change of model on the way is a decision of
its own, made when it comes. First stage: z, kept, taken, buy, units, open. Recourse: s, on, hours, powered, peak.
A unit in service is at most one alive, so a server can be switched off for good without being sold; its upkeep
then ends, its residual comes as planned.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.numbers import Column

Whole = TypeVar("Whole", int, IntArray)

NOTHING: Any = 0.0
ONE: Any = 1
"""Of either kind of number."""

SupplyKind = Literal["by_use", "on_demand", "reserved", "own"]


@dataclass(frozen=True, eq=False, kw_only=True)
class FleetCandidates:
    """N candidates (choice on a supply) in canonical order, as columns of length N."""

    choice: IntArray
    """Index of the configuration: candidates of one choice differ only in their supply [N]."""
    workload: IntArray
    """Index into the workloads [N]."""
    model: IntArray
    """Index into the models [N]."""
    supply: IntArray
    """Index into the supplies [N]."""
    deliver: FloatArray
    """Probability that a request ends with an accepted image [1, N]."""
    board_s: FloatArray
    """Board-seconds of one request; 0 for an API [s, N]."""
    energy_kwh: FloatArray
    """Facility energy of one request while boards work; 0 for an API [kWh, N]."""
    embodied_kg: FloatArray
    """Embodied carbon of one request on a supply paid by use; 0 on units, which carry their own; NaN where carbon
    is not disclosed, which a carbon cap forbids [kgCO2e, N]."""
    stream: Mapping[str, FloatArray]
    """Cash of one request at today's prices by price stream, such as `rent`, `review`, `fallback` [money, N]."""
    quality: FloatArray | None = None
    """Figure that the bar is held against, lower is better; it only breaks ties [N]. None: alike."""

    def __len__(self) -> int:
        return len(self.choice)


@dataclass(frozen=True, eq=False, kw_only=True)
class Supply(Generic[Column, Whole]):
    """One supply: paid by use, or in whole units.

    In a plan plain numbers are the same in every world; in a simulation they have an entry for each draw, and so
    has what is stated by year alone: W are the draws then, and [Y] is [W x Y].
    """

    name: str
    vendor: int
    """Index into the vendors; -1 for own servers, which are no vendor."""
    kind: SupplyKind
    """`by_use` has no units: rent by the second, an API, an own server that other work fills."""
    spot: bool = False
    at_site: bool = False
    """Whether its power counts for the site's peak and limit."""
    boards: int = 1
    """Boards in a unit."""
    load_max: Column = ONE
    """Highest share of a unit's time in which its boards work [1]."""
    hour_price: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))
    """Price of a paid unit-hour: on demand and spot [money/h, W x Y]."""
    year_price: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))
    """Running cost of a unit in service for a year: upkeep and space [money/year, W x Y]."""
    commitment_price: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))
    """What each year of a commitment costs, used or not, by the year in which it is signed: reserved
    [money/year, W x Y]."""
    buy_price: FloatArray = field(default_factory=lambda: np.zeros(1))
    """Purchase of a unit at the beginning of a year [money, Y]."""
    residual: FloatArray = field(default_factory=lambda: np.zeros(1))
    """What a unit bought in year v fetches at its end or the horizon's, whichever comes first [money, Y]."""
    life_years: Whole = ONE
    """Years a bought or committed unit is alive."""
    units_max: int | None = None
    """Most units at once; of a supply paid by use, the units whose hours can be used."""
    existing: IntArray = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    """Units that are there already, by year; nothing is paid for them but their running [Y]."""
    opening_cost: Column = NOTHING
    """Paid once, today, when the supply is used at all [money]."""
    whole_hours: bool = False
    """Whether paid hours are whole."""
    electricity_price: FloatArray = field(default_factory=lambda: np.zeros((1, 1, 1)))
    """Price of a facility kilowatt-hour; 0 where it is part of the rent [money/kWh, W x Y x B]."""
    idle_kw_per_board: Column = NOTHING
    """Facility power of a powered board that waits [kW]."""
    max_kw_per_unit: Column = NOTHING
    """Facility power of a unit at full load [kW]."""
    grid_kg_per_kwh: FloatArray = field(default_factory=lambda: np.zeros(1))
    """Location-based intensity [kgCO2e/kWh, Y]."""
    market_kg_per_kwh: FloatArray = field(default_factory=lambda: np.zeros(1))
    """Market-based intensity; NaN where none is stated: no market cap can be held with it [kgCO2e/kWh, Y]."""
    embodied_kg_per_unit_hour: Column = NOTHING
    """Of a paid hour of an on-demand instance [kgCO2e/h]."""
    embodied_kg_per_unit_year: Column = NOTHING
    """Of a year of an alive own or reserved unit, amortised over its life [kgCO2e/year]."""
    swap_board_s_per_day: float = 0.0
    """Board-seconds that every further model costs in a day of a unit-block; 0 where it does not count [s/day]."""


class FleetSupply(Supply[float, int]):
    """A supply in the worlds of a plan."""


@dataclass(frozen=True, eq=False, kw_only=True)
class FleetRules:
    """Company-wide limits; None: no limit."""

    models_max: int | None = None
    capex_budget: float | None = None
    """[money]"""
    opex_budget: FloatArray | None = None
    """[money/year, Y]"""
    carbon_cap_kg: FloatArray | None = None
    """[kgCO2e/year, Y]"""
    market_cap_kg: FloatArray | None = None
    """[kgCO2e/year, Y]"""
    month_budget: FloatArray | None = None
    """Of the busiest month [money/month, Y]"""
    month_carbon_kg: FloatArray | None = None
    """Of the busiest month [kgCO2e/month, Y]"""
    vendor_share_max: float | None = None
    spot_share_max: float | None = None
    site_power_kw: float | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class FleetProgramme:
    """Everything the solver and the evaluator see."""

    candidates: FleetCandidates
    supplies: tuple[FleetSupply, ...]
    workload_names: tuple[str, ...]
    model_names: tuple[str, ...]
    vendor_names: tuple[str, ...]
    block_names: tuple[str, ...]
    block_hours: FloatArray
    """Hours of a year [h, B]."""
    world_probability: FloatArray
    """Adds up to 1 [W]."""
    demand: FloatArray
    """Requests or accepted images [W x J x Y x B]; deferrable: the year's in block 0."""
    demand_of_accepted: BoolArray
    """True: demand counts accepted images (no fallback). False: it counts requests [J]."""
    deferrable: BoolArray
    """True where work may be done in any block of its year [J]."""
    peak_factor: FloatArray
    """Busiest month over the mean month [1, J]; 1 for deferrable work."""
    one_option: BoolArray
    """True where one choice must serve a workload alone [J]."""
    stream_factor: Mapping[str, FloatArray]
    """Price of a stream over today's [1, W x Y]."""
    year_factor: FloatArray
    """Value today of a cost spread evenly over the months of a year [1, Y]."""
    start_factor: FloatArray
    """Value today of a cost at the beginning of a year, and at the horizon's end [1, Y + 1]."""
    later_factor: FloatArray = field(default_factory=lambda: np.zeros(0))
    """Value today of a cost spread over each year after the horizon, as many as commitments reach [1]."""
    model_upkeep: FloatArray
    """Upkeep of a kept model [money/year, M x Y]."""
    model_migration: FloatArray
    """Taking up of a model [money, M]; 0 for those that are in operation today."""
    demand_charge: FloatArray
    """Charge for the year's peak power [money/kW, W x Y]."""
    carbon_price: FloatArray
    """Internal price of location-based emissions; it steers, it is not cash [money/kgCO2e, Y]."""
    carbon_max: FloatArray | None = None
    """Most emissions of one picture of each workload, in every year [kgCO2e/image, J]; infinite where there is no
    limit, None where no workload has one."""
    rules: FleetRules = FleetRules()
    risk_weight: float = 0.0
    """0: expected cost alone; 1: CVaR alone."""
    tail_fraction: float = 0.1
    """Share of worlds, by probability, that the CVaR averages."""


@dataclass(frozen=True, eq=False, kw_only=True)
class FleetPlan:
    """What is done: plain arrays, nothing of the solver."""

    rows: IntArray
    """Candidates that serve anything, ascending [R]."""
    requests: FloatArray
    """Requests that each serves [R x W x Y x B]."""
    choices: tuple[int, ...]
    """Choices used, ascending."""
    kept: BoolArray
    """[M x Y]"""
    taken: BoolArray
    """[M x Y]"""
    buy: IntArray
    """[S x Y]"""
    units: IntArray
    """In service; for on demand and spot 0: see `on` and `hours` [S x Y]."""
    on: IntArray
    """[S x W x Y x B]"""
    hours: FloatArray
    """[S x W x Y x B]"""
    powered: IntArray
    """[S x W x Y x B]"""
    opened: BoolArray
    """[S]"""


@dataclass(frozen=True, eq=False, kw_only=True)
class FleetSolution:
    """A plan and what is known about it; `plan` is None when there is none."""

    status: Literal["optimal", "feasible", "infeasible"]
    """`optimal`; `feasible` within `gap`; or proven `infeasible`."""
    plan: FleetPlan | None
    objective: float
    """Recomputed from the plan: (1 - weight) * expected + weight * CVaR of the present value [money]."""
    bound: float
    """Proven: no plan has a lower objective [money]."""
    gap: float
    """(objective - bound) / |objective| [1]."""
    seconds: float
    solver: str
    solver_version: str
    tie_break: str
    """By what one of several equally cheap plans is chosen."""
    tied_by: tuple[str, ...]
    """What decided between this plan and one that costs the same; empty where there was no such plan."""
    candidates_total: int
    candidates_after_pruning: int
    dominated_by: IntArray
    """Per candidate the one that dominates it, or -1 [N]."""


Solve = Callable[[FleetProgramme], FleetSolution]
"""Whoever solves a programme."""
