"""The numbers of a classifier on a dataset, from probabilities and labels alone.

Knows no model, no file and no picture.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import DatasetError
from imagette.evaluation.bootstrap import bootstrap_intervals
from imagette.evaluation.calibration import calibration_error
from imagette.evaluation.intervals import wilson_interval
from imagette.evaluation.judgements import Judgements, judge
from imagette.evaluation.losses import losses
from imagette.numerals import Interval


@dataclass(frozen=True)
class ClassScore:
    """One class: `support` images have it as their label. None where a score has no cases.

    The intervals are Wilson's, 95 %.
    """

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    precision_interval: Interval
    recall_interval: Interval

    @property
    def f1_interval(self) -> Interval:
        """From the share s of hits among images of the class or taken for it: F1 is 2 s / (1 + s).

        Where there is no hit, of the images of the class alone.
        """
        hits = round((self.recall or 0) * self.support)
        # A file that was altered may say any F1; of no data are there more images than that.
        either = round(min(2 * hits / self.f1, 1e15)) - hits if self.f1 else self.support
        low, high = (2 * bound / (1 + bound) for bound in wilson_interval(hits, either))
        return low, high

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ClassScore":
        """The score that `asdict` gave, read back from JSON."""
        return cls(**values | _pairs(values, "precision_interval", "recall_interval"))


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` measures.

    Attributes:
        images: how many were classified.
        accuracy, accuracy_interval: share right, and its 95 % Wilson interval.
        log_loss: mean of -ln(probability of the label), in nats.
        macro_f1: mean F1 of the classes, but for those that are neither label nor prediction.
        calibration_error: expected calibration error in 15 equal bins of confidence
            (Guo et al. 2017, arXiv:1706.04599). A gap counts as positive, so that chance
            alone adds to it: see `chance_calibration_error`.
        classes: one score a class, in the order of the class names.
        confusion_matrix: counts, a row a label, a column a prediction.
        uncalibrated_error: the calibration error as it was before the temperature;
            None where none was fitted.
        accepted, accepted_accuracy: the share that was not rejected, and the share right of
            those; None where nothing can be rejected, or nothing was accepted.
        macro_f1_interval, log_loss_interval, calibration_error_interval: 95 %, by the
            bootstrap.
    """

    images: int
    correct: int
    accuracy: float
    accuracy_interval: Interval
    log_loss: float
    macro_f1: float
    calibration_error: float
    macro_f1_interval: Interval
    log_loss_interval: Interval
    calibration_error_interval: Interval
    classes: tuple[ClassScore, ...] = field(repr=False)
    confusion_matrix: tuple[tuple[int, ...], ...] = field(repr=False)
    uncalibrated_error: float | None = None
    accepted: float | None = None
    accepted_accuracy: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as JSON holds it."""
        # Not `asdict`, which would copy the matrix number by number: a million of 1,000 classes.
        values = {known.name: getattr(self, known.name) for known in fields(self)}
        return values | {"classes": tuple(map(asdict, self.classes))}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Evaluation":
        """The evaluation that `to_dict` gave, read back from JSON."""
        return cls(
            **values
            | _pairs(values, *(name for name in values if name.endswith("_interval")))
            | {
                "classes": tuple(map(ClassScore.from_dict, values["classes"])),
                "confusion_matrix": tuple(map(tuple, values["confusion_matrix"])),
            }
        )


def _pairs(values: dict[str, Any], *names: str) -> dict[str, Interval]:
    """Intervals of these names, of which JSON made lists."""
    return {name: (values[name][0], values[name][1]) for name in names}


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
    intervals = bootstrap_intervals(judgements, len(class_names))
    return Evaluation(
        images=len(labels),
        correct=correct,
        accuracy=correct / len(labels),
        accuracy_interval=wilson_interval(correct, len(labels)),
        log_loss=float(losses(judgements).mean()),
        macro_f1=float(np.mean([score.f1 for score in classes if score.f1 is not None])),
        calibration_error=calibration_error(judgements.confidence, right),
        classes=classes,
        confusion_matrix=tuple(tuple(row) for row in confusion.tolist()),
        uncalibrated_error=None if before is None else calibration_error(before, right),
        accepted=None if accepted is None else float(accepted.mean()),
        accepted_accuracy=(
            None if accepted is None or not accepted.any() else float(right[accepted].mean())
        ),
        macro_f1_interval=intervals.macro_f1,
        log_loss_interval=intervals.log_loss,
        calibration_error_interval=intervals.calibration_error,
    )


def confusion_matrix(
    labels: NDArray[np.integer[Any]], predictions: NDArray[np.integer[Any]], classes: int
) -> NDArray[np.int64]:
    """Counts (classes, classes): a row a label, a column a prediction."""
    pairs = labels.astype(np.int64) * classes + predictions
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


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
            precision_interval=wilson_interval(int(hit), int(guesses)),
            recall_interval=wilson_interval(int(hit), int(support)),
        )
        for name, hit, support, guesses in zip(class_names, hits, supports, predicted, strict=True)
    )


def _ratio(part: int, whole: int) -> float | None:
    return float(part / whole) if whole else None
