"""What is written with: widths, colours, and how the ink lies on the paper. Lengths in mm."""

from dataclasses import dataclass

import numpy as np

from tests.photographs.fields import Field, Random, clouds, smoothstep
from tests.photographs.surfaces import Colour

INKS: dict[str, Colour] = {
    "black": (0.02, 0.02, 0.022),
    "blue": (0.02, 0.05, 0.32),
    "dark blue": (0.015, 0.025, 0.12),
    "light blue": (0.06, 0.28, 0.68),
    "red": (0.55, 0.02, 0.03),
    "green": (0.02, 0.22, 0.06),
    "purple": (0.18, 0.02, 0.26),
    "orange": (0.85, 0.20, 0.01),
    "pink": (0.78, 0.06, 0.30),
    "turquoise": (0.01, 0.32, 0.36),
    "brown": (0.13, 0.05, 0.02),
    "graphite": (0.13, 0.13, 0.14),
    "white": (0.85, 0.86, 0.86),
    "yellow": (0.86, 0.72, 0.05),
    "chalk": (0.72, 0.72, 0.70),
    "chalk yellow": (0.75, 0.66, 0.20),
    "chalk pink": (0.72, 0.38, 0.45),
    "chalk blue": (0.35, 0.55, 0.72),
}
_COLOURS = ("blue", "black", "red", "green", "purple", "orange", "pink", "turquoise", "brown")


@dataclass(frozen=True)
class Pen:
    """A pen: width of its line, heights of the digits written with it, inks, and its grain.

    `grain` is the size of the paper's bumps that it skips over; `patchy` how much it skips.
    """

    width: tuple[float, float]
    height: tuple[float, float]
    inks: tuple[str, ...]
    opacity: tuple[float, float]
    grain: float = 0.1
    patchy: float = 0.0


PENS: dict[str, Pen] = {
    "ballpoint": Pen(
        (0.4, 0.8),
        (5, 22),
        ("blue", "black", "dark blue", "blue", "red", "green"),
        (0.75, 1),
        0.1,
        0.15,
    ),
    "fountain pen": Pen((0.6, 1.2), (6, 25), ("blue", "dark blue", "black", "purple"), (0.8, 1)),
    "felt tip": Pen((0.9, 2.2), (9, 45), (*_COLOURS, "light blue"), (0.85, 1)),
    "pencil": Pen((0.5, 1.1), (6, 30), ("graphite",), (0.6, 0.95), 0.18, 0.45),
    "coloured pencil": Pen((0.8, 1.6), (8, 35), _COLOURS, (0.65, 0.9), 0.22, 0.45),
    "marker": Pen((3, 7), (20, 90), ("black", "blue", "red", "green", "black"), (0.93, 1)),
    "gel pen": Pen((0.7, 1.3), (7, 25), ("white", "yellow"), (0.85, 1)),
    "paint": Pen((4, 9), (30, 90), ("white", "yellow"), (0.9, 1)),
    "chalk": Pen(
        (6, 12),
        (60, 200),
        ("chalk", "chalk", "chalk yellow", "chalk pink", "chalk blue"),
        (0.7, 1),
        1.1,
        0.4,
    ),
    "whiteboard marker": Pen((3, 6), (35, 120), ("black", "blue", "red", "green"), (0.85, 0.97)),
}


def laid(random: Random, coverage: Field, pen: Pen, opacity: float, pixels: float) -> Field:
    """How opaque the ink lies, 0 to 1, for strokes that cover so much of each pixel."""
    opaque = coverage * np.float32(opacity)
    if not pen.patchy or not coverage.size:
        return opaque
    bumps = clouds(random, coverage.shape, max(1.0, pen.grain * pixels))
    pressure = clouds(random, coverage.shape, max(2.0, 8 * pen.grain * pixels))
    # Bumps smaller than a pixel are averaged by it.
    seen = np.float32(min(1.0, pen.grain * pixels))
    uneven = np.float32(0.8) * (bumps * seen + np.float32(0.4) * pressure) - np.float32(0.22)
    return opaque * (1 - np.float32(pen.patchy) * smoothstep(uneven))
