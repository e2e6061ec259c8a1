"""Pictures from files as an eye sees them, before anything is computed from them; nothing is left out in silence.

Cameras store sideways and say so (EXIF), scanners store 16 bits, cut-outs have no background, print files are CMYK:
taken as they lie in the file each of them is another picture. Orientation is obeyed, of 16 bits the upper 8 are
taken (as Pillow does for colour), transparency is laid on white. What cannot be used rightly is named.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.errors import QualityError

BESIDE_PICTURES = frozenset(
    {"", ".txt", ".json", ".jsonl", ".csv", ".tsv", ".md", ".npz", ".yaml", ".yml", ".log"}
)
"""Endings of what lies beside pictures: lists of prompts, results, statistics."""
NOT_READ = frozenset(
    {".heic", ".heif", ".hif", ".jxl", ".svg", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf"}
)
"""Endings of pictures that Pillow does not read."""
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N", "I")


def read_pictures(folder: Path) -> Iterator[Any]:
    """PIL images (RGB) of a folder and the folders in it, in the order of their names, opened one at a time.

    Raises
    ------
    QualityError
        When there is no picture, or a file among them is neither a picture nor something that lies beside pictures.
    """
    files = picture_files(folder)
    if not files:
        raise QualityError(f"{folder}: holds no picture")
    for file in files:
        yield read_picture(file)


def picture_files(folder: Path) -> list[Path]:
    """The pictures of a folder and of the folders in it; hidden files and lists beside them are none."""
    from PIL import Image

    if not folder.is_dir():
        raise QualityError(f"{folder}: cannot be read as a folder; name a folder of pictures")
    known = {ending for ending, kind in Image.registered_extensions().items() if kind in Image.OPEN}
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not _hidden(file, folder)]
    places = {one.parent for one in files if one.suffix.lower() in known}
    strange = [
        one
        for one in files
        if one.suffix.lower() in NOT_READ
        or (one.parent in places and one.suffix.lower() not in known | BESIDE_PICTURES)
    ]
    if strange:
        more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
        raise QualityError(f"{strange[0]}{more}: no picture that can be read; save it as PNG or move it away")
    return [one for one in files if one.suffix.lower() in known]


def read_picture(file: Path) -> Any:
    """One picture as RGB; `QualityError` names the file and why it cannot be used."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as picture:
            if getattr(picture, "n_frames", 1) > 1:
                raise QualityError(f"{file}: holds {picture.n_frames} pictures; save the one that is meant")
            return as_seen(picture)
    except (OSError, UnidentifiedImageError, SyntaxError):
        raise QualityError(f"{file}: is no readable picture; remove it or save it again") from None


def as_seen(picture: Any) -> Any:
    """The picture upright, with 8 bits a channel, on white, as RGB; a copy.

    Raises
    ------
    QualityError
        When its values are real numbers without a stated range.
    """
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(picture)
    if upright.mode == "F":
        raise QualityError(f"{getattr(picture, 'filename', 'picture')}: holds real numbers; save it as PNG")
    if upright.mode in SIXTEEN_BITS:
        return _upper_8_bits(upright)
    if upright.has_transparency_data:
        layered = upright.convert("RGBA")
        white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, layered).convert("RGB")
    return upright.convert("RGB")


def _upper_8_bits(picture: Any) -> Any:
    import numpy as np
    from PIL import Image

    values = np.asarray(picture).astype(np.int64)
    return Image.fromarray(np.clip(values >> 8, 0, 255).astype(np.uint8)).convert("RGB")


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)
