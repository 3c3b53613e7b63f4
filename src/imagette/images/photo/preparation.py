"""How a photograph is made into an input: parameters, learned from the training images.

Data only, stored as JSON in `model.onnx`; `candidates.py` carries it out. So each classifier
prepares photographs in the way that suits the glyphs on which it was trained.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Colour = tuple[float, float, float]  # red, green, blue, 0 to 255

KINDS = ("resize", "glyph")
BROKEN = 0.25  # of a glyph's side: the gap allowed even for one-piece glyphs, as pens break strokes
SPREAD = 0.12  # of glyphs that were put in the middle
_CHOICES = {"kind": KINDS, "centring": ("mass", "box")}
_LIMITS = {  # least and most
    "ground": (0, 255),
    "ink": (-0.01, 255.01),  # computed in single precision
    "box": (0.0001, 1),
    "gap": (0, 1),
    "spread": (0, 1),
}
_NUMBERS = {  # how many, least and most
    "ground_colour": (3, 0, 255),
    "ink_colour": (3, 0, 255),
    "centre": (2, -10_000, 10_000),  # beyond any image's side
    "stroke": (3, 0, 1),
}


@dataclass(frozen=True)
class Preparation:
    """What the training images look like.

    Attributes:
        kind: "glyph" for strokes on an even ground; "resize" for all else (garments, objects),
            which are only brought to size and channels.
        light_ink: whether the strokes are lighter than the ground.
        ground, ink: gray levels of ground and of full strokes, 0 to 255.
        box: longer side of the glyph's bounding box, as a share of the image's side.
        centring: which centre is put in place: that of mass, or of the bounding box.
        centre: where it lies, down and right of the image's middle, in pixels.
        stroke: width of strokes as a share of `box`: 5th percentile, median, 95th percentile.
        gap: how far apart pieces of one glyph lie at most, as a share of its longer side without
            the further piece.
        spread: how far from `centre` glyphs usually lie at most, as a share of the image's side.
        ground_colour, ink_colour: red, green and blue of both; None where both are gray.
    """

    kind: Literal["resize", "glyph"] = "resize"
    light_ink: bool = True
    ground: float = 0.0
    ink: float = 255.0
    box: float = 1.0
    centring: Literal["mass", "box"] = "mass"
    centre: tuple[float, float] = (0.0, 0.0)
    stroke: tuple[float, float, float] = (0.1, 0.13, 0.18)
    gap: float = BROKEN
    spread: float = SPREAD
    ground_colour: Colour | None = None
    ink_colour: Colour | None = None

    @property
    def apart(self) -> float:
        """`gap` if it is wider than the breaks that pens leave in strokes, else 0."""
        return self.gap if self.gap > BROKEN else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The values for JSON, without those that are None."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Preparation":
        """Read a preparation back; unknown keys are left out.

        Raises:
            ValueError: a value has the wrong type or is out of range.
        """
        known = {key: values[key] for key in cls.__dataclass_fields__ if key in values}
        for key, value in known.items():
            if key in _CHOICES and value not in _CHOICES[key]:
                raise _refused(key, value, f"one of {', '.join(_CHOICES[key])}")
            if key == "light_ink" and not isinstance(value, bool):
                raise _refused(key, value, "true or false")
            if key in _LIMITS:
                known[key] = _number(key, value)
            if key in _NUMBERS:
                known[key] = _numbers(key, value)
        return cls(**known)


def _number(key: str, value: Any) -> float:
    least, most = _LIMITS[key]
    if not _within(value, least, most):
        raise _refused(key, value, f"a number from {least:g} to {most:g}")
    return float(value)


def _numbers(key: str, value: Any) -> tuple[float, ...]:
    count, least, most = _NUMBERS[key]
    right = isinstance(value, list | tuple) and len(value) == count
    if not right or not all(_within(number, least, most) for number in value):
        raise _refused(key, value, f"{count} numbers from {least:g} to {most:g}")
    if key == "stroke" and list(value) != sorted(value):
        raise _refused(key, value, "a low, a middle and a high one, in this order")
    return tuple(map(float, value))


def _within(value: Any, least: float, most: float) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and least <= value <= most  # NaN is in no range


def _refused(key: str, value: Any, expected: str) -> ValueError:
    text = repr(value)
    return ValueError(f"preparation.{key} is {text[:60]}, expected {expected}")
