"""Labels: one for each image, one of the classes, and the images of a group in one split."""

from collections.abc import Iterator

import numpy as np

from imagette.data.checks.evidence import Evidence
from imagette.data.checks.finding import Finding
from imagette.data.contents import NO_LABEL, Contents, Split
from imagette.data.splits import torn_groups
from imagette.numerals import counted


def as_many(contents: Contents) -> Iterator[Finding]:
    """Images, labels, names and splits must be as many; nothing else can be looked at before."""
    images = len(contents.images)
    for what in ("labels", "names", "splits"):
        count = len(getattr(contents, what))
        if count != images:
            yield Finding(
                "error",
                "numbers-differ",
                f"there are {images:,} images and {count:,} {what}: expected one for each",
            )


def one_of_the_classes(evidence: Evidence) -> Iterator[Finding]:
    """Images without a label, and labels that are none of the classes."""
    given, classes = evidence.contents.labels, len(evidence.contents.class_names)
    without = np.flatnonzero(given == NO_LABEL)
    if len(without):
        yield Finding(
            "error",
            "no-label",
            f"{counted(len(without), 'image')} of {len(given):,} without a label: expected one for "
            "each. Images without labels are for imagette predict",
            evidence.named(without),
        )
    outside = np.flatnonzero((given != NO_LABEL) & ((given < 0) | (given >= classes)))
    if len(outside):
        yield Finding(
            "error",
            "label-out-of-range",
            f"{counted(len(outside), 'label')} out of range: the first is {given[outside[0]]}, "
            f"expected 0 to {classes - 1}, one of the {classes} classes",
            evidence.named(outside),
        )


def whole_groups(evidence: Evidence) -> Iterator[Finding]:
    """Groups (a writer, a patient) in two splits: the test set knows the training set's."""
    numbers, splits = evidence.contents.groups, evidence.splits
    if numbers is None or not len(numbers):
        return
    torn = torn_groups(numbers, np.where(splits == Split.ANY, Split.TRAIN, splits))
    if len(torn):
        concerned = np.flatnonzero(np.isin(numbers, torn))
        yield Finding(
            "error",
            "torn-groups",
            f"{counted(len(torn), 'group')} with {len(concerned):,} images in two splits in the "
            "source's own split: expected each in one. Drop its column of splits, or leave "
            "`groups` out",
            evidence.named(concerned),
        )
