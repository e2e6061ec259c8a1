"""`python -m bench estimate`: joules and seconds that nobody measured, or how wrong such estimates are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bench.blueprints import Setting
from bench.boards import boards_asked_back
from bench.errors import EstimateError
from bench.profile import Dtype

if TYPE_CHECKING:
    from bench.estimate.estimating import Estimate
    from bench.profile import Profile

DTYPES: dict[str, Dtype] = {"bfloat16": "bfloat16", "float16": "float16", "float32": "float32"}


def estimate(
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="Short name (sdxl, flux-dev ...) or Hub id.")
    ] = None,
    gpu: Annotated[
        str | None, typer.Option("--gpu", help="Any board whose datasheet is known: H100, L40S ...")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="num_inference_steps; the intended use if unset.")] = None,
    width: Annotated[int | None, typer.Option(help="Width in pixels.")] = None,
    height: Annotated[int | None, typer.Option(help="Height in pixels.")] = None,
    guidance: Annotated[float | None, typer.Option(help="guidance_scale.")] = None,
    dtype: Annotated[str, typer.Option(help="bfloat16 or float16.")] = "bfloat16",
    batch: Annotated[int, typer.Option(help="Images generated together.")] = 1,
    quantize: Annotated[
        str | None, typer.Option(help="Scheme of the denoiser, such as torchao-int8-weight-only.")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="In the place of PyTorch, such as tensorrt.")] = None,
    compile_mode: Annotated[str | None, typer.Option("--compile", help="Mode of torch.compile.")] = None,
    cache: Annotated[str | None, typer.Option(help="Step cache of the denoiser.")] = None,
    attention: Annotated[str | None, typer.Option(help="Attention backend.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The profile as JSON, for `roi --profiles`.")
    ] = False,
    errors: Annotated[
        bool,
        typer.Option("--errors", help="How wrong estimates are on the library, left out by model and board."),
    ] = False,
) -> None:
    """Joules and seconds of an image that nobody measured, with a 90 % interval; evidence `estimated`."""
    if errors:
        typer.echo("\n".join(_error_lines()))
        return
    if model is None or gpu is None:
        raise EstimateError(
            "name a model and --gpu BOARD, such as `python -m bench estimate sdxl --gpu L40S`; `python -m bench "
            "blueprint` lists models; --errors says how far estimates are to be trusted"
        )
    if dtype not in DTYPES:
        raise EstimateError(f"--dtype {dtype!r}: use bfloat16 or float16")
    from bench.estimate.estimating import estimate as estimated
    from bench.estimate.estimating import profile_of

    require_one_board(gpu)
    changes = {
        "quantization": quantize,
        "engine": engine,
        "compile_mode": compile_mode,
        "cache": cache,
        "attention_backend": attention,
    }
    setting = Setting(width, height, steps, guidance, batch, dtype=DTYPES[dtype])
    told = estimated(model, gpu, setting, {name: one for name, one in changes.items() if one is not None})
    found = profile_of(told, datetime.now(tz=UTC).date())
    if as_json:
        typer.echo(found.model_dump_json(indent=2, exclude_none=True))
        return
    typer.echo("\n".join(_page(told, found)))


def require_one_board(gpu: str) -> None:
    """`H100` alone may be any of three boards of quite different power."""
    meant = boards_asked_back(gpu)
    if meant:
        raise EstimateError(f"--gpu {gpu!r} may be several boards; name one of {', '.join(meant)}")


def _page(told: "Estimate", found: "Profile") -> Iterator[str]:
    """The estimate, how sure it is, and where its figures come from."""
    config, energy = found.config, told.energy_j
    yield (
        f"{config.model_name} on {told.sheet.name}, {config.width}x{config.height}, {config.num_inference_steps} "
        f"steps, {config.dtype}, batch {config.batch_size}: {told.work.total.tflop_per_image:.1f} TFLOP an image"
    )
    yield f"energy   {energy.value:.4g} J an image    90 % interval {energy.low:.4g} to {energy.high:.4g}"
    seconds = told.seconds
    yield f"time     {seconds.value:.4g} s an image    90 % interval {seconds.low:.4g} to {seconds.high:.4g}"
    yield from (f"- {note}" for note in found.notes)
    yield f"- board: {told.sheet.source}"
    yield "- a scenario decides with it only when limits.accept_evidence holds `estimated`"


def _error_lines() -> Iterator[str]:
    """A table: what is known, and how wrong energy and time then are."""
    from bench.estimate.heldout import TERMS_OF, TIERS, held_out
    from bench.estimate.rows import library_rows

    rows = library_rows()
    boards, models = sorted({row.board for row in rows}), {row.model for row in rows}
    yield f"{len(rows)} rows, {len(models)} models on {', '.join(boards)}; what is left out is predicted"
    yield f"{'quantity':9} {'median':>7} {'p90':>6} {'covered':>8}  left out"
    for measure in TERMS_OF:
        for tier, words in TIERS.items():
            found = held_out(measure, tier)
            yield (
                f"{measure:9} {found.median_fraction:>7.1%} {found.p90_fraction:>6.1%} "
                f"{found.coverage_fraction:>8.1%}  {words}"
            )
    yield "median and p90: absolute error over the measurement; covered: by the 90 % interval of the other groups"
    yield from _family_lines()


def _family_lines() -> Iterator[str]:
    """The same by family of the denoiser, for a model without rows on a measured board."""
    from bench.estimate.heldout import TERMS_OF, held_out

    yield ""
    yield f"{'family':12} {'rows':>5} {'energy':>8} {'p90':>6} {'seconds':>8} {'p90':>6}  (one model left out)"
    found = {measure: held_out(measure, "board") for measure in TERMS_OF}
    for family in sorted(set(found["energy"].families)):
        energy, seconds = found["energy"].of_family(family), found["seconds"].of_family(family)
        yield (
            f"{family:12} {len(energy.errors):>5} {energy.median_fraction:>8.1%} {energy.p90_fraction:>6.1%} "
            f"{seconds.median_fraction:>8.1%} {seconds.p90_fraction:>6.1%}"
        )
