"""Charts as files: PNG for a slide, SVG and PDF for print."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from bench.writing import write_file
from roi.amounts import money, money_unit, unit_price
from roi.errors import RoiError
from roi.output.charts.frontier import fid_steps
from roi.output.charts.grammar import Spec
from roi.output.charts.look import Look
from roi.output.charts.plan import carbon, cash, years
from roi.output.charts.sureness import abatement, futures, tornado
from roi.output.sensitivity.headline import moving
from roi.planning.answer import PlanDecision
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.sensitivity.plandraws.returns import PlanRisk
from roi.sensitivity.verdicts import decision_verdict
from roi.texts import Language, text
from roi.texts.messages import Message, at

Format = Literal["png", "svg", "pdf"]
WIDTH, SCALE = 760, 2
"""Of a picture [pixels], and its pixels for each of these."""
COLUMNS = 90
"""Width of a line of a title."""
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
JAPANESE_FONTS = (
    "NotoSansCJK*",
    "NotoSansJP*",
    "ipaex*",
    "YuGoth*",
    "meiryo*",
    "msgothic*",
    "ヒラギノ*",
    "Hiragino*",
)


def require_drawing() -> None:
    """Find the library that draws files.

    Raises
    ------
    RoiError
        When vl-convert is missing.
    """
    try:
        import vl_convert  # noqa: F401
    except ModuleNotFoundError:
        raise RoiError(Message("asked.no_drawing")) from None


def write_plan_charts(decision: PlanDecision, folder: Path, language: Language) -> tuple[Path, ...]:
    """Cost by component, carbon by scope, cash against today: those that the answer can fill, as PNG and SVG.

    Raises
    ------
    RoiError
        When vl-convert is missing or the folder cannot be written to.
    """
    look = _look(decision.scenario.currency, language)
    return _write(
        {f"plan-{name}": spec for name, spec in _plan(decision, look).items()}, folder, ("png", "svg")
    )


def write_sensitivity_charts(
    analysis: Analysis, folder: Path, ending: Format, language: Language, planned: PlanAnalysis | None = None
) -> tuple[Path, ...]:
    """Tornado, frontiers and drawn futures: those that the analysis can fill.

    Raises
    ------
    RoiError
        When vl-convert is missing or the folder cannot be written to.
    """
    look = _look(analysis.decision.scenario.currency, language)
    found = {**_sureness(analysis, look), **_returns(planned, look)}
    return _write({f"sensitivity-{name}": spec for name, spec in found.items()}, folder, (ending,))


def _look(currency: str, language: Language) -> Look:
    """In English where no font here holds Japanese."""
    spoken: Language = language if language != "ja" or has_japanese_font() else "en"
    return Look(spoken, False, currency, COLUMNS)


def has_japanese_font() -> bool:
    """Whether a font that holds Japanese is installed here."""
    folders = [*map(Path, FONT_FOLDERS), Path.home() / ".fonts", Path.home() / ".local/share/fonts"]
    return any(next(folder.rglob(name), None) for folder in folders for name in JAPANESE_FONTS)


def _plan(decision: PlanDecision, look: Look) -> dict[str, Spec]:
    ledger, worth = decision.ledger, decision.worth
    if ledger is None or worth is None:
        return {}
    found = {"cost": years(decision, ledger, worth, look), "carbon": carbon(decision, ledger, worth, look)}
    if decision.finance is not None:
        found["cash"] = cash(decision.finance, look)
    return found


def _sureness(analysis: Analysis, look: Look) -> dict[str, Spec]:
    found: dict[str, Spec] = {}
    if moving(analysis):
        found["tornado"] = tornado(analysis, look)
    if len(analysis.carbon.points) > 1:
        found["carbon"] = abatement(analysis.decision, analysis.carbon.points, look)
    first = analysis.decision.scenario.workloads[0]
    levels = tuple(point for point in analysis.fid if point.workload == first.name)
    if len(levels) > 1:
        found["fid"] = fid_steps(levels, first.quality.reference, look)
    spread = cost_futures(analysis, look)
    return found if spread is None else {**found, "spread": spread}


def cost_futures(analysis: Analysis, look: Look) -> Spec | None:
    """The drawn costs of an accepted image; None without draws."""
    simulation, now = analysis.simulation, decision_verdict(analysis.decision).cost_per_accepted_image
    if simulation is None or simulation.cost is None or now is None:
        return None
    cost, language = simulation.cost, look.language
    low, high = (unit_price(each, look.currency, language) for each in (cost.p5, cost.p95))
    title = text(language, "screen.chart_futures", low=low, high=high)
    axis = text(language, "sensitivity.axis_cost", currency=look.coin)
    unit = replace(money_unit([], look.currency, language), digits=2)
    return futures(simulation.costs.tolist(), cost, now, unit, axis, title, look)


def npv_futures(risk: PlanRisk, now: float, look: Look) -> Spec | None:
    """The drawn net present values of a plan; None without a baseline."""
    if risk.npvs is None or risk.npv is None or risk.npv_positive is None:
        return None
    language, spread = look.language, risk.npv
    unit = money_unit([spread.p5, spread.p95], look.currency, language)
    low, high = (money(each, look.currency, language) for each in (spread.p5, spread.p95))
    title = text(language, "screen.chart_npv", share=risk.npv_positive, low=low, high=high)
    axis = text(language, "screen.axis_npv", unit=unit.name)
    return futures(risk.npvs.tolist(), spread, now, unit, axis, title, look)


def _returns(planned: PlanAnalysis | None, look: Look) -> dict[str, Spec]:
    if planned is None or planned.risk is None or planned.decision.finance is None:
        return {}
    found = npv_futures(planned.risk, planned.decision.finance.npv, look)
    return {} if found is None else {"npv": found}


def picture(spec: Spec, ending: Format) -> bytes:
    """A chart as a file's content, as wide as a page.

    Raises
    ------
    RoiError
        As `require_drawing` does.
    """
    require_drawing()
    import vl_convert

    whole = json.dumps({**spec, "width": WIDTH, "autosize": {"type": "pad"}, "padding": 16})
    makers: Mapping[Format, Callable[[], bytes | str]] = {
        "png": lambda: vl_convert.vegalite_to_png(whole, scale=SCALE),
        "svg": lambda: vl_convert.vegalite_to_svg(whole),
        "pdf": lambda: vl_convert.vegalite_to_pdf(whole),
    }
    made = makers[ending]()
    return made.encode("utf-8") if isinstance(made, str) else made


def _write(specs: Mapping[str, Spec], folder: Path, endings: tuple[Format, ...]) -> tuple[Path, ...]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, spec in specs.items():
            for ending in endings:
                paths.append(folder / f"{name}.{ending}")
                write_file(paths[-1], picture(spec, ending))
    except OSError as fault:
        sentence = Message("file.folder_not_written", reason=fault.strerror)
        raise RoiError(at(f"--charts {folder}", sentence)) from None
    return tuple(paths)
