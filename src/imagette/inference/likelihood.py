"""How likely something found in a picture is a glyph of a class that the classifier knows.

It serves to choose between things that may be meant. Knows probabilities and novelty, no picture.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_STEEPNESS = 4.0  # how fast what is unlike the training images becomes unlikely


def likelihood(
    probabilities: NDArray[np.floating[Any]], novelty: NDArray[np.floating[Any]]
) -> NDArray[np.float64]:
    """The likelihoods (n,), 0 to 1, of images with probabilities (n, classes), novelty (n,).

    Half of the highest probability where novelty is at the threshold of 1.
    """
    strange = np.maximum(np.fmin(novelty, 10), -10).astype(np.float64)  # NaN is as strange
    familiar = 1 / (1 + np.exp(_STEEPNESS * (strange - 1)))
    return np.asarray(probabilities.max(axis=1) * familiar)
