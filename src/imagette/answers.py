"""A saved classifier on every picture of a data file: CSV of pixels, .npz, .npy, IDX, Parquet.

Labels, if there are any, are not looked at.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import Contents, Listing
from imagette.data.options import DataOptions
from imagette.data.readers import read, reader_of
from imagette.errors import PictureError
from imagette.images.decode import SUFFIXES, decode_bytes
from imagette.inference import Classifier, Prediction

_BATCH = 256  # pictures that are decoded and answered at a time

Answer = tuple[str, Prediction | PictureError]


def is_data_file(path: Path) -> bool:
    """Whether a file is no picture itself, and holds some."""
    return path.is_file() and path.suffix.lower() not in SUFFIXES and reader_of(path) is not None


def answers(
    classifier: Classifier, path: Path, **rule: Any
) -> tuple[Iterator[Answer], tuple[str, ...]]:
    """The name and the answer of each picture in a data file; and what was detected, sentences.

    `rule` is what `Classifier.predict` takes of it: prepare, threshold, never_reject.

    Raises:
        SourceError: the file is damaged, or of no kind that is known.
        DatasetError: its arrays hold no images.
    """
    found = read(path, DataOptions())
    pictures = _decoded(found) if isinstance(found, Listing) else _stored(found)
    return _answered(classifier, pictures, rule), found.notes


def _stored(contents: Contents) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    return ((contents.names[n], np.asarray(contents.images[n])) for n in range(len(contents)))


def _decoded(listing: Listing) -> Iterator[tuple[str, NDArray[np.uint8] | PictureError]]:
    for name, content in zip(listing.names, listing.read(), strict=True):
        try:
            yield (
                name,
                content if isinstance(content, PictureError) else decode_bytes(content, name),
            )
        except PictureError as error:
            yield name, error


def _answered(
    classifier: Classifier,
    pictures: Iterator[tuple[str, NDArray[np.uint8] | PictureError]],
    rule: dict[str, Any],
) -> Iterator[Answer]:
    """In the order of the pictures, so many at a time that memory stays small."""
    while batch := list(islice(pictures, _BATCH)):
        sound = [picture for _, picture in batch if not isinstance(picture, PictureError)]
        predictions = iter(classifier.predict_all(sound, **rule))
        for name, picture in batch:
            yield name, picture if isinstance(picture, PictureError) else next(predictions)
