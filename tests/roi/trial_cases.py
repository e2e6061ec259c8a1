"""A small trial: two models of the demonstration, drawn pictures with telling metadata, votes by rule."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from roi.trial.desk import Desk, queue, read_desk
from roi.trial.pictures import Key, Laid, lay_out
from roi.trial.trial_file import Trial
from roi.trial.votes import Vote

PIXART = "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS"
SD3 = "stabilityai/stable-diffusion-3-medium-diffusers"
HUNYUAN = "Tencent-Hunyuan/HunyuanDiT-v1.2-Diffusers"
TELLING = ("pixart", "sigma", "stable", "diffusion", "sd3", "hunyuan")


def trial(**changes: object) -> Trial:
    """Thirty prompts, two reviewers, two models."""
    given: dict[str, object] = {
        "name": "autumn",
        "workload": "product-pictures",
        "arms": (PIXART, SD3),
        "prompts": 30,
        "reviewers": 2,
        "repeats_fraction": 0.1,
        "seed": 7,
    }
    return Trial.model_validate(given | changes)


def folders(place: Path, arms: tuple[str, ...], prompts: int, side: int = 24) -> dict[str, Path]:
    """A folder of pictures an arm, whose metadata and names tell the model."""
    found = {}
    for number, arm in enumerate(arms):
        folder = place / arm.split("/")[-1]
        folder.mkdir(parents=True)
        for prompt in range(prompts):
            picture = Image.new("RGB", (side, side), (60 * number + 40, 7 * prompt % 255, 90))
            told = PngInfo()
            told.add_text("parameters", f"model: {arm}")
            exif = picture.getexif()
            exif[0x010E] = arm  # ImageDescription
            picture.save(folder / f"{prompt:05d}-seed-{prompt}.png", pnginfo=told, exif=exif)
        prompts_text = "\n".join(f"a red cup, view {prompt}" for prompt in range(prompts))
        (folder / "prompts.txt").write_text(prompts_text + "\n", encoding="utf-8")
        found[arm] = folder
    return found


def laid(place: Path, given: Trial) -> tuple[Path, Path, Laid]:
    """Desk, key and what was made."""
    desk, key = place / "desk", place / "sealed.json"
    return desk, key, lay_out(given, folders(place / "made", given.arms, given.prompts), desk, key)


def votes_by(desk: Desk, key: Key, reviewer: str, rule: Callable[[str, int], bool]) -> list[Vote]:
    """A whole queue of one reviewer; `rule` says of arm and prompt whether the picture is accepted."""
    return [
        Vote(
            reviewer=reviewer,
            pictures=look.pictures,
            verdict="accept" if rule(key.arm_of[look.pictures[0]], look.prompt) else "reject",
            seconds=4.0 + look.prompt % 3,
            repeat=look.repeat,
        )
        for look in queue(desk, reviewer)
    ]


def desk_of(folder: Path) -> Desk:
    """The desk as a reviewer's page reads it."""
    return read_desk(folder)
