"""Decoding a picture file that nobody vouches for."""

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from imagette.errors import PictureError

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
MAXIMUM_PIXELS = 50_000_000
MAXIMUM_BYTES = 500_000_000


def decode(path: Path) -> NDArray[np.uint8]:
    """The picture in a file: uint8 (height, width, 1) if it is gray, else (height, width, 3).

    Turned upright as its EXIF data says; transparent parts show white; of an animation the
    first frame; 16-bit grays are scaled to 8 bits.

    Raises:
        PictureError: no such file, not a picture, damaged, or larger than the limits.
    """
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise PictureError(f"{path} has more than {MAXIMUM_BYTES // 10**6} MB. Make it smaller")
        content = path.read_bytes()
    except IsADirectoryError as error:
        raise PictureError(f"{path} is a folder, expected a picture") from error
    except FileNotFoundError as error:
        raise PictureError(f"there is no file {path}") from error
    except OSError as error:
        raise PictureError(f"{path} cannot be read: {error.strerror}") from error
    return decode_bytes(content, str(path))


def decode_bytes(content: bytes, name: str) -> NDArray[np.uint8]:
    """As `decode`, for the bytes of a file; `name` is for messages."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is refused or mended here
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                _require_size(picture, name)
                picture.load()
                return _to_array(ImageOps.exif_transpose(picture))
    except PictureError:
        raise
    except Image.DecompressionBombError as error:  # far too large: Pillow refuses to open it
        raise PictureError(
            f"{name} claims more pixels than the limit of "
            f"{MAXIMUM_PIXELS // 10**6} million. Make it smaller"
        ) from error
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{name} is not a picture that imagette reads ({', '.join(FORMATS)}): "
            f"it starts with {content[:8]!r}"
        ) from error
    except Exception as error:  # a decoder fed with broken bytes may raise anything
        raise PictureError(
            f"{name} is damaged or truncated ({type(error).__name__}: {error}). Replace the file"
        ) from error


def _require_size(picture: Image.Image, name: str) -> None:
    """Refuse by the header's size, before any pixel is decoded."""
    width, height = picture.size
    if width * height > MAXIMUM_PIXELS:
        raise PictureError(
            f"{name} claims {width} x {height} pixels, more than the limit of "
            f"{MAXIMUM_PIXELS // 10**6} million. Make it smaller"
        )


def _to_array(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I", "F"):
        return _from_deep_gray(np.asarray(picture))
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        picture = Image.alpha_composite(white, layer).convert("RGB")
    if picture.mode not in ("1", "L", "LA"):
        pixels = np.asarray(picture.convert("RGB"))
        gray = (pixels[..., :1] == pixels).all()
        return pixels[..., :1].copy() if gray else pixels
    return np.asarray(picture.convert("L"))[..., np.newaxis]


def _from_deep_gray(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """16 bits to 8; other deep grays (32-bit integers, floats) are clipped to 16 bits first."""
    numbers = np.nan_to_num(values.astype(np.float64))
    return np.rint(np.clip(numbers, 0, 65535) / 257).astype(np.uint8)[..., np.newaxis]
