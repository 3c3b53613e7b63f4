"""Judges which of the things found in a picture is the glyph: how much speaks for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imagette.inference.likelihood import likelihood
from imagette.inference.together import Answers

if TYPE_CHECKING:
    from imagette.images.photo.prepared import Prepared
    from imagette.images.photo.raster.resizing import Box

_BARE_BOX = 0.45  # shorter by longer side: that of a bare stroke's box is less
_SOME_CARE = 2  # power to which the plausibility of a bare stroke is raised
_NARROW = 12  # pixels: a narrower bare stroke needs more care
_CARE = 4  # power for a narrow bare stroke, such as the gap between the sleeves of a shirt
_SURE = 0.8  # likelihood: what has more surely is a glyph
_WHOLE = 0.5  # plausibility: a glyph of which something else may be a part has more
_LEFT = 0.65  # of the whole's longer (shorter) side: a part's longer (a stroke's shorter) is less
_STROKE = 0.5  # of the whole's longer side: that of a stroke of it is more
_CLOSE = 3  # pixels: a part reaches no further beyond the whole
_BEYOND = 0.03  # of the whole's longer side: as `_CLOSE`, if that is more
_PART = 0.3  # factor on how much speaks for a part
_PEN = 0.3  # factor on how much speaks for a long straight stroke beside what surely is a glyph
_LONGER = 1.25  # times a sure glyph's longer side: a longer straight stroke is a pen or an edge
_MORE = 0.9  # of a whole's longer side: that of a straight stroke in it is less
_POINTS = 50  # of a stroke that are looked at to see what it runs through
_FRAME = 0.3  # factor on how much speaks for what is drawn around what surely is a glyph


@dataclass(frozen=True, eq=False)
class _Seen:
    """One thing that was found, the class that the classifier takes it for, and how likely."""

    one: "Prepared"
    likely: float
    label: int


def judged(
    found: "Sequence[Prepared]", answers: Answers
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The likelihood of each thing as one of the classes, and how much speaks for it in all.

    That is the likelihood times a power of its plausibility as a glyph. Bare strokes, above all
    those of few pixels, get a higher power, as most pictures have some.
    """
    likely = likelihood(*answers)
    seen = [
        _Seen(one, float(value), int(row.argmax()))
        for one, value, row in zip(found, likely, answers[0], strict=True)
    ]
    worth = [_worth(thing, seen) for thing in seen]
    return likely, np.array(worth)


def _worth(thing: _Seen, seen: list[_Seen]) -> float:
    one = thing.one
    sure = [other for other in seen if other.likely > _SURE and other is not thing]
    worth = one.plausibility ** _care(one.box) * thing.likely
    if _is_part(one, seen) or _is_stroke(thing, sure):
        worth *= _PART
    if _is_pen(one, sure):
        worth *= _PEN
    if _is_frame(one, sure):
        worth *= _FRAME
    return worth


def _is_part(one: "Prepared", seen: Iterable[_Seen]) -> bool:
    """Whether it is only a part of a whole glyph, whose other ink was left out."""
    return (one.crowded and not one.framed) and any(
        other.one.plausibility > _WHOLE
        and _side(one.box) < _LEFT * _side(other.one.box)
        and _holds(other.one.box, one.box)
        for other in seen
    )


def _is_stroke(thing: _Seen, sure: Iterable[_Seen]) -> bool:
    """Whether it is a straight stroke of what surely is another glyph, such as a 4 in two parts."""
    one = thing.one
    return (one.is_straight and not one.framed) and any(
        other.one.plausibility > _WHOLE
        and other.label != thing.label
        and _across(one.box) < _LEFT * _across(other.one.box)
        and _side(one.box) > _STROKE * _side(other.one.box)
        and _holds(other.one.box, one.box)
        for other in sure
    )


def _is_pen(one: "Prepared", sure: Iterable[_Seen]) -> bool:
    """Whether it is a straight stroke beside, and longer than, what surely is a glyph."""
    return one.is_straight and any(
        not other.one.is_straight
        and other.one.plausibility > _WHOLE
        and _side(one.box) > _LONGER * _side(other.one.box)
        and not _runs_through(one, other.one.box)
        for other in sure
    )


def _runs_through(stroke: "Prepared", box: "Box") -> bool:
    """Whether a straight stroke, from corner to corner of its own box, runs through another box."""
    top, left, bottom, right = stroke.box
    down = np.linspace(top, bottom, _POINTS)
    across = np.linspace(*((left, right) if stroke.falls else (right, left)), _POINTS)
    inside = (down > box[0]) & (down < box[2]) & (across > box[1]) & (across < box[3])
    return bool(inside.any())


def _is_frame(one: "Prepared", sure: Iterable[_Seen]) -> bool:
    """Whether what surely is a glyph stands in it, as in a circle that was drawn around it."""
    return any(
        other.one.framed
        and other.one.plausibility > _WHOLE
        and _holds(one.box, other.one.box)
        and _side(other.one.box) < _side(one.box)
        for other in sure
    )


def is_bare_part(one: "Prepared", found: "Iterable[Prepared]") -> bool:
    """Whether it is a straight stroke of something found, which may be a pen and a glyph."""
    return one.is_straight and any(
        not other.is_straight
        and _holds(other.box, one.box)
        and _STROKE * _side(other.box) < _side(one.box) < _MORE * _side(other.box)
        for other in found
    )


def is_bare(box: "Box", narrow: float = np.inf) -> bool:
    """Whether a box is a bare stroke's, less than `narrow` pixels wide."""
    return _across(box) < min(narrow, _BARE_BOX * _side(box))


def _care(box: "Box") -> int:
    """The power to which a glyph's plausibility is raised, by its box."""
    if is_bare(box, _NARROW):
        return _CARE
    return _SOME_CARE if is_bare(box) else 1


def _holds(outer: "Box", inner: "Box") -> bool:
    """Whether `inner` lies within `outer`, or nearly."""
    close = max(_CLOSE, _BEYOND * _side(outer))
    return all(outer[i] <= inner[i] + close for i in (0, 1)) and all(
        outer[i] >= inner[i] - close for i in (2, 3)
    )


def _side(box: "Box") -> int:
    """The longer side of a box, in pixels."""
    return max(box[2] - box[0], box[3] - box[1])


def _across(box: "Box") -> int:
    """The shorter side of a box, in pixels."""
    return min(box[2] - box[0], box[3] - box[1])
