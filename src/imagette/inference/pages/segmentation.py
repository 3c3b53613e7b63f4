"""Reading a line: where one glyph ends and the next begins, and what each is.

The ink of a line is cut where it is thin, in more places than glyphs end; what is between any two
of them is taken for one glyph in every way that is possible, and the classifier says which way
gives the likeliest glyphs (over-segmentation and dynamic programming, as in LeCun et al. 1998,
section V).
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.pages.hyphens import hyphens
from imagette.images.photo.pages.page import Block
from imagette.images.photo.raster.resizing import Box, united
from imagette.inference.likelihood import likelihood
from imagette.inference.pages.glyph import BARE, Glyph
from imagette.inference.pages.lattice import LOW, Candidate, Lattice, Span
from imagette.inference.pages.once_each import Likely
from imagette.inference.pages.strangers import Row, strangers

_NOVELTY = (-0.6, 0.3, 4.3)  # of a glyph that is as usual as any, usual, and of what is none
_GLYPH_COST = (0.5, 0.8, 5.5)  # nats, that a glyph of such novelty must gain
_SURENESS = 0.7  # nats, for each nat of the likeliest class's probability
_JOIN_COST = 0.5  # nats, for taking what does not touch for one glyph
_SKIP_COST = 15.0  # nats for leaving out as much ink as a glyph has, in parts
_WIDE_COST = (1.0, 3.0)  # heights, and nats for each height by which one glyph is wider,
_LOW_COST = (LOW, 6.0)  # or lower than such a share of the height,
_CUT_COST = (0.85, 2.0)  # or, if it was cut out of a block, than such a one
_KNOWN = 0.5  # likelihood, from which a hyphen is a glyph
_ONE = (1.0, 1.3)  # width by height: of what is one glyph, and of what may be several
_AROUND = 3.0  # heights to both sides, in which glyphs are about as high,
_OWN = 0.9  # or as this glyph itself


def read_lines(lines: list[list[Block]], likely: Likely, apart: float = 0.0) -> list[list[Glyph]]:
    """The glyphs of each line of a page, from left to right.

    Pieces of a glyph may lie so far `apart` as in `Preparation`.
    """
    hidden = [_unknown_hyphens(line, likely) for line in lines]
    shown = [
        [block for block, is_out in zip(line, out, strict=True) if not is_out]
        for line, out in zip(lines, hidden, strict=True)
    ]
    words = strangers([_row(line, likely) for line in shown])
    page = []
    for line, out, left, strange in zip(lines, hidden, shown, words, strict=True):
        glyphs = _read(left, strange, likely, apart) if left else []
        page.append(_after_hyphens(glyphs, [line[number].box for number in np.flatnonzero(out)]))
    return page


def _read(line: list[Block], words: NDArray[np.bool_], likely: Likely, apart: float) -> list[Glyph]:
    """The glyphs of a line, of which some blocks are of words."""
    lattice = Lattice(line, _heights(line), words)
    return _best(lattice, _costs(lattice.candidates(apart), likely))


def _unknown_hyphens(line: list[Block], likely: Likely) -> NDArray[np.bool_]:
    """Which blocks of a line are hyphens, if the classifier does not know them as glyphs."""
    found = hyphens([block.box for block in line])
    return found & ~(likelihood(*likely(line)) > _KNOWN) if found.any() else found


def _after_hyphens(glyphs: list[Glyph], boxes: list[Box]) -> list[Glyph]:
    """The glyphs of a line; those after hyphens in such `boxes` know of it."""
    lefts = [glyph.box[1] for glyph in glyphs]
    for box in boxes:
        number = bisect_left(lefts, box[3])
        if number < len(glyphs):
            known = glyphs[number].hyphen
            hyphen = box if known is None else united(known, box)
            glyphs[number] = replace(glyphs[number], hyphen=hyphen)
    return glyphs


def _heights(line: list[Block]) -> NDArray[np.float64]:
    """How high glyphs are around each block: what stands beside a number may be smaller print."""
    own = np.array([len(block.ink) for block in line], float)
    middles = np.array([block.left + block.ink.shape[1] / 2 for block in line])
    near = (
        np.abs(middles[:, np.newaxis] - middles)
        <= _AROUND * np.maximum(own, np.median(own))[:, np.newaxis]
    )
    usual = np.array([np.median(own[beside]) for beside in near])
    heights: NDArray[np.float64] = np.maximum(usual, _OWN * own)
    return heights


def _row(line: list[Block], likely: Likely) -> Row:
    """What tells which blocks are of words, as they are: letters, which nobody shall cut up.

    What is wide may be glyphs that touch, and says nothing; nor does a bare stroke.
    """
    if not line:
        return Row(np.zeros(0), np.zeros(0))
    height = float(np.median([len(block.ink) for block in line]))
    aspects = [block.ink.shape[1] / len(block.ink) for block in line]
    weight = np.interp(aspects, (*BARE, *_ONE), (0.0, 1.0, 1.0, 0.0))
    gaps = np.array([(b.left - a.right) / height for a, b in pairwise(line)])
    return Row(likely(line)[1], gaps, weight)


def _best(lattice: Lattice, costs: dict[Span, tuple[float, Glyph]]) -> list[Glyph]:
    """The glyphs of a line that cost the least; little ink may be left out between them."""
    usual = max(float(np.median([block.ink.sum() for block in lattice.line])), 1.0)
    ending: defaultdict[int, list[tuple[int, float, Glyph]]] = defaultdict(list)
    for (start, stop), (cost, glyph) in costs.items():
        ending[stop].append((start, cost, glyph))
    best: list[tuple[float, list[Glyph]]] = [(0.0, [])]
    for stop in range(1, len(lattice.edges) + 1):
        ways = []
        left_out = lattice.pieces(stop - 1, stop)
        if not ending[stop] or all(
            max(piece.ink.shape) < LOW * lattice.heights[number]
            for number, piece in left_out.items()
        ):
            ink = sum(float(piece.ink.sum()) for piece in left_out.values())
            ways = [(best[-1][0] + _SKIP_COST * ink / usual, best[-1][1])]
        for start, cost, glyph in ending[stop]:
            before, glyphs = best[start]
            ways.append((before + cost, [*glyphs, glyph]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def _costs(candidates: dict[Span, Candidate], likely: Likely) -> dict[Span, tuple[float, Glyph]]:
    """What could be one glyph, with what speaks against it, in nats."""
    if not candidates:
        return {}
    rows, novelties = likely([candidate.block for candidate in candidates.values()])
    familiar = likelihood(rows, novelties)
    unlikely = np.interp(np.nan_to_num(novelties, nan=np.inf), _NOVELTY, _GLYPH_COST)
    unlikely -= _SURENESS * np.log(np.maximum(rows.max(axis=1), 1e-9))
    return {
        span: (
            float(unlikely[number]) + _oddity(candidate),
            Glyph(
                rows[number],
                float(novelties[number]),
                candidate.block.box,
                float(familiar[number]),
                candidate.block.ink,
                candidate.block.strength,
            ),
        )
        for number, (span, candidate) in enumerate(candidates.items())
    }


def _oddity(candidate: Candidate) -> float:
    """What is against it being one glyph by its size and origin alone, in nats."""
    tall, width = (float(side) / max(candidate.height, 1.0) for side in candidate.block.ink.shape)
    cost = _JOIN_COST if candidate.is_joined else 0.0
    cost += _WIDE_COST[1] * max(0.0, width - _WIDE_COST[0])
    cost += _LOW_COST[1] * max(0.0, _LOW_COST[0] - tall)
    if candidate.is_cut:
        cost += _CUT_COST[1] * max(0.0, _CUT_COST[0] - tall)
    return cost
