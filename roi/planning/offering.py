"""One named option of a workload, whatever gates it fails: what serves today, or what a plan chose before."""

from collections.abc import Sequence

from bench.profile import Profile
from roi.errors import RoiError
from roi.nearest import did_you_mean
from roi.options.offer import Failure, Offer
from roi.options.offers import api_offer, machine_offers
from roi.options.price import Option, batch_fits, option_of
from roi.options.terms import Values, machine_terms
from roi.scenario.document import Scenario
from roi.scenario.supply import Api
from roi.scenario.workload import Workload
from roi.texts.messages import Message, at

UNPRICEABLE = frozenset({"energy", "speed", "gpu_count"})
"""Gates without which nothing can be priced."""


def offer_of(
    scenario: Scenario, workload: Workload, supply_name: str, profile_id: str, profiles: Sequence[Profile]
) -> Offer:
    """The offer of a supply, with a profile where it is a machine.

    Raises
    ------
    RoiError
        When supply or profile is unknown, or the profile is of another board or cannot be priced.
    """
    supply = next((each for each in scenario.supplies if each.name == supply_name), None)
    if supply is None:
        raise RoiError(_of(workload, Message("planning.no_supply", supply=repr(supply_name))))
    if isinstance(supply, Api):
        return api_offer(workload, scenario.limits, supply, scenario.amount(supply.price_per_image))
    named = [profile for profile in profiles if profile.id == profile_id]
    if not named:
        meant = did_you_mean(profile_id, {each.id for each in profiles})
        raise RoiError(_of(workload, Message("planning.no_profile", given=repr(profile_id), meant=meant)))
    found = list(machine_offers(workload, scenario.limits, named, [machine_terms(Values(scenario), supply)]))
    if not found:
        sentence = Message(
            "planning.other_board",
            profile=profile_id,
            board=named[0].hardware.accelerator,
            supply=repr(supply_name),
            other=supply.board,
        )
        raise RoiError(_of(workload, sentence))
    fault = next((failure for failure in found[0].failures if failure.rule in UNPRICEABLE), None)
    if fault is not None:
        sentence = Message("planning.unpriceable", profile=profile_id, reason=_unpriceable(fault))
        raise RoiError(_of(workload, sentence))
    return found[0]


def _of(workload: Workload, sentence: Message) -> Message:
    return at(Message("word.workload", name=repr(workload.name)), sentence)


def _unpriceable(fault: Failure) -> Message:
    """Why an offer has no price, in few words."""
    return Message(f"planning.{fault.text}", **fault.values)


def tried(scenario: Scenario, workload: Workload, offer: Offer, images: int, attempts_max: int) -> Option:
    """The option of an offer with these numbers, whether or not the workload allows them.

    Raises
    ------
    RoiError
        When the profile's batch is larger than an attempt.
    """
    if not batch_fits(workload, offer, images):
        batch = offer.profile.config.batch_size if offer.profile else 1
        sentence = Message("planning.batch", offer=offer.id, batch=batch, images=images)
        raise RoiError(_of(workload, sentence))
    return option_of(scenario, workload, offer, images, attempts_max)
