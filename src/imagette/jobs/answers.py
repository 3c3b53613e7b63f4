"""A saved classifier on many pictures: named on a command line, or held by a data file.

In the order in which they were named, on all cores, so many at a time that memory stays
small; one that cannot be read stops no other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import Contents, Listing
from imagette.data.options import DataOptions
from imagette.data.progress import DataProgress
from imagette.errors import PictureError
from imagette.images.decode import SUFFIXES, decode_bytes
from imagette.images.gather import Named, files_meant, gather
from imagette.images.pixels import pixels
from imagette.inference import Classifier, Prediction
from imagette.inference.preparing import Input
from imagette.inference.rejection import Rule
from imagette.jobs.workers import shared

_BATCH = 64  # pictures that are answered at a time, at most
_TOGETHER = 4_000_000  # bytes of pixels of the pictures that are prepared at a time

Answer = tuple[str, Prediction | PictureError]
Reading = tuple[str, list[list[Prediction]] | PictureError]
Seen = Callable[[Classifier, int, str, NDArray[np.uint8], Input], None]


def pictures_of(
    text: str, progress: DataProgress | None = None
) -> tuple[Iterator[Named], tuple[str, ...]]:
    """The pictures that `text` means; and what was detected in a data file, sentences.

    What `gather` takes, or a data file: CSV of pixels, .npz, .npy, IDX, Parquet, whose labels,
    if there are any, are not looked at.

    Raises:
        PictureError: a path that may not be looked at.
        SourceError: the data file is damaged.
        DatasetError: its arrays hold no images.
    """
    path = Path(text)
    try:
        file = path.is_file()
    except OSError as error:
        raise PictureError(f"{text} cannot be read: {error.strerror}") from error
    if not file or path.suffix.lower() in SUFFIXES:
        return gather(text), _of_pages(text)

    from imagette.data.readers import read, reader_of  # one picture needs none of them

    if reader_of(path) is None:
        return gather(text), ()
    found = read(path, DataOptions(), progress)
    pictures = _listed(found) if isinstance(found, Listing) else _stored(found)
    return ((f"{path}, {name}", load) for name, load in pictures), found.notes


def _of_pages(text: str) -> tuple[str, ...]:
    """What to tell of pages that are not read; what cannot be gathered is told when it is."""
    from imagette.images.pages import of_several_pages

    try:
        files = files_meant(text)
    except PictureError:
        return ()
    return tuple(filter(None, [of_several_pages(files)]))


def answers(
    classifier: Classifier,
    run: Path,
    pictures: Iterator[Named],
    rule: Rule,
    prepare: str = "auto",
    seen: Seen | None = None,
) -> Iterator[Answer]:
    """The name and the answer of each picture, or why it cannot be read.

    `run` is where other processes load the same classifier. `seen` is called on the way, here or
    there, with the classifier, the number of each picture that can be read, from 1 on,
    its name, the picture and what the classifier is given of it.
    """
    work = partial(_answered, rule=rule, prepare=prepare, seen=seen)
    return shared(work, classifier, run, enumerate(pictures, start=1), _BATCH)


def readings(
    classifier: Classifier,
    run: Path,
    pictures: Iterator[Named],
    threshold: float | None = None,
    never_reject: bool = False,
) -> Iterator[Reading]:
    """The name of each picture and the lines that are read in it, or why it cannot be read."""
    work = partial(_readings, threshold=threshold, never_reject=never_reject)
    return shared(work, classifier, run, pictures, 1)


def _answered(
    classifier: Classifier,
    batch: Sequence[tuple[int, Named]],
    rule: Rule,
    prepare: str,
    seen: Seen | None,
) -> list[Answer]:
    loaded = (_loaded(classifier, prepare, numbered) for numbered in batch)
    inputs = [given for group in _groups(loaded) for given in _prepared(classifier, group, seen)]
    sound = iter(classifier.answer([i for i in inputs if isinstance(i, Input)], rule))
    return [
        (name, next(sound) if isinstance(given, Input) else given)
        for (_, (name, _)), given in zip(batch, inputs, strict=True)
    ]


class _Loaded(NamedTuple):
    """A picture, or why it cannot be read, and how it is to be prepared."""

    number: int
    name: str
    picture: NDArray[np.uint8] | PictureError
    prepare: str


def _loaded(classifier: Classifier, prepare: str, numbered: tuple[int, Named]) -> _Loaded:
    number, (name, load) = numbered
    try:
        picture = pixels(load())
    except PictureError as error:
        return _Loaded(number, name, error, prepare)
    if isinstance(load, _Stored) and prepare == "auto":
        same = picture.shape[:2] == classifier.metadata.image_shape[:2]
        prepare = "none" if same else prepare
    return _Loaded(number, name, picture, prepare)


def _groups(loaded: Iterable[_Loaded]) -> Iterator[list[_Loaded]]:
    """Pictures that are prepared together, which spares time only where they are small."""
    group: list[_Loaded] = []
    size = 0
    for one in loaded:
        group.append(one)
        size += one.picture.size if isinstance(one.picture, np.ndarray) else 0
        if size > _TOGETHER:
            yield group
            group, size = [], 0
    yield group


def _prepared(
    classifier: Classifier, group: list[_Loaded], seen: Seen | None
) -> list[Input | PictureError]:
    pictures = [(one.picture, one.prepare) for one in group if isinstance(one.picture, np.ndarray)]
    made = iter(classifier.prepare_all(pictures))
    inputs: list[Input | PictureError] = []
    for number, name, picture, _ in group:
        if isinstance(picture, PictureError):
            inputs.append(picture)
            continue
        inputs.append(given := next(made))
        if seen is not None:
            seen(classifier, number, name, picture, given)
    return inputs


def _readings(
    classifier: Classifier, batch: Sequence[Named], threshold: float | None, never_reject: bool
) -> list[Reading]:
    def read(named: Named) -> Reading:
        name, load = named
        try:
            return name, classifier.read(load(), threshold=threshold, never_reject=never_reject)
        except PictureError as error:
            return name, error

    return [read(named) for named in batch]


@dataclass(frozen=True)
class _Stored:
    """An image of an array: of the training images' size it is one like them, no photograph."""

    image: NDArray[np.uint8]

    def __call__(self) -> NDArray[np.uint8]:
        return self.image


def _stored(contents: Contents) -> Iterator[Named]:
    return (
        (contents.names[number], _Stored(np.asarray(contents.images[number])))
        for number in range(len(contents))
    )


def _listed(listing: Listing) -> Iterator[Named]:
    contents = zip(listing.names, listing.read(), strict=True)
    return ((name, partial(_decoded, name, content)) for name, content in contents)


def _decoded(name: str, content: bytes | PictureError) -> NDArray[np.uint8]:
    if isinstance(content, PictureError):
        raise content
    return decode_bytes(content, name)
