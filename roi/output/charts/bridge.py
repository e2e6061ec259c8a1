"""What moved the money of a month: steps from the plan to what it cost, one below the other."""

from roi.amounts import money_unit, whole_money
from roi.operate.bridge import Bridge
from roi.output.charts.grammar import Axis, Datum, Plane, Spec, chart, label, lines
from roi.output.charts.look import BLUE, GREEN, VERMILION, Look
from roi.texts import text

NAMES = ("bridge_more", "bridge_less", "bridge_whole")
STEP_PIXELS, AROUND_PIXELS = 30, 60


def bridge(found: Bridge, title: str, look: Look) -> Spec:
    """Bars from where the steps before have come to where this one goes, zero being the plan; last all of them."""
    language = look.language
    unit = money_unit((float(each) for _, each in found.steps), look.currency, language)
    more, less, whole = (text(language, f"screen.{name}") for name in NAMES)
    rows: list[Datum] = []
    level = 0.0
    for step, amount in found.steps:
        after = level + float(amount)
        rows.append(_bar(text(language, f"operation_step.{step}"), level, after, look))
        rows[-1]["name"] = more if amount > 0 else less
        level = after
    rows.append(_bar(whole, 0.0, float(found.difference), look) | {"name": whole})
    for row in rows:
        row["x"], row["x2"] = row["x"] / unit.size, row["x2"] / unit.size
    across = Axis(text(language, "screen.axis_bridge", unit=unit.name), zero=True)
    names = tuple(row["y"] for row in rows)
    plane = Plane(across, Axis(None, names), {more: VERMILION, less: GREEN, whole: BLUE}, look)
    layers = [
        plane.layer(rows, "bar", stroke=look.ink, strokeWidth=0.6, height={"band": 0.7}),
        plane.upright(0.0, look.ink, width=2),
    ]
    return chart(title, layers, look, height=AROUND_PIXELS + STEP_PIXELS * len(rows))


def _bar(name: str, before: float, after: float, look: Look) -> Datum:
    told = whole_money(after - before, look.currency, look.language)
    return {"y": label(name), "x": after, "x2": before, "said": lines(name, told)}
