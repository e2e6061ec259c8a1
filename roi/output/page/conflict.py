"""No answer: the rules in conflict and what would have to give."""

from rich.console import RenderableType
from rich.text import Text

from roi.decision.answer import Decision, Relaxation
from roi.output.figures import bare_price
from roi.output.page.layout import head, table
from roi.texts import Language, text


def conflict_rows(decision: Decision, language: Language) -> list[RenderableType]:
    """The rules in conflict and the smallest changes that resolve it, cheapest first."""
    rules = ", ".join(text(language, f"rule.{rule}") for rule in decision.binding)
    parts: list[RenderableType] = [
        Text(text(language, "page.infeasible"), style="bold red"),
        Text(text(language, "page.binding", rules=rules)),
    ]
    if not decision.relaxations:
        return [*parts, Text(text(language, "page.relax_none"))]
    per_image = decision.relaxations[0].cost_per_accepted_image is not None
    cost = "relax_cost" if per_image else "relax_month"
    rows = table(language, "relax_change", cost, "relax_by", currency=decision.scenario.currency)
    for relaxation in decision.relaxations:
        rows.add_row(*_relaxation_row(decision, relaxation, language))
    return [*parts, head(language, "relaxations"), rows]


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
        return f"{value:,.0f}" if value.is_integer() else f"{value:.6g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "-"
    return str(value)
