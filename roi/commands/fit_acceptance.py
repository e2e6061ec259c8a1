"""`fit-acceptance`: acceptance and its interval from a log of attempts."""

from pathlib import Path
from typing import Annotated

import typer

from roi.commands.arguments import Lang
from roi.errors import RoiError
from roi.texts import language_of, text


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
