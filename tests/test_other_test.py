"""A test set may come from another source, of the same classes and shape."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imagette.data.options import DataOptions
from imagette.data.sources import open_source
from imagette.errors import DatasetError, SourceError


def save(path: Path, images: int, labels: list[int], side: int = 4, own: int = 0) -> Path:
    random = np.random.default_rng(images)
    pixels = random.integers(0, 256, (images + own, side, side), np.uint8)
    numbers = np.resize(labels, images + own)
    arrays: dict[str, Any] = {"x_train": pixels[:images], "y_train": numbers[:images]}
    if own:
        arrays |= {"x_test": pixels[images:], "y_test": numbers[images:]}
    np.savez(path, **arrays)
    return path


def opened(train: Path, test: str | Path) -> tuple[list[int], tuple[str, ...]]:
    splits = open_source(train, DataOptions(test=str(test)))
    sides = (splits.train, splits.validation, splits.test)
    return [len(side) for side in sides], splits.notes


def test_all_images_of_the_other_source_are_the_test_set(tmp_path: Path) -> None:
    train = save(tmp_path / "train.npz", 100, [3, 7])
    counts, notes = opened(train, save(tmp_path / "later.npz", 20, [7]))
    assert counts == [90, 10, 20]
    assert "the test set is later: 20 images" in notes
    splits = open_source(train, DataOptions(test=str(tmp_path / "later.npz")))
    assert splits.test.counts().tolist() == [0, 20]  # by name, not by number
    assert splits.test.names[0] == "later: image/0" or "later: " in splits.test.names[0]


def test_of_a_source_with_splits_its_test_split_is_taken_and_the_own_one_dropped(
    tmp_path: Path,
) -> None:
    train = save(tmp_path / "train.npz", 100, [3, 7], own=30)
    counts, notes = opened(train, save(tmp_path / "other.npz", 50, [3, 7], own=8))
    assert counts == [90, 10, 8]
    assert "30 test images of the source's own are left out" in notes


def test_a_share_still_is_one(tmp_path: Path) -> None:
    assert opened(save(tmp_path / "train.npz", 100, [3, 7]), "0.4")[0] == [50, 10, 40]


def test_images_of_another_size_are_made_to_fit(tmp_path: Path) -> None:
    train = save(tmp_path / "train.npz", 100, [3, 7])
    assert opened(train, save(tmp_path / "large.npz", 10, [3, 7], side=9))[0][2] == 10


def test_groups_are_of_the_images_to_learn_from(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (100, 4, 4), np.uint8), np.resize([3, 7], 100)
    np.savez(tmp_path / "train.npz", x=images, y=labels, writer=np.repeat(np.arange(25), 4))
    later = save(tmp_path / "later.npz", 20, [7])
    splits = open_source(tmp_path / "train.npz", DataOptions(test=str(later), groups="writer"))
    assert len(splits.test) == 20
    assert len(splits.validation) % 4 == 0
    with pytest.raises(SourceError, match="digits says of no image which group it is of. Leave"):
        open_source("digits", DataOptions(groups="writer"))


def test_other_classes_and_no_source_are_told(tmp_path: Path) -> None:
    train = save(tmp_path / "train.npz", 100, [3, 7])
    with pytest.raises(DatasetError, match="test source odd has the class '9', expected only"):
        opened(train, save(tmp_path / "odd.npz", 10, [3, 9]))
    with pytest.raises(SourceError, match="no source 'nowhere'"):
        opened(train, "nowhere")
