"""The numbers of a classifier on a dataset, from probabilities and labels alone.

Knows no model, no file and no picture.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import DatasetError
from imagette.evaluation.intervals import wilson_interval
from imagette.evaluation.judgements import Judgements, judge

CALIBRATION_BINS = 15
_SMALLEST = 1e-15  # probabilities below count as this in the log loss, as in scikit-learn


@dataclass(frozen=True)
class ClassScore:
    """One class: `support` images have it as their label. 0 where a score has no cases."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` measures.

    Attributes:
        images: how many were classified.
        accuracy, accuracy_interval: share right, and its 95 % Wilson interval.
        log_loss: mean of -ln(probability of the label), in nats.
        macro_f1: mean F1 of the classes.
        calibration_error: expected calibration error in 15 equal bins of confidence
            (Guo et al. 2017, arXiv:1706.04599). A gap counts as positive, so that chance
            alone adds to it: see `chance_calibration_error`.
        classes: one score a class, in the order of the class names.
        confusion_matrix: counts, a row a label, a column a prediction.
        uncalibrated_error: the calibration error as it was before the temperature;
            None where none was fitted.
        accepted, accepted_accuracy: the share that was not rejected, and the share right of
            those; None where nothing can be rejected, or nothing was accepted.
    """

    images: int
    correct: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    log_loss: float
    macro_f1: float
    calibration_error: float
    classes: tuple[ClassScore, ...]
    confusion_matrix: tuple[tuple[int, ...], ...]
    uncalibrated_error: float | None = None
    accepted: float | None = None
    accepted_accuracy: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Evaluation":
        """The evaluation that `to_dict` gave, read back from JSON."""
        low, high = values["accuracy_interval"]
        return cls(
            **values
            | {
                "accuracy_interval": (low, high),
                "classes": tuple(ClassScore(**score) for score in values["classes"]),
                "confusion_matrix": tuple(map(tuple, values["confusion_matrix"])),
            }
        )


def evaluate_probabilities(
    probabilities: NDArray[np.floating[Any]],
    labels: NDArray[np.integer[Any]],
    class_names: tuple[str, ...],
    *,
    temperature: float | None = None,
    rejected: NDArray[np.bool_] | None = None,
) -> Evaluation:
    """Measure `probabilities` (n, classes) against `labels` (n,), positions in `class_names`.

    `temperature` is the one that is in them already, and `rejected` (n,) says which images
    would get no answer; all numbers but the accepted's count these, too.

    Raises:
        DatasetError: the shapes do not match, or there is nothing to measure.
    """
    if probabilities.shape != (len(labels), len(class_names)) or not len(labels):
        raise DatasetError(
            f"probabilities are {probabilities.shape}, expected ({len(labels)}, "
            f"{len(class_names)}): a row for each label, a column for each class"
        )
    judgements = judge(probabilities, labels, temperature=temperature, rejected=rejected)
    return evaluate_judgements(judgements, class_names)


def evaluate_judgements(judgements: Judgements, class_names: tuple[str, ...]) -> Evaluation:
    """The numbers of what a classifier said of images."""
    right, labels = judgements.right, judgements.labels
    correct = int(right.sum())
    accepted = None if judgements.rejected is None else ~judgements.rejected
    confusion = confusion_matrix(labels, judgements.predictions, len(class_names))
    classes = _class_scores(confusion, class_names)
    before = judgements.uncalibrated
    return Evaluation(
        images=len(labels),
        correct=correct,
        accuracy=correct / len(labels),
        accuracy_interval=wilson_interval(correct, len(labels)),
        log_loss=float(losses(judgements).mean()),
        macro_f1=float(np.mean([score.f1 for score in classes])),
        calibration_error=calibration_error(judgements.confidence, right),
        classes=classes,
        confusion_matrix=tuple(tuple(row) for row in confusion.tolist()),
        uncalibrated_error=None if before is None else calibration_error(before, right),
        accepted=None if accepted is None else float(accepted.mean()),
        accepted_accuracy=(
            None if accepted is None or not accepted.any() else float(right[accepted].mean())
        ),
    )


def losses(judgements: Judgements) -> NDArray[np.float64]:
    """-ln(probability of the label) of each image (n,), in nats."""
    of_label = judgements.of_label.astype(np.float64)
    return np.asarray(-np.log(np.maximum(of_label, _SMALLEST)))


def confusion_matrix(
    labels: NDArray[np.integer[Any]], predictions: NDArray[np.integer[Any]], classes: int
) -> NDArray[np.int64]:
    """Counts (classes, classes): a row a label, a column a prediction."""
    pairs = labels.astype(np.int64) * classes + predictions
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


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


def _class_scores(
    confusion: NDArray[np.int64], class_names: tuple[str, ...]
) -> tuple[ClassScore, ...]:
    hits, supports, predicted = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    return tuple(
        ClassScore(
            name=name,
            precision=_ratio(hit, guesses),
            recall=_ratio(hit, support),
            f1=_ratio(2 * hit, guesses + support),
            support=int(support),
        )
        for name, hit, support, guesses in zip(class_names, hits, supports, predicted, strict=True)
    )


def _ratio(part: int, whole: int) -> float:
    return float(part / whole) if whole else 0.0
