"""Options, reasons, APIs and near-equal plans as the report lists them."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from roi.decision.answer import Choice
from roi.decision.near import NEAR_FRACTION
from roi.decision.shares import choices_of
from roi.options.judged import Rejection
from roi.options.price import Option
from roi.output.failures import failure_name, failure_sentence
from roi.output.figures import extra_or_tie, offer_label
from roi.output.plan.tables import made_by, without_words
from roi.planning.answer import PlanAlternative, PlanDecision
from roi.planning.assemble import present_of
from roi.planning.sole_source import cash_alone, steering_alone
from roi.texts import Language, text
from roi.workbook.report.pages.material import ExcludedReason, OptionLine, OptionState, Other, Quote

OPTIONS_SHOWN = 40
"""Options of a workload that are listed: what stands further down costs more than anyone would choose."""


@dataclass(frozen=True, slots=True)
class _Alone:
    """An option as the only source of its workload, in whole units over the plan's years."""

    option: Option
    cash: float
    """Of an accepted image [money]; infinite where its supply has too few units."""
    steering: float
    """The same with an internal carbon price, by which options are ranked [money]."""

    @property
    def rank(self) -> tuple[float, tuple[str, str, int, int]]:
        return self.steering, self.option.key


def option_lines(decision: PlanDecision, language: Language) -> tuple[OptionLine, ...]:
    """Of every workload its choices, then the cheapest others, each maker once."""
    in_plan = _in_plan(decision)
    lines: list[OptionLine] = []
    for found in _by_workload(decision).values():
        chosen = _chosen_cost(found, in_plan)
        lines += [_line(each, chosen, in_plan, language) for each in found[:OPTIONS_SHOWN]]
    return tuple(lines)


def _chosen_cost(found: list[_Alone], in_plan: dict[int, Choice]) -> float:
    """What the others of a workload are held against [money/image].

    The choice as the only source, or where several share the work what an image costs in the plan.
    """
    mine = [each for each in found if id(each.option) in in_plan]
    if len(mine) <= 1:
        return max((each.steering for each in mine), default=0.0)
    shared = (in_plan[id(each.option)] for each in mine)
    return math.fsum(each.share_fraction * each.steering_cost_per_accepted_image for each in shared)


def hidden(decision: PlanDecision) -> tuple[tuple[str, int], ...]:
    """Workloads of which some options are not listed, and how many."""
    counts = {name: len(found) - OPTIONS_SHOWN for name, found in _by_workload(decision).items()}
    return tuple((name, count) for name, count in counts.items() if count > 0)


def _in_plan(decision: PlanDecision) -> dict[int, Choice]:
    """The choices with what they cost in the plan, by the option's identity."""
    if decision.ledger is None:
        return {}
    shown = choices_of(decision.scenario, decision.ledger, decision.choices, decision.fleet)
    return {id(choice.option): choice for choice in shown}


def _by_workload(decision: PlanDecision) -> dict[str, list[_Alone]]:
    """The choices, the largest first, then the cheapest of every other maker."""
    ranked = sorted(_alone(decision), key=lambda each: each.rank)
    place = {
        id(choice.option): rank
        for rank, choice in enumerate(sorted(decision.choices, key=lambda each: -sum(each.accepted_by_year)))
    }
    found: dict[str, list[_Alone]] = {}
    for workload in decision.scenario.workloads:
        mine = [each for each in ranked if each.option.workload == workload.name]
        chosen = sorted(
            (each for each in mine if id(each.option) in place), key=lambda each: place[id(each.option)]
        )
        taken = {each.option.key[:2] for each in chosen}
        others: dict[tuple[str, str], _Alone] = {}
        for each in mine:
            if each.option.key[:2] not in taken:
                others.setdefault(each.option.key[:2], each)
        found[workload.name] = [*chosen, *others.values()]
    return found


def _alone(decision: PlanDecision) -> Iterator[_Alone]:
    scenario, options = decision.scenario, decision.options
    present = present_of(decision.baseline_options, decision.idle_power_w)
    figures = cash_alone(scenario, options, present), steering_alone(scenario, options, present)
    for option, cash, steering in zip(options, *figures, strict=True):
        yield _Alone(option, cash, steering)


def _line(each: _Alone, chosen: float, in_plan: dict[int, Choice], language: Language) -> OptionLine:
    option, alone = each.option, each.cash if math.isfinite(each.cash) else None
    label = offer_label(option.offer).rpartition(" / ")[0]
    if id(option) in in_plan:
        why = text(language, "paper.why_chosen")
        cost = in_plan[id(option)].cost_per_accepted_image
        return OptionLine(option, label, "chosen", alone, cost, why)
    state, key = _judged(each.steering, chosen)
    return OptionLine(option, label, state, alone, None, text(language, key))


def _judged(cost: float, chosen: float) -> tuple[OptionState, str]:
    if not math.isfinite(cost):
        return "in", "paper.why_too_few"
    if cost < chosen:
        return "in", "paper.why_whole_plan"
    if cost <= chosen * (1 + NEAR_FRACTION):
        return "near", "paper.why_near"
    return "in", "paper.why_dearer"


def excluded(decision: PlanDecision, language: Language) -> tuple[ExcludedReason, ...]:
    """What was left out by workload and first reason, the most frequent first."""
    found: dict[tuple[str, str], list[Rejection]] = defaultdict(list)
    for rejection in decision.rejected:
        found[rejection.workload, failure_name(rejection.first, language)].append(rejection)
    counted = sorted(found.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1]))
    return tuple(
        ExcludedReason(workload, reason, len(rejections), _example(rejections[0], language))
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
    return Other(
        without_words(decision, other, language),
        "; ".join(made_by(decision, other)),
        other.tco,
        other.settled_by is not None,
        extra_or_tie(other.extra_cost_fraction, other.settled_by, language),
    )
