"""A part of a picture is scaled as Pillow scales it within the whole picture."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from imagette.images.photo.raster.resizing import halved, resized

NOISE = np.random.default_rng(0).normal(size=(240, 320, 3))
SMOOTH = np.stack([ndimage.gaussian_filter(plane, 6) for plane in NOISE.transpose(2, 0, 1)], -1)
PICTURE = np.clip(127 + 900 * SMOOTH, 0, 255).astype(np.uint8)


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from([1, 3]))
def test_parts_are_scaled_as_in_the_whole_picture(data: st.DataObject, channels: int) -> None:
    top, left = data.draw(st.integers(0, 230)), data.draw(st.integers(0, 310))
    bottom, right = data.draw(st.integers(top + 6, 240)), data.draw(st.integers(left + 6, 320))
    size = (data.draw(st.integers(5, 150)), data.draw(st.integers(5, 150)))
    picture = PICTURE[..., :channels]
    expected = Image.fromarray(picture.squeeze()).resize(
        size, Image.Resampling.BICUBIC, box=(left, top, right, bottom), reducing_gap=2.0
    )
    found = resized(picture, size, (top, left, bottom, right))
    assert found.shape == (size[1], size[0], channels)
    # What is reduced first falls into other blocks.
    np.testing.assert_allclose(found.squeeze(), np.asarray(expected).squeeze(), atol=6)


def test_half_of_a_picture_is_the_mean_of_two_by_two_pixels() -> None:
    values = np.arange(30, dtype=np.float32).reshape(5, 6, 1)
    np.testing.assert_array_equal(halved(values)[..., 0], [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]])
    assert halved(values[:1]).shape == (0, 3, 1)
