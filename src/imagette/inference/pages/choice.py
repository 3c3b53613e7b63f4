"""Chooses among the ways to see a page: by how likely the glyphs are that each shows."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imagette.inference.pages.glyph import BARE, Glyph, Page
from imagette.inference.pages.words import numbers

_STRANGE = 0.5  # likelihood; glyphs that are less likely speak against a way to see a page
_BESIDE = 0.05  # of a broad glyph's weight: that of a bare stroke beside one
_SIZE = 0.5  # power of its height, that a glyph counts for a way to see a page
_CLEAR = 0.85  # mean likelihood, from which a page is taken as read
_LIKE = (0.6, 1.6)  # times the height of glyphs: what stands beside them and is like them
_SAME = 0.5  # of the larger one's box: two that share more are one glyph


def is_clear(page: Page) -> bool:
    """Whether a page is taken as read: its glyphs are likely, and not only bare strokes."""
    known = [glyph for part in numbers(page) for glyph in part]
    broad = any(not glyph.is_bare for glyph in known)
    return broad and float(np.mean([glyph.likely for glyph in known])) > _CLEAR


def best(pages: Sequence[Page]) -> Page:
    """The likeliest way to see a page; of those that show the same and more beside it, the best.

    A glyph that is badly written speaks against a page, and for one on which it is not seen.
    """
    likeliest = max(pages, key=worth, default=[])
    return max((p for p in pages if _goes_on(p, likeliest)), key=worth, default=likeliest)


def worth(page: Page) -> float:
    """Likely glyphs count for a way to see a page, and unlikely ones against it.

    Words do not: they may stand beside the numbers of a page. Bare strokes count little: smears,
    edges, shadows and what is between letters have them, too; and so do small glyphs, such as are
    seen within others.
    """
    return sum(_counts(glyph, part) for part in numbers(page) for glyph in part)


def _counts(glyph: Glyph, part: list[Glyph]) -> float:
    beside = any(not other.is_bare and other.likely > _STRANGE for other in part)
    bare = float(np.interp(glyph.breadth, BARE, (_BESIDE if beside else 0.0, 1.0)))
    return (glyph.likely - _STRANGE) * bare * math.pow(glyph.height, _SIZE)


def _goes_on(page: Page, other: Page) -> bool:
    """Whether a page has all glyphs of another, and beside them, in their lines, more like them."""
    shared, more = numbers(other), 0
    glyphs = [glyph for part in shared for glyph in part]
    if not glyphs or not _among(glyphs, page).all():
        return False
    height = float(np.median([glyph.height for glyph in glyphs]))
    for part in numbers(page):
        known = _among(part, shared)
        new = [glyph for glyph, is_known in zip(part, known, strict=True) if not is_known]
        alike = all(_LIKE[0] * height < glyph.height < _LIKE[1] * height for glyph in new)
        if len(new) == len(part) or not alike:
            return False
        more += sum(not glyph.is_bare for glyph in new)
    return more > 0


def _among(glyphs: list[Glyph], page: Page) -> NDArray[np.bool_]:
    """Which glyphs (n,) are on a page, where they are and as what they are."""
    others = [glyph for line in page for glyph in line]
    labels = np.array([glyph.probabilities.argmax() for glyph in others])
    boxes = np.array([glyph.box for glyph in others]).reshape(-1, 4)

    def is_there(glyph: Glyph) -> bool:
        alike = boxes[labels == glyph.probabilities.argmax()]
        ends, starts = np.minimum(alike, glyph.box)[:, 2:], np.maximum(alike, glyph.box)[:, :2]
        common = np.maximum(ends - starts, 0).prod(axis=1)
        larger = np.maximum(_area(alike), _area(np.array([glyph.box])))
        return bool((common > _SAME * larger).any())

    return np.array([is_there(glyph) for glyph in glyphs], bool)


def _area(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pixels of each box, (n, 4): top, left, bottom, right."""
    sides: NDArray[np.int64] = boxes[:, 2:] - boxes[:, :2]
    return sides[:, 0] * sides[:, 1]
