"""NumPy's .npz: a zip of arrays. Arrays of Python objects, which need pickle, are refused."""

import zipfile
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
            found = {name: arrays[name] for name in names if name in arrays}
            for name, array in found.items():
                if not isinstance(array, np.ndarray):  # NumPy gives other members as bytes
                    raise ValueError(f"{name} is no array")
            return found
    except SourceError:
        raise
    except Exception as error:  # zipfile and NumPy fed with broken bytes may raise anything
        raise SourceError(
            f"{path} cannot be read as .npz: truncated, altered or of another kind "
            f"({type(error).__name__}: {error}). Replace it by a good copy"
        ) from error
