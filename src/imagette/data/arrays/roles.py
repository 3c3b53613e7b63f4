"""Which array is what, by its name: images, labels or groups; of which split.

Knows the names of Keras (x_train, y_train), MedMNIST (train_images, train_labels),
scikit-learn (data, target), NumPy (arr_0, arr_1) and their like, in any case.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from imagette.data.contents import SPLIT_NAMES, Split
from imagette.errors import SourceError

# The first that is there is taken.
_IMAGES = ("x", "images", "image", "imgs", "img", "pixels", "data", "features")
_LABELS = ("y", "labels", "label", "targets", "target")
_NAMES = ("class_names", "label_names", "target_names", "names")
_UNNAMED = ("arr_0", "arr_1")  # as numpy.savez calls what it gets without names
EXPECTED = "x_train and y_train, or X and y, images and labels, data and target"


@dataclass(frozen=True)
class Role:
    """What an array is, by its name.

    Attributes:
        kind: "images", "labels" or "groups".
        split: ANY where the name does not say.
        stem: what else is in the name.
        rank: of two arrays of one role the one of lower rank is taken.
    """

    kind: str
    split: Split
    stem: str = ""
    rank: int = 0


@dataclass(frozen=True)
class Named:
    """The names of the arrays of one split; None for what there is not."""

    split: Split
    images: str
    labels: str | None = None
    groups: str | None = None


def role_of(name: str, groups: str | None = None) -> Role | None:
    """What an array of this name is; None if the name does not say. `groups` is a name too."""
    if groups is not None and name == groups:
        return Role("groups", Split.ANY)
    if name in _UNNAMED:
        return Role(("images", "labels")[_UNNAMED.index(name)], Split.ANY, rank=len(_IMAGES))
    words = [word.lower() for word in re.split(r"[_\-. ]+|(?<=[a-z])(?=[A-Z])", name) if word]
    splits = [SPLIT_NAMES[word] for word in words if word in SPLIT_NAMES]
    rest = [word for word in words if word not in SPLIT_NAMES]
    if len(splits) > 1:
        return None
    split = splits[0] if splits else Split.ANY
    if groups is not None and "_".join(rest) == groups.lower():
        return Role("groups", split)
    for kind, known in (("labels", _LABELS), ("images", _IMAGES)):
        found = [word for word in rest if word in known]
        if found and "names" not in rest:
            stem = "_".join(word for word in rest if word not in (*_LABELS, *_IMAGES))
            return Role(kind, split, stem, known.index(found[0]))
    return None


def named_splits(names: Iterable[str], where: str, groups: str | None = None) -> list[Named]:
    """The arrays of each split, in the order of the splits.

    Raises:
        SourceError: there are no images, no labels for them, or several data sets.
    """
    names = list(names)
    roles = {name: role for name in names if (role := role_of(name, groups))}
    stems = {role.stem for role in roles.values() if role.kind == "images"}
    if len(stems) > 1 and "" not in stems:
        raise SourceError(
            f"{where} holds several sets of images: {', '.join(sorted(stems))}. Put each into a "
            "file of its own"
        )
    stem = "" if "" in stems else "".join(stems)

    def find(kind: str, split: Split) -> str | None:
        found = [
            (role.rank, name)
            for name, role in roles.items()
            if (role.kind, role.split) == (kind, split) and role.stem in (stem, "")
        ]
        return min(found)[1] if found else None

    splits = [
        Named(split, images, find("labels", split), find("groups", split))
        for split in Split
        if (images := find("images", split))
    ]
    alone = [
        name for split in Split if (name := find("labels", split)) and not find("images", split)
    ]
    if splits and alone:
        raise SourceError(
            f"{where} has {alone[0]} and no images for these labels: give both, or neither"
        )
    _require_whole(splits, names, where, groups)
    return splits


def class_names_among(names: Iterable[str]) -> str | None:
    """The array that holds the names of the classes, if there is one."""
    return next((name for name in names if name.lower() in _NAMES), None)


def _require_whole(splits: list[Named], names: list[str], where: str, groups: str | None) -> None:
    there = ", ".join(names[:20]) or "no arrays"
    if not splits:
        raise SourceError(
            f"{where} has no arrays x_train and y_train. Name them so, and x_test and y_test if "
            f"there is a test set; or {EXPECTED}. It has {there}"
        )
    labelled = [split for split in splits if split.labels]
    if len(labelled) < len(splits) and (labelled or len(names) > 1):
        lacking = next(split for split in splits if not split.labels)
        raise SourceError(
            f"{where} has {lacking.images} and no labels for these images: give both, or "
            f"neither. Expected arrays named as {EXPECTED}. It has {there}"
        )
    if groups is not None and any(split.groups is None for split in splits):
        raise SourceError(
            f"{where} has no array {groups!r} of groups for {splits[0].images}. It has {there}"
        )
