"""How far images can be moved without losing anything: the width of their even borders.

Handwriting stands on an empty ground; garments and photographs reach the edge of their frame,
and a shift cuts them off. Knows pixels, nothing of networks.
"""

import numpy as np
from numpy.typing import NDArray

_EVEN = 16  # of 255: pixels of an even border differ from the corners' median by no more
_SHARE = 0.25  # of the images: as many may have a narrower border
_LOOKED_AT = 1024  # images that are looked at, or up to twice as many, spread over all


def even_borders(images: NDArray[np.uint8]) -> tuple[int, int]:
    """Rows above and below, and columns left and right, that are empty in most images.

    `images` is uint8 (n, height, width, channels), in memory or mapped. In an image, the narrower
    of two opposite borders counts; over all images, the width that three quarters of them have.
    """
    looked_at = np.asarray(images[:: max(1, len(images) // _LOOKED_AT)]).astype(np.int16)
    corners = looked_at[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    ground = np.median(corners, axis=1).astype(np.int16)[:, None, None]
    even = (np.abs(looked_at - ground) <= _EVEN).all(axis=3)
    return _narrowest(even.all(axis=2)), _narrowest(even.all(axis=1))


def _narrowest(empty: NDArray[np.bool_]) -> int:
    """How many of the lines (n, lines) are empty at both ends, in most images."""
    at_ends = [np.cumprod(lines, axis=1).sum(axis=1) for lines in (empty, empty[:, ::-1])]
    return int(np.quantile(np.minimum(*at_ends), _SHARE))
