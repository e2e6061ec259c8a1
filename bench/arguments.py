"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]
OutputOption = Annotated[Path, typer.Option("--output", "-o", help="Profile to write; must not exist yet.")]
DeviceOption = Annotated[str, typer.Option(help="Torch device: cuda, cuda:1, cpu, mps.")]
MeterOption = Annotated[str, typer.Option(help="auto, nvml, nvml:UUID, rapl, replay:FILE.csv or none.")]
SharedOption = Annotated[bool, typer.Option(help="Accept a board in use by others; labels the result.")]
