"""Opening a source: what the user names becomes training, validation and test images."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.catalogue import IDX_FILES, Entry, entry
from imagette.data.dataset import Dataset, Splits
from imagette.data.download import DownloadProgress, download
from imagette.data.formats import npz
from imagette.data.locate import bundled_digits, find, own_cache
from imagette.data.splits import count_duplicates, require_trainable, take_out
from imagette.errors import DatasetError, DownloadError, SourceError

TEST_SHARE = 0.2  # set aside where a source has no test set of its own


def open_source(
    source: str | Path,
    *,
    validation: float = 0.1,
    seed: int = 0,
    progress: DownloadProgress | None = None,
) -> Splits:
    """The images of a data set of the catalogue, or of an .npz file.

    `validation` is the share of all images but the source's own test set that is set aside,
    stratified and by `seed`; without a test set of its own, a fifth is set aside for that.

    Raises:
        SourceError: the source is unknown, cannot be found, read, trusted or downloaded.
        DatasetError: its images or labels cannot be trained on.
    """
    path = Path(source)
    if path.suffix.lower() == ".npz":
        return _split(path.stem, *_read_npz(path), validation, seed)
    known = entry(str(source))
    if known.kind == "bundled":
        images, labels = bundled_digits()
        dataset = Dataset(images[..., np.newaxis], labels, known.class_names)
        return _split(known.name, dataset, None, validation, seed, known.mirror)
    train, test, mirror = open_published_sides(known.name, progress)
    return _split(known.name, train, test, validation, seed, mirror)


def open_published_sides(
    name: str, progress: DownloadProgress | None = None
) -> tuple[Dataset, Dataset, bool]:
    """Training and test images as the data set's authors divided them; whether to mirror is fine.

    Raises:
        SourceError: the data set is unknown, or cannot be found, trusted or downloaded.
    """
    known = entry(name)
    arrays = _find_or_download(known, progress)
    train, test = (
        Dataset(_with_channels(arrays[f"x_{side}"]), arrays[f"y_{side}"], known.class_names)
        for side in ("train", "test")
    )
    return train, test, known.mirror


def _find_or_download(
    known: Entry, progress: DownloadProgress | None
) -> Mapping[str, NDArray[np.uint8]]:
    arrays, searched = find(known)
    if arrays is not None:
        return arrays
    folder = own_cache() / known.name
    places = "\n".join(f"  {path}" for path in searched)
    try:
        download(known, folder, progress)
    except DownloadError as error:
        put = known.npz[0] if known.npz else ", ".join(name for name, _ in known.downloads)
        raise DownloadError(
            f"{known.name} is not on this machine, searched:\n{places}\n{error}\n"
            f"Without a network, put {put} into {folder}"
            + (", or into a folder that IMAGETTE_DATA names" if known.npz else "")
        ) from error
    arrays, _ = find(known)
    if arrays is None:
        raise SourceError(f"{known.name} was downloaded into {folder} and is not there. Try again")
    return arrays


def _split(
    name: str,
    train: Dataset,
    test: Dataset | None,
    validation: float,
    seed: int,
    mirror: bool = False,
) -> Splits:
    require_trainable(train)
    if test is not None and not len(test):
        raise DatasetError(f"{name} has a test set of 0 images: give it some, or leave it out")
    if test is None:
        # Validation is a share of the whole: 70/10/20.
        if not 0 < validation < 1 - TEST_SHARE:
            raise DatasetError(
                f"validation share {validation}: expected more than 0 and less than "
                f"{1 - TEST_SHARE:g}, because {TEST_SHARE:g} of the images are set aside for test"
            )
        train, test = take_out(train, TEST_SHARE, seed, "test")
        validation /= 1 - TEST_SHARE
        duplicates = 0  # they were kept together
    else:
        duplicates = count_duplicates(test, train)
    train, held_out = take_out(train, validation, seed, "validation")
    return Splits(name, train, held_out, test, mirror, duplicates)


def _read_npz(path: Path) -> tuple[Dataset, Dataset | None]:
    """Training and, if there is one, test set of a file with Keras's names for its arrays."""
    if not path.is_file():
        raise SourceError(f"there is no file {path}. Give the path of an .npz file")
    arrays = npz.read(path, IDX_FILES)
    if "x_train" not in arrays or "y_train" not in arrays:
        raise SourceError(
            f"{path} has no arrays x_train and y_train. Name them so, and x_test and y_test "
            "if there is a test set"
        )
    if ("x_test" in arrays) != ("y_test" in arrays):
        raise SourceError(f"{path} has one of x_test and y_test: give both, or neither")
    labels = [arrays[name] for name in ("y_train", "y_test") if name in arrays]
    for array in labels:
        column = array.shape[1:] in ((), (1,))
        if not np.issubdtype(array.dtype, np.integer) or not array.ndim or not column:
            raise DatasetError(
                f"{path}: labels are {array.dtype} {array.shape}, expected integers (n,)"
            )
        if array.size and array.max() > np.iinfo(np.int64).max:
            raise DatasetError(f"{path}: a label is {array.max()}, expected at most 2**63 - 1")
    values = np.unique(np.concatenate([array.ravel().astype(np.int64) for array in labels]))
    sides = [
        Dataset(
            _checked_images(arrays[f"x_{side}"], path),
            np.searchsorted(values, arrays[f"y_{side}"].ravel().astype(np.int64)),
            tuple(map(str, values.tolist())),
        )
        for side in ("train", "test")
        if f"x_{side}" in arrays
    ]
    train, *tests = sides
    for test in tests:
        if test.shape != train.shape:
            raise DatasetError(
                f"{path}: test images are {test.shape}, expected {train.shape} as in training"
            )
    return train, tests[0] if tests else None


def _with_channels(images: NDArray[Any]) -> NDArray[Any]:
    """(n, height, width) as (n, height, width, 1)."""
    return images[..., np.newaxis] if images.ndim == 3 else images


def _checked_images(images: NDArray[Any], path: Path) -> NDArray[np.uint8]:
    """Images of an .npz file with their channels; raises DatasetError for other arrays."""
    shaped = _with_channels(images)
    if images.dtype != np.uint8 or shaped.ndim != 4 or shaped.shape[3] not in (1, 3):
        raise DatasetError(
            f"{path}: images are {images.dtype} {images.shape}, expected uint8 (n, height, width) "
            "or (n, height, width, 1 or 3). Numbers from 0 to 1: multiply by 255, .astype(np.uint8)"
        )
    if not all(shaped.shape[1:]):
        raise DatasetError(f"{path}: images are {images.shape}: they have no pixels")
    return shaped
