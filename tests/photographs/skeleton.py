"""The middle lines of strokes: thinning after Zhang and Suen, with short spurs removed."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
# Neighbours in a circle, from above: their bits in the code of a pixel.
_CIRCLE = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def skeleton(mask: Mask, spur: int = 0) -> Mask:
    """One pixel wide middle lines of `mask`, whose border must be empty.

    Zhang and Suen, Communications of the ACM 27(3), 1984, page 236. Branches that end within
    `spur` pixels of their root are cut.
    """
    thin = mask.astype(np.uint8)
    tables = _removable(0), _removable(1)
    while True:
        removed = 0
        for table in tables:
            gone = table[_codes(thin)] & (thin > 0)
            removed += int(gone.sum())
            thin[gone] = 0
        if not removed:
            break
    return _without_spurs(thin.astype(bool), spur) if spur else thin.astype(bool)


def neighbours(thin: Mask) -> NDArray[np.int64]:
    """How many of the 8 neighbours of each pixel are set."""
    counts = ndimage.convolve(thin.astype(np.int64), np.ones((3, 3), np.int64), mode="constant")
    return np.where(thin, counts - 1, 0)


def _codes(thin: NDArray[np.uint8]) -> NDArray[np.uint8]:
    padded = np.pad(thin, 1)
    height, width = thin.shape
    codes = np.zeros_like(thin)
    for bit, (down, right) in enumerate(_CIRCLE):
        codes |= padded[1 + down : 1 + down + height, 1 + right : 1 + right + width] << bit
    return codes


def _removable(step: int) -> Mask:
    table = np.zeros(256, bool)
    for code in range(256):
        ring = [code >> bit & 1 for bit in range(8)]
        up, right, down, left = ring[0], ring[2], ring[4], ring[6]
        changes = sum(ring[i] == 0 and ring[(i + 1) % 8] == 1 for i in range(8))
        open_sides = (
            (not (up and right and down), not (right and down and left)),
            (not (up and right and left), not (up and down and left)),
        )[step]
        table[code] = 2 <= sum(ring) <= 6 and changes == 1 and all(open_sides)
    return table


def _without_spurs(thin: Mask, spur: int) -> Mask:
    """Shorten every end, then let what still ends grow back along the old lines."""
    pruned = thin.copy()
    for _ in range(spur):
        pruned &= neighbours(pruned) != 1
    grown = pruned & (neighbours(pruned) == 1)
    eight = np.ones((3, 3), bool)
    for _ in range(spur):
        grown = ndimage.binary_dilation(grown, eight) & thin
    kept = pruned | grown
    return kept if kept.any() else thin
