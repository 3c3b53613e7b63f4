"""Reading a page: its lines in the likeliest way to see it, and what of them are words."""

import math
from collections.abc import Iterable
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.normalization import as_trained
from imagette.images.photo.pages.page import Block, other_readings, readings
from imagette.images.photo.preparation import Preparation
from imagette.images.photo.raster.resizing import Picture
from imagette.inference.pages.glyph import BARE, Glyph
from imagette.inference.pages.once_each import once_each
from imagette.inference.pages.pens import of_another_pen
from imagette.inference.pages.segmentation import read_line
from imagette.inference.pages.strangers import strangers
from imagette.inference.together import Answers, Classify

_CLEAR = 0.75  # mean likelihood, from which a page is taken as read
_STRANGE = 0.5  # likelihood; glyphs that are less likely speak against a way to see a page
_COLUMN_GAP = 1.0  # heights between glyphs, at least, part a line,
_WORD_GAP = 0.7  # or so many where there are words,
_FURTHER = 1.75  # where their middles are so many times further apart than usual
_SIZE = 0.5  # power of its height, that a glyph counts for a way to see a page
_EDGE = 1.8  # times as tall as most is no stroke of a glyph, but the edge of something,
_STROKES = 8  # bare strokes at most are glyphs where there are no others
_TALLER = 1.2  # if no likely glyph that is broader is nearly as tall


def read_page(
    picture: Picture, shape: tuple[int, int, int], preparation: Preparation, classify: Classify
) -> list[list[Glyph]]:
    """The glyphs of a picture, uint8 (height, width, 1 or 3), in lines from left to right.

    `classify` gives probabilities (n, classes) and novelty (n,) of images uint8 (n, *shape).
    Glyphs are looked for in the whole picture and on each sheet of paper in it; and where all of
    those are unlikely, in the other polarity and among the strongest ink.
    """

    def answer(blocks: list[Block]) -> Answers:
        images = [as_trained(b.ink, shape, preparation) for b in blocks]
        return classify(np.stack(images))

    likely = once_each(answer)

    def best(seen: Iterable[list[list[Block]]]) -> list[list[Glyph]]:
        read = ([read_line(line, likely, preparation.apart) for line in lines] for lines in seen)
        return max((_without_edges(_of_one_pen(p)) for p in read), key=worth, default=[])

    page = best(readings(picture, preparation.apart))
    sure = [glyph.likely for glyph in _known(page)]
    if sure and np.mean(sure) > _CLEAR:
        return page
    return max(page, best(other_readings(picture, preparation.apart)), key=worth)


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


def worth(page: list[list[Glyph]]) -> float:
    """Likely glyphs count for a way to see a page, and unlikely ones against it.

    Words do not: they may stand beside the numbers of a page. Bare strokes count little: smears,
    edges, shadows and what is between letters have them, too; and so do small glyphs, such as are
    seen within others.
    """
    return sum(map(_counts, _known(page)))


def _known(page: list[list[Glyph]]) -> list[Glyph]:
    """The glyphs of a page that are not of words."""
    return [g for line in page for part, word in words_apart(line) if not word for g in part]


def _counts(glyph: Glyph) -> float:
    bare = float(np.interp(glyph.aspect, BARE, (0, 1)))
    return (glyph.likely - _STRANGE) * bare * math.pow(glyph.height, _SIZE)


def _of_one_pen(page: list[list[Glyph]]) -> list[list[Glyph]]:
    """A page without upright strokes of another pen than the glyphs beside them.

    No line is empty.
    """
    kept = ([g for g, o in zip(line, of_another_pen(line), strict=True) if not o] for line in page)
    return [line for line in kept if line]


def _without_edges(page: list[list[Glyph]]) -> list[list[Glyph]]:
    """A page without bare strokes that are far taller than its glyphs; no line is empty.

    Many bare strokes, and no other glyph, are texture: that has no lines.
    """
    glyphs = [glyph for line in page for glyph in line]
    broad = [g.height for g in glyphs if not g.is_bare and g.likely > _STRANGE]
    if not broad and len(glyphs) > _STROKES:
        return []
    usual = float(np.median([glyph.height for glyph in glyphs] or [0]))
    tallest = max(_EDGE * usual, _TALLER * max(broad, default=0))
    kept = [[g for g in line if not g.is_bare or g.height <= tallest] for line in page]
    return [line for line in kept if line]
