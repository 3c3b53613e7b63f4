"""A photograph made into an input of a classifier, step by step.

First the glyph is found on a small copy of the picture, then cut out of the full one at the
size that it needs: so neither the size of the picture nor that of the glyph in it matters.
In NumPy, SciPy and Pillow.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NoInkError
from imagette.images.photo.components import Glyph, find_glyph
from imagette.images.photo.found import Ink, find_ink
from imagette.images.photo.locate import Sight, locate
from imagette.images.photo.paper import on_paper
from imagette.images.photo.place import place, with_stroke
from imagette.images.photo.preparation import Preparation
from imagette.images.photo.resizing import Box, Picture, resized

_DETAIL = 96  # pixels of the glyph's longer side where its strokes are worked out


@dataclass(frozen=True)
class Prepared:
    """An input, and how it came about.

    Attributes:
        image: uint8 (height, width, channels), as the training images are.
        box: top, left, bottom, right of the glyph in the picture, in pixels.
        steps: pictures by their names, uint8 (height, width[, 3]), in the order of the work.
        notes: what was done or looked odd, a phrase each.
    """

    image: NDArray[np.uint8]
    box: Box
    steps: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def prepare(picture: Picture, shape: tuple[int, int, int], preparation: Preparation) -> Prepared:
    """The glyph in `picture`, uint8 (height, width, 1 or 3), as an image uint8 `shape`.

    Raises:
        NoInkError: nothing in the picture stands out of its ground.
    """
    sight = locate(picture)
    if sight is None:
        raise NoInkError(
            "nothing in the picture stands out of its ground, expected a glyph. "
            "Give a picture with more contrast, or --prepare none"
        )
    window, factor = sight.window(), _DETAIL / sight.side
    detail = _cut(picture, window, factor)
    ink, glyph = _refined(detail, sight, window, factor)
    kept = ink.soft() * glyph.mask
    image = place(with_stroke(kept, preparation), shape, preparation)
    steps = {
        "picture": _as_bytes(sight.overview),
        "gray": _as_gray(detail @ sight.contrast.direction),
        "ground removed": _as_gray(np.clip(ink.strength, 0, ink.level)),
        "ink": (ink.mask * 255).astype(np.uint8),
        "kept": np.rint(kept * 255).astype(np.uint8),
        "input": image,
    }
    return Prepared(image, _box(glyph, window, factor), steps, _notes(sight, glyph))


def _refined(
    detail: NDArray[np.float32], sight: Sight, window: Box, factor: float
) -> tuple[Ink, Glyph]:
    """Ink and glyph at the size at which strokes are worked out; or as they were first seen."""
    paper = None
    if sight.paper is not None:
        paper = sight.paper_in(window, detail.shape)
        detail = on_paper(detail, paper)
    ink = find_ink(detail, sight.contrast, sight.stroke * factor)
    glyph = find_glyph(ink, paper) if ink else None
    if ink is None or glyph is None:
        raise NoInkError(
            "what stands out in the picture is too faint to be read. "
            "Give a picture with more contrast, or --prepare none"
        )
    return ink, glyph


def _cut(picture: Picture, window: Box, factor: float) -> NDArray[np.float32]:
    top, left, bottom, right = window
    size = (max(1, round((right - left) * factor)), max(1, round((bottom - top) * factor)))
    return resized(picture, size, window)


def _box(glyph: Glyph, window: Box, factor: float) -> Box:
    """The glyph's box in the picture."""
    return (
        round(window[0] + glyph.top / factor),
        round(window[1] + glyph.left / factor),
        round(window[0] + glyph.bottom / factor),
        round(window[1] + glyph.right / factor),
    )


def _notes(sight: Sight, glyph: Glyph) -> tuple[str, ...]:
    notes = ["dark ink on light ground" if sight.contrast.dark else "light ink on dark ground"]
    if sight.glyph.rivals:
        notes.append(f"{sight.glyph.rivals + 1} glyphs, the likeliest was taken")
    if sight.glyph.at_border:
        notes.append("cut by the border")
    return tuple(notes)


def _as_bytes(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)


def _as_gray(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    low, high = float(values.min()), float(values.max())
    return _as_bytes((values - low) * (255 / max(high - low, 1e-6)))
