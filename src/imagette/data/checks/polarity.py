"""Images that are dark where their class is bright: scans that were not inverted as the others.

An image is compared with the mean of its class. A negative correlates with it as strongly as
the others do, with the opposite sign; and its brightness fits when it is turned around.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks.evidence import Evidence
from imagette.data.checks.finding import Finding
from imagette.numerals import counted

_TYPICAL = 0.4  # median correlation: a class whose images are less alike is not judged
_SMALLEST = 5  # images of a class


def inverted(evidence: Evidence) -> Iterator[Finding]:
    """Images whose negative is what their class looks like."""
    labels, classes = evidence.contents.labels, len(evidence.contents.class_names)
    if len(evidence) == 0 or labels.min() < 0 or labels.max() >= classes:
        return
    correlation = _with_mean_of_class(evidence)
    mean = evidence.statistics.mean
    suspect = np.zeros(len(evidence), bool)
    for number in range(classes):
        members = np.flatnonzero(labels == number)
        if len(members) < _SMALLEST:
            continue
        typical = np.median(correlation[members])
        # Of a negative the correlation is the opposite; half of the typical one is enough.
        usual = np.median(mean[members])
        turned = np.abs(255 - mean[members] - usual) < np.abs(mean[members] - usual)
        suspect[members] = (typical > _TYPICAL) & (correlation[members] < -typical / 2) & turned
    found = np.flatnonzero(suspect)
    if len(found):
        yield Finding(
            "warning",
            "inverted",
            f"{counted(len(found), 'image')} of {len(evidence):,} like a negative: dark where "
            "others of the class are bright. Invert them, unless both kinds are to be recognised",
            evidence.named(found),
        )


def _with_mean_of_class(evidence: Evidence) -> NDArray[np.float32]:
    """The correlation of each image with the mean image of its class, on their grids, (n,)."""
    known, labels = evidence.statistics, evidence.contents.labels
    means = known.sums - known.sums.mean(axis=1, keepdims=True)
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    kept = means.astype(np.float32)
    result = np.empty(len(labels), np.float32)
    for place, images in evidence.batches():
        result[place] = np.einsum("ij,ij->i", evidence.grid(images), kept[labels[place]])
    lengths = known.deviation * np.float32(np.sqrt(means.shape[1]))
    correlation: NDArray[np.float32] = result / np.maximum(lengths, 1e-3)
    return correlation
