"""Pictures of every kind come out upright and on white, and bad ones are refused with a reason."""

import io
import os
import struct
import tracemalloc
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from imagette.errors import PictureError
from imagette.images.decode import (
    FORMATS,
    MAXIMUM_BYTES,
    decode,
    decode_bytes,
    decode_quietly,
    from_pillow,
    quiet_pillow,
    size_quietly,
)
from tests.test_idx import altered

LOSSLESS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "BMP": {},
    "TIFF": {},
    "WEBP": {"lossless": True},
}


def colours() -> NDArray[np.uint8]:
    """Twelve rows, sixteen columns; no two corners are alike."""
    rows, columns = np.mgrid[:12, :16]
    return np.stack([rows * 20, columns * 15, 255 - rows * 10], axis=2).astype(np.uint8)


def encoded(picture: Image.Image, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def received(picture: Image.Image, format: str = "PNG", **options: Any) -> NDArray[np.uint8]:
    return decode_bytes(encoded(picture, format, **options), "test picture")


def png(width: int, height: int, pixels: bytes) -> bytes:
    """A gray PNG that claims a size, with any bytes in place of its compressed pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("format", LOSSLESS)
def test_colours_come_back_as_they_were(format: str) -> None:
    pixels = received(Image.fromarray(colours()), format, **LOSSLESS[format])
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels, colours())


@pytest.mark.parametrize("format", FORMATS)
def test_gray_pictures_have_one_channel_in_every_format(format: str) -> None:
    gray = colours()[..., 1]
    pixels = received(Image.fromarray(gray), format, **LOSSLESS.get(format, {}))
    assert pixels.shape == (12, 16, 1)
    np.testing.assert_allclose(pixels[..., 0].astype(int), gray, atol=4 if format == "JPEG" else 0)


def test_jpeg_comes_back_nearly_as_it_was() -> None:
    pixels = received(Image.fromarray(colours()), "JPEG", quality=95, subsampling=0)
    np.testing.assert_allclose(pixels.astype(int), colours(), atol=8)


def test_equal_colours_are_gray() -> None:
    gray = np.repeat(colours()[..., :1], 3, axis=2)
    np.testing.assert_array_equal(received(Image.fromarray(gray)), gray[..., :1])


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF"])
def test_one_bit_is_black_and_white(format: str) -> None:
    board = np.indices((5, 9)).sum(axis=0) % 2 == 1
    np.testing.assert_array_equal(received(Image.fromarray(board), format)[..., 0], board * 255)


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "GIF"])
def test_a_palette_is_looked_up(format: str) -> None:
    picture = Image.new("P", (3, 1))
    picture.putpalette([255, 0, 0, 0, 128, 255, 9, 9, 9])
    picture.putdata([1, 0, 2])
    assert received(picture, format).tolist() == [[[0, 128, 255], [255, 0, 0], [9, 9, 9]]]


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(format: str) -> None:
    values = np.array([[0, 128, 129, 257, 25700, 65406, 65407, 65535]], np.uint16)
    pixels = received(Image.fromarray(values), format)
    assert pixels[..., 0].tolist() == [[0, 0, 1, 1, 100, 254, 255, 255]]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 7, 255]], np.int32), [0, 7, 255]),
        (np.array([[0, 7, 256]], np.int32), [0, 2, 64]),
        (np.array([[0, 1, 1]], np.int32), [0, 1, 1]),
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0.0, -3.0, 0.0]], np.float32), [0, 0, 0]),
        (np.array([[1.4, 100.0, 255.0]], np.float32), [1, 100, 255]),
        (np.array([[257.0, 0.5, 65535.0]], np.float32), [1, 0, 255]),
    ],
)
def test_the_largest_value_of_a_deep_gray_decides_its_scale(
    values: NDArray[Any], expected: list[int]
) -> None:
    assert received(Image.fromarray(values), "TIFF")[..., 0].tolist() == [expected]


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_sixteen_bits_hold_as_many_as_the_largest_value_needs(format: str, bits: int) -> None:
    white = 2**bits - 1
    values = np.array([[0, white // 2, white]], np.uint16)
    half = 255 * (white // 2) / white
    assert received(Image.fromarray(values), format)[..., 0].tolist() == [[0, round(half), 255]]
    held = Image.open(io.BytesIO(encoded(Image.fromarray(values), format)))
    assert from_pillow(held)[..., 0].tolist() == [[0, round(half), 255]]


@pytest.mark.parametrize("kind", ["<u2", ">u2", "<i4", "<f4"])
def test_large_deep_grays_are_made_shallow_in_strips(kind: str) -> None:
    values = np.random.default_rng(0).integers(0, 65536, (2100, 2000)).astype(kind)
    if kind == ">u2":  # as a TIFF of the other order of bytes is
        picture = Image.frombytes("I;16B", values.shape[::-1], values.tobytes())
    else:
        picture = Image.fromarray(values)
    tracemalloc.start()
    try:
        pixels = from_pillow(picture)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    expected = np.rint(values.astype(np.float64) * 255 / 65535)
    np.testing.assert_array_equal(pixels[..., 0], expected)
    assert peak < 8 * values.size  # less than the floats of all of it


def test_deeper_grays_are_clipped_to_sixteen_bits() -> None:
    integers = np.array([[-5, 0, 257, 65535, 2**30]], np.int32)
    assert received(Image.fromarray(integers), "TIFF")[..., 0].tolist() == [[0, 0, 1, 255, 255]]


@pytest.mark.parametrize("level", [np.nan, np.inf, -np.inf])
def test_levels_that_are_not_finite_are_refused(level: float) -> None:
    picture = Image.fromarray(np.array([[0.1, level, 0.2]], np.float32))
    message = r"picture has pixels whose level is not finite \(NaN or infinity\).* Give those"
    with pytest.raises(PictureError, match=f"test {message}"):
        received(picture, "TIFF")
    with pytest.raises(PictureError, match=f"the {message}"):
        from_pillow(picture)


@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP"])
def test_what_is_transparent_shows_white(format: str) -> None:
    layer = np.array([[[200, 0, 0, 255], [200, 0, 0, 0], [200, 0, 0, 51]]], np.uint8)
    options = {"lossless": True, "exact": True} if format == "WEBP" else {}
    pixels = received(Image.fromarray(layer), format, **options)
    expected = [[[200, 0, 0], [255, 255, 255], [244, 204, 204]]]  # a fifth over white
    np.testing.assert_allclose(pixels.astype(int), expected, atol=1)


@pytest.mark.parametrize("ink", [(255, 255, 255), (255, 214, 0), (190, 230, 255)])
def test_light_strokes_on_nothing_show_on_black(ink: tuple[int, int, int]) -> None:
    layer = np.zeros((6, 6, 4), np.uint8)  # what is transparent may be of any colour
    layer[2:4] = (*ink, 255)
    layer[4] = (*ink, 128)
    pixels = received(Image.fromarray(layer))
    assert (pixels[0] == 0).all()
    assert (pixels[2] == ink[: pixels.shape[2]]).all()
    np.testing.assert_allclose(pixels[4, 0], np.array(ink[: pixels.shape[2]]) / 2, atol=1)


def test_a_light_sheet_with_dark_strokes_keeps_white_corners() -> None:
    layer = np.full((20, 20, 4), 255, np.uint8)
    layer[0, 0, 3] = 0
    layer[8:12, 4:16, :3] = 30
    assert received(Image.fromarray(layer))[0, 0, 0] == 255


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_wholly_transparent_shows_nothing(mode: str) -> None:
    """That is told to who asks for an answer; among training images it is a white one."""
    nothing = Image.new(mode, (4, 4))
    options = {"transparency": 0} if mode == "P" else {}
    content = encoded(nothing, "PNG", **options)
    message = "is wholly transparent, expected something that shows. If its colours hold a picture"
    with pytest.raises(PictureError, match=f"test picture {message}"):
        decode_bytes(content, "test picture")
    with pytest.raises(PictureError, match=f"the picture {message}"):
        from_pillow(Image.open(io.BytesIO(content)))
    with quiet_pillow():
        assert decode_quietly(content, "test picture").min() == 255


def test_gray_and_palettes_can_be_transparent_too() -> None:
    layer = np.array([[[10, 255], [10, 0]]], np.uint8)
    assert received(Image.fromarray(layer, "LA")).tolist() == [[[10], [255]]]
    picture = Image.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 128, 255])
    picture.putdata([0, 1])
    for kind in ("PNG", "GIF"):
        pixels = received(picture, kind, transparency=0)
        assert pixels.tolist() == [[[255, 255, 255], [0, 128, 255]]]


@pytest.mark.parametrize("format", ["TIFF", "JPEG"])
def test_printing_inks_become_colours(format: str) -> None:
    inks = np.zeros((8, 8, 4), np.uint8)
    inks[..., 0] = 255  # cyan takes away red
    pixels = received(Image.fromarray(inks, "CMYK"), format)
    np.testing.assert_allclose(pixels.astype(int), np.full((8, 8, 3), (0, 255, 255)), atol=3)


# What a camera stores for an upright picture, by the number it writes (EXIF, tag 0x0112).
STORED = {
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(upright, 2).swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("orientation", STORED)
def test_pictures_are_turned_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](colours())))
    np.testing.assert_array_equal(received(stored, "PNG", exif=exif), colours())
    turned = received(stored, "JPEG", exif=exif, quality=95, subsampling=0)
    np.testing.assert_allclose(turned.astype(int), colours(), atol=8)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8, 9])
def test_the_size_is_that_of_the_decoded_picture(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(Image.new("RGB", (40, 20), "red"), format, exif=exif)
    assert size_quietly(content, "a") == decode_bytes(content, "a").shape[:2]
    turned = orientation in (6, 8)
    assert size_quietly(content, "a") == ((40, 20) if turned else (20, 40))
    with Image.open(io.BytesIO(content)) as opened:
        assert from_pillow(opened).shape[:2] == size_quietly(content, "a")


@pytest.mark.parametrize("format", ["PNG", "WEBP", "JPEG"])
def test_damaged_exif_data_do_not_matter(format: str) -> None:
    content = encoded(Image.new("RGB", (40, 20), "red"), format, exif=b"Exif\0\0garbage!garbage")
    assert decode_bytes(content, "a").shape == (20, 40, 3)
    assert size_quietly(content, "a") == (20, 40)


def test_deep_grays_of_which_0_is_white_are_inverted() -> None:
    values = np.array([[0, 200, 65535]], np.uint16)
    for photometric, expected in ((0, [255, 254, 0]), (1, [0, 1, 255])):
        content = encoded(Image.fromarray(values), "TIFF", tiffinfo={262: photometric})
        assert decode_bytes(content, "a")[0, :, 0].tolist() == expected
        with Image.open(io.BytesIO(content)) as opened:
            assert from_pillow(opened)[0, :, 0].tolist() == expected


def test_filters_of_warnings_stay_as_they_were_whichever_thread_leaves_first() -> None:
    before = list(warnings.filters)
    first, second = quiet_pillow(), quiet_pillow()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    warnings.warn("which would be an error", stacklevel=1)
    second.__exit__(None, None, None)
    assert list(warnings.filters) == before


@pytest.mark.parametrize("format", ["GIF", "WEBP", "TIFF", "PNG"])
def test_of_several_frames_the_first_counts(format: str) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    options = LOSSLESS.get(format, {}) | {"save_all": True, "append_images": frames[1:]}
    assert (received(frames[0], format, **options) == (255, 0, 0)).all()


def test_a_file_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "really a png.jpg"
    path.write_bytes(encoded(Image.fromarray(colours()), "PNG"))
    np.testing.assert_array_equal(decode(path), colours())
    assert path.read_bytes() == encoded(Image.fromarray(colours()), "PNG")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"there is no file .*nowhere\.png"):
        decode(tmp_path / "nowhere.png")
    with pytest.raises(PictureError, match="is a folder, expected a picture"):
        decode(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PictureError, match=r"a\.png cannot be read: Not a directory"):
        decode(tmp_path / "file/a.png")


def test_pipes_and_devices_are_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/zero")):
        with pytest.raises(PictureError, match="is a pipe or a device, expected a file. Save it"):
            decode(path)
    with pytest.raises(PictureError, match=r"there is no file 'a\\x00b'"):
        decode(Path("a\0b"))


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(MAXIMUM_BYTES + 1)  # a hole: it takes no space
    message = r"huge\.png has 500,000,001 bytes, expected at most 500,000,000\. Make it smaller"
    with pytest.raises(PictureError, match=message):
        decode(path)


BITMAP = encoded(Image.fromarray(colours()), "BMP")
WITHOUT_WIDTH = BITMAP[:18] + bytes(4) + BITMAP[22:]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"is empty \(0 bytes\), expected a picture. Replace the file"),
        (b"just some text", r"is not a picture .*\(PNG, .*WEBP\): it starts with b'just som'"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "is not a picture that imagette reads"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "is a HEIC, as iPhones take them. Save it as JPEG"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0heic", "is a HEIC"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "is an AVIF. Save it as JPEG or PNG"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "is an AVIF"),
        (b"\n<!DOCTYPE html><html><svg>", "is a page of the web. Open it, and give the address"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "is a video, or a camera's raw format. Save what"),
        (b"%PDF-1.7\n", r"is a PDF. Save the page as JPEG or PNG \(a screenshot will do\)"),
        (b'<?xml version="1.0"?>\n<SVG width="9">', "is an SVG, which is drawn by commands. Save"),
        (b"\xff\x0a\x7f\x7f", "is a JPEG XL. Save it as JPEG or PNG"),
        (b"\0\0\0\x0cJXL \r\n", "is a JPEG XL"),
        (encoded(Image.fromarray(colours()), "PNG")[:-40], "is damaged or truncated .*Replace"),
        (encoded(Image.fromarray(colours()), "JPEG")[:-40], "is damaged or truncated"),
        (png(4, 4, b"no pixels"), "is damaged or truncated"),
        (png(0, 4, b"no pixels"), "is a picture of 0 pixels, expected at least one"),
        (png(4, 0, b"no pixels"), "is a picture of 0 pixels"),
        (WITHOUT_WIDTH, "is a picture of 0 pixels"),
        # Were one pixel decoded, these would be damaged: none is.
        (
            png(8_000, 8_000, b"no pixels"),
            r"claims 8000 x 8000 pixels \(height x width\), more than .* 50 million. Make",
        ),
        (
            png(50_000, 50_000, b"no pixels"),
            "claims more pixels than the limit of 50 million. Make",
        ),
    ],
)
def test_bad_bytes_are_refused_with_their_reason(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(PictureError, match=rf"picture\.png {message}"):
        decode(path)


SAMPLES = {kind: encoded(Image.fromarray(colours()), kind) for kind in FORMATS}


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_the_bytes_only_picture_error_escapes(format: str, data: st.DataObject) -> None:
    content = data.draw(
        altered(SAMPLES[format]) | st.binary(max_size=60).map(SAMPLES[format][:12].__add__)
    )
    try:
        pixels = decode_bytes(content, "fuzzed picture")
    except PictureError as error:
        assert "fuzzed picture" in str(error)
    else:
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 3
        assert pixels.shape[2] in (1, 3)


def test_a_photograph_is_turned_though_a_tag_of_its_exif_data_is_damaged() -> None:
    tags = [(274, 3, 1, struct.pack("<HH", 6, 0)), (282, 2, 3, b"72\0\0")]  # resolution as text
    rows = b"".join(struct.pack("<HHI", tag, kind, n) + value for tag, kind, n, value in tags)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(tags)) + rows + bytes(4)
    content = io.BytesIO()
    Image.new("L", (40, 20), 255).save(content, "JPEG", exif=exif)
    assert decode_bytes(content.getvalue(), "photo").shape == (40, 20, 1)
