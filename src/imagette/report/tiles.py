"""Images as data of the page: small files in base64, their pixels as they are.

PNG, or JPEG for what is large; more than 64 pixels a side are made fewer.
"""

import base64
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagette.images.as_pillow import as_pillow

MOST_PIXELS = 64  # of a picture's longer side
_STRIP_PIXELS = 32  # and of an image in a strip, of which there are many
_LOSSLESS = 2500  # values of an image, at most, that are kept to the bit
_DECIDED = np.array((226, 74, 51), np.float32)  # the colour of pixels that decided
_FAINTEST = 0.02  # probability; below it a map shows nothing
_GAP = 2  # pixels between two images of a strip


def picture(image: NDArray[np.uint8]) -> str:
    """An image, uint8 (height, width, channels), as the address of its data."""
    return _address(as_pillow(_small(image)))


def decided(image: NDArray[np.uint8], lost: NDArray[np.float32]) -> str:
    """The image in gray, and in colour where `lost` (height, width) is large."""
    share = np.clip(lost / max(float(lost.max()), _FAINTEST), 0, 1)[..., np.newaxis]
    gray = image.mean(axis=2, keepdims=True, dtype=np.float32) * 0.6 + 50
    return picture((gray * (1 - share) + _DECIDED * share).astype(np.uint8))


def strip(images: Sequence[NDArray[np.uint8]]) -> tuple[str, int, int]:
    """Images of one shape beside each other, see-through between, and how wide and high to show it.

    Small images are shown larger, each pixel as several.
    """
    small = [_small(image, _STRIP_PIXELS) for image in images]
    height, width = small[0].shape[:2]
    channels = small[0].shape[2]
    whole = np.zeros((height, len(small) * (width + _GAP) - _GAP, channels + 1), np.uint8)
    for number, image in enumerate(small):
        left = number * (width + _GAP)
        whole[:, left : left + width, :channels] = image
        whole[:, left : left + width, channels] = 255
    mode = "LA" if channels == 1 else "RGBA"
    address = _png(Image.frombytes(mode, whole.shape[1::-1], whole.tobytes()))
    enlarged = max(1, _STRIP_PIXELS // max(height, width))
    return address, whole.shape[1] * enlarged, whole.shape[0] * enlarged


def _small(image: NDArray[np.uint8], most: int = MOST_PIXELS) -> NDArray[np.uint8]:
    height, width, channels = image.shape
    scale = min(1.0, most / max(height, width))
    if scale == 1:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    resized = as_pillow(image).resize(size, Image.Resampling.BOX)
    return np.asarray(resized).reshape(size[1], size[0], channels)


def _address(image: Image.Image) -> str:
    if image.width * image.height * len(image.getbands()) <= _LOSSLESS:
        return _png(image)
    content = io.BytesIO()
    image.save(content, "jpeg", quality=88, subsampling=0)
    return _data("jpeg", content)


def _png(image: Image.Image) -> str:
    content = io.BytesIO()
    image.save(content, "png")
    return _data("png", content)


def _data(kind: str, content: io.BytesIO) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content.getvalue()).decode()}"
