"""How far images can be moved without losing anything: the width of their even borders.

Handwriting stands on an empty ground; garments and photographs reach the edge of their frame,
and a shift cuts them off. Knows pixels, nothing of networks.
"""

import numpy as np
from numpy.typing import NDArray

_EVEN = 16  # of 255: how far a border's pixels may be from its corners'
_SHARE = 0.25  # of the images may have a narrower border
_LOOKED_AT = 1024  # images, or up to twice as many, spread over all


def even_borders(images: NDArray[np.uint8]) -> tuple[int, int]:
    """Rows above and below, and columns left and right, that are empty in most images.

    `images` is uint8 (n, height, width, channels), in memory or mapped. Of an image the narrower
    of two opposite borders counts; of all images, the width that three quarters of them have.
    """
    looked_at = np.asarray(images[:: max(1, len(images) // _LOOKED_AT)]).astype(np.int16)
    corners = looked_at[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    ground = np.median(corners, axis=1).astype(np.int16)[:, None, None]
    even = (np.abs(looked_at - ground) <= _EVEN).all(axis=3)
    return _narrowest(even.all(axis=2)), _narrowest(even.all(axis=1))


def _narrowest(empty: NDArray[np.bool_]) -> int:
    """Of lines (n, lines) that are empty or not: how many are so at both ends, in most images."""
    at_ends = [np.cumprod(lines, axis=1).sum(axis=1) for lines in (empty, empty[:, ::-1])]
    return int(np.quantile(np.minimum(*at_ends), _SHARE))
