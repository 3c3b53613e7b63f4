"""Finding a catalogue's data set on this machine, and making sure that it is the one.

Searched in this order: $IMAGETTE_DATA, Keras's cache, imagette's own cache. What is found
is verified by a checksum of its contents, whatever container holds it.
"""

import gzip
import hashlib
import importlib.util
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.catalogue import IDX_FILES, Entry
from imagette.data.formats import cifar, idx, npz
from imagette.errors import SourceError
from imagette.machine import home_folder

# In scikit-learn's folder. Importing scikit-learn takes longer than reading it and all the rest.
_DIGITS = Path("datasets", "data", "digits.csv.gz")

Arrays = Mapping[str, NDArray[np.uint8]]


def own_cache() -> Path:
    """Where imagette keeps what it downloaded and decoded: $IMAGETTE_CACHE, or the user's cache."""
    if folder := os.environ.get("IMAGETTE_CACHE"):
        return Path(folder)
    import platformdirs

    try:
        return platformdirs.user_cache_path("imagette")
    except RuntimeError:  # there is no home
        return home_folder() / ".cache" / "imagette"


def find(entry: Entry) -> tuple[Arrays | None, list[Path]]:
    """The arrays x_train, y_train, x_test, y_test of `entry`, or None; and the places searched.

    Raises:
        SourceError: files of that name are there, and damaged or of other contents.
    """
    searched: list[Path] = []
    for folder in _folders(entry):
        for name in entry.npz:
            searched.append(path := folder / name)
            if path.is_file():
                return _verified(entry, npz.read(path, IDX_FILES), path), searched
        if entry.kind == "cifar":
            searched.append(path := folder / entry.downloads[0][0])
            if path.is_file():
                _verify_files(entry, [path])
                return cifar.read(path), searched
        elif files := _idx_files(folder):
            if not entry.checksums:
                _verify_files(entry, files.values())
            arrays = {name: idx.read(path) for name, path in files.items()}
            return _verified(entry, arrays, folder), searched
        else:
            searched.append(folder / (IDX_FILES["x_train"] + "[.gz]"))
    return None, searched


def bundled_digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """scikit-learn's 8x8 digits: images (1797, 8, 8) scaled from 0..16 to 0..255, and labels."""
    rows = _digits_rows()
    images = np.rint(rows[:, :-1].reshape(-1, 8, 8) * (255 / 16)).astype(np.uint8)
    return images, rows[:, -1].astype(np.int64)


def _digits_rows() -> NDArray[np.float64]:
    """64 pixels and the label, a row an image; from the file, where scikit-learn has it still."""
    package = importlib.util.find_spec("sklearn")
    for folder in (package and package.submodule_search_locations) or ():
        if (path := Path(folder) / _DIGITS).is_file():
            with gzip.open(path, "rt", encoding="ascii") as file:
                return np.loadtxt(file, delimiter=",")
    from sklearn.datasets import load_digits

    bundle: Any = load_digits()
    return np.column_stack((bundle.data, bundle.target))


def _folders(entry: Entry) -> list[Path]:
    """Where `entry` may lie. Without known checksums only what imagette downloaded counts."""
    folders = []
    if entry.checksums:
        if data := os.environ.get("IMAGETTE_DATA"):
            folders += [Path(data), Path(data) / entry.name]
        keras = Path(os.environ.get("KERAS_HOME") or home_folder() / ".keras") / "datasets"
        folders += [keras / entry.name] + ([keras] if entry.npz else [])
    return [*folders, own_cache() / entry.name]


def _idx_files(folder: Path) -> dict[str, Path] | None:
    """MNIST's four files in `folder`, plain or .gz, if all of them are there."""
    files = {}
    for array, name in IDX_FILES.items():
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                files[array] = path
    return files if len(files) == len(IDX_FILES) else None


def _verify_files(entry: Entry, paths: Iterable[Path]) -> None:
    """Hold files against the hashes of `entry`, where no checksums of contents are known."""
    hashes = dict(entry.downloads)
    for path in paths:
        if path.name not in hashes:
            raise SourceError(
                f"{path} cannot be checked: only {path.name}.gz has a known hash. Put that beside "
                "it, as it is downloaded"
            )
        try:
            with path.open("rb") as file:
                received = f"md5:{hashlib.file_digest(file, 'md5').hexdigest()}"
        except OSError as error:
            raise SourceError(
                f"{path} cannot be read: {error.strerror}. Restore it, or remove it"
            ) from error
        if received != hashes[path.name]:
            raise SourceError(
                f"{path} is not {entry.name}'s, or was altered: its checksum is {received}, "
                f"expected {hashes[path.name]}. Remove it, and it is downloaded again"
            )


def _verified(entry: Entry, arrays: Arrays, where: Path) -> Arrays:
    for array, expected in entry.checksums:
        if array not in arrays:
            raise SourceError(
                f"{where} has no array {array!r}, expected {', '.join(IDX_FILES)} as in "
                f"Keras's {entry.name}. Replace it by a good copy"
            )
        values = arrays[array]
        received = idx.md5(values) if values.dtype == np.uint8 else f"type {values.dtype}"
        if received != expected:
            raise SourceError(
                f"{where} is not {entry.name}, or was altered: {array} has the checksum "
                f"{received}, expected {expected}. Replace it by a good copy, or remove it"
            )
    return arrays
