"""`compare`: scenarios beside each other, what is asked differently and what each is worth."""

from pathlib import Path
from typing import Annotated

import typer

from roi.commands.arguments import AsJson, Lang, ProfilePaths, scenario_of
from roi.commands.streams import NO_ANSWER, StepNotes, json_text, show, tell_inputs
from roi.errors import RoiError
from roi.texts import language_of, text
from roi.texts.messages import Message

SCENARIOS_MAX = 5
"""More columns than that nobody reads."""


def compare(
    scenarios: Annotated[
        list[Path],
        typer.Argument(
            metavar="SCENARIO...",
            help="Scenario files; the first is what the others are held against, one alone is held against the "
            "demonstration.",
            show_default=False,
        ),
    ],
    profiles: ProfilePaths = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Plans of several scenarios beside each other: inputs that differ, costs, returns, carbon."""
    from bench.library import load_profiles
    from roi.output.beside import Named, beside_document, beside_page
    from roi.planning.decide_plan import plan

    language = language_of(lang)
    if len(scenarios) > SCENARIOS_MAX:
        raise RoiError(Message("asked.many_scenarios", count=len(scenarios), most=SCENARIOS_MAX))
    alone = len(scenarios) == 1
    known = load_profiles(profiles or ())
    names = [*([text(language, "beside.demonstration")] if alone else []), *names_of(scenarios)]
    asked = [scenario_of(place, language) for place in scenarios]
    if alone:
        asked.insert(0, scenario_of(None, language))
    plans = []
    with StepNotes(language) as progress:
        for name, scenario in zip(names, asked, strict=True):
            tell_inputs(scenario, known, language)
            progress.step(f"{name}: {text(language, 'plan.step_plan')}")
            plans.append(Named(name, plan(scenario, known)))
    if as_json:
        typer.echo(json_text(beside_document(plans, language)))
    else:
        show(beside_page(plans, language))
    if any(each.plan.status == "infeasible" for each in plans):
        raise typer.Exit(NO_ANSWER)


def names_of(places: list[Path]) -> list[str]:
    """The files' names without their endings; with as much of the path as tells them apart."""
    names = [place.stem for place in places]
    if len(set(names)) == len(names):
        return names
    if len({str(place) for place in places}) < len(places):
        raise RoiError(Message("asked.scenario_twice"))
    return [str(place) for place in places]
