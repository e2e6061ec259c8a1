"""The commands of `python -m roi`: arguments -> scenario -> decision -> page or JSON. No arithmetic."""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.boards import board, same_board
from bench.profile import MATCHES, Profile
from roi.errors import RoiError
from roi.texts import Language, language_of, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from roi.scenario.document import Scenario

NO_ANSWER = 1

app = typer.Typer(
    help="Which image model, on which hardware, meets the quality bar at the lowest cost and carbon.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ScenarioFile = Annotated[
    Path | None, typer.Option("--scenario", help="Scenario file; the bundled demonstration when left out.")
]
ProfilePaths = Annotated[
    list[Path] | None,
    typer.Option("--profiles", help="A profile file or a folder of them, beside the library; repeatable."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of the page.")]
Lang = Annotated[str, typer.Option("--lang", help="Language of the page: en or ja.")]


@app.command()
def recommend(
    fid_max: Annotated[float | None, typer.Option(help="Highest FID that passes.")] = None,
    reference: Annotated[str | None, typer.Option(help="Quality reference, such as fid/mjhq-30k.")] = None,
    scenario: ScenarioFile = None,
    profiles: ProfilePaths = None,
    country: Annotated[str | None, typer.Option(help="Country of the site, ISO 3166 alpha-3.")] = None,
    gpu: Annotated[str | None, typer.Option(help="Choose among options on this board only.")] = None,
    latency_max: Annotated[float | None, typer.Option(help="Longest 95th-percentile wait [s].")] = None,
    min_pixels: Annotated[int | None, typer.Option(help="Smallest width x height.")] = None,
    carbon_max: Annotated[
        float | None, typer.Option(help="Most emissions of one accepted image [kgCO2e].")
    ] = None,
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
    asked = narrowed(_scenario(scenario, language), wishes)
    known = load_profiles(profiles or ())
    _say_what_does_not_carry_over(asked, known, language)
    decision = decide(asked, known)
    if explain is not None:
        from roi.output.explain import explanation, explanation_document

        lines = explanation(decision, explain, language)
        typer.echo(_as_json(explanation_document(explain, lines)) if as_json else "\n".join(lines))
    elif as_json:
        from roi.output.document import decision_document

        typer.echo(_as_json(decision_document(decision, language)))
    else:
        from roi.output.page import decision_page

        _print(decision_page(decision, language))
    if decision.status == "infeasible":
        raise typer.Exit(NO_ANSWER)


@app.command()
def scenario(
    new: Annotated[Path, typer.Option("--new", help="File to write; it must not exist yet.")],
) -> None:
    """Write a commented scenario to begin from."""
    from roi.scenario.load import write_new

    write_new(new)
    typer.echo(f"{new}: written; edit it, then `python -m roi check {new}`", err=True)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file.")],
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Validate a scenario and list its placeholders and its stale and weak figures."""
    from roi.output.check import check_document, check_page
    from roi.scenario.check import remarks
    from roi.scenario.load import load_scenario

    language = language_of(lang)
    read = load_scenario(file)
    found = remarks(read, datetime.now(tz=UTC).date())
    if as_json:
        typer.echo(_as_json(check_document(read, found)))
    else:
        _print(check_page(read, found, language))


@app.command("fit-acceptance")
def fit_acceptance(
    log: Annotated[
        Path,
        typer.Argument(
            metavar="LOG.csv", help="Columns request_id, attempt, accepted, model, review_seconds."
        ),
    ],
    images_per_attempt: Annotated[int, typer.Option(help="Images that each attempt made.")] = 1,
    model: Annotated[str | None, typer.Option(help="Model to fit; needed when the log has several.")] = None,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", help="Scenario to take the acceptance up.")
    ] = None,
    workload: Annotated[str | None, typer.Option(help="Workload of the scenario that the log is of.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New scenario file; must not exist yet.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Acceptance and its interval from a log of attempts, written into a scenario."""
    from roi.acceptance_log import fit as fitting
    from roi.acceptance_log.reading import read_log
    from roi.scenario.acceptance import acceptance_lines, taken_mean, write_acceptance

    language = language_of(lang)
    found = fitting.fit_acceptance(read_log(log), images_per_attempt, model)
    mean = taken_mean(found)
    typer.echo(
        "\n".join(
            (
                text(
                    language,
                    "fit.title",
                    requests=found.n_requests,
                    attempts=found.n_attempts,
                    model=found.model,
                ),
                text(language, "fit.mean", mean=mean.value, low=mean.low, high=mean.high),
                text(language, "fit.kind", kind=found.recommended, why=found.message),
                text(language, "fit.review", seconds=found.mean_review_seconds),
            )
        ),
        err=True,
    )
    if scenario is None and output is None:
        typer.echo("\n".join(acceptance_lines(found, log.name)))
        return
    if scenario is None or output is None:
        raise RoiError(
            "fit-acceptance: name both --scenario FILE and -o NEW_FILE, or neither to see the lines"
        )
    write_acceptance(found, log.name, scenario, workload, output)
    typer.echo(text(language, "fit.written", path=output), err=True)


@app.command("app")
def application() -> None:
    """Open the proposal in a browser (needs the extra `app`)."""
    from importlib.util import find_spec

    from roi.resources import app_path

    if find_spec("streamlit") is None:
        raise RoiError("the application needs streamlit: pip install 'image-roi[app]'")
    command = [sys.executable, "-m", "streamlit", "run", str(app_path()), "--server.address", "localhost"]
    raise typer.Exit(subprocess.run(command, check=False).returncode)


def survive_narrow_encodings() -> None:
    """A terminal that lacks a character shows its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _scenario(path: Path | None, language: Language) -> "Scenario":
    from roi.scenario.load import demonstration, load_scenario

    if path is not None:
        return load_scenario(path)
    typer.echo(text(language, "page.demonstration"), err=True)
    return demonstration()


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
    typer.echo("\n".join(supply_lines(shown, currency)), err=True)


def _as_json(document: dict[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def _print(page: "RenderableType") -> None:
    from rich.console import Console

    from roi.output.lines import piped_columns, plain_text

    if sys.stdout.isatty():
        Console(highlight=False, markup=False).print(page)
    else:
        typer.echo(plain_text(page, piped_columns()))
