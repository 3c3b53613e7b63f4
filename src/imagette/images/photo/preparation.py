"""How a photograph is made into an input: parameters, learned from the training images.

Data only, stored as JSON in `model.onnx`; `prepare.py` carries it out. So a classifier that
was trained on other glyphs prepares photographs in its own way.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

KINDS = ("resize", "glyph")


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
            the further one.
    """

    kind: Literal["resize", "glyph"] = "resize"
    light_ink: bool = True
    ground: float = 0.0
    ink: float = 255.0
    box: float = 1.0
    centring: Literal["mass", "box"] = "mass"
    centre: tuple[float, float] = (0.0, 0.0)
    stroke: tuple[float, float, float] = (0.1, 0.13, 0.18)
    gap: float = 0.25

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Preparation":
        """Read back; keys that are not known are left out.

        Raises:
            ValueError, TypeError: a value of another type or range.
        """
        known = {key: values[key] for key in cls.__dataclass_fields__ if key in values}
        if known.get("kind", "resize") not in KINDS:
            raise ValueError(f"preparation is {known['kind']!r}, expected one of {KINDS}")
        for key, count in (("stroke", 3), ("centre", 2)):
            if key in known:
                known[key] = tuple(map(float, known[key]))
                if len(known[key]) != count:
                    raise ValueError(f"preparation.{key}: expected {count} numbers")
        for key in ("ground", "ink", "box", "gap"):
            known[key] = float(known.get(key, getattr(cls, key)))
        return cls(**known)
