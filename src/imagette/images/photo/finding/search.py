"""Searches a picture for its glyph, as it is and with ground added around it."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from imagette.images.photo.finding.locate import Effort, Place
from imagette.images.photo.finding.sight import Sight
from imagette.images.photo.raster.resizing import Picture

_SMALL = 64  # pixels of the longer side: pictures no larger are framed
_AROUND = 0.3  # of the longer side: width of the frame
_FRAMED = 0.6  # factor on the plausibility of what the border cuts, if it is taken for whole
_FILLS = 0.85  # of the shorter side: what fills a picture is longer
_LARGE = 0.5  # of the shorter side: if nothing at the border is longer, nothing fills the picture
_EVEN = 40.0  # gray levels: along the border, ground differs from its median by less

Seen = tuple[Picture, int, Sight]  # a picture, its frame's width in pixels, what was seen on it


class Search:
    """The search for the glyph in a picture; what was done is not done again.

    A picture that is cut close to the ink shows little ground of its own. Small ones are framed
    first; others only with more effort, if what was seen reaches the border and may fill them.
    """

    def __init__(self, picture: Picture, gap: float):
        """`picture` is uint8 (height, width, 1 or 3).

        The pieces of a glyph lie no further apart than `gap`, a share of its longer side.
        """
        self._picture, self._gap = picture, gap

    def seen(self, effort: Effort) -> list[Seen]:
        """Candidates for the glyph, the likeliest first."""
        plain = max(self._picture.shape[:2]) > _SMALL
        seen: list[Seen] = []
        if not plain:
            framed, margin = self._framed
            seen += [(framed, margin, sight) for sight in self._framed_place.sights(effort)]
        if plain or effort >= Effort.WAYS:
            sights = self._place.sights(effort)
            seen += [(self._picture, 0, sight) for sight in sights]
            if plain and effort >= Effort.WAYS and self._is_cut(sights):
                seen += self._filling
        return sorted(seen, key=lambda one: -one[2].plausibility)

    def _is_cut(self, sights: list[Sight]) -> bool:
        """Whether what the border cuts may be the whole glyph, with only ground cut off."""
        least = _LARGE * min(self._picture.shape[:2])
        large = any(sight.glyph.at_border and sight.side > least for sight in sights)
        return large and _has_even_border(self._picture)

    @cached_property
    def _place(self) -> Place:
        return Place(self._picture, self._gap)

    @cached_property
    def _framed(self) -> tuple[Picture, int]:
        return _framed(self._picture)

    @cached_property
    def _framed_place(self) -> Place:
        framed, margin = self._framed
        height, width = framed.shape[:2]
        return Place(framed, self._gap, inner=(margin, margin, height - margin, width - margin))

    @cached_property
    def _filling(self) -> list[Seen]:
        """What fills the picture, taken for whole although it reaches the border."""
        framed, margin = self._framed
        least = _FILLS * min(self._picture.shape[:2])
        return [
            (framed, margin, replace(sight, plausibility=_FRAMED * sight.plausibility))
            for sight in Place(framed, self._gap, sheets=False).clearest()
            if sight.side > least
        ]


def _framed(picture: Picture) -> tuple[Picture, int]:
    """A picture with a frame of its ground, and that frame's width in pixels."""
    height, width, channels = picture.shape
    margin = max(1, round(_AROUND * max(height, width)))
    framed = np.empty((height + 2 * margin, width + 2 * margin, channels), np.uint8)
    framed[:] = np.rint(np.median(_border(picture), axis=0))
    framed[margin:-margin, margin:-margin] = picture
    return framed, margin


def _has_even_border(picture: Picture) -> bool:
    """Whether at least half of the border is of one colour, as it is around ink on paper."""
    border = _border(picture).astype(np.float32)
    away = np.abs(border - np.median(border, axis=0)).max(axis=1)
    return bool(np.mean(away < _EVEN) >= 0.5)


def _border(picture: Picture) -> Picture:
    """The outermost pixels (n, channels)."""
    return np.concatenate((picture[0], picture[-1], picture[:, 0], picture[:, -1]))
