"""`recommend`: the cheapest configuration that meets the quality bar, its proof, and what is nearly as good."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bench.boards import board, same_board
from bench.profile import MATCHES, Profile
from roi.commands.arguments import (
    AsJson,
    Lang,
    ProfilePaths,
    ScenarioFile,
    comma_notes,
    number,
    scenario_of,
    whole_number,
)
from roi.commands.streams import NO_ANSWER, json_text, show, tell_inputs, tell_notes, unserved_document
from roi.texts import Language, language_of, text

if TYPE_CHECKING:
    from roi.decision.answer import Decision
    from roi.scenario.document import Scenario


FidMax = Annotated[float | None, typer.Option(parser=number, help="Highest FID that passes.")]
LatencyMax = Annotated[
    float | None, typer.Option(parser=number, help="Longest 95th-percentile wait in seconds.")
]
MinPixels = Annotated[int | None, typer.Option(parser=whole_number, help="Smallest width x height.")]
CarbonMax = Annotated[
    float | None, typer.Option(parser=number, help="Most emissions of one accepted image in kgCO2e.")
]
CountryName = Annotated[
    str | None, typer.Option(help="Country of the site by name or code: Japan, JP, JPN, 日本.")
]


def recommend(
    fid_max: FidMax = None,
    reference: Annotated[str | None, typer.Option(help="Quality reference, such as fid/mjhq-30k.")] = None,
    scenario: ScenarioFile = None,
    profiles: ProfilePaths = None,
    country: CountryName = None,
    gpu: Annotated[str | None, typer.Option(help="Choose among options on this board only.")] = None,
    latency_max: LatencyMax = None,
    min_pixels: MinPixels = None,
    carbon_max: CarbonMax = None,
    accept_match: Annotated[
        str | None,
        typer.Option(help=f"Quality matches to accept, of {','.join(MATCHES)}; beside the scenario's."),
    ] = None,
    workload: Annotated[
        str | None, typer.Option(help="Workload to decide; needed when the scenario has several.")
    ] = None,
    explain: Annotated[str | None, typer.Option(help="Say why this profile is not the choice.")] = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """The cheapest configuration that meets the quality bar, its proof, and what is nearly as good."""
    from bench.library import load_profiles
    from roi.decision.decide import decide
    from roi.scenario.narrow import Wishes, narrowed

    language = language_of(lang)
    wishes = Wishes(
        fid_max=fid_max,
        reference=reference,
        country=country,
        gpu=gpu,
        latency_max_s=latency_max,
        min_pixels=min_pixels,
        carbon_max_kg_co2e=carbon_max,
        accept_match=None if accept_match is None else tuple(accept_match.replace(" ", "").split(",")),
        workload=workload,
    )
    asked = narrowed(scenario_of(scenario, language), wishes)
    known = load_profiles(profiles or ())
    typed = {"--fid-max": fid_max, "--latency-max": latency_max, "--carbon-max": carbon_max}
    tell_notes(comma_notes(typed), language)
    tell_inputs(asked, known, language)
    _say_what_does_not_carry_over(asked, known, language)
    decision = decide(asked, known)
    _print(decision, explain, unserved_document(asked, known), as_json=as_json, language=language)
    if decision.status == "infeasible":
        raise typer.Exit(NO_ANSWER)


def _print(
    decision: "Decision",
    explain: str | None,
    unserved: dict[str, object],
    *,
    as_json: bool,
    language: Language,
) -> None:
    """The answer, or why a profile is not the choice, for a person or for a program."""
    if explain is not None:
        from roi.output.explain import explanation, explanation_document

        lines = explanation(decision, explain, language)
        typer.echo(json_text(explanation_document(explain, lines)) if as_json else "\n".join(lines))
    elif as_json:
        from roi.output.document import decision_document

        typer.echo(json_text(decision_document(decision, language) | unserved))
    else:
        from roi.output.page import decision_page

        show(decision_page(decision, language))


def _say_what_does_not_carry_over(asked: "Scenario", profiles: Sequence[Profile], language: Language) -> None:
    """For the user's own profiles on boards no supply offers: the lines that are missing."""
    from bench.library import library_profiles
    from roi.scenario.supply import Api

    bundled = {profile.id for profile in library_profiles()}
    offered = [supply.board for supply in asked.supplies if not isinstance(supply, Api)]
    missing: dict[str, None] = {}
    for profile in profiles:
        name = profile.hardware.accelerator
        if profile.id not in bundled and not any(same_board(name, own) for own in offered):
            missing[name] = None
            typer.echo(text(language, "page.other_board", profile=profile.id, board=name), err=True)
    for name in missing:
        _show_supply_lines(name, asked.currency, language)


def _show_supply_lines(name: str, currency: str, language: Language) -> None:
    from roi.scenario.narrow import supply_lines

    known = board(name)
    shown = known.name if known else name
    typer.echo(text(language, "page.supply_lines", board=shown), err=True)
    typer.echo("\n".join(supply_lines(shown, currency, language)), err=True)
