"""A dataset checks its arrays, and its fingerprint tells any two contents apart."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagette.data.dataset import Dataset, Splits
from imagette.errors import DatasetError


def tiny() -> Dataset:
    images = np.arange(4 * 2 * 3, dtype=np.uint8).reshape(4, 2, 3, 1)
    return Dataset(images, np.array([0, 2, 1, 2]), ("cat", "dog", "owl"))


def test_shape_length_and_counts() -> None:
    dataset = tiny()
    assert len(dataset) == 4
    assert dataset.shape == (2, 3, 1)
    assert dataset.counts().tolist() == [1, 1, 2]


def test_counts_has_a_place_for_classes_without_images() -> None:
    dataset = replace(tiny(), class_names=("cat", "dog", "owl", "yak"))
    assert dataset.counts().tolist() == [1, 1, 2, 0]


@pytest.mark.parametrize("dtype", ["u1", "i2", "<i8", ">i4", "u8"])
def test_labels_of_any_integer_type_become_int64(dtype: str) -> None:
    dataset = replace(tiny(), labels=np.array([0, 2, 1, 2], dtype))
    assert dataset.labels.dtype == np.int64
    assert dataset.fingerprint == tiny().fingerprint


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((4, 2, 3, 1)), r"float64 \(4, 2, 3, 1\), expected uint8 \(n, height, width, ch"),
        (np.zeros((4, 2, 3), np.uint8), r"images are uint8 \(4, 2, 3\), expected uint8 \(n"),
        (np.uint8(4), r"images are uint8 \(\), expected"),
        (np.zeros((3, 2, 3, 1), np.uint8), r"int64 \(4,\), expected integers \(3,\): one for each"),
    ],
)
def test_images_of_another_type_or_shape_are_refused(
    images: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        replace(tiny(), images=images)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            [0.0, 1.0, 2.0, 2.0],
            r"labels are float64 \(4,\), expected integers \(4,\): one for each",
        ),
        ([True, False, True, True], r"labels are bool \(4,\), expected integers"),
        ([[0], [1], [2], [2]], r"labels are int64 \(4, 1\), expected integers \(4,\)"),
        ([0, 1, 3, 4], "image 2 has the label 3, expected 0 to 2, one of the 3 classes"),
        ([0, -1, 1, 1], "image 1 has the label -1, expected 0 to 2"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels: list[int], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        replace(tiny(), labels=np.array(labels))


@given(st.lists(st.integers(0, 3), max_size=8))
def test_select_takes_images_and_labels_in_the_order_given(positions: list[int]) -> None:
    dataset = tiny()
    chosen = dataset.select(np.array(positions, np.int64))
    assert chosen.class_names == dataset.class_names
    assert chosen.labels.tolist() == [int(dataset.labels[position]) for position in positions]
    for image, position in zip(chosen.images, positions, strict=True):
        np.testing.assert_array_equal(image, dataset.images[position])


def test_the_fingerprint_is_the_same_today_and_tomorrow() -> None:
    assert tiny().fingerprint == "768f1f63409c8ff71d91831d23a1a00cd4ace1cee4af56c420d9a42a05aa7281"


def test_the_fingerprint_does_not_depend_on_the_process_or_on_memory_layout() -> None:
    script = "from tests.test_dataset import tiny; print(tiny().fingerprint)"
    again = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert again.stdout.strip() == tiny().fingerprint
    turned = replace(tiny(), images=np.asfortranarray(tiny().images))
    assert turned.fingerprint == tiny().fingerprint
    assert tiny().select(np.array([3, 2, 1, 0])[::-1]).fingerprint == tiny().fingerprint


def test_the_fingerprint_changes_with_pixels_labels_names_shape_and_order() -> None:
    dataset = tiny()
    images = dataset.images.copy()
    images[3, 1, 2, 0] ^= 1
    others = [
        replace(dataset, images=images),
        replace(dataset, images=dataset.images.reshape(4, 3, 2, 1)),
        replace(dataset, images=dataset.images.reshape(4, 2, 1, 3)),
        replace(dataset, labels=np.array([0, 2, 1, 1])),
        replace(dataset, class_names=("cat", "dog", "cow")),
        replace(dataset, class_names=("cat", "dog", "owl", "yak")),
        dataset.select(np.array([1, 0, 2, 3])),
        dataset.select(np.array([0, 1, 2])),
        dataset.select(np.array([], np.int64)),
    ]
    fingerprints = {other.fingerprint for other in [dataset, *others]}
    assert len(fingerprints) == 1 + len(others)


def test_splits_have_the_class_names_and_the_shape_of_their_training_images() -> None:
    splits = Splits("pets", tiny(), tiny(), tiny())
    assert splits.class_names == ("cat", "dog", "owl")
    assert splits.shape == (2, 3, 1)
    assert not splits.mirror


def test_they_are_shown_on_one_line() -> None:
    splits = Splits("pets", tiny(), tiny(), tiny())
    assert repr(tiny()) == "<Dataset: 4 images, 2x3x1, 3 classes>"
    assert repr(splits) == (
        "<Splits pets: 4 training, 4 validation and 4 test images, 2x3x1, 3 classes>"
    )
