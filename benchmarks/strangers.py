"""Pictures that a classifier of digits should not answer, and some that it should.

All are uint8 (n, 28, 28, 1), prepared as MNIST was: within 20 pixels, centred by mass.
"""

import string
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.ft2font import FT2Font
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

Images = NDArray[np.uint8]
SIDE, BOX = 28, 20
# Letters that are a digit, or nearly, in some hand: nobody could reject them by their shape.
DIGIT_SHAPED = "OoQDIliZzSsBbGgqT"
OTHER_LETTERS = "".join(c for c in string.ascii_letters if c not in DIGIT_SHAPED)
_INK, _FONT_SIZE, _SHEET = 20, 64, 160


def blank() -> Images:
    """Sheets of every gray, and ramps from side to side."""
    ramp = np.tile(np.linspace(0, 1, SIDE), (SIDE, 1))
    flat = [np.full((SIDE, SIDE), gray) for gray in range(0, 256, 5)]
    ramps = [turned * gray for gray in range(10, 256, 20) for turned in (ramp, ramp.T)]
    return _images([*flat, *ramps])


def noise(count: int, seed: int) -> Images:
    """Even, normal, salt, clouds, camouflage, faint, nearly none, and noise within the box."""
    random = np.random.default_rng(seed)
    shape = (SIDE, SIDE)
    sheets: list[NDArray[Any]] = []
    for _ in range(count // 8):
        cloud = ndimage.gaussian_filter(random.normal(0, 1, shape), random.uniform(0.5, 3))
        cloud = 255 * (cloud - cloud.min()) / np.ptp(cloud)
        inside = np.zeros(shape)
        inside[4:24, 4:24] = random.integers(0, 256, (BOX, BOX))
        sheets += [
            random.integers(0, 256, shape),
            random.normal(128, 60, shape),
            255 * (random.random(shape) < random.uniform(0, 0.5)),
            cloud,
            255 * (cloud > 150),
            random.integers(0, 40, shape),
            np.abs(random.normal(0, 8, shape)),
            inside,
        ]
    return _images(sheets)


def glyphs(fonts: list[Path], characters: str) -> Images:
    """Each character in each font, white on black."""
    return _images([_glyph(font, one) for font in fonts for one in characters])


def fonts_within(folder: Path) -> list[Path]:
    """The TrueType fonts in a folder and its folders that draw letters, and all differently."""
    found = []
    for path in sorted(folder.rglob("*.ttf")):
        drawn = {_glyph(path, letter).tobytes() for letter in "ARagx7"}
        if len(drawn) == 6 and "math" not in path.name.lower() and not _of_symbols(path):
            found.append(path)
    return found


def _of_symbols(path: Path) -> bool:
    """Whether what a font draws for a letter is called something else, as in some of TeX's."""
    font = FT2Font(str(path))
    name = font.get_glyph_name(font.get_char_index(ord("a")))
    return not name.startswith(("a", "uni"))  # uni0000...: the font names none of its glyphs


def pairs(digits: Images, count: int, seed: int) -> Images:
    """Two digits side by side in one box."""
    random = np.random.default_rng(seed)
    both = []
    for _ in range(count):
        left, right = (_cropped(digits[i, ..., 0]) for i in random.integers(0, len(digits), 2))
        gap = random.integers(0, 5)
        height = max(len(left), len(right))
        sheet = np.zeros((height, left.shape[1] + gap + right.shape[1]))
        sheet[height - len(left) :, : left.shape[1]] = left
        sheet[height - len(right) :, left.shape[1] + gap :] = right
        both.append(_boxed(sheet))
    return _images(both)


def turned(digits: Images, degrees: float, seed: int) -> Images:
    """The digits, each turned by up to so many degrees."""
    angles = np.random.default_rng(seed).uniform(-degrees, degrees, len(digits))
    return _images(
        [
            ndimage.rotate(image[..., 0].astype(float), angle, reshape=False, order=1)
            for image, angle in zip(digits, angles, strict=True)
        ]
    )


def _glyph(font: Path, character: str) -> NDArray[Any]:
    sheet = Image.new("L", (_SHEET, _SHEET))
    face = ImageFont.truetype(str(font), _FONT_SIZE)
    ImageDraw.Draw(sheet).text((40, 30), character, fill=255, font=face)
    return _boxed(np.asarray(sheet))


def _boxed(sheet: NDArray[Any]) -> NDArray[Any]:
    """The ink, its longer side made 20 pixels, centred by mass."""
    ink = _cropped(sheet)
    height, width = (max(1, round(side * BOX / max(ink.shape))) for side in ink.shape)
    picture = Image.fromarray(ink.astype(np.uint8))
    small = np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS))
    middle = ndimage.center_of_mass(small) if small.any() else (height / 2, width / 2)
    top, left = (
        min(max(round((SIDE - 1) / 2 - mass), 0), SIDE - side)
        for mass, side in zip(middle, small.shape, strict=True)
    )
    result = np.zeros((SIDE, SIDE))
    result[top : top + height, left : left + width] = small
    return result


def _cropped(sheet: NDArray[Any]) -> NDArray[Any]:
    rows, columns = np.nonzero(sheet > _INK)
    if not len(rows):
        return sheet
    return sheet[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _images(sheets: list[NDArray[Any]]) -> Images:
    return np.stack(sheets).clip(0, 255).astype(np.uint8)[..., np.newaxis]
