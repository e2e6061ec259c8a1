"""Where the files lie that travel with the program: templates, the application, reference figures.

Templates and the application stand at the top of the repository, where people look for them; a wheel
carries them inside this package. Either place is found, so that an installed copy works from any folder.
"""

from pathlib import Path

from roi.errors import RoiError
from roi.texts.messages import Message, at

PACKAGE = Path(__file__).resolve().parent
OPERATIONS_VARIABLE = "IMAGE_ROI_OPERATIONS"
"""Of the environment: where the ledger lies that the application shows."""


def template_path(name: str) -> Path:
    """The template `name`, such as `demonstration.yaml`.

    Raises
    ------
    RoiError
        When there is no such template; the message lists those there are.
    """
    return _named_in(_beside_or_inside("templates"), name)


def data_path(name: str) -> Path:
    """The reference file `name` of `roi/data`, such as a table of prices with their sources.

    Raises
    ------
    RoiError
        When there is no such file; the message lists those there are.
    """
    return _named_in(PACKAGE / "data", name)


def app_path() -> Path:
    """The application's script, which streamlit runs.

    Raises
    ------
    RoiError
        When neither a checkout nor an installed copy holds it.
    """
    return _beside_or_inside("app.py")


def _beside_or_inside(name: str) -> Path:
    """The checkout's copy first: beside an editable install an older copy may lie inside the package."""
    checkout = PACKAGE.parent
    inside = PACKAGE / name
    candidates = (checkout / name, inside) if (checkout / "pyproject.toml").is_file() else (inside,)
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise RoiError(at(candidates[0], Message("file.not_installed")))


def _named_in(folder: Path, name: str) -> Path:
    path = folder / name
    if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
        return path
    known = ", ".join(sorted(entry.name for entry in folder.glob("*") if entry.is_file()))
    held = known or Message("word.nothing")
    raise RoiError(Message("file.not_in_folder", name=repr(name), folder=str(folder), known=held))
