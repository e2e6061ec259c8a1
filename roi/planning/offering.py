"""One named option of a workload, whatever gates it fails: what serves today, or what a plan chose before."""

from collections.abc import Sequence

from bench.profile import Profile
from roi.errors import RoiError
from roi.nearest import did_you_mean
from roi.options.offer import Offer
from roi.options.offers import api_offer, machine_offers
from roi.options.price import Option, batch_fits, option_of
from roi.options.terms import Values, machine_terms
from roi.scenario.document import Scenario
from roi.scenario.supply import Api
from roi.scenario.workload import Workload

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
    place = f"workload {workload.name!r}: "
    supply = next((each for each in scenario.supplies if each.name == supply_name), None)
    if supply is None:
        raise RoiError(f"{place}supply {supply_name!r} is not in the scenario; add it")
    if isinstance(supply, Api):
        return api_offer(workload, scenario.limits, supply, scenario.amount(supply.price_per_image))
    named = [profile for profile in profiles if profile.id == profile_id]
    if not named:
        raise RoiError(
            f"{place}profile {profile_id!r} is unknown; {did_you_mean(profile_id, {each.id for each in profiles})}"
            "`python -m bench library` lists those that are bundled, --profiles adds others"
        )
    found = list(machine_offers(workload, scenario.limits, named, [machine_terms(Values(scenario), supply)]))
    if not found:
        board = named[0].hardware.accelerator
        raise RoiError(
            f"{place}{profile_id} is of {board}, and supply {supply_name!r} has {supply.board}; "
            "name another of them"
        )
    fault = next((failure for failure in found[0].failures if failure.rule in UNPRICEABLE), None)
    if fault is not None:
        raise RoiError(f"{place}{profile_id}: {fault.reason}; name another profile")
    return found[0]


def tried(scenario: Scenario, workload: Workload, offer: Offer, images: int, attempts_max: int) -> Option:
    """The option of an offer with these numbers, whether or not the workload allows them.

    Raises
    ------
    RoiError
        When the profile's batch is larger than an attempt.
    """
    if not batch_fits(workload, offer, images):
        batch = offer.profile.config.batch_size if offer.profile else 1
        raise RoiError(
            f"workload {workload.name!r}: {offer.id} works in batches of {batch}, and an attempt has {images}; "
            "name a profile with a smaller batch"
        )
    return option_of(scenario, workload, offer, images, attempts_max)
