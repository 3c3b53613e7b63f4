"""Data sets are found where they may lie, in order, and only if they are the right ones."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from imagette.data import locate
from imagette.data.catalogue import IDX_FILES, Entry, entry
from imagette.data.formats import idx
from imagette.data.locate import Arrays, bundled_digits, find, own_cache
from imagette.errors import SourceError
from tests.conftest import require_data


def isolate(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Hide this machine's own data: everything that is searched lies below `home`."""
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA"):
        patch.setenv(name, str(home))
    patch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    for name in ("KERAS_HOME", "IMAGETTE_CACHE", "IMAGETTE_CACHE_GB"):
        patch.delenv(name, raising=False)
    patch.delenv("IMAGETTE_DATA", raising=False)


def tiny_arrays() -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """Two classes of 4x4 images under Keras's names: 20 for training, 8 for test."""
    random = np.random.default_rng(0)
    return {
        "x_train": random.integers(0, 256, (20, 4, 4), np.uint8),
        "y_train": np.arange(20, dtype=np.uint8) % 2,
        "x_test": random.integers(0, 256, (8, 4, 4), np.uint8),
        "y_test": np.arange(8, dtype=np.uint8) % 2,
    }


def idx_bytes(arrays: Arrays) -> dict[str, bytes]:
    """The four gzipped IDX files of `arrays`."""
    return {
        f"{name}.gz": gzip.compress(
            idx.header(arrays[array].shape) + arrays[array].tobytes(), mtime=0
        )
        for array, name in IDX_FILES.items()
    }


def tiny_entry(*mirrors: str) -> Entry:
    """An entry for `tiny_arrays`, known by contents and by files."""
    arrays = tiny_arrays()
    return Entry(
        name="tiny",
        title="28 small images",
        licence="none",
        class_names=("even", "odd"),
        image_shape=(4, 4, 1),
        kind="idx",
        checksums=tuple((array, idx.md5(values)) for array, values in arrays.items()),
        npz=("tiny.npz",),
        downloads=tuple(
            (name, f"md5:{hashlib.md5(content).hexdigest()}")
            for name, content in idx_bytes(arrays).items()
        ),
        mirrors=mirrors,
    )


def put_npz(folder: Path, **changes: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "tiny.npz", **tiny_arrays() | changes)  # type: ignore[arg-type]
    return folder / "tiny.npz"


def put_idx(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in idx_bytes(tiny_arrays()).items():
        (folder / name).write_bytes(content)
    return folder


def assert_tiny(arrays: Arrays | None) -> None:
    assert arrays is not None
    for name, expected in tiny_arrays().items():
        np.testing.assert_array_equal(arrays[name], expected)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    isolate(monkeypatch, tmp_path)
    return tmp_path


def test_nothing_is_found_on_an_empty_machine(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("IMAGETTE_DATA", str(home / "data"))
    arrays, searched = find(tiny_entry())
    assert arrays is None
    images = "train-images-idx3-ubyte[.gz]"
    assert [path.relative_to(home) for path in searched if home in path.parents] == [
        Path("data/tiny.npz"),
        Path("data", images),
        Path("data/tiny/tiny.npz"),
        Path("data/tiny", images),
        Path(".keras/datasets/tiny/tiny.npz"),
        Path(".keras/datasets/tiny", images),
        Path(".keras/datasets/tiny.npz"),
        Path(".keras/datasets", images),
        (own_cache() / "tiny/tiny.npz").relative_to(home),
        (own_cache() / "tiny" / images).relative_to(home),
    ]


PLACES: list[Callable[[Path], Path]] = [
    lambda home: put_npz(home / "data"),
    lambda home: put_npz(home / "data/tiny"),
    lambda home: put_idx(home / "keras/datasets/tiny"),
    lambda home: put_npz(home / "keras/datasets"),
    lambda home: put_idx(own_cache() / "tiny"),
]


@pytest.mark.parametrize("number", range(len(PLACES)))
def test_the_first_place_wins_and_the_others_are_not_read(
    monkeypatch: pytest.MonkeyPatch, home: Path, number: int
) -> None:
    monkeypatch.setenv("IMAGETTE_DATA", str(home / "data"))
    monkeypatch.setenv("KERAS_HOME", str(home / "keras"))
    places = [put(home) for put in PLACES[number:]]
    for later in places[1:]:
        for path in [later] if later.is_file() else later.iterdir():
            path.write_bytes(b"damaged")
    arrays, searched = find(tiny_entry())
    assert_tiny(arrays)
    assert not any(later in (path, path.parent) for later in places[1:] for path in searched)


def test_plain_idx_files_are_found(home: Path) -> None:
    folder = put_idx(home / ".keras/datasets/tiny")
    for packed in list(folder.iterdir()):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    assert_tiny(find(tiny_entry())[0])


def test_three_of_four_idx_files_are_none(home: Path) -> None:
    (put_idx(own_cache() / "tiny") / "t10k-labels-idx1-ubyte.gz").unlink()
    assert find(tiny_entry())[0] is None


def test_an_altered_array_is_refused_with_both_checksums(home: Path) -> None:
    altered = tiny_arrays()["x_test"]
    altered[0, 0, 0] ^= 1
    path = put_npz(home / ".keras/datasets", x_test=altered)
    received, expected = idx.md5(altered), dict(tiny_entry().checksums)["x_test"]
    message = (
        f"{path} is not tiny, or was altered: x_test has the checksum {received}, expected "
        f"{expected}. Replace it by a good copy, or remove it"
    )
    with pytest.raises(SourceError) as caught:
        find(tiny_entry())
    assert str(caught.value) == message


def test_images_of_another_type_are_refused(home: Path) -> None:
    put_npz(home / ".keras/datasets", x_train=tiny_arrays()["x_train"] / 255)
    with pytest.raises(SourceError, match="x_train has the checksum type float64, expected"):
        find(tiny_entry())


def test_an_npz_without_one_of_the_arrays_is_refused(home: Path) -> None:
    path = put_npz(home / ".keras/datasets")
    arrays = tiny_arrays()
    del arrays["y_test"]
    np.savez(path, **arrays)  # type: ignore[arg-type]
    with pytest.raises(SourceError, match=r"tiny\.npz has no array 'y_test', expected x_train, "):
        find(tiny_entry())


def test_truncated_files_are_refused_by_name(home: Path) -> None:
    path = put_npz(home / ".keras/datasets")
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(SourceError, match=r"tiny\.npz cannot be read as \.npz: truncated"):
        find(tiny_entry())
    path.unlink()
    images = put_idx(own_cache() / "tiny") / "train-images-idx3-ubyte.gz"
    images.write_bytes(images.read_bytes()[:-50])
    with pytest.raises(SourceError, match=r"train-images-idx3-ubyte\.gz cannot be read"):
        find(tiny_entry())


def test_without_checksums_of_contents_only_our_own_downloads_count(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    known = replace(tiny_entry(), checksums=(), npz=())
    monkeypatch.setenv("IMAGETTE_DATA", str(put_idx(home / "data")))
    put_idx(home / ".keras/datasets/tiny")
    assert find(known)[0] is None
    labels = put_idx(own_cache() / "tiny") / "t10k-labels-idx1-ubyte.gz"
    assert_tiny(find(known)[0])
    labels.write_bytes(gzip.compress(b"other labels"))
    received = hashlib.md5(labels.read_bytes()).hexdigest()
    expected = dict(known.downloads)[labels.name]
    message = f"ubyte.gz is not tiny's.*checksum is md5:{received}, expected {expected}. Remove it"
    with pytest.raises(SourceError, match=message):
        find(known)
    labels.with_suffix("").write_bytes(gzip.decompress(labels.read_bytes()))
    labels.unlink()
    with pytest.raises(SourceError, match=r"ubyte cannot be checked: only .*ubyte\.gz has a known"):
        find(known)


def test_another_archive_in_the_place_of_cifar10_is_refused(home: Path) -> None:
    folder = own_cache() / "cifar10"
    assert find(entry("cifar10")) == (None, [folder / "cifar-10-binary.tar.gz"])
    folder.mkdir(parents=True)
    (folder / "cifar-10-binary.tar.gz").write_bytes(b"python version")
    with pytest.raises(SourceError, match=r"is not cifar10's.*expected md5:c32a1d4ab5d03f1284b67"):
        find(entry("cifar10"))


def test_real_mnist_is_recognised() -> None:
    path = require_data("mnist.npz")
    arrays, searched = find(entry("mnist"))
    assert arrays is not None
    assert arrays["x_train"].shape == (60_000, 28, 28)
    assert np.bincount(arrays["y_test"]).sum() == 10_000
    assert searched == [path]


@pytest.mark.parametrize("file", ["datasets/data/digits.csv.gz", "moved.csv.gz"])
def test_the_bundled_digits_are_scikit_learns_from_0_to_255(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its file, and by scikit-learn itself should that lie elsewhere one day."""
    monkeypatch.setattr(locate, "_DIGITS", Path(file))
    images, labels = bundled_digits()
    bundle = load_digits()
    assert (images.dtype, labels.dtype) == (np.dtype("u1"), np.dtype("i8"))
    assert images.shape == (1797, 8, 8)
    assert (images.min(), images.max()) == (0, 255)
    np.testing.assert_allclose(images / 255, bundle.images / 16, atol=0.5 / 255)
    np.testing.assert_array_equal(labels, bundle.target)


def test_a_user_without_a_home_has_it_at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container a process may run under a number that the system does not know."""
    pwd = pytest.importorskip("pwd")

    def unknown(number: int) -> None:
        raise KeyError(number)

    for name in ("HOME", "XDG_CACHE_HOME", "KERAS_HOME", "IMAGETTE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert own_cache() == Path("/.cache/imagette")
    _, searched = find(tiny_entry())
    assert Path("/.keras/datasets/tiny.npz") in searched
