"""NumPy's .npy: images with their labels beside them, as x.npy and y.npy; large ones are mapped.

Arrays of Python objects, which need pickle, are refused.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from imagette.data.arrays.assembly import Part, assembled
from imagette.data.arrays.blocks import LARGE, blocks_of
from imagette.data.arrays.roles import Role, role_of
from imagette.data.cache import key_of
from imagette.data.contents import Contents, Split
from imagette.data.formats.pickled import require_no_pickle
from imagette.data.named_arrays import contents_by_name
from imagette.data.options import DataOptions
from imagette.data.origin import identity, require_readable
from imagette.data.progress import DataProgress
from imagette.errors import SourceError


def is_folder_of_arrays(path: Path) -> bool:
    """Whether a folder holds images as .npy, told by names as x_train.npy."""
    return path.is_dir() and any(
        role.kind == "images" for name in _arrays_in(path) if (role := role_of(name))
    )


def read_folder(path: Path, options: DataOptions, progress: DataProgress | None = None) -> Contents:
    """The arrays of a folder: x_train.npy, y_train.npy and the like.

    Raises:
        SourceError: one is missing, damaged, or in need of pickle.
        DatasetError: one is of another type or shape.
    """
    files = _arrays_in(path)
    return contents_by_name(
        files,
        lambda name: load(files[name]),
        lambda name: blocks_of(load(files[name])),
        str(path),
        options.groups,
        key_of("npy", *(identity(file) for file in files.values())),
        progress,
    )


def read(path: Path, options: DataOptions, progress: DataProgress | None = None) -> Contents:
    """Images in a file, with the labels (and groups) that lie beside it under a like name.

    Raises:
        SourceError: it is damaged, or in need of pickle, or there are no groups.
        DatasetError: it is of another type or shape.
    """
    images = load(path)
    labels = _beside(path, "labels", None)
    groups = _beside(path, "groups", options.groups) if options.groups else None
    if options.groups and groups is None:
        raise SourceError(f"{path} has no groups: expected {options.groups}.npy beside it")
    part = Part(
        Split.ANY,
        blocks_of(images),
        None if labels is None else load(labels),
        None if groups is None else load(groups),
        "y" if labels is None else labels.stem,
    )
    return assembled([part], str(path), key=key_of("npy", identity(path)), progress=progress)


def load(path: Path) -> NDArray[Any]:
    """The array in a file; mapped from it, copy on write, if it is large.

    Raises:
        SourceError: no such file, damaged, or in need of pickle.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(npy_format.MAGIC_PREFIX)) != npy_format.MAGIC_PREFIX:
                raise ValueError("it does not begin as .npy does")
            if path.stat().st_size < LARGE:
                file.seek(0)
                return np.asarray(npy_format.read_array(file, allow_pickle=False))
        mapped: NDArray[Any] = np.load(path, mmap_mode="c", allow_pickle=False)
        return mapped
    except Exception as error:  # NumPy fed with broken bytes may raise anything
        require_readable(error, path)
        require_no_pickle(error, str(path))
        raise SourceError(
            f"{path} cannot be read as .npy: truncated, altered or of another kind "
            f"({type(error).__name__}: {error}). Replace it by a good copy"
        ) from error


def _arrays_in(folder: Path) -> dict[str, Path]:
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".npy")
    except OSError as error:
        raise SourceError(f"{folder} cannot be read: {error.strerror}") from error
    return {file.stem: file for file in files}


def _beside(path: Path, kind: str, groups: str | None) -> Path | None:
    """The file of `kind` that belongs to the images in `path`, by its name."""
    own = role_of(path.stem) or Role("images", Split.ANY, path.stem.lower())
    found = [
        (role.rank, file)
        for name, file in _arrays_in(path.parent).items()
        if (role := role_of(name, groups)) and role.kind == kind and file != path
        if role.split in (own.split, Split.ANY) and role.stem in (own.stem, "")
    ]
    return min(found)[1] if found else None
