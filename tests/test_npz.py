"""Arrays in .npz files are read without pickle, or refused with a reason."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, integer_dtypes
from numpy.typing import NDArray

from imagette.data.catalogue import IDX_FILES
from imagette.data.formats import npz
from imagette.errors import SourceError
from tests.test_idx import altered

IMAGES = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
LABELS = np.array([0, 1, 0], np.uint8)


def packed(compressed: bool = False) -> bytes:
    """An .npz with training images and labels, and an array that nobody asks for."""
    file = io.BytesIO()
    save = np.savez_compressed if compressed else np.savez
    save(file, x_train=IMAGES, y_train=LABELS, notes=np.zeros(2))
    return file.getvalue()


def with_npy(npy: bytes, compression: int = zipfile.ZIP_STORED) -> bytes:
    """An .npz whose x_train is made of these bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("x_train.npy", npy)
    return file.getvalue()


def npy(header: str, values: bytes = b"") -> bytes:
    """An .npy of version 1 with any header."""
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + values


def lzma_broken() -> bytes:
    content = bytearray(with_npy(npy("{}"), zipfile.ZIP_LZMA))
    content[content.index(b"x_train.npy") + 20] ^= 0xFF  # within LZMA's own header
    return bytes(content)


def plain_npy() -> bytes:
    file = io.BytesIO()
    np.save(file, IMAGES)
    return file.getvalue()


@pytest.mark.parametrize("compressed", [False, True])
def test_only_the_arrays_asked_for_are_read(tmp_path: Path, compressed: bool) -> None:
    path = tmp_path / "mnist.npz"
    path.write_bytes(packed(compressed))
    received = npz.read(path, IDX_FILES)
    assert received.keys() == {"x_train", "y_train"}
    np.testing.assert_array_equal(received["x_train"], IMAGES)
    np.testing.assert_array_equal(received["y_train"], LABELS)
    assert npz.read(path, ["x_test"]) == {}


@given(arrays(st.one_of(integer_dtypes(), st.just(np.dtype("f4"))), array_shapes(min_side=0)))
def test_arrays_of_any_number_type_come_back(
    tmp_path_factory: pytest.TempPathFactory, array: NDArray[np.generic]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.npz"
    np.savez(path, a=array)
    received = npz.read(path, ["a"])["a"]
    assert (received.dtype, received.shape) == (array.dtype, array.shape)
    assert received.tobytes() == array.tobytes()


def test_an_array_that_needs_pickle_is_refused_and_not_unpickled(tmp_path: Path) -> None:
    class Touch:
        def __reduce__(self) -> tuple[object, ...]:
            return (open, (str(tmp_path / "touched"), "x"))

    path = tmp_path / "objects.npz"
    np.savez(path, x_train=np.array([Touch()], object))
    with pytest.raises(SourceError, match=r"objects\.npz: x_train holds Python objects, exp"):
        npz.read(path, ["x_train"])
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "BadZipFile: File is not a zip file"),
        (b"x_train,y_train\n", "BadZipFile"),
        (packed()[:-30], "BadZipFile"),
        (packed(compressed=True)[:-40], "BadZipFile"),
        (packed()[200:], "ValueError: .*pickle"),
        (plain_npy(), "BadZipFile"),
        (plain_npy() + packed(), "TypeError"),  # NumPy goes by the beginning, zip by the end
        (lzma_broken(), "LZMAError"),
        (with_npy(b"nothing"), "ValueError: x_train is no array"),
        (with_npy(npy("{")), "SyntaxError|TokenError|ValueError"),
        (with_npy(npy("{[]: 1}")), "TypeError"),
        (with_npy(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9,)}")), "ValueError"),
        (with_npy(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}")), "ValueError"),
        (with_npy(npy(f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({10**25},)}}")), ""),
        (with_npy(npy(f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({10**16},)}}")), ""),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "mine.npz"
    path.write_bytes(content)
    message = rf"mine\.npz cannot be read as \.npz: .*({reason}).* Replace it by a good copy"
    with pytest.raises(SourceError, match=message):
        npz.read(path, IDX_FILES)


_BOMB = r"unpacks to 9,663,676,416 bytes, expected at most 8,589,934,592\. Save fewer images"


def test_a_zip_bomb_is_refused_by_the_sizes_it_claims(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x_train.npy", bytes(1000))
        archive.infolist()[0].file_size = 9 * 2**30
    with pytest.raises(SourceError, match=_BOMB):
        npz.read(path, ["x_train"])


def test_a_path_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.npz cannot be read"):
        npz.read(tmp_path / "nowhere.npz", IDX_FILES)


@given(
    altered(packed())
    | altered(packed(compressed=True))
    | altered(plain_npy()).map(with_npy)  # zip's checksum is right, what is in it is not
    | st.text(max_size=60).map(lambda header: with_npy(npy(header)))
    | st.binary(max_size=200)
)
def test_whatever_the_bytes_only_source_error_escapes(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.npz"
    path.write_bytes(content)
    try:
        npz.read(path, IDX_FILES)
    except SourceError as error:
        assert str(path) in str(error)
