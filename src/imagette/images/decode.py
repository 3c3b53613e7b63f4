"""Decoding a picture file that nobody vouches for."""

import io
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from imagette.bounded import read_bounded
from imagette.errors import PictureError
from imagette.images import deep_gray
from imagette.images.foreign import foreign

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
MAXIMUM_PIXELS = 50_000_000
MAXIMUM_BYTES = 500_000_000
_REPLACE = "Replace the file"
_SMALLER = "Make it smaller"
_LIGHT = 160  # gray level, from which on a colour can hardly be told from white
_DARK_PARTS = 0.01  # of what a transparent picture shows: so much is seen on white at least
_ORIENTATION = 0x0112  # EXIF's tag
_SWAPPED = (5, 6, 7, 8)  # orientations in which rows and columns are swapped
# What makes each of the others upright. Pillow's own way rewrites all of EXIF, and fails on tags
# that have nothing to do with it.
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_WIDTH, _HEIGHT, _PHOTOMETRIC = 256, 257, 262  # TIFF's tags; white is zero where the last is 0


def decode(path: Path) -> NDArray[np.uint8]:
    """The picture in a file: uint8 (height, width, 1) if it is gray, else (height, width, 3).

    Turned upright as its EXIF data says; transparent parts show white, or black where all that
    is drawn is light; of an animation the first frame. Of grays of 16 and 32 bits the largest value
    decides: they are scaled from the fewest of 8, 10, 12, 14 and 16 bits that hold it, and clipped
    to 16 (floats up to 1 are multiplied by 255).

    Raises:
        PictureError: no such file, not a picture, damaged, wholly transparent, of levels that are
            not finite, or larger than the limits.
    """
    return decode_bytes(read_picture(path), str(path))


def read_picture(path: Path | str) -> bytes:
    """The bytes of a picture's file, whatever they are.

    Raises:
        PictureError: no such file, none that can be read, or larger than the limit.
    """
    try:
        return read_bounded(path, MAXIMUM_BYTES, PictureError, _SMALLER)
    except IsADirectoryError as error:
        raise PictureError(f"{path} is a folder, expected a picture") from error
    except FileNotFoundError as error:
        raise PictureError(f"there is no file {path}") from error
    except OSError as error:
        raise PictureError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # a name that no system can have
        raise PictureError(f"there is no file {str(path)!r}") from error


def require_bytes(name: str, size: int) -> None:
    """Raise PictureError for a file of more bytes than the limit, before it is read."""
    if size > MAXIMUM_BYTES:
        raise PictureError(f"{name} has more than {MAXIMUM_BYTES // 10**6} MB. {_SMALLER}")


def decode_bytes(content: bytes, name: str, remedy: str = _REPLACE) -> NDArray[np.uint8]:
    """The pixels of the bytes of a file, uint8 (height, width, 1 or 3), as `decode` gives them.

    `name` is for messages, and so is the `remedy` for what is damaged, where the bytes are not
    those of a file.

    Raises:
        PictureError: not a picture, damaged, or of more pixels than the limit.
    """
    with quiet_pillow():
        return decode_quietly(content, name, remedy, showing=True)


class _Quiet:
    """Ignores warnings from when the first thread enters until the last has left."""

    def __init__(self) -> None:
        self._lock, self._inside, self._before = threading.Lock(), 0, warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = warnings.catch_warnings()
                self._before.__enter__()
                warnings.simplefilter("ignore")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._before.__exit__(None, None, None)


_QUIET = _Quiet()


def quiet_pillow() -> AbstractContextManager[None]:
    """No warnings within: Pillow warns of what is refused or mended here.

    Filters of warnings belong to the whole process, so threads do not each set their own.
    """
    return _QUIET


def decode_quietly(
    content: bytes, name: str, remedy: str = _REPLACE, showing: bool = False
) -> NDArray[np.uint8]:
    """As `decode_bytes`, for many at once in threads: within `quiet_pillow`.

    What is wholly transparent is white, unless something must be `showing`.
    """
    with _opened(content, name, remedy) as picture:
        picture.load()
        if not picture.info and picture.format != "TIFF":  # nothing knows of an orientation
            return _to_array(picture, name, showing)
        return _upright(picture, name, showing)


def from_pillow(picture: Image.Image) -> NDArray[np.uint8]:
    """As `decode`, for a picture that Pillow holds; that stays as it is.

    Raises:
        PictureError: it is damaged, wholly transparent, of levels that are not finite, or larger
            than the limits.
    """
    name = "the picture"
    _require_size(picture, name)
    try:
        with quiet_pillow():
            return _upright(picture, name, showing=True)
    except PictureError:
        raise
    except Exception as error:  # read only now, it may be broken in any way
        raise PictureError(
            f"{name} is damaged or truncated ({type(error).__name__}: {error}). Replace it"
        ) from error


def size_quietly(content: bytes, name: str) -> tuple[int, int]:
    """Height and width of a picture that stands upright, within `quiet_pillow`.

    By its header; of a PNG, whose EXIF data may come last, Pillow reads all.

    Raises:
        PictureError: not a picture, or larger than the limits.
    """
    with _opened(content, name) as picture:
        width, height = picture.size
        if tags := _tiff_tags(picture):  # whose `size` is upright, in newer Pillows
            width, height = tags[_WIDTH], tags[_HEIGHT]
        return (width, height) if _orientation(picture) in _SWAPPED else (height, width)


def _orientation(picture: Image.Image) -> int:
    """As EXIF data says; 1, upright, where they are damaged."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # foreign bytes, of which the pixels do not depend
        return 1


def _tiff_tags(picture: Image.Image) -> Mapping[int, Any]:
    """The tags of a TIFF; none of others, which need not wait for Pillow's part for it."""
    tags: Mapping[int, Any] = getattr(picture, "tag_v2", {}) if picture.format == "TIFF" else {}
    return tags


def _upright(picture: Image.Image, name: str, showing: bool) -> NDArray[np.uint8]:
    """The pixels of a picture, turned as its EXIF data says; that stays as it is."""
    white_is_zero = _tiff_tags(picture).get(_PHOTOMETRIC) == 0
    picture.load()  # Pillow turns a TIFF here
    if (turned := _TURNED.get(_orientation(picture))) is not None:
        picture = picture.transpose(turned)
    pixels = _to_array(picture, name, showing)
    # Of shallow grays Pillow sees to that.
    return 255 - pixels if white_is_zero and picture.mode in deep_gray.MODES else pixels


@contextmanager
def _opened(content: bytes, name: str, remedy: str = _REPLACE) -> Iterator[Image.Image]:
    """A picture whose header is sound; what goes wrong with it becomes a PictureError."""
    if not content:
        raise PictureError(f"{name} is empty (0 bytes), expected a picture. {remedy}")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            _require_size(picture, name, remedy)
            yield picture
    except PictureError:
        raise
    except Image.DecompressionBombError as error:  # far too large: Pillow refuses to open it
        raise PictureError(
            f"{name} claims more pixels than the limit of "
            f"{MAXIMUM_PIXELS // 10**6} million. Make it smaller"
        ) from error
    except UnidentifiedImageError as error:
        if _has_no_pixels(content):
            raise PictureError(_no_pixels(name, remedy)) from error
        if known := foreign(content):
            raise PictureError(f"{name} {known}") from error
        raise PictureError(
            f"{name} is not a picture that imagette reads ({', '.join(FORMATS)}): "
            f"it starts with {content[:8]!r}"
        ) from error
    except Exception as error:  # a decoder fed with broken bytes may raise anything
        raise PictureError(
            f"{name} is damaged or truncated ({type(error).__name__}: {error}). {remedy}"
        ) from error


def _require_size(picture: Image.Image, name: str, remedy: str = _REPLACE) -> None:
    """Refuse by the header's size, before any pixel is decoded."""
    width, height = picture.size
    if not width * height:
        raise PictureError(_no_pixels(name, remedy))
    if width * height > MAXIMUM_PIXELS:
        raise PictureError(
            f"{name} claims {height} x {width} pixels (height x width), more than the "
            f"limit of {MAXIMUM_PIXELS // 10**6} million. Make it smaller"
        )


def _has_no_pixels(content: bytes) -> bool:
    """Whether it is a PNG or BMP of no width or height; Pillow does not open those at all."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        sides = content[16:20], content[20:24]
    else:
        sides = content[18:22], content[22:26]
        if not content.startswith(b"BM"):
            return False
    return bytes(4) in sides


def _no_pixels(name: str, remedy: str) -> str:
    return f"{name} is a picture of 0 pixels, expected at least one. {remedy}"


def _to_array(picture: Image.Image, name: str, showing: bool) -> NDArray[np.uint8]:
    if picture.mode == "L" and not picture.info:  # most pictures of most sets: the shortest way
        pixels = np.frombuffer(picture.tobytes(), np.uint8)
        return pixels.reshape(picture.height, picture.width, 1)
    if picture.mode in deep_gray.MODES:
        return deep_gray.shallow(picture, name)
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        if showing and layer.getchannel("A").getextrema() == (0, 0):
            raise PictureError(
                f"{name} is wholly transparent, expected something that shows. If its colours hold "
                "a picture, save it without transparency"
            )
        behind = Image.new("RGBA", layer.size, "black" if _is_light(layer) else "white")
        picture = Image.alpha_composite(behind, layer).convert("RGB")
    if picture.mode not in ("1", "L", "LA"):
        pixels = np.asarray(picture if picture.mode == "RGB" else picture.convert("RGB"))
        red, green, blue = np.moveaxis(pixels, 2, 0)  # to compare all at once takes longer
        gray = np.array_equal(red, green) and np.array_equal(red, blue)
        return pixels[..., :1].copy() if gray else pixels
    return np.asarray(picture.convert("L"))[..., np.newaxis]


def _is_light(layer: Image.Image) -> bool:
    """Whether all that an RGBA picture shows is light: on white it could not be seen."""
    shown = np.asarray(layer.getchannel("A"))
    if shown.min() == 255:
        return False
    gray = np.asarray(layer.convert("L"))
    dark = float(shown[gray < _LIGHT].sum(dtype=np.int64))
    return dark < _DARK_PARTS * float(shown.sum(dtype=np.int64))
