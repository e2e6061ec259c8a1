"""`plan`: what to buy, rent and call over the years, what it returns against today, and the policy that follows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.writing import write_new_file
from roi.commands.arguments import (
    AsJson,
    Gap,
    Lang,
    ProfilePaths,
    ScenarioArgument,
    comma_notes,
    number,
    refuse_closed_place,
    refuse_solver_limits,
    scenario_of,
)
from roi.commands.streams import (
    NO_ANSWER,
    StepNotes,
    json_text,
    show,
    tell_inputs,
    tell_notes,
    unserved_document,
)
from roi.errors import RoiError
from roi.new_file import LEFT_AS_IT_IS
from roi.texts import Language, language_of, text
from roi.texts.messages import Message, at

if TYPE_CHECKING:
    from roi.planning.answer import PlanDecision

POLICY_ENDINGS = (".yaml", ".yml", ".txt", ".md")


def plan(
    scenario: ScenarioArgument = None,
    profiles: ProfilePaths = None,
    time_limit: Annotated[
        float | None,
        typer.Option(parser=number, help="Longest time for the solver in seconds; no limit when left out."),
    ] = None,
    gap: Gap = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            help="New file for the policy that follows: .yaml for programs, .txt or .md for people."
        ),
    ] = None,
    charts: Annotated[
        Path | None, typer.Option(help="Folder for charts of cost, cash and carbon as PNG and SVG.")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """What to buy, rent and call over the years, its return against today, its carbon, its proof."""
    from bench.library import load_profiles
    from roi.fleet.solver import GAP_DEFAULT
    from roi.planning.decide_plan import plan as decide_plan

    language = language_of(lang)
    _refuse(time_limit, gap, policy, charts)
    asked = scenario_of(scenario, language)
    known = load_profiles(profiles or ())
    tell_notes(comma_notes({"--time-limit": time_limit, "--gap": gap}), language)
    tell_inputs(asked, known, language)
    with StepNotes(language) as progress:

        def tell(step: str) -> None:
            progress.step(text(language, f"plan.step_{step}"))

        wanted = GAP_DEFAULT if gap is None else gap
        decision = decide_plan(asked, known, time_limit_s=time_limit, gap=wanted, progress=tell)
    _print(decision, unserved_document(asked, known), as_json=as_json, language=language)
    if decision.status == "infeasible":
        raise typer.Exit(NO_ANSWER)
    _write(decision, policy, charts, language)


def _refuse(time_limit: float | None, gap: float | None, policy: Path | None, charts: Path | None) -> None:
    """What can be refused before anything is computed."""
    refuse_solver_limits(time_limit, gap)
    if policy is not None and policy.suffix not in POLICY_ENDINGS:
        known = ", ".join(POLICY_ENDINGS)
        raise RoiError(at(f"--policy {policy}", Message("asked.ending_one_of", known=known)))
    if policy is not None and policy.exists():
        raise RoiError(at(f"--policy {policy}", Message(LEFT_AS_IT_IS)))
    if policy is not None:
        refuse_closed_place("--policy", policy)
    if charts is not None:
        from roi.output.charts.files import require_drawing

        refuse_closed_place("--charts", charts, folder=True)
        require_drawing()


def _print(
    decision: "PlanDecision", unserved: dict[str, object], *, as_json: bool, language: Language
) -> None:
    if as_json:
        from roi.output.plan.document import plan_document

        typer.echo(json_text(plan_document(decision, language) | unserved))
    else:
        from roi.output.plan.page import plan_page

        show(plan_page(decision, language))


def _write(decision: "PlanDecision", policy: Path | None, charts: Path | None, language: Language) -> None:
    if policy is not None:
        _write_policy(decision, policy, language)
        typer.echo(text(language, "plan.policy_written", path=policy), err=True)
    if charts is not None:
        from roi.output.charts.files import write_plan_charts

        for path in write_plan_charts(decision, charts, language):
            typer.echo(text(language, "plan.charts_written", path=path), err=True)


def _write_policy(decision: "PlanDecision", path: Path, language: Language) -> None:
    from roi.policy import policy_of, policy_text

    found = policy_of(decision)
    if path.suffix in (".yaml", ".yml"):
        written = policy_text(found)
    else:
        from roi.output.policy import policy_page
        from roi.output.terminal import piped_columns, plain_text

        written = plain_text(policy_page(found, language), piped_columns()) + "\n"
    try:
        write_new_file(path, written.encode())
    except OSError as fault:
        sentence = Message("file.not_written", reason=fault.strerror)
        raise RoiError(at(f"--policy {path}", sentence)) from None
