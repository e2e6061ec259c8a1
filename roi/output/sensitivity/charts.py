"""Charts of how sure a decision is, as PNG or SVG: tornado, frontiers, spread.

Readable in grey and by colour-blind eyes: every distinction is also one of place, hatching or shape.
"""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from bench.writing import write_file
from roi.amounts import money_unit
from roi.arrays import FloatArray
from roi.errors import RoiError
from roi.output.plan.charts import COLOURS, JAPANESE_FONTS
from roi.output.sensitivity.labels import figure_label, value_label
from roi.output.sensitivity.tornado import scale_of
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.frontier import CarbonPoint, FidPoint
from roi.sensitivity.montecarlo.answer import Simulation
from roi.sensitivity.montecarlo.spread import Spread
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.sensitivity.plandraws.returns import PlanRisk
from roi.sensitivity.tornado import TornadoBar
from roi.texts import Language, text
from roi.units import GRAMS_PER_KG

Format = Literal["png", "svg"]
BARS_SHOWN = 12
BINS = 60

Draw = Callable[[Any], None]


def write_charts(
    analysis: Analysis,
    folder: Path,
    ending: Format,
    language: Language,
    planned: PlanAnalysis | None = None,
) -> tuple[Path, ...]:
    """Write every chart that the analysis can fill; in English where no font holds Japanese.

    Raises
    ------
    RoiError
        When matplotlib is missing or the folder cannot be written to.
    """
    fonts = fonts_of(language)
    spoken: Language = language if fonts else "en"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(
            _save(folder / f"sensitivity-{name}.{ending}", draw, fonts)
            for name, draw in {**_charts(analysis, spoken), **_plan_charts(planned, spoken)}.items()
        )
    except OSError as fault:
        raise RoiError(
            f"--charts {folder}: cannot be written: {fault.strerror}; name another folder"
        ) from None


def _charts(analysis: Analysis, language: Language) -> dict[str, Draw]:
    """What there is to draw, by name."""
    currency = analysis.decision.scenario.currency
    found: dict[str, Draw] = {}
    bars = [bar for bar in analysis.bars if bar.cost_swing > 0 or not (bar.low.picks and bar.high.picks)]
    if bars:
        found["tornado"] = lambda axes: _tornado(analysis, bars[:BARS_SHOWN], language, axes)
    if len(analysis.carbon.points) > 1:
        found["carbon"] = lambda axes: _carbon(analysis.carbon.points, currency, language, axes)
    first = analysis.decision.scenario.workloads[0]
    levels = tuple(point for point in analysis.fid if point.workload == first.name)
    if len(levels) > 1:
        reference = first.quality.reference
        found["fid"] = lambda axes: _fid(levels, reference, currency, language, axes)
    simulation = analysis.simulation
    if simulation is not None and simulation.cost is not None:
        found["spread"] = lambda axes: _spread(analysis, simulation, language, axes)
    return found


def _plan_charts(planned: PlanAnalysis | None, language: Language) -> dict[str, Draw]:
    if planned is None or planned.risk is None or planned.risk.npvs is None:
        return {}
    risk = planned.risk
    return {"npv": lambda axes: _npv(planned, risk, language, axes)}


def fonts_of(language: Language) -> tuple[str, ...]:
    """Fonts that hold the language's letters; none where Japanese has none here.

    Raises
    ------
    RoiError
        When matplotlib is missing.
    """
    try:
        from matplotlib import font_manager
    except ModuleNotFoundError:
        raise RoiError("--charts needs matplotlib: pip install 'image-roi[charts]'") from None

    if language != "ja":
        return ("DejaVu Sans",)
    installed = set(font_manager.get_font_names())
    return tuple(name for name in JAPANESE_FONTS if name in installed)


def _save(path: Path, draw: Draw, fonts: tuple[str, ...]) -> Path:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    settings: dict[str, Any] = {"svg.hashsalt": "sensitivity", "hatch.linewidth": 0.5}
    if fonts:
        settings["font.family"] = [*fonts, "DejaVu Sans"]
    with rc_context(settings):
        figure = Figure(figsize=(9, 4.8), layout="constrained")
        draw(figure.subplots())
        held, ending = io.BytesIO(), path.suffix.removeprefix(".")
        figure.savefig(held, format=ending, dpi=150, metadata={"Date": None} if ending == "svg" else None)
        write_file(path, held.getvalue())
    return path


def _tornado(analysis: Analysis, bars: list[TornadoBar], language: Language, axes: Any) -> None:
    """Bars from the base to either end; an end without an answer is hatched to the edge of the scale."""
    scenario = analysis.decision.scenario
    base = _base_cost(analysis)
    least, most = scale_of(bars)
    room = (most - least) or 1.0
    for place, bar in enumerate(reversed(bars)):
        for end, colour, key in (
            (bar.low, COLOURS[4], "sensitivity.legend_low"),
            (bar.high, COLOURS[1], "sensitivity.legend_high"),
        ):
            cost = end.cost_per_accepted_image
            label = text(language, key) if place == 0 else None
            reach = (most + 0.04 * room if cost is None else cost) - base
            hatch = "xx" if cost is None else ("" if end is bar.low else "//")
            axes.barh(
                place, reach, 0.7, base, color=colour, hatch=hatch, edgecolor="black", lw=0.5, label=label
            )
            note = text(language, "sensitivity.no_answer") if cost is None else ""
            words = f"{value_label(bar.ranged, end.value, language)} {note}".strip() + (
                " *" if end.changes and end.picks else ""
            )
            outward = reach >= 0
            axes.annotate(
                words if reach else "",
                (base + reach, place),
                xytext=(4 if outward else -4, 0),
                textcoords="offset points",
                ha="left" if outward else "right",
                va="center",
                fontsize=7,
            )
    axes.axvline(base, color="black", lw=1)
    axes.set_yticks(
        range(len(bars)), [figure_label(bar.ranged, language) for bar in reversed(bars)], fontsize=8
    )
    axes.set(
        title=text(language, "sensitivity.chart_tornado"),
        xlabel=text(language, "sensitivity.axis_cost", currency=scenario.currency),
        xlim=(least - 0.2 * room, most + 0.25 * room),
    )
    axes.text(
        0.99, 0.2, text(language, "sensitivity.legend"), transform=axes.transAxes, ha="right", fontsize=8
    )
    axes.legend(loc="lower right", frameon=False, fontsize=8)


def _base_cost(analysis: Analysis) -> float:
    return analysis.decision.cost_per_accepted_image or 0.0


def _carbon(points: tuple[CarbonPoint, ...], currency: str, language: Language, axes: Any) -> None:
    grams = [point.carbon_kg_per_accepted_image * GRAMS_PER_KG for point in points]
    costs = [point.cost_per_accepted_image for point in points]
    axes.plot(grams, costs, color="0.6", lw=1, ls="--", zorder=1)
    axes.scatter(grams[1:], costs[1:], color="black", marker="o", s=28, zorder=2)
    now = text(language, "sensitivity.legend_now")
    axes.scatter(
        grams[:1], costs[:1], color=COLOURS[5], edgecolor="black", marker="D", s=60, zorder=3, label=now
    )
    for place, (gram, cost, point) in enumerate(zip(grams, costs, points, strict=True)):
        settings = ", ".join(f"{pick.images} x {pick.attempts_max}" for pick in point.picks)
        axes.annotate(
            settings,
            (gram, cost),
            xytext=(5, -11 if place % 2 else 5),
            textcoords="offset points",
            fontsize=7,
        )
    axes.set(
        title=text(language, "sensitivity.chart_carbon"),
        xlabel=text(language, "sensitivity.axis_carbon"),
        ylabel=text(language, "sensitivity.axis_cost", currency=currency),
    )
    axes.text(
        0.99, 0.85, text(language, "sensitivity.n_times_k"), transform=axes.transAxes, ha="right", fontsize=8
    )
    axes.margins(0.08)
    axes.legend(frameon=False, fontsize=8)


def _fid(points: tuple[FidPoint, ...], reference: str, currency: str, language: Language, axes: Any) -> None:
    ordered = sorted(points, key=lambda point: point.fid)
    fids = [point.fid for point in ordered]
    costs = [point.cost_per_accepted_image for point in ordered]
    beyond = fids[-1] * 1.15
    axes.step([*fids, beyond], [*costs, costs[-1]], where="post", color="black", lw=1)
    axes.scatter(fids, costs, color=COLOURS[0], edgecolor="black", s=36, zorder=2)
    for point in ordered:
        axes.annotate(
            point.pick.model,
            (point.fid, point.cost_per_accepted_image),
            xytext=(5, 6),
            textcoords="offset points",
            fontsize=8,
        )
    axes.set(
        title=text(language, "sensitivity.chart_fid"),
        xlabel=text(language, "sensitivity.axis_fid", reference=reference),
        ylabel=text(language, "sensitivity.axis_cost", currency=currency),
        xlim=(fids[0] * 0.9, beyond),
        ylim=(0, max(costs) * 1.15),
    )


def _spread(analysis: Analysis, simulation: Simulation, language: Language, axes: Any) -> None:
    """The futures' costs as bars up to the 99th percentile, with the quantiles that the page names."""
    if simulation.cost is None:
        return
    currency = analysis.decision.scenario.currency
    _histogram(simulation.costs, simulation.cost, _base_cost(analysis), language, axes)
    axes.set(
        title=text(language, "sensitivity.chart_spread", draws=simulation.draws),
        xlabel=text(language, "sensitivity.axis_cost", currency=currency),
    )


def _npv(planned: PlanAnalysis, risk: PlanRisk, language: Language, axes: Any) -> None:
    """The futures' net present values, with the zero line."""
    finance = planned.decision.finance
    if risk.npvs is None or risk.npv is None or finance is None:
        return
    unit = money_unit([risk.npv.p95, risk.npv.p5], planned.decision.scenario.currency, language)
    scaled = replace(
        risk.npv, p5=risk.npv.p5 / unit.size, p50=risk.npv.p50 / unit.size, p95=risk.npv.p95 / unit.size
    )
    _histogram(risk.npvs / unit.size, scaled, finance.npv / unit.size, language, axes)
    if axes.get_xlim()[0] < 0:
        axes.axvline(0.0, color="black", lw=1)
    axes.set(title=text(language, "sensitivity.chart_npv", draws=risk.draws), xlabel=unit.name)


def _histogram(column: FloatArray, spread: Spread, now: float, language: Language, axes: Any) -> None:
    """Bars up to the 99th percentile; median, ends and the value as it stands as lines."""
    amounts = sorted(float(each) for each in column)
    last = amounts[int(0.99 * (len(amounts) - 1))]
    axes.hist(
        [each for each in amounts if each <= last], bins=BINS, color=COLOURS[4], edgecolor="black", lw=0.3
    )
    axes.axvline(
        spread.p50, color="black", lw=1.2, ls="--", label=text(language, "sensitivity.legend_median")
    )
    for place, end in enumerate((spread.p5, spread.p95)):
        label = text(language, "sensitivity.legend_ends") if place == 0 else None
        axes.axvline(end, color="black", lw=1, ls=":", label=label)
    axes.axvline(now, color=COLOURS[5], lw=1.6, label=text(language, "sensitivity.legend_now"))
    note = text(language, "sensitivity.off_scale", count=sum(each > last for each in amounts))
    axes.text(0.99, 0.5, note, transform=axes.transAxes, ha="right", fontsize=8)
    axes.set_ylabel(text(language, "sensitivity.axis_futures"))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.margins(x=0)
    axes.legend(frameon=False, fontsize=8)
