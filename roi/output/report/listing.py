"""Options, reasons, APIs and near-equal plans as the report lists them."""

from collections import defaultdict
from collections.abc import Iterator

from roi.decision.near import NEAR_FRACTION
from roi.options.judged import Rejection
from roi.options.price import Option
from roi.output.document import failure_name, failure_sentence
from roi.output.figures import offer_label
from roi.planning.answer import PlanAlternative, PlanDecision
from roi.texts import Language, text
from roi.workbook.report.pages.material import Excluded, OptionLine, OptionState, Other, Quote

OPTIONS_SHOWN = 40
"""Options of a workload that are listed: what stands further down costs more than anyone would choose."""


def option_lines(decision: PlanDecision, language: Language) -> tuple[OptionLine, ...]:
    """Of every workload its choices, then the cheapest others, each maker once."""
    lines: list[OptionLine] = []
    for name, found in _by_workload(decision).items():
        chosen = [choice.option for choice in decision.choices if choice.option.workload == name]
        lines += [_line(option, chosen, language) for option in found[:OPTIONS_SHOWN]]
    return tuple(lines)


def hidden(decision: PlanDecision) -> tuple[tuple[str, int], ...]:
    """Workloads of which some options are not listed, and how many."""
    counts = {name: len(found) - OPTIONS_SHOWN for name, found in _by_workload(decision).items()}
    return tuple((name, count) for name, count in counts.items() if count > 0)


def _by_workload(decision: PlanDecision) -> dict[str, list[Option]]:
    return {
        workload.name: [*_chosen(decision, workload.name), *_others(decision, workload.name)]
        for workload in decision.scenario.workloads
    }


def _chosen(decision: PlanDecision, workload: str) -> list[Option]:
    mine = [choice for choice in decision.choices if choice.option.workload == workload]
    return [choice.option for choice in sorted(mine, key=lambda each: -sum(each.accepted_by_year))]


def _others(decision: PlanDecision, workload: str) -> list[Option]:
    """The cheapest numbers of images and attempts of every maker that is not chosen, by cost."""
    taken = {option.key[:2] for option in _chosen(decision, workload)}
    best: dict[tuple[str, str], Option] = {}
    for option in decision.options:
        pair = option.key[:2]
        if (
            option.workload == workload
            and pair not in taken
            and (pair not in best or _rank(option) < _rank(best[pair]))
        ):
            best[pair] = option
    return sorted(best.values(), key=_rank)


def _rank(option: Option) -> tuple[float, tuple[str, str, int, int]]:
    return option.cost_per_accepted_image, option.key


def _line(option: Option, chosen: list[Option], language: Language) -> OptionLine:
    label = offer_label(option.offer).rpartition(" / ")[0]
    if any(option is each for each in chosen):
        return OptionLine(option, label, "chosen", text(language, "paper.why_chosen"))
    dearest = max((each.cost_per_accepted_image for each in chosen), default=0.0)
    state, key = _judged(option.cost_per_accepted_image, dearest)
    return OptionLine(option, label, state, text(language, key))


def _judged(cost: float, chosen: float) -> tuple[OptionState, str]:
    if cost < chosen:
        return "in", "paper.why_whole_plan"
    if cost <= chosen * (1 + NEAR_FRACTION):
        return "near", "paper.why_near"
    return "in", "paper.why_dearer"


def excluded(decision: PlanDecision, language: Language) -> tuple[Excluded, ...]:
    """What was left out by workload and first reason, the most frequent first."""
    found: dict[tuple[str, str], list[Rejection]] = defaultdict(list)
    for rejection in decision.rejected:
        found[rejection.workload, failure_name(rejection.first, language)].append(rejection)
    counted = sorted(found.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1]))
    return tuple(
        Excluded(workload, reason, len(rejections), _example(rejections[0], language))
        for (workload, reason), rejections in counted
    )


def _example(rejection: Rejection, language: Language) -> str:
    supply = f" / {rejection.supply}" if rejection.supply else ""
    sentence = failure_sentence(rejection.first, language)
    return text(language, "paper.example", option=f"{rejection.model_name}{supply}", sentence=sentence)


def quotes(decision: PlanDecision, language: Language) -> tuple[Quote, ...]:
    """Every API beside the plan."""
    return tuple(_quotes(decision, language))


def _quotes(decision: PlanDecision, language: Language) -> Iterator[Quote]:
    for workload, found in decision.apis.items():
        for quote in found:
            reasons = "; ".join(failure_name(failure, language) for failure in quote.failures)
            yield Quote(
                workload,
                f"{quote.offer.model_name} / {quote.offer.supply}",
                quote.offer.price_per_image,
                quote.cost_per_accepted_image,
                reasons or text(language, "page.api_passes"),
            )


def others(decision: PlanDecision, language: Language) -> tuple[Other, ...]:
    """Near-optimal plans that do without a model or a supply."""
    return tuple(_other(decision, each, language) for each in decision.alternatives)


def _other(decision: PlanDecision, other: PlanAlternative, language: Language) -> Other:
    names = {option.offer.model_id: option.offer.model_name for option in decision.options}
    makers = {option.offer.id: option.offer.model_name for option in decision.options}
    without = names.get(other.without, other.without)
    made = dict.fromkeys(f"{makers.get(option, option)} / {supply}" for _, option, supply in other.choices)
    return Other(
        text(language, f"plan.without_{other.differs_by}", name=without),
        "; ".join(made),
        other.tco,
        other.extra_cost_fraction,
    )
