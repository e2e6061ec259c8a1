"""What the extra `trial` must bring."""

from importlib.util import find_spec

from roi.errors import RoiError
from roi.texts.messages import Message

PACKAGES = ("scipy", "statsmodels", "choix", "krippendorff")


def require_trial_extra() -> None:
    """Stop with the line that installs them when packages of the extra are missing."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise RoiError(Message("trialing.needs", packages=", ".join(missing)))
