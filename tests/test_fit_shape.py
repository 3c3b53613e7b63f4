"""Pictures come to a classifier's shape as Pillow would bring them, and the note says how."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image, ImageOps

from imagette.data.options import RESIZES
from imagette.images.fit_shape import _RESIZED, Shape, fit_shape


def picture(height: int, width: int, channels: int) -> NDArray[np.uint8]:
    random = np.random.default_rng(height * width)
    return random.integers(0, 256, (height, width, channels), np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_that_fits_stays_as_it_is(channels: int) -> None:
    original = picture(5, 7, channels)
    fitted, note = fit_shape(original, (5, 7, channels))
    np.testing.assert_array_equal(fitted, original)
    assert note == ""


def test_colours_become_gray_by_their_luma() -> None:
    original = picture(5, 7, 3)
    fitted, note = fit_shape(original, (5, 7, 1))
    assert note == "colour to gray"
    np.testing.assert_array_equal(fitted[..., 0], Image.fromarray(original).convert("L"))
    luma = original @ np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
    np.testing.assert_allclose(fitted[..., 0], luma, atol=1)


def test_gray_becomes_three_equal_colours() -> None:
    original = picture(5, 7, 1)
    fitted, note = fit_shape(original, (5, 7, 3))
    assert note == "gray to colour"
    assert fitted.shape == (5, 7, 3)
    assert (fitted == original).all()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(28, 28), (3, 20), (1, 1), (40, 9)])
def test_the_size_is_changed_with_lanczos_filter(size: tuple[int, int], channels: int) -> None:
    original = picture(14, 21, channels)
    fitted, note = fit_shape(original, (*size, channels))
    height, width = size
    assert note == f"14x21 to {height}x{width} (height x width)"
    for channel in range(channels):
        plane = Image.fromarray(original[..., channel])
        expected = plane.resize((width, height), Image.Resampling.LANCZOS)
        np.testing.assert_array_equal(fitted[..., channel], expected)


def test_both_changes_are_noted_in_order_and_gray_comes_first() -> None:
    original = picture(14, 14, 3)
    fitted, note = fit_shape(original, (28, 28, 1))
    assert note == "colour to gray, 14x14 to 28x28"
    gray = Image.fromarray(original).convert("L")
    expected = gray.resize((28, 28), Image.Resampling.LANCZOS)
    np.testing.assert_array_equal(fitted[..., 0], expected)
    assert (
        fit_shape(picture(14, 14, 1), (28, 20, 3))[1]
        == "gray to colour, 14x14 to 28x20 (height x width)"
    )


def test_an_even_surface_stays_even() -> None:
    fitted, _ = fit_shape(np.full((17, 23, 3), (10, 20, 30), np.uint8), (8, 40, 3))
    assert (fitted == (10, 20, 30)).all()


sides = st.integers(1, 30)
channels = st.sampled_from([1, 3])
shapes = st.tuples(sides, sides, channels)


@given(shapes.flatmap(lambda shape: arrays(np.uint8, shape)), shapes)
def test_any_picture_comes_to_any_shape(original: NDArray[np.uint8], shape: Shape) -> None:
    before = original.copy()
    fitted, note = fit_shape(original, shape)
    assert fitted.dtype == np.uint8
    assert fitted.shape == shape
    assert bool(note) == (original.shape != shape)
    np.testing.assert_array_equal(original, before)


def test_the_ways_to_resize_are_those_that_can_be_asked_for() -> None:
    assert tuple(_RESIZED) == RESIZES


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(28, 28), (10, 28), (40, 12), (14, 21)])
@pytest.mark.parametrize("sides", [(14, 21), (30, 11), (28, 28), (7, 7)])
def test_cropping_is_pillow_s_fit(
    sides: tuple[int, int], size: tuple[int, int], channels: int
) -> None:
    original = picture(*sides, channels)
    fitted, _ = fit_shape(original, (*size, channels), "crop")
    for channel in range(channels):
        plane = Image.fromarray(original[..., channel])
        expected = np.asarray(ImageOps.fit(plane, size[::-1], Image.Resampling.LANCZOS))
        # The box is computed in another order: its corners differ in the last bits.
        np.testing.assert_allclose(fitted[..., channel].astype(int), expected, atol=1)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(28, 28), (10, 28), (40, 12), (14, 21)])
@pytest.mark.parametrize("sides", [(14, 21), (30, 11), (28, 28), (7, 7)])
def test_padding_is_pillow_s_pad_in_the_edge_s_colour(
    sides: tuple[int, int], size: tuple[int, int], channels: int
) -> None:
    original = picture(*sides, channels)
    original[0] = original[-1] = original[:, 0] = original[:, -1] = (10, 200, 77)[:channels]
    original[0, 0] = 255  # one pixel of the edge does not sway its median
    fitted, _ = fit_shape(original, (*size, channels), "pad")
    for channel in range(channels):
        plane = Image.fromarray(original[..., channel])
        colour = (10, 200, 77)[channel]
        # A little less than the middle: half a pixel is rounded down.
        expected = ImageOps.pad(plane, size[::-1], Image.Resampling.LANCZOS, colour, (0.499, 0.499))
        np.testing.assert_array_equal(fitted[..., channel], expected)


@pytest.mark.parametrize("ground", [0, 255])
def test_a_plain_background_goes_on_where_a_picture_is_padded(ground: int) -> None:
    original = np.full((10, 30, 1), ground, np.uint8)
    original[2:, 12:18] = 128  # a stroke that touches the edge
    fitted, note = fit_shape(original, (30, 30, 1), "pad")
    assert note == "10x30 to 30x30 (height x width), padded"
    np.testing.assert_array_equal(fitted[10:20], original)
    assert (fitted[:10] == ground).all()
    assert (fitted[20:] == ground).all()


def test_what_is_too_wide_is_cut_off_on_either_side() -> None:
    original = picture(10, 30, 3)
    fitted, note = fit_shape(original, (10, 10, 3), "crop")
    assert note == "10x30 to 10x10 (height x width), cropped"
    np.testing.assert_array_equal(fitted, original[:, 10:20])


def test_equal_proportions_are_neither_padded_nor_cropped() -> None:
    for resize in RESIZES:
        fitted, note = fit_shape(picture(10, 20, 1), (5, 10, 1), resize)
        assert note == "10x20 to 5x10 (height x width)"
        np.testing.assert_array_equal(fitted, fit_shape(picture(10, 20, 1), (5, 10, 1))[0])


@given(shapes.flatmap(lambda shape: arrays(np.uint8, shape)), shapes, st.sampled_from(RESIZES))
def test_any_picture_comes_to_any_shape_in_any_way(
    original: NDArray[np.uint8], shape: Shape, resize: str
) -> None:
    fitted, note = fit_shape(original, shape, resize)
    assert fitted.dtype == np.uint8
    assert fitted.shape == shape
    assert bool(note) == (original.shape != shape)
    if (original == original[0, 0]).all():
        assert (fitted == fitted[0, 0]).all()
