"""Tells words from numbers: what of a line the classifier does not know, and what it does."""

from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from imagette.inference.pages.glyph import Glyph
from imagette.inference.pages.strangers import strangers

_COLUMN_GAP = 1.0  # heights between glyphs, at least, part a line,
_WORD_GAP = 0.7  # or so many where there are words,
_FURTHER = 1.75  # where their middles are so many times further apart than usual


def words_apart(line: list[Glyph]) -> list[tuple[list[Glyph], bool]]:
    """The parts of a line from left to right, and whether each is a word or the like.

    That is, of glyphs that the classifier does not know, though it takes some for its own. A part
    ends at a wide gap, too, as between the columns of a table, and in a line with words at the gap
    between those.
    """
    height = float(np.median([glyph.height for glyph in line]))
    gaps = np.array([b.gap(a) / max(height, 1) for a, b in pairwise(line)])
    strange = strangers(np.array([glyph.novelty for glyph in line]), gaps)
    least = _WORD_GAP if strange.any() else _COLUMN_GAP
    column = np.append(0, np.cumsum(_wide(line, gaps, least)))
    parts = groupby(range(len(line)), key=lambda number: (column[number], bool(strange[number])))
    return [([line[number] for number in numbers], word) for (_, word), numbers in parts]


def numbers(page: list[list[Glyph]]) -> list[list[Glyph]]:
    """The parts of a page's lines that are no words."""
    return [part for line in page for part, word in words_apart(line) if not word]


def _wide(line: list[Glyph], gaps: NDArray[np.float64], least: float) -> NDArray[np.bool_]:
    """Which gaps of a line, in heights, are wide; none where glyphs stand evenly far apart.

    Glyphs in boxes do. How far is told by their middles: a one leaves more room beside it.
    """
    if len(gaps) < 2:
        return np.zeros(len(gaps), bool)
    pitches = np.diff([(glyph.box[1] + glyph.box[3]) / 2 for glyph in line])
    usual = np.percentile(pitches, 40, method="lower")
    wide: NDArray[np.bool_] = (gaps > least) & (pitches > _FURTHER * usual)
    return wide
