"""What was judged: offers that may not serve a workload, and APIs beside the choice."""

from dataclasses import dataclass

from roi.options.offer import Failure, Offer
from roi.options.price import Option


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
    option: Option | None
    """With its cheapest numbers of images and attempts; None when none delivers often enough."""
    failures: tuple[Failure, ...]
    cost_per_accepted_image: float | None = None
    """As the only source of the workload, over the years of the plan [money]; None without an option."""
