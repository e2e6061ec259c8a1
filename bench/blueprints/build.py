"""Building components from their configuration: on the meta device without memory, elsewhere with seeded weights.

A component is built where it will stand and in its number format, as loading does, so that its tables of positions
and rotations are right and it never takes more memory than it must. Weights are what the class itself draws: no
published weight is read.
"""

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

from bench.blueprints.parts import Blueprint, Component
from bench.errors import BlueprintError
from bench.profile import Dtype

META = "meta"


def built(component: Component, device: str = META, dtype: Dtype = "float32") -> Any:
    """One component with the weights its class draws, ready for inference.

    Raises
    ------
    BlueprintError
        When a library is missing, knows no such class, or refuses the configuration.
    """
    import torch

    kind = _class_of(component)
    try:
        with torch.device(device), _default_dtype(dtype), quiet():
            if component.library == "transformers":
                module = kind(kind.config_class(**component.config))
            else:
                module = kind(**component.config)
    except (TypeError, ValueError, AttributeError, KeyError) as fault:
        raise BlueprintError(f"{component.class_name}: the configuration does not fit: {fault}") from fault
    return module.to(device).eval().requires_grad_(False)


def drawn(blueprint: Blueprint, name: str, device: str, dtype: Dtype, seed: int) -> Any:
    """One part of a blueprint by its name in the pipeline, its weights drawn from `seed`.

    The same seed gives the same weights on the same kind of device, in whatever order the parts are drawn.
    """
    import torch

    index = next(index for index, part in enumerate(blueprint.parts) if part.name == name)
    torch.manual_seed(seed + index)
    return built(blueprint.parts[index].component, device, dtype).to(getattr(torch, dtype))


def sampler(blueprint: Blueprint) -> Any:
    """The scheduler of a blueprint."""
    import diffusers

    return getattr(diffusers, blueprint.scheduler.class_name).from_config(blueprint.scheduler.config)


def weight_shapes(component: Component) -> list[tuple[int, ...]]:
    """Shape of every weight of a component, from the meta device."""
    return [tuple(weight.shape) for weight in built(component).parameters()]


def parameters_of(component: Component, with_tables: bool = False) -> int:
    """Number of trained weights, counted on the meta device [1]; tied weights count once.

    `with_tables` counts what else the weight file holds, such as a fixed table of positions.
    """
    module = built(component)
    held = module.state_dict().values() if with_tables else module.parameters()
    return sum(weight.numel() for weight in held)


@contextlib.contextmanager
def _default_dtype(dtype: Dtype) -> Iterator[None]:
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without the notices of diffusers and torch about their own age, which would be taken for ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _class_of(component: Component) -> Any:
    import importlib

    try:
        with quiet():
            kind = getattr(importlib.import_module(component.library), component.class_name, None)
    except ImportError:
        raise BlueprintError(
            f"{component.library} is not installed; install it: pip install 'image-roi[bench]'"
        ) from None
    if kind is None:
        raise BlueprintError(f"{component.library} knows no class {component.class_name}; check its version")
    return kind
