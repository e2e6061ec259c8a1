"""Files of ours that are new: written whole, and never over what stands there."""

from pathlib import Path

from bench.writing import write_new_file
from roi.errors import RoiError, ScenarioError

LEFT_AS_IT_IS = "already exists and is left as it is; name another file"
NOT_OVERWRITTEN = "exists already; name a new file, nothing was overwritten"


def put_new_file(
    path: Path, content: bytes, taken: str = NOT_OVERWRITTEN, raised: type[RoiError] = ScenarioError
) -> None:
    """Write a file that does not stand there yet.

    Parameters
    ----------
    taken
        What is said where something stands there already.
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
        raise raised(f"{path}: {taken}") from None
    except OSError as fault:
        raise raised(f"{path}: cannot be written: {fault.strerror}; name another place") from None
