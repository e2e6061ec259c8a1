"""`sensitivity`: how sure the decision is, and what would change it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypedDict, TypeVar

import typer

from roi.commands.arguments import (
    AsJson,
    Lang,
    ProfilePaths,
    ScenarioArgument,
    refuse_closed_place,
    scenario_of,
    whole_number,
)
from roi.commands.streams import NO_ANSWER, StepNotes, json_text, show, tell_inputs
from roi.errors import RoiError
from roi.texts import Language, language_of, text
from roi.texts.messages import Message, at

if TYPE_CHECKING:
    from roi.scenario.document import Scenario
    from roi.sensitivity.analysis import Analysis, Step
    from roi.sensitivity.plan_analysis import PlanAnalysis

Word = TypeVar("Word", bound=str)


class Drawing(TypedDict):
    """How futures are drawn, and who is told what is done."""

    draws: int
    seed: int
    shape: Literal["triangular", "pert", "uniform"]
    step: "Step"


DRAWS = 10_000
FORMATS: dict[str, Literal["png", "svg", "pdf"]] = {"png": "png", "svg": "svg", "pdf": "pdf"}
SHAPES: dict[str, Literal["triangular", "pert", "uniform"]] = {
    "triangular": "triangular",
    "pert": "pert",
    "uniform": "uniform",
}


def sensitivity(
    scenario: ScenarioArgument = None,
    profiles: ProfilePaths = None,
    workload: Annotated[
        str | None, typer.Option(help="Look at this workload alone; all of them when left out.")
    ] = None,
    plan: Annotated[
        bool,
        typer.Option("--plan", help="Also the plan of years: net present value, payback (half a minute)."),
    ] = False,
    draws: Annotated[int, typer.Option(parser=whole_number, help="Futures to draw.")] = DRAWS,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 1,
    distribution: Annotated[
        str, typer.Option(help=f"How figures are drawn between low, value and high: {', '.join(SHAPES)}.")
    ] = "triangular",
    charts: Annotated[
        Path | None, typer.Option(help="Folder for charts: tornado, frontiers, spread of cost.")
    ] = None,
    chart_format: Annotated[str, typer.Option("--format", help="Of the charts: png, svg or pdf.")] = "png",
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """How sure the decision is: what matters most, where the choice turns, the spread, the frontiers."""
    from bench.library import load_profiles
    from roi.sensitivity.analysis import analyse
    from roi.sensitivity.plan_analysis import analyse_plan, require_plan_draws

    language = language_of(lang)
    ending, shape = (
        _one_of("--format", chart_format, FORMATS),
        _one_of("--distribution", distribution, SHAPES),
    )
    asked = _narrowed(scenario_of(scenario, language), workload)
    if plan:
        require_plan_draws(asked, draws, seed)
    known = load_profiles(profiles or ())
    tell_inputs(asked, known, language)
    if charts is not None:
        from roi.output.charts.files import require_drawing

        refuse_closed_place("--charts", charts, folder=True)
        require_drawing()
    with StepNotes(language) as progress:
        told: Drawing = {
            "draws": draws,
            "seed": seed,
            "shape": shape,
            "step": lambda name: progress.step(text(language, f"sensitivity.step_{name}")),
        }
        analysis = analyse(asked, known, **told)
        planned = analyse_plan(asked, known, **told) if plan and analysis.decision.choices else None
    _print(analysis, planned, as_json=as_json, language=language)
    if not analysis.decision.choices:
        raise typer.Exit(NO_ANSWER)
    if charts is not None:
        _write(analysis, planned, charts, ending, language)


def _narrowed(asked: "Scenario", workload: str | None) -> "Scenario":
    from roi.scenario.narrow import Wishes, narrowed

    return asked if workload is None else narrowed(asked, Wishes(workload=workload))


def _one_of(option: str, name: str, known: Mapping[str, Word]) -> Word:
    if name not in known:
        raise RoiError(at(f"{option} {name!r}", Message("asked.one_of", known=", ".join(known))))
    return known[name]


def _print(
    analysis: "Analysis", planned: "PlanAnalysis | None", *, as_json: bool, language: Language
) -> None:
    if as_json:
        from roi.output.sensitivity.document import sensitivity_document

        typer.echo(json_text(sensitivity_document(analysis, language, planned)))
    else:
        from roi.output.sensitivity.page import sensitivity_page

        show(sensitivity_page(analysis, language, planned))


def _write(
    analysis: "Analysis",
    planned: "PlanAnalysis | None",
    folder: Path,
    ending: Literal["png", "svg", "pdf"],
    language: Language,
) -> None:
    from roi.output.charts.files import write_sensitivity_charts

    for path in write_sensitivity_charts(analysis, folder, ending, language, planned):
        typer.echo(text(language, "sensitivity.chart_written", path=path), err=True)
