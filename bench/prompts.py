"""The prompts pictures are made from: a bundled set with a name, its variants by length, and a file of one's own.

A set's name stands in the profile, because the length of a prompt can change joules and its subject changes
quality.
The bundled prompts are our own sentences; they name no person, brand or living artist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.errors import PipelineError
from bench.textfile import TextError, read_text

Length = Literal["short", "medium", "long"]

LENGTHS: tuple[Length, ...] = ("short", "medium", "long")

_SUBJECTS = (
    "a red apple on a wooden table",
    "a lighthouse on a rocky coast at dusk",
    "an old bicycle leaning on a brick wall",
    "a bowl of noodle soup with steam rising",
    "a glass office building after rain",
    "a tabby cat asleep on a window sill",
    "a mountain lake with snow on the far shore",
    "a shop window with ceramic cups",
    "a child's wooden train on a carpet",
    "a narrow street with paper lanterns at night",
    "a pair of running shoes on a white background",
    "a field of sunflowers under a stormy sky",
    "a robot watering plants in a greenhouse",
    "an open book beside a cup of tea",
    "a sailing boat in a calm harbour",
    "a desk with a laptop and a potted fern",
)
_STYLES = (
    "soft morning light, photograph with shallow depth of field, muted colours",
    "watercolour on rough paper, loose brush strokes, pale palette",
    "studio lighting, sharp focus, clean composition for a catalogue page",
    "isometric illustration, flat colours, thin outlines",
)
_DETAILS = (
    "The subject stands slightly left of the centre, and the background falls out of focus behind it. Fine "
    "texture is visible on every surface, small reflections catch the light, and nothing in the picture is "
    "cropped at the edge."
)


@dataclass(frozen=True)
class PromptSet:
    """Prompts under the name that a profile gives them."""

    name: str
    prompts: tuple[str, ...]

    def take(self, count: int, start: int = 0) -> tuple[str, ...]:
        """`count` prompts from position `start` on, beginning again when the set is through."""
        return tuple(self.prompts[(start + i) % len(self.prompts)] for i in range(count))


def bundled_prompts(length: Length = "medium") -> PromptSet:
    """The 64 bundled prompts: `short` names a subject, `medium` adds a style, `long` adds a description."""
    pairs = [(subject, style) for style in _STYLES for subject in _SUBJECTS]
    texts: dict[Length, Sequence[str]] = {
        "short": [subject for subject, _ in pairs],
        "medium": [f"{subject}, {style}" for subject, style in pairs],
        "long": [f"{subject}, {style}. {_DETAILS}" for subject, style in pairs],
    }
    if length not in texts:
        raise PipelineError(f"prompt length {length!r} is unknown; choose one of {', '.join(LENGTHS)}")
    return PromptSet(f"bundled-64-{length}", tuple(texts[length]))


def read_prompts(path: Path) -> PromptSet:
    """One prompt a line from a text file; the file's name is the set's name.

    Raises
    ------
    PipelineError
        When the file cannot be read as text or holds no prompt.
    """
    try:
        text = read_text(path)
    except OSError as fault:
        raise PipelineError(
            f"{path}: cannot be read: {fault.strerror}; name a text file of prompts"
        ) from None
    except TextError as fault:
        raise PipelineError(f"{path}: {fault}, one prompt a line") from None
    prompts = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not prompts:
        raise PipelineError(f"{path}: holds no prompt; write one a line")
    return PromptSet(path.stem, prompts)
