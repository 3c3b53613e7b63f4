"""Smooth random fields and small array helpers. Knows nothing of paper or pens."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[np.float32]
Random = np.random.Generator
Shape = tuple[int, int]
Choice = TypeVar("Choice")


def clouds(random: Random, shape: Shape, cell: float) -> Field:
    """Noise of mean 0 and deviation near 1, with features about `cell` pixels across."""
    if cell <= 1:
        return random.standard_normal(shape, dtype=np.float32)
    height, width = shape
    rows, columns = int(height / cell) + 6, int(width / cell) + 6
    coarse = Image.fromarray(random.standard_normal((rows, columns), dtype=np.float32))
    left, top = random.uniform(1, 3, 2)
    box = (left, top, left + width / cell, top + height / cell)
    smooth = coarse.resize((width, height), Image.Resampling.BICUBIC, box=box)
    return np.asarray(smooth) * np.float32(1.25)  # interpolation took some of the variance


def enlarge(field: Field, shape: Shape) -> Field:
    """A field of few pixels brought to `shape`, smoothly."""
    if field.shape == shape:
        return field
    resized = Image.fromarray(field).resize(shape[::-1], Image.Resampling.BILINEAR)
    return np.asarray(resized)


def smoothstep(values: Field) -> Field:
    """0 below 0, 1 above 1, and smooth between."""
    clipped = np.clip(values, 0, 1)
    return clipped * clipped * (3 - 2 * clipped)


def log_uniform(random: Random, low: float, high: float) -> float:
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


def pick(random: Random, choices: tuple[Choice, ...]) -> Choice:
    return choices[int(random.integers(len(choices)))]


def chance(random: Random, probability: float) -> bool:
    return bool(random.random() < probability)
