"""How a picture became an answer, as one picture: a strip of the steps from left to right."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from imagette.inference.classifier import Classifier
from imagette.inference.occlusion import occlusion_map
from imagette.inference.preparing import Input

_TILE = 160  # pixels of a step's side
_GAP = 12
_CAPTION = 22  # pixels of height
_PAPER, _TEXT = (255, 255, 255), (60, 60, 60)
_DECISIVE = (230, 60, 30)  # the colour of pixels that decided


def strip(classifier: Classifier, picture: NDArray[np.uint8], given: Input) -> NDArray[np.uint8]:
    """A strip, uint8 (height, width, 3): the picture, the steps to its input, what decided."""
    tiles = [("picture", _boxed(picture, given))]
    for name, step in (given.steps or {}).items():
        if name not in ("picture", "input"):
            tiles.append((name, _image(step)))
    tiles.append((f"input {given.image.shape[1]}x{given.image.shape[0]}", _image(given.image)))
    tiles.append(("what decided", _decided(classifier, given.image)))
    width = len(tiles) * (_TILE + _GAP) + _GAP
    canvas = Image.new("RGB", (width, _TILE + _CAPTION + 2 * _GAP), _PAPER)
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default(12)
    for number, (caption, image) in enumerate(tiles):
        left = _GAP + number * (_TILE + _GAP)
        shown = _fitted(image)
        corner = (left + (_TILE - shown.width) // 2, _GAP + (_TILE - shown.height) // 2)
        canvas.paste(shown, corner)
        draw.rectangle(
            (corner[0] - 1, corner[1] - 1, corner[0] + shown.width, corner[1] + shown.height),
            outline=(200, 200, 200),
        )
        draw.text((left, _GAP + _TILE + 5), caption, _TEXT, font)
    return np.asarray(canvas)


def _boxed(picture: NDArray[np.uint8], given: Input) -> Image.Image:
    """The picture, small, with the glyph's box."""
    image = _image(picture)
    scale = min(1.0, 4 * _TILE / max(image.size))
    image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    if given.box:
        top, left, bottom, right = (side * scale for side in given.box)
        ImageDraw.Draw(image).rectangle((left, top, right, bottom), outline=_DECISIVE, width=4)
    return image


def _decided(classifier: Classifier, image: NDArray[np.uint8]) -> Image.Image:
    """The input in gray, and in colour where the answer hangs on it."""
    lost = np.maximum(occlusion_map(classifier, image), 0)
    share = (lost / max(float(lost.max()), 0.02))[..., np.newaxis]
    gray = np.asarray(_image(image), np.float32) * 0.6 + 50
    return Image.fromarray((gray * (1 - share) + np.array(_DECISIVE) * share).astype(np.uint8))


def _fitted(image: Image.Image) -> Image.Image:
    """In a tile, proportions kept; small images in sharp pixels."""
    scale = _TILE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    sharp = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.LANCZOS
    return image.resize(size, sharp)


def _image(picture: NDArray[np.uint8]) -> Image.Image:
    gray = picture[..., 0] if picture.ndim == 3 and picture.shape[2] == 1 else picture
    return Image.fromarray(gray).convert("RGB")
