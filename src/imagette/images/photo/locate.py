"""Where in a picture the glyph is: looked for on a small copy.

Mostly there is one ground, and ink on it. Where what is found does not look like a glyph,
even regions of the picture are taken for sheets of paper, and each is searched by itself;
and what looks like a sheet itself is looked at from nearer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.components import Glyph, Parts, find_glyph, without_pieces
from imagette.images.photo.contrast import Contrast, find_contrast, opposite
from imagette.images.photo.ground import ink_level, otsu
from imagette.images.photo.hues import hues, is_coloured, light_of
from imagette.images.photo.ink import Ink, find_ink
from imagette.images.photo.paper import on_paper, papers
from imagette.images.photo.plausibility import RIVALLED, is_sheet, plausibility, sheet_likeness
from imagette.images.photo.resizing import Box, Picture, halved, resized
from imagette.images.photo.strokes import Mask, stroke_width
from imagette.images.photo.underline import line_beneath

OVERVIEW = 200  # pixels of the longer side of the copy on which the glyph is found
_SMALL = 112  # pixels of the longer side; smaller pictures are enlarged until they have as many
_MARGIN = 0.25  # of the glyph's side, around it
_NARROWEST = 6  # pixels of the shorter side, of a copy too; in less no glyph can be told
_OTHER = 0.8  # as plausible: less plain ways to look
_HOLLOW = 0.4  # as plausible: what lies within other ink,
_OUTER = 0.5  # if that is at least so plausible against it
_WIDER = 2.0  # times as wide as the hollow, at most, is the stroke around it
_STRONGER = 0.9  # of what parts strong ink from faint
_NEARER = 2  # times that the search may go into a part of the picture


@dataclass(frozen=True)
class View:
    """A way to look at a picture.

    Attributes:
        paper: the sheet on which the glyph lies, bool (height, width); None if it is all.
        opposite: whether ink differs from the ground the other way than in the plainest view.
        least: gray levels; what stands out less is no ink.
        parts: which pieces are taken for one glyph.
        without: what is no ink of the glyph, bool (height, width).
        beneath: whether that is a line on which the glyph stands, and nothing else.
        light: its colour (3,), if all but hues is left out; None where it is not.
        prior: how likely it is that this is the way to look, against the plainest.
    """

    paper: Mask | None = None
    opposite: bool = False
    least: float = 0.0
    parts: Parts = "near"
    without: Mask | None = None
    beneath: bool = False
    light: NDArray[np.float32] | None = None
    prior: float = 1.0

    def lit(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """A picture (height, width, channels) as it is looked at."""
        return pixels if self.light is None else hues(pixels, self.light)


@dataclass(frozen=True)
class Overview:
    """A small copy of a part of the picture.

    Attributes:
        pixels: float32 (height, width, channels).
        part: what it is a copy of, a box in the picture.
        scale: of the copy.
        inner: where a picture is that was framed, bool (height, width); None if it was not.
    """

    pixels: NDArray[np.float32]
    part: Box
    scale: float
    inner: Mask | None = None

    def within(self, paper: Mask | None) -> Mask | None:
        """What of a sheet of paper is in the picture; None for all of the copy."""
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
        plausibility: how much it looks like a glyph, 0 to 1.
    """

    overview: Overview
    contrast: Contrast
    ink: Ink
    glyph: Glyph
    view: View
    plausibility: float

    @property
    def scale(self) -> float:
        """Of the copy against the picture."""
        return self.overview.scale

    @property
    def stroke(self) -> float:
        """Width of the glyph's strokes, in pixels of the picture."""
        return self.glyph.stroke / self.scale

    @property
    def side(self) -> float:
        """Longer side of the glyph, in pixels of the picture."""
        return self.glyph.side / self.scale

    def window(self) -> Box:
        """The box in the picture that holds the glyph, with a margin."""
        glyph, (top, left, bottom, right) = self.glyph, self.overview.part
        margin = _MARGIN * self.side + 2 / self.scale
        return (
            max(top, int(top + glyph.top / self.scale - margin)),
            max(left, int(left + glyph.left / self.scale - margin)),
            min(bottom, int(np.ceil(top + glyph.bottom / self.scale + margin))),
            min(right, int(np.ceil(left + glyph.right / self.scale + margin))),
        )

    def scaled(self, mask: Mask, window: Box, shape: tuple[int, ...]) -> Mask:
        """What a mask of the overview says of a window of the picture, scaled to `shape`."""
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


def locate(
    picture: Picture,
    gap: float,
    part: Box | None = None,
    nearer: int = _NEARER,
    thorough: bool = False,
    inner: Box | None = None,
    sheets: bool = True,
) -> list[Sight]:
    """What may be the glyph in a picture, uint8 (height, width, 1 or 3), or in a part of it.

    Of a framed picture, `inner` is where it lies itself; what reaches its border is no part of
    another thing, but may well be whole: small pictures are cut close to their glyph.
    Its pieces lie no further apart than `gap`, a share of its longer side. Without `sheets` there
    is but one ground: no sheet of paper is looked for.
    The likeliest first; only that where nothing speaks against it, unless the search is to be
    `thorough`; empty where nothing stands out of its ground.
    """
    part = part or (0, 0, *picture.shape[:2])
    height, width = part[2] - part[0], part[3] - part[1]
    scale = min(max(1.0, _SMALL / max(height, width)), OVERVIEW / max(height, width))
    if min(height, width) * min(scale, 1.0) < _NARROWEST:
        return []
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    pixels = resized(picture, size, part)
    inside = None if inner is None else _inside(inner, part, pixels.shape)
    overview = Overview(pixels, part, scale, inside)
    first = _look(overview, View(), gap)
    line = None if first is None else line_beneath(first.ink)
    if first is not None and first.plausibility == 1 and line is None and not thorough:
        return [first]
    views = [View(paper=paper) for paper in papers(pixels)] if sheets else []
    if first is not None and line is not None:
        views.append(View(without=line, beneath=True))
        first = replace(first, plausibility=_OTHER * first.plausibility)  # which has it, or may
    if first is not None:
        least = _STRONGER * otsu(first.ink.nearby()[first.ink.mask])
        views.append(View(opposite=True, prior=_OTHER))
        views.append(View(least=least, prior=_OTHER))
        if first.glyph.frame is None:
            views += _by_hue(pixels)
        else:
            views.append(View(without=first.glyph.frame))
        if first.glyph.rivals:
            views.append(View(parts="all", prior=_OTHER))
        if thorough:
            views += _without_parts(first)
        elif first.glyph.rivals:
            views.append(View(without=first.glyph.mask, prior=_OTHER * RIVALLED))
    sights = [first, *(_look(overview, view, gap, first) for view in views)]
    if first is not None and sheets and nearer and sheet_likeness(first.glyph):
        sights += locate(picture, gap, first.window(), nearer - 1, inner=inner)
    seen = _without_hollows([sight for sight in sights if sight is not None])
    # Of two as good, a sheet of paper is better where the other is cut by the border.
    cut = first is not None and first.glyph.at_border
    return sorted(seen, key=lambda s: (-s.plausibility, (s.view.paper is None) == cut))


def _inside(inner: Box, part: Box, shape: tuple[int, ...]) -> Mask:
    """Where on a copy of a part of the picture the box is, bool (height, width)."""
    mask = np.zeros(shape[:2], bool)
    top, left, bottom, right = (
        round((edge - part[axis]) * shape[axis] / (part[axis + 2] - part[axis]))
        for edge, axis in zip(inner, (0, 1, 0, 1), strict=True)
    )
    mask[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = True
    return mask


def _by_hue(pixels: NDArray[np.float32]) -> Iterator[View]:
    """In hues alone: a shadow that crosses coloured ink is no ink there."""
    if pixels.shape[2] == 3:
        light = light_of(pixels)
        if is_coloured(pixels, light):
            yield View(light=light, prior=_OTHER)


def _without_parts(sight: Sight) -> Iterator[View]:
    """Without what was taken for the glyph, or for a part of it: lines, brackets, headings."""
    yield View(without=sight.glyph.mask, prior=_OTHER)
    first = find_glyph(sight.ink, sight.view.paper, parts="one")
    if first is not None and not np.array_equal(first.mask, sight.glyph.mask):
        yield View(parts="one", prior=_OTHER)
        yield View(without=first.mask, prior=_OTHER)


def _without_hollows(sights: list[Sight]) -> list[Sight]:
    """Less plausible what lies within ink of the other polarity: the inside of a loop."""
    return [
        replace(sight, plausibility=_HOLLOW * sight.plausibility)
        if any(_encloses(outer, sight) for outer in sights)
        else sight
        for sight in sights
    ]


def _encloses(outer: Sight, inner: Sight) -> bool:
    """Whether ink, and no sheet, that is as plausible has what was seen in its box."""
    a, b = outer.glyph, inner.glyph
    return (
        outer.contrast.dark != inner.contrast.dark
        and outer.view.light is inner.view.light is None  # hues are neither dark nor light
        and outer.plausibility > _OUTER * inner.plausibility
        and a.stroke < _WIDER * b.stroke  # a sheet of paper is far wider
        and not is_sheet(a)
        and (a.top <= b.top and a.left <= b.left)
        and (a.bottom >= b.bottom and a.right >= b.right)
        and a.bottom - a.top + a.right - a.left > b.bottom - b.top + b.right - b.left
    )


def _look(
    overview: Overview, view: View, gap: float, plainest: Sight | None = None
) -> Sight | None:
    """The glyph on a small copy, looked at in one way; `plainest` is what was seen in that view."""
    shown = overview.pixels
    if view.paper is not None:
        shown = on_paper(shown, view.paper)
    shown = view.lit(shown)
    if plainest is None or view.paper is not None or view.light is not None:
        contrast = find_contrast(halved(shown))
    else:  # of the same picture the ground is known
        contrast = opposite(plainest.contrast) if view.opposite else plainest.contrast
    if plainest is not None and contrast is plainest.contrast and not view.least:
        ink: Ink | None = plainest.ink
    else:
        stroke = 2 * stroke_width(contrast.strength > 0.5 * ink_level(contrast.strength))
        ink = find_ink(shown, contrast, stroke, least=view.least)
    if ink is not None and view.without is not None:
        ink = without_pieces(ink, view.without)
    edge = overview.within(view.paper)
    glyph = find_glyph(ink, edge, None, view.parts, gap) if ink else None
    if ink is None or glyph is None:
        return None
    if overview.inner is not None and view.paper is None:
        glyph = replace(glyph, at_border=False)  # what reaches it is whole, as far as one can see
    value = view.prior * plausibility(glyph, ink, shown @ contrast.direction)
    return Sight(overview, contrast, ink, glyph, view, value)
