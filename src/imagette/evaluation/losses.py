"""What each answer costs: its log loss."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.evaluation.judgements import Judgements

_SMALLEST = 1e-15  # probabilities below count as this, as in scikit-learn


def losses(judgements: Judgements) -> NDArray[np.float64]:
    """-ln(probability of the label) of each image (n,), in nats."""
    return costs(judgements.of_label)


def costs(probabilities: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """What answers cost that gave their labels these `probabilities` (n,), in nats."""
    return np.asarray(-np.log(np.maximum(probabilities.astype(np.float64), _SMALLEST)))
