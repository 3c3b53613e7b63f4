"""Reads a safetensors file of a run folder, without trusting it or knowing what it holds."""

from pathlib import Path
from typing import Any

import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from imagette.bounded import read_bounded
from imagette.errors import RunError

Arrays = dict[str, NDArray[Any]]


def read_arrays(path: Path, most: int, remedy: str, missing: str = "") -> Arrays:
    """The arrays of a file of at most `most` bytes, by name, sorted by name.

    `remedy` is what to do about a file that cannot be read; `missing` is the message if there is
    none.

    Raises:
        RunError: the file is missing, not regular, larger, damaged, or has dtypes that NumPy does
            not have.
    """
    try:
        arrays: Arrays = safetensors.numpy.load(read_bounded(path, most, RunError, remedy))
        return dict(sorted(arrays.items()))  # the library gives them in no order
    except OSError as error:
        if missing and isinstance(error, FileNotFoundError):
            raise RunError(missing) from error
        raise RunError(f"{path} cannot be read: {error.strerror or error}. {remedy}") from error
    # The library lets through what NumPy raises for dtypes that it does not have, such as BF16.
    except (
        safetensors.SafetensorError, KeyError, TypeError, AttributeError, ValueError, OverflowError,
    ) as error:  # fmt: skip
        raise damaged(path, f"{type(error).__name__}: {error}", remedy) from error


def damaged(path: Path, reason: str, remedy: str) -> RunError:
    """The error for a file whose contents are not as expected."""
    return RunError(f"{path} is damaged ({reason.rstrip('.')}). {remedy}")
