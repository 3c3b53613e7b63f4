"""Memory during a training: freed memory is kept at hand, and a shortage is told.

Each step allocates and frees the same large blocks. By default glibc returns such blocks to the
system at once and gets them anew, page by page, each page zeroed. On machines where pages are slow
to get, that has taken half of the time of a step of `sprint`.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from imagette.errors import TrainingError

# From glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD, _M_MMAP_MAX = -1, -2, -3, -4
_MAPPINGS = 65536  # mappings at a time: glibc's default
_BLOCK = 32 * 2**20  # bytes: the largest threshold that glibc accepts
_KEPT = 1024 * 2**20  # bytes of freed memory that are kept


@contextmanager
def freed_memory_kept() -> Iterator[None]:
    """Within the block, freed memory stays with the process, up to a gigabyte; then it is trimmed.

    Does nothing where the C library is not glibc.
    """
    libc = _glibc()
    if libc is None:
        yield
        return
    libc.mallopt(_M_MMAP_THRESHOLD, _BLOCK)
    libc.mallopt(_M_MMAP_MAX, 0)  # else larger blocks would be mapped anew each time
    libc.mallopt(_M_TRIM_THRESHOLD, _KEPT)
    libc.mallopt(_M_TOP_PAD, _BLOCK)
    try:
        yield
    finally:
        libc.mallopt(_M_MMAP_MAX, _MAPPINGS)
        libc.mallopt(_M_TRIM_THRESHOLD, 2 * _BLOCK)
        libc.mallopt(_M_TOP_PAD, 0)
        libc.malloc_trim(0)


@contextmanager
def shortage_told(parameters: int, batch_size: int) -> Iterator[None]:
    """Within the block, turn running out of memory into a TrainingError that says what takes it.

    Raises:
        TrainingError: the machine or the device has too little memory.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        # PyTorch has an error class for devices; for the CPU only its message tells.
        of_torch = isinstance(error, torch.OutOfMemoryError) or "can't allocate" in str(error)
        if not (of_torch or isinstance(error, MemoryError)):
            raise
        raise TrainingError(
            f"there is too little memory to train {parameters:,} parameters in batches of "
            f"{batch_size}. Take smaller batches (`batch_size`), smaller images (`image_size`) or "
            "a smaller network"
        ) from error


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "gnu_get_libc_version") else None
