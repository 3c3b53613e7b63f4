"""Muon: the steps of convolution kernels, made orthogonal (Jordan et al. 2024).

The gradient of a kernel, as a matrix with a row per filter, has a few large singular values; once
all are about equal, rare directions are learned as fast as common ones. As in the networks of
airbench (Jordan 2024, arXiv:2404.00498) a step is a share of the kernel's own norm, so that the
rate does not depend on how large a kernel has grown that is followed by a normalisation.

Knows matrices and vectors, no network. Keras's Muon leaves kernels of convolutions to AdamW.
"""

from collections.abc import Sequence

import torch

MOMENTUM = 0.6  # used unless the settings name another
_ITERATIONS = 3  # of Newton and Schulz's
_QUINTIC = (3.4445, -4.7750, 2.0315)  # Jordan's coefficients: steep at 0, and about 1 from 0.3 to 1
_LEAST = 1e-7  # smaller norms count as this


def muon_steps(
    kernels: Sequence[torch.Tensor],
    gradients: Sequence[torch.Tensor],
    momenta: Sequence[torch.Tensor],
    rate: float,
    momentum: float,
    dtype: torch.dtype,
) -> None:
    """Move `kernels` (filters, weights of each) and `momenta` in place; gradients become 0.

    `rate` is the step's share of a kernel's norm, `momentum` Nesterov's, `dtype` that of the matrix
    products.
    """
    for kernel, gradient, mean in zip(kernels, gradients, momenta, strict=True):
        mean.mul_(momentum).add_(gradient)
        step = orthogonalized(gradient.add(mean, alpha=momentum).to(dtype)).float()
        share = rate * kernel.norm() / step.norm().clamp(min=_LEAST)
        kernel.sub_(step.mul_(share))
        gradient.zero_()  # nothing is left for the optimizer of the other weights


def orthogonalized(matrix: torch.Tensor) -> torch.Tensor:
    """About U V' of `matrix` = U S V', by Newton and Schulz's iteration: only matrix products.

    It has the same shape (rows, columns) and floating dtype, and is computed in that.
    """
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / x.norm().clamp(min=_LEAST)
    linear, cubic, quintic = _QUINTIC
    for _ in range(_ITERATIONS):
        square = x @ x.T
        higher = torch.addmm(square, square, square, beta=cubic, alpha=quintic)
        x = torch.addmm(x, higher, x, beta=linear)
    return x.T if tall else x
