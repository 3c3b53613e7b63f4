"""Finds where in a picture the glyph is, on a small copy, with as much effort as it takes.

Mostly there is one ground, and ink on it. Where what is found does not look like a glyph, uniform
regions of the picture are taken for sheets of paper and searched one by one; and what itself looks
like a sheet is searched at a larger scale.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.finding.components import Glyph, find_glyph
from imagette.images.photo.finding.plausibility import RIVALLED, is_sheet, sheet_likeness
from imagette.images.photo.finding.sight import Overview, Sight, View, look, overview_of
from imagette.images.photo.finding.underline import line_beneath
from imagette.images.photo.raster.morphology import dilated
from imagette.images.photo.raster.pieces import pixels_of
from imagette.images.photo.raster.resizing import Box, Picture
from imagette.images.photo.raster.strokes import Mask
from imagette.images.photo.separation.ground import otsu
from imagette.images.photo.separation.hues import is_coloured, light_of
from imagette.images.photo.separation.ink import Ink
from imagette.images.photo.separation.paper import papers

_OTHER = 0.8  # factor on the plausibility of what less plain views show
_HOLLOW = 0.4  # factor on the plausibility of what lies within other ink
_OUTER = 0.5  # of a hollow's plausibility: the ink around it has more
_AS_STRONG = 0.6  # of a hollow's ink: that around it, beyond the same edges, is stronger
_ALONG = 0.4  # of a hollow's contour: there is ink along more of it
_RIM = 2  # pixels: as near to a hollow's contour there is the ink around it
_WIDER = 2.0  # times the stroke width of a hollow: the ink around it has narrower strokes
_STRONGER = 0.9  # of the threshold between faint and strong ink: what is weaker is left out
_SHEETS = 2  # the largest: only they are looked at in other ways as well
_AROUND = 3  # pixels: ink that stood out is painted over with what is as near to it
_HIDES_NOTHING = 0.75  # plausibility: what has more in the plainest view hides nothing
_NEARER = 2  # levels, at most, of searches within a part of the picture


class Effort(IntEnum):
    """How much is done to find a glyph; each effort includes those before."""

    GLANCE = 1  # the plainest view
    SHEETS = 2  # on each sheet of paper, and without a line beneath
    WAYS = 3  # in all ways in which there may be a glyph
    # And without what was found, which may be a line, bracket, heading; in fainter ink; and in thin
    # strokes on sheets.
    THOROUGH = 4


class Place:
    """A picture, or a part of it, in which a glyph is looked for; nothing is done twice."""

    def __init__(
        self,
        picture: Picture,
        gap: float,
        part: Box | None = None,
        inner: Box | None = None,
        *,
        nearer: int = _NEARER,
        sheets: bool = True,
    ):
        """The picture is uint8 (height, width, 1 or 3).

        In a framed picture, `inner` is the box of the picture itself. What reaches the border of
        that is part of nothing else, but may be whole: small pictures are cut close to their glyph.
        The pieces of a glyph lie no further apart than `gap`, a share of its longer side. Without
        `sheets`, no sheet of paper is looked for.
        """
        self._picture, self._gap, self._part, self._inner = picture, gap, part, inner
        self._nearer = nearer if sheets else 0
        self._sheets = sheets
        self._seen: list[list[Sight]] = []  # by effort: what each added to those before

    def sights(self, effort: Effort) -> list[Sight]:
        """Candidates for the glyph, the likeliest first; empty where nothing stands out."""
        for look_for in _SEARCHES[len(self._seen) : effort]:
            self._seen.append(look_for(self))
        seen = _without_hollows([sight for each in self._seen[:effort] for sight in each])
        # Of equals, those on a sheet come first if the plainest view's is cut by the border.
        cut = self._first is not None and self._first.glyph.at_border
        return sorted(seen, key=lambda s: (-s.plausibility, (s.view.paper is None) == cut))

    def clearest(self) -> list[Sight]:
        """The sights with the least effort after which nothing speaks against the likeliest."""
        for effort in (Effort.GLANCE, Effort.SHEETS, Effort.WAYS):
            seen = self.sights(effort)
            if seen and seen[0].plausibility == 1:
                break
        return seen

    @cached_property
    def _overview(self) -> Overview | None:
        return overview_of(self._picture, self._part, self._inner)

    @cached_property
    def _first(self) -> Sight | None:
        """What is seen in the plainest view."""
        return None if self._overview is None else look(self._overview, View(), self._gap)

    @cached_property
    def _papers(self) -> list[Mask]:
        """The sheets of paper in the picture."""
        if not self._sheets or self._overview is None:
            return []
        return list(papers(self._overview.pixels))

    @cached_property
    def _line(self) -> Mask | None:
        """The line on which the glyph of the plainest view stands."""
        return None if self._first is None else line_beneath(self._first.ink)

    def _looks(self, views: Iterable[View]) -> list[Sight]:
        if self._overview is None:
            return []
        sights = [look(self._overview, view, self._gap, self._first) for view in views]
        return [sight for sight in sights if sight is not None]

    def _at_a_glance(self) -> list[Sight]:
        return [] if self._first is None or self._line is not None else [self._first]

    def _on_sheets(self) -> list[Sight]:
        if self._overview is None:
            return []
        sights = self._looks(View(paper=paper) for paper in self._papers)
        if self._first is not None and self._line is not None:
            sights += self._looks([View(without=self._line, beneath=True)])
            # The glyph with the line, which may be a part of it.
            sights.append(replace(self._first, plausibility=_OTHER * self._first.plausibility))
        return sights

    def _otherwise(self) -> list[Sight]:
        """What less plain views show, and a search at a larger scale if the first sees a sheet."""
        first, thin = self._first, View(thin=True, prior=_OTHER)
        if first is None or self._overview is None:
            return self._looks([thin])
        least = _STRONGER * otsu(first.ink.nearby()[first.ink.mask])
        views = [View(opposite=True, prior=_OTHER), View(least=least, prior=_OTHER), thin]
        if first.glyph.frame is None:
            views += _by_hue(self._overview.pixels)
        else:
            views.append(View(without=first.glyph.frame))
        if first.glyph.rivals:
            views.append(View(parts="all", prior=_OTHER))
            views.append(View(without=first.glyph.mask, prior=_OTHER * RIVALLED))
        if first.glyph.is_straight:
            views.append(_beside_stroke(first.glyph))
        if first.glyph.at_border:
            views.append(_off_border(first.ink))
        sights = self._looks(views)
        if self._nearer and sheet_likeness(first.glyph):
            nearer = Place(
                self._picture, self._gap, first.window(), self._inner, nearer=self._nearer - 1
            )
            sights += nearer.clearest()
        return sights

    def _thoroughly(self) -> list[Sight]:
        """What is seen without the supposed glyph, and what stronger things may have hidden."""
        first = self._first
        if first is None:
            return self._hidden()
        found = self._beside(first)
        is_plain = first.plausibility > _HIDES_NOTHING and not first.glyph.is_straight
        return found if is_plain else found + self._hidden()

    def _beside(self, first: Sight) -> list[Sight]:
        """What is seen without the supposed glyph or its main piece: lines, brackets, headings."""
        found = self._without(first.glyph.mask)
        part = find_glyph(first.ink, first.view.paper, parts="one")
        if part is not None and not np.array_equal(part.mask, first.glyph.mask):
            found += self._looks([View(parts="one", prior=_OTHER)]) + self._without(part.mask)
            if part.is_straight:
                found += self._looks([_beside_stroke(part)])
        return found

    def _hidden(self) -> list[Sight]:
        """What is fainter than all that stood out, and what is on a sheet, seen in other ways."""
        views = [] if self._first is None else [_fainter(self._first)]
        sheets = self._papers[:_SHEETS]
        for sight in self._seen[Effort.SHEETS - 1]:
            if any(sight.view.paper is paper for paper in sheets):
                views.append(_fainter(sight))
                if sight.glyph.rivals:
                    views.append(replace(sight.view, without=sight.glyph.mask, prior=_OTHER))
        views += [View(paper=paper, thin=True, prior=_OTHER) for paper in sheets]
        return self._looks(views)

    def _without(self, mask: Mask) -> list[Sight]:
        """What is seen without `mask`; where there are rivals, that has been looked at before."""
        seen = [sight for each in self._seen for sight in each if sight.view.without is mask]
        if seen:
            return [replace(sight, plausibility=sight.plausibility / RIVALLED) for sight in seen]
        return self._looks([View(without=mask, prior=_OTHER)])


# What each effort adds to those before, in their order.
_SEARCHES = (Place._at_a_glance, Place._on_sheets, Place._otherwise, Place._thoroughly)


def _fainter(sight: Sight) -> View:
    """The view in which all that stood out is painted over with the ground around it."""
    rest = ~dilated(sight.ink.mask, _AROUND)
    paper = rest if sight.view.paper is None else rest & sight.view.paper
    return View(paper=paper, prior=_OTHER)


def _beside_stroke(stroke: Glyph) -> View:
    """The view in which a straight stroke, perhaps a pen's, is painted over: ink may be fainter."""
    return View(paper=~dilated(stroke.mask, _AROUND), prior=_OTHER)


def _off_border(ink: Ink) -> View:
    """The view in which all ink that reaches the border is painted over: ink may be fainter."""
    pieces, labels = ink.pieces
    border = pixels_of([piece for piece in pieces if piece.at_border], labels)
    return View(paper=~dilated(border, _AROUND), prior=_OTHER)


def _by_hue(pixels: NDArray[np.float32]) -> Iterator[View]:
    """The view of hues alone, if there are any: shadows across coloured ink are no ink there."""
    if pixels.shape[2] == 3:
        light = light_of(pixels)
        if is_coloured(pixels, light):
            yield View(light=light, prior=_OTHER)


def _without_hollows(sights: list[Sight]) -> list[Sight]:
    """The sights, less plausible if they lie within ink of the other polarity, as in a loop.

    What stands in a frame stays as it is: the ground around it would be such ink.
    """
    return [
        replace(sight, plausibility=_HOLLOW * sight.plausibility)
        if not sight.is_framed and any(_encloses(outer, sight) for outer in sights)
        else sight
        for sight in sights
    ]


def _encloses(outer: Sight, inner: Sight) -> bool:
    """Whether the outer is plausible ink, and no sheet, with the inner in its bounding box."""
    a, b = outer.glyph, inner.glyph
    return (
        outer.contrast.dark != inner.contrast.dark
        and outer.view.light is inner.view.light is None  # hues are neither dark nor light
        and outer.plausibility > _OUTER * inner.plausibility
        and outer.ink.level > _AS_STRONG * inner.ink.level  # else it is only a halo
        and a.stroke < _WIDER * b.stroke  # a sheet of paper is far wider
        and not is_sheet(a)
        and (a.top <= b.top and a.left <= b.left)
        and (a.bottom >= b.bottom and a.right >= b.right)
        and a.bottom - a.top + a.right - a.left > b.bottom - b.top + b.right - b.left
        and outer.overview is inner.overview
        and _is_rim(a, b)
    )


def _is_rim(outer: Glyph, inner: Glyph) -> bool:
    """Whether ink lies along what it encloses, as around a loop, and not as a sheet's edges."""
    part = inner.around(_RIM + 1)
    mask = inner.mask[part]
    beside = dilated(mask, _RIM) & ~mask
    return bool(np.mean(dilated(outer.mask[part])[beside]) > _ALONG)
