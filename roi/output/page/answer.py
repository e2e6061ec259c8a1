"""The choice itself: cost, energy, carbon, quality, attempts, speed, evidence, a line each."""

import math
from collections.abc import Sequence

from roi.amounts import bare_price, energy, mass, money, quantity, unit_price
from roi.decision.answer import Choice, Decision
from roi.output.figures import (
    attempts_words,
    bought,
    costlier,
    flags,
    offer_label,
    owed_sentence,
    quality_words,
)
from roi.output.rulers import ruler_lines
from roi.paper import Named, Sentence
from roi.scenario.workload import Workload
from roi.texts import Language, text


def answer_rows(decision: Decision, workload: Workload, choice: Choice, language: Language) -> Named:
    """The choice and its figures, one row each."""
    rows = Named()
    rows.add(text(language, "page.answer"), Sentence(offer_label(choice.option.offer), tone="good"))
    for name, value in (
        ("total", workload_total(decision, (choice,), language)),
        ("full_use", _full_use(decision, choice, language)),
        ("machines", _machines(decision, choice, language)),
        ("owed", _owed(decision, choice, language)),
        ("components", _components(decision, choice, language)),
        ("steering", _steering(decision, choice, language)),
        ("energy", _energy(choice, language)),
        ("carbon", f"{_carbon(choice, language)}{_carbon_left_out(choice, language)}"),
        ("quality", quality_sentence(decision, workload, choice, language)),
        ("rulers", "\n".join(ruler_lines(decision, workload, choice, language))),
        ("attempts", attempts_words(choice.option, language)),
        ("speed", _speed(choice, language)),
        ("evidence", _evidence(choice, language)),
    ):
        if value:
            rows.add(text(language, f"page.{name}"), value)
    return rows


def _components(decision: Decision, choice: Choice, language: Language) -> str:
    currency = decision.scenario.currency
    costs = sorted(choice.cost_components.items(), key=lambda item: -item[1])
    return ", ".join(
        f"{text(language, f'component.{name}')} {bare_price(cost, currency)}" for name, cost in costs
    )


def _full_use(decision: Decision, choice: Choice, language: Language) -> str:
    """The price if paid hours, or all of an own server, were filled to the stated share, and how far they are."""
    used, stated = choice.utilization_fraction, choice.option.attempt.utilization_fraction
    if used is None or stated is None:
        return ""
    currency = decision.scenario.currency
    return text(
        language,
        "page.full_use_value_own" if bought(decision, choice) else "page.full_use_value",
        cost=unit_price(choice.option.cost_per_accepted_image, currency, language),
        stated=stated,
        used=used,
    )


def _machines(decision: Decision, choice: Choice, language: Language) -> str:
    """Units and paid hours of the choice's supply in the first year in which it has any, and where it has most."""
    mine = [year for year in decision.fleet if year.supply == choice.option.offer.supply and year.units]
    if not mine:
        return ""
    first, most = mine[0], max(mine, key=lambda year: year.units)
    key = "page.machines_value_own" if bought(decision, choice) else "page.machines_value"
    said = text(language, key, count=first.units, hours=quantity(first.paid_hours))
    if most.units == first.units:
        return said
    more = text(
        language, "page.machines_more", count=most.units, hours=quantity(most.paid_hours), year=most.year + 1
    )
    return f"{said}{more}"


def _owed(decision: Decision, choice: Choice, language: Language) -> str:
    return "; ".join(
        owed_sentence(each, decision.scenario.currency, language)
        for each in decision.owed
        if each.supply == choice.option.offer.supply
    )


def _steering(decision: Decision, choice: Choice, language: Language) -> str:
    if decision.scenario.limits.internal_carbon_price is None:
        return ""
    currency, carbon = decision.scenario.currency, choice.internal_carbon_cost_per_accepted_image
    return text(
        language,
        "page.steering_value",
        carbon=unit_price(carbon, currency, language),
        total=unit_price(choice.cost_per_accepted_image + carbon, currency, language),
    )


def workload_total(decision: Decision, choices: Sequence[Choice], language: Language) -> str:
    """Cost of an accepted image and of a month over all parts of a workload, over the years of the scenario."""
    currency = decision.scenario.currency
    images = math.fsum(choice.accepted_images_per_month for choice in choices)
    month = math.fsum(choice.cost_per_accepted_image * choice.accepted_images_per_month for choice in choices)
    return text(
        language,
        "page.total_value",
        cost=unit_price(month / images, currency, language),
        month=money(month, currency, language),
        years=decision.scenario.finance.horizon_years.value,
        rate=decision.scenario.finance.discount_rate_per_year.value,
    )


def _energy(choice: Choice, language: Language) -> str:
    kwh = choice.energy_kwh_per_accepted_image
    if kwh is None:
        return text(language, "page.energy_none")
    month = energy(kwh * choice.accepted_images_per_month)
    return text(language, "page.energy_value", image=energy(kwh), month=month)


LEAST_SHARE = 0.0005
"""A smaller one would read as 0.0 %."""


def _carbon_left_out(choice: Choice, language: Language) -> str:
    """Pictures whose emissions nobody states."""
    share = choice.option.fallback_fraction
    disclosed = choice.operational_kg_co2e_per_accepted_image is not None
    return text(language, "page.carbon_fallbacks", share=share) if share >= LEAST_SHARE and disclosed else ""


def _carbon(choice: Choice, language: Language) -> str:
    operational = choice.operational_kg_co2e_per_accepted_image
    embodied = choice.embodied_kg_co2e_per_accepted_image
    if operational is None:
        return text(language, "page.carbon_none")
    if embodied is None:
        return text(language, "page.carbon_partial", image=mass(operational))
    total = operational + embodied
    return text(
        language,
        "page.carbon_value",
        image=mass(total),
        operational=mass(operational),
        embodied=mass(embodied),
        month=mass(total * choice.accepted_images_per_month),
    )


def quality_sentence(decision: Decision, workload: Workload, choice: Choice, language: Language) -> str:
    """The choice's FID, and what a bar on it alone keeps out; empty where nobody states one."""
    quality = choice.option.offer.quality
    if quality is None:
        return ""
    if workload.quality.fid_max is None:
        return quality_words(quality, workload.quality, language)
    excluded = decision.bar_excluded.get(workload.name, 0)
    bar = text(language, "page.bar_some", count=excluded) if excluded else text(language, "page.bar_none")
    value = quality_words(quality, workload.quality, language)
    source = text(language, "page.quality_source", source=quality.source.citation)
    return f"{value}; {source}. {bar}"


def _speed(choice: Choice, language: Language) -> str:
    offer, latency = choice.option.offer, choice.option.attempt.p95_latency_s
    if offer.profile is None or offer.profile.speed is None or offer.machine is None or latency is None:
        return ""
    return text(
        language,
        "page.speed_value",
        seconds=offer.profile.speed.seconds_per_image,
        latency=latency,
        utilization=choice.option.attempt.utilization_fraction,
    )


def _evidence(choice: Choice, language: Language) -> str:
    offer = choice.option.offer
    missing = flags(offer, language)
    said = [text(language, "page.flags", flags=", ".join(missing))] if missing else []
    sentence = " ".join((*said, *costlier(offer, language)))
    profile = offer.profile
    if profile is None or profile.energy is None:
        return sentence
    value = text(
        language,
        "page.evidence_value",
        kind=text(language, f"evidence.{profile.evidence.kind}"),
        boundary=text(language, f"page.boundary_{profile.energy.boundary}"),
        grade=profile.evidence.grade,
        source=profile.evidence.source.citation,
    )
    return f"{value}. {sentence}".strip()
