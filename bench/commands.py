"""The commands that measure, count and compare, each in its room; here `check`, `compare`, `import` and `plot`."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from bench.arguments import AsJson, OutputOption
from bench.blueprints.command import blueprint
from bench.errors import ProfileError
from bench.estimate.command import estimate
from bench.exporter.command import exporter
from bench.profile import write_profiles
from bench.run.command import run
from bench.study.command import study
from bench.sweep.command import sweep
from bench.tracking.command import track
from bench.writing import require_unused


def add_commands(app: typer.Typer) -> None:
    """Hang the commands onto the application of `python -m bench`."""
    app.command()(run)
    app.command()(sweep)
    app.command()(blueprint)
    app.command()(estimate)
    app.command()(check)
    app.command()(compare)
    app.command("import")(import_result)
    app.command()(plot)
    app.command()(study)
    app.command()(track)
    app.command()(exporter)


def check(
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Test the meters anew, at rest and under load, 20 s a board.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What can be measured on this machine, and what to do where it cannot."""
    from bench.check import check as verdicts_of
    from bench.check import check_lines
    from bench.pipelines.busy import busy_board
    from bench.selftest import SELF_TESTS

    folder = SELF_TESTS.expanduser()
    verdicts = verdicts_of(run_self_test=self_test, load=busy_board if self_test else None, folder=folder)
    if as_json:
        documents = [dataclasses.asdict(dataclasses.replace(one, self_test=None)) for one in verdicts]
        typer.echo(json.dumps({"schema_version": 1, "boards": documents}, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(check_lines(verdicts)))


def compare(
    a: Annotated[str, typer.Argument(help="Profile file, or id of a library profile.")],
    b: Annotated[str, typer.Argument(help="The same, to compare with.")],
    across_boards: Annotated[
        bool,
        typer.Option(help="Compare absolute joules of different boards; sensors then widen the interval."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ratio of joules per image with its 95 % interval, or why the two must not be compared."""
    from bench.comparison import compare as compared
    from bench.library import profile_named

    found = compared(profile_named(a), profile_named(b), across_boards=across_boards)
    if as_json:
        typer.echo(
            json.dumps({"schema_version": 1, **dataclasses.asdict(found)}, indent=2, ensure_ascii=False)
        )
        return
    lines = [found.sentence]
    if found.seconds_ratio is not None:
        lines.append(f"seconds per image: {found.seconds_ratio:.3f} times")
    lines += [f"differs in: {factor}" for factor in found.factors]
    lines += [f"note: {note}" for note in found.notes]
    typer.echo("\n".join(lines))


def import_result(
    tool: Annotated[
        str, typer.Argument(help="zeus, codecarbon, mlenergy, optimum-benchmark or ai-energy-score.")
    ],
    file: Annotated[Path, typer.Argument(help="The tool's result file.")],
    output: OutputOption,
    fact: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE the file does not say, such as width=1024; repeatable."),
    ] = None,
) -> None:
    """Turn another tool's result into a profile, with its boundary."""
    from bench.importers import READERS, import_profile
    from bench.importers.facts import stated_facts
    from bench.library import with_published
    from bench.show import profile_page

    named = next((known for known in READERS if known == tool), None)
    if named is None:
        raise ProfileError(f"tool {tool!r} is unknown; known: {', '.join(READERS)}")
    require_unused(output)
    profile = import_profile(named, file, stated_facts(fact or []))
    write_profiles(output, [profile])
    typer.echo(profile_page(with_published(profile)))


def plot(
    trace: Annotated[Path, typer.Argument(help="The .trace.csv beside a measured profile.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Picture to write, .png or .svg; must not exist yet.")
    ],
) -> None:
    """Draw power and temperature of a run over time."""
    from bench.plot import plot_trace

    require_unused(output)
    plot_trace(trace, output)
    typer.echo(f"{output}: written", err=True)
