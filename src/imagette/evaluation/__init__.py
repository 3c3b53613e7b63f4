"""Honest numbers: from probabilities and labels to an `Evaluation`. NumPy only."""

from imagette.evaluation.evaluation import ClassScore, Evaluation, evaluate_probabilities
from imagette.evaluation.intervals import difference_interval, wilson_interval

__all__ = [
    "ClassScore",
    "Evaluation",
    "difference_interval",
    "evaluate_probabilities",
    "wilson_interval",
]
