"""What each answer costs: its log loss."""

import numpy as np
from numpy.typing import NDArray

from imagette.evaluation.judgements import Judgements

_SMALLEST = 1e-15  # probabilities below count as this, as in scikit-learn


def losses(judgements: Judgements) -> NDArray[np.float64]:
    """-ln(probability of the label) of each image (n,), in nats."""
    of_label = judgements.of_label.astype(np.float64)
    return np.asarray(-np.log(np.maximum(of_label, _SMALLEST)))
