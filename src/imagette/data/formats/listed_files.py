"""Files that a table lists: found on disk, read in order, missing ones reported one by one."""

import os
import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagette.data.formats.folder import MISSING, state
from imagette.errors import SourceError


def on_disk(source: Path, root: Path, paths: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    """The paths as the disk has them, which may compose Unicode otherwise, and their states.

    Raises:
        SourceError: not one of the files is there.
    """
    states = np.empty((len(paths), 3), np.int64)
    paths, start = list(paths), str(root)
    for n, path in enumerate(paths):
        states[n] = _state(start, path)
        if states[n, 0] < 0 and not path.isascii():
            for form in ("NFC", "NFD"):
                other = unicodedata.normalize(form, path)
                if (found := _state(start, other)) != MISSING:
                    states[n], paths[n] = found, other
    if (states[:, 0] < 0).all():
        raise SourceError(
            f"{source} lists {len(paths)} pictures and none of them is there, the first is "
            f"{str(root / paths[0])!r}; the paths are relative to the table's folder"
        )
    return paths, states


def _state(root: str, path: str) -> tuple[int, int, int]:
    try:
        return state(os.stat(f"{root}/{path}"))  # noqa: PTH116 (a million Paths take seconds)
    except (OSError, ValueError):  # it is reported when it is read
        return MISSING
