"""Reading a page: which glyph stands where, and what each is.

Ink that is too wide for one glyph is cut where it is thin, in every way that is possible,
and the classifier says which way gives the likeliest glyphs (over-segmentation and dynamic
programming, as in LeCun et al. 1998, section V).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.page import Block, find_lines
from imagette.images.photo.place import place, with_stroke
from imagette.images.photo.preparation import Preparation
from imagette.images.photo.resizing import Box, Picture

Classify = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

_NARROW = 0.95  # width by height: what is narrower is not cut
_CUTS = 8  # places at most where a block may be cut
_WIDEST = 1.35  # width by height of one glyph, at most
_THINNEST = 0.12  # at least
_CUT_COST = 0.35  # nats, that a cut must gain


@dataclass(frozen=True)
class Glyph:
    """One glyph of a page: its probabilities (classes,) and its box in the picture."""

    probabilities: NDArray[np.float32]
    box: Box


def read_page(
    picture: Picture, shape: tuple[int, int, int], preparation: Preparation, classify: Classify
) -> list[list[Glyph]]:
    """The glyphs of a picture, uint8 (height, width, 1 or 3), in lines from left to right.

    `classify` gives probabilities (n, classes) of images uint8 (n, *shape).
    """
    lines = find_lines(picture)
    heights = [block.ink.shape[0] for line in lines for block in line]
    typical = float(np.median(heights)) if heights else 0.0
    candidates = [[_parts(block, typical) for block in line] for line in lines]
    images = [
        place(with_stroke(part.ink, preparation), shape, preparation)
        for line in candidates
        for parts in line
        for part in parts.values()
    ]
    if not images:
        return []
    answers = iter(classify(np.stack(images)))
    return [
        [glyph for parts in line for glyph in _best(parts, answers, typical)] for line in candidates
    ]


Parts = dict[tuple[int, int], Block]  # by the columns from which and up to which they go


def _parts(block: Block, typical: float) -> Parts:
    """The block as a whole, and every part of it that could be one glyph."""
    width = block.ink.shape[1]
    whole = {(0, width): block}
    if width < _NARROW * max(typical, 0.6 * block.ink.shape[0]):
        return whole
    edges = [0, *_cuts(block.ink, typical), width]
    for number, start in enumerate(edges):
        for stop in edges[number + 1 :]:
            part = block.columns(start, stop)
            if part is not None and _THINNEST * typical < stop - start < _WIDEST * typical:
                whole[start, stop] = part
    return whole


def _cuts(ink: NDArray[np.float32], typical: float) -> list[int]:
    """Columns where a block can be cut: those with least ink, some way from one another."""
    profile = np.convolve(ink.sum(axis=0), np.ones(3) / 3, mode="same")
    apart = max(2, round(0.2 * typical))
    profile[:apart] = profile[len(profile) - apart :] = np.inf
    cuts: list[int] = []
    for column in np.argsort(profile, kind="stable"):
        if len(cuts) == _CUTS or not np.isfinite(profile[column]):
            break
        if all(abs(int(column) - cut) >= apart for cut in cuts):
            cuts.append(int(column))
    return sorted(cuts)


def _best(parts: Parts, answers: Iterator[NDArray[np.float32]], typical: float) -> list[Glyph]:
    """The sequence of parts, from the first column to the last, that is likeliest."""
    glyphs = {columns: (part, next(answers)) for columns, part in parts.items()}
    width = max(stop for _, stop in parts)
    best: dict[int, tuple[float, list[Glyph]]] = {0: (0.0, [])}
    for stop in sorted({stop for _, stop in parts}):
        ways = []
        for (start, end), (part, probabilities) in glyphs.items():
            if end == stop and start in best:
                cost = -float(np.log(max(float(probabilities.max()), 1e-9))) + _CUT_COST
                cost += _oddity(part, typical)
                ways.append((best[start][0] + cost, start, Glyph(probabilities, part.box)))
        if ways:
            cost, start, glyph = min(ways, key=lambda way: way[0])
            best[stop] = (cost, [*best[start][1], glyph])
    return best[width][1]


def _oddity(part: Block, typical: float) -> float:
    """What is against a part being one glyph by its size alone, in nats."""
    height, width = map(int, part.ink.shape)
    wide = max(0.0, width / max(typical, 1.0) - 1.0)
    low = max(0.0, 0.55 - height / max(typical, 1.0))
    return 4.0 * wide + 6.0 * low
