"""Images as data of a page: small ones to the bit, large ones small."""

import base64
import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from imagette.report.tiles import decided, picture, strip


def opened(address: str) -> Image.Image:
    kind, _, content = address.partition(";base64,")
    image = Image.open(io.BytesIO(base64.b64decode(content)))
    assert image.format is not None
    assert kind == f"data:image/{image.format.lower()}"
    return image


def noise(*shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 3), (1, 1, 1), (5, 40, 3)])
def test_small_images_are_kept_to_the_bit(shape: tuple[int, int, int]) -> None:
    image = noise(*shape)
    assert (np.asarray(opened(picture(image))).reshape(shape) == image).all()


@pytest.mark.parametrize("shape", [(96, 96, 3), (300, 20, 1), (1, 200, 3), (64, 64, 3)])
def test_large_ones_are_made_small(shape: tuple[int, int, int]) -> None:
    address = picture(noise(*shape))
    image = opened(address)
    assert max(image.size) == 64
    assert abs(image.height / image.width - shape[0] / shape[1]) < 0.2 * shape[0] / shape[1] + 0.02
    assert len(address) < 12_000


def test_what_decided_is_red() -> None:
    image, lost = np.full((8, 8, 1), 100, np.uint8), np.zeros((8, 8), np.float32)
    assert len(np.unique(np.asarray(opened(decided(image, lost))))) == 1  # gray alone
    lost[2, 3] = 0.5
    pixels = np.asarray(opened(decided(image, lost))).astype(int)
    red = pixels[..., 0] - pixels[..., 1]
    assert np.unravel_index(red.argmax(), red.shape) == (2, 3)
    assert np.count_nonzero(red) == 1


@pytest.mark.parametrize("channels", [1, 3])
def test_a_strip_shows_its_images_with_gaps(channels: int) -> None:
    images = noise(3, 8, 6, channels)
    address, width, height = strip(list(images))
    assert (width, height) == (4 * 22, 4 * 8)  # small images are shown larger
    pixels = np.asarray(opened(address))
    for number, image in enumerate(images):
        shown = pixels[:, number * 8 : number * 8 + 6]
        assert (shown[..., :channels] == image).all()
        assert (shown[..., channels] == 255).all()
    assert (pixels[:, 6:8, channels] == 0).all()


def test_a_strip_of_large_images_is_small() -> None:
    address, width, height = strip(list(noise(8, 96, 96, 3)))
    assert (width, height) == (8 * 32 + 7 * 2, 32)
    assert len(address) < 50_000  # noise is the worst that there is to compress
