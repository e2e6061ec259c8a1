"""What a person reads of the library: the table of profiles and the page of one profile."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich import box
from rich.table import Table
from rich.text import Text

from bench.boards import board
from bench.library import figure_for, place_of
from bench.profile import Boundary, Config, Energy, EvidenceKind, Profile, Quality, Source, execution_words

BOUNDARY_TEXTS: dict[Boundary, str] = {
    "gpu": "the board alone, its idle power included",
    "gpu_net_idle": "the board alone, its idle power taken off",
    "processor_and_memory": "processor and memory alone; no board, fans, disks or power supply",
    "host": "board and host",
    "wall": "the machine at the socket",
}


HOST_BOUNDARY_TEXT = (
    "processor and memory of the whole machine, whoever used them; no boards, fans, disks, network, power supply: "
    "less than host_power_w_per_gpu of a scenario, which is never taken from here"
)

EVIDENCE_TEXTS: dict[EvidenceKind, str] = {
    "measured": "measured",
    "measured_random_weights": "random",
    "published": "published",
    "estimated": "estimated",
}

LABEL_COLUMNS = 12
"""Width of the names of lines on a profile's page."""

PROFILE_COLUMNS = 46
"""Width of the column of ids, so that the table fits into 100 columns."""


def library_table(profiles: Sequence[Profile], reference: str) -> Table:
    """One line a profile, in groups of model and board, with the figure on one quality reference."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("profile", max_width=PROFILE_COLUMNS, overflow="fold")
    for heading in ("batch", "J/image", "s/image", _metric_name(reference)):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("match", no_wrap=True)
    table.add_column("evidence", no_wrap=True)
    for title, group in groupby(profiles, key=_group_title):
        table.add_row(Text(title, style="bold"))
        for profile in group:
            table.add_row(*_cells(profile, reference))
    return table


def library_rows(profiles: Sequence[Profile], reference: str) -> list[dict[str, object]]:
    """The table as JSON-ready objects; what is not known is null."""
    return [_row(profile, figure_for(profile, reference)) for profile in profiles]


def profile_page(profile: Profile) -> str:
    """One profile on a page: settings, figures, quality with its match, licence and source."""
    lines = [
        profile.id,
        "",
        *_setting_lines(profile),
        "",
        *_energy_lines(profile),
        *_host_lines(profile),
        "",
        *_quality_lines(profile),
    ]
    lines += ["", *_licence_lines(profile), f"evidence    {_evidence_text(profile)}"]
    lines += [f"source      {place_of(profile)}"]
    if profile.evidence.source.licence:
        lines.append(f"            terms of the figures: {profile.evidence.source.licence}")
    lines += [f"note        {note}" for note in profile.notes]
    return "\n".join(lines)


def profile_markdown(profile: Profile) -> str:
    """The page as Markdown: a heading and a table of its lines."""
    lines = [line for line in profile_page(profile).splitlines()[1:] if line.strip()]
    cells = ((line[:LABEL_COLUMNS].strip(), line[LABEL_COLUMNS:]) for line in lines)
    body = "\n".join(f"| {name} | {value.replace('|', '/')} |" for name, value in cells)
    return f"## {profile.id}\n\n| | |\n|---|---|\n{body}\n"


def profiles_csv(profiles: Sequence[Profile], reference: str) -> str:
    """The rows of `library_rows` as CSV with a header; what is not known is empty."""
    written = io.StringIO()
    rows = library_rows(profiles, reference)
    writer = csv.DictWriter(written, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def _group_title(profile: Profile) -> str:
    config = profile.config
    energy = profile.energy
    covered = "" if energy is None or energy.boundary == "gpu" else f"; {BOUNDARY_TEXTS[energy.boundary]}"
    return f"{config.model_name}, {_boards(profile, _board_name(profile))}, {config.width}x{config.height}{covered}"


def _boards(profile: Profile, name: str) -> str:
    count = profile.hardware.accelerator_count
    return f"{count} x {name}" if count > 1 else name


def _board_name(profile: Profile) -> str:
    name = profile.hardware.accelerator
    known = board(name)
    return known.name if known else name


def _cells(profile: Profile, reference: str) -> Iterator[str]:
    quality = figure_for(profile, reference)
    yield profile.id
    yield str(profile.config.batch_size)
    yield f"{profile.energy.energy_j_per_image:,.1f}" if profile.energy else "-"
    yield f"{profile.speed.seconds_per_image:.3f}" if profile.speed else "-"
    yield f"{quality.value:.4g}" if quality else "-"
    yield quality.match if quality else "-"
    yield EVIDENCE_TEXTS[profile.evidence.kind]


def _row(profile: Profile, quality: Quality | None) -> dict[str, object]:
    config = profile.config
    return {
        "id": profile.id,
        "model": config.model_name,
        "gpu": profile.hardware.accelerator,
        "width": config.width,
        "height": config.height,
        "num_inference_steps": config.num_inference_steps,
        "batch_size": config.batch_size,
        "dtype": config.dtype,
        "quantization": config.quantization,
        "execution": config.execution,
        "energy_j_per_image": profile.energy.energy_j_per_image if profile.energy else None,
        "boundary": profile.energy.boundary if profile.energy else None,
        "seconds_per_image": profile.speed.seconds_per_image if profile.speed else None,
        "quality": quality.model_dump(mode="json", exclude_none=True) if quality else None,
        "evidence": profile.evidence.kind,
        "grade": profile.evidence.grade,
        "source": place_of(profile),
    }


def _setting_lines(profile: Profile) -> list[str]:
    config, hardware = profile.config, profile.hardware
    memory = f", {hardware.memory_gib:g} GiB" if hardware.memory_gib else ""
    return [
        f"model       {config.model_name} ({config.model_id}), {config.backbone}, {config.weights} weights",
        f"settings    {_settings_text(config)}",
        f"board       {_boards(profile, hardware.accelerator)}{memory}",
    ]


def _settings_text(config: Config) -> str:
    parts = [
        f"{config.width}x{config.height}",
        f"{config.num_inference_steps} steps",
        f"{config.denoiser_calls} denoiser calls" if config.denoiser_calls else "denoiser calls not stated",
        f"guidance {config.guidance_scale:g}" if config.guidance_scale is not None else "guidance not stated",
        f"batch {config.batch_size}",
        config.dtype,
        "; ".join(f"{part} {scheme}" for part, scheme in sorted(config.quantization.items()))
        or "not quantized",
        *execution_words(config.execution),
    ]
    return ", ".join(parts)


def _energy_lines(profile: Profile) -> list[str]:
    lines = []
    if profile.energy is None:
        lines.append("energy      not measured")
    else:
        energy = profile.energy
        lines.append(f"energy      {energy.energy_j_per_image:,.1f} J/image{_spread_text(energy)}")
        lines.append(f"boundary    {energy.boundary}: {BOUNDARY_TEXTS[energy.boundary]}")
        if energy.mean_power_w is not None:
            lines.append(f"power       {energy.mean_power_w:,.1f} W on average")
    if profile.speed is None:
        return [*lines, "speed       not measured"]
    speed = profile.speed
    batch = f", {speed.mean_batch_latency_s:.3f} s a batch" if speed.mean_batch_latency_s else ""
    return [*lines, f"speed       {speed.seconds_per_image:.3f} s/image{batch}"]


def _spread_text(energy: Energy) -> str:
    half_width, stdev, windows = (
        energy.energy_half_width_95_j_per_image,
        energy.energy_stdev_j_per_image,
        energy.windows,
    )
    if half_width is not None:
        return f" ± {half_width:,.1f} J (95 %)"
    if stdev is not None:
        over = f" over {windows} windows" if windows else ""
        return f", standard deviation {stdev:,.1f} J{over}"
    return ", no spread known"


def _host_lines(profile: Profile) -> list[str]:
    host = profile.host_estimate
    if host is None:
        return []
    processor_w, memory_w = host.processor_power_w, host.memory_power_w
    powers = f"about {processor_w + memory_w:,.1f} W (processor {processor_w:,.1f}, memory {memory_w:,.1f})"
    return [
        f"host        {powers}, {host.energy_j_per_image:,.1f} J/image: {host.evidence}, not in the joules above",
        f"            {HOST_BOUNDARY_TEXT}",
        f"            {host.tool_version}: {host.method}",
    ]


def _quality_lines(profile: Profile) -> list[str]:
    if not profile.quality:
        return ["quality     no figure of this model in the library"]
    lines = []
    for quality in profile.quality:
        samples = f", {quality.n_samples:,} images" if quality.n_samples else ""
        error = f" ± {quality.stderr:g}" if quality.stderr is not None else ""
        lines.append(f"quality     {quality.reference} {quality.value:g}{error}{samples}: {quality.match}")
        lines.append(
            f"            {quality.match_note}" if quality.match_note else "            no note on the match"
        )
        lines.append(f"            {_source_text(quality.source)}")
    return lines


def _licence_lines(profile: Profile) -> list[str]:
    licence = profile.config.model_licence
    if licence is None:
        return ["licence     of the weights unknown"]
    read = f", read {licence.as_of}" if licence.as_of else ""
    lines = [f"licence     {licence.name}: commercial use {licence.commercial_use}{read}"]
    return [*lines, f"            {licence.url}"] if licence.url else lines


def _evidence_text(profile: Profile) -> str:
    evidence = profile.evidence
    return f"{evidence.kind.replace('_', ' ')}, grade {evidence.grade}, {evidence.date}"


def _source_text(source: Source) -> str:
    return ", ".join(part for part in (source.citation, source.url) if part)


def _metric_name(reference: str) -> str:
    return {"fid": "FID", "clip": "CLIP"}.get(reference.partition("/")[0], "quality")
