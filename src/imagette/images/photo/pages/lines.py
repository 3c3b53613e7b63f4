"""Several glyphs in one picture: found, and put into lines from left to right."""

import math

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.pages.hyphens import hyphens
from imagette.images.photo.pages.remnants import without_remnants
from imagette.images.photo.raster.grid import Grid
from imagette.images.photo.raster.pieces import Piece
from imagette.images.photo.raster.resizing import Box, united

_SPECK = 0.06  # of the median glyph's ink: smaller pieces are dirt
_SHORT = 0.25  # of the median glyph's height: shorter pieces are parts or dirt, not glyphs
_LEAST = 4  # pixels: what is no higher is no part of a glyph
_GRAIN = (5, 0.2)  # pixels, share of the ink: if smaller pieces have more of it, all is noise
_READABLE = 8  # pixels: a line in which no glyph is as high cannot be read
_RULE = (0.35, 1.5)  # of a glyph's height: a line is lower than the first, wider than the second
_OVER = 0.5  # of the narrower one's width: pieces whose columns overlap by more are one glyph
_WITHIN = 0.8  # of the narrower one's width: as `_OVER`, for pieces that stand side by side
_TALL = 0.6  # of the higher one's height: pieces whose rows overlap by more stand side by side
_USUAL = 75  # percentile of the pieces' heights: that of a whole glyph, as some pieces are parts
_WHOLE = 1.2  # of a whole glyph's height: two halves together are lower
_GAP = 0.35  # of the higher one's height: pieces of one glyph are closer together
_LARGE = 0.2  # of the higher one's height: a higher piece is no bar, as that of a 5
_LARGE_GAP = 0.18  # of the higher one's height: as `_GAP`, if both are higher than a whole glyph
_AT_BORDER = (0.6, 1.5)  # of the usual height: that of a whole glyph that reaches the border
_STRAY = 0.5  # of the median glyph's ink: what stands alone and is no heavier is dirt
_LOW = 0.55  # of the line's height: a lower piece may be a part of its neighbour
_TOUCHING = 0.12  # of the line's height: the gap between a bar and its glyph is less
_WIDE = 1.1  # of the line's height: a glyph with its bar is narrower
_BESIDE = 0.4  # of the lower one's height: glyphs whose rows overlap by more are in one line
# Of the bow's height: the bar of a 5 is lower, narrower than the second, and above its top or
# beneath it by less than the last two; and it is wider than high, so many times.
_BAR, _LONG, _ABOVE, _BENEATH, _LEVEL = 0.45, 1.0, 0.15, 0.3, 1.3
_REACH = 3.0  # heights: the next glyph of a line is closer


class Cluster:
    """The pieces of one glyph, or of several that touch.

    Attributes:
        pieces: in the order in which they were added.
        box: top, left, bottom and right.
        ink: the sum of the pieces'.
    """

    def __init__(self, piece: Piece):
        self.pieces = [piece]
        self.box: Box = piece.box
        self.ink = piece.ink

    @property
    def height(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def width(self) -> int:
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        """The middle of its rows."""
        return _middle(self.box)

    def add(self, other: "Cluster") -> None:
        """Take the pieces of another cluster."""
        a, b = self.box, other.box
        self.pieces += other.pieces
        self.box = united(a, b)
        self.ink += other.ink

    def pixels(self, labels: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Its mask within its box."""
        top, left, bottom, right = self.box
        numbers = [piece.number for piece in self.pieces]
        return np.isin(labels[top:bottom, left:right], numbers)


def in_lines(pieces: list[Piece], apart: float = 0.0, cropped: bool = False) -> list[list[Cluster]]:
    """Glyphs in lines, from the top down and from left to right.

    Pieces above one another are one glyph, even as far `apart` as in `Preparation`; what is small
    against the others is dirt. A line goes on with the nearest glyph to the right at about the same
    height, so it may run obliquely. What is mostly grain has no lines. What reaches the border is
    no glyph; but it may be in a picture that may be `cropped`, if it looks as its neighbour does.
    """
    if _is_grain(pieces):
        return []
    inner = [piece for piece in pieces if not piece.at_border] or pieces
    if cropped and len(inner) < len(pieces):
        inner = _with_cropped(pieces, inner)
    clusters = _clusters(_without_specks(without_remnants(inner)), apart)
    tallest = max((cluster.height for cluster in clusters), default=0)
    lines: list[list[Cluster]] = []
    open_lines: list[list[Cluster]] = []  # those near enough for the next glyph
    for cluster in sorted(clusters, key=lambda cluster: cluster.box[1]):
        least = cluster.box[1] - _REACH * tallest
        open_lines = [line for line in open_lines if line[-1].box[3] > least]
        line = min(
            (line for line in open_lines if _continues(line, cluster)),
            key=lambda line: abs(_middle(_end(line)) - cluster.middle),
            default=None,
        )
        if line is None:
            line = []
            lines.append(line)
            open_lines.append(line)
        line.append(cluster)
    readable = [line for line in lines if max(cluster.height for cluster in line) >= _READABLE]
    whole = [_with_bars(line) for line in _without_strays(readable)]
    return sorted(whole, key=lambda line: float(np.mean([cluster.middle for cluster in line])))


def _with_cropped(pieces: list[Piece], inner: list[Piece]) -> list[Piece]:
    """The `inner` pieces, and those at the border that are as high as a glyph and stand beside one.

    In the order of `pieces`.
    """
    top, left, bottom, right = np.array([piece.box for piece in inner]).T
    heights = bottom - top
    usual = float(np.median(heights[heights > 0.5 * heights.max()]))
    least, most = (share * usual for share in _AT_BORDER)

    def is_glyph(piece: Piece) -> bool:
        high, wide = piece.bottom - piece.top, piece.right - piece.left
        if not (least < high < most and wide < most):
            return False
        level = np.minimum(bottom, piece.bottom) - np.maximum(top, piece.top)
        away = np.maximum(left - piece.right, piece.left - right)
        beside = (heights > least) & (level > _TALL * np.minimum(heights, high)) & (away < most)
        return bool(beside.any())

    return [piece for piece in pieces if not piece.at_border or is_glyph(piece)]


def _is_grain(pieces: list[Piece]) -> bool:
    """Whether the pieces are only noise of the picture or its paper: small ones have much ink."""
    small = sum(piece.ink for piece in pieces if piece.side < _GRAIN[0])
    return small > _GRAIN[1] * sum(piece.ink for piece in pieces)


def _without_strays(lines: list[list[Cluster]]) -> list[list[Cluster]]:
    """The lines without single glyphs that are much lighter than those in lines of several."""
    ink = [cluster.ink for line in lines if len(line) > 1 for cluster in line]
    if not ink:
        return lines
    least = _STRAY * float(np.median(ink))
    return [line for line in lines if len(line) > 1 or line[0].ink > least]


def _with_bars(line: list[Cluster]) -> list[Cluster]:
    """The line with low pieces joined to a neighbour that they nearly touch, as the bar of a 5.

    Hyphens are not joined.
    """
    hyphen = hyphens([cluster.box for cluster in line])
    height = float(np.median([cluster.height for cluster in line]))
    joined: list[Cluster] = []
    for number, cluster in enumerate(line):
        last = joined[-1] if joined else None
        apart = hyphen[max(0, number - 1) : number + 1].any()
        if last and not apart and min(cluster.height, last.height) < _LOW * height:
            gap = cluster.box[1] - last.box[3]
            width = max(cluster.box[3], last.box[3]) - min(cluster.box[1], last.box[1])
            if gap < _TOUCHING * height and width < _WIDE * height:
                last.add(cluster)
                continue
        joined.append(cluster)
    return joined


def _without_specks(pieces: list[Piece]) -> list[Piece]:
    if not pieces:
        return []
    heaviest = max(piece.ink for piece in pieces)
    large = [piece.ink for piece in pieces if piece.ink > 0.2 * heaviest]
    least = _SPECK * float(np.median(large))
    return [piece for piece in pieces if piece.ink > least]


def _clusters(pieces: list[Piece], apart: float) -> list[Cluster]:
    """Pieces joined to glyphs, the largest first; short ones that join nothing are dropped."""
    clusters: list[Cluster] = []
    usual = float(np.percentile([piece.bottom - piece.top for piece in pieces] or [0], _USUAL))
    pieces = [piece for piece in pieces if not _is_rule(piece, usual)]
    grid = Grid.of(usual, float(max((piece.side for piece in pieces), default=1)))
    for piece in sorted(pieces, key=lambda piece: piece.top - piece.bottom):
        mine = Cluster(piece)
        near = grid.near(mine.box)
        home = next(
            (number for number in near if _above(clusters[number], mine, usual, apart)), None
        )
        if home is None:
            home = len(clusters)
            clusters.append(mine)
        else:
            clusters[home].add(mine)
        grid.put(home, _with_gap(clusters[home], apart))
    median = float(np.median([cluster.height for cluster in clusters])) if clusters else 0
    return [
        cluster
        for cluster in clusters
        if max(cluster.height, 0.7 * cluster.width) > max(_SHORT * median, _LEAST)
    ]


def _is_rule(piece: Piece, usual: float) -> bool:
    """Whether a piece is a line beneath or between numbers, and not the bar of a glyph."""
    height, width = piece.bottom - piece.top, piece.right - piece.left
    return height < _RULE[0] * usual and width > _RULE[1] * usual


def _with_gap(cluster: Cluster, apart: float) -> Box:
    """The box within which pieces that are no higher than a cluster may belong to it."""
    top, left, bottom, right = cluster.box
    room = math.ceil(max(_GAP * cluster.height, cluster.width if apart else 0))
    return top - room, left, bottom + room, right


def _above(first: Cluster, second: Cluster, usual: float, apart: float) -> bool:
    """Whether two clusters overlap horizontally and lie close together.

    Together they must not be much higher than one of them, or than is `usual`: two halves of an 8.
    Where pieces of glyphs lie `apart`, they may be as high as they are wide: "=".
    """
    a, b = first.box, second.box
    over = min(a[3], b[3]) - max(a[1], b[1])
    between = max(a[0] - b[2], b[0] - a[2], 0)
    height = max(first.height, second.height)
    joined = max(a[2], b[2]) - min(a[0], b[0])
    # Slanted neighbours overlap as well, but at one height; parts stand above one another.
    beside = min(a[2], b[2]) - max(a[0], b[0])
    least = _WITHIN if beside > _TALL * height else _OVER
    wide = max(first.width, second.width) if apart else 0
    large = min(first.height, second.height) > _LARGE * height and joined > _WHOLE * usual
    gap = _LARGE_GAP if large else _GAP
    if _is_bar(b, a) and joined < _WHOLE * max(height, usual):
        return True
    return (
        over > least * min(first.width, second.width)
        and between < max(gap * height, apart * max(joined, wide))
        and joined < max(1.6 * height, _WHOLE * usual, wide)
    )


def _is_bar(bar: Box, bow: Box) -> bool:
    """Whether a piece goes on to the right from the top of another, as the bar of a 5 does."""
    height, high, wide = bow[2] - bow[0], bar[2] - bar[0], bar[3] - bar[1]
    return (
        high < _BAR * height
        and _LEVEL * high < wide < _LONG * height
        and bow[1] < bar[1] < bow[3] < bar[3]
        and -_BENEATH * height < bow[0] - bar[2] < _ABOVE * height
    )


def _continues(line: list[Cluster], following: Cluster) -> bool:
    a, b = _end(line), following.box
    beside = min(a[2], b[2]) - max(a[0], b[0])
    height = max(line[-1].height, following.height)
    lower = min(a[2] - a[0], following.height)
    return beside > _BESIDE * lower and b[1] - a[3] < _REACH * height


def _end(line: list[Cluster]) -> Box:
    """The last box of a line, as high as its last two: the bar of a 5 stands above its bow."""
    last, before = line[-1].box, line[max(0, len(line) - 2)].box
    return min(last[0], before[0]), last[1], max(last[2], before[2]), last[3]


def _middle(box: Box) -> float:
    return (box[0] + box[2]) / 2
