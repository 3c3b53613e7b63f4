"""NumPy's .npz: a zip of arrays. Arrays of Python objects, which need pickle, are refused."""

import math
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from imagette.data.arrays.blocks import LARGE, Blocks, blocks_of, rows_in_block
from imagette.data.formats.pickled import require_no_pickle
from imagette.data.origin import require_readable
from imagette.errors import SourceError

MAXIMUM_BYTES = 8 * 2**30  # unpacked, checked before anything is unpacked
_HEADERS = {(1, 0): npy_format.read_array_header_1_0, (2, 0): npy_format.read_array_header_2_0}


def names(path: Path) -> list[str]:
    """The names of the arrays in the file.

    Raises:
        SourceError: not an .npz file, damaged, or too large.
    """
    with _refused(path), zipfile.ZipFile(path) as archive:
        _require_size(path, archive)
        members = archive.namelist()
    return [member.removesuffix(".npy") for member in members if member.endswith(".npy")]


def read(path: Path, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Those of the arrays `names` that the file holds.

    Raises:
        SourceError: not an .npz file, damaged, too large, or in need of pickle.
    """
    with _refused(path):
        with zipfile.ZipFile(path) as archive:
            _require_size(path, archive)
        with np.load(path, allow_pickle=False) as arrays:
            found = {name: _array(arrays, path, name) for name in names if name in arrays}
            for name, array in found.items():
                if not isinstance(array, np.ndarray):  # NumPy gives other members as bytes
                    raise ValueError(f"{name} is no array")
            return found


def _array(arrays: Any, path: Path, name: str) -> Any:
    try:
        return arrays[name]
    except ValueError as error:
        require_no_pickle(error, f"{path}: {name}")
        raise


def blocks(path: Path, name: str) -> Blocks:
    """The rows of the array `name`; a large one is never in memory as a whole.

    Raises:
        SourceError: as `read`; `Blocks.read` raises it too.
    """
    with _refused(path), zipfile.ZipFile(path) as archive:
        _require_size(path, archive)
        with archive.open(f"{name}.npy") as file:
            shape, by_columns, dtype = _header(file)
            size = math.prod(shape) * dtype.itemsize
            whole = by_columns or not shape or size < LARGE
            if not whole and size != archive.getinfo(f"{name}.npy").file_size - file.tell():
                raise ValueError(f"{name} is {dtype} {shape}, and has another number of bytes")
    if whole or dtype.hasobject:
        return blocks_of(read(path, [name])[name])

    def rows() -> Iterator[NDArray[Any]]:
        count, row = rows_in_block(shape, dtype), math.prod(shape[1:]) * dtype.itemsize
        with (
            _refused(path),
            zipfile.ZipFile(path) as archive,
            archive.open(f"{name}.npy") as file,
        ):
            _header(file)
            for start in range(0, shape[0], count):
                some = min(count, shape[0] - start)
                yield np.frombuffer(file.read(some * row), dtype).reshape(some, *shape[1:])
            file.read(1)  # at its end zip's checksum is held against what was read

    return Blocks(shape, dtype, rows)


def _header(file: Any) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether columns come first, and type."""
    version = npy_format.read_magic(file)
    if version not in _HEADERS:
        raise ValueError(f"version {version} of .npy")
    return _HEADERS[version](file)


def _require_size(path: Path, archive: zipfile.ZipFile) -> None:
    size = sum(member.file_size for member in archive.infolist())
    if size > MAXIMUM_BYTES:
        raise SourceError(
            f"{path} unpacks to {size:,} bytes, expected at most {MAXIMUM_BYTES:,}. Save fewer "
            "images in it, and as uint8"
        )


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    try:
        yield
    except SourceError:
        raise
    except Exception as error:  # zipfile and NumPy fed with broken bytes may raise anything
        require_readable(error, path)
        raise SourceError(
            f"{path} cannot be read as .npz: truncated, altered or of another kind "
            f"({type(error).__name__}: {error}). Replace it by a good copy"
        ) from error
