"""What a plan consists of: choices, fleet, ledger, finance, levers, proof. Plain, frozen, without behaviour of
its own but sums.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.bars import Rulers
from roi.options.judged import ApiQuote, Rejection
from roi.options.price import Option
from roi.planning.entries import Ledger
from roi.scenario.document import Scenario
from roi.verify.review import Review


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """One option of the plan: what it serves, where, how much."""

    option: Option
    requests_by_year: tuple[float, ...]
    accepted_by_year: tuple[float, ...]
    """Accepted images by year; with a fallback every request ends with one."""

    def __repr__(self) -> str:
        """One line: what serves, where, how much."""
        offer = self.option.offer
        return (
            f"<PlanChoice {offer.id} / {offer.supply}: {math.fsum(self.accepted_by_year):,.0f} accepted images of "
            f"{self.option.workload!r} in {len(self.accepted_by_year)} years>"
        )


@dataclass(frozen=True, slots=True)
class FleetYear:
    """One supply in one year."""

    supply: str
    kind: str
    year: int
    units_bought: int
    units: int
    """In service; instances on at most at once for on demand and spot."""
    paid_hours: float
    """Unit-hours paid or powered [h]."""
    busy_hours: float
    """Unit-hours at work [h]."""
    utilization_fraction: float | None
    """Busy over paid or, for own and reserved units, over all hours of the year [1]; None without units."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a commitment still costs after the last year of the plan."""

    supply: str
    units: int
    signed_in_year: int
    """0 is the first year."""
    years: int
    """Years of it after the horizon, of each unit."""
    amount: float
    """All of them at the signed price, not discounted [money]."""


@dataclass(frozen=True, slots=True)
class FinanceResult:
    """The plan against the baseline. Amounts today's value unless said otherwise; NPV positive is good."""

    discount_rate_per_year: float
    horizon_years: int
    basis: str
    cash_flows: tuple[float, ...]
    """Monthly cash of the difference, index 0 = today; savings positive, after tax where a rate is given."""
    investment: float
    """One-off cash of the first day [money]."""
    npv: float
    irr: float | None
    """Per year."""
    irr_reason: str | None
    """Key in `roi.texts` why there is none."""
    roi_fraction: float | None
    """(PV of benefits - PV of costs) / PV of costs; costs are the one-off costs."""
    simple_payback_months: float | None
    discounted_payback_months: float | None
    unrealised_review_saving: float
    """Value today of saved working time that is not counted as cash [money]."""
    abatement_cost_per_tonne: float | None
    """-NPV over tonnes avoided; None when nothing is avoided or carbon is not disclosed."""
    avoided_kg_co2e: float | None
    """Location-based and embodied, all years; None when either side does not disclose it."""
    tax_paid: float
    """Value today of tax on the difference [money]; 0 before tax."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Totals of one course of action."""

    tco: float
    """Present value of all its cash [money]."""
    equivalent_annual_cost: float
    levelised_cost_per_accepted_image: float
    """PV(costs) / PV(accepted images)."""
    carbon_kg_co2e: float | None
    """Location-based and embodied as amortised, all years: the figure that decides, in options, caps and SCI."""
    market_carbon_kg_co2e: float | None
    """The same, market-based; None where a used supply states no market-based intensity."""
    energy_kwh: float


@dataclass(frozen=True, slots=True)
class Lever:
    """What one change alone brings against the baseline."""

    name: Literal["retries", "model", "both"]
    """`retries`: today's model, best attempts; `model`: best model, today's attempts; `both`: the plan without
    what else it changes."""
    worth: Worth | None
    """None when no option passes with this change alone."""
    reason: str | None
    """Key in `roi.texts` why there is none."""


@dataclass(frozen=True, slots=True)
class PlanAlternative:
    """A near-optimal plan of another model or another supply."""

    differs_by: Literal["model", "supply"]
    without: str
    """The model id or supply name that it does without."""
    choices: tuple[tuple[str, str, str], ...]
    """(workload, option id, supply) of each choice."""
    tco: float
    extra_cost_fraction: float
    settled_by: Literal["carbon", "quality", "delivery", "order"] | None = None
    """What the plan has before it at the same cost; None where the cost differs."""


@dataclass(frozen=True, slots=True)
class Change:
    """One rule and the value to which it would have to move."""

    rule: str
    limit: object
    needed: object


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change of rules that makes an impossible wish possible, and what it then costs."""

    kind: str
    """`smallest_change`, or `cheapest`: the change of the same rules with the cheapest answer."""
    workload: str | None
    changes: tuple[Change, ...]
    id: str | None
    """The profile or API that would serve; None when the whole plan moves."""
    supply: str | None
    cost_per_accepted_image: float | None
    """Cash [money]."""
    cost_per_month: float | None
    """Cash [money]."""


@dataclass(frozen=True, slots=True)
class SolverReport:
    """How the programme was solved."""

    name: str
    version: str
    status: str
    gap: float
    bound: float
    seconds: float
    candidates: int
    candidates_after_pruning: int
    tie_break: str
    tied_by: tuple[str, ...]
    """What decided between this plan and one that costs the same; empty where there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a recommendation and a plan both say of one scenario."""

    status: Literal["optimal", "feasible", "infeasible"]
    """`optimal`, `feasible` within the solver's gap, or `infeasible`."""
    scenario: Scenario
    options: tuple[Option, ...]
    """Every option that passed every gate, as the programme's candidates: in canonical order."""
    fleet: tuple[FleetYear, ...] = ()
    """Units and paid hours of each supply in each year."""
    owed: tuple[Owed, ...] = ()
    """What commitments still cost after the horizon; its value then is in the ledger as `owed`."""
    ledger: Ledger | None = None
    rejected: tuple[Rejection, ...]
    apis: dict[str, tuple[ApiQuote, ...]]
    """Every API by workload, cheapest first."""
    bar_excluded: dict[str, int]
    """Offers with an accepted figure that the quality bar alone keeps out, by workload."""
    rulers: dict[str, Rulers] = field(default_factory=dict)
    """What each quality bar keeps out, and where rulers disagree, by workload."""
    binding: tuple[str, ...]
    """Rules in conflict when there is no answer."""
    relaxations: tuple[Relaxation, ...]
    solver: SolverReport | None
    verified: bool
    """Evaluator and ledger agree, and `verification` judged rules and sums and found nothing amiss."""
    agrees: bool = False
    """Evaluator and ledger agree."""
    verification: Review | None = None
    """What was judged anew from the raw documents; None where nobody asked."""
    inputs_hash: str

    @property
    def sound(self) -> bool:
        """Verified, or as far as it can be.

        Of a plan over drawn futures the raw documents bear out the rules, and the sums are the evaluator's alone.
        """
        judged = self.verification
        in_part = judged is not None and judged.verified and not judged.whole
        return self.verified or (self.agrees and in_part)

    def shared(self) -> dict[str, Any]:
        """What any kind of answer says, by field: of it a recommendation and a plan are made."""
        return {each.name: getattr(self, each.name) for each in fields(Answer)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDecision(Answer):
    """Plan, ledgers, finance, proof and explanation for one scenario."""

    programme: FleetProgramme | None
    """What was solved."""
    plan: FleetPlan | None = None
    choices: tuple[PlanChoice, ...] = ()
    worth: Worth | None = None
    baseline: Ledger | None = None
    """None when no workload has a baseline."""
    baseline_worth: Worth | None = None
    without_baseline: tuple[str, ...]
    """Workloads that state no baseline; finance then is of the others, or none."""
    finance: FinanceResult | None = None
    levers: tuple[Lever, ...] = ()
    alternatives: tuple[PlanAlternative, ...] = ()
    baseline_programme: FleetProgramme | None = None
    """What was solved for those workloads that a model or a service serves today; None where there is none."""
    baseline_options: tuple[Option, ...] = ()
    """Options behind the baseline programme's candidates, in the same order."""
    baseline_plan: FleetPlan | None = None
    idle_power_w: dict[str, float] = field(default_factory=dict)
    """Power of one waiting board by supply, as profiles were measured [W]."""
    no_longer_fits: tuple[str, ...] = ()
    """Of a plan put under other inputs: the gates and families of constraints that it then breaks."""

    def __repr__(self) -> str:
        """One line: status, what serves, total cost and what it brings against today."""
        return f"<PlanDecision {state(self.status, self.verified)}: {self._answer()}>"

    def _answer(self) -> str:
        if self.worth is None:
            return f"no answer within {', '.join(self.binding) or 'the limits'}"
        money = self.scenario.currency
        gain = "no baseline" if self.finance is None else f"NPV {money} {self.finance.npv:,.0f}"
        return (
            f"{served_by([each.option for each in self.choices])}, TCO {money} {self.worth.tco:,.0f}, {gain}"
        )


def state(status: str, verified: bool) -> str:
    """Status of an answer, and whether it was verified."""
    return f"{status}, {'verified' if verified else 'not verified'}"


def served_by(options: Sequence[Option]) -> str:
    """Model, size and supply of each option, once."""
    offers = [option.offer for option in options]
    return " + ".join(
        dict.fromkeys(f"{each.model_name} ({each.width}x{each.height}) / {each.supply}" for each in offers)
    )
