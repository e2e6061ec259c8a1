"""The cost of an accepted image by component: a lying bar for each choice, or for each supply."""

from collections.abc import Mapping, Sequence

from roi.amounts import unit_price
from roi.decision.answer import Choice, Decision
from roi.output.charts.grammar import Axis, Plane, Spec, chart, label, lines, stacked
from roi.output.charts.look import COMPONENT_COLOURS, Look
from roi.output.figures import gpu_name, offer_label
from roi.output.offer_states import Seen, Supplied
from roi.texts import text

BAR_PIXELS, AROUND_PIXELS = 50, 40
OUT_OPACITY = 0.4
"""Of what fails a gate; its name is marked as well."""


def image_cost(decision: Decision, look: Look) -> Spec:
    """The choices of a decision, what each image costs and what for; what comes in hangs below nothing."""
    choices = decision.choices
    names = [label(_named(choice, decision)) for choice in choices]
    said = [(offer_label(choice.option.offer), _source(choice, look)) for choice in choices]
    return _bars(
        names,
        [choice.cost_components for choice in choices],
        said,
        [],
        _most(choices[0], decision, look),
        look,
    )


def supplies(bars: Sequence[Supplied], look: Look) -> Spec:
    """A bar for each supply, what passes first; what fails a gate is pale and named so."""
    rows = [each.row for each in bars]
    out = [place for place, row in enumerate(rows) if row.state == "out"]
    names, said = [_marked(row, look) for row in rows], [_told(row, look) for row in rows]
    return _bars(names, [each.components for each in bars], said, out, _kinds(rows, look), look)


def _bars(
    names: Sequence[str],
    parts: Sequence[Mapping[str, float]],
    said: Sequence[tuple[str, ...]],
    pale: Sequence[int],
    title: str,
    look: Look,
) -> Spec:
    """A lying bar under each name from its parts by component; those at the places `pale` step back."""
    language = look.language
    used = [name for name in COMPONENT_COLOURS if any(part.get(name) for part in parts)]
    told = {name: text(language, f"component.{name}") for name in used}
    series = {told[name]: [part.get(name, 0.0) for part in parts] for name in used}
    rows = stacked(series, [{"y": name} for name in names], "x")
    for row in rows:
        amount = unit_price(row["amount"], look.currency, language)
        row["said"] = lines(f"{row['name']}: {amount}", *said[row["place"]])
    across = Axis(text(language, "sensitivity.axis_cost", currency=look.coin), zero=True)
    colours = {told[name]: COMPONENT_COLOURS[name] for name in used}
    plane = Plane(across, Axis(None, tuple(dict.fromkeys(names))), colours, look)
    layers = []
    for opacity, mine in ((1.0, False), (OUT_OPACITY, True)):
        shown = [row for row in rows if (row["place"] in pale) is mine]
        if shown:
            layers.append(plane.layer(shown, "bar", stroke=look.ink, strokeWidth=0.6, opacity=opacity))
    return chart(title, layers, look, height=AROUND_PIXELS + BAR_PIXELS * len(names))


def _named(choice: Choice, decision: Decision) -> str:
    offer = choice.option.offer
    where = f"{offer.model_name}, {gpu_name(offer) or offer.supply}"
    return f"{choice.option.workload}: {where}" if len(decision.scenario.workloads) > 1 else where


def _source(choice: Choice, look: Look) -> str:
    profile = choice.option.offer.profile
    if profile is None:
        return ""
    return text(look.language, "screen.source", source=profile.evidence.source.citation)


def _most(choice: Choice, decision: Decision, look: Look) -> str:
    """What most of the price is paid for; of which workload, where there are several."""
    costs = choice.cost_components
    most = max(costs, key=lambda name: (costs[name], name))
    return text(
        look.language,
        "screen.chart_image_cost_of" if len(decision.scenario.workloads) > 1 else "screen.chart_image_cost",
        workload=choice.option.workload,
        component=text(look.language, f"component.{most}"),
        part=unit_price(costs[most], look.currency, look.language),
        cost=unit_price(choice.cost_per_accepted_image, look.currency, look.language),
    )


def _marked(row: Seen, look: Look) -> str:
    mark = "✓" if row.state != "out" else "✗"
    return label(f"{mark} {row.supply} ({text(look.language, f'screen.kind_{row.kind}')})")


def _told(row: Seen, look: Look) -> tuple[str, ...]:
    out = text(look.language, "screen.hover_out", reason=row.reason) if row.reason else ""
    source = text(look.language, "screen.source", source=row.source) if row.source else ""
    return row.label, out, source


def _kinds(rows: Sequence[Seen], look: Look) -> str:
    """The cheapest of each kind that passes."""
    parts: dict[str, str] = {}
    for row in rows:
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
