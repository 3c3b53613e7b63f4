"""How much pieces of ink look like a glyph, judged without knowing any glyphs."""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.finding.components import Glyph
from imagette.images.photo.raster.morphology import dilated
from imagette.images.photo.raster.quantiles import median, quantile
from imagette.images.photo.raster.strokes import rectangle, without_holes
from imagette.images.photo.raster.windows import highest, lowest
from imagette.images.photo.separation.ink import Ink

_CLEAR = 10.0  # standard deviations of noise: ink that is as strong stands out well
_QUADRANGLE = 0.86  # of its bounding rectangle: a quadrangle fills more; an ellipse fills 0.79
_DISC = (np.pi / 4, 0.02)  # of its bounding rectangle: the share that a disc fills; the tolerance
_ROUND = 0.95  # width by length: a disc's is more
_PAPER = (0.22, 0.32)  # thickest part by side: up to the first no sheet, from the second on one
_THICK = (0.3, 0.42)  # thickest part by side: few glyphs reach the first, and none the second
_FRAMES = 0.5  # factor on the plausibility of what has another piece within
_SLENDER = 0.3  # width by length: a filled rectangle with no more is a stroke, and no sheet
_OUTLINED = 0.9  # of the contour of ink: at least this share should be an edge in the picture
_EVEN = 0.65  # of strong ink: the faint ink of a glyph is at least as strong
RIVALLED = 0.6  # factor on the plausibility of a piece beside which there are others as large
_FAINTER = 1.5  # times a glyph's ink: where other ink is stronger, the glyph may be a shadow
_FEW = 12  # pixels: as few of stronger ink do not count
_SHADE = 0.3  # of the ink's level: what differs by less from what is right beside it is shade


def plausibility(glyph: Glyph, ink: Ink, gray: NDArray[np.float32] | None = None) -> float:
    """How much pieces look like a glyph: 1 if nothing speaks against it, towards 0 the more does.

    These do: a border that cuts it, other pieces as large, more or stronger ink elsewhere, a piece
    within another, ink that hardly stands out of the noise, thickness, unevenness, the look of a
    sheet of paper, and a contour that is no edge in the picture `gray` (height, width), in which
    ink is bright.
    Without `gray` the ground is taken to be exactly even, and all contours to be edges.
    """
    value = min(1.0, ink.level / (_CLEAR * ink.noise))
    if glyph.at_border:
        value *= 0.4
    if glyph.rivals:
        value *= RIVALLED
    if glyph.share < 0.5:
        value *= 0.5 + glyph.share
    if glyph.frame is not None:
        value *= _FRAMES
    value *= float(np.interp(glyph.thickest / glyph.side, _THICK, (1.0, 0.6)))
    if gray is not None:
        edges, rise = _outlined(glyph, gray)
        value *= min(1.0, edges / _OUTLINED) ** 3
        value *= 0.5 if rise < _SHADE * ink.level else 1.0
    mask = glyph.cut(glyph.mask)
    inked = highest(glyph.cut(ink.strength) * mask, ink.reach)[mask]
    faint, full = quantile(inked, 0.1), quantile(inked, 0.9)
    if faint < _EVEN * full:
        value *= 0.9
    stronger = (ink.strength > _FAINTER * full) & glyph.others
    if np.count_nonzero(stronger) > _FEW:
        value *= 0.6
    return value * (1 - 0.8 * sheet_likeness(glyph))


def _outlined(glyph: Glyph, gray: NDArray[np.float32]) -> tuple[float, float]:
    """The share of the contour at which gray levels rise as they do from ground to ink; the rise.

    What a window's end or a sheet's edge has cut out of the ground has a contour, but no edge.
    """
    reach = int(np.clip(round(glyph.stroke / 2), 1, 3))
    part = glyph.around(reach + 3)
    mask, gray = glyph.mask[part], gray[part]
    near = dilated(mask, reach)
    beside = dilated(near, 2) & ~near
    contour = dilated(mask) & ~mask
    if not beside.any():
        return 0.0, 0.0
    rise = median(gray[mask]) - median(gray[beside])
    size = 2 * reach + 1
    span = highest(gray, size) - lowest(gray, size)
    return float(np.mean(span[contour] > 0.5 * rise)) if rise > 0 else 0.0, rise


def is_sheet(glyph: Glyph) -> bool:
    """Whether pieces look more like a sheet of paper than like strokes."""
    return sheet_likeness(glyph) > 0.5


def sheet_likeness(glyph: Glyph) -> float:
    """How much pieces look like a sheet of paper, 0 to 1: a quadrangle, or a disc.

    So do the outline of a B or a drawn box, but they are strokes; a sheet is broad where nothing
    is on it.
    """
    broad = float(np.interp(glyph.thickest / glyph.side, _PAPER, (0.0, 1.0)))
    if not broad:  # as most glyphs
        return 0.0
    fill, aspect = rectangle(without_holes(glyph.cut(glyph.mask)))
    quadrangle = fill > _QUADRANGLE and aspect > _SLENDER
    disc = abs(fill - _DISC[0]) < _DISC[1] and aspect > _ROUND
    return broad if quadrangle or disc else 0.0
