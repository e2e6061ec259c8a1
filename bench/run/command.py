"""The command `run`: a configuration measured on this machine, or several of one pipeline. No arithmetic."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.arguments import DeviceOption, MeterOption, OutputOption, SharedOption
from bench.errors import MeasurementError
from bench.profile import Profile

if TYPE_CHECKING:
    from bench.pipelines import Settings
    from bench.prompts import PromptSet

INTERRUPTED = 130
QUALITY_LOST = 1
"""Joules and seconds were written, and the quality that was asked for was not had."""

ModelArgument = Annotated[
    str,
    typer.Argument(help="Folder of a diffusers pipeline, its hub id, or with --weights random a blueprint."),
]
TierOption = Annotated[str, typer.Option(help="flash, quick, standard or publish.")]
DtypeOption = Annotated[str, typer.Option(help="float32, float16 or bfloat16.")]
QuantizeOption = Annotated[
    list[str] | None,
    typer.Option(help="COMPONENT=SCHEME, such as denoiser=torchao-int8-weight-only; repeatable."),
]
SchedulerOption = Annotated[str | None, typer.Option(help="A diffusers scheduler class.")]
WeightsOption = Annotated[
    str, typer.Option(help="trained, or random: drawn for a blueprint, no download, no quality.")
]
StepsOption = Annotated[int | None, typer.Option(help="num_inference_steps; the blueprint's, or 28.")]
GuidanceOption = Annotated[
    float | None, typer.Option(help="guidance_scale; the blueprint's or the pipeline's own if unset.")
]
WidthOption = Annotated[int | None, typer.Option(help="Width in pixels; the blueprint's, or 1024.")]
HeightOption = Annotated[int | None, typer.Option(help="Height in pixels; the blueprint's, or 1024.")]
BatchOption = Annotated[int, typer.Option(help="Images generated together.")]
CompileModeOption = Annotated[str | None, typer.Option("--compile", help="Mode of torch.compile.")]
CacheOption = Annotated[str | None, typer.Option(help="Step cache of the denoiser.")]
AttentionOption = Annotated[str | None, typer.Option(help="Attention backend, in diffusers' names.")]
OffloadOption = Annotated[str | None, typer.Option(help="model or sequential.")]
RevisionOption = Annotated[str | None, typer.Option(help="Commit or tag of the weights.")]
PromptsOption = Annotated[Path | None, typer.Option(help="Own prompts, one a line.")]
PromptLengthOption = Annotated[str, typer.Option(help="Bundled prompts: short, medium or long.")]
SeedOption = Annotated[int, typer.Option(help="Seed of the first image, and of random weights.")]
ImagesOption = Annotated[Path | None, typer.Option(help="Folder for the images and prompts.txt.")]
ReferenceOption = Annotated[
    Path | None, typer.Option(help="Reference pictures (folder) or statistics (.npz) for FID and KID.")
]
ExtractorOption = Annotated[str | None, typer.Option(help="Feature extractor, named in the reference.")]
ClipOption = Annotated[str | None, typer.Option(help="CLIP model for the score of images with prompts.")]
ScoreOption = Annotated[
    list[str] | None,
    typer.Option(help="clip, pickscore or cmmd, or NAME=MODEL with a folder or hub id; repeatable."),
]
TwinOption = Annotated[
    Path | None, typer.Option(help="Images of the unquantized twin, same prompts and seeds, to compare with.")
]
VaryOption = Annotated[
    list[str] | None,
    typer.Option(
        help="NAME=VALUE,VALUE of steps, guidance, width, height or batch: all combinations in one process, the "
        "model loaded once; repeatable."
    ),
]
QualityImagesOption = Annotated[int, typer.Option(help="Images for quality and the folder.")]


def run(
    model: ModelArgument,
    output: OutputOption,
    weights: WeightsOption = "trained",
    tier: TierOption = "standard",
    device: DeviceOption = "cuda",
    meter: MeterOption = "auto",
    shared: SharedOption = False,
    dtype: DtypeOption = "bfloat16",
    quantize: QuantizeOption = None,
    scheduler: SchedulerOption = None,
    steps: StepsOption = None,
    guidance: GuidanceOption = None,
    width: WidthOption = None,
    height: HeightOption = None,
    batch: BatchOption = 1,
    compile_mode: CompileModeOption = None,
    cache: CacheOption = None,
    attention: AttentionOption = None,
    offload: OffloadOption = None,
    revision: RevisionOption = None,
    prompts: PromptsOption = None,
    prompt_length: PromptLengthOption = "medium",
    seed: SeedOption = 0,
    images: ImagesOption = None,
    reference: ReferenceOption = None,
    extractor: ExtractorOption = None,
    clip: ClipOption = None,
    score: ScoreOption = None,
    twin: TwinOption = None,
    quality_images: QualityImagesOption = 1000,
    vary: VaryOption = None,
) -> None:
    """Measure joules, seconds and quality per image of one configuration on this machine."""
    from bench.run.plan import Plan
    from bench.run.point import run_points
    from bench.run.variations import varied
    from bench.selftest import SELF_TESTS

    tuning = (compile_mode, cache, attention, offload)
    sampling = (scheduler, steps, guidance, width, height, batch)
    settings = _settings((model, revision, weights), device, dtype, quantize or [], sampling, tuning)
    plan = Plan(
        settings=settings,
        tier=_tier(tier),
        prompts=_prompts(prompts, prompt_length),
        output=output,
        meter_spec=meter,
        shared=shared,
        seed=seed,
        images=images,
        reference=reference,
        extractor=extractor,
        clip=clip,
        scores=tuple(score or ()),
        twin=twin,
        quality_pictures=quality_images,
        self_tests=SELF_TESTS.expanduser(),
    )
    _report(output, run_points(varied(plan, vary or [])))


def _report(output: Path, profiles: tuple[Profile, ...]) -> None:
    """What was measured to stdout, what to do next to stderr; interrupted runs and lost quality have a status."""
    from bench.run.work import QUALITY_FAILED
    from bench.show import profile_page

    for profile in profiles:
        typer.echo(profile_page(profile))
    typer.echo(f"{output}: written; python -m roi recommend --profiles {output} --fid-max ...", err=True)
    if any("interrupted" in note for profile in profiles for note in profile.notes):
        raise typer.Exit(INTERRUPTED)
    if any(note.startswith(QUALITY_FAILED) for profile in profiles for note in profile.notes):
        raise typer.Exit(QUALITY_LOST)


def _settings(
    source: tuple[str, str | None, Any],
    device: str,
    dtype: Any,
    quantize: list[str],
    sampling: tuple[str | None, int | None, float | None, int | None, int | None, int],
    tuning: tuple[Any, Any, str | None, Any],
) -> "Settings":
    from bench.pipelines import Settings

    model, revision, weights = source
    scheduler, steps, guidance, width, height, batch = sampling
    compile_mode, cache, attention, offload = tuning
    settings = Settings(
        model=model,
        revision=revision,
        weights=weights,
        dtype=dtype,
        quantization=_schemes(quantize),
        scheduler=scheduler,
        guidance_scale=guidance,
        batch_size=batch,
        device=device,
        compile_mode=compile_mode,
        cache=cache,
        attention_backend=attention,
        offload=offload,
    )
    asked = {"num_inference_steps": steps, "width": width, "height": height}
    said = {name: value for name, value in asked.items() if value is not None}
    return dataclasses.replace(settings, **_intended(settings, asked) | said)


def _intended(settings: "Settings", names: Iterable[str]) -> dict[str, Any]:
    """The blueprint's own value of each setting; nothing for a pipeline that is read."""
    from bench.blueprints import blueprint_named

    if not settings.by_blueprint:
        return {}
    blueprint = blueprint_named(settings.model)
    return {name: getattr(blueprint, name) for name in names}


def _prompts(file: Path | None, length: Any) -> "PromptSet":
    from bench.prompts import bundled_prompts, read_prompts

    return read_prompts(file) if file else bundled_prompts(length)


def _schemes(pairs: list[str]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    faulty = [
        pair
        for pair, (name, sign, scheme) in zip(pairs, split, strict=True)
        if not (name and sign and scheme)
    ]
    if faulty:
        raise MeasurementError(f"--quantize {faulty[0]!r}: write COMPONENT=SCHEME")
    return {name: scheme for name, _, scheme in split}


def _tier(name: str) -> Any:
    from bench.protocol.tiers import TIERS

    found = next((tier for known, tier in TIERS.items() if known == name), None)
    if found is None:
        raise MeasurementError(f"--tier {name!r} is unknown; choose one of {', '.join(TIERS)}")
    return found
