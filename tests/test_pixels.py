"""A picture is the same in whatever a program holds it, and what is none is told apart."""

import gzip
import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from imagette.errors import PictureError
from imagette.images.pixels import pixels

GRAY = np.arange(63, dtype=np.uint8).reshape(7, 9)
COLOURS = np.stack((GRAY, 2 * GRAY, 255 - GRAY), axis=2)


class Trickling(io.BytesIO):
    """As a raw file of a network: it gives less than it is asked for."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(10)


@pytest.mark.parametrize("expected", [GRAY[..., np.newaxis], COLOURS], ids=["gray", "colours"])
def test_names_bytes_pillow_and_arrays_are_one_picture(
    tmp_path: Path, expected: np.ndarray[Any, np.dtype[np.uint8]]
) -> None:
    image = Image.fromarray(expected.squeeze())
    image.save(tmp_path / "picture.png")
    content = (tmp_path / "picture.png").read_bytes()
    held: list[Any] = [
        tmp_path / "picture.png",
        str(tmp_path / "picture.png"),
        content,
        bytearray(content),
        memoryview(content),
        io.BytesIO(content),
        Trickling(content),
        image,
        Image.open(tmp_path / "picture.png"),
        expected,
        expected.tolist(),
    ]
    for picture in held:
        found = pixels(picture)
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, expected)
    with (tmp_path / "picture.png").open("rb") as file:
        np.testing.assert_array_equal(pixels(file), expected)


def test_open_files_that_give_no_picture_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.png"
    Image.fromarray(GRAY).save(path)
    with path.open("rb") as file:
        pixels(file)
        with pytest.raises(PictureError, match=r"is empty \(0 bytes\), .* call its seek\(0\)"):
            pixels(file)
    with pytest.raises(
        PictureError, match="a file that cannot be read: read of closed file. Open it again"
    ):
        pixels(file)
    texts: list[Any] = [io.StringIO("a text"), io.TextIOWrapper(io.BytesIO(path.read_bytes()))]
    for text in texts:
        with pytest.raises(PictureError, match='open as text, expected its bytes. .* mode "rb"'):
            pixels(text)
    for module in ("pixels", "decode"):
        monkeypatch.setattr(f"imagette.images.{module}.MAXIMUM_BYTES", 50)
    for picture in (path.read_bytes(), memoryview(path.read_bytes()), Trickling(path.read_bytes())):
        with pytest.raises(PictureError, match="the picture has more than 0 MB. Make it smaller"):
            pixels(picture)


def test_two_dimensions_and_bits_are_gray() -> None:
    np.testing.assert_array_equal(pixels(GRAY), GRAY[..., np.newaxis])
    bits = pixels(GRAY > 30)
    assert bits.dtype == np.uint8
    np.testing.assert_array_equal(bits[..., 0], np.where(GRAY > 30, 255, 0))


def test_transparency_is_laid_on_white_as_in_files() -> None:
    drawn = np.zeros((7, 9, 4), np.uint8)
    drawn[2:5, 3:6, 3] = 255
    content = io.BytesIO()
    Image.fromarray(drawn, "RGBA").save(content, "PNG")
    for picture in (drawn, Image.fromarray(drawn, "RGBA"), content.getvalue()):
        found = pixels(picture)
        assert found.shape == (7, 9, 1)
        assert (found == 255).sum() == 54
        assert (found == 0).sum() == 9


def test_an_orientation_is_obeyed_and_the_users_picture_stays_as_it_is() -> None:
    image = Image.fromarray(GRAY)
    image.getexif()[0x0112] = 6
    np.testing.assert_array_equal(pixels(image)[..., 0], np.rot90(GRAY, -1))
    np.testing.assert_array_equal(np.asarray(image), GRAY)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((8, 8)), r"float64 \(8, 8\), expected .* 0 to 1, .*rint\(255 \* picture\)"),
        (np.full((8, 8), np.nan), r"float64 \(8, 8\), .* Give all its pixels a finite level"),
        (5, r"int64 \(\), .* the name of a file"),
        (np.full((8, 8), 9.0), r"from 0 to 255, pass numpy.uint8\(numpy.rint\(picture\)\)"),
        (np.zeros((8, 8), int), r"int64 \(8, 8\), .* pass numpy.uint8\(picture\)"),
        ([[300, 2], [3, 4]], r"int64 \(2, 2\), .* pass numpy.uint8\(picture\)"),
        (np.zeros((8, 8, 2), np.uint8), r"uint8 \(8, 8, 2\), expected uint8 \(height, width\)"),
        (np.zeros((3, 8, 8), np.uint8), r"pass numpy.moveaxis\(picture, 0, -1\)"),
        (np.zeros((5, 8, 8, 1), np.uint8), "use predict_all"),
        (np.zeros((0, 8), np.uint8), "It has no pixels"),
        (np.uint8(3), r"uint8 \(\), expected uint8"),
        ([[1], [2, 3]], "a list whose rows differ in length, .* Make them equally long"),
        (None, "a NoneType, expected uint8 .* the name of a file"),
        ({"a": 1}, "a dict, expected uint8"),
        (b"", r"the picture is empty \(0 bytes\), expected a picture\. Give all bytes of a"),
        (b"nothing", "the picture is not a picture that imagette reads"),
        (np.zeros((8, 8, 2), np.uint8), r"or \(height, width, 1, 3 or 4\)\. Pass an array"),
        ("", "the picture's name is empty, expected that of a file. Give one"),
        ("no such.png", "there is no file no such.png"),
    ],
)
def test_what_is_no_picture_is_told_with_what_to_do(picture: Any, message: str) -> None:
    with pytest.raises(PictureError, match=message):
        pixels(picture)


def test_a_broken_file_that_pillow_has_opened_is_damaged(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:2000])
    with (
        Image.open(tmp_path / "cut.png") as image,
        pytest.raises(PictureError, match=r"the picture is damaged or truncated .* Replace it"),
    ):
        pixels(image)


def test_a_compressed_file_that_ends_early_is_told() -> None:
    content = io.BytesIO(gzip.compress(bytes(1000))[:-9])
    with gzip.open(content) as file, pytest.raises(PictureError, match="cannot be read"):
        pixels(file)  # type: ignore[arg-type]


def test_a_file_may_be_named_by_bytes_as_folders_do(tmp_path: Path) -> None:
    Image.new("L", (4, 3)).save(tmp_path / "one.png")
    with os.scandir(os.fsencode(tmp_path)) as entries:
        assert [pixels(entry).shape for entry in entries] == [(3, 4, 1)]  # type: ignore[arg-type]
