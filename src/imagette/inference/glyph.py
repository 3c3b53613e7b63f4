"""One glyph of a page, as it was read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.resizing import Box

# Width by height of a bare stroke, which says nothing, and of what says all.
BARE = (0.2, 0.5)


@dataclass(frozen=True)
class Glyph:
    """One glyph of a page.

    Attributes:
        probabilities: of the classes (classes,).
        novelty: how unlike the training images it is.
        box: in the picture.
        likely: how likely it is a glyph that the classifier knows.
        ink: float32 (height, width), 0 to 1, what was read, at the size at which it was.
    """

    probabilities: NDArray[np.float32]
    novelty: float
    box: Box
    likely: float
    ink: NDArray[np.float32]

    @property
    def height(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def aspect(self) -> float:
        """Width by height."""
        return (self.box[3] - self.box[1]) / max(self.height, 1)

    @property
    def is_bare(self) -> bool:
        """Whether it is but a stroke, as much has that is no glyph."""
        return self.aspect < BARE[1]
