"""From what a source holds to its three sides."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import NO_LABEL, Contents, Side
from imagette.data.dataset import Dataset, Splits
from imagette.data.duplicates import among
from imagette.data.options import DataOptions
from imagette.data.splits import Groups, choose, require_trainable
from imagette.errors import DatasetError
from imagette.randomness import generator

TEST_SHARE = 0.2  # set aside where a source has no test set of its own


def divide(name: str, contents: Contents, options: DataOptions) -> Splits:
    """Training, validation and test images; a side that the source has stays as it is.

    Where it has none, test is a fifth of the images (or `options.test`), and validation is
    `options.validation` of all images but the source's own test set.

    Raises:
        DatasetError: its images or labels cannot be trained on.
    """
    contents = limited(contents, options)
    return by_sides(name, contents, assigned(name, contents, options))


def assigned(name: str, contents: Contents, options: DataOptions) -> NDArray[np.int8]:
    """The side of each image, int8 (n,) of `Side`, as `divide` says.

    Raises:
        DatasetError: its images or labels cannot be trained on.
    """
    own_test = bool((contents.sides == Side.TEST).any())
    dataset = _labelled(contents)
    _require_training(name, contents.sides)
    side = np.where(contents.sides == Side.ANY, Side.TRAIN, contents.sides)
    require_trainable(dataset.select(np.flatnonzero(side == Side.TRAIN)))
    share, validation = _shares(name, options, own_test)
    hashes = contents.hashes

    def take_out(part: Side, share: float) -> None:
        training = np.flatnonzero(side == Side.TRAIN)
        groups = None if contents.groups is None else contents.groups[training]
        what, labels = part.name.lower(), dataset.labels[training]
        names = dataset.class_names
        taken = choose(labels, names, hashes[training], share, options.seed, what, groups)
        side[training[taken]] = part

    if share is not None:
        take_out(Side.TEST, share)
    if not (side == Side.VALIDATION).any():
        take_out(Side.VALIDATION, validation)
    _require_whole_groups(contents.groups, side)
    return side.astype(np.int8)


def test_images(name: str, contents: Contents, options: DataOptions) -> Dataset:
    """The test images of `divide`; a source that has them needs no others for that.

    Raises:
        DatasetError: images without labels, or too few to set some aside for test.
    """
    own = np.flatnonzero(contents.sides == Side.TEST)
    return _labelled(contents.select(own)) if len(own) else divide(name, contents, options).test


def by_sides(name: str, contents: Contents, sides: NDArray[np.int8]) -> Splits:
    """The images that `sides`, int8 (n,) of `Side`, puts on each side."""
    dataset = _labelled(contents)
    train, held_out, test = (
        dataset.select(np.flatnonzero(sides == part))
        for part in (Side.TRAIN, Side.VALIDATION, Side.TEST)
    )
    own, hashes = sides == Side.TEST, contents.hashes
    duplicates = int(among(hashes[own], hashes[~own]).sum())
    return Splits(name, train, held_out, test, contents.mirror, duplicates, contents.notes)


def limited(contents: Contents, options: DataOptions) -> Contents:
    """At most `options.limit` images to learn from; a test set of the source's own stays whole."""
    learning = np.flatnonzero(contents.sides != Side.TEST)
    if options.limit is None or len(learning) <= options.limit:
        return contents
    drawn = generator(options.seed, "limit").permutation(learning)[: options.limit]
    kept = np.sort(np.concatenate((drawn, np.flatnonzero(contents.sides == Side.TEST))))
    return contents.select(kept)


def _shares(name: str, options: DataOptions, own_test: bool) -> tuple[float | None, float]:
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


def _require_training(name: str, sides: NDArray[np.int8]) -> None:
    """Raise DatasetError where all images lie on other sides."""
    if (sides <= Side.TRAIN).any() or not len(sides):
        return
    others = sorted(set(sides.tolist()))
    there = " and ".join(f"{(sides == side).sum():,} {Side(side).name.lower()}" for side in others)
    advice = "Such a source is for imagette evaluate RUN --data, or for the --test of another"
    raise DatasetError(
        f"{name} has {there} images and none to learn from, expected training images (a folder "
        f"train, x_train, the split train). {advice if Side.TEST in others else 'Add some'}"
    )


def _require_whole_groups(groups: Groups, side: NDArray[np.integer[Any]]) -> None:
    """Raise DatasetError where the source's own sides tear a group apart."""
    if groups is None:
        return
    pairs = np.unique(np.stack((groups, side)), axis=1)[0]
    torn = np.unique(pairs[:-1][pairs[1:] == pairs[:-1]])
    if len(torn):
        raise DatasetError(
            f"{len(torn)} groups lie on two sides in the source's own split: expected each on "
            "one. Drop its column of sides, or leave --groups out"
        )
