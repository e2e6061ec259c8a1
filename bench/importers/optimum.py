"""`benchmark.json` (or `benchmark_report.json`) of optimum-benchmark for a diffusion pipeline.

The report's target `call` holds `latency`, `throughput` in images/s, `energy` in kWh (cpu, ram, gpu, total) and
`efficiency` in images/kWh of the total. Efficiency times total gives the images that the energy is of, whichever
way a version counts its repeats.
"""

from pathlib import Path
from typing import Any, get_args

from bench.errors import ProfileError
from bench.importers.facts import Facts, images_of
from bench.importers.reading import Reading, part, positive, read_object
from bench.profile import Dtype
from bench.units import J_PER_KWH


def read_optimum(path: Path, stated: Facts) -> Reading:
    """The target `call`; needs `images` (of the energy figure) when the report has no efficiency, and
    `accelerator_count` where it tracked several boards: their energy is one sum."""
    document = read_object(path, "optimum-benchmark")
    report = document["report"] if isinstance(document.get("report"), dict) else document
    call = part(path, "report.", report, "call")
    energy = part(path, "call.", call, "energy")
    if energy.get("unit") != "kWh":
        raise ProfileError(f"{path}: call.energy.unit is {energy.get('unit')!r}; only kWh is known")
    config = document["config"] if isinstance(document.get("config"), dict) else {}
    images = _images(path, call, energy, stated)
    kwh = _gpu_kwh(path, call, energy)
    environment = _object(config, "environment")
    _require_boards(path, config, environment, stated)
    return Reading(
        tool="optimum-benchmark",
        citation="Own measurement with optimum-benchmark, Hugging Face",
        url="https://github.com/huggingface/optimum-benchmark",
        boundary="gpu",
        energy_j_per_image=tuple(one * J_PER_KWH / images for one in kwh),
        seconds_per_image=_seconds_per_image(path, call),
        batch_s=_batch_s(path, call),
        facts=_facts(config, environment),
        tool_version=_text(environment.get("optimum_benchmark_version")),
        notes=(
            "GPU energy by CodeCarbon at one reading a second"
            + ("; no spread is reported." if len(kwh) == 1 else f"; {len(kwh)} repeats."),
        ),
    )


def _gpu_kwh(path: Path, call: dict[str, Any], energy: dict[str, Any]) -> tuple[float, ...]:
    """Of every repeat where the report lists them as `measures`, whose mean `energy` is; else that one figure."""
    measures = call.get("measures")
    if not isinstance(measures, list) or not measures:
        return (positive(path, "call.energy.gpu", energy.get("gpu")),)
    found = [one.get("gpu") if isinstance(one, dict) else None for one in measures]
    lost = [
        str(number)
        for number, one in enumerate(found, start=1)
        if not isinstance(one, int | float) or isinstance(one, bool) or one <= 0
    ]
    if lost:
        raise ProfileError(
            f"{path}: call.measures {', '.join(lost)} of {len(found)} hold no energy, and call.energy is a mean "
            "over them: the tracker lost them; measure again"
        )
    return tuple(positive(path, "call.measures", one) for one in found)


def _images(path: Path, call: dict[str, Any], energy: dict[str, Any], stated: Facts) -> float:
    efficiency = call.get("efficiency")
    if isinstance(efficiency, dict) and efficiency.get("unit") == "images/kWh":
        per_kwh = positive(path, "call.efficiency.value", efficiency.get("value"))
        return per_kwh * positive(path, "call.energy.total", energy.get("total"))
    return float(images_of(path, Facts(), stated))


def _seconds_per_image(path: Path, call: dict[str, Any]) -> tuple[float, ...]:
    throughput = call.get("throughput")
    if not isinstance(throughput, dict) or throughput.get("unit") != "images/s":
        return ()
    return (1.0 / positive(path, "call.throughput.value", throughput.get("value")),)


def _batch_s(path: Path, call: dict[str, Any]) -> tuple[float, ...]:
    latency = call.get("latency")
    values = latency.get("values") if isinstance(latency, dict) and latency.get("unit") == "s" else None
    return tuple(positive(path, "call.latency.values", one) for one in values or ())


def _facts(config: dict[str, Any], environment: dict[str, Any]) -> Facts:
    backend, scenario = _object(config, "backend"), _object(config, "scenario")
    shapes, keywords = _object(scenario, "input_shapes"), _object(scenario, "call_kwargs")
    boards = environment.get("gpu")
    name = boards[0] if isinstance(boards, list) and boards else boards
    dtype = backend.get("torch_dtype")
    return Facts(
        model_id=_text(backend.get("model")),
        dtype=dtype if dtype in get_args(Dtype) else None,
        weights="random" if backend.get("no_weights") is True else None,
        engine=_engine(backend),
        compile_mode=_compile_mode(backend),
        batch_size=_batch_size(shapes, keywords),
        num_inference_steps=_count(keywords.get("num_inference_steps")),
        width=_count(keywords.get("width")),
        height=_count(keywords.get("height")),
        accelerator=_text(name),
        host=_text(environment.get("cpu")),
    )


def _engine(backend: dict[str, Any]) -> str | None:
    """The backend's name, such as onnxruntime; None for PyTorch."""
    name = _text(backend.get("name"))
    return None if name == "pytorch" else name


def _compile_mode(backend: dict[str, Any]) -> str | None:
    if backend.get("torch_compile") is not True:
        return None
    return _text(_object(backend, "torch_compile_config").get("mode")) or "default"


def _batch_size(shapes: dict[str, Any], keywords: dict[str, Any]) -> int | None:
    """Images of one call: prompts times the images of each."""
    prompts, each = _count(shapes.get("batch_size")), keywords.get("num_images_per_prompt", 1)
    return None if prompts is None or _count(each) is None else prompts * each


def _require_boards(path: Path, config: dict[str, Any], environment: dict[str, Any], stated: Facts) -> None:
    """One board, or how many of those that were tracked worked on every picture: the file does not say."""
    ids, listed = _object(config, "backend").get("device_ids"), environment.get("gpu")
    tracked = len(str(ids).split(",")) if ids is not None else len(listed) if isinstance(listed, list) else 1
    if tracked > 1 and stated.accelerator_count is None:
        which = f"device_ids {ids}" if ids is not None else f"all {tracked} boards of the machine"
        raise ProfileError(
            f"{path}: call.energy.gpu is the sum over {which}, idle ones too, and a diffusion pipeline works on "
            f"one unless it is spread; state accelerator_count={tracked} if all of them worked on every picture, "
            "else measure again with one device_id"
        )


def _object(document: dict[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
