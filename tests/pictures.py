"""Listings of pictures that tests make: bytes in memory, and a count of how often they are read."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagette.data.contents import Listing, Split
from imagette.errors import PictureError


def encoded(pixels: NDArray[Any], format: str = "PNG", **options: Any) -> bytes:
    """uint8 (height, width, 1 or 3) as a file's bytes."""
    file = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(
        file, format, **options
    )
    return file.getvalue()


def noise(*shape: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng((seed, *shape)).integers(0, 256, shape, np.uint8)


class Source:
    """A source of encoded pictures, in two classes by turns."""

    def __init__(self, pictures: Sequence[bytes | PictureError], **changes: Any):
        self.pictures, self.reads = list(pictures), 0
        count = len(pictures)
        values: dict[str, Any] = {
            "names": [f"{'ab'[n % 2]}/{n}.png" for n in range(count)],
            "labels": np.arange(count, dtype=np.int64) % 2,
            "class_names": ("a", "b"),
            "splits": np.full(count, Split.ANY, np.int8),
            "read": self._read,
            "identity": repr(pictures),
        }
        self.listing = Listing(**values | changes)

    def _read(self) -> Iterator[bytes | PictureError]:
        self.reads += 1
        yield from self.pictures
