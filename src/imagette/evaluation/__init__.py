"""Honest numbers: from probabilities and labels to an `Evaluation`. NumPy only."""

from imagette.evaluation.evaluation import ClassScore, Evaluation, evaluate_probabilities
from imagette.evaluation.intervals import wilson_interval

__all__ = ["ClassScore", "Evaluation", "evaluate_probabilities", "wilson_interval"]
