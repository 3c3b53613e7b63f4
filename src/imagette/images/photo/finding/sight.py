"""Looks at a small copy of a picture, or of a part of it, in one of several ways."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.finding.components import Glyph, Parts, find_glyph, without_pieces
from imagette.images.photo.finding.plausibility import plausibility
from imagette.images.photo.raster.quantiles import median
from imagette.images.photo.raster.resizing import Box, Picture, halved, resized
from imagette.images.photo.raster.strokes import Mask, distances, strokes_of, without_holes
from imagette.images.photo.separation.contrast import Contrast, find_contrast, opposite
from imagette.images.photo.separation.ground import ink_level
from imagette.images.photo.separation.hues import hues
from imagette.images.photo.separation.ink import Ink, find_ink
from imagette.images.photo.separation.paper import on_paper

_OVERVIEW = 200  # pixels of the longer side of the copy on which the glyph is found
_SMALL = 112  # pixels of the longer side; smaller pictures are enlarged until they have as many
MARGIN = 0.25  # of the glyph's side: the margin around it
_MOST_STROKES = 0.8  # quantile of the stroke width, by area: taken for that of the thick strokes
_BROADER = 2  # times the usual stroke width: only if thick strokes are broader do they count
_LOST = 0.2  # of the ink found: if at least as much is lost within it, thick strokes are looked for
_ACROSS = 56  # pixels of the shorter side: copies of long strips are made larger to have as many
_STRIP = 800  # pixels of the longer side: the most that copies of long strips have
_THIN = 0.08  # of the shorter side: strokes among shadows are no wider
_NARROWEST = 6  # pixels of the shorter side, also of the copy: with less no glyph can be told


@dataclass(frozen=True)
class View:
    """A way to look at a picture.

    Attributes:
        paper: the sheet on which the glyph lies, bool (height, width); None for the whole copy.
        opposite: whether ink differs from the ground the other way than in the plainest view.
        least: gray levels; what stands out less is no ink. Only in the plainest contrast.
        parts: which pieces are taken for one glyph.
        without: what is no ink of the glyph, bool (height, width).
        beneath: whether `without` is only a line on which the glyph stands.
        thin: whether only thin strokes are looked for, among shadows that stand out as much.
        light: the light's colour (3,) if only hues are looked at, else None.
        prior: how likely this view is to be the right one, against the plainest.
    """

    paper: Mask | None = None
    opposite: bool = False
    least: float = 0.0
    parts: Parts = "near"
    without: Mask | None = None
    beneath: bool = False
    thin: bool = False
    light: NDArray[np.float32] | None = None
    prior: float = 1.0

    def lit(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """A picture (height, width, channels) as this view shows it."""
        return pixels if self.light is None else hues(pixels, self.light)


@dataclass(frozen=True)
class Overview:
    """A small copy of a part of the picture.

    Attributes:
        pixels: float32 (height, width, channels).
        part: the box in the picture of which it is a copy.
        scale: pixels of the copy per pixel of the picture.
        inner: where in its frame the picture is, bool (height, width); None without a frame.
    """

    pixels: NDArray[np.float32]
    part: Box
    scale: float
    inner: Mask | None

    def within(self, paper: Mask | None) -> Mask | None:
        """The part of a sheet, or of all, that is within the frame; None for all of the copy."""
        if self.inner is None or paper is None:
            return self.inner if paper is None else paper
        return paper & self.inner


@dataclass(frozen=True)
class Sight:
    """A glyph seen on a small copy of a part of the picture.

    Attributes:
        overview: the copy.
        contrast, ink, glyph: what was found on it.
        view: how it was looked at.
        plausibility: how much it looks like a glyph, 0 to 1, among what else was seen.
        is_clear: whether, by itself, nothing speaks against that.
    """

    overview: Overview
    contrast: Contrast
    ink: Ink
    glyph: Glyph
    view: View
    plausibility: float
    is_clear: bool

    @property
    def scale(self) -> float:
        """Pixels of the copy per pixel of the picture."""
        return self.overview.scale

    @property
    def stroke(self) -> float:
        """Width of the glyph's strokes, in pixels of the picture."""
        return self.glyph.stroke / self.scale

    @property
    def side(self) -> float:
        """Longer side of the glyph, in pixels of the picture."""
        return self.glyph.side / self.scale

    @cached_property
    def is_framed(self) -> bool:
        """Whether it stands in a hole of what was left out, as in a circle or a box."""
        out = self.view.without
        return out is not None and bool(without_holes(out)[self.glyph.mask].all())

    def least(self, near: float) -> float:
        """The view's `least`, in gray levels, for a copy on which the glyph is as strong as `near`.

        In a close-up, strokes may be weaker than on the small copy, whose ground is another.
        """
        return self.view.least * min(1.0, near / median(self.ink.strength[self.glyph.mask]))

    def window(self) -> Box:
        """The box in the picture that holds the glyph, with a margin."""
        glyph, (top, left, bottom, right) = self.glyph, self.overview.part
        margin = MARGIN * self.side + 2 / self.scale
        return (
            max(top, int(top + glyph.top / self.scale - margin)),
            max(left, int(left + glyph.left / self.scale - margin)),
            min(bottom, int(np.ceil(top + glyph.bottom / self.scale + margin))),
            min(right, int(np.ceil(left + glyph.right / self.scale + margin))),
        )

    def scaled(self, mask: Mask, window: Box, shape: tuple[int, ...]) -> Mask:
        """The part of a mask of the overview in a window of the picture, scaled to `shape`."""
        rows, columns = (
            ((window[axis] - self.overview.part[axis]) + (np.arange(count) + 0.5) * step)
            * self.scale
            for axis, count, step in (
                (0, shape[0], (window[2] - window[0]) / shape[0]),
                (1, shape[1], (window[3] - window[1]) / shape[1]),
            )
        )
        y = rows.astype(int).clip(0, mask.shape[0] - 1)
        x = columns.astype(int).clip(0, mask.shape[1] - 1)
        inside: Mask = mask[y[:, np.newaxis], x]
        return inside


def overview_of(
    picture: Picture, part: Box | None = None, inner: Box | None = None
) -> Overview | None:
    """A small copy of a picture, uint8 (height, width, 1 or 3), or of a part of it.

    None if that is too narrow to show a glyph. `inner` is the box of the picture itself in a framed
    picture.
    """
    part = part or (0, 0, *picture.shape[:2])
    height, width = part[2] - part[0], part[3] - part[1]
    longer, shorter = max(height, width), min(height, width)
    most = max(_OVERVIEW, min(_STRIP, _ACROSS * longer / shorter))
    scale = min(max(_SMALL, longer), most) / longer
    if shorter * min(scale, 1.0) < _NARROWEST:
        return None
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    pixels = resized(picture, size, part)
    inside = None if inner is None else _inside(inner, part, pixels.shape)
    return Overview(pixels, part, scale, inside)


def _inside(inner: Box, part: Box, shape: tuple[int, ...]) -> Mask:
    """Where the box `inner` is on a copy of a part of the picture, bool (height, width)."""
    mask = np.zeros(shape[:2], bool)
    top, left, bottom, right = (
        round((edge - part[axis]) * shape[axis] / (part[axis + 2] - part[axis]))
        for edge, axis in zip(inner, (0, 1, 0, 1), strict=True)
    )
    mask[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = True
    return mask


def look(overview: Overview, view: View, gap: float, plainest: Sight | None = None) -> Sight | None:
    """The glyph on a small copy, seen in one view; `plainest` is what the plainest view showed."""
    shown = overview.pixels
    if view.paper is not None:
        shown = on_paper(shown, view.paper)
    shown = view.lit(shown)
    if view.thin:
        contrast = find_contrast(halved(shown), _THIN)
    elif plainest is None or view.paper is not None or view.light is not None:
        contrast = find_contrast(halved(shown))
    else:  # the ground of the same picture is known
        contrast = opposite(plainest.contrast) if view.opposite else plainest.contrast
    if plainest is not None and contrast is plainest.contrast:
        ink: Ink | None = plainest.ink.stronger(view.least) if view.least else plainest.ink
    else:
        ink = _ink(shown, contrast)
    if ink is not None and view.without is not None:
        ink = without_pieces(ink, view.without)
    edge = overview.within(view.paper)
    glyph = find_glyph(ink, edge, None, view.parts, gap) if ink else None
    if ink is None or glyph is None:
        return None
    if overview.inner is not None and view.paper is None:
        glyph = replace(glyph, at_border=False)  # it may be whole
    value = view.prior * plausibility(glyph, ink, shown @ contrast.direction)
    return Sight(overview, contrast, ink, glyph, view, value, is_clear=value == 1)


def _ink(shown: NDArray[np.float32], contrast: Contrast) -> Ink | None:
    """The ink of a small copy (height, width, channels), by its contrast on half of each side.

    Strokes are taken to have the usual width in it, or that of the thick ones where a thick glyph
    in a thin frame would be lost as ground.
    """
    distinct = contrast.strength > 0.5 * ink_level(contrast.strength)
    if not distinct.any():
        return find_ink(shown, contrast, 0)
    depth = distances(distinct)
    stroke, broad = strokes_of(depth, (0.5, _MOST_STROKES))
    ink = find_ink(shown, contrast, 2 * stroke)
    if ink is None or broad <= _BROADER * stroke:
        return ink
    height, width = distinct.shape
    found = ink.mask[: 2 * height : 2, : 2 * width : 2]
    lost = distinct & without_holes(found) & ~found
    if np.count_nonzero(lost) < _LOST * np.count_nonzero(found):
        return ink
    return find_ink(shown, contrast, 2 * broad)
