"""Novelty: how unlike the training images an image is, from what a network makes of it.

Signs of a stranger, each blind where another sees:

- the last feature maps point where no training image's do: the cosine to the nearest one
  (Sun et al. 2022, arXiv:2204.06507);
- the channels' means and deviations over the image lie far from those of every class: the
  logarithm of the Mahalanobis distance (Lee et al. 2018, arXiv:1807.03888);
- no logit stands above the others (Vaze et al. 2022, arXiv:2110.06207);
- the last feature maps look more like those of pseudo-outliers, made of the training images, than
  like their own, as a linear discriminant has it (`discriminant.py`, `pseudo_outliers.py`).

Their sum is scaled on validation images: 0 is typical, more than 1 is too strange for an
answer. `runs/novelty_nodes.py` writes the same into `model.onnx`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.evaluation.discriminant import SMALLEST, Discriminant, unit_vectors
from imagette.randomness import generator

COSINE, DISTANCE, MARGIN = 0, 1, 2  # which sign is which; the discriminant's is the last
COVERAGE = 0.99  # the share of images like those of the training that shall get an answer
LOOKED_AT = 12_000  # training images, at most
_REMEMBERED = 3000  # of these are kept, at most: every answer takes a cosine to each
_DIRECTIONS, _STATISTICS = 96, 256  # dimensions, at most
_OVERSAMPLED, _ITERATIONS = 16, 2  # of the randomised singular value decomposition
_RIDGE = 1e-3  # share of the mean variance that is added to each variance
_ERRORS = 1.645  # standard errors: a one-sided bound of 95 %
_ABOVE = 1e-4  # share of the threshold: rounding moves no image across it

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Traces:
    """What images leave in a network.

    Attributes:
        features: the last feature maps, flat (n, d).
        statistics: means and deviations of their channels (n, 2 * channels).
        logits: (n, classes).
    """

    features: Floats
    statistics: Floats
    logits: Floats

    def __len__(self) -> int:
        """Of how many images they are."""
        return len(self.logits)


@dataclass(frozen=True, eq=False)
class Memory:
    """What is remembered of training images; the first two in the precision of float16.

    Attributes:
        projection: (d, directions), orthonormal columns.
        directions: (directions, remembered images), columns of length 1.
        whitening: (2 * channels, dimensions), which gives variances of 1 within classes.
        centres: (dimensions, classes), the means of the classes, whitened.
        discriminant: what tells outliers by their features; None where there were none.
    """

    projection: Floats
    directions: Floats
    whitening: Floats
    centres: Floats
    discriminant: Discriminant | None = None

    def signs(self, traces: Traces) -> NDArray[np.float64]:
        """The signs, large for strangers, of n images: (3 or, with a discriminant, 4, n)."""
        cosines = unit_vectors(traces.features @ self.projection) @ self.directions
        whitened = traces.statistics @ self.whitening
        squares = (whitened**2).sum(axis=1, keepdims=True) + (self.centres**2).sum(axis=0)
        distances = np.maximum(squares - 2 * whitened @ self.centres, 0).min(axis=1)
        margins = traces.logits.max(axis=1) - traces.logits.mean(axis=1)
        signs = [-cosines.max(axis=1), np.log1p(distances), -margins]
        if self.discriminant is not None:
            signs.append(self.discriminant.logits(traces.features))
        return np.stack(signs).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Novelty:
    """novelty = offset + the sum of weights * signs."""

    memory: Memory
    weights: tuple[float, ...]
    offset: float
    coverage: float = COVERAGE

    def score(self, traces: Traces) -> Floats:
        """The novelty (n,) of images that left `traces`."""
        return (self.offset + self.weights @ self.memory.signs(traces)).astype(np.float32)


def remember(traces: Traces, labels: NDArray[np.integer[Any]], seed: int) -> Memory:
    """What `traces` of training images with `labels` (n,) leave in memory."""
    projection = _half(_main_directions(traces.features, seed))
    pointing = unit_vectors(traces.features @ projection)
    directions = _half(pointing[_apart(pointing, _REMEMBERED)].T)
    return Memory(projection, directions, *_whitened_classes(traces.statistics, labels))


def fit_novelty(
    memory: Memory, signs: NDArray[np.float64], coverage: float = COVERAGE
) -> Novelty | None:
    """The novelty below 1 for `coverage` of images like the n validation images of `signs` (k, n).

    The threshold is the conformal one (Vovk et al. 2005): a new image of the same kind lies
    below it with at least this probability, over all validation images that could have been drawn.
    It is `_ERRORS` standard errors of that share higher, as far as n allows, so that the share
    holds for 19 in 20 such draws, too, and not for half of them (Vovk 2012, arXiv:1209.2673). None
    where n is too small for the first: 0.99 needs 99.
    """
    count = signs.shape[1]
    needed = math.ceil((count + 1) * coverage)
    if needed > count:
        return None
    error = math.sqrt(count * coverage * (1 - coverage))
    needed = min(count, max(needed, math.ceil(count * coverage + _ERRORS * error)))
    typical = np.median(signs, axis=1)
    spread = np.maximum(np.quantile(signs, coverage, axis=1) - typical, 1e-6)
    strange = ((signs - typical[:, np.newaxis]) / spread[:, np.newaxis]).sum(axis=0)
    middle, threshold = np.median(strange), np.sort(strange)[needed - 1]
    span = max(float(threshold - middle) * (1 + _ABOVE), _ABOVE)
    weights = 1 / spread / span
    offset = -float(weights @ typical) - float(middle) / span
    return Novelty(memory, tuple(weights.tolist()), offset, coverage)


def _main_directions(features: Floats, seed: int) -> Floats:
    """Orthonormal columns (d, k) along which features (n, d), not centred, differ most.

    Halko et al. 2011 (SIAM Review 53): a randomised decomposition.
    """
    count, width = features.shape
    kept = min(_DIRECTIONS, width, count)
    start = generator(seed, "novelty").standard_normal((width, kept + _OVERSAMPLED))
    basis = start.astype(np.float32)
    for _ in range(_ITERATIONS):
        basis = np.linalg.qr(features.T @ (features @ basis))[0]
    *_, rows = np.linalg.svd(features @ basis, full_matrices=False)
    return np.asarray(basis @ rows[:kept].T)


def _apart(directions: Floats, count: int) -> list[int]:
    """Which of n `directions` (n, k) to remember: always the one furthest from those before.

    Gonzalez 1985 (Theoretical Computer Science 38). So many remember the rims of the classes, too,
    as well as four times as many drawn at random (`benchmarks/LOG.md`).
    """
    chosen = [0]
    nearest = directions @ directions[0]
    for _ in range(min(count, len(directions)) - 1):
        chosen.append(int(nearest.argmin()))
        np.maximum(nearest, directions @ directions[chosen[-1]], out=nearest)
    return chosen


def _whitened_classes(
    statistics: Floats, labels: NDArray[np.integer[Any]]
) -> tuple[Floats, Floats]:
    """Whitening (m, k), and the whitened means (k, classes) of the classes that there are."""
    exact = statistics.astype(np.float64)
    present, own = np.unique(labels, return_inverse=True)
    means = np.stack([exact[own == index].mean(axis=0) for index in range(len(present))])
    within = exact - means[own]
    variances, vectors = np.linalg.eigh(within.T @ within / len(within))
    ridge = max(_RIDGE * float(variances.mean()), SMALLEST)
    whitening = (vectors / np.sqrt(np.maximum(variances, 0) + ridge))[:, -_STATISTICS:]
    return whitening.astype(np.float32), (means @ whitening).T.astype(np.float32)


def _half(array: Floats) -> Floats:
    """In the precision in which the file holds it, half the size."""
    return array.astype(np.float16).astype(np.float32)
