"""Pseudo-outliers: made of training images, and most probably none of their classes.

Turned, mirrored, or two laid over one another, they have the strokes and edges of the training
images, and not their shapes; a classifier learns from them what it does not know (Hendrycks et al.
2019, arXiv:1812.04606, who take other images for it). A class may well survive: an 8 that is turned
is an 8. So each kind is looked at by itself, and those that novelty finds strange anyway are kept.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Labels = NDArray[np.integer[Any]]

_WAYS = 8  # to turn and mirror an image
_OVERLAID = -1  # the kind of two images in one
_SHARE = 0.2  # share of the images that become two in one
_MOVED = 0.2  # share of a side by which the second is shifted, at most
_STRANGE = 0.6  # share of a kind that is found strange, above which the kind is of no class
_TELLING = 8  # images of a kind: of fewer a share says nothing


def pseudo_outliers(
    images: Images, labels: Labels, random: np.random.Generator, mirror: bool = False
) -> tuple[Images, NDArray[np.int64]]:
    """A pseudo-outlier of each image, uint8 of the same shape, and its kind, int64 (n,).

    `images` are uint8 (n, height, width, channels), of `labels` (n,). A kind is a class and a way
    to turn and mirror it, or that it is two images in one. With `mirror` images mean the same
    mirrored left to right: then all are turned, and mirroring makes no other kind.
    """
    made = images.copy()
    step = 1 if images.shape[1] == images.shape[2] else 2  # quarter turns that keep the shape
    quarters = random.choice(np.arange(step if mirror else 0, 4, step), len(images))
    mirrored = random.random(len(images)) < 0.5
    mirrored[quarters == 0] = True
    for number in range(step, 4, step):
        made[quarters == number] = np.rot90(images[quarters == number], number, axes=(1, 2))
    made[mirrored] = made[mirrored, :, ::-1]
    kinds = labels.astype(np.int64) * _WAYS + 2 * quarters + (0 if mirror else mirrored)
    overlaid = np.flatnonzero(random.random(len(images)) < _SHARE)
    made[overlaid] = _overlaid(images[overlaid], images, random)
    kinds[overlaid] = _OVERLAID
    return made, kinds


def _overlaid(below: Images, images: Images, random: np.random.Generator) -> Images:
    """Each with another of the images over it, somewhat shifted: what stands out most remains."""
    limits = [round(_MOVED * side) for side in images.shape[1:3]]
    above = images[random.integers(0, len(images), len(below))]
    for image in above:
        shifts = [int(random.integers(-limit, limit + 1)) for limit in limits]
        image[:] = np.roll(image, shifts, axis=(0, 1))
    ground = np.median(images, axis=(0, 1, 2))  # of each channel
    stands_out = np.abs(above - ground) > np.abs(below - ground)
    return np.where(stands_out, above, below)


def are_outliers(kinds: NDArray[np.int64], strange: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of n images are of `kinds` (n,) most of which are `strange` (n,): of no class.

    Where there are few of a kind, as with many classes, all that were turned and mirrored in the
    same way are looked at together.
    """
    ways = np.where(kinds == _OVERLAID, kinds, kinds % _WAYS)
    of_kind, many = _shares(kinds, strange)
    of_way, enough = _shares(ways, strange)
    return (np.where(many, of_kind, of_way) > _STRANGE) & enough


def _shares(
    groups: NDArray[np.int64], strange: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """For each of n images the share of its group that is strange, and whether that is telling."""
    _, own, counts = np.unique(groups, return_inverse=True, return_counts=True)
    return (np.bincount(own, strange) / counts)[own], (counts >= _TELLING)[own]
