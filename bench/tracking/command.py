"""`track -- COMMAND`: run a program and record its pictures, its seconds and its board's joules."""

from pathlib import Path
from typing import Annotated

import typer

from bench.arguments import MeterOption
from bench.errors import MeasurementError


def track(
    command: Annotated[
        list[str], typer.Argument(metavar="-- COMMAND...", help="The program and its arguments.")
    ],
    workload: Annotated[str, typer.Option(help="Workload of the plan that the pictures are for.")],
    log: Annotated[Path, typer.Option(help="The ledger; made where there is none.")] = Path("operations.db"),
    supply: Annotated[str | None, typer.Option(help="Supply of the plan where it runs.")] = None,
    meter: MeterOption = "auto",
) -> None:
    """Run a program; every call of a diffusers pipeline in it becomes an attempt of the ledger."""
    from bench.meters.find import require_meter
    from bench.operations.ledger import Ledger
    from bench.tracking.started import run_tracked

    for name, given in (("--workload", workload), ("--supply", supply)):
        if given is not None and not given.strip():
            raise MeasurementError(f"{name} {given!r}: is empty; name it as the plan does, or leave it out")
    require_meter(meter)
    Ledger(log, create=True).close()
    try:
        status = run_tracked(command, workload=workload, log=log.absolute(), supply=supply, meter=meter)
    except OSError as fault:
        raise MeasurementError(f"{command[0]}: cannot be started: {fault.strerror}; check its name") from None
    raise typer.Exit(status if status >= 0 else 128 - status)
