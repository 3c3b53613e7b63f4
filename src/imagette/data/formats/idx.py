"""IDX, the format of the original MNIST files: a big-endian header and then the array.

Two zero bytes, the type (8: uint8), the number of dimensions, each dimension as four
bytes, the values. Plain or gzip. Source: http://yann.lecun.com/exdb/mnist/
"""

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagette.errors import SourceError

_UINT8 = 8
_GZIP = b"\x1f\x8b"
MAXIMUM_BYTES = 4 * 2**30  # a limit before anything is unpacked: 5 million 28x28 images


def read(path: Path) -> NDArray[np.uint8]:
    """The uint8 array in an IDX file, plain or gzip.

    Raises:
        SourceError: not IDX of uint8, too few or too many bytes, too large, or not to be read.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
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
            expected = math.prod(shape)
            # A zero must not hide sizes that NumPy cannot take.
            if math.prod(max(size, 1) for size in shape) > MAXIMUM_BYTES:
                raise SourceError(
                    f"{path} claims to hold {shape}; imagette reads at most {MAXIMUM_BYTES} bytes"
                )
            values = file.read(expected + 1)
    except (OSError, EOFError, zlib.error, MemoryError) as error:
        raise SourceError(f"{path} cannot be read ({error}). Download it again") from error
    if len(values) != expected:
        more = "more" if len(values) > expected else f"{len(values)}"
        raise SourceError(
            f"{path} claims to hold {shape}, {expected} bytes, and holds {more}. Download it again"
        )
    return np.frombuffer(values, np.uint8).reshape(shape)


def header(shape: tuple[int, ...]) -> bytes:
    """The header of an IDX file that holds a uint8 array of `shape`."""
    return bytes((0, 0, _UINT8, len(shape))) + struct.pack(f">{len(shape)}I", *shape)


def md5(array: NDArray[np.uint8]) -> str:
    """The MD5 of `array` as an IDX file: a checksum of contents, whatever container they are in."""
    digest = hashlib.md5(header(array.shape), usedforsecurity=False)
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
