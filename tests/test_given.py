"""Arrays in memory as a source: layouts, ranges and labels are detected, said, or refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import imagette
from imagette.data.arrays.given import given_contents
from imagette.data.contents import Contents, Split
from imagette.data.dataset import Dataset, Splits
from imagette.data.selection import Selection
from imagette.errors import DatasetError, ImagetteError, SourceError
from imagette.runs.run import Run

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 6, 6, 1), dtype=np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (40, 5, 4, 3), dtype=np.uint8)
LABELS = np.arange(40) % 3


def same(contents: Contents, images: Any = IMAGES) -> bool:
    np.testing.assert_array_equal(contents.images, images)
    np.testing.assert_array_equal(contents.labels, LABELS)
    return contents.images.dtype == np.uint8 and contents.class_names == ("0", "1", "2")


@pytest.mark.parametrize(
    ("images", "expected", "note"),
    [
        (IMAGES, IMAGES, None),
        (IMAGES[..., 0], IMAGES, None),
        (COLOUR, COLOUR, None),
        (IMAGES.reshape(40, 36), IMAGES, "36 pixels an image: 6x6, gray"),
        (IMAGES.transpose(0, 3, 1, 2), IMAGES, "stored as 1x6x6, channels first: they were put l"),
        (COLOUR.transpose(0, 3, 1, 2), COLOUR, "stored as 3x5x4, channels first: they were put l"),
        (IMAGES / 255, IMAGES, "images are float64 from 0 to 1: multiplied by 255"),
        (np.float32(IMAGES) / 255, IMAGES, "images are float32 from 0 to 1: multiplied by 255"),
        (np.float16(IMAGES), IMAGES, "images are float16 from 0 to 255: taken as of 0 to 255"),
        (IMAGES.astype(int), IMAGES, "images are int64 from 0 to 255: taken as of 0 to 255"),
        (IMAGES.astype(">u2"), IMAGES, "images are >u2 from 0 to 255: taken as of 0 to 255"),
        (IMAGES > 127, (IMAGES > 127) * 255, "images are bool: false became 0, true 255"),
        (IMAGES[:, ::-1], IMAGES[:, ::-1], None),
        (IMAGES.tolist(), IMAGES, "images are int64 from 0 to 255"),
        (torch.tensor(IMAGES), IMAGES, None),
        (torch.tensor(IMAGES).permute(0, 3, 1, 2) / 255, IMAGES, "channels first"),
    ],
)
def test_images_of_any_layout_and_range(images: Any, expected: Any, note: str | None) -> None:
    contents = given_contents((images, LABELS))
    assert same(contents, expected)
    assert note is None or any(note in one for one in contents.notes)
    assert (contents.notes == ()) == (note is None)


@pytest.mark.parametrize(
    ("labels", "note"),
    [
        (LABELS, None),
        (LABELS[:, np.newaxis], None),
        (LABELS.astype(np.uint8), None),
        (LABELS.tolist(), None),
        (torch.tensor(LABELS), None),
        (LABELS.astype(np.float32), "labels are floats, all of them whole numbers"),
        (np.eye(3)[LABELS], "labels are one-hot, 3 classes"),
        (np.eye(3, dtype=bool)[LABELS], "labels are one-hot, 3 classes"),
        (LABELS.astype(str), None),
        (LABELS.astype("S"), None),
        (LABELS.astype(object), None),
        (LABELS.astype(str).astype(object), None),
    ],
)
def test_labels_of_any_kind(labels: Any, note: str | None) -> None:
    contents = given_contents((IMAGES, labels))
    assert same(contents)
    assert contents.notes == (() if note is None else (note,))


def test_class_names_are_in_their_natural_order() -> None:
    for names, order in ((["10", "9", "-1"], ("-1", "9", "10")), (["b", "é", "10"], None)):
        contents = given_contents((IMAGES, np.array(names)[LABELS]))
        assert contents.class_names == (order or tuple(sorted(names)))
        assert [contents.class_names[n] for n in contents.labels] == np.array(names)[
            LABELS
        ].tolist()


def test_a_class_is_stored_composed_and_printable() -> None:
    names = np.array(["e\u0301", "\u00e9", "a\x1b[31m"])[LABELS]
    contents = given_contents((IMAGES, names))
    assert contents.class_names == ("a\\x1b[31m", "\u00e9")
    assert contents.labels.tolist() == np.array([1, 1, 0])[LABELS].tolist()


def test_keras_s_pairs_and_mappings_have_splits() -> None:
    train, test = (IMAGES[:30], LABELS[:30]), (IMAGES[30:], LABELS[30:])
    keras = given_contents((train, test))
    mapping = given_contents(
        {"x_train": train[0], "y_train": train[1], "X_test": test[0], "y_test": test[1]}
    )
    for contents in (keras, mapping):
        assert same(contents)
        assert contents.splits.tolist() == [Split.TRAIN] * 30 + [Split.TEST] * 10
        assert contents.names[31] == "test/1"
    three = given_contents((train, (IMAGES[30:35], LABELS[30:35]), (IMAGES[35:], LABELS[35:])))
    assert same(three)
    assert three.splits.tolist()[28:38] == [1, 1, 2, 2, 2, 2, 2, 3, 3, 3]
    alone = given_contents((IMAGES, LABELS))
    assert (set(alone.splits.tolist()), alone.names[3]) == ({Split.ANY}, "image/3")


def test_a_mapping_may_have_groups_and_class_names() -> None:
    arrays = {
        "x": IMAGES,
        "y": LABELS,
        "writer": LABELS.astype(str),
        "class_names": ["a", "b", "c"],
    }
    contents = given_contents(arrays, "writer")
    assert contents.groups is not None
    np.testing.assert_array_equal(contents.groups, LABELS)
    assert contents.class_names == ("a", "b", "c")
    np.testing.assert_array_equal(contents.labels, LABELS)
    named = given_contents({"x": IMAGES, "y": np.array(["u", "v", "w"])[LABELS], "names": "wvu"})
    assert named.class_names == ("u", "v", "w")
    order = given_contents(arrays | {"y": np.array(["b", "a", "c"])[LABELS]})
    assert order.class_names == ("a", "b", "c")
    assert [order.class_names[n] for n in order.labels[:3]] == ["b", "a", "c"]
    of_images = given_contents({"x": IMAGES, "y": LABELS, "names": list(map(str, range(40)))})
    assert of_images.class_names == ("0", "1", "2")
    with pytest.raises(DatasetError, match="2 classes are called 'a', expected names that differ"):
        given_contents(arrays | {"class_names": ["a", "b", "a"]})
    with pytest.raises(SourceError, match="arrays has no array 'patient' of groups for x. It has"):
        given_contents(arrays, "patient")
    with pytest.raises(SourceError, match="arrays have no names, and groups 'writer' were asked"):
        given_contents((IMAGES, LABELS), "writer")


FLOATS = IMAGES / 255
NOT_A_NUMBER = FLOATS.copy()
NOT_A_NUMBER[7, 2, 2] = np.nan


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (
            FLOATS * 2 - 1,
            r"images are float64 from -1 \(image/\d+\) to 1, expected .* \+ 1\) \* 127",
        ),
        (FLOATS * 300, r"images are float64 from 0 to 300 \(image/\d+\), expected 0 to 255"),
        (NOT_A_NUMBER, r"arrays: image/7 has pixels that are not finite numbers \(NaN or"),
        (IMAGES.astype(int) * 257, r"int64 from 0 to 65535 \(.*\), expected .* 16 bits make"),
        (IMAGES.astype(int) - 9, r"int64 from -9 \(.*\) to 246, expected 0 to 255"),
        (IMAGES.astype(complex), "images are complex128, expected numbers of one kind"),
        (IMAGES.astype(str), "images are <U3, expected numbers of one kind"),
        (np.array([object()] * 40), r"images are object \(40,\), expected \(n, height, width\)"),
        (IMAGES[0, 0, 0, 0], r"images are uint8 \(\), expected"),
        (np.zeros((40, 37), np.uint8), "images have 37 pixels, expected a square number"),
        (np.zeros((40, 0), np.uint8), "images have 0 pixels, expected a square number"),
        (np.zeros((40, 6, 0), np.uint8), r"images are \(40, 6, 0\): they have no pixels"),
        (np.zeros((40, 6, 6, 4), np.uint8), r"\(40, 6, 6, 4\), .* three: images\[..., :3\]"),
        (np.zeros((40, 6, 6, 6), np.uint8), r"uint8 \(40, 6, 6, 6\), expected"),
        (np.zeros((0, 6, 6), np.uint8), r"labels y are .* \(40,\), expected \(0,\): one for each"),
        ([[1, 2], [3]], r"x is of type builtins.list and cannot be taken as an array"),
        (torch.zeros(40, 6, 6, requires_grad=True), "x is of type torch.Tensor and cannot be tak"),
    ],
)
def test_images_that_are_none_are_refused(images: Any, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        given_contents((images, LABELS))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (LABELS[:39], r"labels y are int64 \(39,\), expected \(40,\): one for each image"),
        (LABELS / 2, r"labels y are float64 \(40,\), and label 1 is 0.5: expected whole numbers"),
        (np.full(40, np.nan), "and label 0 is nan: expected whole numbers, or texts"),
        (np.ones((40, 3)), "and row 0 has 3 ones: expected one in each row. imagette gives every"),
        (np.eye(3)[LABELS] * 0.9, r"float64 \(40, 3\), expected .* one-hot \(n, classes\) of 0 an"),
        (np.zeros((40, 2, 2), int), r"int64 \(40, 2, 2\), expected one for each image"),
        (np.full(40, None), "and label 0 is NoneType 'None': expected a whole number or a text"),
        (np.full(40, 2**64 - 1, np.uint64), "a label is 18446744073709551615, expected at most"),
        (np.full(40, 2**70, object), "and one is beyond 2\\*\\*63 - 1"),
        (np.full(40, b"\xff"), "some are not UTF-8: give them as texts"),
        (np.full(40, 1j), r"complex128 \(40,\), expected whole numbers, texts, or one-hot"),
    ],
)
def test_labels_that_are_none_are_refused(labels: Any, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        given_contents((IMAGES, labels))


@pytest.mark.parametrize(
    ("labels", "message"),
    [(LABELS[:39], r": labels are int64 \(39,\)"), (LABELS / 2, r": labels are float64 \(40,\)")],
)
def test_an_array_called_labels_is_not_called_so_twice(
    labels: Any, message: str, tmp_path: Path
) -> None:
    np.savez(tmp_path / "x.npz", images=IMAGES, labels=labels)
    with pytest.raises(DatasetError, match=message):
        imagette.open_data(tmp_path / "x.npz")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (IMAGES, r"the source is of type numpy.ndarray, expected \(images, labels\), \(\(x_train"),
        (7, "the source is of type builtins.int, expected"),
        ((IMAGES,), r"the source is 1 arrays, expected \(images, labels\)"),
        ((IMAGES, LABELS, LABELS), "the source is 3 arrays, expected"),
        ({}, "arrays has no arrays x_train and y_train. Name them so.* It has no arrays"),
        ({"x_train": IMAGES, "z": LABELS}, "x_train and no labels for these images.* It has x_tr"),
        (
            {"a_x": IMAGES, "a_y": LABELS, "b_x": IMAGES, "b_y": LABELS},
            "several sets .*: a, b. Put",
        ),
    ],
)
def test_what_is_no_source_is_refused(source: Any, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        imagette.open_data(source)


def test_images_of_two_sizes_or_types_are_refused() -> None:
    with pytest.raises(
        DatasetError, match=r"test images are \(5, 4, 3\), expected \(6, 6, 1\) as "
    ):
        given_contents(((IMAGES, LABELS), (COLOUR, LABELS)))
    with pytest.raises(DatasetError, match="images are float64 and uint8, expected numbers of one"):
        given_contents(((IMAGES, LABELS), (IMAGES / 255, LABELS)))
    with pytest.raises(DatasetError, match="arrays has a test set of 0 images: give it some"):
        given_contents(((IMAGES, LABELS), (IMAGES[:0], LABELS[:0])))


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("x_train", "y_train"), ("train_images", "train_labels"), ("X", "y"), ("data", "target"),
        ("data", "labels"), ("images", "labels"), ("arr_0", "arr_1"), ("trainX", "trainY"),
        ("digits_images", "digits_labels"), ("TRAIN.IMAGES", "TRAIN.TARGETS"),
    ],
)  # fmt: skip
def test_arrays_are_told_by_common_names(images: str, labels: str) -> None:
    assert same(given_contents({images: IMAGES, labels: LABELS}))


def test_of_two_arrays_of_images_the_one_with_the_clearer_name_is_taken() -> None:
    flat = IMAGES.reshape(40, 36) // 2
    assert same(given_contents({"data": flat, "images": IMAGES, "target": LABELS}))


def test_memory_that_is_mapped_stays_so(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", IMAGES[..., 0])
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    contents = given_contents((mapped, LABELS))
    assert isinstance(contents.images, np.memmap)
    assert same(contents)


def test_arrays_are_trained_and_must_be_given_again(tmp_path: Path) -> None:
    digits = imagette.open_data("digits")
    x, y = digits.train.images, digits.train.labels
    run = imagette.train((torch.tensor(x) / 255, y), "sprint", epochs=1, out=tmp_path)
    assert (run.path.name, run.data["source"]) == ("arrays-sprint-1", "arrays")
    message = f"^{run.path} was trained on arrays in memory, which are not kept with it. Give its"
    with pytest.raises(DatasetError, match=message):
        imagette.evaluate(run)
    assert imagette.evaluate(run, (x, y)).to_dict() == run.test.to_dict()
    assert imagette.summary("sprint", (x, y)).layers


def test_what_was_opened_is_a_source_with_its_splits(digits_run: Run, tmp_path: Path) -> None:
    digits = imagette.open_data("digits", seed=3)
    again = imagette.open_data(replace(digits, mirror=True), seed=4)
    for one, other in zip(again.named().values(), digits.named().values(), strict=True):
        assert one.fingerprint == other.fingerprint
        assert list(one.names) == list(other.names)
    assert again.mirror
    assert len(imagette.check_data(digits)) == len(imagette.check_data("digits"))
    run = imagette.train(digits, "sprint", epochs=1, out=tmp_path)
    assert run.test.images == len(digits.test)
    test = imagette.open_data("digits").test
    assert imagette.evaluate(digits_run, test).to_dict() == digits_run.test.to_dict()
    named = imagette.open_data(replace(digits.test, class_names=tuple("abcdefghij")))
    assert named.class_names == tuple("abcdefghij")


def test_splits_that_were_opened_apart_are_one_source(tmp_path: Path) -> None:
    train, test = (Dataset(images, LABELS, ("a", "b", "c")) for images in (IMAGES, 255 - IMAGES))
    contents = given_contents(Splits("two", train, test, test))
    assert (contents.names[0], contents.names[40]) == ("train: image/0", "validation: image/0")
    other = replace(test, class_names=("a", "c", "b"))
    with pytest.raises(DatasetError, match="the test images are .* the 3 classes of the training"):
        given_contents(Splits("two", train, test, other))


def test_splits_that_one_file_holds_stay_there(tmp_path: Path) -> None:
    for number, image in enumerate(IMAGES):
        path = tmp_path / f"{number % 3}" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(image[..., 0]).save(path)
    splits = imagette.open_data(tmp_path)
    images: object = given_contents(splits).images
    assert isinstance(images, Selection)
    assert imagette.open_data(splits).test.fingerprint == splits.test.fingerprint


def test_an_empty_text_is_no_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the folder one is in would be one."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        Image.new("L", (8, 8)).save(tmp_path / name / "x.png")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="the source is an empty text, expected a name of"):
        imagette.open_data("")


def test_no_error_but_imagette_s_for_odd_sources() -> None:
    odd: list[Any] = [None, (), [], "", b"", ((), ()), ((1, 2), (3, 4)), {1: 2}, {"x": 1, "y": 2}]
    for source in odd:
        with pytest.raises(ImagetteError):
            imagette.open_data(source)
