"""Opening a source gives three stratified sides, or says what is wrong and how to mend it."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imagette.data import catalogue
from imagette.data.dataset import Dataset, Splits
from imagette.data.formats import cifar
from imagette.data.locate import own_cache
from imagette.data.options import DataOptions, data_options
from imagette.data.sources import open_source, open_test, source_name
from imagette.errors import DatasetError, DownloadError, ImagetteError, SettingsError, SourceError
from tests.test_cifar import TRAIN, write
from tests.test_download import Recorder, refusing, serve, without_proxies
from tests.test_locate import isolate, put_idx, put_npz, tiny_arrays, tiny_entry


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    isolate(monkeypatch, tmp_path)
    without_proxies(monkeypatch)
    return tmp_path


def arrays(images: int = 100, **changes: Any) -> dict[str, Any]:
    """Different 4x4 images with the labels 3 and 7, seven in ten of them 7."""
    pixels = np.random.default_rng(images).integers(0, 256, (images, 4, 4), np.uint8)
    labels = np.where(np.arange(images) % 10 < 3, 3, 7)
    return {"x_train": pixels, "y_train": labels} | changes


def save(folder: Path, content: dict[str, Any]) -> Path:
    np.savez(folder / "stamps.npz", **content)
    return folder / "stamps.npz"


def sides(splits: Splits) -> tuple[Dataset, Dataset, Dataset]:
    return splits.train, splits.validation, splits.test


def test_digits_are_divided_into_70_10_and_20_in_100_of_each_class() -> None:
    splits = open_source("digits")
    assert (splits.name, splits.shape, splits.mirror) == ("digits", (8, 8, 1), False)
    assert splits.class_names == tuple("0123456789")
    counts = np.array([side.counts() for side in sides(splits)])
    assert counts.sum() == 1797
    for side, share in zip(counts, (0.7, 0.1, 0.2), strict=True):
        np.testing.assert_allclose(side, share * counts.sum(axis=0), atol=1.5)


def test_the_seed_decides_and_the_test_set_does_not_hang_on_the_validation_share() -> None:
    first, again = (open_source("digits", DataOptions(seed=1)) for _ in range(2))
    assert [side.fingerprint for side in sides(first)] == [
        side.fingerprint for side in sides(again)
    ]
    assert open_source("digits", DataOptions(seed=2)).test.fingerprint != first.test.fingerprint
    other = open_source("digits", DataOptions(seed=1, validation=0.3))
    assert other.test.fingerprint == first.test.fingerprint
    assert len(other.validation) == pytest.approx(0.3 * 1797, abs=2)


def test_an_npz_without_test_images_is_divided(home: Path) -> None:
    splits = open_source(save(home, arrays()))
    assert (splits.name, splits.shape, splits.mirror) == ("stamps", (4, 4, 1), False)
    assert splits.class_names == ("3", "7")
    counts = [side.counts().tolist() for side in sides(splits)]
    assert counts == [[21, 49], [3, 7], [6, 14]]


def test_an_npz_keeps_its_own_test_images(home: Path) -> None:
    test = arrays(20)
    content = arrays(x_test=test["x_train"], y_test=test["y_train"])
    splits = open_source(str(save(home, content)))
    np.testing.assert_array_equal(splits.test.images[..., 0], test["x_train"])
    assert splits.test.labels.tolist() == (test["y_train"] == 7).astype(int).tolist()
    assert splits.train.counts().tolist() == [27, 63]
    assert splits.validation.counts().tolist() == [3, 7]


def test_a_class_may_lack_test_images_but_not_training_images(home: Path) -> None:
    content = arrays(x_test=arrays(2)["x_train"], y_test=np.array([7, 7]))
    assert open_source(save(home, content)).test.counts().tolist() == [0, 2]
    content["y_test"] = np.array([5, 7])
    with pytest.raises(DatasetError, match="class '5' has 0 different images, expected at least 2"):
        open_source(save(home, content))


@pytest.mark.parametrize(("extra", "other"), [("x_test", "labels"), ("y_test", "images")])
def test_half_of_a_test_set_is_refused(extra: str, other: str, home: Path) -> None:
    arrays = {"x_train": np.zeros((20, 8, 8), np.uint8), "y_train": np.arange(20) % 2}
    np.savez(home / "half.npz", **arrays, **{extra: arrays["y_train"]})  # type: ignore[arg-type]
    message = f"has {extra} and no {other} for these .*: give both, or neither"
    with pytest.raises(SourceError, match=message):
        open_source(home / "half.npz")


def test_images_in_colour_keep_their_channels(home: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (100, 4, 5, 3), np.uint8)
    assert open_source(save(home, arrays(x_train=pixels))).shape == (4, 5, 3)


FLOATS = arrays()["x_train"] / 255


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"x_train": FLOATS * 2 - 1}, DatasetError, r"from -1 \(train.* to 1, expected 0"),
        ({"x_train": np.zeros(100, "u1")}, DatasetError, r"images are uint8 \(100,\), expected"),
        (
            {"y_train": np.zeros(99, int)},
            DatasetError,
            r"labels y_train are int64 \(99,\), expected \(100,\)",
        ),
        (
            {"y_train": np.full(100, 0.5)},
            DatasetError,
            r"stamps\.npz: labels y_train are float64 \(100,\), and label 0 is 0.5: expected whole",
        ),
        ({"y_train": np.ones((100, 9))}, DatasetError, r"\(100, 9\), and row 0 has 9 ones: expect"),
        ({"y_train": np.zeros(100, int)}, DatasetError, "there is one class only, '0': expected"),
        ({"y_train": np.arange(100)}, DatasetError, "class '0' has 1 different image, expected at"),
        (
            {"x_test": arrays(4)["x_train"], "y_test": np.array([0.5, 1, 2, 3])},
            DatasetError,
            r"labels y_test are float64 \(4,\), and label 0 is 0.5",
        ),
        (
            {"x_test": np.zeros((4, 6, 4), np.uint8), "y_test": np.array([3, 7, 3, 7])},
            DatasetError,
            r"stamps\.npz: test images are \(6, 4, 1\), expected \(4, 4, 1\) as in train",
        ),
    ],
)
def test_arrays_that_cannot_be_trained_on_are_refused(
    home: Path, changes: dict[str, Any], error: type[ImagetteError], message: str
) -> None:
    with pytest.raises(error, match=message):
        open_source(save(home, arrays(**changes)))


@pytest.mark.parametrize(
    ("validation", "limit"), [(0.0, "more than 0"), (1.0, "less than 1"), (-0.1, "more than 0")]
)
def test_a_validation_share_out_of_range_is_refused(validation: float, limit: str) -> None:
    with pytest.raises(SettingsError, match=f"`validation={validation}`: expected {limit}"):
        DataOptions(validation=validation)


def test_options_may_be_numbers_of_numpy() -> None:
    options = DataOptions(validation=np.float32(0.25), limit=np.int64(300))  # type: ignore[arg-type]
    assert (type(options.validation), type(options.limit)) == (float, int)
    assert options == DataOptions(validation=0.25, limit=300)


def test_names_and_shares_mean_no_folder_of_that_name(home: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(home)
    for name in ("mnist", "0.25", "mine"):
        Path(name).mkdir()
    assert DataOptions(test="mnist").anchored().test == "mnist"
    assert DataOptions(test="0.25").anchored().test == "0.25"
    assert DataOptions(test="mine").anchored().test == str(home / "mine")


def test_validation_and_test_leave_something_to_train_on(home: Path) -> None:
    message = "validation share 0.8: expected more than 0 and less than 0.8, because 0.2 of"
    with pytest.raises(DatasetError, match=message):
        open_source(save(home, arrays()), DataOptions(validation=0.8))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("mnist", "mnist"),
        ("a/b.c.csv", "b"),
        ("a/.hidden", "hidden"),
        ("/", "data"),
        (".", ""),
    ],
)
def test_a_source_has_a_name_that_a_folder_can_have(
    source: str | Path, name: str, home: Path
) -> None:
    assert source_name(source) == (name or Path.cwd().name.split(".")[0])


def test_options_and_files_that_there_are_not_are_told(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match="no option 'shuffle'; expected one of channels, groups, "
    ):
        data_options(shuffle=True)
    for name, what in (("x.docx", "a .docx file"), ("x", "a nameless file")):
        (tmp_path / name).write_bytes(b"x")
        message = f"{name} is {what} that imagette cannot read as data; it reads .*CSV"
        with pytest.raises(SourceError, match=message):
            open_source(tmp_path / name)


def test_paths_and_names_that_lead_nowhere_are_refused(home: Path) -> None:
    with pytest.raises(SourceError, match=r"no source 'nowhere\.npz'; there is no such file"):
        open_source("nowhere.npz")
    with pytest.raises(SourceError, match="did you mean 'digits'"):
        open_source("digit")
    path = save(home, {"stamps": arrays()["x_train"]})
    with pytest.raises(SourceError, match=r"stamps\.npz has no arrays x_train and y_train\. Name"):
        open_source(path)


def test_without_a_network_the_message_names_places_mirrors_and_the_way_out(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("IMAGETTE_DATA", str(home / "data"))
    with refusing() as nobody, pytest.raises(DownloadError) as caught:
        mirrors = (nobody, nobody + "again/")
        monkeypatch.setattr(catalogue, "CATALOGUE", (tiny_entry(*mirrors),))
        open_source("tiny")
    message = str(caught.value)
    assert message.startswith("tiny is not on this machine, searched:\n")
    cache = own_cache() / "tiny"
    for folder in (home / "data", home / ".keras/datasets", cache):
        assert f"\n  {folder / 'tiny.npz'}\n" in message
    for mirror in mirrors:
        assert f"\n  {mirror}: ConnectionError: " in message
    assert message.endswith(
        f"Without a network, put tiny.npz into {cache}, or into a folder that IMAGETTE_DATA names"
    )
    # Whoever follows the advice is helped.
    put_npz(cache)
    assert open_source("tiny").class_names == ("even", "odd")


def test_a_download_is_announced_once_and_kept(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    put_idx(home / "served")
    recorder = Recorder()
    with serve(home / "served") as address:
        monkeypatch.setattr(catalogue, "CATALOGUE", (tiny_entry(address),))
        downloaded = open_source("tiny", downloads=recorder)
    assert len(recorder.addresses) == 4
    np.testing.assert_array_equal(downloaded.test.images[..., 0], tiny_arrays()["x_test"])
    assert [len(side) for side in sides(downloaded)] == [18, 2, 8]
    kept = open_source("tiny", downloads=recorder)  # the server is gone
    assert len(recorder.addresses) == 4
    assert kept.train.fingerprint == downloaded.train.fingerprint


def test_cifar_records_become_splits_in_colour(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    records = 20
    monkeypatch.setattr(cifar, "_RECORDS", records)
    batches = {
        name: b"".join(bytes([r % 10]) + bytes([number, r] * 1536) for r in range(records))
        for number, name in enumerate((*TRAIN, "test_batch.bin"))
    }
    (own_cache() / "cifar10").mkdir(parents=True)
    path = write(own_cache() / "cifar10", batches)
    known_hash = f"md5:{hashlib.md5(path.read_bytes()).hexdigest()}"
    known = replace(catalogue.entry("cifar10"), downloads=((path.name, known_hash),))
    monkeypatch.setattr(catalogue, "CATALOGUE", (known,))
    splits = open_source("cifar10")
    assert (splits.shape, splits.mirror, splits.class_names[9]) == ((32, 32, 3), True, "truck")
    assert [side.counts().tolist() for side in sides(splits)] == [[9] * 10, [1] * 10, [2] * 10]


def test_test_images_that_are_training_images_are_counted(home: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8), dtype=np.uint8)
    labels = np.arange(60) % 2
    other = np.random.default_rng(1).integers(0, 256, (10, 8, 8), dtype=np.uint8)
    np.savez(
        home / "leak.npz",
        x_train=images,
        y_train=labels,
        x_test=np.concatenate([images[:7], other]),
        y_test=np.arange(17) % 2,
    )
    assert open_source(home / "leak.npz").test_duplicates == 7
    np.savez(home / "own.npz", x_train=np.concatenate([images, images]), y_train=np.tile(labels, 2))
    assert open_source(home / "own.npz").test_duplicates == 0


def test_identical_images_under_other_labels_are_named(home: Path) -> None:
    images = np.repeat(np.random.default_rng(0).integers(0, 256, (9, 8, 8), dtype=np.uint8), 2, 0)
    np.savez(home / "two.npz", x_train=images, y_train=np.arange(18) % 2)
    with pytest.raises(DatasetError, match=r"9 images have the pixels of another class's"):
        open_source(home / "two.npz")


def test_a_column_of_labels_is_taken_as_keras_gives_it(home: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8)
    np.savez(home / "column.npz", x_train=images, y_train=(np.arange(40) % 2)[:, np.newaxis])
    assert len(open_source(home / "column.npz").train) == 28


def test_a_source_of_test_images_only_says_what_it_is_for(home: Path) -> None:
    whole = arrays()
    only = {"x_test": whole["x_train"], "y_test": whole["y_train"]}
    for content, there, advice in (
        (only, "100 test images", "to evaluate a run with `data`, or for the `test` of another"),
        ({"x_val": only["x_test"], "y_val": only["y_test"]}, "100 validation images", "Add some"),
    ):
        message = f"stamps has {there} and none to learn from, expected training images .* {advice}"
        with pytest.raises(DatasetError, match=message):
            open_source(save(home, content))
    test = open_test(save(home, only), DataOptions())
    np.testing.assert_array_equal(test.images[..., 0], only["x_test"])
    np.testing.assert_array_equal(test.labels, only["y_test"] == 7)


def test_the_test_images_alone_are_those_of_the_splits(home: Path) -> None:
    own = {"x_test": arrays()["x_train"][:9] // 2, "y_test": np.array([3, 7, 7] * 3)}
    for content in (arrays(), arrays() | own):
        path = save(home, content)
        test = open_test(path, DataOptions(seed=3))
        assert test.fingerprint == open_source(path, DataOptions(seed=3)).test.fingerprint
