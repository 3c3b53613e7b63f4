"""Glyph candidates in a picture, as images of the classifier's shape, the likeliest first."""

from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NoInkError
from imagette.images.photo.finding.components import Glyph
from imagette.images.photo.finding.locate import Effort
from imagette.images.photo.finding.search import Search
from imagette.images.photo.finding.sight import Sight
from imagette.images.photo.preparation import Preparation
from imagette.images.photo.prepared import Prepared, as_drawn, as_seen
from imagette.images.photo.raster.resizing import Picture

_MOST = 4  # candidates that are given, at most; a thorough search gives up to twice as many
_FAINT = 0.3  # plausibility: once there is a candidate, less plausible ones are left out
_SAME = 4.0  # gray levels: images with a smaller mean absolute difference count as the same
_NOTHING = "nothing in the picture stands out of its ground"
_TOO_FAINT = "what stands out in the picture is too faint to be read"
_REMEDY = "expected a glyph. Give a picture with more contrast, or `prepare='none'`"


class Finder:
    """Finds what may be the glyph in a picture, with ever more effort; nothing is done twice."""

    def __init__(self, picture: Picture, shape: tuple[int, int, int], preparation: Preparation):
        """The picture is uint8 (height, width, 1 or 3); `shape` is that of the images made."""
        self._picture, self._shape, self._preparation = picture, shape, preparation
        self._drawn = as_drawn(picture, shape, preparation)
        self._known: dict[Glyph, Prepared | None] = {}

    @property
    def efforts(self) -> tuple[Effort, ...]:
        """The efforts worth trying in turn: each may find more than those before."""
        return tuple(Effort) if self._drawn is None else (Effort.GLANCE, Effort.THOROUGH)

    @cached_property
    def _search(self) -> Search:
        return Search(self._picture, self._preparation.gap)

    def found(self, effort: Effort) -> list[Prepared]:
        """The candidates, the likeliest first, for a classifier to choose among.

        A drawing gives one, other pictures up to four; a thorough search gives up to eight of any.
        Empty only if another effort might find something.

        Raises:
            NoInkError: nothing in the picture stands out of its ground.
        """
        thorough = effort is Effort.THOROUGH
        if self._drawn is not None and not thorough:
            return [self._drawn]
        seen = self._search.seen(effort)
        found: list[Prepared] = []
        for picture, margin, sight in seen:
            if found and sight.plausibility < _FAINT:
                break
            prepared = self._prepared(picture, margin, sight)
            if prepared is not None and not any(_alike(prepared.image, one.image) for one in found):
                found.append(prepared)
            if len(found) == (2 * _MOST if thorough else _MOST):
                break
        if not found and self._drawn is not None:
            return [self._drawn]
        if not found and effort >= Effort.WAYS:
            reason = _TOO_FAINT if seen else _NOTHING
            raise NoInkError(f"{reason}, {_REMEDY}", reason)
        return sorted(found, key=lambda one: -one.plausibility)

    def _prepared(self, picture: Picture, margin: int, sight: Sight) -> Prepared | None:
        """What was seen, as an image; None where a closer look finds nothing."""
        if sight.glyph not in self._known:
            self._known[sight.glyph] = as_seen(
                picture, sight, self._shape, self._preparation, margin
            )
        prepared = self._known[sight.glyph]
        if prepared is None:
            return None
        return replace(prepared, plausibility=sight.plausibility * prepared.plausibility)


def candidates(
    picture: Picture, shape: tuple[int, int, int], preparation: Preparation
) -> list[Prepared]:
    """The glyph candidates in a picture, the likeliest first; with little effort if one is clear.

    The picture is uint8 (height, width, 1 or 3); `shape` is that of the images made.

    Raises:
        NoInkError: nothing in the picture stands out of its ground.
    """
    finder = Finder(picture, shape, preparation)
    for effort in (Effort.GLANCE, Effort.SHEETS):
        found = finder.found(effort)
        if found and found[0].plausibility == 1:
            return found
    return finder.found(Effort.WAYS)


def prepare(picture: Picture, shape: tuple[int, int, int], preparation: Preparation) -> Prepared:
    """The likeliest of the `candidates`.

    Raises:
        NoInkError: nothing in the picture stands out of its ground.
    """
    return candidates(picture, shape, preparation)[0]


def _alike(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> bool:
    """Whether two images are nearly the same, and so would be their answers."""
    return float(np.abs(a.astype(np.int16) - b).mean()) < _SAME
