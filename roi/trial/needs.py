"""What the extra `trial` must bring."""

from importlib.util import find_spec

from roi.errors import RoiError

PACKAGES = ("scipy", "statsmodels", "choix", "krippendorff")


def require_trial_extra() -> None:
    """Stop with the line that installs them when packages of the extra are missing."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise RoiError(f"a trial is read with {', '.join(missing)}: pip install 'image-roi[trial]'")
