"""From what a source holds to its three splits."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import NO_LABEL, Contents, Split
from imagette.data.dataset import Dataset, Splits
from imagette.data.duplicates import among
from imagette.data.options import DataOptions
from imagette.data.splits import Groups, choose, require_trainable, torn_groups
from imagette.errors import DatasetError
from imagette.randomness import generator

TEST_SHARE = 0.2  # set aside where a source has no test set of its own


def divide(name: str, contents: Contents, options: DataOptions) -> Splits:
    """Training, validation and test images; a split that the source has stays as it is.

    Where it has none, test is a fifth (or `options.test`) and validation `options.validation` of
    the images that the source itself puts into no other split.

    Raises:
        DatasetError: its images or labels cannot be trained on.
    """
    contents, options = with_limit(name, contents, options)
    return by_split(name, contents, assigned(name, contents, options))


def with_limit(name: str, contents: Contents, options: DataOptions) -> tuple[Contents, DataOptions]:
    """At most `options.limit` images to learn from, all test images, and options for the rest.

    The test images are the same whatever the limit. Where the source has none of its own they are
    set aside here, and the options are those by which what is left is to be divided.

    Raises:
        DatasetError: its images or labels cannot be trained on.
    """
    learning = np.count_nonzero(contents.splits != Split.TEST)
    if options.limit is None or learning <= options.limit:
        return contents, options
    if learning == len(contents):
        share, validation = _shares(name, options, False, _has(contents, Split.VALIDATION))
        splits = _training_for_any(name, contents)
        _take_out(contents, splits, Split.TEST, share or TEST_SHARE, options.seed)
        contents = replace(contents, splits=splits)
        options = replace(options, test=None, validation=validation or options.validation)
    return _limited(contents, options), options


def assigned(name: str, contents: Contents, options: DataOptions) -> NDArray[np.int8]:
    """The split of each image, int8 (n,) of `Split`, as `divide` says.

    Raises:
        DatasetError: its images or labels cannot be trained on.
    """
    try:
        return _assigned(name, contents, options)
    except DatasetError as error:
        if np.count_nonzero(contents.splits != Split.TEST) != options.limit:
            raise  # it is not the limit that left too few
        raise DatasetError(f"{error}; or give a larger `limit`: it is {options.limit:,}") from error


def _assigned(name: str, contents: Contents, options: DataOptions) -> NDArray[np.int8]:
    split = _training_for_any(name, contents)
    own_validation = _has(contents, Split.VALIDATION)
    share, validation = _shares(name, options, _has(contents, Split.TEST), own_validation)
    if share is not None:
        _take_out(contents, split, Split.TEST, share, options.seed)
    if not own_validation:
        _take_out(contents, split, Split.VALIDATION, validation, options.seed)
    _require_whole_groups(contents.groups, split)
    return split


def _has(contents: Contents, part: Split) -> bool:
    return bool((contents.splits == part).any())


def _training_for_any(name: str, contents: Contents) -> NDArray[np.int8]:
    """The split of each image, training where the source does not say; if it can be learned from.

    Raises:
        DatasetError: it cannot.
    """
    dataset = _labelled(contents)
    _require_training(name, contents.splits)
    split = np.where(contents.splits == Split.ANY, Split.TRAIN, contents.splits)
    require_trainable(dataset.select(np.flatnonzero(split == Split.TRAIN)))
    return split.astype(np.int8)


def _take_out(
    contents: Contents, split: NDArray[np.int8], part: Split, share: float, seed: int
) -> None:
    """Put a `share` of the training images of `split` (n,) into another part, in place."""
    training = np.flatnonzero(split == Split.TRAIN)
    groups = None if contents.groups is None else contents.groups[training]
    what, labels = part.name.lower(), contents.labels[training]
    hashes = contents.hashes[training]
    taken = choose(labels, contents.class_names, hashes, share, seed, what, groups)
    split[training[taken]] = part


def test_images(name: str, contents: Contents, options: DataOptions) -> Dataset:
    """The test images of `divide`; a source that has them needs no others for that.

    Raises:
        DatasetError: images without labels, or too few to set some aside for test.
    """
    own = np.flatnonzero(contents.splits == Split.TEST)
    return _labelled(contents.select(own)) if len(own) else divide(name, contents, options).test


def test_or_all(contents: Contents) -> Dataset:
    """The test images of a source to measure on, or all its images where it has no such split.

    Raises:
        DatasetError: images without labels.
    """
    own = np.flatnonzero(contents.splits == Split.TEST)
    return _labelled(contents.select(own) if len(own) else contents)


def by_split(name: str, contents: Contents, splits: NDArray[np.int8]) -> Splits:
    """The images that `splits`, int8 (n,) of `Split`, puts in each split."""
    dataset = _labelled(contents)
    train, held_out, test = (
        dataset.select(np.flatnonzero(splits == part))
        for part in (Split.TRAIN, Split.VALIDATION, Split.TEST)
    )
    own, hashes = splits == Split.TEST, contents.hashes
    duplicates = int(among(hashes[own], hashes[~own]).sum())
    return Splits(name, train, held_out, test, contents.mirror, duplicates, contents.notes)


def _limited(contents: Contents, options: DataOptions) -> Contents:
    """At most `options.limit` images to learn from; a test set of the source's own stays whole."""
    learning = np.flatnonzero(contents.splits != Split.TEST)
    if options.limit is None or len(learning) <= options.limit:
        return contents
    drawn = generator(options.seed, "limit").permutation(learning)[: options.limit]
    kept = np.sort(np.concatenate((drawn, np.flatnonzero(contents.splits == Split.TEST))))
    return contents.select(kept)


def _shares(
    name: str, options: DataOptions, own_test: bool, own_validation: bool
) -> tuple[float | None, float]:
    """The share for test, None if the source has its own; that of the rest for validation."""
    wanted = options.test_share()
    if own_test:
        if wanted is not None:
            raise DatasetError(
                f"{name} has a test set of its own, and a test share of {wanted:g} was asked for: "
                "leave that out"
            )
        return None, options.validation
    share = TEST_SHARE if wanted is None else wanted
    if own_validation:
        return share, 0.0
    if options.validation >= 1 - share:  # validation is a share of the whole: 70/10/20
        raise DatasetError(
            f"validation share {options.validation}: expected more than 0 and less than "
            f"{1 - share:g}, because {share:g} of the images are set aside for test"
        )
    return share, options.validation / (1 - share)


def _labelled(contents: Contents) -> Dataset:
    without = np.flatnonzero(contents.labels == NO_LABEL)
    if len(without):
        raise DatasetError(
            f"{len(without)} of {len(contents)} images have no label, the first is "
            f"{contents.names[int(without[0])]}: expected one for each. Images without labels "
            "are for imagette predict"
        )
    return Dataset(contents.images, contents.labels, contents.class_names, contents.names)


def _require_training(name: str, splits: NDArray[np.int8]) -> None:
    """Raise DatasetError where all images lie in other splits."""
    if (splits <= Split.TRAIN).any() or not len(splits):
        return
    others = sorted(set(splits.tolist()))
    there = " and ".join(
        f"{(splits == split).sum():,} {Split(split).name.lower()}" for split in others
    )
    advice = "Such a source is to evaluate a run with `data`, or for the `test` of another"
    raise DatasetError(
        f"{name} has {there} images and none to learn from, expected training images (a folder "
        f"train, x_train, the split train). {advice if Split.TEST in others else 'Add some'}"
    )


def _require_whole_groups(groups: Groups, splits: NDArray[np.integer[Any]]) -> None:
    """Raise DatasetError where the source's own splits tear a group apart."""
    if groups is None:
        return
    torn = torn_groups(groups, splits)
    if len(torn):
        raise DatasetError(
            f"{len(torn)} groups lie in two splits in the source's own split: expected each in "
            "one. Drop its column of splits, or leave `groups` out"
        )
