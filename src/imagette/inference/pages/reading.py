"""Reading a page: its lines, in the likeliest way to see it."""

from collections.abc import Iterable

import numpy as np

from imagette.images.photo.normalization import as_trained
from imagette.images.photo.pages.page import Block, other_readings, readings
from imagette.images.photo.preparation import Preparation
from imagette.images.photo.raster.resizing import Picture
from imagette.inference.pages.choice import best, is_clear
from imagette.inference.pages.glyph import Glyph, Page
from imagette.inference.pages.once_each import once_each
from imagette.inference.pages.pens import of_another_pen
from imagette.inference.pages.segmentation import read_lines
from imagette.inference.together import Answers, Classify

_LIKELY = 0.5  # likelihood, from which a broad glyph shows how high glyphs are
_EDGE = 1.8  # times as tall as most is no stroke of a glyph, but the edge of something,
_STROKES = 8  # bare strokes at most are glyphs where there are no others
_TALLER = 1.2  # if no likely glyph that is broader is nearly as tall


def read_page(
    picture: Picture, shape: tuple[int, int, int], preparation: Preparation, classify: Classify
) -> list[list[Glyph]]:
    """The glyphs of a picture, uint8 (height, width, 1 or 3), in lines from left to right.

    `classify` gives probabilities (n, classes) and novelty (n,) of images uint8 (n, *shape).
    Glyphs are looked for in the whole picture and on each sheet of paper in it; and where all of
    those are unlikely, in the other polarity, from afar, among the strongest ink, and beside what
    has most of it.
    """

    def answer(blocks: list[Block]) -> Answers:
        images = [as_trained(b.ink, shape, preparation) for b in blocks]
        return classify(np.stack(images))

    likely = once_each(answer)

    def read(seen: Iterable[list[list[Block]]]) -> list[Page]:
        pages = (read_lines(lines, likely, preparation.apart) for lines in seen)
        return [_without_edges(_of_one_pen(page)) for page in pages]

    pages = read(readings(picture, preparation.apart))
    likeliest = best(pages)
    if is_clear(likeliest):
        return likeliest
    return best([*pages, *read(other_readings(picture, preparation.apart))])


def _of_one_pen(page: Page) -> Page:
    """A page without upright strokes of another pen than the glyphs beside them.

    No line is empty.
    """
    kept = ([g for g, o in zip(line, of_another_pen(line), strict=True) if not o] for line in page)
    return [line for line in kept if line]


def _without_edges(page: Page) -> Page:
    """A page without bare strokes that are far taller than its glyphs; no line is empty.

    Many bare strokes, and no other glyph, are texture: that has no lines.
    """
    glyphs = [glyph for line in page for glyph in line]
    broad = [g.height for g in glyphs if not g.is_bare and g.likely > _LIKELY]
    if not broad and len(glyphs) > _STROKES:
        return []
    usual = float(np.median([glyph.height for glyph in glyphs] or [0]))
    tallest = max(_EDGE * usual, _TALLER * max(broad, default=0))
    kept = [[g for g in line if not g.is_bare or g.height <= tallest] for line in page]
    return [line for line in kept if line]
