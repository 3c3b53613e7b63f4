"""The random number generator of a training step; masks for dropout are cheap.

PyTorch's `bernoulli_` draws one number per element from a sequential generator, which takes a fifth
of a training step. Here random bits are drawn in bulk and compared as small integers: 64-bit words
from SFC64 are split into bytes, or into 16-bit numbers where the rate is no multiple of 1/256. So a
rate of 0.2 is exact to 1e-5.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.randomness import generator


class StepGenerator:
    """Gives the layers of one training step their random numbers, by seed and step."""

    def __init__(self, seed: int, step: int):
        self._generator = generator(seed, "dropout", step)
        self._random = self._generator.bit_generator

    def uniform(self, bounds: tuple[float, float], count: int) -> NDArray[np.float64]:
        """`count` numbers, uniformly distributed between the two bounds."""
        return self._generator.uniform(*bounds, count)

    def normal(self, like: torch.Tensor, deviation: float) -> torch.Tensor:
        """A tensor of the shape and dtype of `like`: normal, mean 0, standard `deviation`."""
        numbers = self._generator.standard_normal(like.numel(), np.float32)
        return self._as(numbers, like).mul_(deviation)

    def dropout(self, like: torch.Tensor, rate: float) -> torch.Tensor:
        """A tensor shaped and typed as `like`: 0 with probability `rate`, else 1 / (1 - rate)."""
        keep = self._keep(like.numel(), rate)
        return self._as(keep, like).mul_(1 / (1 - rate))

    @staticmethod
    def _as(numbers: NDArray[Any], like: torch.Tensor) -> torch.Tensor:
        values = torch.from_numpy(numbers).to(like.device, like.dtype)
        if like.dim() == 4:  # the same memory order as `like`, so that nothing is rearranged
            batch, channels, height, width = like.shape
            return values.view(batch, height, width, channels).permute(0, 3, 1, 2)
        return values.view(like.shape)

    def _keep(self, count: int, rate: float) -> NDArray[np.bool_]:
        dtype = np.uint8 if (rate * 256).is_integer() else np.uint16
        per_word = 8 // np.dtype(dtype).itemsize
        words = np.asarray(self._random.random_raw(-(-count // per_word)))
        threshold = round(rate * 256 ** np.dtype(dtype).itemsize)
        keep: NDArray[np.bool_] = words.view(dtype)[:count] >= threshold
        return keep
