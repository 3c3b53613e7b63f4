"""Hyphens within a line are neither glyphs nor parts of any."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from imagette.images.photo.pages.hyphens import hyphens
from imagette.images.photo.pages.page import Block, find_lines
from imagette.inference.pages.reading import read_page
from imagette.inference.pages.segmentation import read_lines
from imagette.inference.pages.words import words_apart
from imagette.inference.together import Answers
from tests.drawn import PREPARATION, SHAPE, as_picture, strokes
from tests.test_reading import fours

WHOLE, WHOLE_AFTER = (0, 0, 100, 60), (2, 210, 104, 260)


@pytest.mark.parametrize(
    ("box", "is_one"),
    [
        ((45, 70, 55, 120), True),
        ((60, 70, 70, 120), True),
        ((90, 70, 100, 120), False),  # below
        ((0, 70, 10, 120), False),  # the bar of a 5
        ((45, 50, 55, 120), False),  # of what it lies above or below it is a part
        ((45, 70, 55, 82), False),  # a dot
        ((35, 70, 65, 120), False),  # too high
        ((45, 70, 55, 200), False),  # a line
    ],
)
def test_hyphens_are_flat_and_halfway_up(box: tuple[int, int, int, int], is_one: bool) -> None:
    assert hyphens([WHOLE, box, WHOLE_AFTER]).tolist() == [False, is_one, False]


def test_a_minus_is_one() -> None:
    assert hyphens([(45, 0, 55, 50), WHOLE_AFTER]).tolist() == [True, False]


def test_alone_or_beside_nothing_it_is_none() -> None:
    assert hyphens([]).tolist() == []
    assert hyphens([WHOLE]).tolist() == [False]
    assert hyphens([(45, 70, 55, 120)]).tolist() == [False]


def page(lefts: tuple[int, ...] = (40, 240, 360), hyphen: int = 156) -> NDArray[np.uint8]:
    values = np.full((200, lefts[-1] + 160, 3), 230, np.float32)
    for left in lefts:
        values[50:150, left : left + 100] -= 180 * strokes(100)[..., np.newaxis]
    values[104:112, hyphen : hyphen + 66] = 50
    return as_picture(values)


def test_a_number_is_read_without_its_hyphens() -> None:
    (line,) = read_page(page(), SHAPE, PREPARATION, fours(0.9, strange=2))
    assert [int(glyph.probabilities.argmax()) for glyph in line] == [0, 0, 0]


@pytest.mark.parametrize(("first", "parts"), [(480, [5]), (570, [3, 2])])
def test_a_number_goes_on_behind_its_hyphen(first: int, parts: list[int]) -> None:
    written = page((40, 150, 260, first, first + 110), 374)
    (line,) = read_page(written, SHAPE, PREPARATION, fours(0.9, strange=2))
    assert [len(part) for part, _ in words_apart([line])] == parts


def unlike(blocks: list[Block]) -> NDArray[np.float32]:
    """The novelty of blocks: those that are no hyphens are as usual as any."""
    return np.array([9.0 if len(block.ink) < 20 else -1.0 for block in blocks], np.float32)


def test_the_glyph_behind_two_hyphens_knows_of_both() -> None:
    (line,) = find_lines(page((40, 150, 260, 580, 690), 374))
    line.insert(4, replace(line[3], left=line[3].left + 100))
    (read,) = read_lines(
        [line], lambda blocks: (np.ones((len(blocks), 1), np.float32), unlike(blocks))
    )
    assert [glyph.hyphen for glyph in read] == [None, None, None, (104, 374, 112, 540), None]


def test_a_classifier_that_knows_them_reads_them() -> None:
    def classify(images: NDArray[np.uint8]) -> Answers:
        rows, novelty = fours(0.9, strange=2)(images)
        low = (images[..., 0] > 100).any(axis=2).sum(axis=1) < 6
        return rows, np.where(low, 0, novelty).astype(np.float32)

    (line,) = read_page(page(), SHAPE, PREPARATION, classify)
    assert [int(glyph.probabilities.argmax()) for glyph in line] == [0, 1, 0, 0]
