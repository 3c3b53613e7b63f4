"""Classes and splits from the paths of pictures: root/class/* or root/split/class/*.

Knows nothing of disks and archives: folder and archive are read by the same rules.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imagette.data.class_names import case_note, class_name, classes_note
from imagette.data.contents import NO_LABEL, SPLIT_NAMES, Listing, Pictures, Split, number_classes
from imagette.data.left_out import Kind, LeftOut, printable_all, shortened
from imagette.data.options import DataOptions
from imagette.errors import SourceError

_EXPECTED = "expected root/class/picture or root/train/class/picture"
_OR_A_TABLE = "If a table lists them with their labels, name that table"


@dataclass
class Found:
    """What a folder or an archive holds.

    Attributes:
        paths: of pictures, relative to the root, with slashes.
        folders: of the first two levels, whether they hold pictures or not.
        left_out: what was not taken.
    """

    paths: list[str] = field(default_factory=list)
    folders: set[str] = field(default_factory=set)
    left_out: LeftOut = field(default_factory=LeftOut)


def listing(
    where: str,
    found: Found,
    read: Callable[[NDArray[np.int64]], Pictures],
    identity: str,
    options: DataOptions,
    notes: tuple[str, ...] = (),
) -> Listing:
    """The pictures of `found` that belong to a class; `read` gives those at positions.

    Raises:
        SourceError: no pictures, no classes or one only, or splits beside classes.
    """
    if options.groups is not None:
        raise SourceError(
            f"`groups={options.groups!r}`: {where} has no columns; expected a table of paths with "
            "such a column. Leave `groups` out, or write a table"
        )
    _require_pictures(where, found)
    places = [path.rpartition("/")[0] for path in found.paths]
    holding = list(dict.fromkeys(places))
    divided = is_divided(where, holding)
    known = {place: parts for place in holding if (parts := _split_and_class(place, divided))}
    numbers, class_names = number_classes([name for _, name in known.values()])
    _require_classes(where, class_names, known)
    label = dict(zip(known, numbers.tolist(), strict=True))
    position = {place: n for n, place in enumerate(holding)}  # few places, many pictures
    place_of = np.fromiter((position[place] for place in places), np.int64, len(places))
    labels = np.array([label.get(place, NO_LABEL) for place in holding], np.int64)[place_of]
    splits = np.array([known.get(place, (Split.ANY,))[0] for place in holding], np.int8)[place_of]
    kept = np.flatnonzero(labels != NO_LABEL)
    for n in np.flatnonzero(labels == NO_LABEL):
        found.left_out.add(Kind.BESIDE, found.paths[n])
    return Listing(
        names=printable_all([found.paths[n] for n in kept.tolist()]),
        labels=labels[kept],
        class_names=class_names,
        splits=splits[kept],
        read=lambda: read(kept),
        identity=identity,
        notes=(
            *notes,
            classes_note(class_names),
            *case_note(class_names),
            *_empty_note(found.folders, holding, divided),
            *found.left_out.notes(),
        ),
    )


def names_a_split(name: str) -> bool:
    """Whether a folder is called as a split is."""
    return name.lower() in SPLIT_NAMES


def is_divided(where: str, holding: Collection[str]) -> bool:
    """Whether the first level of the folders that hold pictures are splits, not classes.

    Raises:
        SourceError: it cannot be told.
    """
    first = {place.partition("/")[0] for place in holding} - {""}
    nested = {place.partition("/")[0] for place in holding if "/" in place}
    splits = {name for name in first if names_a_split(name)}
    if splits == first and splits:
        if flat := splits - nested:
            raise SourceError(
                f"{where} has pictures directly in {shortened(sorted(flat))}, and no class "
                f"folders there; {_EXPECTED}. Pictures without labels are for imagette predict: "
                f"move them out. {_OR_A_TABLE}"
            )
        return True
    if both := splits & nested:
        raise SourceError(
            f"{where} has folders of splits ({shortened(sorted(both))}) beside others "
            f"({shortened(sorted(first - splits))}); {_EXPECTED}. Move the others out, or, if all "
            "are classes, rename the folders that are called as splits are"
        )
    return False


def _split_and_class(place: str, divided: bool) -> tuple[Split, str] | None:
    """Of pictures in the folder `place`; None where they lie beside the classes."""
    parts = place.split("/")
    if divided:
        return (SPLIT_NAMES[parts[0].lower()], class_name(parts[1])) if len(parts) > 1 else None
    return (Split.ANY, class_name(parts[0])) if place else None


def _require_pictures(where: str, found: Found) -> None:
    if not found.paths:
        reasons = "; ".join(found.left_out.notes()) or "it is empty"
        raise SourceError(
            f"{where} holds no pictures ({reasons}); {_EXPECTED}, or the name of a file of data"
        )


def _require_classes(where: str, names: Sequence[str], places: Collection[str]) -> None:
    if not names:
        raise SourceError(
            f"{where} holds pictures and no class folders; {_EXPECTED}. Move the pictures of "
            f"each class into a folder of its name. {_OR_A_TABLE}"
        )
    if len(names) == 1:
        below = sorted({place.split("/")[1] for place in places if "/" in place})
        hint = f". It has folders ({shortened(below)}): if they are classes, name {names[0]!r}"
        divided = any(names_a_split(place.partition("/")[0]) for place in places)
        raise SourceError(
            f"{where} has one class only, {names[0]!r}: expected two or more class folders, to "
            "tell apart" + hint * (len(below) > 1 and not divided)
        )


def _empty_note(folders: Iterable[str], holding: Iterable[str], divided: bool) -> list[str]:
    """Of class folders (and, if `divided`, splits) without a picture at any depth."""
    full = {"/".join(place.split("/")[:depth]) for place in holding for depth in (1, 2)}
    empty = [name for name in folders if name not in full and ("/" not in name or divided)]
    empty = [name for name in empty if name.rpartition("/")[0] not in empty]
    if not empty:
        return []
    return [f"folders without pictures were left out: {shortened(sorted(empty))}"]
