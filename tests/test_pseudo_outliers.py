"""Pseudo-outliers: what they are made of, and which are taken for strangers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from imagette.evaluation.pseudo_outliers import are_outliers, pseudo_outliers
from imagette.randomness import generator

Images = NDArray[np.uint8]


def images(count: int, height: int = 6, width: int = 6, ground: int = 0) -> Images:
    """A stroke of its own on an even ground in each, with nothing at the borders."""
    random = np.random.default_rng(0)
    made = np.full((count, height, width, 1), ground, np.uint8)
    made[:, 2:4, 2:4] = random.integers(100, 156, (count, 2, 2, 1))
    return made


def turns(image: Images) -> list[Images]:
    """All that can be made of one by turning and mirroring, itself first."""
    quarters = [np.rot90(image, number) for number in range(4)]
    return quarters + [np.fliplr(turned) for turned in quarters]


def test_images_are_turned_or_mirrored_and_never_as_they_were() -> None:
    originals = np.random.default_rng(1).integers(0, 256, (400, 5, 5, 3), dtype=np.uint8)
    labels = np.arange(400) % 10
    made, kinds = pseudo_outliers(originals, labels, generator(0, "test"))
    assert made.shape == originals.shape
    assert made.dtype == np.uint8
    ways = set()
    for image, original, label, kind in zip(made, originals, labels, kinds, strict=True):
        if kind < 0:
            continue
        same = [np.array_equal(image, turned) for turned in turns(original)]
        assert sum(same) == 1
        assert not same[0]
        assert kind // 8 == label
        ways.add((int(kind) % 8, same.index(True)))
    assert len(ways) == len({way for way, _ in ways}) == 7


def test_images_that_are_not_square_keep_their_shape() -> None:
    originals = np.random.default_rng(1).integers(0, 256, (200, 4, 7, 1), dtype=np.uint8)
    made, kinds = pseudo_outliers(originals, np.zeros(200, np.int64), generator(0, "test"))
    for image, original in zip(made[kinds >= 0], originals[kinds >= 0], strict=True):
        upside_down = original[::-1, ::-1]
        ways = (original[:, ::-1], upside_down, upside_down[:, ::-1])
        assert any(np.array_equal(image, way) for way in ways)
    assert len(np.unique(kinds)) == 4


@pytest.mark.parametrize("ground", [0, 255])
def test_two_images_in_one_show_both_on_a_dark_and_on_a_light_ground(ground: int) -> None:
    originals = images(100, 20, 20, ground)
    made, kinds = pseudo_outliers(originals, np.zeros(100, np.int64), generator(0, "test"))
    overlaid, below = made[kinds < 0], originals[kinds < 0]
    assert 8 < len(overlaid) < 35
    ink = (overlaid != ground).sum(axis=(1, 2, 3))
    assert ink.max() > 4  # of one image alone
    away = np.abs(below.astype(int) - ground)
    assert (np.abs(overlaid.astype(int) - ground) >= away).all()


def test_the_users_images_are_left_alone_and_the_seed_says_what_is_made() -> None:
    originals = images(50)
    before = originals.copy()
    first, again, other = (
        pseudo_outliers(originals, np.zeros(50, np.int64), generator(seed, "test"))[0]
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(originals, before)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_kinds_are_outliers_of_which_most_are_strange() -> None:
    kinds = np.repeat([-1, 8, 15, 40], [10, 20, 20, 7])  # 8 and 40: one way, of two classes
    strange = np.concatenate(
        (np.arange(10) < 7, np.arange(20) < 12, np.arange(20) < 13, np.ones(7, bool))
    )
    found = are_outliers(kinds, strange)
    # 12 of 20 are not more than 0.6. Of seven images a share says little: with the twelve of their
    # way they are 19 of 27.
    np.testing.assert_array_equal(found, np.repeat([True, False, True, True], [10, 20, 20, 7]))


def test_of_many_classes_each_way_is_looked_at_as_a_whole() -> None:
    kinds = 8 * np.arange(300) + np.arange(300) % 3
    strange = kinds % 8 == 1
    np.testing.assert_array_equal(are_outliers(kinds, strange), strange)
    assert not are_outliers(kinds[:6], np.ones(6, bool)).any()


def test_where_mirrored_images_mean_the_same_all_are_turned() -> None:
    originals = np.random.default_rng(1).integers(0, 256, (400, 5, 5, 1), dtype=np.uint8)
    made, kinds = pseudo_outliers(
        originals, np.zeros(400, np.int64), generator(0, "test"), mirror=True
    )
    ways = [
        [np.array_equal(image, turned) for turned in turns(original)].index(True)
        for image, original, kind in zip(made, originals, kinds, strict=True)
        if kind >= 0
    ]
    # Never as it was (0), nor only mirrored (4); which turns up as a kind of its own no more.
    assert set(ways) == {1, 2, 3, 5, 6, 7}
    assert len(np.unique(kinds)) == 4


def test_a_ground_of_colour_is_known_by_channel() -> None:
    originals = np.tile(np.array([0, 255, 90], np.uint8), (60, 12, 12, 1))
    originals[:, 4:8, 4:8] = np.random.default_rng(0).integers(0, 256, (60, 1, 1, 3))
    made, kinds = pseudo_outliers(originals, np.zeros(60, np.int64), generator(0, "test"))
    np.testing.assert_array_equal(made[kinds < 0][:, 0, 0], originals[kinds < 0][:, 0, 0])
