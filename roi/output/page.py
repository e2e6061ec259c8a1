"""The answer on the screen: a page a person reads in ten seconds, the proof and the assumptions below it."""

from collections import Counter
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from roi.decision.answer import Alternative, ApiQuote, Choice, Decision, Relaxation
from roi.output.figures import (
    bare_price,
    difference_sentence,
    flags,
    money,
    offer_label,
    unit_price,
)
from roi.scenario.effective import effective_figures
from roi.scenario.workload import Workload
from roi.texts import Language, text
from roi.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_HOUR

GRAMS_PER_KG = 1000.0
WH_PER_KWH = 1000.0
HOURS_PER_MONTH = HOURS_PER_YEAR / MONTHS_PER_YEAR
GENERATING = ("rent", "hardware", "electricity", "api", "model")
"""Components that pay for making pictures; the others pay for people and for what replaces a picture."""


def decision_page(decision: Decision, language: Language) -> RenderableType:
    """Title, answer, near-equals, APIs, what was left out, what would change it, assumptions, proof."""
    if decision.status == "infeasible":
        return Group(*_conflict(decision, language), *_left_out(decision, language))
    parts: list[RenderableType] = []
    for choice in decision.choices:
        workload = decision.scenario.workload(choice.option.workload)
        if workload is not None:
            parts += _choice_parts(decision, workload, choice, language)
    return Group(
        *parts,
        *_left_out(decision, language),
        *_assumption_lines(decision, language),
        _proof(decision, language),
    )


def _choice_parts(
    decision: Decision, workload: Workload, choice: Choice, language: Language
) -> list[RenderableType]:
    near = decision.alternatives.get(workload.name, ())
    title = text(language, "page.title", workload=workload.name, images=workload.images_per_month.value)
    return [
        Text(title, style="bold"),
        _answer(decision, workload, choice, language),
        *_near(decision, near, language),
        *_apis(decision, decision.apis.get(workload.name, ()), language),
        *_change(choice, near, language),
    ]


def _answer(decision: Decision, workload: Workload, choice: Choice, language: Language) -> Table:
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


def _near(decision: Decision, near: Iterable[Alternative], language: Language) -> list[RenderableType]:
    near = tuple(near)
    if not near:
        return [_head(language, "near"), Text(text(language, "page.near_none"))]
    currency = decision.scenario.currency
    table = _table(
        language, "near_option", "near_cost", "near_extra", "near_where", "near_break_even", c=currency
    )
    for alternative in near:
        table.add_row(
            offer_label(alternative.option.offer),
            bare_price(alternative.cost_per_accepted_image, currency),
            f"{alternative.extra_cost_fraction:+.1%}",
            difference_sentence(decision.scenario, alternative, language),
            _break_even(alternative, language),
        )
    return [_head(language, "near"), table]


def _break_even(alternative: Alternative, language: Language) -> str:
    if alternative.break_even_acceptance is None:
        return text(language, "page.near_never")
    return text(
        language,
        "page.near_break_even_value",
        needed=alternative.break_even_acceptance,
        now=alternative.acceptance,
    )


def _apis(decision: Decision, quotes: Iterable[ApiQuote], language: Language) -> list[RenderableType]:
    quotes = tuple(quotes)
    if not quotes:
        return []
    currency = decision.scenario.currency
    table = _table(language, "near_option", "api_price", "api_accepted", "api_state", c=currency)
    for quote in quotes:
        cost = quote.cost_per_accepted_image
        reasons = "; ".join(failure.reason for failure in quote.failures)
        table.add_row(
            f"{quote.offer.model_name} · {quote.offer.supply}",
            bare_price(quote.offer.price_per_image, currency),
            "-" if cost is None else bare_price(cost, currency),
            reasons or text(language, "page.api_passes"),
        )
    return [_head(language, "apis"), table]


def _left_out(decision: Decision, language: Language) -> list[RenderableType]:
    if not decision.rejected:
        return []
    counted: Counter[str] = Counter(rejection.first.reason for rejection in decision.rejected)
    table = _table(language, "left_out_reason", "left_out_count")
    for reason, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(reason, str(count))
    return [_head(language, "left_out"), table]


def _change(choice: Choice, near: Iterable[Alternative], language: Language) -> list[RenderableType]:
    lines = [_labour(choice, language)]
    lines += [
        text(
            language,
            "page.change_break_even",
            option=offer_label(alternative.option.offer),
            needed=alternative.break_even_acceptance,
            now=alternative.acceptance,
            points=(alternative.break_even_acceptance - alternative.acceptance) * 100,
        )
        for alternative in near
        if alternative.break_even_acceptance is not None
    ]
    lines += _volume(choice, language)
    return [_head(language, "change"), *(Text(f"- {line}") for line in lines)]


def _labour(choice: Choice, language: Language) -> str:
    costs = choice.cost_components
    total = choice.cost_per_accepted_image
    machine = sum(costs.get(name, 0.0) for name in GENERATING) / total
    if "electricity" not in costs:
        return text(language, "page.change_labour_no_electricity", share=1 - machine, machine=machine)
    return text(
        language,
        "page.change_labour",
        share=1 - machine,
        machine=machine,
        electricity=costs["electricity"] / total,
    )


def _volume(choice: Choice, language: Language) -> list[str]:
    machine = choice.option.offer.machine
    if machine is None:
        return []
    busy_s = (
        choice.option.attempt.busy_s * choice.option.outcome.expected_attempts * choice.requests_per_month
    )
    hours = busy_s / SECONDS_PER_HOUR
    return [
        text(
            language,
            "page.change_volume",
            hours=hours,
            fraction=hours / HOURS_PER_MONTH,
            utilization=machine.utilization_fraction,
        )
    ]


def _assumption_lines(decision: Decision, language: Language) -> list[RenderableType]:
    listed = effective_figures(decision.scenario)
    replace = [(place, figure, unit) for place, figure, unit in listed if figure.placeholder]
    head = text(language, "page.placeholders", count=len(replace), total=len(listed))
    table = Table.grid(padding=(0, 2))
    for place, figure, unit in replace:
        where = text(language, "page.placeholder_get", where=figure.replace_with or figure.source)
        table.add_row(Text("!", style="yellow"), Text(place), Text(f"{figure.value:g} {unit}"), Text(where))
    more = text(language, "page.more_assumptions", total=len(listed))
    return [_head(language, "assumptions"), Text(head), table, Text(more)]


def _proof(decision: Decision, language: Language) -> RenderableType:
    report = decision.solver
    if report is None:
        return Text()
    value = text(
        language,
        "page.solver_value",
        name=report.name,
        version=report.version,
        status=report.status,
        gap=report.gap,
        kept=report.candidates_after_pruning,
        total=report.candidates,
        verified=text(language, "page.verified" if decision.verified else "page.not_verified"),
    )
    return Group(_head(language, "solver"), Text(value, style="" if decision.verified else "bold red"))


def _conflict(decision: Decision, language: Language) -> list[RenderableType]:
    rules = ", ".join(text(language, f"rule.{rule}") for rule in decision.binding)
    parts: list[RenderableType] = [
        Text(text(language, "page.infeasible"), style="bold red"),
        Text(text(language, "page.binding", rules=rules)),
    ]
    if not decision.relaxations:
        return [*parts, Text(text(language, "page.relax_none"))]
    per_image = decision.relaxations[0].cost_per_accepted_image is not None
    cost = "relax_cost" if per_image else "relax_month"
    table = _table(language, "relax_change", cost, "relax_by", c=decision.scenario.currency)
    for relaxation in decision.relaxations:
        table.add_row(*_relaxation_row(decision, relaxation, language))
    return [*parts, _head(language, "relaxations"), table]


def _relaxation_row(decision: Decision, relaxation: Relaxation, language: Language) -> tuple[str, str, str]:
    changes = "; ".join(
        text(
            language,
            "page.relax_to",
            rule=text(language, f"rule.{change.rule}"),
            limit=_limit(change.limit),
            needed=_limit(change.needed),
        )
        for change in relaxation.changes
    )
    cost = relaxation.cost_per_accepted_image
    amount = relaxation.cost_per_month if cost is None else cost
    shown = "-" if amount is None else bare_price(amount, decision.scenario.currency)
    return changes, shown, f"{relaxation.id} · {relaxation.supply}" if relaxation.id else "-"


def _limit(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "-"
    return str(value)


def _head(language: Language, key: str) -> Text:
    return Text(f"\n{text(language, f'page.{key}')}", style="bold")


def _table(language: Language, *keys: str, c: str = "") -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for place, key in enumerate(keys):
        table.add_column(text(language, f"page.{key}", currency=c), justify="left" if place == 0 else "right")
    return table
