"""One glyph of a page, as it was read."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.raster.resizing import Box
from imagette.images.photo.raster.strokes import rectangle

# Width by height: what has no more than the first is a bare stroke, which says nothing; what has
# the second or more says all.
BARE = (0.2, 0.5)
_STRAIGHT = 0.25  # width by length of a straight stroke, at most
_INKED = 0.4  # of full ink; what is fainter has no shape


@dataclass(frozen=True)
class Glyph:
    """One glyph of a page.

    Attributes:
        probabilities: of the classes (classes,).
        novelty: how unlike the training images it is.
        box: its bounding box in the picture.
        likely: how likely it is a glyph that the classifier knows.
        ink: float32 (height, width), 0 to 1, what was read, at the size at which it was read.
        strength: how far the ink stands out of the ground, in gray levels.
        hyphen: of the hyphens that were left out before it, the bounding box in the picture.
    """

    probabilities: NDArray[np.float32]
    novelty: float
    box: Box
    likely: float
    ink: NDArray[np.float32]
    strength: float
    hyphen: Box | None = None

    @property
    def height(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def aspect(self) -> float:
        """Width by height."""
        return (self.box[3] - self.box[1]) / max(self.height, 1)

    def gap(self, before: "Glyph") -> int:
        """Pixels between it and the glyph before it; from a hyphen between, if more."""
        if self.hyphen is None:
            return self.box[1] - before.box[3]
        return max(self.hyphen[1] - before.box[3], self.box[1] - self.hyphen[3])

    @cached_property
    def breadth(self) -> float:
        """Width by height; of a straight stroke, which may lie obliquely, that by its length."""
        across = rectangle(self.ink > _INKED)[1]
        return across if across < _STRAIGHT else self.aspect

    @property
    def is_bare(self) -> bool:
        """Whether it is only a stroke, as are many things that are no glyphs."""
        return self.breadth < BARE[1]


Page = list[list[Glyph]]  # its lines, each from left to right
