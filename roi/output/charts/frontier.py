"""Cost, quality and carbon of every offer at once, and the cheapest at each quality."""

from collections.abc import Sequence

from roi.amounts import mass, unit_price
from roi.output.charts.grammar import Axis, Datum, Plane, Spec, chart, legend_columns, lines
from roi.output.charts.look import BLUE, VERMILION, Look
from roi.output.offer_states import Seen
from roi.scenario.workload import Workload
from roi.sensitivity.frontier import FidPoint
from roi.texts import text
from roi.units import GRAMS_PER_KG

CROSS = "M-.6,-1L0,-.4L.6,-1L1,-.6L.4,0L1,.6L.6,1L0,.4L-.6,1L-1,.6L-.4,0L-1,-.6Z"
STAR = "M0,-1L.24,-.32L.95,-.31L.38,.12L.59,.81L0,.4L-.59,.81L-.38,.12L-.95,-.31L-.24,-.32Z"
SYMBOLS = {
    "out": (CROSS, 25),
    "api_out": ("square", 60),
    "api": ("square", 110),
    "in": ("circle", 90),
    "near": ("diamond", 150),
    "chosen": (STAR, 420),
}
"""Shape and size [square pixels] of each kind of mark, the later ones on top."""
COLOURED = ("in", "near")
CARBON_COLOURS = "cividis"
"""Even to colour-blind eyes and in grey (J. R. Nuñez, C. R. Anderton and R. S. Renslow, PLOS ONE 2018)."""
LOG_FROM = 8.0
"""Ratio of the dearest to the cheapest from which costs stand on a scale of ratios."""
HEIGHT = 380


def frontier(rows: Sequence[Seen], steps: Sequence[FidPoint], workload: Workload, look: Look) -> Spec:
    """FID to the right, cost upwards, carbon as colour, state as shape; each mark carries its id and supply."""
    language = look.language
    shown = [row for row in rows if row.fid is not None and row.cost_per_accepted_image]
    costs = [row.cost_per_accepted_image or 0.0 for row in shown]
    log = bool(costs) and max(costs) > LOG_FROM * min(costs)
    reference = workload.quality.reference
    across = Axis(text(language, "screen.axis_fid", reference=reference))
    up = Axis(text(language, "sensitivity.axis_cost", currency=look.coin), log=log)
    plane = Plane(across, up, {}, look)
    layers, notes = _around(plane, steps, [row.fid or 0.0 for row in shown], workload, look)
    kinds = [kind for kind in SYMBOLS if any(_kind(row) == kind for row in shown)]
    for kind in kinds:
        mine = [_mark(row, kind, look) for row in shown if _kind(row) == kind]
        layers.append(_marks(plane, kind, kinds, mine, look))
    return chart(_title(rows, look), layers, look, height=HEIGHT, notes=notes)


def _kind(row: Seen) -> str:
    if row.kind == "api" and row.state != "chosen":
        return "api_out" if row.state == "out" else "api"
    return row.state


def _mark(row: Seen, kind: str, look: Look) -> Datum:
    kg = row.carbon_kg_per_accepted_image
    return {
        "x": row.fid,
        "y": row.cost_per_accepted_image,
        "kind": text(look.language, f"screen.state_{kind}"),
        "carbon": kg * GRAMS_PER_KG if kg else None,
        "id": row.id,
        "supply": row.supply,
        "said": _told(row, look),
    }


def _marks(plane: Plane, kind: str, kinds: Sequence[str], rows: Sequence[Datum], look: Look) -> Spec:
    """Marks of one kind, in its shape; by carbon in colour where they pass."""
    _, size = SYMBOLS[kind]
    layer = plane.layer(rows, "point", filled=True, size=size, stroke=look.ink, strokeWidth=0.8, opacity=0.95)
    layer["params"] = [{"name": f"asked_{kind}", "select": {"type": "point", "fields": ["id", "supply"]}}]
    names = [text(look.language, f"screen.state_{each}") for each in kinds]
    layer["encoding"]["shape"] = {
        "field": "kind",
        "type": "nominal",
        "scale": {
            "domain": names,
            "range": [SYMBOLS[each][0] for each in kinds],
        },
        "legend": {
            "orient": "bottom",
            "title": None,
            "columns": legend_columns(names),
            "symbolFillColor": look.quiet,
            "symbolStrokeColor": look.ink,
            "labelLimit": 340,
        },
    }
    if kind in COLOURED:
        layer["encoding"]["color"] = {
            "field": "carbon",
            "type": "quantitative",
            "scale": {"type": "log", "scheme": CARBON_COLOURS},
            "legend": {"title": text(look.language, "screen.legend_carbon"), "orient": "top", "format": "~g"},
        }
    else:
        layer["mark"]["color"] = VERMILION if kind == "chosen" else look.quiet
    return layer


def _told(row: Seen, look: Look) -> str:
    language, cost, kg = look.language, row.cost_per_accepted_image, row.carbon_kg_per_accepted_image
    price = "" if cost is None else unit_price(cost, look.currency, language)
    return lines(
        row.label,
        text(language, "screen.hover_cost", cost=price) if price else "",
        f"FID {row.fid:.2f}",
        text(
            language,
            "screen.hover_carbon_none" if kg is None else "screen.hover_carbon",
            mass=mass(kg or 0.0),
        ),
        text(language, "screen.hover_out", reason=row.reason) if row.reason else "",
        text(language, "screen.source", source=row.source) if row.source else "",
    )


def _around(
    plane: Plane, steps: Sequence[FidPoint], fids: Sequence[float], workload: Workload, look: Look
) -> tuple[list[Spec], list[str]]:
    """The cheapest at each FID, where that is more than one, and the bar, where it lies near what is shown."""
    layers, notes = [], []
    ordered = sorted(steps, key=lambda point: point.fid)
    if len(ordered) > 1:
        layers.append(_steps(plane, ordered, look))
        notes.append(f"┄ {text(look.language, 'screen.frontier_line')}")
    bar = workload.quality.fid_max
    if bar is not None and fids and bar <= 2 * max(fids):
        layers.append(plane.upright(bar, look.ink, dash=(6, 4)))
        notes.append(f"╎ {text(look.language, 'screen.bar_line', fid=bar)}")
    return layers, notes


def _steps(plane: Plane, ordered: Sequence[FidPoint], look: Look) -> Spec:
    rows = [{"x": point.fid, "y": point.cost_per_accepted_image} for point in ordered]
    return plane.layer(rows, "line", interpolate="step-after", color=look.quiet, strokeDash=[2, 3])


def _title(rows: Sequence[Seen], look: Look) -> str:
    passing = sum(row.state != "out" for row in rows)
    chosen = next((row for row in rows if row.state == "chosen"), None)
    if chosen is None:
        return text(look.language, "screen.chart_frontier_none", count=passing, total=len(rows))
    where = f"{chosen.model} / {chosen.supply}"
    return text(look.language, "screen.chart_frontier", option=where, count=passing, total=len(rows))


def fid_steps(points: Sequence[FidPoint], reference: str, look: Look) -> Spec:
    """The cheapest option at each FID, named."""
    ordered = sorted(points, key=lambda point: point.fid)
    across = Axis(text(look.language, "sensitivity.axis_fid", reference=reference))
    up = Axis(text(look.language, "sensitivity.axis_cost", currency=look.coin), zero=True)
    plane = Plane(across, up, {}, look)
    rows = [
        {"x": point.fid, "y": point.cost_per_accepted_image, "model": point.pick.model} for point in ordered
    ]
    named = plane.layer(rows, "text", align="left", dx=7, dy=-8, color=look.ink)
    named["encoding"]["text"] = {"field": "model"}
    layers = [
        _steps(plane, ordered, look),
        plane.layer(rows, "point", filled=True, size=90, color=BLUE, stroke=look.ink, opacity=1),
        named,
    ]
    return chart(text(look.language, "sensitivity.chart_fid"), layers, look)
