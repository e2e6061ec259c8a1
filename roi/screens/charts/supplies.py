"""Own, rented and API beside each other: the cheapest offer of every supply in whole units, by component."""

from collections.abc import Sequence

import plotly.graph_objects as go

from roi.amounts import unit_price
from roi.screens.charts.look import COMPONENT_LOOKS, Look, filled, hovers, new_figure, plain, wrapped
from roi.screens.charts.offer_states import Seen, Supplied
from roi.texts import text

BAR_PIXELS = 44
AROUND_PIXELS = 200
LABEL_COLUMNS = 20
OUT_OPACITY = 0.4
"""Of what fails a gate; its name is marked as well."""


def supplies(bars: Sequence[Supplied], look: Look) -> go.Figure:
    """A bar for each supply, what passes first; what fails a gate is named so."""
    best = [each.row for each in bars]
    figure = new_figure(_title(best, look), look, height=AROUND_PIXELS + BAR_PIXELS * len(best))
    labels = [_label(row, look) for row in best]
    for name, surface in COMPONENT_LOOKS.items():
        amounts = [each.components.get(name, 0.0) for each in bars]
        if any(amounts):
            title = text(look.language, f"component.{name}")
            figure.add_bar(
                x=amounts,
                y=labels,
                name=plain(title),
                orientation="h",
                marker={
                    **filled(*surface, look),
                    "opacity": [1.0 if row.state != "out" else OUT_OPACITY for row in best],
                },
                **hovers(_told(row, title, amount, look) for row, amount in zip(best, amounts, strict=True)),
            )
    figure.update_layout(barmode="relative")
    axis = text(look.language, "sensitivity.axis_cost", currency=look.coin)
    figure.update_xaxes(title_text=axis, showgrid=True, tickformat=",")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def _label(row: Seen, look: Look) -> str:
    mark = "✓" if row.state != "out" else "✗"
    kind = text(look.language, f"screen.kind_{row.kind}")
    return wrapped(f"{mark} {row.supply} ({kind})", LABEL_COLUMNS)


def _told(row: Seen, title: str, amount: float, look: Look) -> list[str]:
    out = text(look.language, "screen.hover_out", reason=row.reason) if row.reason else ""
    source = text(look.language, "screen.source", source=row.source) if row.source else ""
    return [f"{title}: {unit_price(amount, look.currency, look.language)}", row.label, out, source]


def _title(best: Sequence[Seen], look: Look) -> str:
    """The cheapest of each kind that passes."""
    parts: dict[str, str] = {}
    for row in best:
        if row.state != "out" and row.cost_per_accepted_image is not None and row.kind not in parts:
            cost = unit_price(row.cost_per_accepted_image, look.currency, look.language)
            kind = text(look.language, f"screen.kind_{row.kind}")
            parts[row.kind] = text(look.language, "screen.kind_cost", kind=kind, cost=cost)
    missing = [kind for kind in ("own", "rent", "api") if kind not in parts]
    none = [
        text(look.language, "screen.kind_none", kind=text(look.language, f"screen.kind_{kind}"))
        for kind in missing
    ]
    said = text(look.language, "screen.kinds_join").join([*parts.values(), *none])
    return text(look.language, "screen.chart_supplies", kinds=said)
