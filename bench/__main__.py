"""The command line, `python -m bench` or `image-bench`. Data on stdout, notes on stderr.

Exit 0 answer, 2 bad input (what, where, what to do), 130 interrupted, 143 terminated, 141 when nobody reads the
answer.
"""

import os

try:
    from bench.entry import carried_out, leave, listen, name_for_completion

    if __name__ == "__main__":
        listen(unwinding_s=30.0)  # before the modules that take time, so that Ctrl-C meanwhile ends in a word
except KeyboardInterrupt:
    os.write(2, b"interrupted\n")
    os._exit(130)

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import __version__
from bench.arguments import AsJson
from bench.boards import boards_named, closest_boards, fits_board, known_boards
from bench.commands import add_commands
from bench.errors import BenchError, UnknownProfileError
from bench.library import figure_for, known_references, load_profiles, profile_named
from bench.profile import SCHEMA_VERSION, Profile, profile_document
from bench.show import (
    library_rows,
    library_table,
    profile_markdown,
    profile_page,
    profiles_csv,
)

SCRIPT = "image-bench"
DEFAULT_REFERENCE = "fid/mjhq-30k"
TABLE_COLUMNS = 100
"""Width of the table where stdout is no terminal."""

app = typer.Typer(
    help="Joules, seconds and quality of image models: what is known, and where it comes from.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

ProfilePaths = Annotated[
    list[Path] | None,
    typer.Option(
        "--profiles", help="A profile file or a folder of them, beside the bundled ones; repeatable."
    ),
]


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"image-roi {__version__}")
        raise typer.Exit


@app.callback()
def _bench(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version and end.")
    ] = False,
) -> None:
    """Joules, seconds and quality of image models: what is known, and where it comes from."""


@app.command()
def library(
    model: Annotated[str | None, typer.Option(help="Only models whose name or id holds this text.")] = None,
    gpu: Annotated[str | None, typer.Option(help="Only this board, under any of its names.")] = None,
    reference: Annotated[str, typer.Option(help="Quality reference to show.")] = DEFAULT_REFERENCE,
    profiles: ProfilePaths = None,
    as_json: AsJson = False,
) -> None:
    """List the profiles with their joules, seconds and quality."""
    _require_reference(reference)
    chosen = _chosen(load_profiles(profiles or ()), model, gpu)
    if as_json:
        rows = library_rows(chosen, reference)
        _print_json({"schema_version": SCHEMA_VERSION, "reference": reference, "profiles": rows})
        return
    _console().print(library_table(chosen, reference))
    without = sum(figure_for(profile, reference) is None for profile in chosen)
    typer.echo(
        f"{len(chosen)} profiles, {without} of them without a figure on {reference}. "
        "`python -m bench show ID` prints one with its sources.",
        err=True,
    )


@app.command()
def show(
    profile_id: Annotated[
        str, typer.Argument(metavar="ID|FILE", help="Id of a profile, from `library`, or a profile file.")
    ],
    profiles: ProfilePaths = None,
    as_json: AsJson = False,
    layout: Annotated[str, typer.Option("--format", help="text, json, md or csv.")] = "text",
) -> None:
    """Print one profile with its source, boundary, licence and every quality figure."""
    profile = profile_named(profile_id, profiles or [])
    layouts: dict[str, Callable[[Profile], str]] = {
        "text": profile_page,
        "md": profile_markdown,
        "csv": lambda one: profiles_csv([one], DEFAULT_REFERENCE).rstrip("\n"),
        "json": lambda one: json.dumps(profile_document(one), indent=2, ensure_ascii=False),
    }
    if layout not in layouts:
        raise UnknownProfileError(f"--format {layout!r} is unknown; choose one of {', '.join(layouts)}")
    typer.echo(layouts["json" if as_json else layout](profile))


add_commands(app)


def main(argv: Sequence[str] | None = None, name: str = "python -m bench") -> int:
    """Run one command, which was called under that name, and return its exit code."""
    return carried_out(app, argv, name_for_completion(argv, SCRIPT) or name, (BenchError,))


def _require_reference(reference: str) -> None:
    known = [one.id for one in known_references()]
    if reference not in known:
        raise UnknownProfileError(f"--reference {reference!r} is unknown; known: {', '.join(known)}")


def _chosen(profiles: Sequence[Profile], model: str | None, gpu: str | None) -> list[Profile]:
    of_model = [one for one in profiles if model is None or _holds(one, model)]
    if not of_model:
        names = sorted({one.config.model_name for one in profiles}, key=str.casefold)
        raise UnknownProfileError(f"--model {model!r} fits no profile; known models: {', '.join(names)}")
    chosen = [one for one in of_model if gpu is None or fits_board(gpu, one.hardware.accelerator)]
    if gpu is not None and not chosen:
        raise UnknownProfileError(_no_board(of_model, gpu))
    return chosen


def _no_board(profiles: Sequence[Profile], gpu: str) -> str:
    measured = ", ".join(sorted({one.hardware.accelerator for one in profiles}))
    if boards_named(gpu):
        return f"--gpu {gpu!r} has no profile among these; boards with profiles: {measured}"
    near = closest_boards(gpu) or tuple(one.name for one in known_boards())
    return f"--gpu {gpu!r} is unknown; nearest boards: {', '.join(near)}; boards with profiles: {measured}"


def _holds(profile: Profile, text: str) -> bool:
    wanted = text.casefold()
    config = profile.config
    return any(wanted in name.casefold() for name in (config.model_name, config.model_id, profile.id))


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=TABLE_COLUMNS)


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    leave(main())
