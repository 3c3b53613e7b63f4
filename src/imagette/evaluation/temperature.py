"""The temperature: one number that makes probabilities mean what they say.

Guo et al. 2017 (arXiv:1706.04599): logits are divided by it before the softmax, which moves
no answer. Knows probabilities and labels alone: log probabilities serve as logits, since the
softmax does not see what is added to all of them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.numerals import counted

LOWEST, HIGHEST = 0.02, 50.0
_STEPS = 60  # enough to halve the interval down to rounding, where Newton's steps fail
_PRECISE = 1e-9  # of the logarithm of the temperature: where the search ends
FEW = 99  # validation images: fewer support no confidence of 99 %
_SMALLEST = 1e-38  # below it float32 holds no probability in full precision

Probabilities = NDArray[np.floating[Any]]


def fit_temperature(probabilities: Probabilities, labels: NDArray[np.integer[Any]]) -> float:
    """The temperature with the least log loss on `probabilities` (n, classes) and `labels` (n,).

    One image more is counted, like the average one, that goes to the runner-up: the classifier
    is never taken for infallible, however few images it was right about (after Platt 1999,
    "Probabilistic outputs for support vector machines", section 2.2). Between 0.02 and 50.
    """
    logits = _logits(probabilities)
    expected = _expected_logit(logits, labels)
    low, high = np.log(1 / HIGHEST), np.log(1 / LOWEST)
    point = 0.0  # the logarithm of 1 / temperature, in which the loss falls and then rises
    for _ in range(_STEPS):
        slope, curvature = _derivatives(logits, expected, np.exp(point))
        if abs(slope) < _PRECISE**2:  # probabilities all alike, too: any temperature will do
            break
        low, high = (low, point) if slope > 0 else (point, high)
        newton = point - slope / curvature if curvature > 0 else np.inf
        step = (newton if low < newton < high else (low + high) / 2) - point
        point += step
        if abs(step) < _PRECISE:
            break
    return float(np.exp(-point))


def bound_of_certainty(images: int) -> str:
    """In words: the highest confidence that so many validation images support."""
    share = 100 * images / (images + 1)
    what = counted(images, "validation image")
    return f"with {what} a certainty above about {share:.0f} % cannot be known"


def with_temperature(probabilities: Probabilities, temperature: float) -> NDArray[np.float64]:
    """The probabilities (n, classes) that the same logits give at `temperature` times theirs."""
    return softmax(_logits(probabilities) / temperature)


def softmax(logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Probabilities (n, classes) of logits (n, classes)."""
    exact = logits.astype(np.float64)
    powers = np.exp(exact - exact.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _logits(probabilities: Probabilities) -> NDArray[np.float64]:
    """(n, classes), the largest of each row 0."""
    logits = np.log(np.maximum(probabilities.astype(np.float64), _SMALLEST))
    return np.asarray(logits - logits.max(axis=1, keepdims=True))


def _expected_logit(logits: NDArray[np.float64], labels: NDArray[np.integer[Any]]) -> float:
    """The mean logit of the labels, and of one runner-up more."""
    of_labels = np.take_along_axis(logits, labels[:, np.newaxis], axis=1).sum()
    runners_up = np.partition(logits, -2, axis=1)[:, -2]
    return float((of_labels + runners_up.mean()) / (len(logits) + 1))


def _derivatives(
    logits: NDArray[np.float64], expected: float, inverse: float
) -> tuple[float, float]:
    """Slope and curvature of the mean log loss, in the logarithm of 1 / temperature."""
    powers = np.exp(logits * inverse)
    shares = powers / powers.sum(axis=1, keepdims=True)
    means = (shares * logits).sum(axis=1)
    variances = (shares * logits**2).sum(axis=1) - means**2
    slope = inverse * float(means.mean() - expected)
    return slope, slope + inverse**2 * float(variances.mean())
