"""What of all that was found in a picture is the glyph: how much speaks for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.resizing import overlap
from imagette.inference.likelihood import likelihood

if TYPE_CHECKING:
    from imagette.images.photo.prepared import Prepared
    from imagette.images.photo.resizing import Box
    from imagette.inference.reading import Classify

_BARE = 0.45  # shorter side by longer one, at most, of a bare stroke,
_SOME_CARE = 2  # of whose plausibility this power counts;
_NARROW = 12  # pixels, and of one that is narrower
_CARE = 4  # this power: there is one between the sleeves of a shirt, too
_SURE = 0.8  # likelihood, from which something surely is a glyph
_WHOLE = 0.5  # plausibility, at least, of a glyph of which something else may be a part:
_LEFT = 0.65  # its longer side is less than so much of the whole's, or a stroke's shorter one is,
_STROKE = 0.5  # and its longer one more than so much;
_CLOSE = 3  # and it reaches fewer pixels beyond that,
_BEYOND = 0.03  # or a smaller share of its longer side.
_PART = 0.3  # A part counts so much of what it would by itself;
_PEN = 0.3  # and so much counts a straight stroke beside a glyph that is surely one,
_LONGER = 1.25  # if it is longer than that: a pen lies there, or an edge;
_FRAME = 0.3  # and so much what is drawn around a glyph that surely is one


@dataclass(frozen=True, eq=False)
class _Seen:
    """What was found, and what the classifier takes it for: a class, so likely."""

    one: "Prepared"
    likely: float
    label: int


def judged(
    found: "Sequence[Prepared]", classify: "Classify"
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How likely things are one of the classes; and that times how plausible they are as glyphs.

    Little may speak against a bare stroke, and hardly anything against one of few pixels: there are
    some in most pictures.
    """
    rows, novelties = classify(np.stack([one.image for one in found]))
    likely = likelihood(rows, novelties)
    seen = [
        _Seen(one, float(value), int(row.argmax()))
        for one, value, row in zip(found, likely, rows, strict=True)
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
    """Whether it is what is left of a whole glyph when other ink is left out."""
    return (one.crowded and not one.framed) and any(
        other.one.plausibility > _WHOLE
        and _side(one.box) < _LEFT * _side(other.one.box)
        and _holds(other.one.box, one.box)
        for other in seen
    )


def _is_stroke(thing: _Seen, sure: Iterable[_Seen]) -> bool:
    """Whether it is a straight stroke of what surely is another glyph: of a 4 in two, say."""
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
    """Whether it is a straight stroke beside other things, surely glyphs, and longer than one."""
    return one.is_straight and any(
        not other.one.is_straight
        and _side(one.box) > _LONGER * _side(other.one.box)
        and not overlap(one.box, other.one.box)
        for other in sure
    )


def _is_frame(one: "Prepared", sure: Iterable[_Seen]) -> bool:
    """Whether what surely is a glyph stands in it, as in a circle that was drawn around it."""
    return any(
        other.one.framed
        and other.one.plausibility > _WHOLE
        and _holds(one.box, other.one.box)
        and _side(other.one.box) < _side(one.box)
        for other in sure
    )


def is_bare(box: "Box", narrow: float = np.inf) -> bool:
    """Whether it is that of a bare stroke, of less than `narrow` pixels."""
    return _across(box) < min(narrow, _BARE * _side(box))


def _care(box: "Box") -> int:
    """The power of a glyph's plausibility that counts, by its box."""
    if is_bare(box, _NARROW):
        return _CARE
    return _SOME_CARE if is_bare(box) else 1


def _holds(outer: "Box", inner: "Box") -> bool:
    """Whether a box lies within another, or nearly."""
    close = max(_CLOSE, _BEYOND * _side(outer))
    return all(outer[i] <= inner[i] + close for i in (0, 1)) and all(
        outer[i] >= inner[i] - close for i in (2, 3)
    )


def _side(box: "Box") -> int:
    """The longer one."""
    return max(box[2] - box[0], box[3] - box[1])


def _across(box: "Box") -> int:
    """The shorter one."""
    return min(box[2] - box[0], box[3] - box[1])
