"""Splits that are not alike: other shares of the classes, brighter or flatter images.

With 60,000 images any difference is significant; what is reported must matter, too: an effect
that Cohen calls small, at the least (Statistical Power Analysis for the Behavioral Sciences,
2nd edition, 1988: w = 0.1, d = 0.2).
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks.evidence import Evidence
from imagette.data.checks.finding import Finding
from imagette.data.contents import Split

_SHARES = 0.1  # Cohen's w
_BRIGHTNESS = 0.2  # Cohen's d
_CHANCE = 0.001  # p-value: how often a random split shows as much

Numbers = NDArray[np.integer] | NDArray[np.floating]


def drifts(evidence: Evidence) -> Iterator[Finding]:
    """Validation and test images, each against the training images."""
    train = np.flatnonzero(evidence.splits == Split.TRAIN)
    for split in (Split.VALIDATION, Split.TEST):
        other = np.flatnonzero(evidence.splits == split)
        if len(train) > 1 and len(other) > 1:
            yield from _shares(evidence, train, other, split.name.lower())
            yield from _brightness(evidence, train, other, split.name.lower())


def _shares(
    evidence: Evidence, train: NDArray[np.int64], other: NDArray[np.int64], split: str
) -> Iterator[Finding]:
    classes = len(evidence.contents.class_names)
    labels = evidence.contents.labels
    if labels.min() < 0 or labels.max() >= classes:
        return
    counts = np.stack([np.bincount(labels[part], minlength=classes) for part in (train, other)])
    effect, chance = shares_differ(counts)
    if effect < _SHARES or chance > _CHANCE:
        return
    shares = counts / counts.sum(axis=1, keepdims=True)
    most = int(np.abs(shares[1] - shares[0]).argmax())
    yield Finding(
        "warning",
        "drift-of-classes",
        f"the classes have other shares in {split} than in training (Cohen's w {effect:.2f}, "
        f"chi-square p {chance:.1g}), most of all {evidence.contents.class_names[most]!r}: "
        f"{100 * shares[1, most]:.1f} % against {100 * shares[0, most]:.1f} %",
    )


def _brightness(
    evidence: Evidence, train: NDArray[np.int64], other: NDArray[np.int64], split: str
) -> Iterator[Finding]:
    pixels, differences = evidence.statistics, []
    for what, values in (("mean", pixels.mean), ("standard deviation", pixels.deviation)):
        effect, chance = means_differ(values[train], values[other])
        if abs(effect) >= _BRIGHTNESS and chance <= _CHANCE:
            differences.append(
                f"their {what} is {values[other].mean():.1f} against {values[train].mean():.1f} "
                f"(Cohen's d {effect:+.2f})"
            )
    if differences:
        yield Finding(
            "warning",
            "drift-of-pixels",
            f"the pixels of {split} images are not like those of training images: "
            f"{' and '.join(differences)}. Do they come from another source?",
        )


def shares_differ(counts: NDArray[np.int64]) -> tuple[float, float]:
    """Cohen's w of a table of counts (2, classes), and Pearson's chi-square test's p.

    Classes without any image do not count.
    """
    table = counts[:, counts.sum(axis=0) > 0].astype(np.float64)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    effect = math.sqrt(statistic / table.sum())
    if effect < _SHARES:
        return effect, 1.0  # nobody asks, and SciPy takes a while to import
    from scipy.special import gammaincc

    return effect, float(gammaincc((table.shape[1] - 1) / 2, statistic / 2))


def means_differ(first: Numbers, second: Numbers) -> tuple[float, float]:
    """Cohen's d of the second against the first, and the p of Welch's test for large samples."""
    difference = float(second.mean()) - float(first.mean())
    variances = float(first.var(ddof=1)), float(second.var(ddof=1))
    freedom = len(first) + len(second) - 2
    pooled = ((len(first) - 1) * variances[0] + (len(second) - 1) * variances[1]) / freedom
    if pooled == 0:
        return (0.0, 1.0) if difference == 0 else (math.copysign(math.inf, difference), 0.0)
    error = math.sqrt(variances[0] / len(first) + variances[1] / len(second))
    return difference / math.sqrt(pooled), math.erfc(abs(difference) / error / math.sqrt(2))
