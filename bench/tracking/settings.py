"""What a pipeline is, and what a call of it asked for and gave, as far as it shows without touching it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

ASKED = ("num_inference_steps", "width", "height", "guidance_scale", "strength", "true_cfg_scale")
"""Arguments of a call that make another setting."""
_ENCODER = json.JSONEncoder(sort_keys=True, default=str)


def described(pipe: object) -> dict[str, object]:
    """Model, class and number format of a pipeline, in the ledger's and diffusers' own words."""
    if pipe is None:
        return {}
    config = getattr(pipe, "config", {})
    name = config.get("_name_or_path") if isinstance(config, Mapping) else None
    dtype = getattr(pipe, "dtype", None)
    return {
        "model": name or type(pipe).__name__,
        "pipeline_class": type(pipe).__name__,
        "dtype": None if dtype is None else str(dtype).removeprefix("torch."),
        "components": _components(pipe),
    }


def device_of(pipe: object) -> str:
    """Torch's name of where it works; `cuda` where it does not say."""
    return str(getattr(pipe, "device", None) or "cuda")


def asked(arguments: Mapping[str, Any]) -> dict[str, object]:
    """The settings among a call's arguments."""
    return {name: arguments[name] for name in ASKED if isinstance(arguments.get(name), int | float)}


def images_in(result: object) -> list[Any] | None:
    """The pictures of a result: of its `images`, of a list, or the one that it is; None where it holds none."""
    found: Any = getattr(result, "images", result)
    if isinstance(found, tuple) and len(found) == 1:  # return_dict=False
        found = found[0]
    if isinstance(found, list | tuple):
        return list(found) or None
    if hasattr(found, "save") and hasattr(found, "size"):
        return [found]
    return list(found) if hasattr(found, "shape") and getattr(found, "ndim", 0) == 4 else None


def made(result: object) -> dict[str, object]:
    """Number and size of the pictures of a result."""
    images = images_in(result)
    if images is None:
        return {}
    size = getattr(images[0], "size", None)
    if isinstance(size, tuple) and len(size) == 2:
        return {"images": len(images), "width": size[0], "height": size[1]}
    return {"images": len(images)}


def setting_hash(settings: Mapping[str, object]) -> str:
    """Of everything that was set: equal settings have equal hashes, in every program."""
    return hashlib.sha256(_ENCODER.encode(settings).encode()).hexdigest()[:16]


def _components(pipe: object) -> dict[str, str]:
    """Class of each component, which tells a quantized or compiled one from a plain one."""
    found = getattr(pipe, "components", None)
    if not isinstance(found, Mapping):
        return {}
    return {
        name: f"{type(part).__name__}"
        + ("" if getattr(part, "hf_quantizer", None) is None else ", quantized")
        for name, part in found.items()
        if part is not None
    }
