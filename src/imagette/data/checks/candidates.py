"""Pairs of images that may be near copies, without comparing each with each.

A perceptual hash: the signs of the lowest frequencies of an image, each against the median of
all images, so that every bit divides them in halves. Near copies differ in few bits, and those
are the doubtful ones. So bits are cut into bands; images that share a band, where up to three
doubtful bits may be turned over, are a pair (locality-sensitive hashing with multiple probes;
Lv et al., VLDB 2007; the frequencies as in Zauner's pHash, 2010).
"""

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks.evidence import Evidence

FREQUENCIES = 64
_PROBED = 3  # bits of a band nearest to their threshold, which are also tried flipped
_LARGEST = 64  # neighbours in a bucket that an image is compared with: it bounds the work
_PAIRS = 2**20  # that are given at a time

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


def frequencies(evidence: Evidence) -> NDArray[np.float32]:
    """The lowest frequencies of each image, without its brightness and contrast, (n, up to 64).

    Of images of length one around their mean: distances are at most those of their pixels.
    Rows of images without any contrast are 0.
    """
    height, width = evidence.contents.images.shape[1:3]
    basis = _basis(height, width)
    rows = np.empty((len(evidence), basis.shape[1]), np.float32)
    for place, images in evidence.batches():
        rows[place] = standardized(images.mean(axis=3, dtype=np.float32)) @ basis
    return rows


def standardized(images: NDArray[np.generic]) -> NDArray[np.float32]:
    """Images as rows (n, pixels), mean 0 and length 1; 0 where there is no contrast."""
    rows = images.reshape(len(images), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, np.newaxis]
    rows /= np.where(length > 1, length, np.inf)
    return rows


def candidates(rows: NDArray[np.float32]) -> Iterator[Pairs]:
    """Pairs of positions in `rows` (n, frequencies), some of them several times."""
    threshold = np.median(rows[:: max(1, len(rows) // 10_000)], axis=0)
    margins = rows - threshold
    # Buckets of four images, were they evenly filled: longer bands find less, shorter ones ask
    # for more comparisons.
    width = max(8, min(21, len(rows).bit_length() - 2))
    bands = max(1, rows.shape[1] // width)
    for band in range(bands):
        yield from _in_one_band(margins[:, band::bands][:, :width])


def _in_one_band(margins: NDArray[np.float32]) -> Iterator[Pairs]:
    """Pairs whose bits are equal but for those turned over in the first one."""
    weights = np.int64(1) << np.arange(margins.shape[1])
    keys = (margins > 0) @ weights
    # Within a bucket images are in the order of one frequency: near copies are close.
    widest = margins[:, margins.var(axis=0).argmax()]
    rank = np.argsort(np.argsort(widest, kind="stable"))
    order = np.argsort(_joint(keys, rank))
    ordered = _joint(keys, rank)[order]
    doubtful = np.argsort(np.abs(margins), axis=1)[:, :_PROBED]
    for turned in itertools.product((False, True), repeat=doubtful.shape[1]):
        probes = keys ^ (weights[doubtful] * np.array(turned)).sum(axis=1)
        middle = np.searchsorted(ordered, _joint(probes, rank))
        first = np.searchsorted(ordered, _joint(probes, np.int64(0)))
        end = np.searchsorted(ordered, _joint(probes + 1, np.int64(0)))
        near = _LARGEST // 2
        yield from _meetings(
            order, np.maximum(first, middle - near), np.minimum(end, middle + near)
        )


def _joint(keys: NDArray[np.int64], rank: NDArray[np.int64] | np.int64) -> NDArray[np.int64]:
    """Numbers that are ordered by key, and those of one key by rank."""
    joint: NDArray[np.int64] = (keys << 40) | rank
    return joint


def _meetings(
    order: NDArray[np.int64], first: NDArray[np.int64], end: NDArray[np.int64]
) -> Iterator[Pairs]:
    """Each image with those at its places `first` to `end` in `order`."""
    counts = np.maximum(end - first, 0)
    step = _PAIRS // _LARGEST
    for start in range(0, len(counts), step):
        part = counts[start : start + step]
        left = np.repeat(np.arange(start, start + len(part)), part)
        within = np.arange(len(left)) - np.repeat(np.cumsum(part) - part, part)
        right = order[first[left] + within]
        different = left != right
        yield left[different], right[different]


def _basis(height: int, width: int) -> NDArray[np.float32]:
    """The lowest frequencies of the cosine transform as columns (pixels, up to 64)."""
    down, across = _cosines(height), _cosines(width)
    both = [(u * u + v * v, u, v) for u in range(len(down)) for v in range(len(across))]
    lowest = sorted(both)[1 : FREQUENCIES + 1]  # without the mean
    columns = [np.outer(down[u], across[v]).ravel() for _, u, v in lowest]
    return np.array(columns, np.float32).reshape(len(columns), height * width).T


def _cosines(size: int) -> NDArray[np.float64]:
    """Up to 16 frequencies of the orthonormal cosine transform (DCT-II) of `size` points."""
    points = (np.arange(size) + 0.5) / size
    rows = np.cos(np.pi * np.arange(min(size, 16))[:, np.newaxis] * points)
    rows *= np.sqrt(2 / size)
    rows[0] /= np.sqrt(2)
    return rows
