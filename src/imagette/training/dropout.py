"""Masks for dropout, cheap: random bits in bulk, compared as small integers.

PyTorch's `bernoulli_` draws one number an element from a sequential generator, a fifth of
the time of a training step. Here 64-bit words from SFC64 are cut into bytes, or into
16-bit numbers where the rate is no multiple of 1/256; so a rate of 0.2 is exact to 1e-5.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.randomness import generator


class MaskSource:
    """The masks of one training step: a pure function of seed and step."""

    def __init__(self, seed: int, step: int):
        self._random = generator(seed, "dropout", step).bit_generator

    def dropout(self, like: torch.Tensor, rate: float) -> torch.Tensor:
        """A tensor shaped and typed as `like`: 0 with probability `rate`, else 1 / (1 - rate)."""
        keep = self._keep(like.numel(), rate)
        mask = torch.from_numpy(keep).to(like.device, like.dtype).mul_(1 / (1 - rate))
        if like.dim() == 4:  # the same memory order as `like`, so that nothing is rearranged
            batch, channels, height, width = like.shape
            return mask.view(batch, height, width, channels).permute(0, 3, 1, 2)
        return mask.view(like.shape)

    def _keep(self, count: int, rate: float) -> NDArray[np.bool_]:
        dtype = np.uint8 if (rate * 256).is_integer() else np.uint16
        per_word = 8 // np.dtype(dtype).itemsize
        words = np.asarray(self._random.random_raw(-(-count // per_word)))
        threshold = round(rate * 256 ** np.dtype(dtype).itemsize)
        keep: NDArray[np.bool_] = words.view(dtype)[:count] >= threshold
        return keep
