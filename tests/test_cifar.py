"""CIFAR-10's archive is read into images in Keras's layout, or refused with a reason."""

import gzip
import io
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagette.data.formats import cifar
from imagette.errors import SourceError
from tests.test_idx import altered

RECORDS = 3
TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))


@pytest.fixture(autouse=True, scope="module")
def small_batches() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cifar, "_RECORDS", RECORDS)
        yield


def batch(number: int) -> bytes:
    """Three records: labels and planes of red, green and blue that tell them apart."""
    records = []
    for record in range(RECORDS):
        planes = (bytes([plane]) * 32 * 32 for plane in (number, record, 255))
        records.append(bytes([(number + record) % 10]) + b"".join(planes))
    return b"".join(records)


def batches() -> dict[str, bytes]:
    return {name: batch(number) for number, name in enumerate((*TRAIN, "test_batch.bin"))}


def tar(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def write(folder: Path, members: Mapping[str, bytes]) -> Path:
    path = folder / "cifar-10-binary.tar.gz"
    path.write_bytes(gzip.compress(tar(members), 1, mtime=0))
    return path


def test_batches_come_in_order_and_channels_last(tmp_path: Path) -> None:
    # The order in the archive does not count: that of the numbers does.
    members = dict(reversed(batches().items())) | {"batches.meta.txt": b"airplane\n"}
    arrays = cifar.read(write(tmp_path, members))
    assert arrays["x_train"].shape == (5 * RECORDS, 32, 32, 3)
    assert arrays["x_test"].shape == (RECORDS, 32, 32, 3)
    assert all(array.dtype == np.uint8 for array in arrays.values())
    first_pixels = arrays["x_train"][:, 0, 0].tolist()
    assert first_pixels == [[number, record, 255] for number in range(5) for record in range(3)]
    assert arrays["y_train"].tolist() == [n + r for n in range(5) for r in range(3)]
    assert arrays["y_test"].tolist() == [5, 6, 7]


def test_rows_and_columns_stay_as_they_are(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    record = b"\x07" + image.transpose(2, 0, 1).tobytes()
    arrays = cifar.read(write(tmp_path, batches() | {"test_batch.bin": record * RECORDS}))
    np.testing.assert_array_equal(arrays["x_test"], np.stack([image] * RECORDS))
    assert arrays["y_test"].tolist() == [7] * RECORDS


@pytest.mark.parametrize("change", [{}, {"data_batch_4.bin": batch(3)[:-1]}])
def test_a_missing_or_short_batch_is_named(tmp_path: Path, change: dict[str, bytes]) -> None:
    members = batches()
    del members["data_batch_4.bin"]
    path = write(tmp_path, members | change)
    with pytest.raises(SourceError, match=r"tar\.gz lacks data_batch_4\.bin. Download it again"):
        cifar.read(path)


def test_a_link_does_not_stand_for_a_batch(tmp_path: Path) -> None:
    path = tmp_path / "links.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("test_batch.bin")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(SourceError, match=r"lacks data_batch_1\.bin"):
        cifar.read(path)


def sparse_without_map() -> bytes:
    """A tar in which Python's tarfile stumbles over a number that is none."""
    member = tarfile.TarInfo("test_batch.bin")
    member.pax_headers = {"GNU.sparse.map": "=", "GNU.sparse.size": "5"}
    return member.tobuf(tarfile.PAX_FORMAT)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        gzip.compress(b"no archive" * 100, mtime=0),
        gzip.compress(tar(batches()), mtime=0)[:-60],
        gzip.compress(sparse_without_map(), mtime=0),
    ],
    ids=["empty", "text", "packed text", "truncated", "sparse"],
)
def test_another_or_truncated_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cifar-10-binary.tar.gz"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"binary\.tar\.gz cannot be read \(.*Download it again"):
        cifar.read(path)


def test_a_path_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere cannot be read"):
        cifar.read(tmp_path / "nowhere")


@given(
    altered(gzip.compress(tar(batches()), mtime=0))
    | altered(tar({"a": b"a"} | batches())).map(lambda content: gzip.compress(content, 1, mtime=0))
    | st.binary(max_size=600).map(
        lambda head: gzip.compress(head + tar({"b": b"b"})[:2000], 1, mtime=0)
    )
    | st.binary(max_size=200)
)
def test_whatever_the_bytes_only_source_error_escapes(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.tar.gz"
    path.write_bytes(content)
    try:
        arrays = cifar.read(path)
    except SourceError as error:
        assert str(path) in str(error)
    else:
        assert arrays["x_train"].shape == (5 * RECORDS, 32, 32, 3)
