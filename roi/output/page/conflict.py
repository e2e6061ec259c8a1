"""No answer: the rules in conflict and what would have to give."""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from roi.amounts import bare_price, coin
from roi.decision.answer import Decision
from roi.paper import Heading, Part, Sentence, table
from roi.planning.answer import Change, PlanDecision, Relaxation
from roi.texts import Language, catalogue, text

UNKNOWN = "-"
"""Stands for a cost or a supply that nobody computed; a column of nothing else is left out."""


def conflict_rows(decision: Decision | PlanDecision, language: Language) -> list[Part]:
    """The rules in conflict and the changes that resolve it: the smallest, and the one with the cheapest answer."""
    rules = ", ".join(rule_words(decision, rule, language) for rule in decision.binding)
    parts: list[Part] = [
        Sentence(text(language, "page.infeasible"), tone="bad"),
        Sentence(text(language, "page.binding", rules=rules)),
    ]
    if not decision.relaxations:
        return [*parts, Sentence(text(language, "page.relax_none"))]
    per_image = decision.relaxations[0].cost_per_accepted_image is not None
    keys = ("relax_change", "relax_kind", "relax_cost" if per_image else "relax_month", "relax_by")
    cells = [relaxation_row(decision, relaxation, language) for relaxation in decision.relaxations]
    told = [place for place in range(len(keys)) if any(row[place] != UNKNOWN for row in cells)]
    currency = coin(decision.scenario.currency, language)
    titles = [text(language, f"page.{keys[place]}", currency=currency) for place in told]
    rows = table(*titles, words=len(told))
    for row in cells:
        rows.add(*(row[place] for place in told))
    return [*parts, Heading(text(language, "page.relaxations")), rows]


def rule_words(decision: Decision | PlanDecision, rule: str, language: Language) -> str:
    """A rule in words: those of the programme, and those of gates as they are written."""
    family, whose = _family(rule)
    keys = (f"plan_rule.{family}", f"rule.{family}")
    of_gates = any(each.workload is not None for each in decision.relaxations)
    for key in reversed(keys) if of_gates else keys:
        if key in catalogue(language):
            words = text(language, key)
            return f"{words} ({whose})" if whose else words
    return text(language, f"rule.{family}")


def _family(rule: str) -> tuple[str, str]:
    """`units_max_mine` is the rule `units_max` of `mine`."""
    for family in ("units_max", "carbon_max", "bar"):
        if rule.startswith(f"{family}_"):
            return family, rule.removeprefix(f"{family}_")
    return rule, ""


def relaxation_row(
    decision: Decision | PlanDecision, relaxation: Relaxation, language: Language
) -> tuple[str, ...]:
    """Changes, kind of relaxation, cost then, who would serve; a dash for what nobody computed."""
    changes = "; ".join(
        text(
            language,
            "page.relax_away" if change.needed is None else "page.relax_to",
            rule=rule_words(decision, change.rule, language),
            limit=_limit(change.limit),
            needed=limit_to_type(change),
        )
        for change in relaxation.changes
    )
    cost = relaxation.cost_per_accepted_image
    amount = relaxation.cost_per_month if cost is None else cost
    shown = UNKNOWN if amount is None else bare_price(amount, decision.scenario.currency)
    kind = "page.relax_cheapest" if relaxation.kind == "cheapest" else "page.relax_smallest_change"
    by = f"{relaxation.id} / {relaxation.supply}" if relaxation.id else UNKNOWN
    return changes, text(language, kind), shown, by


def limit_to_type(change: Change) -> str:
    """The new limit, rounded away from the present one, so that typing it in is enough."""
    if isinstance(change.needed, int | float) and isinstance(change.limit, int | float):
        return _digits(_outward(float(change.needed), up=change.needed > change.limit))
    return _limit(change.needed)


def _outward(value: float, *, up: bool) -> float:
    """Six digits that count, towards more when `up`, else towards less; whole numbers stay as they are."""
    if value.is_integer():
        return value
    digits = min(5 - math.floor(math.log10(abs(value))), 300)
    unit = Decimal(1).scaleb(-max(digits, 0))
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    return float(Decimal(repr(value)).quantize(unit, rounding))


def _digits(value: float) -> str:
    """A number as it can be typed in, but for the separators: no exponent, no digit lost."""
    return f"{Decimal(repr(value)).normalize():,f}"


def _limit(value: object) -> str:
    if isinstance(value, float):
        return _digits(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "-"
    return str(value)
