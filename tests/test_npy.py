"""Files of NumPy's arrays as sources: .npy beside one another, .npz, also those of MedMNIST."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import imagette
from imagette.data.arrays import blocks, pixels
from imagette.data.contents import NO_LABEL, Contents, Split
from imagette.data.formats import npy, npz
from imagette.data.options import DataOptions
from imagette.data.readers import read as read_any
from imagette.errors import DatasetError, ImagetteError, SourceError
from tests.test_idx import altered

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 6, 5, 1), dtype=np.uint8)
LABELS = np.arange(40) % 3


def read(path: Path, **options: Any) -> Contents:
    contents = read_any(path, DataOptions(**options))
    assert isinstance(contents, Contents)
    return contents


def save(folder: Path, **arrays: Any) -> None:
    folder.mkdir(exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


@pytest.fixture
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays from 1,000 bytes on are mapped, some rows at a time."""
    for module in (npy, npz, pixels, blocks):
        monkeypatch.setattr(module, "LARGE", 1000)
    monkeypatch.setattr(blocks, "_BLOCK", 100)


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("x", "y"), ("X", "y"), ("images", "labels"), ("digits_images", "digits_labels"),
        ("x_train", "y_train"), ("data", "target"), ("stamps", "labels"),
    ],
)  # fmt: skip
def test_labels_are_found_beside_the_images(tmp_path: Path, images: str, labels: str) -> None:
    save(tmp_path, **{images: IMAGES, labels: LABELS, "other": LABELS[:3]})
    contents = read(tmp_path / f"{images}.npy")
    np.testing.assert_array_equal(contents.images, IMAGES)
    np.testing.assert_array_equal(contents.labels, LABELS)
    assert set(contents.splits.tolist()) == {Split.ANY}


def test_without_labels_beside_there_are_none(tmp_path: Path) -> None:
    save(tmp_path, cats_images=IMAGES, dogs_labels=LABELS)
    assert set(read(tmp_path / "cats_images.npy").labels.tolist()) == {NO_LABEL}


def test_a_folder_has_splits_and_groups(tmp_path: Path) -> None:
    save(tmp_path, x_train=IMAGES[:30], y_train=LABELS[:30], x_test=IMAGES[30:], y_test=LABELS[30:])
    contents = read(tmp_path)
    np.testing.assert_array_equal(contents.images, IMAGES)
    np.testing.assert_array_equal(contents.labels, LABELS)
    assert contents.splits.tolist() == [Split.TRAIN] * 30 + [Split.TEST] * 10
    save(tmp_path, writer_train=LABELS[:30], writer_test=LABELS[30:])
    for groups in (read(tmp_path, groups="writer").groups,):
        assert groups is not None
        np.testing.assert_array_equal(groups, LABELS)
    save(tmp_path / "one", x=IMAGES, y=LABELS, writer=LABELS)
    groups = read(tmp_path / "one/x.npy", groups="writer").groups
    assert groups is not None
    np.testing.assert_array_equal(groups, LABELS)
    with pytest.raises(SourceError, match=r"has no groups: expected patient\.npy beside it"):
        read(tmp_path / "one/x.npy", groups="patient")


def test_large_npy_are_mapped(tmp_path: Path, small_is_large: None) -> None:
    save(tmp_path, x=IMAGES, y=LABELS)
    contents = read(tmp_path / "x.npy")
    assert isinstance(contents.images, np.memmap)
    assert str(contents.images.filename) == str(tmp_path / "x.npy")
    contents.images[:] = 0  # changes no file
    np.testing.assert_array_equal(read(tmp_path / "x.npy").images, IMAGES)
    save(tmp_path, x=np.float32(IMAGES) / 255)  # these must be converted
    contents = read(tmp_path / "x.npy")
    assert isinstance(contents.images, np.memmap)
    np.testing.assert_array_equal(contents.images, IMAGES)


@pytest.mark.parametrize("save_as", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("divisor", [None, 255])
def test_large_npz_are_mapped_from_the_cache(
    tmp_path: Path, small_is_large: None, save_as: Any, divisor: int | None
) -> None:
    stored = IMAGES if divisor is None else IMAGES / divisor
    path = tmp_path / "mine.npz"
    save_as(path, x_train=stored[:30], y_train=LABELS[:30], x_test=stored[30:], y_test=LABELS[30:])
    contents = read(path)
    assert isinstance(contents.images, np.memmap)
    np.testing.assert_array_equal(contents.images, IMAGES)
    np.testing.assert_array_equal(contents.labels, LABELS)
    file = Path(str(contents.images.filename))
    time = file.stat().st_mtime_ns
    assert read(path).images.filename == contents.images.filename  # type: ignore[attr-defined]
    assert file.stat().st_mtime_ns == time  # it was not made again
    assert len(imagette.open_data(path).train) == 27
    save_as(path, x=np.asfortranarray(stored), y=LABELS)
    np.testing.assert_array_equal(read(path).images, IMAGES)


def test_a_large_npz_that_is_altered_is_refused(tmp_path: Path, small_is_large: None) -> None:
    path = tmp_path / "mine.npz"
    np.savez(path, x=IMAGES, y=LABELS)
    content = bytearray(path.read_bytes())
    content[content.index(IMAGES[20].tobytes()) + 5] ^= 1
    path.write_bytes(content)
    for _ in range(2):  # and nothing of it was kept
        with pytest.raises(SourceError, match=r"cannot be read as \.npz: .*Bad CRC-32"):
            read(path)


def test_medmnist_comes_with_three_splits(tmp_path: Path) -> None:
    colour = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 3), dtype=np.uint8)
    splits = {"train": slice(20), "val": slice(20, 30), "test": slice(30, 40)}
    arrays: dict[str, Any] = {f"{split}_images": colour[rows] for split, rows in splits.items()}
    arrays |= {f"{split}_labels": LABELS[rows, np.newaxis] for split, rows in splits.items()}
    np.savez_compressed(tmp_path / "pathmnist.npz", **arrays)
    contents = read(tmp_path / "pathmnist.npz")
    np.testing.assert_array_equal(contents.images, colour)
    np.testing.assert_array_equal(contents.labels, LABELS)
    assert contents.splits.tolist() == [1] * 20 + [2] * 10 + [3] * 10
    opened = imagette.open_data(tmp_path / "pathmnist.npz")
    assert [len(opened.train), len(opened.validation), len(opened.test)] == [20, 10, 10]
    arrays["train_labels"] = np.ones((20, 14), np.uint8)  # as chestmnist: several classes an image
    np.savez(tmp_path / "chestmnist.npz", **arrays)
    with pytest.raises(DatasetError, match="row 0 has 14 ones: expected one in each row. imagette"):
        read(tmp_path / "chestmnist.npz")


def test_a_folder_of_other_arrays_is_no_source(tmp_path: Path) -> None:
    save(tmp_path, weights=IMAGES)
    assert not npy.is_folder_of_arrays(tmp_path)
    save(tmp_path, x=IMAGES)
    assert npy.is_folder_of_arrays(tmp_path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ValueError: it does not begin"),
        (b"x,y\n1,2\n", "ValueError: it does not begin"),
        (b"\x93NUMPY\x01\x00", "ValueError"),
        (b"PK\x03\x04", "ValueError: it does not begin"),
    ],
)
def test_a_bad_npy_is_refused_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "x.npy").write_bytes(content)
    message = rf"x\.npy cannot be read as \.npy: .*({reason}).* Replace it by a good copy"
    with pytest.raises(SourceError, match=message):
        read(tmp_path / "x.npy")


def test_an_npy_that_needs_pickle_is_refused_and_not_unpickled(tmp_path: Path) -> None:
    class Touch:
        def __reduce__(self) -> tuple[object, ...]:
            return (open, (str(tmp_path / "touched"), "x"))

    np.save(tmp_path / "x.npy", np.array([Touch()], object), allow_pickle=True)
    with pytest.raises(SourceError, match=r"x.npy holds Python objects, expected .* pickle"):
        read(tmp_path / "x.npy")
    assert [path.name for path in tmp_path.iterdir() if path.name == "touched"] == []


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, IMAGES[:5])
    return file.getvalue()


def _npz(save_as: Any) -> bytes:
    file = io.BytesIO()
    save_as(file, x_train=IMAGES[:6], y_train=LABELS[:6])
    return file.getvalue()


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=altered(_npy()) | altered(_npz(np.savez)) | altered(_npz(np.savez_compressed)),
    suffix=st.sampled_from([".npy", ".npz"]),
)
def test_whatever_the_bytes_only_errors_of_imagette_escape(
    tmp_path: Path, small_is_large: None, content: bytes, suffix: str
) -> None:
    path = tmp_path / f"fuzz{suffix}"
    path.write_bytes(content)
    try:
        contents = read(path)
    except ImagetteError as error:
        assert "fuzz" in str(error)
    else:
        assert contents.images.dtype == np.uint8
        assert len(contents.images) == len(contents.labels)
