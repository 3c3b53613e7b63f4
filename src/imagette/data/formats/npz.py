"""NumPy's .npz: a zip of arrays. Arrays of Python objects, which need pickle, are refused."""

import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import SourceError

MAXIMUM_BYTES = 8 * 2**30  # unpacked, checked before anything is unpacked


def read(path: Path, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Those of the arrays `names` that the file holds.

    Raises:
        SourceError: not an .npz file, damaged, too large, or in need of pickle.

    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MAXIMUM_BYTES:
            raise SourceError(
                f"{path} unpacks to {size} bytes; imagette reads at most {MAXIMUM_BYTES}"
            )
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in names if name in arrays}
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        MemoryError,
        SyntaxError,
    ) as error:
        raise SourceError(
            f"{path} cannot be read as .npz: truncated, altered or of another kind "
            f"({type(error).__name__}: {error}). Replace it by a good copy"
        ) from error
