"""Pictures of several models -> a desk for reviewers and a sealed key.

Each arm brings a folder as `python -m bench run --images FOLDER` writes it: pictures named alike for the same
prompt and seed, and prompts.txt with a prompt a line. Pictures are written anew from their pixels, so that no
metadata of a model comes along, under random names.
"""

import contextlib
import hashlib
import json
import os
import random
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bench.writing import write_new_file
from roi.errors import TrialError
from roi.figure import Input
from roi.texts.messages import Message, at
from roi.trial.desk import PICTURES, VOTES, Desk, Prompt, write_desk
from roi.trial.trial_file import Trial, text_of

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
PROMPTS = "prompts.txt"


class Key(Input):
    """Which picture is whose; sealed until the trial is read."""

    trial: str
    """Name of the trial."""
    salt: str
    """Random, so that nobody can guess the key from its hash."""
    arm_of: dict[str, str]
    """Model by name of the picture."""
    source_of: dict[str, str]
    """Name of the file that the arm brought, without its ending, by name of the picture."""

    def sha256(self) -> str:
        """The hash that is printed before anybody looks, of the key in one fixed form."""
        form = json.dumps(
            self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(form.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Laid:
    """What `lay_out` made."""

    desk: Desk
    key: Key
    sizes: tuple[tuple[int, int], ...]
    """Sizes of pictures that occur; several may tell a reviewer who is who."""


def lay_out(trial: Trial, folders: Mapping[str, Path], desk: Path, key: Path) -> Laid:
    """Write desk and key; both places must be new, and the key must not lie on the desk.

    Raises
    ------
    TrialError
        When an arm has no folder, folders do not hold the same pictures, or a place is taken or cannot be
        written; nothing is left behind.
    """
    stems, prompts = _shared(trial, folders)
    if key.resolve().is_relative_to(desk.resolve()):
        raise TrialError(at(key, Message("trialing.key_in_desk")))
    for place, kind in ((desk, "folder"), (key, "file")):
        if os.path.lexists(place):
            raise TrialError(at(place, Message(f"trialing.new_{kind}")))
    with contextlib.ExitStack() as undo:
        try:
            (desk / PICTURES).mkdir(parents=True)
            undo.callback(shutil.rmtree, desk, ignore_errors=True)
            (desk / VOTES).mkdir()
            laid = _laid_on(trial, folders, desk, stems, prompts)
            write_desk(laid.desk, desk)
        except OSError as fault:
            raise TrialError(at(desk, Message("file.not_written", reason=fault.strerror))) from None
        _write_key(laid.key, key)
        undo.pop_all()
    return laid


def _laid_on(
    trial: Trial, folders: Mapping[str, Path], desk: Path, stems: list[str], prompts: list[str]
) -> Laid:
    """Pictures written on the desk under random names, with the key to them."""
    arm_of: dict[str, str] = {}
    source_of: dict[str, str] = {}
    sizes: set[tuple[int, int]] = set()
    shown = []
    for stem, text in zip(stems, prompts, strict=True):
        names = {}
        for arm in trial.arms:
            name = f"{secrets.token_hex(6)}.png"
            sizes.add(_rewritten(folders[arm], stem, desk / PICTURES / name))
            names[name] = arm
        arm_of |= names
        source_of |= dict.fromkeys(names, stem)
        order = list(names)
        random.SystemRandom().shuffle(order)
        shown.append(Prompt(text=text, pictures=tuple(order)))
    sealed = Key(
        trial=trial.name,
        salt=secrets.token_hex(16),
        arm_of=dict(sorted(arm_of.items())),
        source_of=dict(sorted(source_of.items())),
    )
    made = Desk(
        trial=trial.name,
        design=trial.design,
        seed=trial.seed,
        repeats_fraction=trial.repeats_fraction,
        key_sha256=sealed.sha256(),
        prompts=tuple(shown),
    )
    return Laid(made, sealed, tuple(sorted(sizes)))


def read_key(path: Path, desk: Desk) -> Key:
    """The key of a desk.

    Raises
    ------
    TrialError
        When it cannot be read, or is not the key whose hash was printed before the first look.
    """
    try:
        key = Key.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise TrialError(at(path, Message("trialing.key_not_read", reason=fault.strerror))) from None
    except (UnicodeDecodeError, ValidationError):
        raise TrialError(at(path, Message("trialing.no_key"))) from None
    if key.sha256() != desk.key_sha256:
        sentence = Message("trialing.other_key", hash=key.sha256()[:12], sealed=desk.key_sha256[:12])
        raise TrialError(at(path, sentence))
    return key


def _shared(trial: Trial, folders: Mapping[str, Path]) -> tuple[list[str], list[str]]:
    """Stems of the pictures that every arm has, and their prompts."""
    missing = [arm for arm in trial.arms if arm not in folders]
    extra = [arm for arm in folders if arm not in trial.arms]
    if missing or extra:
        key = "trialing.folder_missing" if missing else "trialing.folder_of_no_arm"
        arms = ", ".join(missing or extra)
        raise TrialError(Message(key, arms=arms, known=", ".join(trial.arms)))
    first = folders[trial.arms[0]]
    stems, prompts = sorted(_pictures(first)), _prompts(first)
    for arm in trial.arms[1:]:
        there = set(_pictures(folders[arm]))
        if apart := sorted(there ^ set(stems)):
            sentence = Message(
                "trialing.no_counterpart", count=len(apart), folder=str(first), first=repr(apart[0])
            )
            raise TrialError(at(folders[arm], sentence))
        if _prompts(folders[arm]) != prompts:
            sentence = Message("trialing.other_prompts", other=str(first / PROMPTS))
            raise TrialError(at(folders[arm] / PROMPTS, sentence))
    if len(prompts) != len(stems):
        sentence = Message("trialing.prompt_lines", lines=len(prompts), pictures=len(stems))
        raise TrialError(at(first / PROMPTS, sentence))
    if len(stems) < trial.prompts:
        sentence = Message("trialing.few_pictures", pictures=len(stems), wanted=trial.prompts)
        raise TrialError(at(first, sentence))
    return stems[: trial.prompts], prompts[: trial.prompts]


def _pictures(folder: Path) -> dict[str, Path]:
    try:
        found = {path.stem: path for path in folder.iterdir() if path.suffix.casefold() in SUFFIXES}
    except OSError as fault:
        raise TrialError(at(folder, Message("trialing.folder_not_read", reason=fault.strerror))) from None
    if not found:
        raise TrialError(at(folder, Message("trialing.no_picture", endings=", ".join(sorted(SUFFIXES)))))
    return found


def _prompts(folder: Path) -> list[str]:
    written = text_of(folder / PROMPTS, Message("trialing.write_prompts"))
    return [line.strip() for line in written.splitlines() if line.strip()]


def _rewritten(folder: Path, stem: str, place: Path) -> tuple[int, int]:
    from PIL import Image, UnidentifiedImageError

    source = _pictures(folder)[stem]
    try:
        with Image.open(source) as opened:
            bare = Image.new("RGB", opened.size)
            bare.paste(opened.convert("RGB"))
    except (OSError, UnidentifiedImageError):
        raise TrialError(at(source, Message("trialing.bad_picture"))) from None
    bare.save(place, format="PNG")
    width, height = bare.size
    return int(width), int(height)


def _write_key(key: Key, path: Path) -> None:
    content = json.dumps(key.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    try:
        write_new_file(path, content.encode())
        path.chmod(0o600)
    except FileExistsError:
        raise TrialError(at(path, Message("trialing.key_exists"))) from None
    except OSError as fault:
        raise TrialError(at(path, Message("file.not_written", reason=fault.strerror))) from None
