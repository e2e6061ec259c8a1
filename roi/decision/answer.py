"""What a decision consists of: choices, near-equals, rejections, proof. Plain, frozen, without behaviour."""

from dataclasses import dataclass

from roi.options.offer import Failure, Offer
from roi.options.price import Option
from roi.scenario.document import Scenario


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of the plan and what it serves."""

    option: Option
    requests_per_month: float
    model_cost_per_accepted_image: float
    """Its share of the standing cost of keeping the model [money]."""
    internal_carbon_cost_per_accepted_image: float = 0.0
    """What an internal carbon price adds to the cost that steers [money]; it is not cash."""

    @property
    def cost_components(self) -> dict[str, float]:
        """Money of one accepted image by component; they add up to `cost_per_accepted_image`."""
        costs = {name: cost / self.option.delivered for name, cost in self.option.components.items()}
        if self.model_cost_per_accepted_image:
            costs["model"] = self.model_cost_per_accepted_image
        return costs

    @property
    def cost_per_accepted_image(self) -> float:
        """Cash of one accepted image."""
        return self.option.cost_per_accepted_image + self.model_cost_per_accepted_image

    @property
    def accepted_images_per_month(self) -> float:
        """Accepted images that this choice serves in a month."""
        return self.requests_per_month * self.option.delivered


@dataclass(frozen=True, slots=True)
class Alternative:
    """A near-equal of a choice: another model or another supply."""

    option: Option
    cost_per_accepted_image: float
    """Cash [money]."""
    internal_carbon_cost_per_accepted_image: float
    """What an internal carbon price adds to the cost that steers [money]; it is not cash."""
    extra_cost_fraction: float | None
    """How much more it costs than the choice [1], by the cost that steers; None when the choice costs nothing."""
    same_pictures: bool
    """Whether its model is that of the choice, so that both pass equally often."""
    break_even_acceptance: float | None
    """Mean acceptance of its pictures at which it would be the choice; None when no acceptance would do: its
    pictures are those of the choice, it is dearer even if all pass, or it costs less already and the plan as a
    whole keeps it out."""
    break_even_price_fraction: float | None
    """Share by which its rent, hardware and electricity, or its API's price, would have to fall [1]; None when
    even that is not enough."""
    acceptance: float
    """Mean acceptance that was used for it."""
    component: str
    """The cost component in which it differs most from the choice."""
    component_difference: float
    """By how much [money per accepted image]."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A profile or API that may not serve a workload, with the first reason and every other."""

    workload: str
    id: str
    model_name: str
    supply: str | None
    failures: tuple[Failure, ...]

    @property
    def first(self) -> Failure:
        """The reason that is named; the gates stand in order of how little can be done about them."""
        return self.failures[0]


@dataclass(frozen=True, slots=True)
class ApiQuote:
    """An API's price beside the choice, whether or not it passes the gates."""

    offer: Offer
    cost_per_accepted_image: float | None
    """None when no number of attempts within the limits delivers often enough."""
    failures: tuple[Failure, ...]


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


@dataclass(frozen=True, slots=True)
class Decision:
    """Plan, proof and explanation for one scenario."""

    status: str
    """`optimal`, `feasible` within the solver's gap, or `infeasible`."""
    scenario: Scenario
    choices: tuple[Choice, ...]
    alternatives: dict[str, tuple[Alternative, ...]]
    """Near-equals by workload, nearest first."""
    options: tuple[Option, ...]
    """Every option that passed every gate, in canonical order."""
    rejected: tuple[Rejection, ...]
    apis: dict[str, tuple[ApiQuote, ...]]
    """Every API by workload, cheapest first."""
    bar_excluded: dict[str, int]
    """Offers with an accepted figure that the quality bar alone keeps out, by workload."""
    binding: tuple[str, ...]
    """Rules in conflict when there is no answer."""
    relaxations: tuple[Relaxation, ...]
    solver: SolverReport | None
    verified: bool
    """Evaluator and second route agree with the programme."""
    inputs_hash: str
