"""Shows how a picture became an answer: a strip of the steps, from left to right."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from imagette.inference.answer_tile import answer_tile
from imagette.inference.classifier import Classifier
from imagette.inference.occlusion import occlusion_map
from imagette.inference.preparing import Input
from imagette.inference.rejection import Rule

_TILE = 160  # pixels of a step's side
_GAP = 12  # pixels between tiles, and around the strip
_CAPTION = 22  # pixels: height of the captions
_PAPER, _TEXT = (255, 255, 255), (60, 60, 60)
_DECISIVE = (230, 60, 30)  # the colour of pixels that decided
_LINE = 2  # pixels: width of the line around the glyph
_SHARP = 4  # times that a picture is enlarged: from there on each of its pixels is drawn sharp


def strip(
    classifier: Classifier,
    picture: NDArray[np.uint8],
    given: Input,
    rule: Rule | None = None,
) -> NDArray[np.uint8]:
    """A strip, uint8 (height, width, 3): picture, steps, input, what decided, and the answer.

    Whether there is an answer is decided by `rule`, or else by the classifier's own.
    """
    rule = rule or Rule.of(classifier.metadata.rejection)
    tiles = [("picture", _boxed(picture, given))]
    for name, step in (given.steps or {}).items():
        if name not in ("picture", "input"):
            tiles.append((name, _image(step)))
    tiles.append((f"input {given.image.shape[1]}x{given.image.shape[0]}", _image(given.image)))
    tiles.append(("what decided", _decided(classifier, given.image)))
    tiles.append(("answer", answer_tile(classifier.answer([given], rule)[0], _TILE)))
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
    """The picture as large as a tile, with a line around the glyph that covers nothing of it."""
    image = _image(picture)
    shown = _fitted(image)
    if given.box:
        scale = shown.width / image.width, shown.height / image.height
        top, left, bottom, right = given.box
        box = (
            max(0, round(left * scale[0]) - _LINE - 1),
            max(0, round(top * scale[1]) - _LINE - 1),
            min(shown.width - 1, round(right * scale[0]) + _LINE),
            min(shown.height - 1, round(bottom * scale[1]) + _LINE),
        )
        ImageDraw.Draw(shown).rectangle(box, outline=_DECISIVE, width=_LINE)
    return shown


def _decided(classifier: Classifier, image: NDArray[np.uint8]) -> Image.Image:
    """The input in gray, and in colour where the answer depends on it."""
    lost = np.maximum(occlusion_map(classifier, image), 0)
    share = (lost / max(float(lost.max()), 0.02))[..., np.newaxis]
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
