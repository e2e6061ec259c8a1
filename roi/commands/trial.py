"""`trial new | pictures | judge | votes | read | assign | calibrate`: which pictures are good enough, by people."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from roi.commands.application import served
from roi.commands.arguments import AsJson, Lang, ProfilePaths, number, refuse_closed_place, scenario_of
from roi.commands.streams import NO_ANSWER, json_text
from roi.errors import RoiError, TrialError
from roi.texts import language_of, text
from roi.texts.messages import Message, at

app = typer.Typer(
    help="A trial with people: is it worth it, blinded pictures, a page to judge them on, what it says in money.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

TrialFile = Annotated[Path, typer.Argument(metavar="TRIAL.yaml", help="The trial's file, from `trial new`.")]
DeskFolder = Annotated[
    Path, typer.Argument(metavar="DESK", help="The reviewers' folder, from `trial pictures`.")
]


@app.command()
def new(
    scenario: Annotated[
        Path, typer.Argument(metavar="SCENARIO", help="Scenario that the trial is to inform.")
    ],
    arms: Annotated[
        str, typer.Option(help="Models to compare, parted by commas; the first is held against.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="New trial file; must not exist yet.")],
    workload: Annotated[
        str | None, typer.Option(help="Workload; needed when the scenario has several.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the trial; the file's when left out.")] = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Show two pictures side by side.")] = False,
    reviewers: Annotated[int, typer.Option(min=1, max=100, help="People who judge every picture.")] = 2,
    detect: Annotated[float, typer.Option(parser=number, help="Difference to find, such as 0.1.")] = 0.1,
    margin: Annotated[float, typer.Option(parser=number, help="Difference that does not matter.")] = 0.03,
    prompts: Annotated[
        int | None, typer.Option(min=2, help="Prompts; the best number when left out.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the order in which pictures are shown.")] = 1,
    profiles: ProfilePaths = None,
    lang: Lang = "en",
) -> None:
    """Whether a trial is worth its cost, how large it must be, and its file."""
    from bench.library import load_profiles
    from roi.scenario.narrow import chosen_workload
    from roi.trial.laying_down import laid_down, laid_lines, models_of
    from roi.trial.needs import require_trial_extra
    from roi.trial.trial_file import write_trial

    language = language_of(lang)
    require_trial_extra()
    refuse_closed_place("--output", output)
    if not 0.0 < detect < 1.0 or not 0.0 < margin < 1.0:
        raise RoiError(Message("asked.shares"))
    asked = scenario_of(scenario, language)
    known = load_profiles(profiles or ())
    chosen = chosen_workload(asked, workload)
    laid = laid_down(
        asked,
        chosen,
        known,
        models_of(arms, asked, chosen, known),
        name=name or output.stem.casefold().replace("_", "-"),
        design="pairs" if pairs else "accept",
        reviewers=reviewers,
        detect=detect,
        margin=margin,
        prompts=prompts,
        seed=seed,
    )
    lines = list(laid_lines(laid, asked, language))
    write_trial(laid.trial, output, lines)
    typer.echo("\n".join(lines))
    if laid.best is None:
        raise typer.Exit(NO_ANSWER)


@app.command()
def pictures(
    trial: TrialFile,
    given: Annotated[
        list[str],
        typer.Option(
            "--from", help="MODEL=FOLDER for each arm: pictures of one name are of one prompt and seed."
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="New folder for the reviewers.")],
    key: Annotated[Path, typer.Option("--key", help="New file for the sealed key, outside that folder.")],
    lang: Lang = "en",
) -> None:
    """Blinded pictures for reviewers, and a sealed key whose hash is printed before anybody looks."""
    from roi.trial.pictures import lay_out
    from roi.trial.trial_file import canonical_arm, read_trial

    language = language_of(lang)
    folders: dict[str, Path] = {}
    for each in given:
        model, mark, folder = each.partition("=")
        if not mark:
            raise TrialError(at(f"--from {each!r}", Message("trialing.write_folder")))
        folders[canonical_arm(model)] = Path(folder)
    laid = lay_out(read_trial(trial), folders, output, key)
    typer.echo(text(language, "trial.sealed", hash=laid.key.sha256()))
    typer.echo(
        text(language, "trial.laid_out", prompts=len(laid.desk.prompts), folder=output, sealed=key), err=True
    )
    if len(laid.sizes) > 1:
        sizes = ", ".join(f"{width}x{height}" for width, height in laid.sizes)
        typer.echo(text(language, "trial.sizes_differ", sizes=sizes), err=True)


@app.command()
def judge(
    desk: DeskFolder,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to serve it on this machine.")] = 8502,
    lang: Lang = "en",
) -> None:
    """A page on which people judge the pictures, by keyboard or by touch (needs the extra `app`)."""
    from importlib.util import find_spec

    from roi.trial.desk import read_desk
    from roi.trial.judging import PAGE

    if find_spec("streamlit") is None:
        raise RoiError(Message("asked.no_streamlit_for_page"))
    read_desk(desk)
    command = [sys.executable, "-m", "streamlit", "run", str(PAGE), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    command += ["--browser.gatherUsageStats", "false", "--client.toolbarMode", "viewer"]
    command += ["--runner.magicEnabled", "false", "--server.fileWatcherType", "none"]
    command += ["--theme.primaryColor", "#00619A"]  # as the application: a red button would mean no
    raise typer.Exit(served([*command, "--", str(desk.resolve()), language_of(lang)]))


@app.command()
def votes(
    desk: DeskFolder,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="CSV, or JSON of Label Studio or Argilla.")
    ],
    lang: Lang = "en",
) -> None:
    """Take up votes that were given elsewhere."""
    from roi.trial.desk import read_desk
    from roi.trial.imports import imported_votes
    from roi.trial.votes import add_votes

    language, found = language_of(lang), read_desk(desk)
    read = {file: imported_votes(file, found) for file in files}
    for file, given in read.items():
        typer.echo(text(language, "trial.imported", count=add_votes(desk, found, given), file=file))


@app.command()
def read(
    trial: TrialFile,
    desk: Annotated[Path | None, typer.Option("--desk", help="The reviewers' folder.")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="The sealed key.")] = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="A log of attempts of production instead.")
    ] = None,
    weights: Annotated[
        str | None, typer.Option(help="Shares of the arms in production, such as 1,1.")
    ] = None,
    scenario: Annotated[Path | None, typer.Option("--scenario", help="Scenario to decide anew.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New scenario file with what was measured.")
    ] = None,
    seconds: Annotated[
        list[str] | None,
        typer.Option(help="ARM=SECONDS that an attempt takes longer that way; repeatable."),
    ] = None,
    profiles: ProfilePaths = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """What the votes say, whether the decision changes, and by how much money a year."""
    from roi.trial.answer import Asked, answered

    language = language_of(lang)
    asked = Asked(
        trial, desk, key, log, weights, scenario, output, tuple(profiles or ()), tuple(seconds or ())
    )
    lines, document = answered(asked, language)
    typer.echo(json_text(document) if as_json else "\n".join(lines))


@app.command()
def assign(
    trial: TrialFile,
    requests: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REQUEST...]", help="Request ids; standard input when left out."),
    ] = None,
    weights: Annotated[str | None, typer.Option(help="Shares of the arms, such as 0.9,0.1.")] = None,
) -> None:
    """The arm of each request of production, by a hash that any program can compute."""
    from roi.trial.assign import assigned, weights_of
    from roi.trial.trial_file import read_trial

    found = read_trial(trial)
    shares = weights_of(weights, found.arms) if weights else dict.fromkeys(found.arms, 1.0)
    for request in requests or (line.strip() for line in sys.stdin if line.strip()):
        typer.echo(f"{request}\t{assigned(found.name, request, shares)}")


@app.command()
def calibrate(
    trial: TrialFile,
    desk: Annotated[Path, typer.Option("--desk", help="The reviewers' folder.")],
    key: Annotated[Path, typer.Option("--key", help="The sealed key.")],
    scores: Annotated[
        list[str], typer.Option(help="ARM=FOLDER with the scores.csv of its pictures, for each arm.")
    ],
    metric: Annotated[str, typer.Option(help="Column of scores.csv, such as pickscore.")],
    bar: Annotated[list[float] | None, typer.Option(help="Score to put in words; repeatable.")] = None,
    profile: Annotated[
        str | None, typer.Option(help="Profile of a pre-filter: show the best of several.")
    ] = None,
    best_of: Annotated[int, typer.Option(min=2, max=64, help="Pictures made for one that is shown.")] = 4,
    scoring_seconds: Annotated[float, typer.Option(parser=number, help="To score one picture.")] = 0.05,
    scoring_watts: Annotated[float, typer.Option(parser=number, help="While scoring.")] = 300.0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New profile file of the pre-filter.")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Whether a score of a picture foretells people's votes, and what a bar on it or a pre-filter then means."""
    from roi.trial.calibrating import (
        Filter,
        calibration_document,
        calibration_lines,
        calibration_of,
        filter_lines,
        with_filter,
    )

    language = language_of(lang)
    places = {arm: Path(folder) for arm, _, folder in (each.rpartition("=") for each in scores)}
    if (profile is None) != (output is None):
        raise TrialError(Message("trialing.profile_and_output"))
    found, joined, curve = calibration_of(trial, desk, key, places, metric)
    lines, told = list(calibration_lines(curve, bar or (), language)), None
    if profile is not None and output is not None:
        asked = Filter(profile, best_of, scoring_seconds, scoring_watts, output)
        told = with_filter(found, joined, curve, asked)
        lines += filter_lines(told, asked, language)
    typer.echo(json_text(calibration_document(curve, bar or (), told)) if as_json else "\n".join(lines))
    if not curve.holds:
        raise typer.Exit(NO_ANSWER)
