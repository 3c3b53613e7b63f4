"""Pictures without a digit, made in the same ways: they should be answered "none of these"."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from imagette.randomness import generator
from tests.photographs import scene, screens
from tests.photographs.camera import jpeg, png
from tests.photographs.fields import Field, Random, chance, clouds, log_uniform, pick
from tests.photographs.looks import LOOKS
from tests.photographs.photograph import Parameter, Photograph
from tests.photographs.scene import Draw, Mark
from tests.photographs.strokes import shape, traced
from tests.photographs.view import view

Images = NDArray[np.uint8]
Result = tuple[bytes, dict[str, Parameter]]

# Those that nobody takes for a digit, in any hand.
LETTERS = tuple("ACEFHKMNPRTUVWXYacdefhkmnprtuvwx&@#?%")
DOODLES = ("spiral", "star", "heart", "zigzag", "house", "spring", "smile", "asterisk", "flower")
_LOOKS = tuple(look for name, look in LOOKS.items() if name != "broken")
_PAGE = 240  # pixels of the drawings' height


@dataclass(frozen=True)
class Print:
    """A gray picture as printed: as much ink as it is bright; its lengths as a `Glyph`'s."""

    image: Images
    stroke: float = 0.1
    width: float = 1.0

    def coverage(self, x: Field, y: Field, pixels: float) -> Field:
        rows, columns = self.image.shape
        at = [(y + 0.5) * rows - 0.5, (x / self.width + 0.5) * columns - 0.5]
        values = self.image.astype(np.float32) / 255
        printed = ndimage.map_coordinates(values, at, order=1, mode="constant")
        return np.asarray(printed, np.float32)


def letter(random: Random, stroke: float) -> tuple[Mark, str]:
    """A letter or sign as Pillow's own font, or the system's DejaVu, draws it."""
    sign = pick(random, LETTERS)
    name = pick(random, ("", "DejaVuSans.ttf", "DejaVuSerif.ttf", "DejaVuSans-Bold.ttf"))
    try:
        font = ImageFont.truetype(name, _PAGE) if name else ImageFont.load_default(_PAGE)
    except OSError:
        font = ImageFont.load_default(_PAGE)
    page = Image.new("L", (2 * _PAGE, 2 * _PAGE))
    ImageDraw.Draw(page).text((_PAGE // 2, _PAGE // 3), sign, fill=255, font=font)
    return shape(_trimmed(np.asarray(page) > 127)), sign


def doodle(random: Random, stroke: float) -> tuple[Mark, str]:
    """A small drawing in one line, never straight all along, never one plain ring."""
    name = pick(random, DOODLES)
    points = _PATHS[name](random)
    points = points + 0.015 * np.cumsum(random.standard_normal(points.shape), 0) / 8
    low, high = points.min(0), points.max(0)
    placed = (points - low) / (high - low).max() * (_PAGE - 4) + 2
    page = Image.new("1", (_PAGE, _PAGE))
    ImageDraw.Draw(page).line([(float(x), float(y)) for x, y in placed], fill=1)
    return traced(_trimmed(np.asarray(page)), min(stroke, 0.06)), name


def _trimmed(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    rows, columns = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _curve(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([x, y], axis=1)


def _joined(corners: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Straight lines through corners, as points."""
    ends = np.array(corners, float)
    steps = np.linspace(0, len(ends) - 1, 40 * len(ends))
    return _curve(*(np.interp(steps, np.arange(len(ends)), ends[:, axis]) for axis in (0, 1)))


def _spiral(turns: int) -> NDArray[np.float64]:
    return _curve(_T * np.cos(turns * _T), _T * np.sin(turns * _T))


_T = np.linspace(0, 2 * np.pi, 240)
_HOUSE = ((0, 2), (2, 0.8), (0, 0.8), (2, 2), (2, 0.8), (1, 0), (0, 0.8), (0, 2), (2, 2))
_PATHS: dict[str, Callable[[Random], NDArray[np.float64]]] = {
    "spiral": lambda random: _spiral(int(random.integers(3, 6))),
    "star": lambda random: _joined(
        [(np.sin(k * 0.8 * np.pi), -np.cos(k * 0.8 * np.pi)) for k in range(6)]
    ),
    "heart": lambda random: _curve(
        16 * np.sin(_T) ** 3,
        -13 * np.cos(_T) + 5 * np.cos(2 * _T) + 2 * np.cos(3 * _T) + np.cos(4 * _T),
    ),
    "zigzag": lambda random: _joined(
        [(k, k % 2 * 3.0) for k in range(int(random.integers(6, 10)))]
    ),
    "house": lambda random: _joined(_HOUSE),
    "spring": lambda random: _curve(2 * _T + 1.6 * np.cos(6 * _T), 2 * np.sin(6 * _T)),
    "smile": lambda random: np.concatenate(
        [_curve(np.cos(_T), np.sin(_T)), _curve(0.6 * np.cos(_T[:120]), 0.6 * np.sin(_T[:120]))]
    ),
    "asterisk": lambda random: _joined(
        [(r * np.sin(k * np.pi / 4), r * np.cos(k * np.pi / 4)) for k in range(8) for r in (0, 1)]
    ),
    "flower": lambda random: _curve(
        *((1 + 0.5 * np.cos(6 * _T)) * f(_T) for f in (np.cos, np.sin))
    ),
}


def _written(random: Random, draw: Draw) -> Result:
    """On paper mostly, else in an app."""
    if chance(random, 0.2):
        return screens.screenshot(random, draw, dark=chance(random, 0.5))
    look = pick(random, _LOOKS)
    using = scene.material(random, look)
    seen, written, facts = scene.place(random, scene.frame(random), look, using, draw)
    pixels, more = scene.photograph(random, look, using, seen, [written])
    content, of_file = scene.encode(random, pixels, look, float(facts["digit pixels"]))
    return content, facts | more | of_file


def _blank(random: Random, lined: bool) -> Result:
    """A sheet or a board with nothing on it."""
    fitting = tuple(look for look in _LOOKS if bool(look.ruling) == lined)
    look = pick(random, fitting)
    using = scene.material(random, look)
    frame = scene.frame(random)
    pixels = max(frame) / log_uniform(random, 40, 250)
    angle = float(random.uniform(-15, 15))
    seen = view(random, frame, pixels, angle, float(random.uniform(0, 0.16)))
    picture, facts = scene.photograph(random, look, using, seen, [])
    content, of_file = scene.encode(random, picture, look, 100)
    return content, facts | of_file | {"height": frame[0], "width": frame[1]}


def _noise(random: Random) -> Result:
    frame = scene.frame(random)
    cell = log_uniform(random, 1, max(2, min(frame) / 6))
    colours = 3 if chance(random, 0.5) else 1
    layers = [clouds(random, frame, cell) for _ in range(colours)]
    levels = np.clip(128 + random.uniform(15, 60) * np.stack(layers, -1), 0, 255).astype(np.uint8)
    facts: dict[str, Parameter] = {"height": frame[0], "width": frame[1], "cell": round(cell, 1)}
    picture = levels[..., 0] if colours == 1 else levels
    return (png(picture) if chance(random, 0.5) else jpeg(picture, 85)), facts


NON_DIGITS = ("blank", "blank, lined", "noise", "letter", "doodle", "garment")


def non_digit(
    kind: str, seed: int, *names: str | int, garments: Images | None = None
) -> Photograph:
    """A picture of one of `NON_DIGITS`; "garment" needs uint8 (n, 28, 28) `garments`."""
    random = generator(seed, "non-digit", kind, *names)
    facts: dict[str, Parameter] = {}
    if kind.startswith("blank"):
        content, facts = _blank(random, lined=kind.endswith("lined"))
    elif kind == "noise":
        content, facts = _noise(random)
    elif kind == "garment":
        if garments is None:
            raise ValueError("garments are needed: uint8 (n, 28, 28)")
        image = _trimmed_gray(garments[int(random.integers(len(garments)))])
        wide = image.shape[1] / image.shape[0]
        content, facts = _written(random, lambda stroke: Print(image, width=wide))
    else:
        make = letter if kind == "letter" else doodle
        shown = ""

        def draw(stroke: float) -> Mark:
            nonlocal shown
            mark, shown = make(random, stroke)
            return mark

        content, facts = _written(random, draw)
        facts["shows"] = shown
    return Photograph(content, "", kind, facts)


def _trimmed_gray(image: Images) -> Images:
    """Without empty rows and columns, enlarged smoothly as a printer does."""
    rows, columns = np.nonzero(image.any(1))[0], np.nonzero(image.any(0))[0]
    box = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    size = box.shape[1] * 8, box.shape[0] * 8
    return np.asarray(Image.fromarray(box).resize(size, Image.Resampling.BICUBIC))


def non_digits(
    count: int, seed: int, kinds: Sequence[str] = NON_DIGITS, garments: Images | None = None
) -> Iterator[Photograph]:
    """`count` pictures, the kinds in turn."""
    for number in range(count):
        yield non_digit(kinds[number % len(kinds)], seed, number, garments=garments)
