"""The same picture in every way a file can hold it is the same picture; what is none is named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bench.errors import QualityError
from bench.quality.extractor import Extractor
from bench.quality.fid import fid
from bench.quality.pictures import as_seen, picture_files, read_pictures
from bench.quality.reference import reference_from_folder

SIDE = 48
ORIENTATION = 0x0112


def halves(pictures: Any) -> Any:
    """Means of the upper, lower, left and right half: they see which way is up."""
    values = pictures.astype(float) / 255
    half = values.shape[1] // 2
    parts = (values[:, :half], values[:, half:], values[:, :, :half], values[:, :, half:])
    return np.stack([part.mean((1, 2, 3)) for part in parts], 1)


def landscape(seed: int) -> Any:
    """Dark above, bright below, a little noise: 8 bits, three channels."""
    noise = np.random.default_rng(seed).normal(0, 10, (SIDE, SIDE, 3))
    return np.clip(np.linspace(0, 255, SIDE)[:, None, None] + noise, 0, 255).astype(np.uint8)


def sideways(file: Path, values: Any) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.fromarray(values).rotate(90, expand=True).save(file, exif=exif)


def grey_16(file: Path, values: Any) -> None:
    Image.fromarray(values[:, :, 0].astype(np.uint16) * 256 + 77).save(file)


def palette(file: Path, values: Any) -> None:
    Image.fromarray(values[:, :, 0]).convert("P").save(file)


def grey_8(file: Path, values: Any) -> None:
    Image.fromarray(values[:, :, 0]).save(file)


def plain(file: Path, values: Any) -> None:
    Image.fromarray(values).save(file)


def cut_out(file: Path, values: Any) -> None:
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    alpha[10:-10, 10:-10] = 255
    Image.fromarray(np.dstack([values, alpha])).save(file)


def on_white(file: Path, values: Any) -> None:
    shown = np.full_like(values, 255)
    shown[10:-10, 10:-10] = values[10:-10, 10:-10]
    Image.fromarray(shown).save(file)


def cmyk(file: Path, values: Any) -> None:
    Image.fromarray(values).convert("CMYK").save(file.with_suffix(".tif"))


@pytest.mark.parametrize(
    ("one", "other"),
    [(plain, sideways), (grey_8, grey_16), (grey_8, palette), (on_white, cut_out), (plain, cmyk)],
    ids=["EXIF", "16 bits", "palette", "alpha", "CMYK"],
)
def test_the_same_pictures_stored_otherwise_have_a_fid_of_0(
    tmp_path: Path, one: Callable[[Path, Any], None], other: Callable[[Path, Any], None]
) -> None:
    extractor = Extractor("halves", halves)
    found = []
    for name, save in (("one", one), ("other", other)):
        folder = tmp_path / name
        folder.mkdir()
        for index in range(20):
            save(folder / f"{index:02}.png", landscape(index))
        found.append(reference_from_folder(folder, extractor).moments)
    assert fid(*found) == pytest.approx(0.0, abs=1e-6)


def test_folders_in_a_folder_are_read_and_lists_beside_pictures_are_none(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/2.png", "1.jpg", ".hidden.png"):
        plain(tmp_path / name, landscape(1))
    for name in ("prompts.txt", ".DS_Store", "results.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    assert [file.name for file in picture_files(tmp_path)] == ["1.jpg", "2.png"]
    assert [picture.mode for picture in read_pictures(tmp_path)] == ["RGB", "RGB"]


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    plain(tmp_path / "1.png", landscape(1))
    (tmp_path / "2.heic").write_bytes(b"0")
    with pytest.raises(
        QualityError, match=r"2\.heic: no picture that can be read; save it as PNG or move it"
    ):
        list(read_pictures(tmp_path))


def test_a_broken_file_and_a_moving_picture_are_named(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"no picture")
    with pytest.raises(QualityError, match=r"1\.png: is no readable picture"):
        list(read_pictures(tmp_path))
    frames = [Image.fromarray(landscape(seed)) for seed in (1, 2)]
    frames[0].save(tmp_path / "1.gif", save_all=True, append_images=frames[1:])
    (tmp_path / "1.png").unlink()
    with pytest.raises(QualityError, match=r"1\.gif: holds 2 pictures"):
        list(read_pictures(tmp_path))


def test_real_numbers_without_a_range_are_refused() -> None:
    with pytest.raises(QualityError, match="holds real numbers"):
        as_seen(Image.fromarray(np.zeros((4, 4), np.float32)))
