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

_STRANGE = 0.6  # of a kind, at least, is found strange where that kind is none of the classes;
_FEWEST = 8  # images of a kind, of which a share says something
_OVERLAID = 5  # each so-manieth is two images in one
_MOVED = 0.2  # of a side, at most, is the second of them shifted


def pseudo_outliers(
    images: Images, labels: Labels, random: np.random.Generator
) -> tuple[Images, NDArray[np.int64]]:
    """One of each image (n, height, width, channels), and of which kind it is (n,).

    A kind is one of the `labels` (n,) and a way to turn and mirror it; or, -1, two images in one.
    """
    made = images.copy()
    step = 1 if images.shape[1] == images.shape[2] else 2  # quarter turns that keep the shape
    quarters = random.choice(np.arange(0, 4, step), len(images))
    mirrored = random.random(len(images)) < 0.5
    mirrored[quarters == 0] = True
    for number in range(step, 4, step):
        made[quarters == number] = np.rot90(images[quarters == number], number, axes=(1, 2))
    made[mirrored] = made[mirrored, :, ::-1]
    kinds = (labels.astype(np.int64) * 4 + quarters) * 2 + mirrored
    overlaid = np.arange(0, len(images), _OVERLAID)
    made[overlaid] = _overlaid(images[overlaid], images, random)
    kinds[overlaid] = -1
    return made, kinds


def _overlaid(below: Images, images: Images, random: np.random.Generator) -> Images:
    """Each with another of the images over it, somewhat shifted: what stands out most remains."""
    limits = [round(_MOVED * side) for side in images.shape[1:3]]
    above = images[random.integers(0, len(images), len(below))]
    for image in above:
        shifts = [int(random.integers(-limit, limit + 1)) for limit in limits]
        image[:] = np.roll(image, shifts, axis=(0, 1))
    ground = np.median(images)
    stands_out = np.abs(above - ground) > np.abs(below - ground)
    return np.where(stands_out, above, below)


def are_outliers(kinds: NDArray[np.int64], strange: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of n images are of `kinds` (n,) most of which are `strange` (n,): of no class."""
    _, own, counts = np.unique(kinds, return_inverse=True, return_counts=True)
    shares = np.bincount(own, strange) / counts
    found: NDArray[np.bool_] = ((shares > _STRANGE) & (counts >= _FEWEST))[own]
    return found
