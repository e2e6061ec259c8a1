"""`python -m bench blueprint`: lists the models whose architecture is known, or takes one apart. No arithmetic."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from bench.arguments import AsJson
from bench.blueprints.parts import Blueprint
from bench.blueprints.table import blueprint_named, known_blueprints
from bench.blueprints.work import BYTES_PER_VALUE, FLOP_PER_TFLOP, Setting, Work, count_blueprint, work_of
from bench.errors import BlueprintError

SCHEMA_VERSION = 1
MILLION, BILLION = 1e6, 1e9


def blueprint(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME|FILE]", help="Short name, Hub id or a .json file of your own."),
    ] = None,
    steps: Annotated[int | None, typer.Option(help="num_inference_steps.")] = None,
    width: Annotated[int | None, typer.Option(help="Width in pixels.")] = None,
    height: Annotated[int | None, typer.Option(help="Height in pixels.")] = None,
    batch: Annotated[int, typer.Option(help="Images generated together.")] = 1,
    guidance: Annotated[float | None, typer.Option(help="guidance_scale.")] = None,
    prompt_tokens: Annotated[
        int | None, typer.Option(help="Length of the prompt in tokens; the longest if unset.")
    ] = None,
    scheduler: Annotated[str | None, typer.Option(help="A diffusers scheduler class.")] = None,
    dtype: Annotated[str, typer.Option(help="float32, float16 or bfloat16.")] = "bfloat16",
    recount: Annotated[
        bool, typer.Option("--recount", help="Count anew on the meta device; needs the extra `bench`.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Architectures without weights: components, parameters, source, and FLOPs of one image by stage."""
    setting = Setting(width, height, steps, guidance, batch, prompt_tokens, scheduler, _dtype(dtype))
    if name is None:
        _list(setting, as_json)
        return
    found = blueprint_named(name)
    counts = count_blueprint(found) if recount else None
    work = work_of(found, setting, counts)
    if as_json:
        typer.echo(json.dumps(_document(found, work), indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(_page(found, work)))


def _list(setting: Setting, as_json: bool) -> None:
    works = [(one, work_of(one, setting)) for one in known_blueprints()]
    if as_json:
        documents = [_document(one, work) for one, work in works]
        typer.echo(
            json.dumps(
                {"schema_version": SCHEMA_VERSION, "blueprints": documents}, indent=2, ensure_ascii=False
            )
        )
        return
    wide = max(len(one.name) for one, _ in works)
    typer.echo(
        f"{'name':{wide}} {'denoiser':>9} {'all':>9} {'calls':>5} {'size':>9} {'TFLOP/image':>11}  model"
    )
    for one, work in works:
        size = f"{work.setting.width}x{work.setting.height}"
        typer.echo(
            f"{one.name:{wide}} {_count(work.denoiser.parameters):>9} {_count(work.parameters):>9} "
            f"{work.denoiser_calls_per_image:>5} {size:>9} {work.total.tflop_per_image:>11.1f}  {one.model_id}"
        )


def _page(found: Blueprint, work: Work) -> Iterator[str]:
    setting = work.setting
    base = f" (architecture of {found.same_architecture_as})" if found.same_architecture_as else ""
    yield f"{found.name}: {found.model_id}{base}"
    yield f"pipeline {found.pipeline_class}, scheduler {setting.scheduler or found.scheduler.class_name}"
    yield f"source {found.source.url}"
    if found.note:
        yield f"note: {found.note}"
    yield ""
    yield from _components(found, work)
    yield ""
    yield (
        f"one image of {setting.width} x {setting.height}, {setting.num_inference_steps} steps, guidance "
        f"{setting.guidance_scale:g}, batch {setting.batch_size}, {setting.dtype}: "
        f"{work.denoiser_calls_per_image} denoiser evaluations"
    )
    yield from _stages(work)
    yield "1 multiply-add = 2 FLOP; activations are an upper estimate, without fusion or caches"


def _components(found: Blueprint, work: Work) -> Iterator[str]:
    wide = max(len(part.component.class_name) for part in found.parts)
    for part, one in zip(found.parts, work.passes, strict=True):
        source = part.component.source.url
        yield f"{part.name:20} {part.component.class_name:{wide}} {_count(one.parameters):>9}  {source}"
        published = part.component.published
        if published:
            yield f"{'':20} published {published.as_published}: {published.citation}, {published.url}"
        else:
            yield f"{'':20} no published count was found"
        if part.component.note:
            yield f"{'':20} {part.component.note}"


def _stages(work: Work) -> Iterator[str]:
    yield f"{'stage':15} {'TFLOP':>10} {'weights GB':>11} {'activations GB':>15} {'operations':>11}"
    for name, one in [*work.stages.items(), ("together", work.total)]:
        yield (
            f"{name:15} {one.tflop_per_image:>10.3f} {one.weight_bytes_per_image / BILLION:>11.2f} "
            f"{one.activation_bytes_per_image / BILLION:>15.1f} {one.operations_per_image:>11.0f}"
        )
    call = work.denoiser
    yield (
        f"one denoiser call of {call.rows_per_call} row(s): {call.flop_per_call / FLOP_PER_TFLOP:.3f} TFLOP, "
        f"{call.operations_per_call} operations"
    )


def _document(found: Blueprint, work: Work) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "blueprint": found.model_dump(mode="json"),
        "setting": dataclasses.asdict(work.setting),
        "parameters": work.parameters,
        "denoiser_calls_per_image": work.denoiser_calls_per_image,
        "stages": {name: dataclasses.asdict(one) for name, one in work.stages.items()},
        "total": dataclasses.asdict(work.total),
        "passes": [dataclasses.asdict(one) for one in work.passes],
    }


def _count(parameters: int) -> str:
    return f"{parameters / BILLION:.2f} B" if parameters >= BILLION else f"{parameters / MILLION:.1f} M"


def _dtype(name: str) -> Any:
    if name not in BYTES_PER_VALUE:
        raise BlueprintError(f"--dtype {name!r} is unknown; choose one of {', '.join(BYTES_PER_VALUE)}")
    return name
