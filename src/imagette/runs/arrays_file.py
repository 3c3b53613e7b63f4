"""A safetensors file of a run folder, read as a foreign one; knows nothing of what it holds."""

from pathlib import Path
from typing import Any

import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from imagette.bounded import read_bounded
from imagette.errors import RunError

Arrays = dict[str, NDArray[Any]]


def read_arrays(path: Path, most: int, remedy: str, missing: str = "") -> Arrays:
    """The arrays of a file of at most `most` bytes, by name, in the order of their names.

    `remedy` is what to do about one that cannot be read; `missing` is said where there is none.

    Raises:
        RunError: the file is missing, no regular one, larger, damaged, or of types that NumPy
            has not.
    """
    try:
        arrays: Arrays = safetensors.numpy.load(read_bounded(path, most, RunError, remedy))
        return dict(sorted(arrays.items()))  # the library gives them in no order
    except OSError as error:
        if missing and isinstance(error, FileNotFoundError):
            raise RunError(missing) from error
        raise RunError(f"{path} cannot be read: {error.strerror or error}. {remedy}") from error
    # The library lets through what NumPy raises of types that it has not, as BF16.
    except (
        safetensors.SafetensorError, KeyError, TypeError, AttributeError, ValueError, OverflowError,
    ) as error:  # fmt: skip
        raise damaged(path, f"{type(error).__name__}: {error}", remedy) from error


def damaged(path: Path, reason: str, remedy: str) -> RunError:
    """What is said of a file whose contents are not what they should be."""
    return RunError(f"{path} is damaged ({reason.rstrip('.')}). {remedy}")
