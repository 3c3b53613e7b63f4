"""Convolutions with small output maps: the gradient of their kernel as one matrix product.

In bfloat16 on a CPU, PyTorch computes that gradient far below the machine's rate where a map has
only some pixels. Here the patches that the kernel saw are laid side by side, copied once, and
multiplied by the gradient (`benchmarks/LOG.md` tells what that gains, and where it does not).
Knows tensors, nothing of layers.
"""

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

LARGEST = 16  # pixels of a map; for larger ones PyTorch's own is as fast


def conv2d(
    x: torch.Tensor, kernel: torch.Tensor, bias: torch.Tensor | None, padding: tuple[int, int]
) -> torch.Tensor:
    """`F.conv2d` with strides of 1: images (batch, in, height, width), kernel (out, in, h, w)."""
    y: torch.Tensor = _Convolution.apply(x, kernel, padding)  # type: ignore[no-untyped-call]
    return y if bias is None else y + bias[:, None, None]


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, kernel: torch.Tensor, padding: tuple[int, int]
    ) -> torch.Tensor:
        ctx.save_for_backward(x, kernel)
        ctx.padding = padding
        return F.conv2d(x, kernel, None, 1, padding)

    @staticmethod
    def backward(
        ctx: Any, *gradients: torch.Tensor
    ) -> tuple[torch.Tensor | None, torch.Tensor | None, None]:
        x, kernel = ctx.saved_tensors
        gradient = gradients[0]
        of_x = of_kernel = None
        if ctx.needs_input_grad[0]:
            of_x = _image_gradient(x, kernel, gradient, ctx.padding)
        if ctx.needs_input_grad[1]:
            of_kernel = _kernel_gradient(x, kernel, gradient, ctx.padding)
        return of_x, of_kernel, None


def _image_gradient(
    x: torch.Tensor, kernel: torch.Tensor, gradient: torch.Tensor, padding: tuple[int, int]
) -> torch.Tensor:
    once, no_bias = (1, 1), None
    wanted = (True, False, False)  # of images, kernel and bias
    found: tuple[torch.Tensor, ...] = torch.ops.aten.convolution_backward(
        gradient, x, kernel, no_bias, once, padding, once, False, (0, 0), 1, wanted
    )
    return found[0]


def _kernel_gradient(
    x: torch.Tensor, kernel: torch.Tensor, gradient: torch.Tensor, padding: tuple[int, int]
) -> torch.Tensor:
    filters, channels, height, width = kernel.shape
    patches = _patches(F.pad(x, (padding[1], padding[1], padding[0], padding[0])), height, width)
    found = patches.T @ gradient.permute(0, 2, 3, 1).reshape(-1, filters)
    return found.T.view(filters, height, width, channels).permute(0, 3, 1, 2)


def _patches(x: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """The windows of `x`, a row for each, in the order (height, width, channels)."""
    images = x.permute(0, 2, 3, 1).contiguous()
    batch, rows, columns, channels = images.shape
    by_image, by_row, by_column, _ = images.stride()
    windows = images.as_strided(
        (batch, rows - height + 1, columns - width + 1, height, width * channels),
        (by_image, by_row, by_column, by_row, 1),  # pixels of a row lie side by side
    )
    return windows.reshape(-1, height * width * channels)
