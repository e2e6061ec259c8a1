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
        raise TrialError(f"{key}: lies in the reviewers' folder; keep the key elsewhere")
    for place, kind in ((desk, "folder"), (key, "file")):
        if os.path.lexists(place):
            raise TrialError(f"{place}: exists already; name a new {kind}, nothing was overwritten")
    with contextlib.ExitStack() as undo:
        try:
            (desk / PICTURES).mkdir(parents=True)
            undo.callback(shutil.rmtree, desk, ignore_errors=True)
            (desk / VOTES).mkdir()
            laid = _laid_on(trial, folders, desk, stems, prompts)
            write_desk(laid.desk, desk)
        except OSError as fault:
            raise TrialError(f"{desk}: cannot be written: {fault.strerror}; name another place") from None
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
        raise TrialError(f"{path}: {fault.strerror}; name the key that `trial pictures` wrote") from None
    except (UnicodeDecodeError, ValidationError):
        raise TrialError(f"{path}: is no key of a trial; name the key that `trial pictures` wrote") from None
    if key.sha256() != desk.key_sha256:
        raise TrialError(
            f"{path}: has the hash {key.sha256()[:12]}... and the trial was sealed with {desk.key_sha256[:12]}...: "
            "it is another key, or was changed after the first look"
        )
    return key


def _shared(trial: Trial, folders: Mapping[str, Path]) -> tuple[list[str], list[str]]:
    """Stems of the pictures that every arm has, and their prompts."""
    missing = [arm for arm in trial.arms if arm not in folders]
    extra = [arm for arm in folders if arm not in trial.arms]
    if missing or extra:
        wrong = (
            f"no folder for {', '.join(missing)}" if missing else f"{', '.join(extra)} is no arm of the trial"
        )
        raise TrialError(f"--from: {wrong}; give --from MODEL=FOLDER for each of {', '.join(trial.arms)}")
    first = folders[trial.arms[0]]
    stems, prompts = sorted(_pictures(first)), _prompts(first)
    for arm in trial.arms[1:]:
        there = set(_pictures(folders[arm]))
        if apart := sorted(there ^ set(stems)):
            raise TrialError(
                f"{folders[arm]}: {len(apart)} pictures have no counterpart in {first}, the first {apart[0]!r}; "
                "make the same prompts with the same seeds for each arm"
            )
        if _prompts(folders[arm]) != prompts:
            raise TrialError(
                f"{folders[arm] / PROMPTS}: differs from {first / PROMPTS}; use the same prompts"
            )
    if len(prompts) != len(stems):
        raise TrialError(
            f"{first / PROMPTS}: has {len(prompts)} lines for {len(stems)} pictures; write one for each"
        )
    if len(stems) < trial.prompts:
        raise TrialError(
            f"{first}: holds {len(stems)} pictures and the trial asks for {trial.prompts}; make more"
        )
    return stems[: trial.prompts], prompts[: trial.prompts]


def _pictures(folder: Path) -> dict[str, Path]:
    try:
        found = {path.stem: path for path in folder.iterdir() if path.suffix.casefold() in SUFFIXES}
    except OSError as fault:
        raise TrialError(f"{folder}: {fault.strerror}; name a folder of pictures") from None
    if not found:
        raise TrialError(f"{folder}: holds no picture ({', '.join(sorted(SUFFIXES))})")
    return found


def _prompts(folder: Path) -> list[str]:
    written = text_of(folder / PROMPTS, "write a prompt a line, in the order of the pictures")
    return [line.strip() for line in written.splitlines() if line.strip()]


def _rewritten(folder: Path, stem: str, place: Path) -> tuple[int, int]:
    from PIL import Image, UnidentifiedImageError

    source = _pictures(folder)[stem]
    try:
        with Image.open(source) as opened:
            bare = Image.new("RGB", opened.size)
            bare.paste(opened.convert("RGB"))
    except (OSError, UnidentifiedImageError):
        raise TrialError(f"{source}: cannot be read as a picture; make it again") from None
    bare.save(place, format="PNG")
    width, height = bare.size
    return int(width), int(height)


def _write_key(key: Key, path: Path) -> None:
    content = json.dumps(key.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    try:
        write_new_file(path, content.encode())
        path.chmod(0o600)
    except FileExistsError:
        raise TrialError(f"{path}: exists already; a key is never overwritten, name a new file") from None
    except OSError as fault:
        raise TrialError(f"{path}: cannot be written: {fault.strerror}; name another place") from None
