"""A loaded pipeline as the protocol sees it: batches by number, and the pictures that they made."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.pipelines import LoadedPipeline
from bench.prompts import PromptSet


@dataclass
class PipelineWork:
    """Batch `index` has prompts and seeds of its own, the same at every run."""

    loaded: LoadedPipeline
    prompts: PromptSet
    seed: int
    pictures_wanted: int = 0
    """Pictures to keep for quality and for the folder of images; the rest are dropped."""
    pictures: list[Any] = field(default_factory=list)
    """PIL images in the order of their seeds, from picture 0 on."""

    @property
    def images_per_batch(self) -> int:
        """Images that one batch makes."""
        return self.loaded.settings.batch_size

    def generate_batch(self, index: int) -> None:
        """Make batch `index`; pictures not seen yet are kept while they are wanted."""
        size = self.images_per_batch
        first = index * size
        made = self.loaded.generate(self.prompts.take(size, first), self.seed + first)
        if first == len(self.pictures) and first < self.pictures_wanted:
            self.pictures.extend(made[: self.pictures_wanted - first])

    def synchronize(self) -> None:
        """Wait for the device."""
        self.loaded.synchronize()

    def complete_pictures(self) -> None:
        """Go on, outside every window, until the wanted pictures are there."""
        while len(self.pictures) < self.pictures_wanted:
            before = len(self.pictures)
            self.generate_batch(before // self.images_per_batch)
            if len(self.pictures) == before:
                del self.pictures[before - before % self.images_per_batch :]

    def save_pictures(self, folder: Path) -> None:
        """The pictures as PNG, named by their seeds, and prompts.txt, one prompt a line."""
        folder.mkdir(parents=True, exist_ok=True)
        for index, picture in enumerate(self.pictures):
            picture.save(folder / f"{index:05d}-seed-{self.seed + index}.png")
        text = "\n".join(self.kept_prompts()) + "\n"
        (folder / "prompts.txt").write_text(text, encoding="utf-8")

    def kept_prompts(self) -> tuple[str, ...]:
        """The prompts of the kept pictures."""
        return self.prompts.take(len(self.pictures))
