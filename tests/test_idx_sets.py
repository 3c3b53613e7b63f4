"""Data sets of IDX files are found by a folder, a prefix or a file; what is missing is named."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import imagette
from imagette.data.arrays import blocks, pixels
from imagette.data.contents import NO_LABEL, Contents, Split
from imagette.data.formats import idx
from imagette.data.options import DataOptions
from imagette.data.readers import read as read_any
from imagette.errors import DatasetError, ImagetteError, SourceError

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 6, 5), dtype=np.uint8)
LABELS = (np.arange(40) % 3).astype(np.uint8)


def put(path: Path, array: NDArray[np.uint8]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = idx.header(array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def put_set(folder: Path, prefix: str = "", end: str = "") -> None:
    """MNIST's four files: 30 training images, 10 for test."""
    for split, rows in (("train", slice(30)), ("t10k", slice(30, 40))):
        put(folder / f"{prefix}{split}-images-idx3-ubyte{end}", IMAGES[rows])
        put(folder / f"{prefix}{split}-labels-idx1-ubyte{end}", LABELS[rows])


def read(path: Path, **options: Any) -> Contents:
    contents = read_any(path, DataOptions(**options))
    assert isinstance(contents, Contents)
    return contents


def is_whole(contents: Contents) -> bool:
    """Whether these are the four files of `put_set`."""
    np.testing.assert_array_equal(contents.images, IMAGES[..., np.newaxis])
    np.testing.assert_array_equal(contents.labels, LABELS)
    np.testing.assert_array_equal(contents.splits, [Split.TRAIN] * 30 + [Split.TEST] * 10)
    return True


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("prefix", ["", "emnist-letters-", "a.b_"])
def test_a_folder_and_a_prefix_open_the_four_files(tmp_path: Path, prefix: str, end: str) -> None:
    put_set(tmp_path / "set", prefix, end)
    (tmp_path / "set/README").write_text("not data")
    contents = read(tmp_path / "set")
    assert is_whole(contents)
    assert contents.names[30] == "test/0"
    transposed = [
        "EMNIST stores its images with rows and columns exchanged" in "".join(contents.notes)
    ]
    assert transposed == ["emnist" in prefix]
    if prefix:
        assert is_whole(read(tmp_path / "set" / prefix.rstrip("-_")))


def test_of_several_sets_one_must_be_named(tmp_path: Path) -> None:
    put_set(tmp_path, "emnist-letters-")
    put_set(tmp_path, "emnist-digits-", ".gz")
    message = (
        f"several sets of images: emnist-digits, emnist-letters. Name one: {tmp_path}/emnist-d"
    )
    with pytest.raises(SourceError, match=message):
        read(tmp_path)
    assert is_whole(read(tmp_path / "emnist-digits"))
    with pytest.raises(SourceError, match="no source .*emnist-d'"):
        read(tmp_path / "emnist-d")


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
        ("images-idx3-ubyte", "labels-idx1-ubyte.gz"),
        ("mine-images-idx3-ubyte.gz", "mine-labels-idx1-ubyte"),
        ("Train-Images-idx3-ubyte", "Train-Labels-idx1-ubyte"),
    ],
)
def test_a_pair_without_a_test_set_is_to_be_divided(
    tmp_path: Path, images: str, labels: str
) -> None:
    path = put(tmp_path / images, IMAGES)
    put(tmp_path / labels, LABELS)
    for source in (path, tmp_path):
        contents = read(source)
        np.testing.assert_array_equal(contents.images[..., 0], IMAGES)
        np.testing.assert_array_equal(contents.labels, LABELS)
        assert set(contents.splits.tolist()) == {Split.ANY}
    assert len(imagette.open_data(path).test) == 8


def test_images_alone_have_no_labels(tmp_path: Path) -> None:
    path = put(tmp_path / "new-images-idx3-ubyte", IMAGES)
    assert set(read(path).labels.tolist()) == {NO_LABEL}
    with pytest.raises(DatasetError, match="40 of 40 images have no label"):
        imagette.open_data(path)
    plain = put(tmp_path / "other.idx", IMAGES)
    np.testing.assert_array_equal(read(plain).images[..., 0], IMAGES)


def test_large_images_are_mapped_and_packed_ones_go_through_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (idx, pixels, blocks):
        monkeypatch.setattr(module, "LARGE", 1000)
    monkeypatch.setattr(blocks, "_BLOCK", 100)
    for end in ("", ".gz"):
        path = put(tmp_path / f"images-idx3-ubyte{end}", IMAGES)
        contents = read(path)
        assert isinstance(contents.images, np.memmap)
        np.testing.assert_array_equal(contents.images[..., 0], IMAGES)
        kept = str(path) if not end else str(contents.images.filename)
        assert str(contents.images.filename) == kept
        contents.images[:] = 0  # changes no file
        np.testing.assert_array_equal(read(path).images[..., 0], IMAGES)
    put_set(tmp_path / "set")
    whole = read(tmp_path / "set")  # two files become one map
    assert is_whole(whole)
    assert isinstance(whole.images, np.memmap)


@pytest.mark.parametrize("cut", [-1, -700])
@pytest.mark.parametrize("end", ["", ".gz"])
def test_large_images_of_too_few_bytes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int, end: str
) -> None:
    for module in (idx, pixels, blocks):
        monkeypatch.setattr(module, "LARGE", 1000)
    content = idx.header(IMAGES.shape) + IMAGES.tobytes()
    for changed, held in ((content[:cut], 1200 + cut), (content + b"!", "more")):
        path = tmp_path / f"images-idx3-ubyte{end}"
        path.write_bytes(gzip.compress(changed) if end else changed)
        message = rf"claims to hold \(40, 6, 5\), 1200 bytes, and holds {held}\. Download"
        with pytest.raises(SourceError, match=message):
            read(path)


def test_what_is_missing_or_does_not_match_is_told(tmp_path: Path) -> None:
    put_set(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    message = "has t10k-images-idx3-ubyte and no labels for it, expected t10k-labels-idx1-ubyte be"
    with pytest.raises(SourceError, match=message):
        read(tmp_path)
    put(tmp_path / "t10k-labels-idx1-ubyte", LABELS)
    message = r"labels in t10k-labels-idx1-ubyte are uint8 \(40,\), expected \(10,\): one for each"
    with pytest.raises(DatasetError, match=message):
        read(tmp_path)
    with pytest.raises(SourceError, match="holds labels. Give the file of images, or the folder"):
        read(tmp_path / "train-labels-idx1-ubyte")
    with pytest.raises(SourceError, match="is IDX, which has no groups: leave `groups` out"):
        read(tmp_path, groups="writer")
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(b"\0\0\x0d\x03")
    with pytest.raises(ImagetteError, match="starts with the bytes 00 00 0d 03, expected an IDX"):
        read(tmp_path)


def test_colour_may_be_the_last_or_the_first_dimension(tmp_path: Path) -> None:
    colour = np.random.default_rng(0).integers(0, 256, (10, 6, 5, 3), dtype=np.uint8)
    for stored in (colour, colour.transpose(0, 3, 1, 2)):
        path = put(tmp_path / "images-idx4-ubyte", np.ascontiguousarray(stored))
        np.testing.assert_array_equal(read(path).images, colour)
