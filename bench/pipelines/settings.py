"""What is to be run: the model and every setting that changes its joules, its seconds or its pictures."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from bench.errors import PipelineError
from bench.pipelines.schemes import check_scheme
from bench.profile import Dtype

Device = Literal["cpu", "cuda", "mps", "xpu"]
Offload = Literal["model", "sequential"]
Cache = Literal["first-block", "taylorseer", "pyramid-attention"]
CompileMode = Literal["default", "reduce-overhead", "max-autotune", "max-autotune-no-cudagraphs"]
Weights = Literal["trained", "random"]

COUNT_MAX = 1_000_000
"""Of anything that is counted: what lies beyond is a slip of the pen, and would fill memory before it fails."""
DENOISER = "denoiser"
"""Stands in `quantization` for whatever component of the pipeline removes the noise."""


@dataclass(frozen=True)
class Settings:
    """One configuration of one diffusers text-to-image pipeline."""

    model: str
    """Folder of the pipeline, its hub id, or with random weights a blueprint."""
    revision: str | None = None
    """Commit or tag of the weights."""
    variant: str | None = None
    """Variant of the weight files, such as `fp16`."""
    dtype: Dtype = "bfloat16"
    """Number format of the weights and activations."""
    quantization: dict[str, str] = field(default_factory=dict)
    """Scheme per component, such as {"denoiser": "torchao-int8-weight-only"}."""
    scheduler: str | None = None
    """A diffusers scheduler class in the place of the pipeline's own."""
    num_inference_steps: int = 28
    """Steps of the scheduler."""
    guidance_scale: float | None = None
    """Scale of classifier-free guidance; None keeps the pipeline's default."""
    width: int = 1024
    """Width of the picture [pixels]."""
    height: int = 1024
    """Height of the picture [pixels]."""
    batch_size: int = 1
    """Images generated together by one call."""
    device: str = "cuda"
    """Torch device: cuda, cpu, mps, xpu, or one of them with an index."""
    compile_mode: CompileMode | None = None
    """Mode of torch.compile for the denoiser; None runs it as it is."""
    cache: Cache | None = None
    """Step cache of the denoiser, with the diffusers defaults."""
    attention_backend: str | None = None
    """Attention kernel, in diffusers' own names."""
    offload: Offload | None = None
    """Keeps weights on the host while they are not needed."""
    weights: Weights = "trained"
    """Random weights are drawn for the blueprint that `model` names; those of a folder are read and labelled so."""

    def __post_init__(self) -> None:
        """Refuse what no pipeline can run."""
        counts = ("num_inference_steps", "width", "height", "batch_size")
        for name in counts:
            if getattr(self, name) < 1:
                raise PipelineError(f"{name} is {getattr(self, name)}; it must be 1 or more")
            if getattr(self, name) > COUNT_MAX:
                raise PipelineError(
                    f"{name} is {getattr(self, name)}; no board makes that, give {COUNT_MAX:,} at most"
                )
        if self.guidance_scale is not None and not 0 <= self.guidance_scale <= COUNT_MAX:
            raise PipelineError(
                f"guidance_scale is {self.guidance_scale:g}; it must be 0 or more, and {COUNT_MAX:,} at most"
            )
        self._check_choices()

    @property
    def by_blueprint(self) -> bool:
        """Whether the weights are to be drawn, not read."""
        return self.weights == "random" and not Path(self.model).expanduser().is_dir()

    def _check_choices(self) -> None:
        choices = {
            "dtype": (self.dtype, Dtype),
            "device": (self.device.partition(":")[0], Device),
            "compile_mode": (self.compile_mode, CompileMode),
            "cache": (self.cache, Cache),
            "offload": (self.offload, Offload),
            "weights": (self.weights, Weights),
        }
        for name, (value, choice) in choices.items():
            if value is not None and value not in get_args(choice):
                raise PipelineError(
                    f"{name} {value!r} is unknown; choose one of {', '.join(get_args(choice))}"
                )
        for component, scheme in self.quantization.items():
            check_scheme(component, scheme)
