"""Images that are the same picture though not the same pixels: stored again, brightened, resized.

What the hash brings together (`candidates.py`) is verified pixel by pixel.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks.candidates import Pairs, candidates, frequencies, standardized
from imagette.data.checks.duplicates import across
from imagette.data.checks.evidence import Evidence, equal_sets
from imagette.data.checks.finding import Finding
from imagette.numerals import counted

# Correlation of the pixels. No two images of MNIST, nor of the bundled digits, are as alike; a
# picture and its JPEG of quality 75 are (docs/data.md).
ALIKE = 0.995
_CLOSEST = 8  # pairs verified for an image: fewer suffice to connect a set of copies
_WIDEST = 16  # frequencies that are compared before all of them are
_BATCH = 4096  # pairs that are verified at a time


def near_copies(evidence: Evidence) -> Iterator[Finding]:
    """Near copies in one split, across splits, and under two labels."""
    left, right = near_pairs(evidence)
    if not len(left):
        return
    sets = _connected_components(left, right, len(evidence))
    count = sum(map(len, sets))
    yield Finding(
        "note",
        "near-duplicates",
        f"{count:,} of {len(evidence):,} images are near copies of one another (their pixels "
        f"correlate by {ALIKE} or more), in {counted(len(sets), 'set')}",
        tuple(evidence.named(members) for members in sets),
    )
    labels = evidence.contents.labels
    conflicts = [members for members in sets if len(set(labels[members].tolist())) > 1]
    if conflicts:
        yield Finding(
            "warning",
            "near-duplicates-labels",
            f"{sum(map(len, conflicts)):,} images are near copies of one another with different "
            f"labels, in {counted(len(conflicts), 'set')}: some of these labels may be wrong",
            tuple(evidence.named(members) for members in conflicts),
        )
    yield from across(evidence, sets, "near-duplicates-across", "near copies of")


def near_pairs(evidence: Evidence) -> Pairs:
    """Positions of near copies, two arrays (pairs,), the first below the second.

    Of images that are equal, pixel for pixel, only the first is looked at.
    """
    _, first = np.unique(evidence.contents.hashes, return_index=True)
    first.sort()
    rows = frequencies(evidence)[first]
    seen = np.flatnonzero(rows.any(axis=1))
    rows, first = rows[seen], first[seen]
    if len(rows) < 2:
        return first[:0], first[:0]
    # Most pairs are ruled out by the frequencies in which images differ most. One by one these
    # stay in the cache: a fraction of the time.
    widest = np.argsort(-rows.var(axis=0))[:_WIDEST]
    columns = [np.ascontiguousarray(rows[:, frequency]) for frequency in widest]
    found = [_close(columns, rows, pairs) for pairs in candidates(rows)]
    keys, apart = (np.concatenate(parts) for parts in zip(*found, strict=True))
    keys, once = np.unique(keys, return_index=True)
    kept = _closest(keys // len(rows), apart[once])
    left, right = first[keys[kept] // len(rows)], first[keys[kept] % len(rows)]
    alike = np.empty(len(left), np.float32)
    for start in range(0, len(left), _BATCH):
        part = slice(start, start + _BATCH)
        alike[part] = _correlation(evidence, left[part], right[part])
    return left[alike >= ALIKE], right[alike >= ALIKE]


def _close(
    columns: list[NDArray[np.float32]], rows: NDArray[np.float32], pairs: Pairs
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Pairs as single numbers, and how far apart; those too far by frequencies alone fall out."""
    left, right = pairs
    limit = 2 * (1 - ALIKE)  # the squared distance of two vectors of length one
    apart = np.zeros(len(left), np.float32)
    for column in columns:
        apart += np.square(column.take(left) - column.take(right))
        near = np.flatnonzero(apart <= limit)
        left, right, apart = left[near], right[near], apart[near]
    difference = rows[left] - rows[right]
    apart = np.einsum("ij,ij->i", difference, difference)
    close = apart <= limit
    left, right = left[close], right[close]
    kept = _closest(left, apart[close])
    left, right = left[kept], right[kept]
    keys = np.minimum(left, right) * len(rows) + np.maximum(left, right)
    return keys, apart[close][kept]


def _closest(left: NDArray[np.int64], apart: NDArray[np.float32]) -> NDArray[np.int64]:
    """Positions of the pairs that are the closest ones of their left image."""
    order = np.lexsort((apart, left))
    ordered = left[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return order[rank < _CLOSEST]


def _correlation(
    evidence: Evidence, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float32]:
    images = evidence.contents.images
    first, second = standardized(images[left]), standardized(images[right])
    alike: NDArray[np.float32] = np.einsum("ij,ij->i", first, second)
    return alike


def _connected_components(
    left: NDArray[np.int64], right: NDArray[np.int64], count: int
) -> list[NDArray[np.int64]]:
    """Sets of images that are connected by pairs."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(left), np.int8), (left, right)), (count, count))
    _, component = connected_components(links, directed=False)
    return equal_sets(component.astype(np.int64))
