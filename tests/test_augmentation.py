"""Shifts and mirroring move whole images, and nothing else; erasing fills a rectangle."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.ndimage import affine_transform, gaussian_filter

from imagette.data.dataset import Splits
from imagette.jobs.planning import plan
from imagette.randomness import generator
from imagette.settings import Settings
from imagette.training.augmentation import take_batch
from imagette.training.borders import even_borders
from imagette.training.erasing import AREAS, ASPECTS, erased
from imagette.training.moves import Moves, allowed_moves, cut_short
from tests.conftest import make_splits

IMAGES = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (6, 9, 7, 2), dtype=np.uint8))
CHOSEN = torch.tensor([4, 0, 0, 5, 1, 2, 3, 3])


def moved(image: NDArray[np.uint8], down: int, right: int) -> NDArray[np.uint8]:
    """The image moved, its edges repeated: by padding and cutting."""
    padded = np.pad(image, ((3, 3), (3, 3), (0, 0)), mode="edge")
    return padded[3 - down : 3 - down + 9, 3 - right : 3 - right + 7]


def test_without_augmentation_the_images_come_as_they_are() -> None:
    batch = take_batch(IMAGES, CHOSEN, generator(0), Moves())
    assert torch.equal(batch, IMAGES[CHOSEN])


def test_every_image_is_a_shifted_or_mirrored_original() -> None:
    both = Moves(rows=3, columns=2, mirror=True)
    seen = set()
    for seed in range(20):
        batch = take_batch(IMAGES, CHOSEN, generator(seed), both)
        for image, chosen in zip(batch.numpy(), CHOSEN.tolist(), strict=True):
            original = IMAGES[chosen].numpy()
            matches = [
                (down, right, mirrored)
                for down in range(-3, 4)
                for right in range(-2, 3)
                for mirrored in (False, True)
                if np.array_equal(image, moved(original, down, right)[:, :: -1 if mirrored else 1])
            ]
            assert matches
            seen.update(matches)
    assert {match[0] for match in seen} == set(range(-3, 4))
    assert {match[1] for match in seen} == set(range(-2, 3))
    assert {match[2] for match in seen} == {False, True}


def test_the_generator_decides() -> None:
    shifts = Moves(rows=3, columns=2)
    a, b, c = (take_batch(IMAGES, CHOSEN, generator(seed), shifts) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


def rectangle(changed: NDArray[np.bool_]) -> tuple[int, int]:
    """Height and width of what is True, which is a whole rectangle."""
    rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    assert np.array_equal(rows, np.arange(rows[0], rows[-1] + 1))
    assert np.array_equal(columns, np.arange(columns[0], columns[-1] + 1))
    assert changed.sum() == len(rows) * len(columns)
    return len(rows), len(columns)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_a_rectangle_of_one_gray_is_erased(share: float) -> None:
    images = torch.full((2000, 30, 20, 2), 7, dtype=torch.uint8)
    batch = erased(images, share, generator(1)).numpy()
    filled = batch != 7
    hit = filled.any(axis=(1, 2, 3))
    assert hit.mean() == pytest.approx(share, abs=0.04)
    areas, aspects = [], []
    for image, changed in zip(batch[hit], filled[hit], strict=True):
        assert np.array_equal(changed[..., 0], changed[..., 1])
        height, width = rectangle(changed[..., 0])
        assert len(np.unique(image[changed])) == 1
        areas.append(height / 30 * width / 20)
        aspects.append((height / 30) / (width / 20))
    # Sides are whole pixels.
    assert (min(areas), max(areas)) == pytest.approx(AREAS, abs=0.02)
    assert np.mean(areas) == pytest.approx(np.mean(AREAS), abs=0.01)
    assert (min(aspects), max(aspects)) == pytest.approx(ASPECTS, rel=0.3)


def test_erasing_comes_after_all_other_moves() -> None:
    limits = Moves(rows=1, angle=0.2, erasing=1.0)
    random = generator(4)
    expected = erased(take_batch(IMAGES, CHOSEN, random, replace(limits, erasing=0.0)), 1.0, random)
    assert torch.equal(take_batch(IMAGES, CHOSEN, generator(4), limits), expected)
    assert allowed_moves(Settings(erasing=0.3), make_splits((12, 10, 1))) == Moves(erasing=0.3)


def framed(count: int, above: int, below: int, left: int, right: int) -> NDArray[np.uint8]:
    """Noise on a nearly even ground, with borders so wide, in pictures of 20x30."""
    random = np.random.default_rng(1)
    images = random.integers(200, 209, (count, 20, 30, 1), np.uint8)
    inner = images[:, above : 20 - below, left : 30 - right]
    inner[:] = random.integers(0, 150, inner.shape, np.uint8)
    return images


def test_the_narrower_of_two_borders_counts() -> None:
    assert even_borders(framed(5, above=3, below=4, left=7, right=6)) == (3, 6)


def test_three_quarters_of_the_images_have_the_border() -> None:
    wide, narrow = framed(76, 5, 5, 5, 5), framed(24, 1, 1, 1, 1)
    assert even_borders(np.concatenate([wide, narrow])) == (5, 5)
    assert even_borders(np.concatenate([wide[:60], narrow])) == (1, 1)


def test_a_dark_ground_with_light_glyphs_has_a_border_too() -> None:
    assert even_borders(255 - framed(5, 2, 2, 3, 3)) == (2, 3)


def test_moves_that_the_border_cuts_short_are_told(splits: Splits) -> None:
    images = framed(len(splits.train), above=1, below=3, left=4, right=4)
    framed_splits = replace(splits, train=replace(splits.train, images=images))

    def told(**asked: float | None) -> str:
        return cut_short(asked, Settings(shift_within_border=True, **asked), framed_splits)  # type: ignore[arg-type]

    assert told(rotation=0.4, zoom=0.9, shift=0.2) == (
        "the even border of the training images cuts moves short: shift ends at 1 row and 4 "
        "columns, rotation ends at 0.016, zoom ends at 0.1 of the height and 0.27 of the width. "
        "`shift_within_border=False` goes further"
    )
    assert told(shift=0.06) == ""  # 1.2 rows are 1
    assert told(rotation=0.01, zoom=0.1) == told(rotation=None) == told() == ""


def test_who_asks_for_more_than_the_border_is_told() -> None:
    def notes(**asked: object) -> str:
        planned = plan("digits", "standard", asked)
        return " ".join(planned.notes)

    assert "rotation ends at 0." in notes(rotation=0.4)
    assert "ends at" not in notes(rotation=0.4, shift_within_border=False)
    assert "ends at" not in notes()


@pytest.mark.parametrize(
    ("shift", "within_border", "rows", "columns"),
    [(0.0, True, 0, 0), (0.1, True, 1, 3), (0.05, True, 1, 2), (0.1, False, 2, 3)],
)
def test_shifts_end_at_the_border_if_that_is_asked_for(
    shift: float, within_border: bool, rows: int, columns: int, splits: Splits
) -> None:
    images = framed(len(splits.train), above=1, below=3, left=4, right=4)
    framed_splits = replace(splits, train=replace(splits.train, images=images))
    settings = Settings(shift=shift, shift_within_border=within_border)
    assert allowed_moves(settings, framed_splits) == Moves(rows, columns)


def test_rotations_and_zooms_end_there_too(splits: Splits) -> None:
    images = framed(len(splits.train), above=1, below=3, left=4, right=4)
    framed_splits = replace(splits, train=replace(splits.train, images=images))
    asked = Settings(rotation=0.05, zoom=0.2)
    assert allowed_moves(asked, framed_splits) == Moves(
        angle=2 * math.pi * 0.05, zoom_rows=0.2, zoom_columns=0.2
    )
    within = allowed_moves(asked.override(shift_within_border=True), framed_splits)
    # 1 row of 20 and 4 columns of 30: what is at the edge moves by no more.
    assert within == Moves(angle=0.1, zoom_rows=0.1, zoom_columns=0.2)
    full = np.random.default_rng(0).integers(0, 256, images.shape, np.uint8)
    whole = replace(splits, train=replace(splits.train, images=full))
    assert not allowed_moves(asked.override(shift_within_border=True), whole).resamples


def test_every_image_is_turned_and_zoomed_about_its_middle() -> None:
    images = torch.from_numpy(gaussian_filter(IMAGES.numpy(), (0, 2, 2, 0)))
    limits = Moves(angle=0.4, zoom_rows=0.2, zoom_columns=0.1)
    batch = take_batch(images, CHOSEN, generator(3), limits)
    random = generator(3)
    angles = random.uniform(-0.4, 0.4, len(CHOSEN))
    rows, columns = (1 + random.uniform(-z, z, len(CHOSEN)) for z in (0.2, 0.1))
    middle = np.array([4.0, 3.0])  # of 9 rows and 7 columns
    for index, chosen in enumerate(CHOSEN.tolist()):
        sine, cosine = np.sin(angles[index]), np.cos(angles[index])
        turn = np.array([[cosine, sine], [-sine, cosine]])  # row and column, read from
        matrix = turn @ np.diag([rows[index], columns[index]])
        for channel in range(2):
            expected = affine_transform(
                images[chosen, :, :, channel].numpy().astype(float),
                matrix,
                middle - matrix @ middle,
                order=1,
                mode="nearest",
            )
            received = batch[index, :, :, channel].numpy()
            assert np.abs(received - expected).max() <= 0.51  # rounded
    assert batch.dtype == torch.uint8
    assert batch.shape == (8, 9, 7, 2)
