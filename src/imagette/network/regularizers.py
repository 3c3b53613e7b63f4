"""Penalties on weights, with Keras's names: l1 * sum|w| + l2 * sum w^2."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from imagette.errors import NetworkError

_DEFAULT = 0.01  # Keras's factor for a penalty that is given only by its name


@dataclass(frozen=True)
class L1L2:
    """What a weight w adds to the loss: l1 * sum|w| + l2 * sum w^2, without a factor 1/2."""

    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        for factor in (self.l1, self.l2):
            if not isinstance(factor, int | float) or not 0 <= factor < float("inf"):
                raise NetworkError(
                    f"L1L2(l1={self.l1!r}, l2={self.l2!r}): expected two factors of at least 0"
                )

    def config(self) -> dict[str, Any]:
        """The penalty as an object of Keras's JSON."""
        factors = {name: float(value) for name, value in vars(self).items() if value}
        class_name = f"L{min(factors)[1:]}" if len(factors) == 1 else "L1L2"
        return {
            "module": "keras.regularizers",
            "class_name": class_name,
            "config": factors or {"l1": 0.0, "l2": 0.0},
            "registered_name": None,
        }


def L1(l1: float = _DEFAULT) -> L1L2:  # noqa: N802 - Keras's name
    """A penalty as keras.regularizers.L1."""
    return L1L2(l1=l1)


def L2(l2: float = _DEFAULT) -> L1L2:  # noqa: N802 - Keras's name
    """A penalty as keras.regularizers.L2."""
    return L1L2(l2=l2)


REGULARIZERS = {"l1": L1(), "l2": L2(), "l1_l2": L1L2(_DEFAULT, _DEFAULT)}


def check_regularizer(value: L1L2 | str | None) -> L1L2 | None:
    """`value`, or the penalty of that name; NetworkError for anything else."""
    if value is None or isinstance(value, L1L2):
        return value
    if value not in REGULARIZERS:
        raise NetworkError(
            f"no regularizer {value!r}; there are {', '.join(REGULARIZERS)}, L1(l1), L2(l2) "
            "and L1L2(l1, l2)"
        )
    return REGULARIZERS[value]


def read_regularizer(config: dict[str, Any]) -> L1L2 | None:
    """The penalty that Keras's {"class_name": ..., "config": ...} names; None if it is another."""
    factors = config.get("config", {})
    if config.get("class_name") in ("L1", "L2", "L1L2") and factors.keys() <= {"l1", "l2"}:
        return L1L2(**{name: _shortest(float(value or 0)) for name, value in factors.items()})
    return None


def _shortest(factor: float) -> float:
    """The factor without float32 rounding: 0.01 for 0.009999999776482582, as Keras keeps L1's."""
    single = np.float32(factor)
    return float(str(single)) if float(single) == factor else factor
