"""Initial weights with Keras's names and distributions.

Sources: Glorot and Bengio 2010 (glorot), He et al. 2015 (he), LeCun et al. 1998 (lecun).
The normal forms are truncated at two standard deviations, as in Keras.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NetworkError, nearest_names
from imagette.network.naming import snake_case
from imagette.network.shapes import Shape

# The standard deviation of a standard normal distribution truncated at +-2.
_TRUNCATED_STANDARD_DEVIATION = 0.87962566103423978
_SCALES = {"glorot": ("fan_avg", 1.0), "he": ("fan_in", 2.0), "lecun": ("fan_in", 1.0)}
INITIALIZERS = (
    "zeros",
    "ones",
    *(f"{family}_{shape}" for family in _SCALES for shape in ("uniform", "normal")),
)
# Initializers with options, and Keras's defaults for these.
INITIALIZERS_WITH_OPTIONS: dict[str, dict[str, Any]] = {
    "Constant": {"value": 0.0},
    "Orthogonal": {"gain": 1.0},
    "RandomNormal": {"mean": 0.0, "stddev": 0.05},
    "RandomUniform": {"minval": -0.05, "maxval": 0.05},
    "TruncatedNormal": {"mean": 0.0, "stddev": 0.05},
    "VarianceScaling": {"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal"},
}
_CHOICES = {
    "mode": ("fan_in", "fan_out", "fan_avg"),
    "distribution": ("truncated_normal", "untruncated_normal", "uniform"),
}


@dataclass(frozen=True)
class Initializer:
    """One of Keras's initializers with options: `Initializer("RandomNormal", stddev=0.02)`."""

    class_name: str
    options: tuple[tuple[str, Any], ...]

    def __init__(self, class_name: str, **options: Any):
        """Options that are left out have Keras's defaults.

        Raises:
            NetworkError: there is no such initializer or option, or a value is invalid.
        """
        if class_name not in INITIALIZERS_WITH_OPTIONS:
            raise NetworkError(
                f"no initializer {class_name!r} with options; there are "
                f"{', '.join(INITIALIZERS_WITH_OPTIONS)}"
            )
        defaults = INITIALIZERS_WITH_OPTIONS[class_name]
        for name, value in options.items():
            choices = _CHOICES.get(name)
            number = isinstance(value, int | float) and math.isfinite(value)
            if name not in defaults or not (value in choices if choices else number):
                expected = " or ".join(choices) if choices else "a number"
                raise NetworkError(
                    f"{class_name}({name}={value!r}): expected {expected} for one of "
                    f"{', '.join(defaults)}"
                )
        object.__setattr__(self, "class_name", class_name)
        object.__setattr__(self, "options", tuple((defaults | options).items()))

    def config(self) -> dict[str, Any]:
        """The initializer as an object of Keras's JSON."""
        return {
            "module": "keras.initializers",
            "class_name": self.class_name,
            "config": dict(self.options),
            "registered_name": None,
        }


def read_initializer(config: Mapping[str, Any]) -> Initializer | None:
    """The initializer that Keras's {"class_name": ..., "config": ...} names; None without options.

    Raises:
        NetworkError: an option, or its value, is not one of Keras's.
    """
    if config["class_name"] not in INITIALIZERS_WITH_OPTIONS:
        return None
    options = config.get("config", {})
    given = {key: value for key, value in options.items() if key != "seed" and value is not None}
    return Initializer(config["class_name"], **given)


def check_initializer(value: str | Initializer) -> str | Initializer:
    """`value` as an initializer that imagette has; NetworkError if there is none."""
    if isinstance(value, Initializer) or value in INITIALIZERS:
        return value
    for class_name in INITIALIZERS_WITH_OPTIONS:
        if value == snake_case(class_name):
            return Initializer(class_name)
    known = [*INITIALIZERS, *map(snake_case, INITIALIZERS_WITH_OPTIONS)]
    raise NetworkError(
        f"no initializer {value!r}; there are {', '.join(known)}" + nearest_names(str(value), known)
    )


def initialize(
    initializer: str | Initializer, shape: Shape, random: np.random.Generator
) -> NDArray[np.float32]:
    """An array of `shape`, in Keras's layout, drawn as `initializer` prescribes."""
    chosen = check_initializer(initializer)
    if isinstance(chosen, Initializer):
        return _drawn(chosen.class_name, dict(chosen.options), shape, random).astype(np.float32)
    if chosen in ("zeros", "ones"):
        return np.full(shape, 1.0 if chosen == "ones" else 0.0, np.float32)
    family, distribution = chosen.split("_")
    mode, scale = _SCALES[family]
    distribution = "truncated_normal" if distribution == "normal" else distribution
    return _scaled(scale, mode, distribution, shape, random).astype(np.float32)


def _drawn(
    class_name: str, options: dict[str, Any], shape: Shape, random: np.random.Generator
) -> NDArray[np.float64]:
    if class_name == "VarianceScaling":
        return _scaled(options["scale"], options["mode"], options["distribution"], shape, random)
    if class_name == "Constant":
        return np.full(shape, float(options["value"]))
    if class_name == "Orthogonal":
        return float(options["gain"]) * _orthogonal(shape, random)
    if class_name == "RandomUniform":
        return random.uniform(options["minval"], options["maxval"], shape)
    normal = random.standard_normal(shape)
    if class_name == "TruncatedNormal":
        normal = _truncated(normal, random)
    return float(options["mean"]) + float(options["stddev"]) * normal


def _scaled(
    scale: float, mode: str, distribution: str, shape: Shape, random: np.random.Generator
) -> NDArray[np.float64]:
    """An array drawn as Keras's VarianceScaling draws it."""
    fan_in, fan_out = _fans(shape)
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
    variance = scale / max(1.0, fan)
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return random.uniform(-limit, limit, shape)
    normal = random.standard_normal(shape)
    if distribution == "untruncated_normal":
        return math.sqrt(variance) * normal
    return math.sqrt(variance) / _TRUNCATED_STANDARD_DEVIATION * _truncated(normal, random)


def _orthogonal(shape: Shape, random: np.random.Generator) -> NDArray[np.float64]:
    """Orthonormal rows or columns (Saxe et al. 2014) of the matrix (all other axes, last axis)."""
    if len(shape) < 2:
        raise NetworkError(f"Orthogonal: a weight of shape {shape}, expected two axes or more")
    rows, columns = math.prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(random.standard_normal((max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))
    return (q if rows >= columns else q.T).reshape(shape)


def _fans(shape: Shape) -> tuple[float, float]:
    """Fan-in and fan-out, for kernels (height, width, in, out) and (in, out)."""
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    window = math.prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


def _truncated(values: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Standard normal numbers, with those beyond two standard deviations drawn anew."""
    while (outside := np.abs(values) > 2).any():
        values[outside] = random.standard_normal(np.count_nonzero(outside))
    return values
