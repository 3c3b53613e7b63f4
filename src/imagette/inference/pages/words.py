"""Tells words from numbers: what of a line the classifier does not know, and what it does."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imagette.inference.pages.glyph import Glyph, Page
from imagette.inference.pages.strangers import Row, strangers, usual_gap


class _Parting(NamedTuple):
    """Where a line is parted: at gaps of so many heights, whose middles are so far apart."""

    gap: float
    pitch: float  # times the usual


_COLUMNS = _Parting(1.0, 1.75)
_WORDS = _Parting(0.45, 1.5)  # where there are words
_WIDER = 4.0  # and so many times the usual gap, for the digits of a number may stand far apart


def words_apart(page: Page) -> list[tuple[list[Glyph], bool]]:
    """The parts of a page's lines in turn, and whether each is a word or the like.

    That is, of glyphs that the classifier does not know, though it takes some for its own. A part
    ends at a wide gap, too, as between the columns of a table, and where there are words at the gap
    between those.
    """
    lines = [Row(np.array([glyph.novelty for glyph in line]), _gaps(line)) for line in page]
    strange = strangers(lines)
    usual = _WORDS if any(found.any() for found in strange) else _COLUMNS
    parts = []
    for line, found in zip(page, strange, strict=True):
        pitches = _pitches(line)
        turns = [0, *(np.flatnonzero(np.diff(found)) + 1), len(line)]  # between words and numbers
        for start, end in pairwise(turns):
            gaps = _gaps(line[start:end])
            further = pitches[start : end - 1] > usual.pitch
            wide = (gaps > usual.gap) & (gaps > _WIDER * usual_gap(gaps)) & further
            edges = [start, *(start + 1 + np.flatnonzero(wide)), end]
            parts += [(line[a:b], bool(found[start])) for a, b in pairwise(edges)]
    return parts


def numbers(page: Page) -> list[list[Glyph]]:
    """The parts of a page's lines that are no words, each line judged by itself.

    What is badly seen has strangers all over, and must not be excused by them as text.
    """
    return [part for line in page for part, word in words_apart([line]) if not word]


def _gaps(line: list[Glyph]) -> NDArray[np.float64]:
    """The gaps between neighbours (n - 1,), in their usual height."""
    height = float(np.median([glyph.height for glyph in line]))
    return np.array([after.gap(before) / max(height, 1) for before, after in pairwise(line)])


def _pitches(line: list[Glyph]) -> NDArray[np.float64]:
    """How far the middles of neighbours are apart (n - 1,), by what is usual: 1 or so in boxes.

    A one leaves more room beside it than between their middles. Two glyphs tell nothing.
    """
    pitches = np.diff([(glyph.box[1] + glyph.box[3]) / 2 for glyph in line])
    if len(pitches) < 2:
        return np.zeros(len(pitches))
    usual = float(np.percentile(pitches, 40, method="lower"))
    return pitches / max(usual, 1.0)
