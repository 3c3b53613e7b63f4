"""A selection of mapped images does what an array does, and reads no more than it must."""

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import imagette
from imagette.data.selection import Selection
from imagette.runs.run import Run

STORED = np.random.default_rng(0).integers(0, 256, (12, 4, 5, 3), np.uint8)
POSITIONS = np.array([3, 1, 0, 0, 5, 2, 11])
ARRAY = STORED[POSITIONS]
MASK = ARRAY[:, 0, 0, 0] > 100


@pytest.fixture
def selection() -> Any:
    return Selection(STORED, POSITIONS)


@pytest.mark.parametrize(
    "index",
    [
        *(3, -1, np.int64(2), slice(1, 5), slice(None, None, -2), slice(0, 0)),
        *([1, 2], np.array([0, 2]), MASK, MASK.tolist(), np.array([[0, 1], [2, 3]]), ARRAY > 5),
        *((slice(None), slice(None, 2)), (0, 1), (0, 1, 2, 0), (slice(1, 4), 1, slice(None), 2)),
        *(..., (..., 0), (..., 1, 0, 0), (..., 1, 0, 0, 0), (0, ..., 0), (slice(None), ..., 0)),
        *(None, (None, 0), ([1, 2], [0, 1]), (slice(None), [0, 1]), (MASK, 0), (), True),
    ],
)
def test_an_index_gives_what_it_gives_of_the_array(selection: Any, index: Any) -> None:
    received, expected = selection[index], ARRAY[index]
    assert type(received) is type(expected)
    assert received.shape == expected.shape
    np.testing.assert_array_equal(received, expected)


def test_arithmetic_functions_and_attributes_are_those_of_the_array(selection: Any) -> None:
    pairs = [
        (selection / 255, ARRAY / 255),
        (255 - selection, 255 - ARRAY),
        (selection == ARRAY, np.ones_like(ARRAY, bool)),
        (selection.mean(), ARRAY.mean()),
        (np.mean(selection, axis=(1, 2)), ARRAY.mean(axis=(1, 2))),
        (selection.astype(np.float32), ARRAY.astype(np.float32)),
        (np.concatenate([selection, selection]), np.concatenate([ARRAY, ARRAY])),
        (np.add.reduce(selection), np.add.reduce(ARRAY)),
        (selection.T, ARRAY.T),
        (copy.deepcopy(selection), ARRAY),
        (pickle.loads(pickle.dumps(selection)), ARRAY),
    ]
    for received, expected in pairs:
        assert received.dtype == expected.dtype
        np.testing.assert_array_equal(received, expected)
    for name in ("shape", "size", "nbytes", "ndim", "itemsize"):
        assert getattr(selection, name) == getattr(ARRAY, name)
    assert repr(selection) == "<Selection: uint8 (7, 4, 5, 3), mapped from a file>"


def test_nothing_is_written_to_it_and_it_has_no_more_than_an_array(selection: Any) -> None:
    with pytest.raises(TypeError):
        selection += 1
    with pytest.raises(TypeError):
        selection[0] = 1
    with pytest.raises(AttributeError, match="'Selection' object has no attribute 'pixels'"):
        _ = selection.pixels


class Watched:
    """An array that says which of its images were read."""

    def __init__(self, array: NDArray[np.uint8]):
        self.array, self.shape, self.read = array, array.shape, set[int]()

    def __getitem__(self, index: Any) -> Any:
        positions = index[0] if isinstance(index, tuple) else index
        self.read.update(np.ravel(positions).tolist())
        return self.array[index]


@pytest.mark.parametrize("index", [slice(2, 4), [2, 3], (slice(2, 4), 0), (slice(2, 4), ..., 0)])
def test_an_index_reads_what_it_names(index: Any) -> None:
    stored: Any = Watched(STORED)
    assert len(Selection(stored, POSITIONS + 0)[index]) == 2
    assert stored.read == {0}


def test_a_classifier_answers_the_images_of_a_folder(digits_run: Run, tmp_path: Path) -> None:
    digits = imagette.open_data("digits").test
    for name, image, label in zip(digits.names, digits.images, digits.labels, strict=True):
        path = tmp_path / f"{label}" / f"{name.replace('/', '-')}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(image[..., 0]).save(path)
    images: object = imagette.open_data(tmp_path).train.images
    assert isinstance(images, Selection)
    classifier = imagette.load(digits_run)
    for some in (images, Selection(images.stored, images.positions[:1])):
        received = classifier.probabilities(some)  # type: ignore[arg-type]
        np.testing.assert_array_equal(received, classifier.probabilities(np.asarray(some)))
