"""What a quality bar costs: the same scenario decided anew with that bar let down."""

from collections.abc import Callable

from roi.decision.answer import Decision, WithoutBar
from roi.options.bars import rule_of
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.workload import Bar

ANY_FIGURE = 1e9
"""Beyond every figure of every ruler: a bar there asks for a figure and nothing of it."""


def without_bars(
    decided: Decision, again: Callable[[Scenario], Decision]
) -> dict[str, tuple[WithoutBar, ...]]:
    """By workload what the answer would be without each bar beside the FID that alone keeps something out."""
    found: dict[str, tuple[WithoutBar, ...]] = {}
    for index, workload in enumerate(decided.scenario.workloads):
        alone = {bar.rule for bar in decided.rulers[workload.name].bars if bar.alone}
        found[workload.name] = tuple(
            _without(again(_let_down(decided.scenario, index, place, bar)), workload.name, bar)
            for place, bar in enumerate(workload.quality.bars)
            if rule_of(bar) in alone
        )
    return found


def _let_down(scenario: Scenario, index: int, place: int, bar: Bar) -> Scenario:
    field, limit = ("at_least", -ANY_FIGURE) if bar.higher_is_better else ("at_most", ANY_FIGURE)
    return with_changes(scenario, {f"workloads[{index}].quality.bars[{place}].{field}": limit})


def _without(found: Decision, workload: str, bar: Bar) -> WithoutBar:
    """A looser scenario has an answer where the stricter one has."""
    first = next(choice for choice in found.choices if choice.option.workload == workload)
    if found.cost_per_accepted_image is None:
        raise ValueError("an answer with choices has a cost")
    return WithoutBar(rule_of(bar), found.cost_per_accepted_image, first.option)
