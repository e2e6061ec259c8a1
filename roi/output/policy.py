"""The policy as text: what is allowed, how much of it, what to watch."""

from collections.abc import Iterator, Sequence

from bench.profile import execution_words
from roi.amounts import coin, quantity
from roi.paper import Heading, Paper, Part, Sentence, bullets, table
from roi.policy.document import Indicator, MonthlyLimit, Policy, Setting, SharedLimit, WorkloadPolicy
from roi.texts import Language, text


def policy_page(policy: Policy, language: Language) -> Paper:
    """Settings, limits and indicators of every workload, the shared limits, the log."""
    intro = text(
        language, "policy.intro", inputs=policy.inputs_hash[:12], tolerance=policy.tolerance_fraction
    )
    parts: list[Part] = [
        Sentence(text(language, "policy.title", name=policy.name), tone="strong"),
        Sentence(intro),
    ]
    for workload in policy.workloads:
        parts += _workload(policy, workload, language)
    if any(limit.cost_max or limit.energy_kwh_max for limit in policy.shared):
        parts += [Heading(text(language, "policy.shared")), _shared(policy, language)]
    fields = ", ".join(policy.log_fields)
    return (*parts, Sentence(f"\n{text(language, 'policy.log', fields=fields)}"))


def _workload(policy: Policy, workload: WorkloadPolicy, language: Language) -> Iterator[Part]:
    yield Heading(text(language, "policy.workload", workload=workload.workload))
    lines = [_setting(setting, language) for setting in workload.settings]
    yield bullets((*lines, text(language, "policy.new_decision")))
    yield Heading(text(language, "policy.monthly", workload=workload.workload))
    yield _monthly(policy, workload.monthly, language)
    for setting in workload.settings:
        yield Heading(text(language, "policy.indicators", model=setting.model, supply=setting.supply))
        yield _indicators(setting.indicators, language)


def _setting(setting: Setting, language: Language) -> str:
    parts = [
        text(
            language,
            "policy.setting",
            model=setting.model,
            supply=setting.supply,
            width=setting.width,
            height=setting.height,
            images=setting.images_per_attempt,
            attempts=setting.attempts_max,
        )
    ]
    if setting.num_inference_steps is not None:
        schemes = "+".join(sorted(set(setting.quantization.values()))) or setting.dtype or ""
        made = ", ".join((schemes, *execution_words(setting.execution)))
        steps = setting.num_inference_steps
        parts.append(text(language, "policy.steps", steps=steps, batch=setting.batch_size, dtype=made))
    if setting.guidance_scale is not None:
        parts.append(text(language, "policy.guidance", guidance=setting.guidance_scale))
    return text(language, "plan.join").join(parts)


def _monthly(policy: Policy, limits: Sequence[MonthlyLimit], language: Language) -> Part:
    names = ("year", "accepted", "images", "energy", "cost")
    rows = table(
        *(text(language, f"policy.{name}", currency=coin(policy.currency, language)) for name in names)
    )
    for limit in limits:
        energy = limit.energy_kwh_max
        rows.add(
            _year(limit, language),
            quantity(limit.accepted_images_expected),
            quantity(limit.images_max),
            "-" if energy is None else quantity(energy),
            quantity(limit.cost_max),
        )
    return rows


def _shared(policy: Policy, language: Language) -> Part:
    names = ("year", "energy", "cost")
    rows = table(
        *(text(language, f"policy.{name}", currency=coin(policy.currency, language)) for name in names)
    )
    for limit in policy.shared:
        rows.add(_year(limit, language), quantity(limit.energy_kwh_max), quantity(limit.cost_max))
    return rows


def _year(limit: MonthlyLimit | SharedLimit, language: Language) -> str:
    if limit.fiscal_year is None:
        return text(language, "plan.year_n", n=limit.year)
    return text(language, "plan.fiscal_year", year=limit.fiscal_year)


def _indicators(indicators: Sequence[Indicator], language: Language) -> Part:
    names = ("indicator", "expected", "alarm", "formula")
    rows = table(*(text(language, f"policy.{name}") for name in names), words=len(names))
    for each in indicators:
        name = text(language, f"policy.{each.name}")
        rows.add(name, _number(each.expected), _alarm(each, language), each.formula)
    return rows


def _alarm(indicator: Indicator, language: Language) -> str:
    limits = (("policy.below", indicator.alarm_below), ("policy.above", indicator.alarm_above))
    found = [text(language, key, value=_number(value)) for key, value in limits if value is not None]
    return text(language, "plan.join").join(found)


def _number(value: float) -> str:
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
