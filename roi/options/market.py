"""Everything that could serve each workload: offers with their failures, options with theirs."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.boards import same_board
from bench.profile import Profile
from roi.options.bars import FID_RULE, Rulers, rulers
from roi.options.judged import ApiQuote, Rejection
from roi.options.limits import option_failures
from roi.options.offer import Failure, Offer
from roi.options.offers import api_offer, machine_offers
from roi.options.price import Option, options
from roi.options.terms import MachineTerms, Values, machine_terms
from roi.scenario.document import Scenario
from roi.scenario.supply import Api
from roi.scenario.workload import Workload


@dataclass(frozen=True, slots=True)
class Market:
    """Offers and options of one workload."""

    workload: Workload
    offers: tuple[Offer, ...]
    options: tuple[Option, ...]
    """Those that pass every gate, in canonical order."""
    rejected: tuple[Rejection, ...]
    apis: tuple[ApiQuote, ...]
    rulers: Rulers
    """What each bar keeps out, and where rulers disagree."""

    @property
    def bar_excluded(self) -> int:
        """Offers that the bar of the FID alone keeps out."""
        return next((each.alone for each in self.rulers.bars if each.bar.rule == FID_RULE), 0)


def market(scenario: Scenario, workload: Workload, profiles: Sequence[Profile]) -> Market:
    """All offers for a workload, the options that pass, and a reason for each that does not."""
    read = Values(scenario)
    machines = [machine_terms(read, each) for each in scenario.supplies if not isinstance(each, Api)]
    offers = (
        *machine_offers(workload, scenario.limits, profiles, machines),
        *(
            api_offer(workload, scenario.limits, supply, read.amount(supply.price_per_image))
            for supply in scenario.supplies
            if isinstance(supply, Api)
        ),
    )
    passed: list[Option] = []
    rejected = [
        _without_supply(workload, profile) for profile in profiles if not _has_board(profile, machines)
    ]
    for offer in offers:
        found, failures = _judge(scenario, workload, offer)
        passed.extend(found)
        if failures:
            rejected.append(Rejection(workload.name, offer.id, offer.model_name, offer.supply, failures))
    return Market(
        workload=workload,
        offers=offers,
        options=tuple(sorted(passed, key=lambda option: option.key)),
        rejected=tuple(sorted(rejected, key=lambda item: (item.id, item.supply or ""))),
        apis=tuple(_quote(scenario, workload, offer) for offer in offers if offer.machine is None),
        rulers=rulers(workload, offers, scenario.limits),
    )


def _judge(scenario: Scenario, workload: Workload, offer: Offer) -> tuple[list[Option], tuple[Failure, ...]]:
    """Options of an offer that pass; when none does, the failures of the one that fails least."""
    if offer.failures:
        return [], offer.failures
    passed, failed = [], []
    for option in options(scenario, workload, offer):
        failures = option_failures(workload, option)
        if failures:
            failed.append((len(failures), option.key, failures))
        else:
            passed.append(option)
    return passed, () if passed or not failed else min(failed, key=lambda item: item[:2])[2]


def _has_board(profile: Profile, machines: Sequence[MachineTerms]) -> bool:
    return any(same_board(profile.hardware.accelerator, machine.board) for machine in machines)


def _without_supply(workload: Workload, profile: Profile) -> Rejection:
    accelerator = profile.hardware.accelerator
    failure = Failure("supplies", "no supply for this board", "no_supply", {"board": accelerator})
    return Rejection(workload.name, profile.id, profile.config.model_name, None, (failure,))


def _quote(scenario: Scenario, workload: Workload, offer: Offer) -> ApiQuote:
    priced = [(option, option_failures(workload, option)) for option in options(scenario, workload, offer)]
    delivering = [option for option, failures in priced if not any(f.rule == "deliver_min" for f in failures)]
    cheapest = min(delivering, key=lambda option: (option.cost_per_accepted_image, option.key), default=None)
    own = () if cheapest is None else option_failures(workload, cheapest)
    return ApiQuote(offer, cheapest, offer.failures + own)
