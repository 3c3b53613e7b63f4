"""Splits are stratified, seeded, and disjoint also in content."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedShuffleSplit, train_test_split

import imagette
from imagette.data.dataset import Dataset
from imagette.data.locate import bundled_digits
from imagette.data.splits import require_trainable, take_out
from imagette.errors import DatasetError

MNIST_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


def distinct(counts: list[int]) -> Dataset:
    """So many images of each class, of which no two are equal; classes are mixed."""
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    pixels = np.arange(len(labels), dtype="<u4").view(np.uint8)
    names = tuple(f"class {number}" for number in range(len(counts)))
    return Dataset(pixels.reshape(-1, 2, 2, 1), labels, names)


def contents(dataset: Dataset) -> list[bytes]:
    return [image.tobytes() for image in dataset.images]


@st.composite
def with_duplicates(draw: st.DrawFn) -> Dataset:
    """Up to 60 different images, of which some come more than once, in any order."""
    dataset = distinct(draw(st.lists(st.integers(2, 15), min_size=1, max_size=4)))
    again = draw(st.lists(st.integers(0, len(dataset) - 1), max_size=30))
    positions = draw(st.permutations([*range(len(dataset)), *again]))
    return dataset.select(np.array(positions))


@given(with_duplicates(), st.floats(0.01, 0.99), st.integers(0, 5))
def test_no_image_is_lost_and_no_content_lies_in_two_splits(
    dataset: Dataset, share: float, seed: int
) -> None:
    rest, taken = take_out(dataset, share, seed, "test")
    assert not set(contents(rest)) & set(contents(taken))
    assert sorted(contents(rest) + contents(taken)) == sorted(contents(dataset))
    label_of = dict(zip(contents(dataset), dataset.labels.tolist(), strict=True))
    for side in (rest, taken):
        assert side.labels.tolist() == [label_of[content] for content in contents(side)]
        assert side.class_names == dataset.class_names
        assert side.counts().min() >= 1


def test_equal_images_with_different_labels_stay_together() -> None:
    dataset = distinct([6, 6])
    twice = dataset.select(np.arange(24) % 12)
    doubtful = Dataset(twice.images, np.r_[dataset.labels, 1 - dataset.labels], ("a", "b"))
    rest, taken = take_out(doubtful, 0.4, 0, "test")
    assert not set(contents(rest)) & set(contents(taken))
    assert len(rest) + len(taken) == 24


def test_both_splits_keep_the_order_of_the_images() -> None:
    for side in take_out(distinct([30, 30]), 0.3, 1, "test"):
        numbers = np.frombuffer(side.images.tobytes(), "<u4")
        assert (np.diff(numbers.astype(int)) > 0).all()


def test_the_seed_and_the_name_decide() -> None:
    dataset = distinct([50, 50])

    def taken(seed: int, what: str) -> list[bytes]:
        return contents(take_out(dataset, 0.2, seed, what)[1])

    assert taken(0, "test") == taken(0, "test")
    assert taken(0, "test") != taken(1, "test")
    assert taken(0, "test") != taken(0, "validation")


def test_every_image_can_be_taken() -> None:
    dataset = distinct([10, 10])
    chosen = {
        image for seed in range(60) for image in contents(take_out(dataset, 0.1, seed, "t")[1])
    }
    assert chosen == set(contents(dataset))


@pytest.mark.parametrize("share", [0.05, 0.1, 0.125, 0.2, 1 / 3, 0.5, 0.7])
@pytest.mark.parametrize("counts", [MNIST_COUNTS, [40, 60], [33, 34, 35], [1000, 100, 17]])
def test_class_counts_agree_with_scikit_learn(counts: list[int], share: float) -> None:
    dataset = distinct(counts)
    received = take_out(dataset, share, 0, "test")[1].counts()
    assert abs(received.sum() - share * len(dataset)) <= 1
    _, theirs = train_test_split(
        dataset.labels, test_size=share, stratify=dataset.labels, random_state=0
    )
    np.testing.assert_allclose(received, np.bincount(theirs), atol=1)
    shuffle = StratifiedShuffleSplit(1, test_size=share, random_state=1)
    _, positions = next(shuffle.split(dataset.labels, dataset.labels))
    np.testing.assert_allclose(received, np.bincount(dataset.labels[positions]), atol=1)


def test_class_counts_of_the_digits_agree_with_scikit_learn() -> None:
    images, labels = bundled_digits()
    dataset = Dataset(images[..., np.newaxis], labels, tuple("0123456789"))
    received = take_out(dataset, 0.2, 0, "test")[1].counts()
    _, theirs = train_test_split(labels, test_size=0.2, stratify=labels, random_state=0)
    np.testing.assert_allclose(received, np.bincount(theirs), atol=1)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    message = f"validation share {share}: expected more than 0 and less than 1"
    with pytest.raises(DatasetError, match=message):
        take_out(distinct([5, 5]), share, 0, "validation")


def test_too_few_images_of_a_class_are_refused() -> None:
    message = (
        r"class 'class 1' has 1 different image, expected at least 2, so that one can be set "
        r"aside for test\. Add images or drop the class"
    )
    with pytest.raises(DatasetError, match=message):
        take_out(distinct([5, 1]), 0.2, 0, "test")
    with pytest.raises(DatasetError, match="'class 1' has 0 different images, expected"):
        take_out(distinct([5, 0]), 0.2, 0, "test")


def test_copies_of_one_image_are_too_few() -> None:
    dataset = distinct([5, 1])
    only = int(np.flatnonzero(dataset.labels == 1)[0])
    copies = dataset.select(np.array([*range(6), only, only, only]))
    with pytest.raises(DatasetError, match="'class 1' has 1 different image,"):
        take_out(copies, 0.2, 0, "test")


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([9], "there is one class only, 'class 0': expected two or more.*Add images of another"),
        ([], "there is one class only, none: expected two or more"),
        ([1, 1, 0], "there are 2 images for 3 classes: expected several of each"),
        ([0, 0], "there are 0 images for 2 classes"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(counts: list[int], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        require_trainable(distinct(counts))


def test_two_classes_are_enough() -> None:
    require_trainable(distinct([2, 2]))


def test_a_limit_that_leaves_too_few_is_told() -> None:
    for limit in (5, 12):
        with pytest.raises(DatasetError, match=f"; or give a larger `limit`: it is {limit}$"):
            imagette.open_data("digits", limit=limit)


@pytest.mark.parametrize("options", [{}, {"test": 0.3}, {"validation": 0.2, "seed": 3}])
def test_the_test_images_are_the_same_whatever_the_limit(options: dict[str, Any]) -> None:
    whole = imagette.open_data("digits", **options)
    learned = len(whole.train) + len(whole.validation)
    for limit in (200, 400, learned - 1):
        limited = imagette.open_data("digits", limit=limit, **options)
        assert limited.test.fingerprint == whole.test.fingerprint
        assert len(limited.train) + len(limited.validation) == limit
        share = len(whole.validation) / learned
        assert len(limited.validation) == pytest.approx(share * limit, abs=1)
    for limit in (learned, 1797):
        assert len(imagette.open_data("digits", limit=limit, **options).train) == len(whole.train)


def test_a_limit_draws_from_what_has_a_test_or_a_validation_set() -> None:
    digits = imagette.open_data("digits")
    own = imagette.open_data(digits, limit=300)
    assert own.test.fingerprint == digits.test.fingerprint
    assert len(own.train) + len(own.validation) == 300
    x, y = digits.train.images, digits.train.labels
    arrays = {"x_train": x, "y_train": y, "x_val": x[:100] // 2, "y_val": y[:100]}
    counts = [len(part) for part in imagette.open_data(arrays, limit=300).named().values()]
    assert counts[0] + counts[1] == 300
    assert counts[2] == len(imagette.open_data(arrays).test)


def test_a_limit_that_drops_nothing_is_not_to_blame() -> None:
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8), np.uint8)
    with pytest.raises(DatasetError, match="one class only") as told:
        imagette.open_data((images, np.zeros(60, int)), limit=1000)
    assert "limit" not in str(told.value)
