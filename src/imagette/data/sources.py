"""Opening a source: what the user names becomes training, validation and test images."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.bounded import exists, real_path
from imagette.data import catalogue
from imagette.data.arrays.given import ARRAYS, given_contents, is_given
from imagette.data.conforming import conformed
from imagette.data.contents import Contents, Listing, Split
from imagette.data.dataset import Dataset, Splits
from imagette.data.decoding import decoded
from imagette.data.divide import divide, test_images
from imagette.data.download import DownloadProgress, download
from imagette.data.locate import bundled_digits, find, own_cache
from imagette.data.named_arrays import joined_splits, with_channels
from imagette.data.names import Names
from imagette.data.options import DataOptions
from imagette.data.other_test import with_test
from imagette.data.progress import DataProgress, noted_if_refused
from imagette.data.readers import read
from imagette.data.relabel import relabelled
from imagette.errors import DownloadError, SourceError

# A name of the catalogue, a path, or arrays in memory: (images, labels) and the like.
Source = Any
_SPLITS = ["train", "test"]


def open_source(
    source: Source,
    options: DataOptions | None = None,
    downloads: DownloadProgress | None = None,
    progress: DataProgress | None = None,
) -> Splits:
    """The images of a source, divided as `options` say.

    Raises:
        SourceError: the source is unknown, cannot be found, read, trusted or downloaded.
        DatasetError: its images or labels cannot be trained on.
    """
    options = options or DataOptions()
    contents = open_contents(source, options, downloads, progress)
    with noted_if_refused(contents.notes, progress):
        return divide(source_name(source), contents, options)


def open_test(
    source: Source, options: DataOptions, progress: DataProgress | None = None
) -> Dataset:
    """The test images of a source, which may have no others.

    Raises:
        SourceError, DatasetError: as `open_source` does.
    """
    contents = open_contents(source, options, progress=progress)
    return test_images(source_name(source), contents, options)


def open_contents(
    source: Source,
    options: DataOptions,
    downloads: DownloadProgress | None = None,
    progress: DataProgress | None = None,
) -> Contents:
    """All labelled images of a source, before they are divided, with the test images of
    `options.test` and the labels of `options.relabel`.

    Raises:
        SourceError: the source is unknown, cannot be found, read, trusted or downloaded.
        DatasetError: its images or labels are not such.
    """
    contents = _contents(source, options, downloads, progress)
    if options.test is not None and options.test_share() is None:
        shape = (*contents.images.shape[1:3], contents.images.shape[3])
        same = replace(options.for_shape(shape), groups=None)  # of the images to learn from alone
        other = _contents(options.test, same, downloads, progress)
        contents = with_test(contents, other, source_name(options.test))
    return relabelled(contents, Path(options.relabel)) if options.relabel else contents


def _contents(
    source: Source,
    options: DataOptions,
    downloads: DownloadProgress | None,
    progress: DataProgress | None,
) -> Contents:
    if is_given(source):
        return conformed(given_contents(source, options.groups), options, progress)
    if is_known(source):
        if options.groups is not None:
            raise SourceError(
                f"`groups={options.groups!r}`: {source} says of no image which group it is of. "
                "Leave `groups` out"
            )
        contents = _from_catalogue(catalogue.entry(str(source)), downloads)
        return conformed(contents, options, progress)
    if not str(source):  # as a path it would be the folder one is in
        raise SourceError("the source is an empty text, expected a name of the catalogue or a path")
    if "://" in str(source) and not exists(str(source)):
        raise SourceError(
            f"{source} is an address, expected a name of the catalogue or a path: data are not "
            "fetched from addresses. Download it, and give the file"
        )
    received = read(Path(source), options, progress)
    if isinstance(received, Listing):
        return decoded(received, options, progress)
    return conformed(received, options, progress)


def is_known(source: Source) -> bool:
    """Whether a source is meant by its name in the catalogue."""
    return not is_given(source) and catalogue.knows(str(source))


def where(source: Source) -> str:
    """What a run's record says of a source, so that it can be opened again."""
    if is_given(source):
        return ARRAYS
    return str(source) if is_known(source) else str(_resolved(source))


def source_name(source: Source) -> str:
    """What a source is called in run folders: a name of the catalogue, or that of the file."""
    if is_given(source):
        return ARRAYS
    return _resolved(source).name.lstrip(".").split(".")[0] or "data"


def _resolved(source: Any) -> Path:
    try:
        return real_path(source)
    except ValueError as error:  # a name that no system can have
        raise SourceError(f"no source {str(source)!r}: there is no such file or folder") from error


def open_published_splits(
    name: str, downloads: DownloadProgress | None = None
) -> tuple[Dataset, Dataset, bool]:
    """Training and test images as the data set's authors divided them; whether to mirror is fine.

    Raises:
        SourceError: the data set is unknown, or cannot be found, trusted or downloaded.
    """
    known = catalogue.entry(name)
    arrays = _find_or_download(known, downloads)
    train, test = (
        Dataset(with_channels(arrays[f"x_{split}"]), arrays[f"y_{split}"], known.class_names)
        for split in _SPLITS
    )
    return train, test, known.mirror


def _from_catalogue(known: catalogue.Entry, downloads: DownloadProgress | None) -> Contents:
    if known.kind == "bundled":
        images, labels = bundled_digits()
        splits = np.full(len(labels), Split.ANY, np.int8)
        names = Names(blocks={"image": len(labels)})
        return Contents(images[..., np.newaxis], labels, known.class_names, names, splits)
    arrays = _find_or_download(known, downloads)
    labels = np.concatenate([arrays[f"y_{split}"] for split in _SPLITS]).astype(np.int64)
    pictures = [with_channels(arrays[f"x_{split}"]) for split in _SPLITS]
    return joined_splits(pictures, labels, known.class_names, _SPLITS, known.mirror)


def _find_or_download(
    known: catalogue.Entry, downloads: DownloadProgress | None
) -> Mapping[str, NDArray[np.uint8]]:
    arrays, searched = find(known)
    if arrays is not None:
        return arrays
    folder = own_cache() / known.name
    places = "\n".join(f"  {path}" for path in searched)
    try:
        download(known, folder, downloads)
    except DownloadError as error:
        raise DownloadError(
            f"{known.name} is not on this machine, searched:\n{places}\n{error}"
        ) from error
    arrays, _ = find(known)
    if arrays is None:
        raise SourceError(f"{known.name} was downloaded into {folder} and is not there. Try again")
    return arrays
