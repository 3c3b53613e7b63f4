"""Whether confidence is what it says: gaps to the accuracy, in bins of equal width."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

CALIBRATION_BINS = 15


def calibration_error(confidence: NDArray[np.floating[Any]], right: NDArray[np.bool_]) -> float:
    """The mean gap between `confidence` (n,) and accuracy, over bins of equal width of it.

    `right` (n,) says which answers are.
    """
    gaps = np.bincount(
        confidence_bins(confidence), right - confidence.astype(np.float64), CALIBRATION_BINS
    )
    return float(np.abs(gaps).sum() / len(right))


def chance_calibration_error(probabilities: NDArray[np.floating[Any]]) -> float:
    """The calibration error to be expected if these probabilities (n, classes) were perfect.

    So much of it is chance, and falls with the root of n: the mean of the absolute value of
    a normal variable, with the variance of each bin's sum.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    bins = confidence_bins(confidence)
    variances = np.bincount(bins, confidence * (1 - confidence), CALIBRATION_BINS)
    return float(np.sqrt(variances * 2 / math.pi).sum() / len(confidence))


def confidence_bins(confidence: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """The bin of each confidence (n,), from 0: open below, closed above, as by Guo."""
    bins = np.ceil(confidence.astype(np.float64) * CALIBRATION_BINS).astype(np.int64) - 1
    return np.clip(bins, 0, CALIBRATION_BINS - 1)
