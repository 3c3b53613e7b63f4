"""A page with several glyphs: its lines, and in each line the ink of one glyph after another."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.pages.columns import in_columns, may_be_ruled
from imagette.images.photo.pages.cuts import Path
from imagette.images.photo.pages.drawn_lines import without_drawn_lines
from imagette.images.photo.pages.frames import without_areas, without_frames, without_oblique_lines
from imagette.images.photo.pages.lines import Cluster, in_lines
from imagette.images.photo.raster.morphology import dilated
from imagette.images.photo.raster.pieces import pieces_of, pixels_of
from imagette.images.photo.raster.quantiles import median
from imagette.images.photo.raster.resizing import Box, Picture, resized
from imagette.images.photo.raster.strokes import Mask, box_around, stroke_width
from imagette.images.photo.separation.contrast import Contrast, find_contrast, opposite
from imagette.images.photo.separation.ground import ink_level, otsu
from imagette.images.photo.separation.ink import find_ink
from imagette.images.photo.separation.paper import on_paper, papers

_SIDE = 1200  # pixels of the longer side of the copy on which a page is read,
_LARGEST = 3600  # or up to so many where glyphs are
_LOW = 32  # pixels high or lower
_FAR = 400  # pixels of the longer side of a copy on which the gaps in dashed strokes are closed
_NARROWEST = 6  # pixels of a copy's shorter side; in less nothing can be read
_OVERVIEW = 300  # and of the one on which ground and ink are told apart
_FAINTEST = 0.1  # of the ink in the whole picture is the ink on a sheet; else it is texture
_STRONGER = 0.9  # of what parts strong ink from faint
_OBJECT = 0.5  # of all ink: what has more hides other ink, as a pen or a hand beside a number
_AROUND = 3  # pixels of the overview: it is painted over with what is as near to it
_INKED = 0.4  # of full ink; what is fainter does not count for a box


@dataclass(frozen=True)
class Block:
    """Ink on a copy of a page: connected or overlapping, one glyph or several that touch.

    Attributes:
        ink: float32 (height, width), 0 to 1, what belongs to it.
        top, left: its corner on the copy.
        scale: of the copy against the picture, down and across: each side is rounded.
        strength: how far its ink stands out, in gray levels: the median; the largest's if
            several were joined.
    """

    ink: NDArray[np.float32]
    top: int
    left: int
    scale: tuple[float, float]
    strength: float

    @property
    def right(self) -> int:
        return self.left + int(self.ink.shape[1])

    @property
    def box(self) -> Box:
        """In the picture."""
        height, width = self.ink.shape
        down, across = self.scale
        return (
            round(self.top / down),
            round(self.left / across),
            round((self.top + height) / down),
            round((self.left + width) / across),
        )

    def between(self, start: Path | None, stop: Path | None) -> "Block | None":
        """The part from one cut to another, or to the borders; None if next to no ink is there."""
        if start is None and stop is None:
            return self
        width = self.ink.shape[1]
        first = 0 if start is None else int(start.min().clip(0, width))
        last = width if stop is None else int(stop.max().clip(first, width))
        part, columns = self.ink[:, first:last].copy(), np.arange(first, last)
        if start is not None:
            part[columns < start[:, np.newaxis]] = 0
        if stop is not None:
            part[columns >= stop[:, np.newaxis]] = 0
        top, left, bottom, right = box_around(part > _INKED) or (0, 0, 0, 0)
        if bottom - top < 2 or right - left < 2:
            return None
        cut = part[top:bottom, left:right]
        return Block(cut, self.top + top, self.left + first + left, self.scale, self.strength)


def joined(blocks: list[Block]) -> Block:
    """Several blocks of one copy as one."""
    top, left = min(block.top for block in blocks), min(block.left for block in blocks)
    bottom = max(block.top + len(block.ink) for block in blocks)
    ink = np.zeros((bottom - top, max(block.right for block in blocks) - left), np.float32)
    for block in blocks:
        y, x = block.top - top, block.left - left
        part = ink[y : y + len(block.ink), x : x + block.ink.shape[1]]
        np.maximum(part, block.ink, out=part)
    largest = max(blocks, key=lambda block: float(block.ink.sum()))
    return replace(largest, ink=ink, top=top, left=left)


def find_lines(picture: Picture, apart: float = 0.0) -> list[list[Block]]:
    """The lines of a page, from the top down, each with its blocks from left to right.

    Pieces of a glyph may lie so far `apart` as in `Preparation`. Empty where nothing stands out of
    the ground.
    """
    return next(readings(picture, apart))


def readings(picture: Picture, apart: float = 0.0) -> Iterator[list[list[Block]]]:
    """As `find_lines`, looked at in several ways: the whole picture, then each sheet in it."""
    overview = _overview(picture)
    if overview is None:
        yield []
        return
    contrast = find_contrast(overview)
    yield _lines(picture, overview, contrast, None, apart)
    least = _FAINTEST * ink_level(contrast.strength)
    for paper in papers(overview, smooth=False):
        sheet = on_paper(overview, paper)
        yield _lines(picture, sheet, find_contrast(sheet), paper, apart, least)


def other_readings(picture: Picture, apart: float = 0.0) -> Iterator[list[list[Block]]]:
    """Less plain ways: light ink where `readings` see dark, from afar, on smooth sheets, parts.

    The strongest alone leaves out printed lines that are fainter than what was written on them; and
    beside a thing that has most of the ink, the rest is seen once that is painted over.
    """
    overview = _overview(picture)
    if overview is None:
        return
    contrast = find_contrast(overview)
    yield _lines(picture, overview, opposite(contrast), None, apart)
    yield _lines_at(picture, overview, contrast, None, apart, 0.0, _FAR)
    for paper in papers(overview, parted=False):
        sheet = on_paper(overview, paper)
        yield _lines(picture, sheet, find_contrast(sheet), paper, apart)
    ink = find_ink(overview, contrast, _stroke(contrast, 0.0), coarse=1)
    if ink is None or not ink.mask.any():
        return
    least = _STRONGER * otsu(ink.nearby()[ink.mask])
    yield _lines(picture, overview, contrast, None, apart, least)
    pieces, labels = ink.pieces
    if pieces[0].ink > _OBJECT * sum(piece.ink for piece in pieces):
        rest = ~dilated(pixels_of(pieces[:1], labels), _AROUND)
        sheet = on_paper(overview, rest)
        yield _lines(picture, sheet, find_contrast(sheet), rest, apart)


def _stroke(contrast: Contrast, least: float) -> float:
    """Width of the strokes of an overview, in its pixels."""
    level = ink_level(contrast.strength)
    return stroke_width(contrast.strength > max(0.5 * level, least))


def _overview(picture: Picture) -> NDArray[np.float32] | None:
    """A small copy; None of a picture so narrow that nothing can be read."""
    height, width = picture.shape[:2]
    small = _size(height, width, _OVERVIEW)
    return resized(picture, small, (0, 0, height, width)) if min(small) >= _NARROWEST else None


def _lines(
    picture: Picture,
    overview: NDArray[np.float32],
    contrast: Contrast,
    paper: Mask | None,
    apart: float,
    least: float = 0.0,
) -> list[list[Block]]:
    """The lines of a sheet, or of all of the picture; of ink that is stronger than `least`."""
    seen = _lines_at(picture, overview, contrast, paper, apart, least, _SIDE)
    heights = [len(block.ink) for line in seen for block in line]
    if heights and np.median(heights) < _LOW and max(picture.shape[:2]) > _SIDE:
        return _lines_at(picture, overview, contrast, paper, apart, least, _LARGEST)
    return seen


def _lines_at(
    picture: Picture,
    overview: NDArray[np.float32],
    contrast: Contrast,
    paper: Mask | None,
    apart: float,
    least: float,
    side: int,
) -> list[list[Block]]:
    """The lines on a copy whose longer side is `side` pixels; drawn lines are left out."""
    height, width = picture.shape[:2]
    size = _size(height, width, side)
    scale = size[1] / height, size[0] / width
    stroke = _stroke(contrast, least) * size[0] / overview.shape[1]
    copy = resized(picture, size, (0, 0, height, width))
    if paper is not None:
        rows = np.arange(len(copy)) * len(paper) // len(copy)
        columns = np.arange(copy.shape[1]) * paper.shape[1] // copy.shape[1]
        paper = paper[rows[:, np.newaxis], columns]
        copy = on_paper(copy, paper)
    ink = find_ink(copy, contrast, stroke, coarse=1)
    if ink is None:
        return []
    if least:
        ink = ink.stronger(least, joined=False)
    soft, mask = ink.soft(), without_drawn_lines(ink.mask)
    pieces, labels = pieces_of(mask, ink.strength, paper)

    def block(cluster: Cluster) -> Block:
        top, left, bottom, right = cluster.box
        pixels = cluster.pixels(labels)
        kept = soft[top:bottom, left:right] * pixels
        inked = ink.strength[top:bottom, left:right][pixels]
        return Block(kept, top, left, scale, median(inked))

    unframed = without_oblique_lines(without_frames(pieces, labels), labels)
    within = without_areas(unframed, labels)
    found = in_lines(within, apart, cropped=paper is None)
    table = in_columns([[cluster.box for cluster in line] for line in found], may_be_ruled(ink))
    return [
        [block(line[number]) for number in column]
        for line, parts in zip(found, table, strict=True)
        for column in parts
    ]


def _size(height: int, width: int, side: int) -> tuple[int, int]:
    """Width and height of a copy whose longer side is at most `side`."""
    scale = min(1.0, side / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))
