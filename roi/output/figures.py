"""Small pieces that JSON, page and explanation share: names, flags, amounts."""

from bench.boards import board
from roi.decision.answer import Alternative
from roi.options.offers import Offer
from roi.scenario.document import Scenario
from roi.texts import Language, text

WHOLE_UNIT_CURRENCIES = frozenset({"JPY", "KRW", "VND", "CLP"})
"""Currencies whose smallest coin is the unit itself (ISO 4217: no minor unit)."""


def gpu_name(offer: Offer) -> str | None:
    """The board's common name; None for an API."""
    if offer.profile is None:
        return None
    known = board(offer.profile.hardware.accelerator)
    return known.name if known else offer.profile.hardware.accelerator


def offer_label(offer: Offer) -> str:
    """Model, settings and supply on one line."""
    if offer.profile is None:
        return f"{offer.model_name} · {offer.supply}"
    config = offer.profile.config
    schemes = "+".join(sorted(set(config.quantization.values())))
    dtype = schemes or {"bfloat16": "bf16", "float16": "fp16", "float32": "fp32"}[config.dtype]
    settings = f"{config.width}x{config.height}, {config.num_inference_steps} steps, {dtype}"
    return f"{offer.model_name} ({settings}, batch {config.batch_size}) · {offer.supply}"


def money(amount: float, currency: str) -> str:
    """An amount large enough for whole coins: `JPY 184,200`, `USD 1,842.00`."""
    digits = 0 if currency in WHOLE_UNIT_CURRENCIES else 2
    return f"{currency} {amount:,.{digits}f}"


def unit_price(amount: float, currency: str) -> str:
    """A small amount with the digits it needs: `JPY 9.21`, `USD 0.0614`."""
    return f"{currency} {bare_price(amount, currency)}"


def bare_price(amount: float, currency: str) -> str:
    """The digits of `unit_price`."""
    if currency in WHOLE_UNIT_CURRENCIES or abs(amount) >= 1:
        return f"{amount:,.2f}" if abs(amount) >= 0.1 or amount == 0 else f"{amount:.2g}"
    return f"{amount:.4f}"


def flags(offer: Offer, language: Language) -> tuple[str, ...]:
    """What the published row does not state, and what stands in its place."""
    profile, found = offer.profile, []
    if offer.quality is not None and offer.quality.stderr is None:
        found.append("flag_stderr")
    if profile is not None and profile.speed is not None:
        if profile.speed.p95_batch_latency_s is None:
            found.append("flag_p95")
        if profile.speed.peak_memory_gib is None:
            found.append("flag_memory")
    if profile is not None and profile.config.denoiser_calls is None:
        found.append("flag_calls")
    return tuple(text(language, f"page.{name}") for name in found)


def difference_sentence(scenario: Scenario, alternative: Alternative, language: Language) -> str:
    """The component in which an alternative differs most, and by how much."""
    name = text(language, f"component.{alternative.component}")
    amount = bare_price(abs(alternative.component_difference), scenario.currency)
    sign = "+" if alternative.component_difference >= 0 else "-"
    return f"{name} {sign}{amount}"
