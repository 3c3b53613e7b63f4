"""A test set from a source of its own, in place of any that the first source has."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import NO_LABEL, Contents, Split
from imagette.data.names import Names
from imagette.data.selection import Images
from imagette.errors import DatasetError

_IN_MEMORY = 2**31  # bytes that two sources together may have


def with_test(contents: Contents, test: Contents, name: str) -> Contents:
    """`contents` with the images of `test`, the source called `name`, as its test split.

    Of `test` its own test split is taken, or all of it if it has none.

    Raises:
        DatasetError: a class that `contents` has not, another shape, or a missing label.
    """
    of_test = test.splits == Split.TEST
    test = test.select(np.flatnonzero(of_test)) if of_test.any() else test
    if not len(test):
        raise DatasetError(f"the test source {name} has 0 images: give it some")
    own = contents.splits == Split.TEST
    notes = [f"the test set is {name}: {len(test):,} images"]
    if own.any():
        notes.append(f"{int(own.sum()):,} test images of the source's own are left out")
        contents = contents.select(np.flatnonzero(~own))
    if test.images.shape[1:] != contents.images.shape[1:]:
        raise DatasetError(
            f"the test images of {name} are {test.images.shape[1:]}, expected "
            f"{contents.images.shape[1:]} as in training"
        )
    if (test.labels == NO_LABEL).any():
        raise DatasetError(
            f"{int((test.labels == NO_LABEL).sum())} images of the test source {name} have no "
            "label, expected one for each. Images without labels are for imagette predict"
        )
    more = len(test)
    groups = contents.groups
    if groups is not None:  # each test image is a group of its own
        groups = np.concatenate((groups, groups.max(initial=0) + 1 + np.arange(more)))
    return replace(
        contents,
        images=_joined(contents.images, test.images),
        labels=np.concatenate((contents.labels, _numbers(contents, test, name)[test.labels])),
        names=Names([*contents.names, *(f"{name}: {each}" for each in test.names)]),
        splits=np.concatenate((contents.splits, np.full(more, Split.TEST, np.int8))),
        groups=groups,
        notes=(*contents.notes, *notes),
        skipped=(*contents.skipped, *test.skipped),
    )


def _numbers(contents: Contents, test: Contents, name: str) -> NDArray[np.int64]:
    """For each class of the test source its number in the first."""
    unknown = [each for each in test.class_names if each not in contents.class_names]
    if unknown:
        raise DatasetError(
            f"the test source {name} has the class {unknown[0]!r}, expected only classes of the "
            f"training images: {', '.join(contents.class_names[:20])}"
        )
    return np.array([contents.class_names.index(each) for each in test.class_names], np.int64)


def _joined(first: Images, second: Images) -> Images:
    size = (len(first) + len(second)) * int(np.prod(first.shape[1:]))
    if size > _IN_MEMORY:
        raise DatasetError(
            f"training and test images together are {size / 2**30:.1f} GB, expected at most "
            f"{_IN_MEMORY / 2**30:g} where they come from two sources. Put them into one source "
            "that has both splits"
        )
    return np.concatenate((np.asarray(first), np.asarray(second)))
