"""The parts of a blueprint: frozen and closed; a base that is named lends everything that is not said again."""

from typing import Annotated, Any, Literal

from pydantic import Field

from bench.models import Guidance
from bench.profile import Count, NonNegative, Part, Text

Stage = Literal["text_encoding", "denoising", "vae_decoding"]
STAGES: tuple[Stage, ...] = ("text_encoding", "denoising", "vae_decoding")


class Source(Part):
    """Where a configuration can be read."""

    repository: Text
    """Repository on the Hub or on GitHub."""
    url: Text
    """The file or page itself."""
    note: str | None = None
    """What else has to be known about it."""


class Published(Part):
    """A number of parameters that somebody published."""

    parameters: Count
    """The number [1]."""
    digits: Count
    """Leading digits that the publisher gives."""
    rounding: Literal["nearest", "down", "up"] = "nearest"
    """How the publisher, by its other figures, comes to the last of them."""
    with_tables: bool = False
    """Whether fixed tables in the weight file, such as positions, are counted along."""
    as_published: Text
    """How it is written there."""
    citation: Text
    """What it was read from."""
    url: Text
    """Where that can be read."""


class Component(Part):
    """One network: class and configuration, without weights."""

    library: Literal["diffusers", "transformers"]
    """The library of the class."""
    class_name: Text
    """Class in that library."""
    config: dict[str, Any]
    """Arguments of its constructor or of its configuration class."""
    published: Published | None = None
    """Absent when no count was found that names its source."""
    source: Source
    """Where the configuration can be read."""
    note: str | None = None
    """What a reader should know."""


class Context(Part):
    """What of the tokens of an encoder reaches the denoiser, where that is not all of them."""

    dropped: Annotated[int, Field(ge=0)] = 0
    """First tokens that do not, those of a system prompt [tokens]."""
    padding: bool = True
    """Whether what short prompts are filled up with does."""
    tokens_max: Count | None = None
    """Longest; longer ones are cut off [tokens]."""


class BlueprintPart(Part):
    """A component in a pipeline: its name there, and when and how often it runs."""

    name: Text
    """Component name in the pipeline."""
    key: Text
    """Name of the component among the architectures."""
    component: Component
    """The network."""
    stage: Stage
    """Stage that its calls belong to."""
    calls: (
        Literal["once", "with_negative", "each_step", "each_step_with_negative"] | Annotated[int, Field(ge=1)]
    )
    """Once a batch or at each step, once more for the negative prompt under guidance; or a number."""
    rows: Literal["batch", "guided", "one"]
    """Rows of a call: the batch, twice the batch under guidance that doubles, or one whatever the batch."""
    tokens_max: Count | None = None
    """Longest prompt of an encoder [tokens]; longer ones are cut off."""
    negative_tokens_max: Count | None = None
    """The same of the negative prompt, where the pipeline writes less around it [tokens]; None: as `tokens_max`."""
    padding: Literal["max", "longest"] = "max"
    """Whether short prompts are filled up to `tokens_max` or only to the longest of the batch."""
    padding_multiple: Count = 1
    """Lengths are filled up to a multiple of this [tokens]."""
    template_tokens: Annotated[int, Field(ge=0)] = 0
    """Tokens that the pipeline writes around a prompt, marks of a conversation among them [tokens]."""
    negative_tokens: Count | None = None
    """Length of the negative prompt with all around it [tokens]; None: it is filled up to that of the prompt."""
    context: bool | Context = False
    """Whether the denoiser attends to its tokens one by one, or to which."""


class Scheduler(Part):
    """The sampler and its settings."""

    class_name: Text
    """Class in diffusers."""
    config: dict[str, Any] = {}
    """Settings that differ from the class's own."""


class Blueprint(Part):
    """One model without weights: its networks, and the settings of its intended use.

    Those settings are the model table's where the file does not say them (`bench/models.py`).
    """

    name: Text
    """Short name."""
    model_id: Text
    """Hub id, or the id of `library/models.json`."""
    aliases: tuple[Text, ...] = ()
    """Other names."""
    same_architecture_as: str | None = None
    """The blueprint that lends everything this one does not say."""
    pipeline_class: Text
    """The diffusers pipeline."""
    parts: tuple[BlueprintPart, ...]
    """Its networks in the order of their first call."""
    scheduler: Scheduler
    """The sampler."""
    num_inference_steps: Count
    """Steps of the intended use."""
    guidance_scale: NonNegative
    """Scale of the intended use."""
    guidance: Guidance
    """Whether guidance doubles the evaluations of the denoiser or only enters as a number."""
    guidance_above: NonNegative = 1.0
    """Scale above which it sets in."""
    encodes_negative: bool
    """Whether guidance that doubles also encodes an empty negative prompt."""
    width: Count
    """Width of the intended use [pixels]."""
    height: Count
    """Height of the intended use [pixels]."""
    latent_pixels: Count
    """Side of the square of pixels that one latent pixel stands for [pixels]."""
    source: Source
    """Where the pipeline can be read."""
    note: str | None = None
    """What a reader should know."""

    @property
    def denoiser(self) -> BlueprintPart:
        """The network that removes the noise."""
        return next(part for part in self.parts if part.stage == "denoising")
