"""A drawn four, photographed on paper, and what its prepared image should look like.

And what may stand for the classifier that looks at it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from imagette.images.photo.candidates import prepare
from imagette.images.photo.preparation import Preparation
from imagette.inference import Classifier
from imagette.inference.preparing import Input, make_input
from imagette.inference.together import Classify

SHAPE = (28, 28, 1)
LIKE = 0.9  # a correlation that one glyph's images have, and no two glyphs'
# As MNIST's images are.
PREPARATION = Preparation(
    kind="glyph", box=20 / 28, centring="mass", centre=(0.5, 0.5), stroke=(0.066, 0.113, 0.183)
)
Picture = NDArray[np.uint8]
Line = Sequence[tuple[float, float]]  # its points: to the right, and down


def ink(lines: Iterable[Line], side: int, width: float, finer: int = 4) -> NDArray[np.float32]:
    """Lines as ink 0 to 1 in a square of `side` pixels; points and `width` as shares of it.

    They are drawn `finer` times as large, without smooth edges, and averaged.
    """
    large = finer * side
    image = Image.new("L", (large, large))
    draw = ImageDraw.Draw(image)
    for line in lines:
        scaled = [(x * large, y * large) for x, y in line]
        draw.line(scaled, fill=255, width=round(width * large), joint="curve")
    small = image.resize((side, side), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(255)


def strokes(side: int = 160, width: float = 0.11) -> NDArray[np.float32]:
    """A four, as `ink` draws it."""
    return ink([[(0.62, 0.95), (0.62, 0.08), (0.12, 0.66), (0.9, 0.66)]], side, width)


def photograph(
    ink: NDArray[np.float32],
    *,
    paper: tuple[int, int, int] = (225, 220, 205),
    pen: tuple[int, int, int] = (40, 45, 60),
    size: tuple[int, int] = (300, 400),
    corner: tuple[int, int] = (60, 150),
) -> NDArray[np.float32]:
    """Ink on paper, float32 (height, width, 3), 0 to 255."""
    sheet = np.zeros(size, np.float32)
    top, left = corner
    sheet[top : top + len(ink), left : left + len(ink)] = ink
    amount = sheet[..., np.newaxis]
    return (np.array(paper) * (1 - amount) + np.array(pen) * amount).astype(np.float32)


def as_picture(values: NDArray[np.float32]) -> Picture:
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)


def noise(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values + np.random.default_rng(0).normal(0, 12, values.shape).astype(np.float32)


def certain(novelty: float) -> Classify:
    """Answers every image with its only class, and with this novelty: above 1, unlike it."""

    def classify(images: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return np.ones((len(images), 1), np.float32), np.full(len(images), novelty, np.float32)

    return classify


def likeness(first: Picture, second: Picture) -> float:
    """Correlation of two images after a slight blur, since strokes may differ by a pixel."""
    blurred = [ndimage.gaussian_filter(i[..., 0].astype(float), 0.8) for i in (first, second)]
    return float(np.corrcoef(blurred[0].ravel(), blurred[1].ravel())[0, 1])


def knows(*known: Picture) -> Classify:
    """Knows images that are like those, and no others."""

    def classify(images: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        like = np.array([max(likeness(image, one) for one in known) for image in images])
        return np.ones((len(images), 1), np.float32), np.where(like > LIKE, 0.0, 2.0)

    return classify


def answered(picture: Picture, classifier: Classifier, *known: Picture) -> Input:
    metadata = replace(
        classifier.metadata, image_shape=SHAPE, preparation=PREPARATION.to_dict(), rejection=None
    )
    return make_input(picture, metadata, "photo", knows(*known))


PLAIN = prepare(as_picture(photograph(strokes())), SHAPE, PREPARATION).image
