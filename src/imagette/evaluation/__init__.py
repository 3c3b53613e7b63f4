"""Honest numbers: from probabilities and labels to an `Evaluation`, and how sure. NumPy only."""

from imagette.evaluation.evaluation import (
    ClassScore,
    Evaluation,
    chance_calibration_error,
    evaluate_probabilities,
)
from imagette.evaluation.intervals import difference_interval, wilson_interval

__all__ = [
    "ClassScore",
    "Evaluation",
    "chance_calibration_error",
    "difference_interval",
    "evaluate_probabilities",
    "wilson_interval",
]
