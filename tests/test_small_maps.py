"""Our convolution of small maps is PyTorch's, forward and backward."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.network import Conv2D, Flatten, Input, Sequential
from imagette.training import small_maps
from imagette.training.lowered import LoweredNetwork
from imagette.training.step_generator import StepGenerator
from tests.reference import random_weights

# Batch, channels in, filters, (height, width) of the image and of the kernel, padding.
CASES = [
    (3, 5, 7, (5, 5), (3, 3), (0, 0)),
    (2, 4, 6, (4, 3), (3, 2), (1, 0)),
    (4, 1, 3, (4, 4), (3, 3), (1, 1)),
    (2, 8, 4, (3, 1), (3, 1), (0, 0)),
    (1, 3, 2, (1, 6), (1, 3), (0, 2)),
    (5, 6, 8, (3, 3), (1, 1), (0, 0)),
]


def _tensors(
    case: tuple[int, int, int, tuple[int, int], tuple[int, int], tuple[int, int]],
    dtype: torch.dtype,
) -> list[torch.Tensor]:
    """Images, kernel and bias."""
    batch, channels, filters, image, kernel, _ = case
    random = np.random.default_rng(0)
    shapes = ((batch, channels, *image), (filters, channels, *kernel), (filters,))
    return [torch.from_numpy(random.normal(size=shape)).to(dtype) for shape in shapes]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("order", [torch.channels_last, torch.contiguous_format], ids=str)
def test_values_and_gradients_are_those_of_pytorch(
    case: tuple[int, int, int, tuple[int, int], tuple[int, int], tuple[int, int]],
    order: torch.memory_format,
) -> None:
    x, kernel, bias = _tensors(case, torch.float64)
    x, kernel = x.to(memory_format=order), kernel.to(memory_format=order)
    leaves = [leaf.requires_grad_() for leaf in (x, kernel, bias)]
    ours = small_maps.conv2d(x, kernel, bias, case[-1])
    theirs = F.conv2d(x, kernel, bias, padding=case[-1])
    torch.testing.assert_close(ours, theirs)
    incoming = torch.from_numpy(np.random.default_rng(1).normal(size=ours.shape))
    received = torch.autograd.grad(ours, leaves, incoming)
    expected = torch.autograd.grad(theirs, leaves, incoming)
    for mine, other in zip(received, expected, strict=True):
        torch.testing.assert_close(mine, other)


def test_the_gradients_are_those_of_small_differences() -> None:
    x, kernel, bias = (tensor.requires_grad_() for tensor in _tensors(CASES[1], torch.float64))
    torch.autograd.gradcheck(
        lambda x, kernel, bias: small_maps.conv2d(x, kernel, bias, (1, 0)), (x, kernel, bias)
    )


def test_what_needs_no_gradient_gets_none() -> None:
    x, kernel, _ = _tensors(CASES[0], torch.float64)
    y = small_maps.conv2d(x, kernel.requires_grad_(), None, (0, 0))
    (of_kernel,) = torch.autograd.grad(y.sum(), kernel)
    assert of_kernel.shape == kernel.shape
    frozen = small_maps.conv2d(x.requires_grad_(), kernel.detach(), None, (0, 0))
    assert torch.autograd.grad(frozen.sum(), x)[0].shape == x.shape


@pytest.mark.parametrize(("side", "used"), [(6, True), (7, False)])
def test_it_is_used_for_small_maps_in_bfloat16(
    side: int, used: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def watched(*given: object) -> torch.Tensor:
        asked.append(given)
        return original(*given)  # type: ignore[arg-type]

    original = small_maps.conv2d
    monkeypatch.setattr(small_maps, "conv2d", watched)
    network = Sequential([Input((side, side, 8)), Conv2D(16, 3), Flatten()])
    weights = random_weights(network, seed=0)
    images = torch.randint(0, 256, (2, side, side, 8), dtype=torch.uint8)
    logits = {}
    for dtype in (torch.float32, torch.bfloat16):
        lowered = LoweredNetwork(network, weights, torch.device("cpu"), dtype)
        logits[dtype] = lowered.logits(images, StepGenerator(0, 0))
    assert len(asked) == used
    scale = logits[torch.float32].abs().max()
    assert (logits[torch.bfloat16] - logits[torch.float32]).abs().max() < 0.02 * scale
