"""Learns from the training images how to prepare photographs."""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.finding.components import widest_gap
from imagette.images.photo.preparation import BROKEN, SPREAD, Colour, Preparation
from imagette.images.photo.raster.strokes import box_around, stroke_width

_SAMPLE = 400  # images that are measured: enough for medians
_SCALE = 4  # enlargement of images for measuring strokes, which are only a few pixels wide
_EVEN = 24  # gray levels: a ground varies by less, and a gray differs by less between channels
_BARE, _FULL = 0.1, 0.8  # of full ink: what is weaker is ground, what is stronger is ink
_MOST = 0.95  # of the images: if fewer have ink of one hue, hues may tell classes apart
_GAP = (BROKEN, 0.5)  # of a glyph's side: the range of the gap allowed between its pieces
_WIDENED = 1.2  # times the training images' gap: the gap allowed in photographs
_APART = 0.05  # of the images: if no more have pieces that lie apart, those do not count
_USUAL = 99.5  # percentile of the distances from the centre: what is further off may be dirt
_TOLERANCE = 1.1  # times that: glyphs may lie as far off
_WIDEST = 0.34  # of the glyph's side: what is thicker is no stroke


def learn_preparation(images: NDArray[np.uint8]) -> Preparation:
    """The preparation that fits images uint8 (n, height, width, channels).

    Glyphs are told from pictures of things by an even ground in the corners of nearly all
    images, by gray levels that are ground or ink with little between, and by strokes of which
    hardly any is thick against the glyph.
    """
    # Evenly from all of them: they may be sorted by class.
    chosen = np.linspace(0, len(images) - 1, min(len(images), _SAMPLE)).astype(int)
    sample = np.asarray(images[chosen])
    if not len(sample) or min(sample.shape[1:3]) < 4:
        return Preparation()
    gray = sample.astype(np.float32).mean(axis=3)
    corners = _corners(gray)
    ground = float(np.median(corners))
    if np.mean(np.abs(corners - ground) < _EVEN) < 0.95:
        return Preparation()
    difference = gray - ground
    # The strongest pixels of most images, however few, are lighter or darker than ground.
    lighter, darker = (np.median(each.max(axis=(1, 2))) for each in (difference, -difference))
    light = bool(lighter > darker)
    strength = difference if light else -difference
    full = float(np.percentile(strength.max(axis=(1, 2)), 50))
    if full < _EVEN:
        return Preparation()
    glyphs = [_Glyph(image) for image in np.clip(strength / full, 0, 1) if (image > 0.5).any()]
    box = float(np.median([glyph.side for glyph in glyphs]) / max(gray.shape[1:]))
    widths = np.array([glyph.stroke for glyph in glyphs])
    stroke = tuple(float(np.percentile(widths, q)) for q in (5, 50, 95))
    between = np.mean([glyph.between for glyph in glyphs])
    if stroke[2] > _WIDEST or between > 0.6:
        return Preparation()
    inks = _inks(sample, strength / full)
    if _differ(inks):
        return Preparation()
    ground_colour, ink_colour = _colours(sample, strength / full, inks)
    by_mass = np.array([glyph.mass_offset for glyph in glyphs])
    by_box = np.array([glyph.box_offset for glyph in glyphs])
    centring = "mass" if by_mass.std(axis=0).sum() < by_box.std(axis=0).sum() else "box"
    places = by_mass if centring == "mass" else by_box
    centre = np.median(places, axis=0)
    return Preparation(
        kind="glyph",
        light_ink=light,
        ground=ground,
        ink=ground + full if light else ground - full,
        box=min(1.0, box),
        centring="mass" if centring == "mass" else "box",
        centre=(float(centre[0]), float(centre[1])),
        stroke=(stroke[0], stroke[1], stroke[2]),
        spread=_spread(np.abs(places - centre).max(axis=1) / max(gray.shape[1:])),
        gap=_gap(np.array([glyph.gap for glyph in glyphs])),
        ground_colour=ground_colour,
        ink_colour=ink_colour,
    )


def _spread(off: NDArray[np.float64]) -> float:
    """How far from their centre glyphs lie at most, given how far each does (n,)."""
    return float(np.clip(_TOLERANCE * np.percentile(off, _USUAL), SPREAD, 1))


def _inks(images: NDArray[np.uint8], strength: NDArray[np.float32]) -> NDArray[np.float64]:
    """The colour of full ink in each of images (n, height, width, channels): (n, channels).

    `strength` (n, height, width) is 1 for full ink; images without any are left out.
    """
    full = zip(images, strength > _FULL, strict=True)
    return np.array([np.median(image[inked], axis=0) for image, inked in full if inked.any()])


def _differ(inks: NDArray[np.float64]) -> bool:
    """Whether inks (n, channels) have several hues, which may tell classes apart."""
    hues = inks - inks.mean(axis=1, keepdims=True)
    off = np.abs(hues - np.median(hues, axis=0)).max(axis=1)
    return bool(np.mean(off < 2 * _EVEN) < _MOST)


def _colours(
    images: NDArray[np.uint8], strength: NDArray[np.float32], inks: NDArray[np.float64]
) -> tuple[Colour, Colour] | tuple[None, None]:
    """The colours of ground and of ink, if one of them is not gray."""
    off = np.abs(strength)  # nowhere 0 where the usual gray lies between two
    ground, ink = np.median(images[off < off.min() + _BARE], axis=0), np.median(inks, axis=0)
    if max(np.ptp(ground), np.ptp(ink)) < _EVEN:
        return None, None
    return _colour(ground), _colour(ink)


def _colour(values: NDArray[np.float64]) -> Colour:
    red, green, blue = map(float, values)
    return red, green, blue


def _gap(gaps: NDArray[np.float64]) -> float:
    """How far apart pieces of one glyph may lie, given the training images' gaps (n,)."""
    apart = gaps[gaps > 0]
    usual = float(np.percentile(apart, 95)) if len(apart) > _APART * len(gaps) else 0.0
    return float(np.clip(_WIDENED * usual, *_GAP))


class _Glyph:
    """Measures of one image, float32 (height, width), ground 0 and ink 1."""

    def __init__(self, image: NDArray[np.float32]):
        height, width = image.shape
        top, left, bottom, right = box_around(image > 0.25) or (0, 0, height, width)
        self.side = float(max(bottom - top, right - left))
        y, x = np.mgrid[:height, :width]
        total = image.sum()
        self.mass_offset = (
            float((image * y).sum() / total - (height - 1) / 2),
            float((image * x).sum() / total - (width - 1) / 2),
        )
        self.box_offset = (
            (top + bottom - height) / 2,
            (left + right - width) / 2,
        )
        large = enlarged(image, _SCALE)
        self.stroke = stroke_width(large > 0.5) / _SCALE / self.side
        self.gap = widest_gap(large > 0.5)
        ink = image[image > 0.15]
        self.between = float(np.mean(ink < 0.7)) if len(ink) else 1.0


def enlarged(image: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """The image `factor` times as large, interpolated linearly between pixel centres."""
    from PIL import Image

    height, width = image.shape
    picture = Image.fromarray(image)
    size = (width * factor, height * factor)
    return np.asarray(picture.resize(size, Image.Resampling.BILINEAR))


def _corners(gray: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pixels in the corners of images (n, height, width), an eighth of a side each way."""
    height, width = (max(1, side // 8) for side in gray.shape[1:])
    rows = (slice(None, height), slice(-height, None))
    columns = (slice(None, width), slice(-width, None))
    return np.concatenate([gray[:, y, x].ravel() for y in rows for x in columns])
