"""A reading and its facts as a profile, which is not believed because it parses: power that no board draws comes
from a wrong unit or board.
"""

import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, stdev

from pydantic import ValidationError

from bench.boards import board
from bench.errors import ProfileError
from bench.estimate.datasheets import datasheets
from bench.importers.facts import REQUIRED, SETTINGS, Facts, joined, require
from bench.importers.reading import Reading
from bench.models import model_info
from bench.profile import Energy, Evidence, Profile, Source, Speed

_CONFIG = (*SETTINGS, "guidance_scale", "engine", "compile_mode")


def joined_profile(path: Path, reading: Reading, stated: Facts) -> Profile:
    """The profile of a reading; `ProfileError` when facts are missing, contradict, or are impossible."""
    facts = _with_known_model(joined(path, reading.facts, stated))
    require(path, facts, REQUIRED)
    values = {name: value for name, value in asdict(facts).items() if value is not None}
    try:
        profile = Profile.model_validate(
            {
                "id": _identity(reading.tool, facts),
                "config": {name: values[name] for name in _CONFIG if name in values}
                | {"model_name": facts.model_name or facts.model_id, "weights": facts.weights or "trained"},
                "hardware": {
                    "accelerator": facts.accelerator,
                    "accelerator_count": facts.accelerator_count or 1,
                    "power_limit_w": facts.power_limit_w,
                    "host": facts.host,
                },
                "energy": _energy(reading),
                "speed": _speed(reading),
                "evidence": _evidence(reading, facts),
                "notes": reading.notes,
            }
        )
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(step) for step in fault["loc"])
        raise ProfileError(f"{path}: {place}: {fault['msg']} (found {str(fault['input'])[:60]!r})") from None
    remarks = power_remarks(path, profile)
    return Profile.model_validate(dict(profile) | {"notes": (*profile.notes, *remarks)})


def _with_known_model(facts: Facts) -> Facts:
    """The model table knows family and name of the models it holds."""
    model = model_info(facts.model_id) if facts.model_id else None
    if model is None:
        return facts
    return Facts(
        **asdict(facts)
        | {"backbone": facts.backbone or model.backbone, "model_name": facts.model_name or model.name}
    )


def _identity(tool: str, facts: Facts) -> str:
    board = re.sub(r"^NVIDIA |^GeForce ", "", facts.accelerator or "")
    parts = (
        tool,
        board,
        (facts.model_id or "").rpartition("/")[2],
        f"{facts.width}x{facts.height}",
        f"s{facts.num_inference_steps}",
        facts.dtype or "",
        f"b{facts.batch_size}",
    )
    return re.sub(r"[^a-z0-9._+-]+", "-", "-".join(parts).lower()).strip("-")


def _energy(reading: Reading) -> Energy:
    repeats = reading.energy_j_per_image
    mean = fmean(repeats)
    seconds = fmean(reading.seconds_per_image) if reading.seconds_per_image else None
    return Energy(
        energy_j_per_image=mean,
        energy_stdev_j_per_image=stdev(repeats) if len(repeats) > 1 else None,
        windows=len(repeats),
        boundary=reading.boundary,
        mean_power_w=mean / seconds if seconds else None,
    )


def _speed(reading: Reading) -> Speed | None:
    if not reading.seconds_per_image:
        return None
    seconds = fmean(reading.seconds_per_image)
    return Speed(
        seconds_per_image=seconds,
        mean_batch_latency_s=fmean(reading.batch_s) if reading.batch_s else None,
        throughput_images_per_s=1.0 / seconds,
    )


def _evidence(reading: Reading, facts: Facts) -> Evidence:
    published = reading.published if facts.published is None else facts.published
    kind = "measured_random_weights" if facts.weights == "random" else "measured"
    return Evidence.model_validate(
        {
            "kind": "published" if published else kind,
            "grade": "C",
            "source": Source(
                citation=reading.citation,
                url=reading.url,
                licence=reading.licence,
                accessed=datetime.now(UTC).date(),
            ),
            "tool_version": f"{reading.tool} {reading.tool_version}" if reading.tool_version else None,
            "date": facts.measured_on,
        }
    )


HIGHEST_FRACTION = 1.25
"""Of a board's power limit. Sensors read up to 13 % high (arXiv 2312.02741) and owners raise limits by some
percent; no row of the library passes 0.99. Between the limit and this a note asks to look again."""

LOWEST_FRACTION = 0.02
"""Below it the meter read next to nothing: our judgement, an idle board draws as much or more."""

LOWEST_FRACTION_OF_SEVERAL = 0.2
"""Below it some of several boards did not work: our judgement; no row of the library is below 0.30."""


def power_remarks(path: Path, profile: Profile) -> tuple[str, ...]:
    """Mean power of one board against its limit: what to look at again; nothing where either is unknown.

    Raises
    ------
    ProfileError
        When no board draws that: with the power, the limit, and what is usually behind it.
    """
    limit_w = _limit_w(profile)
    energy, count = profile.energy, profile.hardware.accelerator_count
    if limit_w is None or energy is None or energy.mean_power_w is None or energy.boundary != "gpu":
        return ()
    power_w = energy.mean_power_w / count
    found = f"{power_w:,.4g} W a board on average"
    limit = f"the {limit_w:,.0f} W limit of {profile.hardware.accelerator}"
    above = f"{found} is above {limit}: a figure in Wh read as kWh, or several boards taken for one?"
    if power_w > HIGHEST_FRACTION * limit_w:
        raise ProfileError(f"{path}: {above} If the limit was raised, state power_limit_w")
    lowest = LOWEST_FRACTION if count == 1 else LOWEST_FRACTION_OF_SEVERAL
    if power_w < lowest * limit_w:
        why = "the board did not work or its meter gave nothing" if count == 1 else "not every board worked"
        raise ProfileError(f"{path}: {found} is {power_w / limit_w:.1%} of {limit}: {why}; measure again")
    return (above,) if power_w > limit_w else ()


def _limit_w(profile: Profile) -> float | None:
    """As stated, of the table of boards, or of the datasheet [W]."""
    if profile.hardware.power_limit_w is not None:
        return profile.hardware.power_limit_w
    known = board(profile.hardware.accelerator)
    if known is None:
        return None
    sheet = datasheets().get(known.name)
    return sheet.power_limit_w if known.power_limit_w is None and sheet else known.power_limit_w
