"""Ink of glyphs that touch is cut where they touch, and pieces are joined where glyphs are so."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from imagette.images.photo.pages.cuts import find_cuts, slant_of
from imagette.images.photo.pages.page import Block
from imagette.inference.pages.lattice import Lattice

HEIGHT = 40
Ink = NDArray[np.float32]


def bar(ink: Ink, left: float, width: int, lean: float = 0.0) -> Ink:
    """Ink with an upright stroke more; it leans to the right by `lean` columns a row up."""
    for row in range(HEIGHT):
        start = round(left + lean * (HEIGHT / 2 - row))
        ink[row, start : start + width] = 1
    return ink


def empty(width: int) -> Ink:
    return np.zeros((HEIGHT, width), np.float32)


def parts_of(ink: Ink, slant: float = 0.0) -> list[list[Block]]:
    """For each cut what is left and right of it."""
    block = Block(ink, 0, 0, (1.0, 1.0), 100.0)
    cuts = find_cuts(ink, HEIGHT, slant)
    return [[b for b in (block.between(None, cut), block.between(cut, None)) if b] for cut in cuts]


def test_two_strokes_that_touch_at_a_point_are_cut_there() -> None:
    ink = bar(bar(empty(30), 4, 6), 20, 6)
    ink[20:23, 10:20] = 1
    assert any(
        len(parts) == 2 and all(abs(part.ink[:15].sum() - 15 * 6) < 1 for part in parts)
        for parts in parts_of(ink)
    )


def test_a_cut_goes_around_a_stroke_that_reaches_over_its_neighbour() -> None:
    ink = bar(empty(40), 24, 6)  # a one, under the bar of
    seven = empty(40)
    seven[:5, 2:36] = 1  # a seven
    seven = bar(seven, 4, 6)
    ink[:20] = 0
    both = np.maximum(ink, seven)
    assert not np.logical_and(ink, seven).any()
    assert any(
        any(part.ink.sum() == seven.sum() for part in parts)
        and any(part.ink.sum() == ink.sum() for part in parts)
        for parts in parts_of(both)
    )


def test_rounds_that_touch_are_cut_where_their_outline_is_notched() -> None:
    y, x = np.mgrid[:HEIGHT, :62]
    rounds = [np.hypot((x - middle) / 15, (y - 19.5) / 20) for middle in (15, 46)]
    ink = np.maximum(*((r > 0.7) & (r < 1) for r in rounds)).astype(np.float32)
    ink[8:32, 25:37] = 1  # most ink is where they touch
    halves = [parts for parts in parts_of(ink) if len(parts) == 2]
    assert any(abs(left.ink.shape[1] - right.ink.shape[1]) <= 2 for left, right in halves)


def test_strokes_that_lean_are_cut_as_they_lean() -> None:
    strokes = [bar(empty(60), left, 5, lean=0.5) for left in (18, 30)]
    both = np.maximum(*strokes)
    both[18:24, 18:35] = 1
    assert slant_of([both]) == pytest.approx(0.5)
    assert any(
        len(parts) == 2 and all(part.ink.shape[0] == HEIGHT for part in parts)
        for parts in parts_of(both, 0.5)
    )


def test_a_blot_is_not_cut() -> None:
    assert parts_of(np.ones((HEIGHT, 60), np.float32)) == []


@settings(deadline=None, max_examples=60)
@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(2, 40), st.integers(2, 60)),
        elements=st.sampled_from([0.0, 0.25, 1.0]),
    ),
    st.floats(4, 60),
    st.sampled_from([-0.2, 0.0, 0.3, 0.8]),
)
def test_cuts_part_all_of_the_ink_from_left_to_right(ink: Ink, height: float, slant: float) -> None:
    columns = np.arange(ink.shape[1])
    cuts = find_cuts(ink, height, slant)
    for cut in cuts:
        assert cut.shape == (len(ink),)
        right = columns >= cut[:, np.newaxis]
        assert ink[right].sum() + ink[~right].sum() == pytest.approx(ink.sum(), rel=1e-5)
    middles = [cut.sum() for cut in cuts]
    assert middles == sorted(middles)


def lattice_of(*inks: Ink, gap: int = 4, cut: bool = True) -> Lattice:
    blocks = []
    left = 0
    for ink in inks:
        blocks.append(Block(ink, HEIGHT - len(ink), left, (1.0, 1.0), 100.0))
        left += ink.shape[1] + gap
    return Lattice(blocks, np.full(len(inks), float(HEIGHT)), np.full(len(inks), not cut))


def test_parts_side_by_side_may_be_one_glyph_where_glyphs_are_so() -> None:
    lattice = lattice_of(np.ones((40, 10), np.float32), np.ones((40, 10), np.float32))
    assert list(lattice.candidates(0.0)) == [(0, 1), (1, 2)]
    found = lattice.candidates(0.3)
    assert list(found) == [(0, 1), (0, 2), (1, 2)]
    assert found[0, 2].block.box == (0, 0, 40, 24)
    assert [found[span].is_joined for span in found] == [False, True, False]


def test_low_parts_may_be_of_the_glyph_beside_them() -> None:
    lattice = lattice_of(np.ones((40, 20), np.float32), np.ones((6, 12), np.float32))
    assert list(lattice.candidates(0.0)) == [(0, 1), (0, 2), (1, 2)]


def test_wide_blocks_are_cut_but_words_are_not() -> None:
    ink = bar(bar(empty(60), 4, 6), 50, 6)
    ink[20:23, 10:50] = 1
    spans = lattice_of(ink).candidates(0.0)
    assert len(spans) > 2
    assert any(candidate.is_cut for candidate in spans.values())
    assert list(lattice_of(ink, cut=False).candidates(0.0)) == [(0, 1)]
    assert list(lattice_of(ink[:, :16]).candidates(0.0)) == [(0, 1)]


def test_what_is_far_too_long_is_not_cut_and_what_is_long_in_few_ways() -> None:
    ink = empty(20 * HEIGHT)
    for left in range(4, 20 * HEIGHT - 10, 24):
        ink = bar(ink, left, 6)
    ink[20:23] = 1
    lattice = lattice_of(ink)
    found = lattice.candidates(0.0)
    assert len(lattice.edges) > 50
    assert (0, len(lattice.edges)) in found  # all of it
    assert len(found) < 20 * len(lattice.edges)
    assert list(lattice_of(np.tile(ink, 2)).candidates(0.0)) == [(0, 1)]


def test_pieces_between_neighbouring_edges_are_the_whole_line() -> None:
    ink = bar(bar(empty(60), 4, 6), 50, 6)
    ink[20:23, 10:50] = 1
    lattice = lattice_of(ink, np.ones((40, 10), np.float32))
    total = sum(
        float(piece.ink.sum())
        for stop in range(1, len(lattice.edges) + 1)
        for piece in lattice.pieces(stop - 1, stop).values()
    )
    assert total >= ink.sum() + 400 - 1
