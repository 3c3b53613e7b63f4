"""Initial weights with Keras's names and distributions.

Sources: Glorot and Bengio 2010 (glorot), He et al. 2015 (he), LeCun et al. 1998 (lecun).
The normal forms are truncated at two standard deviations, as in Keras.
"""

import math

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NetworkError, nearest_names
from imagette.network.shapes import Shape

# The standard deviation that a standard normal keeps when it is cut off at +-2.
_TRUNCATED_STANDARD_DEVIATION = 0.87962566103423978
_SCALES = {"glorot": ("average", 1.0), "he": ("in", 2.0), "lecun": ("in", 1.0)}
INITIALIZERS = (
    "zeros",
    "ones",
    *(f"{family}_{shape}" for family in _SCALES for shape in ("uniform", "normal")),
)


def check_initializer(name: str) -> str:
    """`name`, if imagette has an initializer of that name; else NetworkError."""
    if name not in INITIALIZERS:
        raise NetworkError(
            f"no initializer {name!r}; there are {', '.join(INITIALIZERS)}"
            + nearest_names(name, INITIALIZERS)
        )
    return name


def initialize(name: str, shape: Shape, random: np.random.Generator) -> NDArray[np.float32]:
    """An array of `shape`, in Keras's layout, drawn as the initializer `name` prescribes."""
    if name in ("zeros", "ones"):
        return np.full(shape, 1.0 if name == "ones" else 0.0, np.float32)
    family, distribution = check_initializer(name).split("_")
    mode, scale = _SCALES[family]
    fan_in, fan_out = _fans(shape)
    variance = scale / max(1.0, fan_in if mode == "in" else (fan_in + fan_out) / 2)
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return random.uniform(-limit, limit, shape).astype(np.float32)
    deviation = math.sqrt(variance) / _TRUNCATED_STANDARD_DEVIATION
    return (_truncated_normal(shape, random) * deviation).astype(np.float32)


def _fans(shape: Shape) -> tuple[float, float]:
    """Inputs and outputs of one unit, for kernels (height, width, in, out) and (in, out)."""
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    window = math.prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


def _truncated_normal(shape: Shape, random: np.random.Generator) -> NDArray[np.float64]:
    values = random.standard_normal(shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = random.standard_normal(np.count_nonzero(outside))
    return values
