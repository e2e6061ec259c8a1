"""The gates of an offer that do not depend on the number of images or attempts, in the order of their reasons."""

from collections.abc import Callable, Sequence

from bench.boards import board, same_board
from roi.options.bars import guarded_figure, judgeable
from roi.options.offer import Failure, Offer
from roi.scenario.company_limits import Limits
from roi.scenario.workload import Workload

BYTES_PER_GB = 1e9
BYTES_PER_GIB = 2.0**30

Gate = Callable[[Workload, Limits, Offer], Failure | None]


def _energy_gate(_workload: Workload, _limits: Limits, offer: Offer) -> Failure | None:
    if offer.profile is not None and offer.profile.energy is None:
        return Failure("energy", "no energy figure", "no_energy", {})
    return None


def _speed_gate(_workload: Workload, _limits: Limits, offer: Offer) -> Failure | None:
    if offer.profile is not None and offer.profile.speed is None:
        return Failure("speed", "no speed figure", "no_speed", {})
    return None


def _boundary_gate(_workload: Workload, _limits: Limits, offer: Offer) -> Failure | None:
    energy = offer.profile.energy if offer.profile else None
    if energy and energy.boundary == "processor_and_memory":
        return Failure("energy", "joules of processor and memory alone", "processor_alone", {})
    if energy and energy.boundary == "gpu_net_idle" and energy.idle_power_w is None:
        return Failure("energy", "no idle power figure", "no_idle_power", {})
    return None


def _evidence_gate(_workload: Workload, limits: Limits, offer: Offer) -> Failure | None:
    kind = offer.profile.evidence.kind if offer.profile else "measured"
    if kind in limits.accept_evidence:
        return None
    accepted = list(limits.accept_evidence)
    return Failure("accept_evidence", f"evidence {kind}", "evidence", {"kind": kind}, accepted, kind)


def _quality_gate(workload: Workload, limits: Limits, offer: Offer) -> Failure | None:
    bar = workload.quality
    if bar.fid_max is None:
        return None
    return judgeable("FID", bar.reference, offer.quality, limits)


def _bar_gate(workload: Workload, _limits: Limits, offer: Offer) -> Failure | None:
    bar = workload.quality
    if offer.quality is None or bar.fid_max is None:
        return None
    guarded = guarded_figure(offer.quality, bar.z, higher_is_better=False)
    if guarded <= bar.fid_max:
        return None
    values: dict[str, object] = {"fid": guarded, "bar": bar.fid_max, "reference": bar.reference}
    return Failure("fid_max", "FID above the bar", "fid_above", values, bar.fid_max, guarded)


def _size_gate(workload: Workload, _limits: Limits, offer: Offer) -> Failure | None:
    pixels = offer.width * offer.height
    if pixels >= workload.min_pixels:
        return None
    values: dict[str, object] = {
        "width": offer.width,
        "height": offer.height,
        "min_pixels": workload.min_pixels,
    }
    return Failure("min_pixels", "image too small", "too_small", values, workload.min_pixels, pixels)


def _licence_gate(_workload: Workload, limits: Limits, offer: Offer) -> Failure | None:
    if offer.commercial_use in limits.accept_commercial_use:
        return None
    reason = {"no": "licence forbids commercial use", "unknown": "licence unknown"}.get(
        offer.commercial_use, "licence conditional"
    )
    licence = offer.profile.config.model_licence if offer.profile else None
    values: dict[str, object] = {
        "licence": licence.name if licence else "-",
        "answer": offer.commercial_use,
        "model": offer.model_name,
    }
    accepted = list(limits.accept_commercial_use)
    return Failure("accept_commercial_use", reason, "licence", values, accepted, offer.commercial_use)


def _country_gate(workload: Workload, _limits: Limits, offer: Offer) -> Failure | None:
    if not workload.countries or offer.country in workload.countries:
        return None
    values: dict[str, object] = {"country": offer.country or "?", "countries": ", ".join(workload.countries)}
    allowed = list(workload.countries)
    return Failure("countries", "country not allowed", "country", values, allowed, offer.country)


def _memory_gate(_workload: Workload, _limits: Limits, offer: Offer) -> Failure | None:
    if offer.profile is None or offer.machine is None or offer.profile.speed is None:
        return None
    peak = offer.profile.speed.peak_memory_gib
    known = board(offer.machine.board)
    if peak is None or known is None or known.memory_gb is None:
        return None
    memory_gib = known.memory_gb * BYTES_PER_GB / BYTES_PER_GIB
    if peak <= memory_gib:
        return None
    values: dict[str, object] = {"peak": peak, "memory": memory_gib, "board": offer.machine.board}
    return Failure("memory", "does not fit the board's memory", "memory", values)


def _boards_gate(_workload: Workload, _limits: Limits, offer: Offer) -> Failure | None:
    if offer.profile is None or offer.machine is None:
        return None
    wanted = offer.profile.hardware.accelerator_count
    if wanted <= offer.machine.gpu_count:
        return None
    values: dict[str, object] = {"wanted": wanted, "count": offer.machine.gpu_count}
    return Failure("gpu_count", "needs more boards than the instance has", "boards", values)


def _is_any(name: str, boards: Sequence[str]) -> bool:
    return any(same_board(name, wanted) for wanted in boards)


def _asked_board_gate(_workload: Workload, limits: Limits, offer: Offer) -> Failure | None:
    if not limits.boards or (offer.machine is not None and _is_any(offer.machine.board, limits.boards)):
        return None
    values: dict[str, object] = {"boards": ", ".join(limits.boards)}
    return Failure("boards", "not the board asked for", "other_board", values)


def _batch_gate(workload: Workload, _limits: Limits, offer: Offer) -> Failure | None:
    batch_size = offer.profile.config.batch_size if offer.profile else 1
    largest = max(workload.images_per_attempt)
    if workload.deferrable or batch_size <= largest:
        return None
    values: dict[str, object] = {"batch_size": batch_size, "largest": largest}
    return Failure("images_per_attempt", "batch larger than an attempt", "batch", values, largest, batch_size)


def _market_gate(_workload: Workload, limits: Limits, offer: Offer) -> Failure | None:
    """A market-based cap is not judged by a location-based stand-in."""
    cap, machine = limits.market_carbon_cap_per_year, offer.machine
    if cap is None or machine is None or machine.market_grid_intensity_kg_co2e_per_kwh is not None:
        return None
    values: dict[str, object] = {"supply": machine.name}
    return Failure(
        "market_carbon_cap_per_year", "no market-based intensity", "no_market_intensity", values, cap.value
    )


def _disclosure_gate(workload: Workload, limits: Limits, offer: Offer) -> Failure | None:
    """The first rule in force that cannot be judged without carbon."""
    asked = {
        "carbon_max": workload.carbon_max,
        **limits.carbon_caps,
        "internal_carbon_price": limits.internal_carbon_price,
    }
    rule = next((name for name, figure in asked.items() if figure is not None), None)
    disclosed = offer.machine is not None and offer.machine.embodied_kg_co2e_per_gpu is not None
    if rule is None or disclosed:
        return None
    stated = None if rule == "internal_carbon_price" else asked[rule]
    limit = None if stated is None else stated.value
    if offer.machine is None:
        return Failure(rule, "carbon not disclosed", "not_disclosed", {"vendor": offer.vendor}, limit)
    return Failure(rule, "no embodied carbon figure", "no_embodied", {"board": offer.machine.board}, limit)


MACHINE_GATES: tuple[Gate, ...] = (
    _asked_board_gate,
    _energy_gate,
    _speed_gate,
    _boundary_gate,
    _evidence_gate,
    _quality_gate,
    _bar_gate,
    _size_gate,
    _licence_gate,
    _country_gate,
    _memory_gate,
    _boards_gate,
    _batch_gate,
    _market_gate,
    _disclosure_gate,
)
API_GATES: tuple[Gate, ...] = (
    _asked_board_gate,
    _quality_gate,
    _bar_gate,
    _size_gate,
    _licence_gate,
    _country_gate,
    _disclosure_gate,
)
