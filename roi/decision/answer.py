"""What a recommendation consists of: choices, near-equals, rejections, proof. Plain, frozen, without behaviour."""

import math
from dataclasses import dataclass, field

from roi.options.price import Option
from roi.planning.answer import Answer, served_by, state
from roi.planning.assemble import Present


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of the answer, what it serves, and what a picture of it costs and emits over the years.

    What whole units cost and emit, their waiting included, is shared by those that work on them by board time.
    """

    option: Option
    share_fraction: float
    """Of its workload's accepted images over all years [1]."""
    accepted_images_per_month: float
    """In the mean month of all years."""
    requests_per_month: float
    """In the mean month of all years."""
    cost_components: dict[str, float]
    """Value today of what an accepted image costs, by component of `roi.planning.answer`; they add up [money]."""
    internal_carbon_cost_per_accepted_image: float
    """What an internal carbon price adds to the cost that steers [money]; it is not cash."""
    energy_kwh_per_accepted_image: float | None
    """At the facility's meter; None for an API."""
    operational_kg_co2e_per_accepted_image: float | None
    """Location-based; None for an API."""
    market_kg_co2e_per_accepted_image: float | None
    """Market-based; None where no intensity is stated."""
    embodied_kg_co2e_per_accepted_image: float | None
    """None where nobody published the board's figure."""
    utilization_fraction: float | None
    """Share of paid hours in which boards work, of all hours where its supply is owned or reserved [1]; None where
    nothing but work is paid."""

    def __repr__(self) -> str:
        """One line: what serves, how much of it, at what cost."""
        return (
            f"<Choice {self.option.offer.id} / {self.option.offer.supply}: {self.share_fraction:.0%} of "
            f"{self.option.workload!r}, {self.cost_per_accepted_image:.4g} per accepted image>"
        )

    @property
    def cost_per_accepted_image(self) -> float:
        """Cash of one accepted image, value today over value today [money]."""
        return math.fsum(self.cost_components.values())

    @property
    def steering_cost_per_accepted_image(self) -> float:
        """Cash and what an internal carbon price adds [money]."""
        return self.cost_per_accepted_image + self.internal_carbon_cost_per_accepted_image

    @property
    def carbon_kg_co2e_per_accepted_image(self) -> float | None:
        """Operational (location-based) plus embodied; None when either is not known."""
        operational, embodied = (
            self.operational_kg_co2e_per_accepted_image,
            self.embodied_kg_co2e_per_accepted_image,
        )
        return None if operational is None or embodied is None else operational + embodied


@dataclass(frozen=True, slots=True)
class Alternative:
    """A near-equal of a choice: another model or another supply, in whole units as the choice is."""

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
    carbon_kg_co2e_per_accepted_image: float | None
    """Operational (location-based) plus embodied; None when either is not known."""
    component: str
    """The cost component in which it differs most from the choice."""
    component_difference: float
    """By how much [money per accepted image]."""
    tied: bool
    """Whether it costs what the choice costs, which carbon, quality, delivery or order then settled."""
    trial_looks: int | None
    """Pictures of each model that people would have to judge to tell the two apart; None where that settles
    nothing."""


@dataclass(frozen=True, slots=True)
class WithoutBar:
    """The answer if any figure on one ruler would do."""

    rule: str
    """Of `roi.options.bars`."""
    cost_per_accepted_image: float
    """Cash over all workloads, as that of the decision [money]."""
    option: Option
    """What would serve most of the workload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Answer):
    """Answer, proof and explanation for one scenario: the first rung of a plan."""

    choices: tuple[Choice, ...] = ()
    cost_per_accepted_image: float | None = None
    """Cash over all workloads: value today of all costs over that of all accepted images [money]."""
    alternatives: dict[str, tuple[Alternative, ...]] = field(default_factory=dict)
    """Near-equals by workload, nearest first."""
    present: Present
    """What is known beside the scenario: models in operation, power of waiting boards."""
    without_bar: dict[str, tuple[WithoutBar, ...]] = field(default_factory=dict)
    """What the answer would be without one of the bars beside the FID, by workload; only bars that alone keep
    something out."""

    def serving(self, workload: str) -> list[Choice]:
        """The choices of one workload."""
        return [choice for choice in self.choices if choice.option.workload == workload]

    def __repr__(self) -> str:
        """One line: status, what serves, cost of an accepted image."""
        return f"<Decision {state(self.status, self.verified)}: {self._answer()}>"

    def _answer(self) -> str:
        if self.cost_per_accepted_image is None:
            return f"no answer within {', '.join(self.binding) or 'the limits'}"
        return (
            f"{served_by([each.option for each in self.choices])}, {self.scenario.currency} "
            f"{self.cost_per_accepted_image:,.2f} per accepted image"
        )
