"""Quantization: the schemes, what each needs of machine and device, and the objects diffusers takes for them.

torchao packs or computes linear layers in 8 bits on CPU and GPU; bitsandbytes needs CUDA; GGUF brings the
denoiser's weights in a file of their own, written `gguf:PATH`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

from bench.errors import PipelineError

GGUF = "gguf:"

FP8_COMPUTE_CAPABILITY = (8, 9)
"""First CUDA compute capability with fp8 matrix units: Ada and Hopper."""
BFLOAT16_COMPUTE_CAPABILITY = (8, 0)
"""First CUDA compute capability with bfloat16 matrix units: Ampere."""


@dataclass(frozen=True)
class Scheme:
    """One way to hold or multiply a component's linear weights."""

    package: Literal["torchao", "bitsandbytes"]
    bytes_per_weight: float
    needs: Literal["any device", "CUDA", "CUDA with fp8 units"]
    torchao_class: str | None = None


SCHEMES = {
    "torchao-int8-weight-only": Scheme("torchao", 1.0, "any device", "Int8WeightOnlyConfig"),
    "torchao-int8-dynamic": Scheme("torchao", 1.0, "any device", "Int8DynamicActivationInt8WeightConfig"),
    "torchao-fp8-weight-only": Scheme("torchao", 1.0, "any device", "Float8WeightOnlyConfig"),
    "torchao-fp8-dynamic": Scheme(
        "torchao", 1.0, "CUDA with fp8 units", "Float8DynamicActivationFloat8WeightConfig"
    ),
    "bitsandbytes-int8": Scheme("bitsandbytes", 1.0, "CUDA"),
    "bitsandbytes-nf4": Scheme("bitsandbytes", 0.5, "CUDA"),
}


def check_scheme(component: str, scheme: str) -> None:
    """Refuse a scheme that is not in the table, naming those that are."""
    if scheme not in SCHEMES and not (scheme.startswith(GGUF) and len(scheme) > len(GGUF)):
        known = ", ".join([*SCHEMES, f"{GGUF}PATH"])
        raise PipelineError(f"quantization {scheme!r} of {component} is unknown; choose one of {known}")


def check_machine(schemes: Mapping[str, str], device: str) -> None:
    """Refuse a scheme that this device cannot run or whose package is not installed.

    The device is asked first: a missing device is not cured by installing a package.
    """
    for component, name in schemes.items():
        scheme = SCHEMES.get(name)
        if scheme and (lack := _lack(scheme, device)):
            raise PipelineError(f"{name} of {component} needs {scheme.needs}, and {lack}; {_advice(scheme)}")
        package = scheme.package if scheme else "gguf"
        if find_spec(package) is None:
            raise PipelineError(
                f"{name} of {component} needs {package}, which is not installed; "
                "install it with pip install 'image-roi[quant]'"
            )


def lacks_units(name: str, compute_capability: tuple[int, int]) -> bool:
    """Whether boards of that compute capability miss the matrix units that a scheme needs."""
    scheme = SCHEMES.get(name)
    needs_fp8 = scheme is not None and scheme.needs == "CUDA with fp8 units"
    return needs_fp8 and compute_capability < FP8_COMPUTE_CAPABILITY


def torchao_object(scheme: Scheme) -> Any:
    """torchao's own configuration object of a scheme."""
    from torchao import quantization

    if scheme.torchao_class is None:
        raise PipelineError(
            f"{scheme.package} is no torchao scheme; choose a scheme that begins with torchao-"
        )
    return getattr(quantization, scheme.torchao_class)()


def quantizer(name: str, library: str, dtype: Any) -> Any:
    """The quantization configuration of one component, from the library that the component is made with."""
    import diffusers
    import transformers

    scheme = SCHEMES[name]
    home = transformers if library == "transformers" else diffusers
    if scheme.package == "torchao":
        return home.TorchAoConfig(torchao_object(scheme))
    if name == "bitsandbytes-int8":
        return home.BitsAndBytesConfig(load_in_8bit=True)
    return home.BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)


def require_quantized(name: str, component: Any) -> None:
    """A scheme that touched no weight would pass for a quantized model in the profile."""
    import torch

    plain = (torch.Tensor, torch.nn.Parameter)
    if all(type(one) in plain and type(one.data) in plain for one in component.parameters()):
        raise PipelineError(f"quantization of {name}: no layer of it could be quantized; leave it out")


def _lack(scheme: Scheme, device: str) -> str | None:
    import torch

    if scheme.needs == "any device":
        return None
    if not device.startswith("cuda"):
        return f"the device is {device}"
    if scheme.needs == "CUDA with fp8 units":
        capability = torch.cuda.get_device_capability(device)
        if capability < FP8_COMPUTE_CAPABILITY:
            return f"this board has compute capability {capability[0]}.{capability[1]}"
    return None


def _advice(scheme: Scheme) -> str:
    if scheme.needs == "CUDA":
        return "choose torchao-int8-weight-only, or run on an NVIDIA GPU"
    return "choose torchao-int8-dynamic, or run on a board of compute capability 8.9 or newer"
