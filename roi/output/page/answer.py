"""The choice itself: cost, energy, carbon, quality, attempts, speed, evidence, a line each."""

from rich.table import Table
from rich.text import Text

from roi.decision.answer import Choice, Decision
from roi.output.figures import bare_price, flags, money, offer_label, unit_price
from roi.scenario.workload import Workload
from roi.texts import Language, text

GRAMS_PER_KG = 1000.0
WH_PER_KWH = 1000.0


def answer_rows(decision: Decision, workload: Workload, choice: Choice, language: Language) -> Table:
    """The choice and its figures, one row each."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column()
    rows.add_row(text(language, "page.answer"), Text(offer_label(choice.option.offer), style="bold green"))
    for name, value in (
        ("total", _total(decision, choice, language)),
        ("components", _components(decision, choice, language)),
        ("energy", _energy(choice, language)),
        ("carbon", _carbon(choice, language)),
        ("quality", _quality(decision, workload, choice, language)),
        ("attempts", _attempts(choice, language)),
        ("speed", _speed(choice, language)),
        ("evidence", _evidence(choice, language)),
    ):
        if value:
            rows.add_row(text(language, f"page.{name}"), Text(value))
    return rows


def _total(decision: Decision, choice: Choice, language: Language) -> str:
    currency = decision.scenario.currency
    month = choice.cost_per_accepted_image * choice.accepted_images_per_month
    return text(
        language,
        "page.total_value",
        cost=unit_price(choice.cost_per_accepted_image, currency),
        month=money(month, currency),
    )


def _components(decision: Decision, choice: Choice, language: Language) -> str:
    currency = decision.scenario.currency
    costs = sorted(choice.cost_components.items(), key=lambda item: -item[1])
    return ", ".join(
        f"{text(language, f'component.{name}')} {bare_price(cost, currency)}" for name, cost in costs
    )


def _energy(choice: Choice, language: Language) -> str:
    kwh = choice.option.energy_kwh_per_accepted_image
    if kwh is None:
        return text(language, "page.energy_none")
    month = kwh * choice.accepted_images_per_month
    return text(language, "page.energy_value", wh=kwh * WH_PER_KWH, month=month)


def _carbon(choice: Choice, language: Language) -> str:
    option = choice.option
    operational = option.per_accepted_image(option.attempt.operational_kg_co2e)
    embodied = option.per_accepted_image(option.attempt.embodied_kg_co2e)
    if operational is None:
        return text(language, "page.carbon_none")
    if embodied is None:
        return text(language, "page.carbon_partial", g=operational * GRAMS_PER_KG)
    total = operational + embodied
    return text(
        language,
        "page.carbon_value",
        g=total * GRAMS_PER_KG,
        operational=operational * GRAMS_PER_KG,
        embodied=embodied * GRAMS_PER_KG,
        month=total * choice.accepted_images_per_month,
    )


def _quality(decision: Decision, workload: Workload, choice: Choice, language: Language) -> str:
    quality = choice.option.offer.quality
    if quality is None:
        return ""
    excluded = decision.bar_excluded.get(workload.name, 0)
    bar = text(language, "page.bar_some", count=excluded) if excluded else text(language, "page.bar_none")
    value = text(
        language,
        "page.quality_value",
        fid=quality.value,
        reference=quality.reference,
        bar=workload.quality.fid_max,
        match=quality.match,
        meaning=text(language, f"match.{quality.match}"),
    )
    source = text(language, "page.quality_source", source=quality.source.citation)
    return f"{value}; {source}. {bar}"


def _attempts(choice: Choice, language: Language) -> str:
    option = choice.option
    return text(
        language,
        "page.attempts_value",
        images=option.attempt.images,
        limit=option.attempts_max,
        expected=option.outcome.expected_attempts,
        deliver=option.outcome.deliver_probability,
    )


def _speed(choice: Choice, language: Language) -> str:
    offer, latency = choice.option.offer, choice.option.attempt.p95_latency_s
    if offer.profile is None or offer.profile.speed is None or offer.machine is None or latency is None:
        return ""
    return text(
        language,
        "page.speed_value",
        seconds=offer.profile.speed.seconds_per_image,
        latency=latency,
        utilization=offer.machine.utilization_fraction,
    )


def _evidence(choice: Choice, language: Language) -> str:
    offer = choice.option.offer
    missing = flags(offer, language)
    sentence = text(language, "page.flags", flags=", ".join(missing)) if missing else ""
    profile = offer.profile
    if profile is None or profile.energy is None:
        return sentence
    value = text(
        language,
        "page.evidence_value",
        kind=text(language, f"evidence.{profile.evidence.kind}"),
        boundary=profile.energy.boundary,
        grade=profile.evidence.grade,
        source=profile.evidence.source.citation,
    )
    return f"{value}. {sentence}".strip()
