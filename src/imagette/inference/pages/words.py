"""Tells words from numbers: what of a line the classifier does not know, and what it does."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.inference.pages.glyph import Glyph, Page
from imagette.inference.pages.strangers import Row, strangers, usual_gap

_COLUMN_GAP = 1.0  # heights between glyphs, at least, part a line,
_WORD_GAP = 0.7  # or so many where there are words,
_FURTHER = 1.75  # where their middles are so many times further apart than usual,
_WIDER = 3.0  # and the gap so many times as wide as the usual one among glyphs of their kind


def words_apart(page: Page) -> list[tuple[list[Glyph], bool]]:
    """The parts of a page's lines in turn, and whether each is a word or the like.

    That is, of glyphs that the classifier does not know, though it takes some for its own. A part
    ends at a wide gap, too, as between the columns of a table, and where there are words at the gap
    between those.
    """
    rows = [_row(line) for line in page]
    strange = strangers(rows)
    least = _WORD_GAP if any(found.any() for found in strange) else _COLUMN_GAP
    parts = []
    for line, row, found in zip(page, rows, strange, strict=True):
        far = _far(line, row.gaps, least)
        turns = [0, *(np.flatnonzero(np.diff(found)) + 1), len(line)]  # between words and numbers
        for start, end in pairwise(turns):
            between = slice(start, end - 1)
            wide = np.flatnonzero(far[between] & _uneven(row.gaps[between])) + 1
            edges = [start, *(start + wide), end]
            parts += [(line[a:b], bool(found[start])) for a, b in pairwise(edges)]
    return parts


def numbers(page: Page) -> list[list[Glyph]]:
    """The parts of a page's lines that are no words, each line judged by itself.

    What is badly seen has strangers all over, and must not be excused by them as text.
    """
    return [part for line in page for part, word in words_apart([line]) if not word]


def _row(line: list[Glyph]) -> Row:
    height = float(np.median([glyph.height for glyph in line]))
    gaps = np.array([b.gap(a) / max(height, 1) for a, b in pairwise(line)])
    return Row(np.array([glyph.novelty for glyph in line]), gaps)


def _far(line: list[Glyph], gaps: NDArray[np.floating[Any]], least: float) -> NDArray[np.bool_]:
    """Which gaps of a line are over `least` heights wide; none where glyphs stand evenly far apart.

    Glyphs in boxes do. How far is told by their middles: a one leaves more room beside it.
    """
    if len(gaps) < 2:
        return np.zeros(len(gaps), bool)
    pitches = np.diff([(glyph.box[1] + glyph.box[3]) / 2 for glyph in line])
    usual = np.percentile(pitches, 40, method="lower")
    far: NDArray[np.bool_] = (gaps > least) & (pitches > _FURTHER * usual)
    return far


def _uneven(gaps: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """Which gaps are far wider than usual among their like; a single one is.

    A number may be larger than the words beside it, and its digits may stand further apart.
    """
    uneven: NDArray[np.bool_] = gaps > _WIDER * usual_gap(gaps)
    return uneven
