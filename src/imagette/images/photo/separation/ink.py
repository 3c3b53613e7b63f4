"""The ink of a small picture, with ground, light and printed lines removed."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.pieces import Pieces, pieces_of
from imagette.images.photo.raster.strokes import Mask, box_around
from imagette.images.photo.raster.windows import highest, lowest, mean
from imagette.images.photo.separation.contrast import Contrast
from imagette.images.photo.separation.ground import (
    even_light,
    ink_level,
    ink_mask,
    noise_of,
    remove_ground,
)
from imagette.images.photo.separation.ruling import without_ruling

_WIDEST = 0.7  # of the shorter side: no stroke is wider
_BLOB = 5  # strokes' widths: no ink is much wider, even where a loop was filled with it
_CLEAN = 15.0  # standard deviations of noise: if full ink is stronger, the picture is clean
_LEAST = 4.0  # standard deviations of noise: if full ink is weaker, there is none
_CLEARLY = 8.0  # standard deviations of noise: ink seen before is taken to be at least as strong
_SMOOTHING = (0.0, 0.25, 0.4)  # of the stroke width: sigmas, tried until the picture is clean
_FINEST = 4.0  # pixels: the largest sigma of the smoothing
_THINNEST = 0.04  # of the shorter side: no stroke of a glyph in a close-up is thinner
_FAINT = 0.45  # of full ink: where ink nearby is fainter, this counts as its full strength
_COARSE = 2  # downsampling factor for the ground of one glyph; pages, whose strokes are thin, use 1
_GRAINY = 0.85  # of a stroke is strong ink, at most, where it is drawn in grains
_LEFT = 0.5  # of a glyph seen before: at least this share stays when printed lines are removed
_SPAN = 0.9  # of the picture's side: a longer piece may be a printed line


@dataclass(frozen=True)
class Ink:
    """Ink in a small picture.

    Attributes:
        strength: float32 (height, width), how far each pixel stands out, in gray levels.
        mask: bool (height, width), where ink is.
        level: the strength of full ink.
        noise: standard deviation of the ground.
        stroke: width of the strokes that were looked for, in pixels.
    """

    strength: NDArray[np.float32]
    mask: Mask
    level: float
    noise: float
    stroke: float

    @property
    def reach(self) -> int:
        """Side of the window, in pixels, within which strokes are about equally strong."""
        return max(3, round(self.stroke) | 1)

    @cached_property
    def pieces(self) -> Pieces:
        """The connected pieces of ink in the whole picture."""
        return pieces_of(self.mask, self.strength)

    def soft(self) -> NDArray[np.float32]:
        """Strength as a share of full ink, 0 to 1, float32 (height, width).

        Where a stroke is fainter, full ink is the strongest nearby: pens run dry.
        """
        full = mean(self.nearby(), self.reach)
        full = full.clip(_FAINT * self.level, self.level)
        share: NDArray[np.float32] = np.clip((self.strength / full - 0.25) / 0.5, 0, 1)
        return share

    def stronger(self, least: float, seen: Mask | None = None, joined: bool = True) -> "Ink":
        """The ink that is stronger than `least`, in gray levels.

        `seen` is where the glyph was seen before. If `joined`, so is what lies between the grains
        of a pencil's strokes; on a whole page that would make glyphs of the paper's grain.
        """
        # In a close-up, uneven light looks like noise; it is no reason to see less ink.
        noise = self.noise if seen is None else min(self.noise, self.level / _CLEARLY)
        mask = ink_mask(self.strength, self.level, noise, least)
        if least and joined:
            mask = self._grains_joined(mask, noise, least, seen is not None)
        return replace(self, mask=_without_printed_lines(mask, self.stroke, seen))

    def _grains_joined(self, mask: Mask, noise: float, least: float, close: bool) -> Mask:
        """The mask of ink above `least`, with what lies between the grains of a pencil's strokes.

        Ink that is not grainy stays as it is. Seen from `close`, grains are larger.
        """
        grain = max(self.stroke, _THINNEST * min(mask.shape)) if close else 0
        size = max(3, round(grain) | 1)
        whole = ink_mask(self.strength, self.level, noise)
        whole &= lowest(highest(self.strength, size), size) > least
        grainy = np.count_nonzero(mask) < _GRAINY * np.count_nonzero(whole)
        return whole if grainy else mask

    def nearby(self) -> NDArray[np.float32]:
        """The strongest ink around each pixel, float32 (height, width): in a stroke, its middle."""
        inked = np.where(self.mask, self.strength, 0)
        return highest(inked, self.reach)


def find_ink(
    picture: NDArray[np.float32],
    contrast: Contrast,
    stroke: float,
    seen: Mask | None = None,
    coarse: int = _COARSE,
) -> Ink | None:
    """The ink of `picture` (height, width, channels), whose strokes are about `stroke` wide.

    None where nothing stands out of the ground. `seen` is where the glyph was seen before.
    Ground and light, which change slowly, are computed on a copy `coarse` times smaller.
    """
    grain = stroke if seen is None else max(stroke, _THINNEST * min(picture.shape[:2]))
    widest = min(_BLOB * stroke + 3, _WIDEST * min(picture.shape[:2]))
    for smoothing in _SMOOTHING:
        strength = _strength(picture, contrast, widest, min(smoothing * grain, _FINEST), coarse)
        noise = noise_of(strength, close=seen is not None)
        level = ink_level(strength, seen, noise)
        if level > _CLEAN * noise:
            break
    if level < _LEAST * noise:
        return None
    return Ink(strength, np.zeros(strength.shape, bool), level, noise, stroke).stronger(0.0, seen)


def _without_printed_lines(mask: Mask, stroke: float, seen: Mask | None) -> Mask:
    """The mask without what spans the picture, unless that is the glyph: a closely cropped 1.

    It is the glyph if the border cuts none of it and either nothing else is there or most of what
    was `seen` before would go.
    """
    # Lines are thinner than strokes; if they cross nearly all of the picture they may be as thick.
    for thickest, span in ((0.6, 0.6), (1.2, 0.9)):
        if not spans(mask):
            break
        cleared = without_ruling(mask, max(1, round(thickest * stroke)), span)
        glyph = mask if seen is None else mask & seen
        least = 1 if seen is None else _LEFT * np.count_nonzero(glyph)
        if np.count_nonzero(glyph & cleared) < least and not _at_border(glyph):
            break
        mask = cleared
    return mask


def _at_border(mask: Mask) -> bool:
    return bool(mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())


def _strength(
    picture: NDArray[np.float32], contrast: Contrast, widest: float, sigma: float, coarse: int
) -> NDArray[np.float32]:
    """How far each pixel stands out of its ground, with noise smoothed by a Gaussian of `sigma`."""

    def along(direction: NDArray[np.float32]) -> NDArray[np.float32]:
        gray: NDArray[np.float32] = picture @ direction  # first: one channel is smoothed, not three
        return ndimage.gaussian_filter(gray, sigma) if sigma else gray

    strength = remove_ground(along(contrast.direction), widest, coarse)
    if not contrast.dark:
        return strength
    channels = picture.shape[2]
    brightness = along(np.full(channels, 1 / channels, np.float32))
    return even_light(strength, brightness, widest, coarse)


def spans(mask: Mask) -> bool:
    """Whether a connected piece of ink goes from border to border, as printed lines do."""
    least_height, least_width = _SPAN * len(mask), _SPAN * float(mask.shape[1])

    def spanned(top: int, left: int, bottom: int, right: int) -> bool:
        return bottom - top > least_height or right - left > least_width

    box = box_around(mask)
    if box is None or not spanned(*box):  # no piece does, if all of them together do not
        return False
    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    return any(
        spanned(rows.start, columns.start, rows.stop, columns.stop)
        for rows, columns in ndimage.find_objects(labels)
    )
