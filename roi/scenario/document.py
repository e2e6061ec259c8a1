"""The scenario: everything a decision rests on except the profiles, in one frozen, closed document.

Units stand in the type of each field (`roi.figure`). The text under a field is what the template,
the command line and the app print about it.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from roi.figure import Currency, Figure, Input, Name, figures
from roi.nearest import did_you_mean
from roi.scenario.baseline import ApiBaseline, ExternalBaseline
from roi.scenario.company_limits import Limits
from roi.scenario.models import ModelKey, canonical_model
from roi.scenario.money import ExchangeRate, Finance, Labour, ModelCost
from roi.scenario.proposal import Proposal
from roi.scenario.site import Site
from roi.scenario.supply import Api, Own, Rent, Supply
from roi.scenario.workload import Workload
from roi.texts.messages import Message, at, lines


class Scenario(Input):
    """All inputs of one decision."""

    schema_version: Literal[1]
    """Version of this contract."""
    name: Name
    """What the decision is about."""
    proposal: Proposal = Proposal()
    """The head of the approval document."""
    currency: Currency
    """Currency of the answer."""
    price_year: Annotated[int, Field(ge=2000, le=2100)]
    """Year whose prices the money figures are in; cited grid intensities are of the latest year up to it."""
    exchange_rates: dict[Currency, ExchangeRate] = {}
    """Rates for every other currency in use."""
    site: Site
    """Where owned hardware stands."""
    labour: Labour
    """Reviewers."""
    finance: Finance
    """Rates and horizon."""
    limits: Limits = Limits()
    """Company-wide limits."""
    workloads: Annotated[tuple[Workload, ...], Field(min_length=1)]
    """Kinds of pictures, a list even when there is one."""
    supplies: Annotated[tuple[Supply, ...], Field(min_length=1)]
    """Where images can come from."""
    model_cost: ModelCost | None = None
    """Standing cost of any model in operation; none when left out."""
    model_cost_by_model: dict[ModelKey, ModelCost] = {}
    """The same for models whose standing cost is known apart, by model id, name or alias."""

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        faults = [*_repeated("workload", self.workloads), *_repeated("supply", self.supplies)]
        faults += [
            at(
                place,
                Message(
                    "fault.figure_without_rate",
                    value=figure.value,
                    unit=figure.unit,
                    currency=figure.currency,
                ),
            )
            for place, figure, spec in figures(self)
            if spec.is_money and figure.currency not in (None, self.currency, *self.exchange_rates)
        ]
        if self.site.electricity_price is None and any(isinstance(supply, Own) for supply in self.supplies):
            faults.append(at("site.electricity_price", Message("fault.tariff_needed")))
        if self.currency in self.exchange_rates:
            faults.append(at("exchange_rates", Message("fault.rate_of_own", currency=self.currency)))
        faults += [*_baseline_faults(self), *_block_faults(self)]
        if faults:
            raise ValueError(lines(faults))
        return self

    def __repr__(self) -> str:
        """One line; `model_dump()` gives everything."""
        kinds, sources = len(self.workloads), len(self.supplies)
        return (
            f"<Scenario {self.name!r}: {kinds} workload{'s' * (kinds != 1)}, {sources} "
            f"suppl{'y' if sources == 1 else 'ies'}, {self.finance.horizon_years.value:g} years, {self.currency}>"
        )

    __str__ = __repr__

    def amount(self, figure: Figure) -> float:
        """The money figure in the scenario's currency."""
        currency = figure.currency
        if currency is None or currency == self.currency:
            return figure.value
        return figure.value * self.exchange_rates[currency].value

    def cost_of_model(self, model_id: str) -> ModelCost | None:
        """Standing cost of a model under any of its names: its own, else that of any model."""
        return self.model_cost_by_model.get(canonical_model(model_id), self.model_cost)

    def workload(self, name: str) -> Workload | None:
        """The workload of that name."""
        return next((workload for workload in self.workloads if workload.name == name), None)


def _repeated(kind: str, items: tuple[Workload, ...] | tuple[Rent | Own | Api, ...]) -> list[Message]:
    names = [item.name for item in items]
    return [
        Message(f"fault.{kind}_twice", name=repr(name))
        for name in sorted({n for n in names if names.count(n) > 1})
    ]


def _baseline_faults(scenario: Scenario) -> Iterator[Message]:
    """A baseline names a supply that exists and is of its kind."""
    for index, workload in enumerate(scenario.workloads):
        baseline = workload.baseline
        if baseline is None or isinstance(baseline, ExternalBaseline):
            continue
        kinds = (Api,) if isinstance(baseline, ApiBaseline) else (Rent, Own)
        names = [supply.name for supply in scenario.supplies if isinstance(supply, kinds)]
        if baseline.supply not in names:
            sentence = Message(
                "fault.baseline_supply",
                given=repr(baseline.supply),
                kind=repr(baseline.kind),
                meant=did_you_mean(baseline.supply, names),
                known=", ".join(repr(name) for name in names) or Message("fault.no_supply_of_kind"),
            )
            yield at(f"workloads[{index}].baseline.supply", sentence)


def _block_faults(scenario: Scenario) -> Iterator[Message]:
    """Shares by block name the site's blocks."""
    known = [block.name for block in scenario.site.time_blocks]
    for index, workload in enumerate(scenario.workloads):
        unknown = sorted(set(workload.share_by_block) - set(known))
        if unknown:
            sentence = Message(
                "fault.no_such_block",
                given=repr(unknown[0]),
                meant=did_you_mean(unknown[0], known),
                known=", ".join(repr(name) for name in known) or Message("fault.no_blocks"),
            )
            yield at(f"workloads[{index}].share_by_block", sentence)
