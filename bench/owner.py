"""Whether the packages that Python finds are ours: `bench` and `roi` are short names, and others use them too.

An installer lets a second distribution write over the files of a first one without a word. What then runs is half
of each, so that it is looked for before anything is loaded, and said in a sentence. Standard library only.
"""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

DISTRIBUTION = "image-roi"
PACKAGES = ("bench", "roi")
WAY_OUT = (
    f"install {DISTRIBUTION} in an environment of its own (python3 -m venv FOLDER), "
    "and start it in a folder that holds no package of this name"
)


class ForeignPackageError(ImportError):
    """A package of one of our names is another distribution's; the message is a sentence for people."""


def refuse_foreign(packages: Sequence[str] = PACKAGES) -> None:
    """Accept packages that are ours, also in the middle of being loaded.

    Raises
    ------
    ForeignPackageError
        When another distribution has written over one of them, or a package of that name stands before it; with
        the place and, where it is known, the other distribution.
    """
    for name in packages:
        package = sys.modules.get(name) or import_module(name)
        if getattr(package, "__distribution__", None) != DISTRIBUTION:
            raise ForeignPackageError(_sentence(name, next(iter(getattr(package, "__path__", ())), None)))


def explained(fault: ImportError) -> str | None:
    """The sentence about an import that failed, where another distribution is why; None where it is not."""
    if isinstance(fault, ForeignPackageError):
        return str(fault)
    for name in PACKAGES:
        if owners(name):
            return f"{_sentence(name)} ({fault})"
    return None


def owners(package: str) -> list[str]:
    """Name and version of every other installed distribution with files in the package of that name, sorted."""
    from importlib.metadata import distributions

    found = {
        f"{each.name} {each.version}"
        for each in distributions()
        if each.name != DISTRIBUTION and any(file.parts[0] == package for file in each.files or ())
    }
    return sorted(found)


def _sentence(package: str, place: str | None = None) -> str:
    others = ", ".join(owners(package))
    done = f"{others} has written over it" if others else "something else stands in its place"
    where = "" if place is None else f" in {place}"
    return f"the package {package!r}{where} is not that of {DISTRIBUTION}: {done}; {WAY_OUT}"
