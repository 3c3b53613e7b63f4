"""Layers that act in training only: what they draw, how they repeat it, how pixels move."""

from typing import Any

import keras
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import stats

from imagette.network import (
    Flatten,
    GaussianNoise,
    Input,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
    SpatialDropout2D,
)
from imagette.network.layer import Layer
from imagette.network.layers.augmentation import FILL_MODES, INTERPOLATIONS
from imagette.training.lowering import Pass, lower
from imagette.training.resampling import resample
from imagette.training.step_generator import StepGenerator

SHAPE = (7, 10, 2)
RANDOM: list[Layer] = [
    SpatialDropout2D(0.3),
    GaussianNoise(0.5),
    RandomFlip(),
    RandomRotation(0.2),
    RandomTranslation(0.2, 0.3),
    RandomZoom(0.2, (0.1, 0.3)),
]


def run(
    layer: Layer, images: NDArray[np.float32], random: StepGenerator | None
) -> NDArray[np.float32]:
    """The layer on images (batch, height, width, channels), in Keras's order."""
    x = torch.from_numpy(images).permute(0, 3, 1, 2)
    y = lower(layer, [images.shape[1:]])([x], Pass({}, {}, torch.float32, random))
    assert y.dtype == x.dtype
    result: NDArray[np.float32] = y.permute(0, 2, 3, 1).numpy()
    return result


def pictures(count: int, shape: tuple[int, ...] = SHAPE) -> NDArray[np.float32]:
    return np.random.default_rng(0).random((count, *shape), np.float32) * 255


class Drawn(StepGenerator):
    """Gives, in place of drawn numbers, those that Keras drew."""

    def __init__(self, *numbers: NDArray[np.float64]):
        super().__init__(0, 0)
        self._numbers = list(numbers)

    def uniform(self, bounds: tuple[float, float], count: int) -> NDArray[np.float64]:
        numbers = self._numbers.pop(0)
        assert len(numbers) == count
        assert bounds[0] - 1e-6 <= numbers.min() <= numbers.max() <= bounds[1] + 1e-6
        return numbers


@pytest.mark.parametrize("layer", RANDOM, ids=lambda layer: type(layer).__name__)
def test_draws_depend_on_seed_and_step_and_on_nothing_else(layer: Layer) -> None:
    images = pictures(6)
    first = run(layer, images, StepGenerator(1, 5))
    assert not np.array_equal(first, images)
    np.random.seed(3)
    torch.manual_seed(3)
    np.testing.assert_array_equal(first, run(layer, images, StepGenerator(1, 5)))
    assert not np.array_equal(first, run(layer, images, StepGenerator(1, 6)))
    assert not np.array_equal(first, run(layer, images, StepGenerator(2, 5)))


@pytest.mark.parametrize("layer", RANDOM, ids=lambda layer: type(layer).__name__)
def test_nothing_happens_outside_training(layer: Layer) -> None:
    images = pictures(3)
    np.testing.assert_array_equal(run(layer, images, None), images)


@pytest.mark.parametrize("layer", RANDOM, ids=lambda layer: type(layer).__name__)
def test_the_order_in_memory_is_kept(layer: Layer) -> None:
    x = torch.rand(2, 3, 5, 6).to(memory_format=torch.channels_last)
    y = lower(layer, [(5, 6, 3)])([x], Pass({}, {}, torch.float32, StepGenerator(0, 0)))
    assert y.is_contiguous(memory_format=torch.channels_last)


def test_whole_channels_are_dropped() -> None:
    ones = np.ones((4000, 2, 3, 2), np.float32)
    dropped = run(SpatialDropout2D(0.3), ones, StepGenerator(0, 0))
    assert (dropped == dropped[:, :1, :1]).all()
    channels = dropped[:, 0, 0]
    np.testing.assert_allclose(np.unique(channels), [0, 1 / 0.7], rtol=1e-6)
    assert stats.binomtest(int((channels == 0).sum()), channels.size, 0.3).pvalue > 1e-4


def test_noise_is_normal() -> None:
    noise = run(GaussianNoise(0.25), np.zeros((50, *SHAPE), np.float32), StepGenerator(0, 0))
    assert stats.kstest(noise.ravel(), "norm", args=(0, 0.25)).pvalue > 1e-3


@pytest.mark.parametrize("mode", ["horizontal", "vertical", "horizontal_and_vertical"])
def test_half_of_the_images_are_flipped_as_keras_flips_them(mode: str) -> None:
    images = pictures(2000, (3, 4, 1))
    layer = keras.layers.RandomFlip(mode, seed=0)
    changes = layer.get_random_transformation(images)
    expected = layer.transform_images(images, changes).numpy()
    flips = np.where(changes["flips"].numpy().ravel(), 0.0, 1.0)
    np.testing.assert_array_equal(run(RandomFlip(mode), images, Drawn(flips)), expected)
    flipped = run(RandomFlip(mode), images, StepGenerator(0, 0))
    changed = int((flipped != images).any(axis=(1, 2, 3)).sum())
    assert stats.binomtest(changed, len(images), 0.5).pvalue > 1e-4


@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("factor", [0.3, (-0.1, 0.9)])
def test_rotations_are_those_of_keras(fill_mode: str, interpolation: str, factor: float) -> None:
    arguments: Any = {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": 7.0}
    layer = keras.layers.RandomRotation(factor, seed=1, **arguments)
    images = pictures(8)
    changes = layer.get_random_transformation(images)
    turns = np.asarray(changes["angle"], np.float64) / 360
    expected = layer.transform_images(images, changes).numpy()
    received = run(RandomRotation(factor, **arguments), images, Drawn(turns))
    _assert_pixels_agree(received, expected, interpolation)


@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("factors", [(0.3, 1.0), ((-0.5, 0.2), (0.1, 0.4))])
def test_translations_are_those_of_keras(
    fill_mode: str, interpolation: str, factors: tuple[float, float]
) -> None:
    arguments: Any = {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": 7.0}
    layer = keras.layers.RandomTranslation(*factors, seed=1, **arguments)
    images = pictures(8)
    changes = layer.get_random_transformation(images)
    pixels = np.asarray(changes["translations"], np.float64)
    expected = layer.transform_images(images, changes).numpy()
    drawn = Drawn(pixels[:, 1] / SHAPE[0], pixels[:, 0] / SHAPE[1])
    received = run(RandomTranslation(*factors, **arguments), images, drawn)
    _assert_pixels_agree(received, expected, interpolation)


@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("factors", [(0.4, None), ((0.1, 0.9), (-0.7, -0.3))])
def test_zooms_are_those_of_keras(
    fill_mode: str, interpolation: str, factors: tuple[float, float]
) -> None:
    arguments: Any = {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": 7.0}
    layer = keras.layers.RandomZoom(*factors, seed=1, **arguments)
    images = pictures(8)
    changes = layer.get_random_transformation(images)
    rows, columns = (
        np.asarray(changes[f"{k}_zoom"], np.float64)[:, 0] for k in ("height", "width")
    )
    expected = layer.transform_images(images, changes).numpy()
    drawn = Drawn(rows - 1) if factors[1] is None else Drawn(rows - 1, columns - 1)
    received = run(RandomZoom(*factors, **arguments), images, drawn)
    _assert_pixels_agree(received, expected, interpolation)


@pytest.mark.parametrize("fill_mode", FILL_MODES)
def test_any_matrix_reads_as_affine_transform_does(fill_mode: str) -> None:
    images = pictures(5)
    matrices = np.random.default_rng(2).normal(0, 1, (5, 2, 3)) * [1, 1, 6]
    x = torch.from_numpy(images).permute(0, 3, 1, 2)
    received = resample(x, matrices, fill_mode, fill_value=3.0).permute(0, 2, 3, 1).numpy()
    expected = keras.ops.image.affine_transform(
        images,
        np.concatenate((matrices.reshape(5, 6), np.zeros((5, 2))), 1).astype(np.float32),
        fill_mode=fill_mode,
        fill_value=3.0,
    ).numpy()
    _assert_pixels_agree(received, expected, "bilinear")


def test_factors_are_drawn_evenly_between_their_bounds() -> None:
    numbers = StepGenerator(0, 0).uniform((-0.2, 0.6), 5000)
    assert stats.kstest(numbers, "uniform", args=(-0.2, 0.8)).pvalue > 1e-3


def test_gradients_flow_through_a_rotation() -> None:
    x = torch.rand(2, 3, 5, 6, requires_grad=True)
    layer = RandomRotation(0.2)
    y = lower(layer, [(5, 6, 3)])([x], Pass({}, {}, torch.float32, StepGenerator(0, 0)))
    (gradient,) = torch.autograd.grad(y.sum(), [x])
    assert gradient.abs().sum() > 0


def test_onnx_has_no_trace_of_them() -> None:
    for layer in RANDOM:
        y = layer(Input(SHAPE))
        assert y.shape == SHAPE
        assert layer.onnx(None, ["value"], [SHAPE], {}) == "value"  # type: ignore[arg-type]
        assert Flatten()(y).shape == (140,)


def _assert_pixels_agree(
    received: NDArray[np.float32], expected: NDArray[np.float32], interpolation: str
) -> None:
    """Up to rounding; where the nearest pixel is meant, a tie may go to the other side."""
    differ = np.abs(received - expected) > 0.02
    assert differ.mean() <= (0.005 if interpolation == "nearest" else 0), differ.mean()
