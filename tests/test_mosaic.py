"""Small images on a page: enlarged without smoothing, framed, in place."""

import numpy as np
import pytest

from imagette.plot.mosaic import Tiles, resolution

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("shape", "scale"),
    [((8, 8, 1), 12), ((28, 28, 1), 3), ((32, 32, 3), 3), ((20, 48, 3), 2), ((96, 96, 3), 1)],
)
def test_every_pixel_is_a_square(shape: tuple[int, int, int], scale: int) -> None:
    image = RANDOM.integers(0, 256, shape, dtype=np.uint8)
    tiles = Tiles(shape)
    picture = tiles.picture(image)
    assert picture.shape == (tiles.height, tiles.width, 3)
    assert picture.shape[:2] == (shape[0] * scale + 2, shape[1] * scale + 2)
    inside = picture[1:-1, 1:-1]
    for row in range(inside.shape[0]):
        for column in range(0, inside.shape[1], 5):
            assert (inside[row, column] == image[row // scale, column // scale]).all()
    frame = np.concatenate((picture[0], picture[-1], picture[:, 0], picture[:, -1]))
    assert (frame == frame[0]).all()
    assert frame[0].min() > 200  # light


def test_large_images_are_made_smaller_by_averaging() -> None:
    image = np.zeros((192, 384, 3), np.uint8)
    image[::2] = 200
    picture = Tiles(image.shape).picture(image)
    assert picture.shape == (48 + 2, 96 + 2, 3)
    assert (picture[1:-1, 1:-1] == 100).all()
    assert Tiles((400, 2, 1)).picture(np.zeros((400, 2, 1), np.uint8)).shape == (98, 3, 3)
    assert [resolution(count) for count in (1, 400, 401, 800, 801, 10_000)] == [
        96, 96, 64, 64, 48, 48,
    ]  # fmt: skip


def test_images_stand_in_rows_and_columns() -> None:
    images = RANDOM.integers(0, 256, (5, 28, 28, 1), dtype=np.uint8)
    tiles = Tiles((28, 28, 1))
    page = tiles.grid([[*images[:3]], [*images[3:]]], (10, 4))
    side = tiles.height
    assert page.shape == (2 * side + 10, 3 * side + 8, 3)
    for number, image in enumerate(images):
        row, column = divmod(number, 3)
        top, left = row * (side + 10), column * (side + 4)
        assert np.array_equal(page[top : top + side, left : left + side], tiles.picture(image))
    assert (page[side : side + 10] == 255).all()
    assert (page[side + 10 :, 2 * (side + 4) :] == 255).all()
