"""Whether confidence is what it says, and what is gained by leaving the least sure out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.evaluation.calibration import CALIBRATION_BINS, confidence_bins
from imagette.evaluation.intervals import wilson_interval
from imagette.numerals import Interval

Floats = NDArray[np.floating[Any]]
FEWEST = 20  # answers: the rate of fewer is not worth drawing


@dataclass(frozen=True)
class ReliabilityBin:
    """The images whose confidence is above `low` and at most `high`.

    `confidence` and `accuracy` are means over them, with the 95 % Wilson interval of the latter;
    both are None where there are no images.
    """

    low: float
    high: float
    images: int
    confidence: float | None
    accuracy: float | None
    interval: Interval


@dataclass(frozen=True, eq=False)
class CoverageRisk:
    """What share of the answers is wrong if only the surest are given.

    Attributes:
        coverage: share of the images that get an answer, rising to 1 (n,).
        risk: share wrong of those answers (n,).
        confidence: the least confidence that gets an answer (n,).
        area: under the curve, the mean of `risk` (Geifman et al. 2019, arXiv:1805.08206).
        best_area: the area if all wrong answers were less sure than all right ones.
    """

    coverage: NDArray[np.float64]
    risk: NDArray[np.float64]
    confidence: NDArray[np.float64]
    area: float
    best_area: float


def reliability(confidence: Floats, right: NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    """The 15 bins of the calibration error, from `confidence` (n,) and which are `right` (n,)."""
    bins = confidence_bins(confidence)
    images = np.bincount(bins, minlength=CALIBRATION_BINS).tolist()
    correct = np.bincount(bins, right, CALIBRATION_BINS).astype(int).tolist()
    sums = np.bincount(bins, confidence.astype(np.float64), CALIBRATION_BINS).tolist()
    return tuple(
        ReliabilityBin(
            low=number / CALIBRATION_BINS,
            high=(number + 1) / CALIBRATION_BINS,
            images=n,
            confidence=total / n if n else None,
            accuracy=hits / n if n else None,
            interval=wilson_interval(hits, n),
        )
        for number, (n, hits, total) in enumerate(zip(images, correct, sums, strict=True))
    )


def coverage_risk(confidence: Floats, right: NDArray[np.bool_]) -> CoverageRisk:
    """The curve over all thresholds of `confidence` (n,); `right` (n,) says which answers are.

    Among images of equal confidence wrong answers are spread evenly: no order of them is better
    than another.
    """
    count = len(right)
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order].astype(np.float64)
    wrong = np.cumsum(~right[order])
    answered = np.arange(1, count + 1)
    ends = np.flatnonzero(np.append(np.diff(sorted_confidence) != 0, True))
    spread = np.interp(answered, [0, *(ends + 1)], [0, *wrong[ends]])
    risk = spread / answered
    total = int(wrong[-1])
    best = np.maximum(answered - (count - total), 0) / answered
    return CoverageRisk(
        coverage=answered / count,
        risk=risk,
        confidence=sorted_confidence,
        area=float(risk.mean()),
        best_area=float(best.mean()),
    )
