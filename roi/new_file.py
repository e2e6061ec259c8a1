"""Files of ours that are new: written whole, and never over what stands there."""

from pathlib import Path

from bench.writing import write_new_file
from roi.errors import RoiError, ScenarioError
from roi.texts.messages import Message, at

LEFT_AS_IT_IS = "file.left_as_it_is"
NOT_OVERWRITTEN = "file.not_overwritten"
"""Keys of what is said where something stands already."""


def put_new_file(
    path: Path, content: bytes, taken: str = NOT_OVERWRITTEN, raised: type[RoiError] = ScenarioError
) -> None:
    """Write a file that does not stand there yet.

    Parameters
    ----------
    taken
        Key of what is said where something stands there already.
    raised
        The kind of fault.

    Raises
    ------
    RoiError
        Of kind `raised`, when something stands there or the place cannot be written to; the path is named.
    """
    try:
        write_new_file(path, content)
    except FileExistsError:
        raise raised(at(path, Message(taken))) from None
    except OSError as fault:
        raise raised(at(path, Message("file.not_written", reason=fault.strerror))) from None
