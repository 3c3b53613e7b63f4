"""IDX files are read to the last byte, or refused with a reason."""

import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from imagette.data.formats import idx
from imagette.errors import SourceError

IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
PLAIN = idx.header(IMAGES.shape) + IMAGES.tobytes()


def altered(content: bytes) -> st.SearchStrategy[bytes]:
    """`content` with a few bytes replaced, and perhaps cut off."""
    positions = st.integers(-len(content), len(content) - 1)
    changes = st.lists(st.tuples(positions, st.integers(0, 255)), max_size=6)
    return st.builds(_alter, st.just(content), changes, st.none() | st.integers(0, len(content)))


def _alter(content: bytes, changes: list[tuple[int, int]], end: int | None) -> bytes:
    changed = bytearray(content)
    for position, value in changes:
        changed[position] = value
    return bytes(changed[:end])


def test_the_header_is_as_published(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    path.write_bytes(bytes.fromhex("00000801 00000003 070201"))  # yann.lecun.com/exdb/mnist
    assert idx.read(path).tolist() == [7, 2, 1]


@given(arrays(np.uint8, array_shapes(max_dims=4, min_side=0, max_side=5)))
def test_plain_and_gzip_give_the_array_back(
    tmp_path_factory: pytest.TempPathFactory, array: NDArray[np.uint8]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip"
    content = idx.header(array.shape) + array.tobytes()
    for written in (content, gzip.compress(content, mtime=0)):
        path.write_bytes(written)
        received = idx.read(path)
        assert received.dtype == np.uint8
        assert received.shape == array.shape
        assert received.tobytes() == array.tobytes()
    assert idx.md5(array) == hashlib.md5(content).hexdigest()


def test_md5_is_of_the_values_in_whatever_memory_order() -> None:
    turned = np.asfortranarray(IMAGES)
    assert idx.md5(turned) == idx.md5(IMAGES) == hashlib.md5(PLAIN).hexdigest()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "starts with the bytes nothing, expected an IDX file of uint8"),
        (b"\x89PNG\r\n", "starts with the bytes 89 50 4e 47, expected an IDX file of uint8"),
        (b"\0\0\x0d\x03" + PLAIN[4:], "starts with the bytes 00 00 0d 03, expected .*00 00 08"),
        (b"\0\0\x08\x05" + PLAIN[4:], "starts with the bytes 00 00 08 05, .* 01 to 04"),
        (PLAIN[:9], "ends within its header"),
        (PLAIN[:-1], r"claims to hold \(2, 3, 4\), 24 bytes, and holds 23. Download it again"),
        (PLAIN + b"!", r"claims to hold \(2, 3, 4\), 24 bytes, and holds more"),
        (gzip.compress(PLAIN + b"!", mtime=0), "claims .* and holds more"),
        (gzip.compress(PLAIN[:-1], mtime=0), "claims .* and holds 23"),
        (gzip.compress(PLAIN, mtime=0)[:-9], "cannot be read .*Compressed file ended before"),
        (gzip.compress(PLAIN, mtime=0)[:-8] + bytes(8), "cannot be read .*CRC check failed"),
        (gzip.compress(PLAIN, mtime=0)[:5], "cannot be read"),
        (gzip.compress(PLAIN, mtime=0) + b"more", "cannot be read .*Not a gzipped file"),
        (b"\x1f\x8b\x07" + bytes(20), "cannot be read .*Unknown compression method"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=f"train-images-idx3-ubyte {message}"):
        idx.read(path)


@pytest.mark.parametrize("shape", [(60_000, 10_000, 10_000), (0, 2**32 - 1, 2**32 - 1, 2**32 - 1)])
def test_a_claim_beyond_the_limit_is_refused_before_anything_is_unpacked(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    path = tmp_path / "images"
    path.write_bytes(b"\0\0\x08" + struct.pack(f">B{len(shape)}I", len(shape), *shape))
    with pytest.raises(SourceError, match=r"claims to hold \(.* reads at most 4294967296 bytes"):
        idx.read(path)


def test_a_path_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere cannot be read: No such file"):
        idx.read(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="cannot be read"):
        idx.read(tmp_path)


@given(
    altered(PLAIN)
    | altered(gzip.compress(PLAIN, mtime=0))
    | altered(PLAIN).map(gzip.compress)
    | st.binary(max_size=200)
    | st.binary(max_size=80).map(lambda tail: PLAIN[:3] + tail)
)
def test_whatever_the_bytes_only_source_error_escapes(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.idx"
    path.write_bytes(content)
    try:
        array = idx.read(path)
    except SourceError as error:
        assert str(path) in str(error)
    else:
        assert array.dtype == np.uint8
        assert 1 <= array.ndim <= 4
