"""A result is not believed because it parses: power that no board draws comes from a wrong unit or board."""

from pathlib import Path

from bench.boards import board
from bench.errors import ProfileError
from bench.estimate.datasheets import datasheets
from bench.profile import Profile

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
