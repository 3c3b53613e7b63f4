"""Shows how a picture became an answer: a strip of the steps, from left to right.

It is set in pixels, with Pillow: those of the small images are drawn sharp.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from imagette.inference.explanation import Explanation
from imagette.strips.answer_tile import answer_tile

_TILE = 160  # pixels of a step's side
_GAP = 12  # pixels between tiles, and around the strip
_CAPTION = 22  # pixels: height of the captions
_PAPER, _TEXT, _FRAME = (255, 255, 255), (60, 60, 60), (200, 200, 200)
_DECISIVE = (230, 60, 30)  # the colour of pixels that decided, and of the line around the glyph
_FAINTEST = 0.02  # probability; where no pixel carries more, the colours stay pale
_LINE = 2  # pixels: width of the line around the glyph
_SHARP = 4  # times that a picture is enlarged: from there on each of its pixels is drawn sharp


def strip(explained: Explanation) -> NDArray[np.uint8]:
    """A strip, uint8 (height, width, 3): picture, steps, input, what decided, and the answer."""
    tiles = _tiles(explained)
    width = len(tiles) * (_TILE + _GAP) + _GAP
    canvas = Image.new("RGB", (width, _TILE + _CAPTION + 2 * _GAP), _PAPER)
    for number, (caption, image) in enumerate(tiles):
        _place(canvas, _GAP + number * (_TILE + _GAP), caption, _fitted(image))
    return np.asarray(canvas)


def _tiles(explained: Explanation) -> list[tuple[str, Image.Image]]:
    """Captions and images, from left to right."""
    given = explained.given
    height, width = given.image.shape[:2]
    steps = [
        (name, _image(step))
        for name, step in (given.steps or {}).items()
        if name not in ("picture", "input")
    ]
    return [
        ("picture", _boxed(explained.picture, given.box)),
        *steps,
        (f"input {width}x{height}", _image(given.image)),
        ("what decided", _decided(given.image, explained.occlusion)),
        ("answer", answer_tile(explained.answer, _TILE)),
    ]


def _place(canvas: Image.Image, left: int, caption: str, image: Image.Image) -> None:
    """An image in the middle of a tile that begins at `left`, its frame, its caption below."""
    draw = ImageDraw.Draw(canvas)
    x, y = left + (_TILE - image.width) // 2, _GAP + (_TILE - image.height) // 2
    canvas.paste(image, (x, y))
    draw.rectangle((x - 1, y - 1, x + image.width, y + image.height), outline=_FRAME)
    draw.text((left, _GAP + _TILE + 5), caption, _TEXT, ImageFont.load_default(12))


def _boxed(picture: NDArray[np.uint8], box: tuple[int, int, int, int] | None) -> Image.Image:
    """The picture as large as a tile, with a line around the glyph that covers nothing of it."""
    image = _image(picture)
    shown = _fitted(image)
    if box:
        scale = shown.width / image.width, shown.height / image.height
        top, left, bottom, right = box
        line = (
            max(0, round(left * scale[0]) - _LINE - 1),
            max(0, round(top * scale[1]) - _LINE - 1),
            min(shown.width - 1, round(right * scale[0]) + _LINE),
            min(shown.height - 1, round(bottom * scale[1]) + _LINE),
        )
        ImageDraw.Draw(shown).rectangle(line, outline=_DECISIVE, width=_LINE)
    return shown


def _decided(image: NDArray[np.uint8], occlusion: NDArray[np.float32]) -> Image.Image:
    """The input in gray, and in colour where the answer depends on it."""
    lost = np.maximum(occlusion, 0)
    share = (lost / max(float(lost.max()), _FAINTEST))[..., np.newaxis]
    gray = np.asarray(_image(image), np.float32) * 0.6 + 50
    return Image.fromarray((gray * (1 - share) + np.array(_DECISIVE) * share).astype(np.uint8))


def _fitted(image: Image.Image) -> Image.Image:
    """The image scaled to fit a tile, proportions kept; small images in sharp pixels."""
    scale = _TILE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if scale >= _SHARP:
        return image.resize(size, Image.Resampling.NEAREST)
    return image.resize(size, Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.LANCZOS)


def _image(picture: NDArray[np.uint8]) -> Image.Image:
    gray = picture[..., 0] if picture.ndim == 3 and picture.shape[2] == 1 else picture
    return Image.fromarray(gray).convert("RGB")
