"""Which labels look wrong, and about how many are, from probabilities of images not trained on.

Confident learning: C. Northcutt, L. Jiang, I. Chuang, "Confident Learning: Estimating
Uncertainty in Dataset Labels", Journal of Artificial Intelligence Research 70 (2021),
1373-1411. The confident joint and its calibration are those of section 3.1; of section 3.2 are
the ranking, by normalized margin, and the selection by confusion.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Suspicions:
    """All images for which another class is likelier than the label, the worst first.

    Attributes:
        positions: of the images, int64 (suspicious,).
        suggested: the likeliest class of each, int64 (suspicious,).
        margins: probability of the label less that of this class, below 0.
        expected: about how many labels are wrong, by the confident joint.
    """

    positions: NDArray[np.int64]
    suggested: NDArray[np.int64]
    margins: NDArray[np.float64]
    expected: int


def suspicions(probabilities: NDArray[np.float32], labels: Labels) -> Suspicions:
    """What confident learning says of `labels` (n,), given out-of-fold `probabilities`.

    `probabilities` are (n, classes).
    """
    everything = np.arange(len(labels))
    own = probabilities[everything, labels].astype(np.float64)
    others = probabilities.copy()
    others[everything, labels] = -np.inf
    suggested = others.argmax(axis=1)
    margins = own - others[everything, suggested]
    wrong = np.flatnonzero(margins < 0)
    wrong = wrong[np.argsort(margins[wrong], kind="stable")]
    joint = calibrated(confident_joint(probabilities, labels), labels)
    expected = min(round(float(joint.sum() - np.trace(joint))), len(wrong))
    return Suspicions(wrong, suggested[wrong], margins[wrong], expected)


def confident_joint(probabilities: NDArray[np.float32], labels: Labels) -> NDArray[np.int64]:
    """Images by label (rows) and by the class they are like (columns), int64 (classes, classes).

    An image is like the likeliest of the classes whose threshold it reaches: the mean
    probability of that class over the images labelled so. One that reaches none is not counted.
    """
    classes = probabilities.shape[1]
    own = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    sizes = np.bincount(labels, minlength=classes)
    thresholds = np.bincount(labels, own, classes) / np.maximum(sizes, 1)
    thresholds[sizes == 0] = np.inf  # nothing is like a class of which there is nothing
    reached = np.where(probabilities >= thresholds, probabilities, -np.inf)
    like = reached.argmax(axis=1)
    counted = np.isfinite(reached[np.arange(len(labels)), like])
    joint = np.zeros((classes, classes), np.int64)
    np.add.at(joint, (labels[counted], like[counted]), 1)
    return joint


def calibrated(joint: NDArray[np.int64], labels: Labels) -> NDArray[np.float64]:
    """The joint with each row scaled to the images that have its label."""
    sizes = np.bincount(labels, minlength=len(joint))
    rows: NDArray[np.float64] = joint * (sizes / np.maximum(joint.sum(axis=1), 1))[:, np.newaxis]
    return rows
