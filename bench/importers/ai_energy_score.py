"""AI Energy Score: the leaderboard's CSV, or the `GPU_ENERGY_SUMMARY.json` of one's own run.

The CSV's column `total_gpu_energy` is for 1,000 queries of one image each and does not state its unit: the
project's page says Wh, the figures read as kWh. So the caller states it. The summary states Wh for all prompts of
the run, by phase (`call_wh`, `load_model_wh` ...) and in total: the call is what pictures take, and its phase is
taken where it is there. A total is taken only where no phase of loading is in it.
"""

from pathlib import Path
from typing import Any

from bench.errors import ProfileError
from bench.importers.facts import Facts, images_of, require
from bench.importers.reading import CsvRow, Reading, positive, read_object, read_rows
from bench.units import J_PER_KWH, J_PER_WH

_QUERIES = 1000
_CITATION = "AI Energy Score, Hugging Face and Salesforce, image generation"
_NOTES = ("GPU energy by CodeCarbon; the source gives neither spread nor seconds.",)


def read_ai_energy_score(path: Path, stated: Facts) -> Reading:
    """Leaderboard: needs `energy_unit`, and `model_id` to choose a row. Summary: needs `images`."""
    if path.suffix.lower() == ".json":
        return _summary(path, stated)
    row = _row(path, read_rows(path, ("model", "total_gpu_energy"), "AI Energy Score"), stated.model_id)
    require(path, stated, ("energy_unit",))
    joules_per_unit = J_PER_WH if stated.energy_unit == "Wh" else J_PER_KWH
    total = positive(path, f"total_gpu_energy of {row['model']}", row["total_gpu_energy"])
    return Reading(
        tool="ai-energy-score",
        citation=_CITATION,
        url="https://huggingface.co/spaces/AIEnergyScore/Leaderboard",
        boundary="gpu",
        energy_j_per_image=(total * joules_per_unit / _QUERIES,),
        facts=Facts(model_id=row["model"]),
        published=True,
        notes=(
            *_NOTES,
            f"The column's unit, {stated.energy_unit} for 1,000 queries, was stated by the user.",
        ),
    )


def _summary(path: Path, stated: Facts) -> Reading:
    document = read_object(path, "AI Energy Score")
    if document.get("units") != "Wh":
        raise ProfileError(f"{path}: units is {document.get('units')!r}; an AI Energy Score summary has 'Wh'")
    images = images_of(path, Facts(), stated)
    joules = _generating_wh(path, document) * J_PER_WH
    return Reading(
        tool="ai-energy-score",
        citation=f"Own measurement with the {_CITATION}",
        url="https://github.com/huggingface/AIEnergyScore",
        boundary="gpu",
        energy_j_per_image=(joules / images,),
        notes=(*_NOTES, "The tool rounds to 0.01 Wh."),
    )


def _generating_wh(path: Path, document: dict[str, Any]) -> float:
    if "call_wh" in document:
        return positive(path, "call_wh", document["call_wh"])
    others = [name for name in document if name.endswith("_wh") and name != "preprocess_wh"]
    if others:
        raise ProfileError(
            f"{path}: its total holds {', '.join(sorted(others))} and no call_wh says what the pictures took; "
            "import benchmark_report.json of the same run as optimum-benchmark"
        )
    return positive(path, "total", document.get("total"))


def _row(path: Path, rows: list[CsvRow], model_id: str | None) -> CsvRow:
    names = [row["model"] for row in rows]
    if model_id is None and len(rows) > 1:
        raise ProfileError(f"{path}: holds {len(rows)} models ({', '.join(names[:5])} ...); state model_id")
    chosen = [row for row in rows if model_id in (None, row["model"])]
    if len(chosen) != 1:
        raise ProfileError(f"{path}: holds model {model_id!r} {len(chosen)} times; it has {', '.join(names)}")
    return chosen[0]
