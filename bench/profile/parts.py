"""The parts of a profile: frozen, closed, finite, each field with its meaning and unit."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = 1

Backbone = Literal["unet", "dit", "mmdit", "linear_dit", "next_dit", "other"]
Dtype = Literal["float32", "float16", "bfloat16"]
Boundary = Literal["gpu", "gpu_net_idle", "processor_and_memory", "host", "wall"]
EvidenceKind = Literal["measured", "measured_random_weights", "published", "estimated"]
Grade = Literal["A", "B", "C", "D"]
Match = Literal["exact", "near", "unstated", "far", "other_version"]
CommercialUse = Literal["yes", "no", "conditional"]

MATCHES: tuple[Match, ...] = ("exact", "near", "unstated", "far", "other_version")

Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1)]

EXECUTION = {
    "engine": "",
    "compile_mode": "torch.compile ",
    "cache": "cache ",
    "attention_backend": "attention ",
    "offload": "offload ",
}
"""Fields of a `Config` that say how its denoiser is executed, and the word before each value."""

RATE_TOLERANCE_FRACTION = 0.02
"""How far throughput x seconds per image may lie from 1: published tables round each of the two."""


class Part(BaseModel):
    """Base of every part of a profile: frozen, closed, finite."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=(), defer_build=True
    )


class ModelLicence(Part):
    """What the licence of the weights says about commercial use."""

    name: Text
    """The licence's own name."""
    commercial_use: CommercialUse
    """Whether pictures may be used commercially; `conditional` when it hangs on revenue or registration."""
    url: str | None = None
    """Where the licence can be read."""
    as_of: date | None = None
    """The day on which it was read."""


class Config(Part):
    """What was run: the model and every setting that changes its joules, its seconds or its pictures."""

    model_id: Text
    """Hub id of the model, or the folder it was loaded from."""
    model_name: Text
    """The name people use."""
    revision: str | None = None
    """Commit or tag of the weights."""
    backbone: Backbone
    """Family of the denoiser."""
    parameters: Annotated[int, Field(gt=0)] | None = None
    """Number of parameters that the source states [1]."""
    pipeline_class: str | None = None
    """The diffusers pipeline class."""
    dtype: Dtype
    """Number format of the weights and activations."""
    quantization: dict[str, str] = {}
    """Scheme per component, such as {"transformer": "torchao-int8-weight-only"}; empty when none."""
    width: Count
    """Width of the picture [pixels]."""
    height: Count
    """Height of the picture [pixels]."""
    num_inference_steps: Count
    """Steps of the scheduler."""
    denoiser_calls: Count | None = None
    """Denoiser evaluations per image that were really executed; guidance doubles them."""
    guidance_scale: NonNegative | None = None
    """Scale of classifier-free guidance."""
    batch_size: Count
    """Images generated together by one call."""
    scheduler: str | None = None
    """The diffusers scheduler class."""
    prompt_set: str | None = None
    """Name of the prompts."""
    prompt_tokens: NonNegative | None = None
    """Mean length of the prompts [tokens]."""
    engine: str | None = None
    """What executes the denoiser in the place of PyTorch, such as `tensorrt`, `onnxruntime` or `stable-fast`;
    absent when PyTorch does, and in files from before there was one."""
    attention_backend: str | None = None
    """Attention kernel."""
    compile_mode: str | None = None
    """Mode of torch.compile; absent when not compiled."""
    cache: str | None = None
    """Step or block cache; absent when none."""
    offload: str | None = None
    """Offload of weights to the host; absent when none."""
    weights: Literal["trained", "random"] = "trained"
    """Whether the weights were trained; random ones give joules and seconds, never quality."""
    model_licence: ModelLicence | None = None
    """Licence of the weights."""

    @property
    def execution(self) -> dict[str, str]:
        """What is done otherwise than PyTorch's eager execution, by field; quantization not among it."""
        return {name: value for name in EXECUTION if (value := getattr(self, name)) is not None}


def execution_words(execution: Mapping[str, str]) -> tuple[str, ...]:
    """A config's `execution` in words, such as `torch.compile default`; empty where it is eager."""
    return tuple(f"{EXECUTION[name]}{value}" for name, value in execution.items())


class Hardware(Part):
    """The board and its host."""

    accelerator: Text
    """The board's name as its driver reports it."""
    accelerator_count: Count = 1
    """Boards used by one call."""
    memory_gib: Positive | None = None
    """Memory of one board [GiB]."""
    power_limit_w: Positive | None = None
    """Enforced power limit of one board [W]."""
    driver: str | None = None
    """Version of the driver."""
    host: str | None = None
    """Processor and memory of the host."""
    software: dict[str, str] = {}
    """Versions of the libraries that did the work."""


class Uncertainty(Part):
    """Standard uncertainties as fractions of the mean; they combine in squares."""

    statistical_fraction: NonNegative
    """s / sqrt(n) over windows or processes [1]."""
    sensor_fraction: NonNegative
    """Of the board's power sensor; it cancels in ratios on one board [1]."""
    expanded_fraction: NonNegative
    """Half-width of the absolute interval at 95 % [1]."""


class Energy(Part):
    """Joules of one image."""

    energy_j_per_image: Positive
    """Mean energy of one image within the boundary [J]."""
    energy_stdev_j_per_image: NonNegative | None = None
    """Standard deviation over windows [J]."""
    energy_half_width_95_j_per_image: NonNegative | None = None
    """Half-width of the 95 % comparison interval, sensor error excluded [J]."""
    windows: Count | None = None
    """Number of accepted windows."""
    boundary: Boundary
    """What the joules cover."""
    mean_power_w: Positive | None = None
    """Mean power during generation [W]."""
    idle_power_w: NonNegative | None = None
    """Power without a context on the board [W]."""
    idle_power_with_context_w: NonNegative | None = None
    """Power with the model loaded and idle [W]."""
    stage_energy_j_per_image: dict[str, NonNegative] = {}
    """Split by stage where it was measured [J]."""
    uncertainty: Uncertainty | None = None
    """Absent when the source gives no spread."""


class Speed(Part):
    """Seconds of one image and of one batch."""

    seconds_per_image: Positive
    """Duration of a batch divided by its images [s]."""
    mean_batch_latency_s: Positive | None = None
    """Mean duration of one call [s]."""
    p50_batch_latency_s: Positive | None = None
    """Median duration of one call [s]."""
    p95_batch_latency_s: Positive | None = None
    """95th percentile of the duration of one call [s]."""
    throughput_images_per_s: Positive | None = None
    """Images per second [1/s]."""
    peak_memory_gib: Positive | None = None
    """Largest memory in use on one board [GiB]."""

    @model_validator(mode="after")
    def _rate_agrees(self) -> Self:
        rate = self.throughput_images_per_s
        if rate is not None and abs(rate * self.seconds_per_image - 1.0) > RATE_TOLERANCE_FRACTION:
            raise ValueError(
                f"throughput_images_per_s {rate:g} and seconds_per_image {self.seconds_per_image:g} "
                "disagree: their product must be 1"
            )
        return self


class Source(Part):
    """Where a figure can be looked up."""

    citation: Text
    """Authors, title, year, or the name of the data set."""
    url: str | None = None
    """Address of the figure."""
    licence: str | None = None
    """Terms under which the figure may be passed on."""
    accessed: date | None = None
    """The day on which it was read."""


class Quality(Part):
    """One quality figure. It means something only within its own reference."""

    metric: Text
    """`fid`, `kid`, `clip_score` ...; the same as the reference begins with."""
    value: float
    """The figure, in the metric's own scale."""
    stderr: NonNegative | None = None
    """Standard error of the figure."""
    reference: Text
    """Metric + reference set + sample count + extractor, such as `fid/mjhq-30k`."""
    n_samples: Count | None = None
    """Number of generated images behind the figure."""
    source: Source
    """Where the figure comes from."""
    match: Match
    """How well the figure's settings are this profile's settings."""
    match_note: str | None = None
    """What agrees and what does not, in a sentence."""

    @model_validator(mode="after")
    def _figure_can_be(self) -> Self:
        ruler = self.reference.partition("/")[0]
        if self.metric not in (ruler, f"{ruler}_score"):
            raise ValueError(
                f"metric {self.metric!r} and reference {self.reference!r} disagree: a reference begins with "
                f"its metric, such as '{self.metric.removesuffix('_score')}/mjhq-30k'"
            )
        if self.metric == "fid" and self.value < 0:
            raise ValueError(f"a fid of {self.value:g} cannot be: it is a squared distance, at least 0")
        return self


class Evidence(Part):
    """What kind of knowledge the joules and seconds are."""

    kind: EvidenceKind
    """Measured here, measured with random weights, published, or estimated."""
    grade: Grade
    """A: three processes, <= 1 %, meter self-test passed. B: one process, <= 2 %. C: published without
    spread, or a meter with warnings. D: secondary source or estimate."""
    source: Source
    """Who measured it and where it is written."""
    tool_version: str | None = None
    """Version of the measuring tool."""
    date: date
    """The day of the measurement or of the publication."""


class HostEstimate(Part):
    """What the host is thought to have drawn meanwhile: a model's figure, beside the joules and never in them."""

    processor_power_w: Positive
    """Mean power of the processors while windows were measured [W]."""
    memory_power_w: Positive
    """Mean power of the memory while windows were measured [W]."""
    energy_j_per_image: Positive
    """Both powers times the seconds of one image [J]."""
    boundary: Literal["processor_and_memory"] = "processor_and_memory"
    """Processor and memory of the whole machine, whoever used them; boards, fans, disks, network and the losses of
    the power supply are not in it."""
    method: Text
    """From what each of the two was estimated."""
    evidence: Literal["estimated"] = "estimated"
    """Nothing here was measured, whatever the profile's own evidence says."""
    tool_version: Text
    """The estimator and its version."""


class Profile(Part):
    """One configuration with its energy, speed and quality, and the evidence for them."""

    schema_version: Literal[1] = 1
    """Version of this contract."""
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$", max_length=200)]
    """Unique name of the profile."""
    config: Config
    """The model and its settings."""
    hardware: Hardware
    """The board."""
    energy: Energy | None = None
    """Absent when no meter could be read."""
    speed: Speed | None = None
    """Absent when no time was taken."""
    host_estimate: HostEstimate | None = None
    """Absent in files from before there was one, and where nothing could be estimated; a note then says why."""
    quality: tuple[Quality, ...] = ()
    """Quality figures, any number of them, each in its own reference."""
    evidence: Evidence
    """What stands behind the joules and seconds."""
    notes: tuple[str, ...] = ()
    """Remarks a reader of the figures should know, such as why a figure is absent."""

    def __repr__(self) -> str:
        """One line; `model_dump()` gives everything."""
        joules = "no joules" if self.energy is None else f"{self.energy.energy_j_per_image:.4g} J"
        seconds = "no seconds" if self.speed is None else f"{self.speed.seconds_per_image:.3g} s"
        return f"<Profile {self.id}: {joules}, {seconds} an image>"

    __str__ = __repr__

    @model_validator(mode="after")
    def _host_estimate_agrees(self) -> Self:
        host = self.host_estimate
        if host is None or self.speed is None:
            return self
        joules = (host.processor_power_w + host.memory_power_w) * self.speed.seconds_per_image
        if abs(host.energy_j_per_image / joules - 1.0) > RATE_TOLERANCE_FRACTION:
            raise ValueError(
                f"host_estimate.energy_j_per_image {host.energy_j_per_image:g} disagrees with its powers and "
                f"speed.seconds_per_image, which give {joules:g}"
            )
        return self

    @model_validator(mode="after")
    def _random_weights_are_marked(self) -> Self:
        random = self.config.weights == "random"
        if random != (self.evidence.kind == "measured_random_weights") and self.evidence.kind != "estimated":
            raise ValueError(
                "config.weights and evidence.kind disagree: joules taken with random weights are "
                "'measured_random_weights', and only those"
            )
        if random and self.quality:
            raise ValueError("quality of random weights is meaningless: leave it out")
        return self
