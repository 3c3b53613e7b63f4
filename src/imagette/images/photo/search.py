"""All that may be the glyph of a picture: looked for in it as it is, and with ground around it."""

from dataclasses import replace

import numpy as np

from imagette.images.photo.locate import Sight, locate
from imagette.images.photo.resizing import Picture

_SMALL = 64  # pixels of the longer side: smaller pictures are framed
_AROUND = 0.3  # of the longer side
_FRAMED = 0.6  # as plausible: what is cut by the border, and taken for whole
_FILLS = 0.85  # of the shorter side
_EVEN = 40.0  # gray levels that ground differs by along the border

Seen = tuple[Picture, int, Sight]  # a picture, how much ground is around it, what was seen on it


def search(picture: Picture, gap: float, thorough: bool) -> list[Seen]:
    """What may be the glyph in a picture, uint8 (height, width, 1 or 3), the likeliest first.

    Its pieces lie no further apart than `gap`, a share of its longer side; a `thorough` search
    doubts what is clear. A picture that is cut close to the ink shows little ground of its own:
    small ones are framed first, others where what was seen reaches the border, for what fills the
    picture.
    """
    if max(picture.shape[:2]) > _SMALL:
        seen = _plain(picture, gap, thorough)
        if any(sight.glyph.at_border for *_, sight in seen) and _has_even_border(picture):
            seen += _filling(picture, gap)
    else:
        seen = _small(picture, gap, thorough)
        if not seen or seen[0][2].plausibility < 1 or thorough:
            seen += _plain(picture, gap, thorough)
    return sorted(seen, key=lambda one: -one[2].plausibility)


def _plain(picture: Picture, gap: float, thorough: bool) -> list[Seen]:
    """What is seen in the picture as it is."""
    return [(picture, 0, sight) for sight in locate(picture, gap, thorough=thorough)]


def _small(picture: Picture, gap: float, thorough: bool) -> list[Seen]:
    """What is seen in a small picture with its ground around it."""
    framed, margin = _framed(picture)
    height, width = framed.shape[:2]
    inner = (margin, margin, height - margin, width - margin)
    sights = locate(framed, gap, thorough=thorough, inner=inner)
    return [(framed, margin, sight) for sight in sights]


def _filling(picture: Picture, gap: float) -> list[Seen]:
    """What goes from border to border, if that is all of it."""
    framed, margin = _framed(picture)
    least = _FILLS * min(picture.shape[:2])
    return [
        (framed, margin, replace(sight, plausibility=_FRAMED * sight.plausibility))
        for sight in locate(framed, gap, sheets=False)
        if sight.side > least
    ]


def _framed(picture: Picture) -> tuple[Picture, int]:
    """A picture with its ground around it, and how many pixels of that."""
    height, width, channels = picture.shape
    margin = max(1, round(_AROUND * max(height, width)))
    framed = np.empty((height + 2 * margin, width + 2 * margin, channels), np.uint8)
    framed[:] = np.rint(np.median(_border(picture), axis=0))
    framed[margin:-margin, margin:-margin] = picture
    return framed, margin


def _has_even_border(picture: Picture) -> bool:
    """Whether half of the border at least is of one colour, as it is around ink on paper."""
    border = _border(picture).astype(np.float32)
    away = np.abs(border - np.median(border, axis=0)).max(axis=1)
    return bool(np.mean(away < _EVEN) >= 0.5)


def _border(picture: Picture) -> Picture:
    """The outermost pixels (n, channels)."""
    return np.concatenate((picture[0], picture[-1], picture[:, 0], picture[:, -1]))
