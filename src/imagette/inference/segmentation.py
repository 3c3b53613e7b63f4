"""Reading a line: where one glyph ends and the next begins, and what each is.

The ink of a line is cut where it is thin into more parts than there are glyphs; parts that
stand side by side are taken for one glyph in every way that is possible, and the classifier
says which way gives the likeliest glyphs (over-segmentation and dynamic programming, as in
LeCun et al. 1998, section V).
"""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.hyphens import hyphens
from imagette.images.photo.page import Block, joined
from imagette.inference.glyph import BARE, Glyph
from imagette.inference.likelihood import likelihood
from imagette.inference.once_each import Likely
from imagette.inference.strangers import strangers

_NARROW = 0.6  # width by height: what is narrower is not cut
_CUTS = 8  # places at most where a block may be cut
_WIDEST = 1.35  # width by height of one glyph, at most,
_JOINED = 1.25  # and of one glyph of which parts do not touch,
_APART = 0.2  # of the height, by which they may stand apart
_THINNEST = 0.12  # at least
_PARTS = 5  # of which a glyph may be made, at most
_NOVELTY = (-0.6, 0.3, 4.3)  # of a glyph that is as usual as any, usual, and of what is none
_GLYPH_COST = (0.6, 0.8, 4.6)  # nats, that a glyph of such novelty must gain
_JOIN_COST = 1.0  # nats, for taking what does not touch for one glyph
_SKIP_COST = 8.0  # nats for leaving out as much ink as a glyph has, in parts
_LOW = 0.55  # of the height; what is lower may be a part of a glyph, or dirt
_KNOWN = 0.5  # likelihood, from which a hyphen is a glyph
_VALLEY = 0.9  # of the ink on either side, at most, is where glyphs that touch are cut
_SLANTS = np.arange(-0.2, 0.81, 0.1)  # of writing: columns to the right for each row up
_ONE = (1.0, 1.3)  # width by height: of what is one glyph, and of what may be several
_AROUND = 3.0  # heights to both sides, in which glyphs are about as high,
_OWN = 0.9  # or as this glyph itself


def read_line(line: list[Block], likely: Likely, apart: float = 0.0) -> list[Glyph]:
    """The glyphs of a line; cut upright, or as the writing leans, whichever is likelier.

    Pieces of a glyph may lie so far `apart` as in `Preparation`.
    """
    shown = _without_hyphens(line, likely)
    heights, words = _heights(shown), _words(shown, likely)
    ways = [_cut_line(shown, heights, 0.0, words)]
    if len(ways[0]) > len(shown):
        ways.append(_cut_line(shown, heights, _slant(shown), words))
    return min((_best(parts, heights, likely, apart) for parts in ways), key=lambda way: way[0])[1]


def _without_hyphens(line: list[Block], likely: Likely) -> list[Block]:
    """A line without its hyphens, if the classifier does not know them as glyphs."""
    found = hyphens([block.box for block in line])
    if not found.any():
        return line
    known = likelihood(*likely(line)) > _KNOWN
    return [block for block, out in zip(line, found & ~known, strict=True) if not out]


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


def _words(line: list[Block], likely: Likely) -> NDArray[np.bool_]:
    """Which blocks of a line are of words, as they are: letters, which nobody shall cut up.

    What is wide may be glyphs that touch, and says nothing; nor does a bare stroke.
    """
    height = float(np.median([len(block.ink) for block in line]))
    aspects = [block.ink.shape[1] / len(block.ink) for block in line]
    weight = np.interp(aspects, (*BARE, *_ONE), (0.0, 1.0, 1.0, 0.0))
    gaps = np.array([(b.left - a.right) / height for a, b in pairwise(line)])
    return strangers(likely(line)[1], gaps, weight)


Part = tuple[Block, int]  # and the number of the block from which it was cut


def _cut_line(
    line: list[Block], heights: NDArray[np.float64], slant: float, words: NDArray[np.bool_]
) -> list[Part]:
    """All parts of a line, from left to right; words are not cut."""
    parts: list[Part] = []
    for number, block in enumerate(line):
        height = float(heights[number])
        if words[number] or block.ink.shape[1] < _NARROW * height:
            parts.append((block, number))
            continue
        edges = [-np.inf, *_cuts(block, height, slant), np.inf]
        cut = [block.between(start, stop, slant) for start, stop in pairwise(edges)]
        parts += [(part, number) for part in cut if part is not None] or [(block, number)]
    return parts


def _cuts(block: Block, height: float, slant: float) -> list[int]:
    """Columns where a block can be cut: those with least ink, some way from one another.

    On either side there is more ink somewhere, or it would be one blot that is halved there.
    """
    columns = block.columns(slant)
    first = int(columns.min())
    sums = np.bincount((columns - first).ravel(), block.ink.ravel())
    inked = np.flatnonzero(sums)
    profile = np.convolve(sums, np.ones(3) / 3, mode="same")
    apart = max(2, round(0.2 * height))
    before, after = np.maximum.accumulate(profile), np.maximum.accumulate(profile[::-1])[::-1]
    profile[profile > _VALLEY * np.minimum(before, after)] = np.inf
    profile[: inked[0] + apart] = profile[max(0, inked[-1] + 1 - apart) :] = np.inf
    cuts: list[int] = []
    for column in np.argsort(profile, kind="stable"):
        if len(cuts) == _CUTS or not np.isfinite(profile[column]):
            break
        if all(abs(int(column) - cut) >= apart for cut in cuts):
            cuts.append(int(column))
    return sorted(cut + first for cut in cuts)


def _slant(line: list[Block]) -> float:
    """How far writing leans: so that strokes fall into the fewest columns."""

    def gathered(slant: float) -> float:
        sums = [
            np.bincount((columns - columns.min()).ravel(), block.ink.ravel())
            for block in line
            for columns in [block.columns(slant)]
        ]
        return float(sum((column_sums**2).sum() for column_sums in sums))

    return float(max(_SLANTS, key=gathered))


def _best(
    parts: list[Part], heights: NDArray[np.float64], likely: Likely, apart: float
) -> tuple[float, list[Glyph]]:
    """The likeliest glyphs of a line that is in parts, and what they cost, in nats."""
    found = _costs(parts, heights, likely, apart)
    usual = max(float(np.median([block.ink.sum() for block, _ in parts])), 1.0)
    ending: defaultdict[int, list[tuple[int, float, Glyph]]] = defaultdict(list)
    for (start, stop), (cost, glyph) in found.items():
        ending[stop].append((start, cost, glyph))
    best: list[tuple[float, list[Glyph]]] = [(0.0, [])]
    for stop in range(1, len(parts) + 1):
        last = parts[stop - 1][0].ink
        ways = []
        if max(last.shape) < _LOW * heights[parts[stop - 1][1]] or not ending[stop]:
            ways = [(best[-1][0] + _SKIP_COST * float(last.sum()) / usual, best[-1][1])]
        for start, cost, glyph in ending[stop]:
            before, glyphs = best[start]
            ways.append((before + cost, [*glyphs, glyph]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1]


def _costs(
    parts: list[Part], heights: NDArray[np.float64], likely: Likely, apart: float
) -> dict[tuple[int, int], tuple[float, Glyph]]:
    """What could be one glyph, with what speaks against it, in nats."""
    runs = _runs(parts, heights, apart)
    if not runs:
        return {}
    found = {}
    rows, novelties = likely(list(runs.values()))
    familiar = likelihood(rows, novelties)
    unlikely = np.interp(np.nan_to_num(novelties, nan=np.inf), _NOVELTY, _GLYPH_COST)
    unlikely -= np.log(np.maximum(rows.max(axis=1), 1e-9))
    for number, (run, block) in enumerate(runs.items()):
        row, novelty = rows[number], float(novelties[number])
        height = max(heights[n] for _, n in parts[run[0] : run[1]])
        cost = float(unlikely[number]) + _oddity(block, height)
        cost += _JOIN_COST * (parts[run[0]][1] != parts[run[1] - 1][1])
        found[run] = cost, Glyph(row, novelty, block.box, float(familiar[number]), block.ink)
    return found


def _runs(
    parts: list[Part], heights: NDArray[np.float64], apart: float
) -> dict[tuple[int, int], Block]:
    """What could be one glyph: parts side by side, by the first, and the one after the last."""
    runs = {}
    counts = Counter(number for _, number in parts)
    for start in range(len(parts)):
        for stop in range(start + 1, min(start + _PARTS, len(parts)) + 1):
            run = parts[start:stop]
            block = joined([block for block, _ in run]) if len(run) > 1 else run[0][0]
            width = block.ink.shape[1]
            height = max(heights[number] for _, number in run)
            one = run[0][1] == run[-1][1]
            whole = len(run) == counts[run[0][1]]
            gaps = [b.left - a.right for (a, _), (b, _) in pairwise(run)]
            if one and (whole or _THINNEST * height < width < _WIDEST * height):
                runs[start, stop] = block
            may_join = apart or min(len(block.ink) for block, _ in run) < _LOW * height
            room = max(_APART, apart) * height
            if not one and may_join and width < _JOINED * height and max(gaps) < room:
                runs[start, stop] = block
    return runs


def _oddity(part: Block, height: float) -> float:
    """What is against a part being one glyph by its size alone, in nats."""
    tall, width = map(int, part.ink.shape)
    wide = max(0.0, width / max(height, 1.0) - 1.0)
    low = max(0.0, 0.55 - tall / max(height, 1.0))
    return 3.0 * wide + 6.0 * low
