"""Data sets of IDX files: which files of images and labels belong together, by their names.

MNIST's names (train-images-idx3-ubyte, t10k-labels-idx1-ubyte, also with a dot, also .gz)
with any prefix, as EMNIST has (emnist-letters-train-images-idx3-ubyte).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from imagette.bounded import exists
from imagette.data.arrays.assembly import Part, assembled
from imagette.data.cache import key_of
from imagette.data.contents import SPLIT_NAMES, Contents, Split
from imagette.data.formats import idx
from imagette.data.options import DataOptions
from imagette.data.origin import identity
from imagette.data.progress import DataProgress
from imagette.errors import SourceError

_NAME = re.compile(r"(.*?)[-._]?(images|labels)[-._]idx[1-4][-._]ubyte(\.gz)?", re.IGNORECASE)
_TRANSPOSED = (
    "EMNIST stores its images with rows and columns exchanged, and they are kept so: a picture "
    "for predict must be turned the same way"
)
_SPLITS = SPLIT_NAMES | {"t10k": Split.TEST}


@dataclass(frozen=True)
class _File:
    """A file of a set: its name says of which set and split it is, and what it holds."""

    path: Path
    prefix: str
    split: Split
    what: str


def fits(path: Path) -> bool:
    """Whether it is an IDX file, or a folder or a prefix of such."""
    if path.is_dir():
        return any(file.what == "images" for file in _files(path))
    if path.exists():
        return _file(path) is not None or path.suffix.lower() == ".idx"
    return is_prefix(path)


def is_prefix(path: Path) -> bool:
    """Whether no file is called so, and IDX files beside begin so: data/emnist-letters."""
    return not exists(path) and path.parent.is_dir() and bool(_named(path))


def read(path: Path, options: DataOptions, progress: DataProgress | None = None) -> Contents:
    """A folder of IDX files; those with a prefix; or a file of images, its labels beside it.

    Raises:
        SourceError: a file is missing or damaged, or there are several sets.
        DatasetError: images and labels do not match.
    """
    if options.groups is not None:
        raise SourceError(f"{path} is IDX, which has no groups: leave `groups` out")
    if path.is_file():
        return _from_one(path, progress)
    files = _files(path) if path.is_dir() else _named(path)
    prefixes = sorted({file.prefix for file in files if file.what == "images"})
    if len(prefixes) > 1:
        folder = path if path.is_dir() else path.parent
        raise SourceError(
            f"{path} holds several sets of images: {', '.join(prefixes)}. Name one: "
            f"{folder / prefixes[0]}"
        )
    found = {(file.split, file.what): file.path for file in files if file.prefix in prefixes}
    pairs: list[tuple[Split, Path, Path | None]] = []
    for split in Split:
        images, labels = found.get((split, "images")), found.get((split, "labels"))
        if images and not labels:
            raise SourceError(
                f"{path} has {images.name} and no labels for it, expected "
                f"{_labels_name(images)} beside it"
            )
        if images and labels:
            pairs.append((split, images, labels))
    return _contents(pairs, str(path), progress)


def _from_one(path: Path, progress: DataProgress | None) -> Contents:
    file = _file(path)
    if file and file.what == "labels":
        raise SourceError(f"{path} holds labels. Give the file of images, or the folder")
    beside = [
        other.path
        for other in _files(path.parent)
        if file and (other.prefix, other.split, other.what) == (file.prefix, file.split, "labels")
    ]
    labels = beside[0] if beside else None
    return _contents([(Split.ANY, path, labels)], str(path), progress)


def _contents(
    pairs: list[tuple[Split, Path, Path | None]], where: str, progress: DataProgress | None
) -> Contents:
    parts = [
        Part(
            split,
            idx.blocks(images),
            idx.read(labels) if labels else None,
            title=f"in {labels.name}" if labels else "",
        )
        for split, images, labels in pairs
    ]
    key = key_of("idx", *(identity(images) for _, images, _ in pairs))
    contents = assembled(parts, where, key=key, progress=progress)
    if "emnist" in pairs[0][1].name.lower():
        contents = replace(contents, notes=(*contents.notes, _TRANSPOSED))
    return contents


def _files(folder: Path) -> list[_File]:
    try:
        paths: Iterable[Path] = sorted(folder.iterdir())
        return [file for path in paths if path.is_file() and (file := _file(path))]
    except OSError:
        return []


def _file(path: Path) -> _File | None:
    match = _NAME.fullmatch(path.name)
    if not match:
        return None
    start, what = match[1], match[2].lower()
    last = re.split("[-._]", start)[-1]
    split = _SPLITS.get(last.lower(), Split.ANY)
    prefix = start.removesuffix(last).rstrip("-._") if split else start
    return _File(path, prefix, split, what)


def _named(path: Path) -> list[_File]:
    """The files beside `path` whose sets are called as it is."""
    return [file for file in _files(path.parent) if file.prefix == path.name]


def _labels_name(images: Path) -> str:
    return re.sub("idx[34]", "idx1", images.name.replace("images", "labels"))
