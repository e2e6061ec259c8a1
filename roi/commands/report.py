"""`report`: the plan as a workbook with live formulas, as a PDF of it, or as one page for a chat or a wiki."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.writing import write_new_file
from roi.commands.arguments import (
    Gap,
    Lang,
    ProfilePaths,
    ScenarioArgument,
    comma_notes,
    number,
    refuse_closed_place,
    refuse_solver_limits,
    scenario_of,
    whole_number,
)
from roi.commands.streams import NO_ANSWER, StepNotes, show, tell_inputs, tell_notes
from roi.errors import RoiError
from roi.new_file import LEFT_AS_IT_IS
from roi.texts import Language, language_of, text
from roi.texts.messages import Message, at, said

if TYPE_CHECKING:
    from bench.profile import Profile
    from roi.output.report.files import Format
    from roi.scenario.document import Scenario
    from roi.sensitivity.analysis import Step
    from roi.sensitivity.plan_analysis import PlanAnalysis
    from roi.workbook.company import Filled

DRAWS = 10_000


Draws = Annotated[
    int,
    typer.Option(
        parser=whole_number,
        help="Futures to draw; 0 leaves them out, and the values at which the plan earns nothing.",
    ),
]


Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="File to write; it must not exist yet.", show_default=False),
]
Template = Annotated[
    Path | None,
    typer.Option(
        help="Company workbook (.xlsx) to fill: its sheets stay, the report's stand behind them.",
        show_default=False,
    ),
]
Anchors = Annotated[
    bool,
    typer.Option(
        "--anchors", help="List the names of cells that a company workbook is filled by, and write nothing."
    ),
]
AsFormat = Annotated[
    str | None,
    typer.Option(
        "--format", help="xlsx, pdf or md; by the ending of the file when left out.", show_default=False
    ),
]
TimeLimit = Annotated[
    float | None,
    typer.Option(parser=number, help="Longest time for each solve in seconds; no limit when left out."),
]


def report(
    scenario: ScenarioArgument = None,
    output: Output = None,
    profiles: ProfilePaths = None,
    template: Template = None,
    anchors: Anchors = False,
    as_format: AsFormat = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    draws: Draws = DRAWS,
    lang: Lang = "en",
) -> None:
    """The approval document: one page to decide on, live figures behind it, every figure with its source."""
    from bench.library import load_profiles
    from roi.output.report.files import report_file
    from roi.output.report.material import report_material

    language = language_of(lang)
    if anchors:
        from roi.output.report.files import names_paper

        show(names_paper(language))
        return
    if output is None:
        raise RoiError(Message("asked.output"))
    kind = _format_of(output, as_format)
    _refuse(output, kind, template, draws)
    refuse_solver_limits(time_limit, gap)
    asked = scenario_of(scenario, language)
    if template is not None:
        _tell_template(_tried(template, asked, language), template, language)
    known = load_profiles(profiles or ())
    tell_notes(comma_notes({"--time-limit": time_limit, "--gap": gap}), language)
    tell_inputs(asked, known, language)
    with StepNotes(language) as progress:

        def tell(step: str) -> None:
            progress.step(text(language, f"sensitivity.step_{step}"))

        analysis = _analysed(asked, known, time_limit, gap, draws, tell)
        if analysis.decision.plan is not None:
            progress.step(text(language, "paper.step_write"))
            material = report_material(analysis, known, draws, language, _today())
            finished = report_file(material, kind, template)
            _write(output, finished.content)
    if analysis.decision.plan is None:
        from roi.output.plan.page import plan_page

        show(plan_page(analysis.decision, language))
        raise typer.Exit(NO_ANSWER)
    typer.echo(text(language, "paper.written", path=output), err=True)
    if finished.filled is not None:
        _tell_filled(finished.filled, template, language)


def _tried(template: Path, asked: "Scenario", language: Language) -> "Filled":
    """What will be done with the template: every fault of it is told before anything is computed."""
    from roi.output.report.files import tried_template
    from roi.planning.horizon import whole_years

    return tried_template(template, whole_years(asked), language)


def _tell_template(found: "Filled", template: Path, language: Language) -> None:
    """What is left as it is in the template."""
    if found.left:
        names = "; ".join(said(language, each) for each in found.left)
        typer.echo(text(language, "paper.left", template=template, names=names), err=True)


def _tell_filled(found: "Filled", template: Path | None, language: Language) -> None:
    """Whose cells stay empty, and which sheets of the report gave way."""
    if found.empty:
        names = ", ".join(found.empty)
        typer.echo(text(language, "paper.emptied", template=template, names=names), err=True)
    for old, new in found.renamed.items():
        typer.echo(text(language, "paper.renamed", template=template, old=old, new=new), err=True)
    if found.uncomputed:
        cells = ", ".join(found.uncomputed)
        typer.echo(text(language, "paper.uncomputed", template=template, cells=cells), err=True)


def _format_of(output: Path, name: str | None) -> "Format":
    """The format asked for, else that of the file's ending."""
    from roi.output.report.files import FORMATS

    asked = output.suffix.removeprefix(".").casefold() if name is None else name
    if asked not in FORMATS:
        where = f"--output {output}" if name is None else f"--format {name!r}"
        raise RoiError(at(where, Message("asked.format", known=", ".join(FORMATS))))
    return FORMATS[asked]


def _refuse(output: Path, kind: "Format", template: Path | None, draws: int) -> None:
    """What can be refused before anything is computed."""
    if draws < 0 or draws == 1:
        raise RoiError(Message("asked.draws", given=draws))
    if output.exists():
        raise RoiError(at(f"--output {output}", Message(LEFT_AS_IT_IS)))
    refuse_closed_place("--output", output)
    if template is not None and kind == "md":
        raise RoiError(Message("asked.template_of_markdown"))
    if template is not None and not template.is_file():
        raise RoiError(Message("asked.template", given=str(template)))
    if kind == "pdf":
        from roi.workbook.convert import converter

        converter()


def _today() -> date:
    return datetime.now(tz=UTC).date()


def _analysed(
    asked: "Scenario",
    known: "tuple[Profile, ...]",
    time_limit: float | None,
    gap: float | None,
    draws: int,
    step: "Step",
) -> "PlanAnalysis":
    """The plan and how sure it is."""
    from roi.fleet.solver import GAP_DEFAULT
    from roi.output.report.material import kept_analysis
    from roi.planning.decide_plan import plan
    from roi.sensitivity.plan_analysis import require_plan_draws

    if draws:
        require_plan_draws(asked, draws, 0)
    step("plan")
    wanted = GAP_DEFAULT if gap is None else gap
    decision = plan(asked, known, time_limit_s=time_limit, gap=wanted)
    return kept_analysis(decision, known, draws, time_limit_s=time_limit, gap=wanted, step=step)


def _write(output: Path, content: bytes) -> None:
    try:
        write_new_file(output, content)
    except OSError as fault:
        sentence = Message("file.not_written", reason=fault.strerror)
        raise RoiError(at(f"--output {output}", sentence)) from None
