"""Many small images as one array: enlarged to whole pixels, framed, in rows and columns."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_FRAME = np.array([0xD5, 0xD9, 0xDE], np.uint8)  # light, so that white images have an edge
_MANY = ((400, 96), (800, 64))  # up to so many images, pixels of their longer side
_LEAST = 48


def resolution(count: int) -> int:
    """Pixels of an image's longer side that so many on one page may keep, for the file's size."""
    return next((pixels for images, pixels in _MANY if count <= images), _LEAST)


class Tiles:
    """How images of a shape (height, width, channels) are shown.

    Attributes:
        height, width: of a framed image, in pixels of the page.
    """

    def __init__(self, shape: tuple[int, ...], side: int = 96, most: int = 96):
        """`side` is about how long the longer side is on the page, in its pixels.

        Images of more than `most` pixels are made smaller.
        """
        self._reduced = min(1.0, most / max(shape[:2]))
        height, width = (max(1, round(pixels * self._reduced)) for pixels in shape[:2])
        self._size = (height, width)
        self._scale = max(1, round(side / max(height, width)))
        self.height, self.width = height * self._scale + 2, width * self._scale + 2

    def picture(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """One image (height, width, channels) as uint8 (self.height, self.width, 3), framed."""
        if self._reduced < 1:
            height, width = self._size
            flat = image[..., 0] if image.shape[2] == 1 else image
            small = Image.fromarray(flat).resize((width, height), Image.Resampling.BOX)
            image = np.asarray(small).reshape(height, width, image.shape[2])
        colour = np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image
        enlarged = colour.repeat(self._scale, axis=0).repeat(self._scale, axis=1)
        framed = np.empty((self.height, self.width, 3), np.uint8)
        framed[:] = _FRAME
        framed[1:-1, 1:-1] = enlarged
        return framed

    def grid(
        self, rows: Sequence[Sequence[NDArray[np.uint8]]], gap: tuple[int, int]
    ) -> NDArray[np.uint8]:
        """Rows of images on white, (vertical, horizontal) pixels apart."""
        columns = max(map(len, rows))
        down, right = self.height + gap[0], self.width + gap[1]
        page = np.full((down * len(rows) - gap[0], right * columns - gap[1], 3), 255, np.uint8)
        for i, row in enumerate(rows):
            for j, image in enumerate(row):
                place = np.s_[i * down : i * down + self.height, j * right : j * right + self.width]
                page[place] = self.picture(image)
        return page
