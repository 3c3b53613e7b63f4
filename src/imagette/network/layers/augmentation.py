"""Keras's layers that change images at random, in training only.

What they draw and how they resample is in `training/lowering/augmentation.py`.
"""

from dataclasses import KW_ONLY, dataclass
from typing import Any

from imagette.network.layers.regularization import TrainingOnly
from imagette.network.shapes import Shape, require_image

FILL_MODES = ("reflect", "wrap", "constant", "nearest")
INTERPOLATIONS = ("nearest", "bilinear")
FLIPS = ("horizontal", "vertical", "horizontal_and_vertical")

# One number f stands for (-f, f).
Factor = float | tuple[float, float]


class RandomImages(TrainingOnly):
    """A layer for images only."""

    def output_shape(self, *inputs: Shape) -> Shape:
        require_image(inputs[0], self.label)
        return inputs[0]


@dataclass(frozen=True, eq=False)
class RandomFlip(RandomImages):
    """Keras's RandomFlip: half of the images are flipped.

    As in Keras 3, mode "horizontal_and_vertical" flips an image both ways or not at all,
    which turns it by 180 degrees.
    """

    mode: str = "horizontal_and_vertical"

    def __post_init__(self) -> None:
        self._require(self.mode in FLIPS, "mode", f"one of {', '.join(FLIPS)}")


class RandomAffine(RandomImages):
    """The base of rotation, translation and zoom: how pixels from beyond the edge are filled.

    "reflect" is (d c b a | a b c d | d c b a), "wrap" (a b c d | a b c d | a b c d),
    "nearest" (a a a a | a b c d | d d d d), "constant" the number `fill_value`.
    """

    fill_mode: str
    interpolation: str
    fill_value: float

    def _check_filling(self) -> None:
        self._require(self.fill_mode in FILL_MODES, "fill_mode", f"one of {', '.join(FILL_MODES)}")
        self._require(
            self.interpolation in INTERPOLATIONS,
            "interpolation",
            f"one of {', '.join(INTERPOLATIONS)}",
        )

    def _bounds(self, argument: str, lowest: float = -1.0) -> tuple[float, float]:
        """The lower and the upper factor; Keras takes one number f for (-f, f)."""
        value: Any = getattr(self, argument)
        pair = value if isinstance(value, tuple) else (-abs(value), abs(value))
        valid = len(pair) == 2 and all(lowest <= factor <= 1 for factor in pair)
        self._require(valid, argument, f"one number, or two, from {lowest:g} to 1")
        return min(pair), max(pair)


@dataclass(frozen=True, eq=False)
class RandomRotation(RandomAffine):
    """Keras's RandomRotation about the middle, by `factor` turns of 360 degrees."""

    factor: Factor
    fill_mode: str = "reflect"
    interpolation: str = "bilinear"
    _: KW_ONLY
    fill_value: float = 0.0

    def __post_init__(self) -> None:
        self._check_filling()
        self._normalise(factor=self._bounds("factor"))

    @property
    def turns(self) -> tuple[float, float]:
        """The least and the largest angle, in turns of 360 degrees."""
        return self._bounds("factor")


@dataclass(frozen=True, eq=False)
class RandomTranslation(RandomAffine):
    """Keras's RandomTranslation: down and right by shares of the height and of the width."""

    height_factor: Factor
    width_factor: Factor
    fill_mode: str = "reflect"
    interpolation: str = "bilinear"
    _: KW_ONLY
    fill_value: float = 0.0

    def __post_init__(self) -> None:
        self._check_filling()
        self._bounds("height_factor")
        self._bounds("width_factor")

    @property
    def shares(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The bounds of the shift down, in heights, and of the shift right, in widths."""
        return self._bounds("height_factor"), self._bounds("width_factor")


@dataclass(frozen=True, eq=False)
class RandomZoom(RandomAffine):
    """Keras's RandomZoom about the middle: positive factors shrink, negative ones enlarge.

    Without `width_factor` an image keeps its proportions.
    """

    height_factor: Factor
    width_factor: Factor | None = None
    fill_mode: str = "reflect"
    interpolation: str = "bilinear"
    _: KW_ONLY
    fill_value: float = 0.0

    def __post_init__(self) -> None:
        self._check_filling()
        self._bounds("height_factor")
        if self.width_factor is not None:
            self._bounds("width_factor")

    @property
    def zooms(self) -> tuple[tuple[float, float], tuple[float, float] | None]:
        """The bounds of the vertical factor and, unless it is the same, of the horizontal one."""
        vertical = self._bounds("height_factor")
        return vertical, None if self.width_factor is None else self._bounds("width_factor")
