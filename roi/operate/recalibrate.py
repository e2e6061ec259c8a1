"""A scenario with what operation measured in the place of what was assumed, comments of its text kept.

Acceptance goes to the model in its workload; seconds of a look are scaled by what was measured over what was
planned, those of an attempt and those of an image alike; prices replace those of their supply; rates are the
caller's. Joules belong to profiles: those of the policy's settings are scaled likewise. How much of their time
boards worked is no figure of a scenario unless other work fills them: a stated utilization is a limit otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bench.profile import Profile
from roi.errors import OperationError
from roi.operate.approved import Approved
from roi.operate.measured import Mean, Measured, MeasuredUse, Price
from roi.scenario.acceptance import confidence, taken_up
from roi.scenario.document import Scenario
from roi.scenario.load import scenario_from_text
from roi.scenario.models import canonical_model
from roi.scenario.splice import measured_figure, with_entry
from roi.scenario.supply import Api, Own, Rent
from roi.scenario.written import Steps
from roi.texts.messages import Message, at


@dataclass(frozen=True)
class Taken:
    """One figure that was taken up, or why it was not."""

    what: str
    """Key of its sentence in the texts, under `operation_taken`."""
    values: Mapping[str, object]


@dataclass(frozen=True)
class Recalibrated:
    """The new text, what it reads as, the profiles with measured joules, and what was done."""

    text: str
    scenario: Scenario
    profiles: tuple[Profile, ...]
    taken: tuple[Taken, ...]


def recalibrated(
    text: str,
    place: str,
    found: Measured,
    held: Approved,
    profiles: Sequence[Profile],
    rates: Mapping[str, float],
    today: date,
    log_name: str,
) -> Recalibrated:
    """The scenario of a text that stands at a place, with what was measured.

    Raises
    ------
    OperationError
        When the scenario has none of the approved workloads or supplies.
    RoiError
        When a figure cannot be written there.
    """
    work = _Work(text, place, found, f"{log_name} {found.first} to {found.last}", today)
    for one in found.uses:
        work.take_acceptance(one)
        work.take_looks(one)
    for price in found.prices:
        work.take_price(price)
    for supply, share in found.utilization.items():
        work.take_utilization(supply, share)
    for currency, rate in rates.items():
        work.take_rate(currency, rate)
    scaled = tuple(work.with_joules(profile, held) for profile in profiles)
    return Recalibrated(work.text, work.scenario, scaled, tuple(work.taken))


class _Work:
    """The text as it is changed, figure by figure; it stays a valid scenario."""

    def __init__(self, text: str, place: str, found: Measured, said: str, today: date) -> None:
        self.text, self._place, self._found, self._said, self._today = text, place, found, said, today
        self.scenario = scenario_from_text(text, place)
        self.taken: list[Taken] = []

    def _put(self, steps: Steps, value: object) -> None:
        self.text = with_entry(self.text, steps, value)
        self.scenario = scenario_from_text(self.text, self._place)

    def _tell(self, what: str, **values: object) -> None:
        self.taken.append(Taken(what, values))

    def _workload(self, name: str) -> int:
        found = [place for place, each in enumerate(self.scenario.workloads) if each.name == name]
        if not found:
            raise OperationError(at(self._place, Message("operating.workload_missing", name=repr(name))))
        return found[0]

    def _figure(self, mean: Mean, unit: str | None = None, what: str = "95 % interval") -> dict[str, object]:
        return measured_figure(
            mean.value,
            mean.low,
            mean.high,
            f"{self._said}: n = {mean.n}, {what}",
            "high" if unit else confidence(mean.n),
            unit=unit,
            as_of=self._today.isoformat(),
        )

    def take_acceptance(self, one: MeasuredUse) -> None:
        """Of the model in its workload."""
        self._workload(one.use.workload)
        if one.acceptance is None:
            self._tell("acceptance_not", use=_name(one), why=one.acceptance_fault)
            return
        before = self.scenario.workloads[self._workload(one.use.workload)].acceptance_of(one.use.model_id)
        self.text = taken_up(self.text, self.scenario, one.use.workload, one.acceptance, self._said)
        self.scenario = scenario_from_text(self.text, self._place)
        after = self.scenario.workloads[self._workload(one.use.workload)].acceptance_of(one.use.model_id)
        self._tell(
            "acceptance",
            use=_name(one),
            before=before.mean.value,
            after=after.mean.value,
            low=after.mean.low,
            high=after.mean.high,
            n=one.acceptance.n_requests,
        )

    def take_looks(self, one: MeasuredUse) -> None:
        """Seconds of an attempt and of an image, in the proportion in which they stand."""
        planned, looks = one.use.review_seconds_per_attempt, one.looks_s
        if looks is None or not planned:
            return
        place = self._workload(one.use.workload)
        review = self.scenario.workloads[place].review
        for field in ("seconds_per_attempt", "seconds_per_image"):
            own = getattr(review, field).value / planned
            scaled = Mean(own * looks.value, own * looks.low, own * looks.high, looks.n)
            self._put(("workloads", place, "review", field), self._figure(scaled))
        self._tell(
            "looks",
            use=_name(one),
            before=planned,
            after=looks.value,
            low=looks.low,
            high=looks.high,
            n=looks.n,
        )

    def take_price(self, price: Price) -> None:
        """Of an hour or of an image."""
        kind, field = (Rent, "price_per_h") if price.unit == "h" else (Api, "price_per_image")
        for place, supply in enumerate(self.scenario.supplies):
            if supply.name == price.supply and isinstance(supply, kind):
                before = getattr(supply, field)
                currency = before.currency or self.scenario.currency
                self._put(
                    ("supplies", place, field),
                    self._figure(
                        price.mean, f"{price.currency}/{price.unit}", "bills, cheapest to dearest month"
                    ),
                )
                self._tell(
                    "price",
                    supply=price.supply,
                    before=f"{currency} {before.value:,.4g}",
                    after=f"{price.currency} {price.mean.value:,.4g}",
                    unit=price.unit,
                    n=price.mean.n,
                )

    def take_utilization(self, name: str, share: float) -> None:
        """Of servers that other work fills; of others it is said and left, being a limit."""
        for place, supply in enumerate(self.scenario.supplies):
            if supply.name != name or isinstance(supply, Api):
                continue
            before = supply.utilization_fraction.value
            if isinstance(supply, Own) and supply.shared and share:
                self._put(
                    ("supplies", place, "utilization_fraction"), self._figure(Mean(share, share, share, 1))
                )
                self._tell("utilization", supply=name, before=before, after=share)
            else:
                self._tell("utilization_not", supply=name, before=before, after=share)

    def take_rate(self, currency: str, rate: float) -> None:
        """Of a currency that the scenario uses."""
        before = self.scenario.exchange_rates.get(currency)
        if before is None:
            return
        said = {"value": rate, "source": "rate of the month of operation", "as_of": self._today.isoformat()}
        self._put(("exchange_rates", currency), said)
        self._tell("rate", currency=currency, before=before.value, after=rate)

    def with_joules(self, profile: Profile, held: Approved) -> Profile:
        """The profile of an approved setting with the joules that were measured; any other as it is."""
        mine = {setting.profile_id for work in held.policy.workloads for setting in work.settings}
        if profile.id not in mine or profile.energy is None:
            return profile
        for one in self._found.uses:
            planned, joules = one.use.energy_j_per_attempt, one.energy_j
            same = canonical_model(one.use.model_id) == canonical_model(profile.config.model_id)
            if not same or not planned or joules is None:
                continue
            self._tell(
                "joules",
                use=_name(one),
                before=planned,
                after=joules.value,
                low=joules.low,
                high=joules.high,
                n=joules.n,
            )
            per_image = profile.energy.energy_j_per_image * joules.value / planned
            document = profile.model_dump(mode="json")
            document["energy"]["energy_j_per_image"] = per_image
            return Profile.model_validate(document)
        return profile


def _name(one: MeasuredUse) -> str:
    """What people read of a use whose supply does not matter."""
    return f"{one.use.workload}: {one.use.model}"
