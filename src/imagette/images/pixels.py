"""The pixels of a picture in whatever form: a file's name, bytes, a Pillow image, an array."""

import os
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import IO, Any, TypeGuard

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagette.errors import PictureError
from imagette.images.decode import (
    MAXIMUM_BYTES,
    decode,
    decode_bytes,
    from_pillow,
    require_bytes,
)

# An array is uint8 (height, width[, 1, 3 or 4 for RGBA]), or bool, in which true is white.
Array = NDArray[np.uint8] | NDArray[np.bool_]
Bytes = bytes | bytearray | memoryview
Picture = str | PathLike[str] | Bytes | IO[bytes] | Image.Image | Array

_ALL_BYTES = "Give all bytes of a picture's file"


def pixels(picture: Picture) -> NDArray[np.uint8]:
    """A picture as uint8 (height, width, 1 or 3).

    Transparency is treated as in files. Lists of numbers are taken for arrays.

    Raises:
        PictureError: the file or bytes cannot be read, or it is no picture.
    """
    if isinstance(picture, str | PathLike):
        if "://" in str(picture):
            _require_no_address(str(picture))
        if picture == "":  # Path("") is the current folder
            raise PictureError("the picture's name is empty, expected that of a file. Give one")
        return decode(Path(os.fsdecode(picture)))
    if isinstance(picture, Bytes):
        require_bytes("the picture", memoryview(picture).nbytes)
        return decode_bytes(bytes(picture), "the picture", _ALL_BYTES)
    if isinstance(picture, Image.Image):
        return from_pillow(picture)
    if _is_open(picture):
        return _from_open(picture)
    return _from_array(picture)


def require_several(pictures: Any) -> None:
    """Raise if `pictures` is a single one, whose letters, lines or rows would be taken for several.

    Raises:
        PictureError: it is a single picture, or not iterable.
    """
    one = isinstance(pictures, str | PathLike | Bytes | Image.Image) or _is_open(pictures)
    if one:
        what = f"path {pictures!r}" if isinstance(pictures, str | PathLike) else "picture"
    elif isinstance(pictures, np.ndarray) and (
        pictures.ndim == 2 or (pictures.ndim == 3 and pictures.shape[2] in (1, 3, 4))
    ):
        what = f"array {pictures.dtype} {pictures.shape}"
    elif isinstance(pictures, Iterable) and not _is_number(pictures):
        return
    else:
        raise PictureError(
            f"predict_all received a {type(pictures).__name__}, expected several pictures. "
            "Give a list of them"
        )
    raise PictureError(
        f"predict_all received the one {what}, expected several pictures. "
        "Use predict, or put it into a list"
    )


def _is_number(values: Any) -> bool:
    """Whether it is an array without dimensions, which cannot be iterated."""
    return isinstance(values, np.ndarray) and not values.ndim


def _is_open(picture: Any) -> TypeGuard[IO[bytes]]:
    return callable(getattr(picture, "read", None))


def _from_open(file: IO[bytes]) -> NDArray[np.uint8]:
    """The picture in an open file, read from its current position."""
    content = bytearray()
    try:
        # Raw files and network streams may give less than they are asked for.
        while len(content) <= MAXIMUM_BYTES and (more := file.read(MAXIMUM_BYTES + 1)):
            content += more
    except (TypeError, UnicodeError) as error:
        raise PictureError(
            "the picture is a file that is open as text, expected its bytes. "
            'Open it with the mode "rb"'
        ) from error
    except (OSError, EOFError, ValueError) as error:  # ValueError: the file is closed
        raise PictureError(
            f"the picture is a file that cannot be read: {error}. Open it again"
        ) from error
    require_bytes("the picture", len(content))
    remedy = _ALL_BYTES if content else "If the file was read or written, call its seek(0)"
    return decode_bytes(bytes(content), "the picture", remedy)


def _require_no_address(text: str) -> None:
    from imagette.images.fetch import is_address  # imports all that speaks HTTP

    if is_address(text):
        raise PictureError(
            f"{text} is an address, expected a file: only the command line fetches. "
            "Give what it holds, as bytes"
        )


def _from_array(values: Any) -> NDArray[np.uint8]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise PictureError(
            f"the picture is a {type(values).__name__} whose rows differ in length, "
            "expected an array (height, width). Make them equally long"
        ) from error
    if isinstance(values, list | tuple) and array.dtype.kind == "i":
        array = _small(array)
    if array.dtype == bool:
        array = array.view(np.uint8) * np.uint8(255)
    if array.ndim == 2:
        array = array[..., np.newaxis]
    if array.dtype == np.uint8 and array.ndim == 3 and array.size:
        if array.shape[2] == 4:
            return from_pillow(Image.fromarray(np.ascontiguousarray(array), "RGBA"))
        if array.shape[2] in (1, 3):
            return array
    numbers = array.dtype.kind in "biuf"
    what = f"{array.dtype} {np.shape(values)}" if numbers else f"a {type(values).__name__}"
    raise PictureError(
        f"the picture is {what}, expected uint8 (height, width) or (height, width, 1, 3 or 4). "
        + _remedy(array)
    )


def _small(array: NDArray[Any]) -> NDArray[Any]:
    """The integers of a list as uint8 if all fit, else as they are."""
    fits = array.size and array.min() >= 0 and array.max() <= 255
    return array.astype(np.uint8) if fits else array


def _remedy(array: NDArray[Any]) -> str:
    if not array.size:
        return "It has no pixels"
    if array.ndim == 4:
        return "For several, use predict_all"
    if array.ndim == 3 and array.shape[0] in (1, 3) and array.shape[2] not in (1, 3):
        return "If its channels come first, pass numpy.moveaxis(picture, 0, -1)"
    if array.ndim < 2:
        return "Pass an array, a PIL.Image, bytes, or the name of a file"
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        return "Give all its pixels a finite level"
    if array.dtype.kind == "f":
        low, high = array.min(), array.max()
        if low >= 0 and high <= 1:
            return "Of levels from 0 to 1, pass numpy.uint8(numpy.rint(255 * picture))"
        return "If its levels go from 0 to 255, pass numpy.uint8(numpy.rint(picture))"
    if array.dtype.kind in "iu" and array.dtype != np.uint8:
        return "If its levels go from 0 to 255, pass numpy.uint8(picture)"
    return "Pass an array, a PIL.Image, bytes, or the name of a file"
