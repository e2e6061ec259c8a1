"""The library's rows as what they do and what they took."""

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.blueprints import Setting, Work, blueprint_named, work_of
from bench.blueprints.work import BYTES_PER_VALUE
from bench.boards import board
from bench.estimate.datasheets import Datasheet, datasheets
from bench.library import library_profiles
from bench.models import model_of
from bench.pairs import random_over_trained
from bench.profile import Backbone, Config, Profile

FloatArray = npt.NDArray[np.float64]
TERMS = 5
TB, THOUSAND = 1e12, 1e3


@dataclass(frozen=True)
class LibraryRow:
    """One measured configuration."""

    model: str
    """Short name of the blueprint."""
    board: str
    work: Work
    sheet: Datasheet
    family: Backbone
    """Family of the denoiser."""
    energy_j: float
    """Of trained weights: joules of random ones are divided by how far those lie apart (`bench.pairs`) [J]."""
    seconds: float


def energy_terms(work: Work, sheet: Datasheet) -> FloatArray:
    """What the energy is made of, each times its coefficient [TERMS]."""
    total, power = work.total, sheet.power_limit_w
    read = total.weight_bytes_per_image / TB / sheet.bandwidth_tb_s
    moved = total.activation_bytes_per_image / TB / sheet.bandwidth_tb_s
    arithmetic = total.tflop_per_image
    return np.array(
        [
            arithmetic * power / sheet.tflops_16bit,
            arithmetic,
            read * power,
            moved * power,
            total.operations_per_image / THOUSAND,
        ]
    )


def second_terms(work: Work, sheet: Datasheet) -> FloatArray:
    """What the time is made of [TERMS]."""
    total = work.total
    return np.array(
        [
            total.tflop_per_image / sheet.tflops_16bit,
            total.tflop_per_image / THOUSAND,
            total.weight_bytes_per_image / TB / sheet.bandwidth_tb_s,
            total.activation_bytes_per_image / TB / sheet.bandwidth_tb_s,
            total.operations_per_image / THOUSAND,
        ]
    )


@functools.lru_cache(maxsize=1)
def library_rows() -> tuple[LibraryRow, ...]:
    """Every row at 16 bits, unquantized, executed as it stands, on one board whose datasheet is known."""
    return tuple(row for profile in library_profiles() if (row := _row(profile)) is not None)


def _row(profile: Profile) -> LibraryRow | None:
    config, energy, speed = profile.config, profile.energy, profile.speed
    known, model = board(profile.hardware.accelerator), model_of(config)
    plain = config.dtype in BYTES_PER_VALUE and config.dtype != "float32" and not config.quantization
    plain = plain and not (config.compile_mode or config.cache or config.engine)
    if energy is None or speed is None or known is None or model is None or not plain:
        return None
    if energy.boundary != "gpu" or profile.hardware.accelerator_count > 1 or known.name not in datasheets():
        return None
    found = blueprint_named(model.model_id)
    setting = Setting(
        width=config.width,
        height=config.height,
        num_inference_steps=config.num_inference_steps,
        guidance_scale=config.guidance_scale,
        batch_size=config.batch_size,
        dtype=config.dtype,
    )
    return LibraryRow(
        model=found.name,
        board=known.name,
        work=work_of(found, setting),
        sheet=datasheets()[known.name],
        family=config.backbone,
        energy_j=energy.energy_j_per_image / _of_weights(config),
        seconds=speed.seconds_per_image,
    )


def _of_weights(config: Config) -> float:
    return 1.0 if config.weights == "trained" else random_over_trained(config.backbone).energy_ratio
