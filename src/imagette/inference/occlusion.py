"""Which pixels an answer depends on: how much probability it loses where a patch covers them.

Source: Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", 4.2.
"""

import numpy as np
from numpy.typing import NDArray

from imagette.inference.classifier import Classifier

FINE, COARSE = 0.5, 0.75  # of the patch's side: the step from one place to the next
_PATCH = 0.18  # of the image's shorter side: the side of a patch

Place = tuple[slice, slice]


def occlusion_map(
    classifier: Classifier, image: NDArray[np.uint8], stride: float = FINE
) -> NDArray[np.float32]:
    """How much probability of its label each pixel carries, float32 (height, width).

    `image` is an input, uint8 (height, width, channels); patches have the colour of its corner.
    """
    height, width = image.shape[:2]
    places = patches(height, width, stride)
    # Where a patch covers nothing the image stays as it is: on MNIST's ground two in three.
    covering = [place for place in places if (image[place] != image[0, 0]).any()]
    covered = np.repeat(image[np.newaxis], len(covering) + 1, axis=0)
    for number, place in enumerate(covering):
        covered[number][place] = image[0, 0]
    probabilities = classifier.probabilities(covered)
    label = int(probabilities[-1].argmax())
    lost = probabilities[-1, label] - probabilities[:-1, label]
    total = np.zeros((height, width), np.float32)
    count = np.zeros((height, width), np.float32)
    for loss, place in zip(lost, covering, strict=True):
        total[place] += loss
    for place in places:
        count[place] += 1
    np.maximum(count, 1, out=count)
    mean: NDArray[np.float32] = total / count
    return mean


def patches(height: int, width: int, stride: float = FINE) -> list[Place]:
    """The places that are covered in turn, the first ones half outside the image."""
    size = max(2, round(_PATCH * min(height, width)))
    step = max(1, round(stride * size))
    return [
        (slice(max(0, top), max(0, top + size)), slice(max(0, left), max(0, left + size)))
        for top in range(-size // 2, height, step)
        for left in range(-size // 2, width, step)
    ]
