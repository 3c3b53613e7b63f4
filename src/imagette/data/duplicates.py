"""Images that are equal, pixel for pixel.

Found by 64-bit hashes of their contents: among a million images the chance that two
different ones are taken for equal is one in 37 million.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imagette.data.selection import Images

_BATCH = 2**22  # bytes of images that are read at a time


def content_hashes(images: Images) -> NDArray[np.int64]:
    """A hash an image, int64 (n,); equal images have equal ones. Only for this process."""
    return np.fromiter(_hashes(images), np.int64, len(images))


def among(values: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of `values` (n,) are also one of `others`; as np.isin, in a tenth of the time."""
    others = np.sort(others)
    places = np.searchsorted(others, values)
    places[places == len(others)] = 0
    return others[places] == values if len(others) else np.zeros(len(values), bool)


def numbered(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Equal values as equal numbers (n,), counted from 0 in the order of first occurrence."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def joined(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers (n,) that are equal where images are connected by either of two numberings."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = int(first.max()) + 1
    links = np.ones(len(first), np.int8)
    shape = (size + int(second.max()) + 1,) * 2
    _, component = connected_components(coo_array((links, (first, second + size)), shape))
    return numbered(component[first].astype(np.int64))


def _hashes(images: Images) -> Iterator[int]:
    size = max(1, int(np.prod(images.shape[1:])))
    step = max(1, _BATCH // size)
    for start in range(0, len(images), step):
        content = images[start : start + step].tobytes()
        for image in range(0, len(content), size):
            yield hash(content[image : image + size])
