"""Our max pooling is PyTorch's and Keras's, forward and backward, ties and all."""

import keras
import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.network import Conv2D, Flatten, Input, MaxPooling2D, Sequential
from imagette.training.lowered import LoweredNetwork
from imagette.training.max_pooling import max_pool
from imagette.training.step_generator import StepGenerator
from tests.reference import random_weights

SIZES = [(2, 2), (3, 3), (2, 3), (1, 2), (4, 1), (1, 1)]
SHAPES = [(3, 5, 12, 12), (2, 30, 13, 14), (1, 1, 4, 5), (4, 33, 7, 4)]


def _images(shape: tuple[int, ...], dtype: torch.dtype, seed: int = 0) -> torch.Tensor:
    """Few different values, so that most windows have ties; stored channels_last."""
    values = torch.from_numpy(np.random.default_rng(seed).integers(-2, 3, shape)).to(dtype)
    return values.to(memory_format=torch.channels_last).requires_grad_()


def _gradient(pooled: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    random = np.random.default_rng(1).normal(size=pooled.shape)
    return torch.autograd.grad(pooled, x, torch.from_numpy(random).to(pooled.dtype))[0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64], ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_values_and_gradients_are_those_of_pytorch_to_the_bit(
    size: tuple[int, int], shape: tuple[int, ...], dtype: torch.dtype
) -> None:
    x = _images(shape, dtype)
    ours, theirs = max_pool(x, size), F.max_pool2d(x, size)
    assert torch.equal(ours, theirs)
    assert ours.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(_gradient(ours, x), _gradient(theirs, x))


def test_ties_go_where_keras_sends_them() -> None:
    x = _images((2, 3, 8, 8), torch.float32)
    layer = keras.layers.MaxPooling2D(2, data_format="channels_first")
    assert torch.equal(_gradient(max_pool(x, (2, 2)), x), _gradient(layer(x), x))


def test_other_orders_in_memory_are_pooled_alike() -> None:
    values = _images((2, 3, 6, 8), torch.float32).detach()
    for x in (values.contiguous(), values.transpose(2, 3).contiguous().transpose(2, 3)):
        x.requires_grad_()
        ours, theirs = max_pool(x, (2, 2)), F.max_pool2d(x, 2)
        assert torch.equal(ours, theirs)
        incoming = torch.rand(2, 3, 3, 4)
        (received,) = torch.autograd.grad(ours, x, incoming)
        assert torch.equal(received, torch.autograd.grad(theirs, x, incoming)[0])


def test_the_gradient_is_that_of_small_differences() -> None:
    x = torch.from_numpy(np.random.default_rng(0).permutation(2 * 2 * 7 * 6)).double()
    x = x.view(2, 2, 7, 6).requires_grad_()
    torch.autograd.gradcheck(lambda x: max_pool(x, (2, 3)), x)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("place", range(4))
def test_what_is_no_number_stays_to_be_seen(place: int, dtype: torch.dtype) -> None:
    x = torch.ones(1, 2, 4, 4, dtype=dtype)
    x[0, 1, 2 + place // 2, place % 2] = torch.nan
    pooled = max_pool(x.requires_grad_(), (2, 2))
    assert pooled.isnan().nonzero().tolist() == [[0, 1, 1, 0]]
    (gradient,) = torch.autograd.grad(pooled, x, torch.ones_like(pooled))
    assert gradient.sum() == pooled.numel()  # each window's, once


def test_infinities_are_numbers_here() -> None:
    x = torch.full((1, 1, 2, 4), -torch.inf)
    x[0, 0, 1, 3] = torch.inf
    x.requires_grad_()
    incoming = torch.ones(1, 1, 1, 2)
    (ours,) = torch.autograd.grad(max_pool(x, (2, 2)), x, incoming)
    (theirs,) = torch.autograd.grad(F.max_pool2d(x, 2), x, incoming)
    assert torch.equal(ours, theirs)


def test_two_passes_give_the_same_bits() -> None:
    x = _images((8, 24, 12, 12), torch.bfloat16)
    first, again = (max_pool(x, (2, 2)) for _ in range(2))
    assert torch.equal(first, again)
    assert torch.equal(_gradient(first, x), _gradient(again, x))


@pytest.mark.parametrize(
    ("layer", "filters", "side", "own"),
    [
        (MaxPooling2D(2), 5, 11, True),
        (MaxPooling2D((3, 2)), 30, 11, True),
        (MaxPooling2D(2, padding="same"), 5, 11, True),
        (MaxPooling2D(3, 2), 5, 11, False),
        (MaxPooling2D(2), 64, 11, False),
        (MaxPooling2D(2), 32, 64, True),
    ],
    ids=lambda value: "" if isinstance(value, MaxPooling2D) else str(value),
)
def test_layers_in_bfloat16_compute_what_pytorch_does(
    layer: MaxPooling2D, filters: int, side: int, own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Sequential([Input((side, 9, 1)), Conv2D(filters, 3), layer, Flatten()])
    images = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (6, side, 9, 1), np.uint8))
    replaced: list[tuple[int, int]] = []

    def pytorch(x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        replaced.append(size)
        return F.max_pool2d(x, size)

    def train() -> tuple[torch.Tensor, torch.Tensor]:
        weights = random_weights(network)
        low = LoweredNetwork(network, weights, torch.device("cpu"), torch.bfloat16)
        logits = low.logits(images, StepGenerator(0, 0))
        low.parameters.differentiate((logits * torch.linspace(-1, 1, logits.shape[1])).sum())
        return logits.detach(), low.parameters.gradient

    ours = train()
    monkeypatch.setattr("imagette.training.lowering.pooling.max_pool", pytorch)
    theirs = train()
    assert torch.equal(ours[0], theirs[0])
    assert torch.equal(ours[1], theirs[1])
    assert ours[1].count_nonzero() > 0
    assert replaced == [layer.pool_size] * own
