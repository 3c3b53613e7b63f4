"""A linear discriminant: what tells known images from outliers by their features.

Logistic regression on features of length 1, with SciPy's L-BFGS; known images and outliers have
equal weight in all, however many there are of each.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SMALLEST = 1e-12  # length of a vector: a shorter one has no direction
_PENALTY = 1e-3  # on the squared weights; features have a mean variance of 1
_STEPS = 50


@dataclass(frozen=True, eq=False)
class Discriminant:
    """weights (d,) and bias of the logit of being an outlier."""

    weights: Floats
    bias: float

    def logits(self, features: Floats) -> Floats:
        """Logits (n,) of features (n, d), of any length."""
        logits: Floats = unit_vectors(features) @ self.weights + np.float32(self.bias)
        return logits


def unit_vectors(features: Floats) -> Floats:
    """Features (n, d), each brought to length 1; what has no length stays 0."""
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    scaled: Floats = features / np.maximum(lengths, SMALLEST)
    return scaled


def fit_discriminant(known: Floats, outliers: Floats) -> Discriminant:
    """The discriminant of the features (n, d) of known images and (m, d) of outliers."""
    from scipy.optimize import minimize  # heavy; only training needs it

    both = unit_vectors(np.concatenate((known, outliers)))
    middle = both[: len(known)].mean(axis=0)
    both -= middle
    scale = max(float(np.sqrt(np.mean(both[: len(known)] ** 2))), SMALLEST)
    both /= np.float32(scale)
    counts = len(known), len(outliers)
    sides = np.repeat(np.array([-1, 1], np.float32), counts)
    shares = np.repeat(np.array([0.5 / count for count in counts], np.float32), counts)

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, bias = values[:-1].astype(np.float32), np.float32(values[-1])
        right = sides * (both @ weights + bias)
        total = float(shares @ np.logaddexp(0, -right)) + _PENALTY / 2 * float(weights @ weights)
        slopes = -sides * shares / (1 + np.exp(np.minimum(right, 50)))
        return total, np.append(both.T @ slopes + _PENALTY * weights, slopes.sum()).astype(float)

    start = np.zeros(both.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    weights = (found[:-1] / scale).astype(np.float32)
    return Discriminant(weights, float(found[-1]) - float(middle @ weights))
