"""Max pooling in windows that do not overlap: columns first, then rows, each in whole passes.

Knows tensors and window sizes, nothing of layers. PyTorch's own keeps an int64 index for each
window, as much memory as the input in bfloat16, zeroes a gradient and scatters into it. Here
`maximum` over views finds the largest, a mask of where each part equals it is kept, and the
gradient is written once (`benchmarks/LOG.md` tells what that gains, and where).
"""

from collections.abc import Sequence
from typing import Any

import torch

# Bits are compared and multiplied as integers: vectorised whatever the number of channels.
_INTEGERS = {2: torch.int16, 4: torch.int32, 8: torch.int64}


def max_pool(x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Pool images (batch, channels, height, width), any float dtype, into channels_last memory.

    An incomplete last window is dropped. A window's gradient goes to its first maximum in row-major
    order; 0.0 and -0.0 are distinguished there. NaN stays NaN.
    """
    pooled: torch.Tensor = _MaxPool.apply(x, size)  # type: ignore[no-untyped-call]
    return pooled


class _MaxPool(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        height, width = size
        images = x.permute(0, 2, 3, 1)
        narrow = _largest(images, 2, width)
        pooled = _largest(narrow, 1, height)
        if ctx.needs_input_grad[0]:
            ctx.steps = (
                (narrow.shape, 1, height, _marks(narrow, pooled, 1, height)),
                (images.shape, 2, width, _marks(images, narrow, 2, width)),
            )
        return pooled.permute(0, 3, 1, 2)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        dtype = gradients[0].dtype
        gradient = _bits(gradients[0].permute(0, 2, 3, 1).contiguous())
        for shape, axis, count, marks in ctx.steps:
            whole = gradient.new_empty(shape)
            _hand_out(gradient, marks, _parts(whole, axis, count))
            if used := shape[axis] - shape[axis] % count:
                whole.narrow(axis, used, shape[axis] - used).zero_()
            gradient = whole
        return gradient.view(dtype).permute(0, 3, 1, 2), None


def _parts(x: torch.Tensor, axis: int, count: int) -> tuple[torch.Tensor, ...]:
    """The first, second, ... elements along `axis` of all windows of `count`."""
    left = x.shape[axis] % count
    whole = x.narrow(axis, 0, x.shape[axis] - left) if left else x
    return torch.unflatten(whole, axis, (-1, count)).unbind(axis + 1)


def _largest(x: torch.Tensor, axis: int, count: int) -> torch.Tensor:
    first, *others = _parts(x, axis, count)
    if not others:
        return first.contiguous()
    largest = torch.maximum(first, others[0])
    for part in others[1:]:
        torch.maximum(largest, part, out=largest)
    return largest


def _marks(x: torch.Tensor, largest: torch.Tensor, axis: int, count: int) -> list[torch.Tensor]:
    """For each part except the last: 1 where it holds the largest, else 0, as integers."""
    bits = _bits(largest)
    parts = _parts(_bits(x), axis, count)[:-1]
    return [torch.eq(part, bits, out=torch.empty_like(bits)) for part in parts]


def _hand_out(
    gradient: torch.Tensor, marks: Sequence[torch.Tensor], parts: Sequence[torch.Tensor]
) -> None:
    """Write `gradient` into the first marked part, or else into the last, and 0 elsewhere."""
    last = parts[-1]
    if not marks:
        last.copy_(gradient)
    for mark, part in zip(marks, parts, strict=False):
        torch.mul(gradient, mark, out=part)
        gradient = torch.sub(gradient, part, out=last)  # the rest


def _bits(x: torch.Tensor) -> torch.Tensor:
    return x.view(_INTEGERS[x.element_size()])
