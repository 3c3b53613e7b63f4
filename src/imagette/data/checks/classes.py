"""How many images each class has: none, one, or far more than another."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imagette.data.checks.evidence import Evidence
from imagette.data.checks.finding import Finding
from imagette.data.contents import Split

_SHOWN = 8  # class names in a sentence
_NOTED = 2.0  # times as many images in the largest class as in the smallest
_WARNED = 10.0


def small_classes(evidence: Evidence) -> Iterator[Finding]:
    """Classes without images, with a single one, and with none to learn from."""
    counts = _counts(evidence, evidence.contents.labels)
    for count, code, what in ((0, "empty-class", "no images"), (1, "single-image", "one image")):
        few = np.flatnonzero(counts == count)
        if len(few):
            yield Finding(
                "warning",
                code,
                f"{_named(evidence, few)} {what}: add some, or drop the class",
                evidence.named(np.flatnonzero(np.isin(evidence.contents.labels, few))),
            )
    divided = evidence.splits != Split.ANY
    learned = _counts(evidence, evidence.contents.labels[evidence.splits == Split.TRAIN])
    never = np.flatnonzero((counts > 0) & (learned == 0))
    if divided.all() and len(never) and learned.any():  # without any, dividing refuses
        yield Finding(
            "error",
            "never-trained",
            f"{_named(evidence, never)} no training images, and images in other splits: nothing "
            "can be learned of what is asked for. Add some, or drop the class",
            evidence.named(np.flatnonzero(np.isin(evidence.contents.labels, never))),
        )


def imbalance(evidence: Evidence) -> Iterator[Finding]:
    """The largest class against the smallest, and what always guessing the largest would score."""
    counts = _counts(evidence, evidence.contents.labels)
    present = np.flatnonzero(counts)
    if len(present) < 2:
        return
    large, small = present[counts[present].argmax()], present[counts[present].argmin()]
    ratio = counts[large] / counts[small]
    if ratio < _NOTED:
        return
    names = evidence.contents.class_names
    yield Finding(
        "warning" if ratio >= _WARNED else "note",
        "imbalance",
        f"class {names[large]!r} has {counts[large]:,} images, {ratio:.1f} times as many as "
        f"{names[small]!r} with {counts[small]:,}; always saying {names[large]!r} would be right "
        f"for {100 * counts[large] / counts.sum():.1f} %: look at the F1 of each class, not only "
        "at the accuracy",
    )


def _counts(evidence: Evidence, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Images of each class among those with sound `labels`."""
    classes = len(evidence.contents.class_names)
    return np.bincount(labels[(labels >= 0) & (labels < classes)], minlength=classes)


def _named(evidence: Evidence, classes: NDArray[np.int64]) -> str:
    """The beginning of a sentence: "class 'a' has", "3 classes ('a', 'b', 'c') have"."""
    names = [repr(evidence.contents.class_names[number]) for number in classes[:_SHOWN]]
    if len(classes) == 1:
        return f"class {names[0]} has"
    more = ", ..." if len(classes) > _SHOWN else ""
    return f"{len(classes):,} classes ({', '.join(names)}{more}) have"
