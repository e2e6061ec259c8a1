"""Charts of a plan as PNG and SVG: cash against today, cost by component, carbon by scope."""

import io
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from bench.writing import write_file
from roi.amounts import Unit, carbon_unit, money_unit
from roi.disclosure import carbon_by_scope, scope_name
from roi.errors import RoiError
from roi.output.plan.totals import today_ledger
from roi.output.years import year_labels
from roi.planning.answer import COMPONENTS, Ledger, PlanDecision
from roi.texts import Language, text

ENDINGS = ("png", "svg")
JAPANESE_FONTS = ("Noto Sans CJK JP", "IPAexGothic", "Yu Gothic", "Hiragino Sans", "Meiryo", "MS Gothic")
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""Colours that colour-blind eyes tell apart (M. Okabe and K. Ito, Color Universal Design, 2008)."""
HATCHES = ("", "//", "..", "xx", "--")
"""In turn with the colours, so that a black-and-white print keeps components apart."""

Draw = Callable[[Any], None]


def write_charts(decision: PlanDecision, folder: Path, language: Language) -> tuple[Path, ...]:
    """Write every chart that the answer can fill; in English where no font holds Japanese.

    Raises
    ------
    RoiError
        When the folder cannot be written to.
    """
    ledger = decision.ledger
    if ledger is None:
        return ()
    fonts = _fonts(language)
    spoken: Language = language if fonts else "en"
    charts: dict[str, Draw] = {
        "cost": lambda axes: _cost(decision, ledger, spoken, axes),
        "carbon": lambda axes: _carbon(decision, ledger, spoken, axes),
    }
    if decision.finance is not None:
        flows = decision.finance.cash_flows
        charts["cash"] = lambda axes: _cash(decision, flows, spoken, axes)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(path for name, draw in charts.items() for path in _save(folder, name, draw, fonts))
    except OSError as fault:
        raise RoiError(
            f"--charts {folder}: cannot be written: {fault.strerror}; name another folder"
        ) from None


def _fonts(language: Language) -> tuple[str, ...]:
    """Fonts that hold the language's letters; none where Japanese has none here."""
    if language != "ja":
        return ("DejaVu Sans",)
    from matplotlib import font_manager

    installed = set(font_manager.get_font_names())
    return tuple(name for name in JAPANESE_FONTS if name in installed)


def _save(folder: Path, name: str, draw: Draw, fonts: Sequence[str]) -> list[Path]:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    settings: dict[str, Any] = {"svg.hashsalt": "plan", "hatch.linewidth": 0.4}
    if fonts:
        settings["font.family"] = list(fonts)
    paths = [folder / f"plan-{name}.{ending}" for ending in ENDINGS]
    with rc_context(settings):
        figure = Figure(figsize=(9, 4.5), layout="constrained")
        draw(figure.subplots())
        for path in paths:
            held, ending = io.BytesIO(), path.suffix.removeprefix(".")
            figure.savefig(held, format=ending, dpi=150, metadata={"Date": None} if ending == "svg" else None)
            write_file(path, held.getvalue())
    return paths


def _cash(decision: PlanDecision, flows: Sequence[float], language: Language, axes: Any) -> None:
    levels = list(accumulate(flows))
    unit = money_unit(levels, decision.scenario.currency, language)
    axes.axhline(0.0, color="0.6", linewidth=0.8)
    axes.plot([level / unit.size for level in levels], color="black")
    axes.set(
        title=text(language, "plan.chart_cash"), xlabel=text(language, "plan.chart_months"), ylabel=unit.name
    )
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.margins(x=0)


def _cost(decision: PlanDecision, ledger: Ledger, language: Language, axes: Any) -> None:
    """Components stacked by year, today's beside the plan's."""
    sides = _sides(decision, ledger)
    found = [side.by_component_and_year() for side in sides]
    used = [name for name in COMPONENTS if any(name in amounts for amounts in found)]
    nothing = (0.0,) * ledger.years
    stacks = [
        {text(language, f"component.{name}"): amounts.get(name, nothing) for name in used}
        for amounts in found
    ]
    largest = [sum(map(abs, year)) for stack in stacks for year in zip(*stack.values(), strict=True)]
    unit = money_unit(largest, decision.scenario.currency, language)
    axes.set(title=text(language, "plan.chart_cost"))
    _stacked(decision, stacks, unit, language, axes)


def _carbon(decision: PlanDecision, ledger: Ledger, language: Language, axes: Any) -> None:
    """Scopes stacked by year, location-based, today's beside the plan's."""
    names = (
        "scope_2_location",
        "scope_3_fuel_and_energy",
        "scope_3_purchased_services",
        "scope_3_capital_goods",
    )
    stacks = []
    for side in _sides(decision, ledger):
        scoped = carbon_by_scope(decision.scenario, side)
        stacks.append(
            {
                scope_name(decision.scenario, name, language): [getattr(each, name) or 0.0 for each in scoped]
                for name in names
            }
        )
    unit = carbon_unit(sum(year) for stack in stacks for year in zip(*stack.values(), strict=True))
    axes.set(title=text(language, "plan.chart_carbon"))
    _stacked(decision, stacks, unit, language, axes)


def _sides(decision: PlanDecision, ledger: Ledger) -> list[Ledger]:
    baseline = today_ledger(decision)
    return [ledger] if baseline is None else [ledger, baseline]


def _stacked(
    decision: PlanDecision,
    stacks: Sequence[Mapping[str, Sequence[float]]],
    unit: Unit,
    language: Language,
    axes: Any,
) -> None:
    """Bars by year, the plan's left of today's; what is below zero hangs below."""
    names = list(dict.fromkeys(name for stack in stacks for name in stack))
    years = len(next(iter(stacks[0].values()), ()))
    for side, stack in enumerate(stacks):
        above, below = [0.0] * years, [0.0] * years
        places = [year + (side - (len(stacks) - 1) / 2) * 0.42 for year in range(years)]
        for number, name in enumerate(names):
            amounts = [amount / unit.size for amount in stack.get(name, [0.0] * years)]
            bottoms = [below[y] if amount < 0.0 else above[y] for y, amount in enumerate(amounts)]
            above = [level + max(amount, 0.0) for level, amount in zip(above, amounts, strict=True)]
            below = [level + min(amount, 0.0) for level, amount in zip(below, amounts, strict=True)]
            look = {"color": COLOURS[number % len(COLOURS)], "hatch": HATCHES[number % len(HATCHES)]}
            label = name if side == 0 else None
            axes.bar(
                places, amounts, 0.38, bottom=bottoms, label=label, edgecolor="black", linewidth=0.4, **look
            )
    _name_bars(decision, years, len(stacks), language, axes)
    axes.use_sticky_edges = False  # a bar on zero would else cut the tallest at its top
    axes.margins(y=0.05)
    axes.set_ylabel(unit.name)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)


def _name_bars(decision: PlanDecision, years: int, sides: int, language: Language, axes: Any) -> None:
    labels = year_labels(decision.scenario, years, language)
    if sides == 1:
        axes.set_xticks(range(years), labels)
        return
    places = [year + side for year in range(years) for side in (-0.21, 0.21)]
    names = [name for label in labels for name in (label, text(language, "plan.chart_today", year=label))]
    axes.set_xticks(places, names, rotation=30, ha="right", fontsize=8)
