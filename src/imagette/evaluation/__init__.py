"""Honest numbers: from probabilities and labels to an `Evaluation`, and how sure.

NumPy and SciPy.
"""

from imagette.evaluation.calibration import chance_calibration_error
from imagette.evaluation.evaluation import (
    ClassScore,
    Evaluation,
    evaluate_judgements,
    evaluate_probabilities,
)
from imagette.evaluation.intervals import difference_interval, wilson_interval
from imagette.evaluation.judgements import Judgements, judge

__all__ = [
    "ClassScore",
    "Evaluation",
    "Judgements",
    "chance_calibration_error",
    "difference_interval",
    "evaluate_judgements",
    "evaluate_probabilities",
    "judge",
    "wilson_interval",
]
