"""Where each pixel of a picture lies on the paper: the camera's place and turn."""

from dataclasses import dataclass

import numpy as np

from tests.photographs.fields import Field, Random

ASPECTS = (4 / 3, 3 / 4, 1.0, 16 / 9, 9 / 16, 3 / 2, 2 / 3)


@dataclass(frozen=True)
class View:
    """Coordinates on the paper, in mm, of every pixel, each float32 (height, width).

    Attributes:
        x, y: to the right and down; (0, 0) is what is seen in the middle of the picture.
        pixels: a mm of paper, in the middle.
        angle: degrees by which the paper is turned, clockwise.
        tilt: relative change of scale from the middle to the farthest border.
    """

    x: Field
    y: Field
    pixels: float
    angle: float
    tilt: float

    def at(self, row: float, column: float) -> tuple[float, float]:
        """The place on the paper (x, y) that a pixel shows."""
        height, width = self.x.shape
        place = min(max(int(row), 0), height - 1), min(max(int(column), 0), width - 1)
        return float(self.x[place]), float(self.y[place])

    def window(self, x: float, y: float, reach: float) -> tuple[slice, slice]:
        """The part of the picture in which everything within `reach` of (x, y) lies."""
        near = (np.abs(self.x - np.float32(x)) < reach) & (np.abs(self.y - np.float32(y)) < reach)
        rows, columns = np.nonzero(near.any(1))[0], np.nonzero(near.any(0))[0]
        if not len(rows):
            return slice(0, 0), slice(0, 0)
        return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def view(random: Random, shape: tuple[int, int], pixels: float, angle: float, tilt: float) -> View:
    """A picture of `shape` of a plane turned by `angle` degrees and tilted to any side."""
    height, width = shape
    down = (np.arange(height, dtype=np.float32) - (height - 1) / 2) / np.float32(pixels)
    right = (np.arange(width, dtype=np.float32) - (width - 1) / 2) / np.float32(pixels)
    side = random.uniform(0, 2 * np.pi)
    reach = np.hypot(height, width) / 2 / pixels
    steep = tilt / reach
    depth = (
        1
        + np.float32(steep * np.cos(side)) * right
        + np.float32(steep * np.sin(side)) * down[:, np.newaxis]
    )
    turn = np.deg2rad(angle)
    cosine, sine = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    x = (cosine * right + sine * down[:, np.newaxis]) / depth
    y = (-sine * right + cosine * down[:, np.newaxis]) / depth
    return View(x.astype(np.float32), y.astype(np.float32), pixels, angle, tilt)
