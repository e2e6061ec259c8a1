"""Every field of a profile changes the figures of recommend and plan, or describes the run and is shown."""

import json
from datetime import date

import pytest
from pydantic import BaseModel

from bench.profile import Profile
from roi.decision.decide import decide
from roi.errors import RoiError
from roi.output.document import decision_document
from roi.output.plan.document import plan_document
from roi.planning.decide_plan import plan
from tests.roi.small_case import fid, scenario

FULL = {
    "schema_version": 1,
    "id": "one",
    "config": {
        "model_id": "test/one",
        "model_name": "one",
        "revision": "r",
        "backbone": "dit",
        "parameters": 1_000_000,
        "pipeline_class": "P",
        "dtype": "bfloat16",
        "quantization": {"denoiser": "int8"},
        "width": 1024,
        "height": 1024,
        "num_inference_steps": 20,
        "denoiser_calls": 20,
        "guidance_scale": 3.5,
        "batch_size": 4,
        "scheduler": "S",
        "prompt_set": "p",
        "prompt_tokens": 20,
        "engine": "tensorrt",
        "attention_backend": "sdpa",
        "compile_mode": "none",
        "cache": "none",
        "offload": "none",
        "weights": "trained",
        "model_licence": {
            "name": "Apache-2.0",
            "commercial_use": "yes",
            "url": "https://example.org",
            "as_of": "2026-11-01",
        },
    },
    "hardware": {
        "accelerator": "NVIDIA H100 80GB HBM3",
        "accelerator_count": 1,
        "memory_gib": 79,
        "power_limit_w": 700,
        "driver": "d",
        "host": "h",
        "software": {"torch": "2.13.0"},
    },
    "energy": {
        "energy_j_per_image": 900,
        "energy_stdev_j_per_image": 5,
        "energy_half_width_95_j_per_image": 9,
        "windows": 5,
        "boundary": "gpu",
        "mean_power_w": 450,
        "idle_power_w": 70,
        "idle_power_with_context_w": 110,
        "stage_energy_j_per_image": {"denoiser": 800},
        "uncertainty": {"statistical_fraction": 0.005, "sensor_fraction": 0.02, "expanded_fraction": 0.03},
    },
    "speed": {
        "seconds_per_image": 2,
        "mean_batch_latency_s": 8,
        "p50_batch_latency_s": 8,
        "p95_batch_latency_s": 9,
        "throughput_images_per_s": 0.5,
        "peak_memory_gib": 40,
    },
    "host_estimate": {
        "processor_power_w": 100,
        "memory_power_w": 20,
        "energy_j_per_image": 240,
        "boundary": "processor_and_memory",
        "method": "m",
        "evidence": "estimated",
        "tool_version": "t",
    },
    "quality": [
        {
            **fid(10.0, stderr=0.5),
            "n_samples": 5000,
            "match_note": "n",
            "source": {
                "citation": "c",
                "url": "https://example.org",
                "licence": "CC0",
                "accessed": "2026-11-01",
            },
        }
    ],
    "evidence": {
        "kind": "measured",
        "grade": "A",
        "source": {"citation": "c", "url": "https://example.org", "licence": "CC0", "accessed": "2026-11-01"},
        "tool_version": "v",
        "date": "2026-11-20",
    },
    "notes": ["n"],
}

ACTS: dict[str, dict[str, object]] = {
    "config.width": {"config.width": 512},
    "config.height": {"config.height": 512},
    "config.batch_size": {"config.batch_size": 3},
    "config.weights": {"config.weights": "random", "evidence.kind": "measured_random_weights", "quality": []},
    "config.model_id": {"config.model_id": "test/other"},
    "config.model_licence.commercial_use": {"config.model_licence.commercial_use": "no"},
    "hardware.accelerator": {"hardware.accelerator": "NVIDIA B200"},
    "hardware.accelerator_count": {"hardware.accelerator_count": 16},
    "energy.energy_j_per_image": {"energy.energy_j_per_image": 1200},
    "energy.boundary": {"energy.boundary": "wall"},
    "speed.seconds_per_image": {
        "speed.seconds_per_image": 3,
        "speed.throughput_images_per_s": 1 / 3,
        "host_estimate.energy_j_per_image": 360,
    },
    "speed.p95_batch_latency_s": {"speed.p95_batch_latency_s": 500},
    "speed.mean_batch_latency_s": {"speed.mean_batch_latency_s": 500, "speed.p95_batch_latency_s": None},
    "speed.peak_memory_gib": {"speed.peak_memory_gib": 500},
    "quality[0].metric": {"quality[0].metric": "kid", "quality[0].reference": "kid/mjhq-30k"},
    "quality[0].reference": {"quality[0].reference": "fid/another-10k"},
    "quality[0].value": {"quality[0].value": 30},
    "quality[0].stderr": {"quality[0].stderr": 30},
    "quality[0].match": {"quality[0].match": "other_version"},
    "evidence.kind": {"evidence.kind": "estimated"},
}
"""Other values of the fields that decide: the answer's choice, or its figures, must differ."""

DESCRIBES: dict[str, str] = {
    "schema_version": "the form of the file",
    "id": "names the profile",
    "config.model_name": "a title",
    "config.revision": "which weights; bench compares it",
    "config.backbone": "for bench",
    "config.parameters": "for bench",
    "config.pipeline_class": "for bench",
    "config.dtype": "shown beside the choice; joules and quality already have it",
    "config.quantization": "shown; bench matches quality by it",
    "config.num_inference_steps": "shown; bench matches quality by it",
    "config.denoiser_calls": "bench matches quality by it",
    "config.guidance_scale": "bench matches quality by it",
    "config.scheduler": "bench matches quality by it",
    "config.prompt_set": "of the run",
    "config.prompt_tokens": "of the run",
    "config.engine": "shown beside the choice; joules and seconds already have it",
    "config.attention_backend": "shown beside the choice",
    "config.compile_mode": "shown beside the choice",
    "config.cache": "shown; bench matches quality by it",
    "config.offload": "shown beside the choice",
    "config.model_licence.name": "shown",
    "config.model_licence.url": "shown",
    "config.model_licence.as_of": "shown",
    "hardware.memory_gib": "of the run's board; the supply's own memory counts",
    "hardware.power_limit_w": "of the run",
    "hardware.driver": "of the run",
    "hardware.host": "of the run",
    "hardware.software": "of the run",
    "energy.energy_stdev_j_per_image": "of the windows; the half width is what sensitivity takes",
    "energy.energy_half_width_95_j_per_image": "the range that sensitivity takes",
    "energy.windows": "of the run",
    "energy.mean_power_w": "joules over seconds already",
    "energy.idle_power_w": "the supply's own idle power counts where it is given, as here",
    "energy.idle_power_with_context_w": "the supply's own idle power counts where it is given, as here",
    "energy.stage_energy_j_per_image": "parts of the joules",
    "energy.uncertainty.statistical_fraction": "part of the expanded one",
    "energy.uncertainty.sensor_fraction": "part of the expanded one",
    "energy.uncertainty.expanded_fraction": "the range that sensitivity takes",
    "speed.p50_batch_latency_s": "the 95th percentile counts",
    "speed.throughput_images_per_s": "the inverse of the seconds, held against them",
    "host_estimate.processor_power_w": "an estimate, never in the joules",
    "host_estimate.memory_power_w": "an estimate, never in the joules",
    "host_estimate.energy_j_per_image": "an estimate, never in the joules",
    "host_estimate.boundary": "an estimate, never in the joules",
    "host_estimate.method": "an estimate, never in the joules",
    "host_estimate.evidence": "an estimate, never in the joules",
    "host_estimate.tool_version": "an estimate, never in the joules",
    "quality[0].n_samples": "the standard error counts",
    "quality[0].match_note": "shown",
    "quality[0].source": "shown",
    "evidence.grade": "shown",
    "evidence.source": "shown",
    "evidence.tool_version": "of the run",
    "evidence.date": "shown",
    "notes": "shown",
}
"""Fields that change no figure of an answer, and why not."""

ASKED = {
    "workloads[0].quality.z": 1.0,
    "workloads[0].min_pixels": 1_000_000,
    "workloads[0].latency_max_s": 200,
    "workloads[0].acceptance_by_model": {"test/other": {"kind": "alike", "mean": 0.9}},
}


def places(part: type[BaseModel], before: str = "") -> list[str]:
    """Every field below the part; a source is one."""
    found: list[str] = []
    for name, field in part.model_fields.items():
        place = f"{before}{name}"
        below = [
            each
            for each in (field.annotation, *getattr(field.annotation, "__args__", ()))
            if isinstance(each, type) and issubclass(each, BaseModel)
        ]
        if not below or name == "source":
            found.append(place)
        else:
            found += places(below[0], f"{place}[0]." if name == "quality" else f"{place}.")
    return found


def changed(changes: dict[str, object]) -> Profile:
    """The whole profile with other values at some places."""
    document = json.loads(json.dumps(FULL))
    for place, value in changes.items():
        *above, last = place.replace("[0]", ".0").split(".")
        part = document
        for step in above:
            part = part[int(step)] if step.isdigit() else part[step]
        part[last] = value
    return Profile.model_validate_json(json.dumps(document))


def figures(profile: Profile, command: str) -> str:
    """Every number and name of the choice; a refusal is an answer too."""
    asked = scenario(dict(ASKED))
    try:
        if command == "plan":
            document = plan_document(plan(asked, [profile], explained=False), "en")
            kept = {
                name: document[name] for name in ("status", "fleet", "tco", "worth", "carbon", "rejected")
            }
        else:
            document = decision_document(decide(asked, [profile], near=False), "en")
            kept = {name: document[name] for name in ("status", "choices", "rejected")}
            kept["choices"] = [
                {name: each for name, each in choice.items() if isinstance(each, int | float | dict)}
                for choice in document["choices"]
            ]
    except RoiError as refusal:
        return f"refused: {refusal}"
    return json.dumps(kept, sort_keys=True, default=str)


def other(place: str) -> object:
    """Another value of a field that describes."""
    value: object = FULL
    for step in place.replace("[0]", ".0").split("."):
        value = value[int(step)] if step.isdigit() else value[step]
    special = {
        "config.backbone": "unet",
        "config.dtype": "float16",
        "evidence.grade": "B",
        "speed.throughput_images_per_s": 0.501,
    }
    if place in special:
        return special[place]
    if isinstance(value, str):
        return date(2026, 11, 10).isoformat() if value.startswith("2026-") else f"{value}x"
    if isinstance(value, int | float):
        return type(value)(value * 1.25) if isinstance(value, float) else value + 1
    if isinstance(value, dict):
        return {
            name: f"{each}x" if isinstance(each, str) else each - 1
            for name, each in value.items()
            if "20" not in str(each)
        }
    return ["m"]


FIXED = (
    "schema_version",
    "id",
    "quality[0].source",
    "evidence.source",
    "host_estimate.boundary",
    "host_estimate.evidence",
)
"""Of one value, or titles and citations that the answer shows."""

HELD_TOGETHER = (
    "host_estimate.processor_power_w",
    "host_estimate.memory_power_w",
    "host_estimate.energy_j_per_image",
)
"""Powers x seconds are the joules, and a profile where they are not is refused."""


def test_every_field_of_a_profile_is_known():
    assert sorted(places(Profile)) == sorted([*ACTS, *DESCRIBES])


@pytest.mark.parametrize("command", ["recommend", "plan"])
@pytest.mark.parametrize("place", ACTS)
def test_what_decides_changes_the_answer(place, command):
    assert figures(changed(ACTS[place]), command) != figures(changed({}), command)


@pytest.mark.parametrize("place", sorted(set(DESCRIBES) - set(FIXED)))
def test_what_describes_changes_no_figure(place):
    changes = {place: other(place)}
    if place in HELD_TOGETHER:
        changes = dict(zip(HELD_TOGETHER, (200, 40, 480), strict=True))
    assert figures(changed(changes), "plan") == figures(changed({}), "plan")
