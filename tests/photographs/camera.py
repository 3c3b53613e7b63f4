"""From light to the bytes of a file: exposure, blur, noise, sharpening, JPEG, orientation."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tests.photographs.fields import Field, Random, clouds

_ORIENTATION = 0x0112
# The EXIF value, and how a picture with it is stored so that it shows upright.
ORIENTATIONS: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}
_STEPS = 4096
_LINEAR = np.linspace(0, 1, _STEPS)
# IEC 61966-2-1: from shares of light to a screen's numbers.
_ENCODED = np.where(
    _LINEAR <= 0.0031308, 12.92 * _LINEAR, 1.055 * _LINEAR ** (1 / 2.4) - 0.055
).astype(np.float32) * np.float32(255)


@dataclass(frozen=True)
class Camera:
    """Attributes:
    blur: standard deviation of the defocus, pixels.
    motion: length of the smear, pixels; `along` "x" or "y".
    noise: standard deviation at middle gray, of 255.
    coarse: whether the noise is smoothed, as telephones do.
    sharpen: strength of the sharpening, 0 to 1.
    """

    blur: float = 0.0
    motion: int = 0
    along: str = "x"
    noise: float = 0.0
    coarse: bool = False
    sharpen: float = 0.0


def develop(random: Random, seen: Field, camera: Camera) -> NDArray[np.uint8]:
    """The picture uint8 (height, width, 3) of linear light float32 of 0 to 1."""
    steps = np.clip(seen * np.float32(_STEPS - 1), 0, _STEPS - 1).astype(np.uint16)
    levels: Field = _ENCODED[steps]
    if camera.blur or camera.motion > 1:
        image = Image.fromarray(np.rint(levels).astype(np.uint8))
        if camera.blur:
            image = image.filter(ImageFilter.GaussianBlur(float(camera.blur)))
        levels = _smeared(np.asarray(image).astype(np.float32), camera)
    if camera.noise:
        levels += _noise(random, levels, camera)
    image = Image.fromarray(np.rint(np.clip(levels, 0, 255)).astype(np.uint8))
    if camera.sharpen:
        image = image.filter(ImageFilter.UnsharpMask(1.2, int(140 * camera.sharpen), 2))
    return np.asarray(image)


def _smeared(levels: Field, camera: Camera) -> Field:
    if camera.motion <= 1:
        return levels
    axis = 1 if camera.along == "x" else 0
    half = camera.motion // 2
    pad = [(0, 0)] * 3
    pad[axis] = (half, camera.motion - 1 - half)
    padded = np.pad(levels, pad, mode="edge")
    length = levels.shape[axis]
    total = np.zeros_like(levels)
    for shift in range(camera.motion):
        total += padded[:, shift : shift + length] if axis else padded[shift : shift + length]
    return total / np.float32(camera.motion)


def _noise(random: Random, levels: Field, camera: Camera) -> Field:
    """Of the brightness mostly, of the colours a little; stronger in the dark."""
    shape = levels.shape[:2]
    gray = clouds(random, shape, 1.8 if camera.coarse else 1)
    colour = np.stack([clouds(random, shape, 3) for _ in range(3)], axis=-1)
    strength = np.float32(camera.noise) * (1.25 - levels[..., 1:2] / np.float32(510))
    return strength * (gray[..., np.newaxis] + np.float32(0.4) * colour)


def grayed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 (height, width), by ITU-R 601's luma."""
    return np.asarray(Image.fromarray(picture).convert("L"))


def jpeg(picture: NDArray[np.uint8], quality: int, orientation: int = 1) -> bytes:
    """JPEG bytes; with an EXIF `orientation` stored turned, so that it shows as given."""
    image = Image.fromarray(picture)
    exif = Image.Exif()
    if orientation != 1:
        exif[_ORIENTATION] = orientation
        image = image.transpose(ORIENTATIONS[orientation])
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, exif=exif)
    return buffer.getvalue()


def png(picture: NDArray[np.uint8] | NDArray[np.bool_]) -> bytes:
    """PNG bytes of gray, RGB, RGBA or, for bool, of 1 bit a pixel."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()
