"""The numbers of a classifier on a dataset, from probabilities and labels alone.

Knows no model, no file and no picture.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import DatasetError
from imagette.evaluation.intervals import wilson_interval

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
            (Guo et al. 2017, arXiv:1706.04599).
        classes: one score a class, in the order of the class names.
        confusion_matrix: counts, a row a label, a column a prediction.
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
) -> Evaluation:
    """Measure `probabilities` (n, classes) against `labels` (n,), positions in `class_names`.

    Raises:
        DatasetError: the shapes do not match, or there is nothing to measure.
    """
    if probabilities.shape != (len(labels), len(class_names)) or not len(labels):
        raise DatasetError(
            f"probabilities are {probabilities.shape}, expected ({len(labels)}, "
            f"{len(class_names)}): a row for each label, a column for each class"
        )
    predictions = probabilities.argmax(axis=1)
    correct = int((predictions == labels).sum())
    of_label = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    confusion = confusion_matrix(labels, predictions, len(class_names))
    classes = _class_scores(confusion, class_names)
    return Evaluation(
        images=len(labels),
        correct=correct,
        accuracy=correct / len(labels),
        accuracy_interval=wilson_interval(correct, len(labels)),
        log_loss=float(-np.log(np.maximum(of_label, _SMALLEST)).mean()),
        macro_f1=float(np.mean([score.f1 for score in classes])),
        calibration_error=calibration_error(probabilities, labels),
        classes=classes,
        confusion_matrix=tuple(tuple(row) for row in confusion.tolist()),
    )


def confusion_matrix(
    labels: NDArray[np.integer[Any]], predictions: NDArray[np.integer[Any]], classes: int
) -> NDArray[np.int64]:
    """Counts (classes, classes): a row a label, a column a prediction."""
    pairs = labels.astype(np.int64) * classes + predictions
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def calibration_error(
    probabilities: NDArray[np.floating[Any]], labels: NDArray[np.integer[Any]]
) -> float:
    """The mean gap between confidence and accuracy, over equal bins of confidence."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    # Bins are open below and closed above, as in the paper.
    bins = np.clip(np.ceil(confidence * CALIBRATION_BINS).astype(int) - 1, 0, CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=right - confidence, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(labels))


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
