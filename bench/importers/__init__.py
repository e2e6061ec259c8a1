"""Results of other tools as profiles, with their boundary, their grade and their name.

A file is taken for what it says. What it does not say (a picture's size, a model's dtype) is asked for and
never guessed, and what it says differently from the caller is refused.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from bench.importers.ai_energy_score import read_ai_energy_score
from bench.importers.codecarbon_csv import read_codecarbon
from bench.importers.facts import Facts
from bench.importers.joining import joined_profile
from bench.importers.mlenergy import read_mlenergy
from bench.importers.optimum import read_optimum
from bench.importers.reading import Reading
from bench.importers.zeus_csv import read_zeus
from bench.profile import Profile, profile_document, require_in_reach

Tool = Literal["zeus", "codecarbon", "mlenergy", "optimum-benchmark", "ai-energy-score"]

READERS: dict[Tool, Callable[[Path, Facts], Reading]] = {
    "zeus": read_zeus,
    "codecarbon": read_codecarbon,
    "mlenergy": read_mlenergy,
    "optimum-benchmark": read_optimum,
    "ai-energy-score": read_ai_energy_score,
}


def import_profile(tool: Tool, path: Path, stated: Facts) -> Profile:
    """The profile of one result file of another tool.

    Raises
    ------
    ProfileError
        When the file is not of that tool, contradicts `stated`, or leaves something unsaid, all at once; or when
        its numbers cannot be calculated with.
    """
    profile = joined_profile(path, READERS[tool](path, stated), stated)
    require_in_reach(path, profile_document(profile))
    return profile


__all__ = ["READERS", "Facts", "Reading", "Tool", "import_profile"]
