"""How sure an answer is: what each figure's range does, where drawn futures lie, what less carbon would cost."""

from bisect import bisect_right
from collections.abc import Sequence

from roi.amounts import Unit, mass, money, unit_price
from roi.decision.answer import Decision
from roi.output.charts.grammar import Axis, Datum, Plane, Spec, chart, label, lines
from roi.output.charts.look import ORANGE, SKY, VERMILION, Look
from roi.output.sensitivity.headline import moving
from roi.output.sensitivity.labels import Names, bare_label, figure_label, rule_names, value_label
from roi.output.sensitivity.tornado import scale_of
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.frontier import CarbonPoint
from roi.sensitivity.montecarlo.spread import Spread
from roi.sensitivity.tornado import End, TornadoBar
from roi.sensitivity.verdicts import decision_verdict
from roi.texts import text
from roi.units import GRAMS_PER_KG

BARS_SHOWN = 12
BAR_PIXELS, AROUND_PIXELS = 40, 30
ROOM_FRACTION = 0.5
"""Room for the values beside the bars, on the narrowest screen."""
VALUE_SIGNS = 14
"""Longest value beside a bar that has room there; a longer one leaves its unit to what a pointer is told."""
BINS = 50
SHOWN_FRACTION = 0.97
"""Share of futures on the scale; a long tail would squeeze all others into one bar."""
CURVE_POINTS = 200


def tornado(analysis: Analysis, look: Look) -> Spec:
    """Bars from the cost as it stands to the cost at either end; ends without an answer are named."""
    bars, language = moving(analysis)[:BARS_SHOWN], look.language
    base = decision_verdict(analysis.decision).cost_per_accepted_image or 0.0
    least, most = scale_of(bars)
    least, most = min(least, base), max(most, base)
    room = ROOM_FRACTION * ((most - least) or 1.0)
    title = text(language, "sensitivity.axis_cost", currency=look.coin)
    across = Axis(title, limits=(least - room, most + room), least=0.0)
    names = tuple(label(figure_label(bar.ranged, language)) for bar in bars)
    low, high = text(language, "sensitivity.legend_low"), text(language, "sensitivity.legend_high")
    plane = Plane(across, Axis(None, names), {low: SKY, high: ORANGE}, look)
    rows = [
        {**_end(bar, end, base, analysis, look), "y": name, "name": side}
        for bar, name in zip(bars, names, strict=True)
        for end, side in ((bar.low, low), (bar.high, high))
    ]
    layers = [
        plane.layer(rows, "bar", stroke=look.ink, strokeWidth=0.6, height={"band": 0.7}),
        *_values(plane, rows, base, look),
        plane.upright(base, look.ink, width=2),
    ]
    return chart(_most(bars, look), layers, look, height=AROUND_PIXELS + BAR_PIXELS * len(bars))


def _end(bar: TornadoBar, end: End, base: float, analysis: Analysis, look: Look) -> Datum:
    value = value_label(bar.ranged, end.value, look.language)
    at = f"{figure_label(bar.ranged, look.language)}: {value}"
    cost = end.cost_per_accepted_image
    if cost is None:
        rules = rule_names((end.fault or "").split(", "), look.language)
        none = text(look.language, "sensitivity.no_answer")
        nothing = text(look.language, "sensitivity.then_nothing", rules=rules)
        return {"x": base, "x2": base, "value": f"{value}: {none}", "said": lines(at, nothing)}
    price = unit_price(cost, look.currency, look.language)
    then = Names(analysis.decision).of(end.picks) if end.changes else ""
    changed = text(look.language, "screen.hover_then", option=then) if then else ""
    short = value if len(value) <= VALUE_SIGNS else bare_label(bar.ranged, end.value)
    told = "" if end.value == bar.ranged.value else f"{short} *" if end.changes else short
    said = lines(at, text(look.language, "screen.hover_cost", cost=price), changed)
    return {"x": cost, "x2": base, "value": told, "said": said}


def _values(plane: Plane, rows: Sequence[Datum], base: float, look: Look) -> list[Spec]:
    """Each end's value outside its bar; of two on the same side the one further out."""
    layers = []
    for outward, align in ((True, "left"), (False, "right")):
        furthest: dict[str, Datum] = {}
        for row in rows:
            if row["value"] and (row["x"] >= base) is outward:
                kept = furthest.get(row["y"])
                if kept is None or abs(row["x"] - base) > abs(kept["x"] - base):
                    furthest[row["y"]] = row
        told = [{"x": row["x"], "y": row["y"], "value": row["value"]} for row in furthest.values()]
        if told:
            dx = 4 if outward else -4
            layer = plane.layer(told, "text", align=align, dx=dx, fontSize=10, color=look.ink)
            layer["encoding"]["text"] = {"field": "value"}
            layers.append(layer)
    return layers


def _most(bars: Sequence[TornadoBar], look: Look) -> str:
    if not bars:
        return text(look.language, "sensitivity.chart_tornado")
    most = figure_label(bars[0].ranged, look.language)
    for end in (bars[0].low, bars[0].high):
        if not end.picks:
            value = value_label(bars[0].ranged, end.value, look.language)
            return text(look.language, "screen.chart_tornado_unanswered", figure=most, value=value)
    costs = sorted(end.cost_per_accepted_image or 0.0 for end in (bars[0].low, bars[0].high))
    low, high = (unit_price(cost, look.currency, look.language) for cost in costs)
    return text(look.language, "screen.chart_tornado", figure=most, low=low, high=high)


def futures(
    amounts: Sequence[float], spread: Spread, now: float, unit: Unit, axis: str, title: str, look: Look
) -> Spec:
    """How many futures lie where, and the share at or below; median, nine of ten, and the value as it stands."""
    language, ordered = look.language, sorted(amounts)
    shown = ordered[: max(int(len(ordered) * SHOWN_FRACTION), 2)]
    across = Axis(axis, grid=False)
    counted = Plane(across, Axis(text(language, "sensitivity.axis_futures"), zero=True), {}, look)
    share = Axis(text(language, "screen.axis_below"), limits=(0.0, 1.0), every=0.25, shown=".0%", grid=False)
    below = Plane(across, share, {}, look)
    lines_shown = [
        below.upright(spread.p5 / unit.size, look.ink, dash=(2, 3)),
        below.upright(spread.p50 / unit.size, look.ink, dash=(7, 4)),
        below.upright(spread.p95 / unit.size, look.ink, dash=(2, 3)),
        below.upright(now / unit.size, VERMILION, width=2.5),
    ]
    curve = _share_below(ordered, len(shown), unit)
    bars = counted.layer(
        _bins(shown, unit, look), "bar", color=SKY, stroke=look.ink, strokeWidth=0.4, binSpacing=0
    )
    layers = [
        {"layer": [bars, *lines_shown]},
        {
            "layer": [
                below.layer(curve, "line", color=look.ground, strokeWidth=5.5),
                below.layer(curve, "line", color=look.curve, strokeWidth=2.5),
            ]
        },
    ]
    hidden = text(language, "sensitivity.off_scale", count=len(ordered) - len(shown))
    found = chart(title, layers, look, notes=[*_named(spread, now, unit, look), hidden])
    return {**found, "resolve": {"scale": {"y": "independent"}}}


def _bins(shown: Sequence[float], unit: Unit, look: Look) -> list[Datum]:
    """Bars of one width from the least to the largest amount on the scale."""
    least, most = shown[0], shown[-1]
    size = (most - least) / BINS or 1.0
    edges = [least + size * place for place in range(BINS)] + [most]
    places = [bisect_right(shown, edge) for edge in edges]
    places[0] = 0
    futures_said = text(look.language, "sensitivity.axis_futures")
    return [
        {
            "x": begin / unit.size,
            "x2": end / unit.size,
            "y": last - first,
            "y2": 0,
            "said": f"{begin / unit.size:,.4g} .. {end / unit.size:,.4g}: {last - first:,} {futures_said}",
        }
        for begin, end, first, last in zip(edges, edges[1:], places, places[1:], strict=False)
    ]


def _share_below(ordered: Sequence[float], shown: int, unit: Unit) -> list[Datum]:
    step = max(shown // CURVE_POINTS, 1)
    return [
        {"x": ordered[place] / unit.size, "y": (place + 1) / len(ordered)} for place in range(0, shown, step)
    ]


def _named(spread: Spread, now: float, unit: Unit, look: Look) -> list[str]:
    """The lines of the chart with their dashes and values."""
    marks = (
        ("┈", "line_p5", spread.p5),
        ("╌", "line_median", spread.p50),
        ("┈", "line_p95", spread.p95),
        ("━", "line_now", now),
    )
    told = [
        f"{mark} {text(look.language, f'screen.{key}', value=_short(value / unit.size))}"
        for mark, key, value in marks
    ]
    return ["   ".join(told[:2]), "   ".join(told[2:])]


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def abatement(decision: Decision, points: Sequence[CarbonPoint], look: Look) -> Spec:
    """Efficient plans, the cheapest marked, each with the price of its next tonne avoided."""
    language, names = look.language, Names(decision)
    across = Axis(text(language, "sensitivity.axis_carbon"))
    up = Axis(text(language, "sensitivity.axis_cost", currency=look.coin), zero=True)
    chosen, others = text(language, "screen.state_chosen"), text(language, "screen.abatement_points")
    plane = Plane(across, up, {chosen: VERMILION, others: look.line}, look)
    rows = [
        {
            "x": point.carbon_kg_per_accepted_image * GRAMS_PER_KG,
            "y": point.cost_per_accepted_image,
            "name": others if place else chosen,
            "said": _point(point, names, look),
        }
        for place, point in enumerate(points)
    ]
    path = [{"x": row["x"], "y": row["y"]} for row in rows]
    layers = [
        plane.layer(path, "line", color=look.quiet, strokeDash=[6, 4]),
        plane.layer(rows[1:], "point", filled=True, size=90, stroke=look.ink, opacity=1),
        plane.layer(rows[:1], "point", filled=True, shape="diamond", size=260, stroke=look.ink, opacity=1),
    ]
    return chart(_less(points, look), layers, look)


def _point(point: CarbonPoint, names: Names, look: Look) -> str:
    slope, language = point.abatement_cost_per_tonne, look.language
    settings = ", ".join(f"{pick.images} x {pick.attempts_max}" for pick in point.picks)
    cost = unit_price(point.cost_per_accepted_image, look.currency, language)
    tonne = "" if slope is None else money(slope, look.currency, language)
    return lines(
        f"{names.of(point.picks)}, {settings}",
        text(language, "screen.hover_cost", cost=cost),
        text(language, "screen.hover_carbon", mass=mass(point.carbon_kg_per_accepted_image)),
        text(language, "screen.hover_tonne", amount=tonne) if tonne else "",
    )


def _less(points: Sequence[CarbonPoint], look: Look) -> str:
    first, last = points[0], points[-1]
    if len(points) == 1:
        return text(look.language, "sensitivity.frontier_one")
    return text(
        look.language,
        "screen.chart_abatement",
        clean=mass(last.carbon_kg_per_accepted_image),
        now=mass(first.carbon_kg_per_accepted_image),
        cost=unit_price(last.cost_per_accepted_image, look.currency, look.language),
        before=unit_price(first.cost_per_accepted_image, look.currency, look.language),
    )
