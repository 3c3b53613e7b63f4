"""IDX, the format of the original MNIST files: a big-endian header and then the array.

Two zero bytes, the type (8: uint8), the number of dimensions, each dimension as four
bytes, the values. Plain or gzip. Source: http://yann.lecun.com/exdb/mnist/
"""

import gzip
import hashlib
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.blocks import LARGE, Blocks, blocks_of, rows_in_block
from imagette.data.formats.gzipped import opened
from imagette.data.origin import require_readable
from imagette.errors import SourceError

_UINT8 = 8
MAXIMUM_BYTES = 4 * 2**30  # a limit before anything is unpacked: 5 million 28x28 images


def read(path: Path) -> NDArray[np.uint8]:
    """The uint8 array in an IDX file, plain or gzip.

    Raises:
        SourceError: not IDX of uint8, too few or too many bytes, too large, or not to be read.
    """
    with _told(path), opened(path) as file:
        shape = _header(file, path)
        expected = math.prod(shape)
        values = file.read(expected + 1)
    if len(values) != expected:
        raise _other_size(path, shape, len(values))
    return np.frombuffer(values, np.uint8).reshape(shape)


def blocks(path: Path) -> Blocks:
    """The rows of the array in an IDX file; a large one is mapped, or unpacked block by block.

    Raises:
        SourceError: as `read`; `Blocks.read` raises it too.
    """
    with _told(path), opened(path) as file:
        shape = _header(file, path)
        start, size = file.tell(), path.stat().st_size
        plain = not isinstance(file, gzip.GzipFile)
    if math.prod(shape) < LARGE:
        return blocks_of(read(path))
    if plain:
        if size - start != math.prod(shape):
            raise _other_size(path, shape, size - start)
        # Copy on write: PyTorch wants an array that can be written to.
        return blocks_of(np.memmap(path, np.uint8, "c", start, shape))
    return Blocks(shape, np.dtype(np.uint8), lambda: _unpacked(path, shape))


def _unpacked(path: Path, shape: tuple[int, ...]) -> Iterator[NDArray[np.uint8]]:
    count, row = rows_in_block(shape, np.dtype(np.uint8)), math.prod(shape[1:])
    with _told(path), opened(path) as file:
        _header(file, path)
        for start in range(0, shape[0], count):
            some = min(count, shape[0] - start)
            values = file.read(some * row)
            if len(values) != some * row:
                raise _other_size(path, shape, start * row + len(values))
            yield np.frombuffer(values, np.uint8).reshape(some, *shape[1:])
        if file.read(1):
            raise _other_size(path, shape, math.prod(shape) + 1)


def _header(file: IO[bytes], path: Path) -> tuple[int, ...]:
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] != _UINT8 or not 1 <= head[3] <= 4:
        raise SourceError(
            f"{path} starts with the bytes {head.hex(' ') or 'nothing'}, expected an IDX "
            "file of uint8 (00 00 08 and 01 to 04). Download it again"
        )
    sizes = file.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise SourceError(f"{path} ends within its header. Download it again")
    shape = struct.unpack(f">{head[3]}I", sizes)
    # A zero must not hide sizes that NumPy cannot take.
    if math.prod(max(size, 1) for size in shape) > MAXIMUM_BYTES:
        raise SourceError(
            f"{path} claims to hold {shape}; imagette reads at most {MAXIMUM_BYTES} bytes"
        )
    return shape


def _other_size(path: Path, shape: tuple[int, ...], received: int) -> SourceError:
    expected = math.prod(shape)
    more = "more" if received > expected else f"{received}"
    return SourceError(
        f"{path} claims to hold {shape}, {expected} bytes, and holds {more}. Download it again"
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error, MemoryError) as error:
        require_readable(error, path)
        raise SourceError(f"{path} cannot be read ({error}). Download it again") from error


def header(shape: tuple[int, ...]) -> bytes:
    """The header of an IDX file that holds a uint8 array of `shape`."""
    return bytes((0, 0, _UINT8, len(shape))) + struct.pack(f">{len(shape)}I", *shape)


def md5(array: NDArray[np.uint8]) -> str:
    """The MD5 of `array` as an IDX file: a checksum of contents, whatever container they are in."""
    digest = hashlib.md5(header(array.shape), usedforsecurity=False)
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
