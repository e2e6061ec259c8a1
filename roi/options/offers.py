"""Who can make the picture: every profile on every machine of its board, and every API, with what each fails."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.boards import same_board
from bench.library import figure_for, quality_of_model
from bench.models import model_info
from bench.profile import Profile
from roi.options.bars import bar_failures
from roi.options.gates import API_GATES, MACHINE_GATES, Gate
from roi.options.offer import Offer
from roi.options.terms import MachineTerms
from roi.scenario.company_limits import Limits
from roi.scenario.supply import Api
from roi.scenario.workload import Workload


def machine_offers(
    workload: Workload, limits: Limits, profiles: Sequence[Profile], machines: Sequence[MachineTerms]
) -> Iterator[Offer]:
    """Every profile on every machine of its board, failures attached."""
    for machine in machines:
        for profile in profiles:
            if same_board(profile.hardware.accelerator, machine.board):
                yield _judged(workload, limits, _machine_offer(workload, profile, machine), MACHINE_GATES)


def api_offer(workload: Workload, limits: Limits, supply: Api, price_per_image: float) -> Offer:
    """An API with its failures; an open model of the same name lends its figure, judged at the API's own size."""
    known = model_info(supply.model)
    offer = Offer(
        profile=None,
        supply=supply.name,
        kind=supply.kind,
        vendor=supply.vendor,
        model_id=known.model_id if known else supply.model,
        model_name=known.name if known else supply.model,
        width=supply.width,
        height=supply.height,
        country=supply.country,
        commercial_use=supply.commercial_use,
        quality=quality_of_model(supply.model, workload.quality.reference, (supply.width, supply.height)),
        machine=None,
        api=supply,
        price_per_image=price_per_image,
        bar_figures=tuple(
            quality_of_model(supply.model, bar.reference, (supply.width, supply.height))
            for bar in workload.quality.bars
        ),
    )
    return _judged(workload, limits, offer, API_GATES)


def _machine_offer(workload: Workload, profile: Profile, machine: MachineTerms) -> Offer:
    licence = profile.config.model_licence
    return Offer(
        profile=profile,
        supply=machine.name,
        kind=machine.kind,
        vendor=machine.vendor,
        model_id=profile.config.model_id,
        model_name=profile.config.model_name,
        width=profile.config.width,
        height=profile.config.height,
        country=machine.country,
        commercial_use=licence.commercial_use if licence else "unknown",
        quality=figure_for(profile, workload.quality.reference),
        machine=machine,
        api=None,
        price_per_image=0.0,
        bar_figures=tuple(figure_for(profile, bar.reference) for bar in workload.quality.bars),
    )


def _judged(workload: Workload, limits: Limits, offer: Offer, gates: Sequence[Gate]) -> Offer:
    failures = tuple(found for gate in gates if (found := gate(workload, limits, offer)) is not None)
    failures += tuple(bar_failures(workload, limits, offer))
    return replace(offer, failures=failures) if failures else offer
