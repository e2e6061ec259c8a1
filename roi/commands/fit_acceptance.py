"""`fit-acceptance`: acceptance and its interval from a log of attempts."""

from pathlib import Path
from typing import Annotated

import typer

from roi.commands.arguments import Lang
from roi.commands.streams import tell_notes
from roi.errors import RoiError
from roi.texts import Language, language_of, text
from roi.texts.messages import Message, said


def fit_acceptance(
    log: Annotated[
        Path,
        typer.Argument(
            metavar="LOG.csv",
            help="Columns request_id, attempt, accepted, model; review_seconds where it was logged.",
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
    attempts = read_log(log)
    tell_notes(attempts.notes, language)
    found = fitting.fit_acceptance(attempts, images_per_attempt, model)
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
                text(language, "fit.kind", kind=found.recommended, why=said(language, found.message)),
                _review(found.mean_review_seconds, language),
            )
        ),
        err=True,
    )
    if scenario is None and output is None:
        typer.echo("\n".join(acceptance_lines(found, log.name, language)))
        return
    if scenario is None or output is None:
        raise RoiError(Message("asked.both_or_neither"))
    tell_notes(write_acceptance(found, log.name, scenario, workload, output), language)
    typer.echo(text(language, "fit.written", path=output), err=True)


def _review(seconds: float | None, language: Language) -> str:
    if seconds is None:
        return text(language, "fit.no_review")
    return text(language, "fit.review", seconds=seconds)
