"""Cost of an accepted image by component, a bar for each choice."""

import plotly.graph_objects as go

from roi.amounts import unit_price
from roi.decision.answer import Choice, Decision
from roi.output.figures import gpu_name, offer_label
from roi.screens.charts.look import COMPONENT_LOOKS, Look, filled, hovers, new_figure, plain, wrapped
from roi.texts import text

LABEL_COLUMNS = 18
BAR_PIXELS = 46
AROUND_PIXELS = 210


def image_cost(decision: Decision, look: Look) -> go.Figure:
    """The choices of a decision, what each image costs and what for; what comes in hangs below nothing."""
    choices = decision.choices
    figure = new_figure(_title(choices[0], look), look, height=AROUND_PIXELS + BAR_PIXELS * len(choices))
    labels = [wrapped(_label(choice, decision), LABEL_COLUMNS) for choice in choices]
    for name in COMPONENT_LOOKS:
        amounts = [choice.cost_components.get(name, 0.0) for choice in choices]
        if any(amounts):
            _add(figure, name, amounts, labels, choices, look)
    figure.update_layout(barmode="relative")
    figure.update_xaxes(
        title_text=text(look.language, "sensitivity.axis_cost", currency=look.coin),
        showgrid=True,
        tickformat=",",
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def _add(
    figure: go.Figure,
    name: str,
    amounts: list[float],
    labels: list[str],
    choices: tuple[Choice, ...],
    look: Look,
) -> None:
    title = text(look.language, f"component.{name}")
    told = [
        (
            f"{title}: {unit_price(amount, look.currency, look.language)}",
            offer_label(choice.option.offer),
            _source(choice, look),
        )
        for amount, choice in zip(amounts, choices, strict=True)
    ]
    figure.add_bar(
        x=amounts,
        y=labels,
        name=plain(title),
        orientation="h",
        marker=filled(*COMPONENT_LOOKS[name], look),
        **hovers(told),
    )


def _label(choice: Choice, decision: Decision) -> str:
    offer = choice.option.offer
    where = f"{offer.model_name}, {gpu_name(offer) or offer.supply}"
    return f"{choice.option.workload}: {where}" if len(decision.scenario.workloads) > 1 else where


def _source(choice: Choice, look: Look) -> str:
    profile = choice.option.offer.profile
    if profile is None:
        return ""
    return text(look.language, "screen.source", source=profile.evidence.source.citation)


def _title(choice: Choice, look: Look) -> str:
    costs = choice.cost_components
    most = max(costs, key=lambda name: (costs[name], name))
    return text(
        look.language,
        "screen.chart_image_cost",
        component=text(look.language, f"component.{most}"),
        part=unit_price(costs[most], look.currency, look.language),
        cost=unit_price(choice.cost_per_accepted_image, look.currency, look.language),
    )
