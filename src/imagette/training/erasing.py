"""Random erasing (Zhong et al. 2017, arXiv:1708.04896): a rectangle of an image becomes one gray.

The rest must suffice, so a network learns more than the one part that gives a class away.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray

AREAS = 0.02, 0.25  # least and greatest area of a rectangle, as shares of the image's
ASPECTS = 0.4, 2.5  # least and greatest height by width of a rectangle, as shares of the image's


def erased(images: torch.Tensor, share: float, random: np.random.Generator) -> torch.Tensor:
    """Fill a rectangle in about a `share` of the images uint8 (n, height, width, channels).

    Areas are drawn uniformly, aspects log-uniformly. The rectangle lies wholly in the image and has
    one level, drawn uniformly from 0 to 255, in all channels.
    """
    count, height, width, _ = images.shape
    chosen = random.random(count) < share
    area = random.uniform(AREAS[0], AREAS[1], count)
    least, most = map(math.log, ASPECTS)
    aspect = np.exp(random.uniform(least, most, count))
    rows = _strip(height, np.sqrt(area * aspect), random)
    columns = _strip(width, np.sqrt(area / aspect), random)
    inside = chosen[:, None, None] & rows[:, :, None] & columns[:, None, :]
    levels = random.integers(0, 256, count, dtype=np.uint8)
    device = images.device
    return torch.where(
        torch.from_numpy(inside).to(device)[..., None],
        torch.from_numpy(levels).to(device)[:, None, None, None],
        images,
    )


def _strip(
    size: int, shares: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.bool_]:
    """Which of `size` rows (or columns) a rectangle covers, bool (n, size); `shares` is (n,)."""
    lengths = np.clip(np.rint(shares * size), 1, size)
    starts = np.floor(random.random(len(shares)) * (size - lengths + 1))
    places = np.arange(size)
    covered: NDArray[np.bool_] = (places >= starts[:, None]) & (
        places < (starts + lengths)[:, None]
    )
    return covered
