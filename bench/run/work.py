"""A loaded pipeline as the protocol sees it: batches by number, and their pictures, saved and judged."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.pipelines import LoadedPipeline
from bench.profile import Quality
from bench.prompts import PromptSet
from bench.quality.clip_score import load_clip
from bench.quality.extractor import extractor_named
from bench.quality.judge import Judgement, judge, judge_cmmd, judge_pairs, judge_prompts, judge_scores
from bench.quality.pictures import read_pictures
from bench.quality.reference import read_reference, reference_from_folder
from bench.quality.scores import load_score_model, score_pictures, wanted_scores, write_scores
from bench.run.plan import Plan

Say = Callable[[str], None]
QUALITY_FAILED = "quality was not finished: "
"""How the note of a quality step that failed begins."""
WORDS_MAX = 300
"""So much of a library's error goes into a note [letters]."""


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
        for name, picture in zip(self.picture_names(), self.pictures, strict=True):
            picture.save(folder / name)
        text = "\n".join(self.kept_prompts()) + "\n"
        (folder / "prompts.txt").write_text(text, encoding="utf-8")

    def picture_names(self) -> list[str]:
        """Names of the saved pictures, by their seeds."""
        return [f"{index:05d}-seed-{self.seed + index}.png" for index in range(len(self.pictures))]

    def kept_prompts(self) -> tuple[str, ...]:
        """The prompts of the kept pictures."""
        return self.prompts.take(len(self.pictures))


def judged_pictures(plan: Plan, work: PipelineWork, say: Say) -> tuple[tuple[Quality, ...], tuple[str, ...]]:
    """Quality of the kept pictures with its warnings, outside every window; both empty where none are wanted.

    What fails is a warning, whatever it is, Ctrl-C too: the windows before it are never lost for a picture.
    """
    if not work.pictures_wanted:
        return (), ()
    figures, warnings = list[Quality](), list[str]()
    try:
        say(f"pictures for quality: {work.pictures_wanted}")
        work.complete_pictures()
        if plan.images is not None:
            work.save_pictures(plan.images)
        for judgement in _judgements(plan, work, say):
            figures += judgement.quality
            warnings += judgement.warnings
    except (Exception, KeyboardInterrupt) as fault:  # noqa: BLE001  no fault may take the windows with it
        known = isinstance(fault, BenchError)
        words = "interrupted" if isinstance(fault, KeyboardInterrupt) else str(fault) or type(fault).__name__
        warnings.append(f"{QUALITY_FAILED}{words if known else ' '.join(words.split())[:WORDS_MAX]}")
    for warning in warnings:
        say(warning)
    return tuple(figures), tuple(warnings)


def _judgements(plan: Plan, work: PipelineWork, say: Say) -> Iterator[Judgement]:
    """FID and KID against the reference, CLIP score with the prompts, likeness to the twin: what is asked for."""
    if plan.reference is not None and plan.extractor is not None:
        yield _against_reference(plan.extractor, plan.reference, work, say)
    if plan.clip is not None:
        say(f"CLIP score by {plan.clip}")
        clip = load_clip(plan.clip)
        yield Judgement((judge_prompts(work.pictures, work.kept_prompts(), clip, plan.prompts.name),))
    yield from _scored(plan, work, say)
    if plan.twin is not None:
        say(f"likeness to {plan.twin.name}")
        twins = list(islice(read_pictures(plan.twin), len(work.pictures)))
        yield judge_pairs(work.pictures, twins, plan.twin.name)


def _scored(plan: Plan, work: PipelineWork, say: Say) -> Iterator[Judgement]:
    """Every score that was asked for by name; those of single pictures also lie beside the pictures."""
    alone = []
    for wanted in wanted_scores(plan.scores):
        say(f"{wanted.name} by {wanted.place}")
        model = load_score_model(wanted)
        if wanted.name == "cmmd":
            place = Path(plan.reference or "")
            figure = judge_cmmd(work.pictures, read_pictures(place), place.resolve().name, model)
        else:
            alone.append(score_pictures(wanted, work.pictures, work.kept_prompts(), model))
            figure = judge_scores(alone[-1], plan.prompts.name)
        yield Judgement((figure,))
    if alone and plan.images is not None:
        write_scores(plan.images, alone, work.picture_names())


def _against_reference(name: str, place: Path, work: PipelineWork, say: Say) -> Judgement:
    say(f"features by {name}")
    extractor = extractor_named(name)
    reference = reference_from_folder(place, extractor) if place.is_dir() else read_reference(place)
    return judge(work.pictures, extractor, reference)
