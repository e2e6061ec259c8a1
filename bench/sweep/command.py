"""The command `sweep`: a plan carried out, previewed, or its results merged. No arithmetic."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.arguments import DeviceOption, MeterOption, SharedOption
from bench.errors import MeterError, SweepError
from bench.estimate.command import require_one_board
from bench.magnitude import LARGEST
from bench.profile import write_profiles

if TYPE_CHECKING:
    from bench.sweep.plan import PlannedPoint, SweepPlan
    from bench.sweep.shard import Shard, Standing

PREVIEW_BOARD = "H100 SXM"
"""Board of the preview where none is named and none is here."""

FAILED = 1

PlanArguments = Annotated[
    list[str], typer.Argument(metavar="PLAN|DIR...", help="Plan file or bundled plan; with --merge, results.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Folder of the results; with --merge the .json or .jsonl to write."),
]
TierOption = Annotated[str | None, typer.Option(help="In the place of the plan's tier.")]
RepetitionsOption = Annotated[int | None, typer.Option(help="In the place of the plan's repetitions.")]
WeightsOption = Annotated[str | None, typer.Option(help="trained or random, in the place of the plan's.")]
ShardOption = Annotated[str, typer.Option(metavar="I/N", help="Only part I of N of the points.")]
ExecutorOption = Annotated[str, typer.Option(help="local, slurm or submitit-local.")]
JobsOption = Annotated[int, typer.Option(min=1, help="Jobs of slurm or submitit-local; each takes a part.")]
SlurmOption = Annotated[
    list[str] | None, typer.Option(help="KEY=VALUE for submitit, such as partition=gpu; repeatable.")
]
RetryOption = Annotated[bool, typer.Option("--retry-failed", help="Give failed points another attempt.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Print points, order, time and energy only.")]
GpuOption = Annotated[str | None, typer.Option(help="Board of --dry-run; the one here when left out.")]
MinutesOption = Annotated[float | None, typer.Option(help="Begin no point after so many minutes.")]
MergeOption = Annotated[bool, typer.Option("--merge", help="Bring results of several folders together.")]
ProfilesOption = Annotated[
    Path | None, typer.Option(help="With --merge: profile file of the measured points to write.")
]


def sweep(
    places: PlanArguments,
    output: OutputOption = None,
    tier: TierOption = None,
    repetitions: RepetitionsOption = None,
    weights: WeightsOption = None,
    device: DeviceOption = "cuda",
    meter: MeterOption = "auto",
    shared: SharedOption = False,
    shard: ShardOption = "1/1",
    executor: ExecutorOption = "local",
    jobs: JobsOption = 1,
    slurm: SlurmOption = None,
    retry_failed: RetryOption = False,
    dry_run: DryRunOption = False,
    gpu: GpuOption = None,
    minutes: MinutesOption = None,
    merge: MergeOption = False,
    profiles: ProfilesOption = None,
) -> None:
    """Measure every point of a plan, each in a fresh process; start it again and it goes on where it was."""
    from bench.selftest import SELF_TESTS
    from bench.sweep.child import Machine
    from bench.sweep.plan import shard as part_of
    from bench.sweep.shard import Shard

    if merge:
        _merge(places, output, profiles)
        return
    if len(places) != 1:
        raise SweepError(f"{len(places)} plans are named; name one, or add --merge for folders of results")
    plan = _plan(places[0], tier, repetitions, weights)
    index, count = _shard_numbers(shard)
    if minutes is not None and not 0 < minutes <= LARGEST:
        raise SweepError(f"--minutes {minutes!r}: give minutes above 0, such as 240")
    points = tuple(part_of(plan.points, index, count))
    if dry_run:
        _preview(plan, points, gpu)
        return
    work = Shard(
        plan=plan.name,
        seed=plan.seed,
        points=points,
        folder=output or Path(f"sweep-{plan.name}"),
        machine=Machine(device, meter, shared, SELF_TESTS.expanduser()),
        label=f"{index}-of-{count}",
        retry_failed=retry_failed,
        seconds_max=None if minutes is None else 60.0 * minutes,
    )
    _report(work, _carried_out(work, executor, jobs, _parameters(slurm or [])))


def _plan(place: str, tier: str | None, repetitions: int | None, weights: str | None) -> "SweepPlan":
    from bench.sweep.plan import read_plan

    changes: dict[str, Any] = {"tier": tier, "repetitions": repetitions}
    changes = {name: value for name, value in changes.items() if value is not None}
    return read_plan(place, changes | ({"fixed": {"weights": weights}} if weights else {}))


def _shard_numbers(text: str) -> tuple[int, int]:
    index, _, count = text.partition("/")
    if not (index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise SweepError(f"--shard {text!r}: write I/N with I from 1 to N, such as 1/4")
    return int(index), int(count)


def _parameters(pairs: list[str]) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not (name and sign and value):
            raise SweepError(f"--slurm {pair!r}: write KEY=VALUE, such as partition=gpu")
        found[name.replace("-", "_")] = int(value) if value.isdecimal() else value
    return found


def _carried_out(work: "Shard", executor: str, jobs: int, parameters: dict[str, str | int]) -> "Standing":
    from bench.sweep.shard import run_shard
    from bench.sweep.submit import Cluster, submit_shard
    from bench.sweep.table import SweepDisplay

    clusters: dict[str, Cluster] = {"slurm": "slurm", "submitit-local": "local"}
    if executor != "local" and executor not in clusters:
        raise SweepError(f"--executor {executor!r} is unknown; choose one of local, {', '.join(clusters)}")
    with SweepDisplay() as display:
        if executor == "local":
            return run_shard(work, display.show)
        return submit_shard(clusters[executor], work, jobs, parameters, display.show)


def _report(work: "Shard", standing: "Standing") -> None:
    """Data to stdout; a failed point makes the exit status 1."""
    kinds = ("measured", "out_of_memory", "failed")
    counts = ", ".join(f"{standing.count(kind)} {kind.replace('_', ' ')}" for kind in kinds)
    typer.echo(f"{work.folder}: {counts}, {standing.left} left of {standing.total} points")
    for remark in standing.remarks():
        typer.echo(remark, err=True)
    failed = [one for one in standing.results.values() if one.status == "failed"]
    for one in failed:
        typer.echo(f"{one.hash} failed: {one.reason}", err=True)
    if failed:
        typer.echo("mend the reasons and start again with --retry-failed", err=True)
        raise typer.Exit(FAILED)


def _preview(plan: "SweepPlan", points: "tuple[PlannedPoint, ...]", gpu: str | None) -> None:
    from bench.estimate.datasheets import datasheet
    from bench.sweep.predict import BASIS, lack_of_units, predictions, preview_lines

    if gpu is not None:
        require_one_board(gpu)
        datasheet(gpu)
    board = gpu or _board_here()
    if board is None:
        typer.echo(f"no board is here: predicted for {PREVIEW_BOARD}; name yours with --gpu", err=True)
    meant = board or PREVIEW_BOARD
    predicted = predictions(points, meant)
    lacks = Counter(lack for one in points if (lack := lack_of_units(one.point, meant)))
    for lack, count in lacks.items():
        typer.echo(f"{count} of {len(points)} points are unknown: {lack}", err=True)
    typer.echo("\n".join(preview_lines(plan, points, predicted, BASIS.format(gpu=meant))))


def _board_here() -> str | None:
    from bench.meters.nvml import nvml_boards

    try:
        boards = nvml_boards()
    except MeterError:
        return None
    return boards[0].name if boards else None


def _merge(places: list[str], output: Path | None, profiles: Path | None) -> None:
    from bench.sweep.result import merge, profiles_of, write_merged

    if output is None:
        raise SweepError("--merge needs -o: the .json or .jsonl file to write")
    results = merge([Path(place) for place in places])
    measured = profiles_of(results)
    if profiles is not None and (profiles.exists() or not measured):
        fault = "exists already" if profiles.exists() else "no point was measured"
        raise SweepError(f"{profiles}: {fault}; nothing was written")
    write_merged(output, results)
    if profiles is not None:
        write_profiles(profiles, measured)
    typer.echo(f"{output}: {len(results)} results, {len(measured)} of them measured")
