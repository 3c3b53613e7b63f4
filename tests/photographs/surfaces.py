"""What is written on: papers, boards, tables; their colours, texture, rulings and dirt.

Colours are shares of the light that is reflected, 0 to 1, red, green, blue: linear, and not
as a screen's numbers. Lengths are millimetres.
"""

from dataclasses import dataclass

import numpy as np

from tests.photographs.fields import Field, Random, chance, clouds, log_uniform, pick
from tests.photographs.view import View

Colour = tuple[float, float, float]

PAPERS: dict[str, Colour] = {
    "white": (0.86, 0.86, 0.85),
    "bluish": (0.80, 0.84, 0.90),
    "cream": (0.86, 0.79, 0.62),
    "recycled": (0.58, 0.55, 0.48),
    "gray": (0.42, 0.42, 0.43),
    "kraft": (0.45, 0.30, 0.16),
    "yellow": (0.88, 0.76, 0.16),
    "pink": (0.88, 0.42, 0.52),
    "green": (0.50, 0.78, 0.36),
    "sky": (0.40, 0.66, 0.84),
    "orange": (0.90, 0.48, 0.14),
    "lilac": (0.62, 0.50, 0.80),
    "black": (0.025, 0.025, 0.027),
    "navy": (0.02, 0.03, 0.10),
    "wine": (0.16, 0.015, 0.03),
    "blackboard": (0.035, 0.038, 0.036),
    "greenboard": (0.03, 0.085, 0.06),
    "whiteboard": (0.82, 0.83, 0.84),
}
TABLES: tuple[Colour, ...] = (
    (0.30, 0.17, 0.08),
    (0.14, 0.07, 0.03),
    (0.50, 0.36, 0.22),
    (0.03, 0.03, 0.035),
    (0.22, 0.23, 0.25),
    (0.62, 0.60, 0.57),
    (0.05, 0.12, 0.25),
    (0.35, 0.05, 0.05),
)
_RULING_COLOURS: tuple[Colour, ...] = (
    (0.35, 0.55, 0.85),
    (0.45, 0.48, 0.55),
    (0.55, 0.40, 0.65),
    (0.85, 0.50, 0.45),
    (0.45, 0.70, 0.55),
    (0.30, 0.30, 0.32),
)
_MARGIN: Colour = (0.85, 0.25, 0.28)


@dataclass(frozen=True)
class Ruling:
    """Printed lines: "ruled", "squared" or "dotted", `spacing` mm apart, `strength` 0 to 1."""

    kind: str
    spacing: float
    width: float
    colour: Colour
    strength: float
    margin: float | None = None  # where a red margin line stands


def ruling(random: Random, kind: str) -> Ruling:
    spacing = {"ruled": (6.0, 10.0), "squared": (4.0, 6.0), "dotted": (5.0, 5.0)}[kind]
    return Ruling(
        kind,
        float(random.uniform(*spacing)) * (2 if kind == "squared" and chance(random, 0.15) else 1),
        float(random.uniform(0.15, 0.35)) * (2 if kind == "dotted" else 1),
        pick(random, _RULING_COLOURS),
        float(random.uniform(0.35, 0.9)),
        float(random.uniform(-14, 14)) if kind != "dotted" and chance(random, 0.25) else None,
    )


def plain(view: View, colour: Colour) -> Field:
    """A picture (height, width, 3) of one colour."""
    return np.full((*view.x.shape, 3), colour, np.float32)


def lay(picture: Field, coverage: Field, colour: Colour | Field) -> None:
    """Put a colour over a picture, where and as far as it is covered. In place."""
    for channel in range(3):
        over = np.float32(colour[channel]) if isinstance(colour, tuple) else colour[..., channel]
        picture[..., channel] += coverage * (over - picture[..., channel])


def rule(picture: Field, view: View, lines: Ruling) -> None:
    """Print the lines; in place."""
    across = _line(view.y, lines.spacing, lines.width, view.pixels)
    if lines.kind == "ruled":
        coverage = across
    else:
        along = _line(view.x, lines.spacing, lines.width, view.pixels)
        coverage = across * along if lines.kind == "dotted" else np.maximum(across, along)
    lay(picture, coverage * np.float32(lines.strength), lines.colour)
    if lines.margin is not None:
        away = np.abs(view.x - np.float32(lines.margin))
        lay(picture, overlap(away, 0.4, view.pixels) * np.float32(0.8), _MARGIN)


def _line(position: Field, spacing: float, width: float, pixels: float) -> Field:
    turns = position / np.float32(spacing)
    away = np.abs(turns - np.rint(turns)) * np.float32(spacing)
    return overlap(away, width, pixels)


def overlap(away: Field, width: float, pixels: float) -> Field:
    """How much of a pixel a line covers that is `away` mm off."""
    near, half = away * np.float32(pixels), width * pixels / 2
    overlap = np.minimum(near + 0.5, half) - np.maximum(near - 0.5, -half)
    return np.asarray(np.clip(overlap, 0, 1), np.float32)


def texture(random: Random, picture: Field, view: View, roughness: float) -> None:
    """Fibres and clouds of a paper; in place. `roughness` 1 is a rough recycled paper."""
    shape = view.x.shape
    fine = clouds(random, shape, max(1.0, 0.12 * view.pixels))
    blotches = clouds(random, shape, max(2.0, 1.5 * view.pixels))
    shade = 1 + np.float32(roughness) * (0.02 * fine + 0.012 * blotches)
    picture *= shade.astype(np.float32)[..., np.newaxis]


def wood(random: Random, view: View) -> Field:
    """A table: one colour with a grain along one direction."""
    picture = plain(view, pick(random, TABLES))
    height, width = view.x.shape
    grain = clouds(random, (height, max(2, width // 8)), max(1.0, 0.8 * view.pixels))
    columns = np.minimum(np.arange(width) // 8, grain.shape[1] - 1)
    strength = np.float32(random.uniform(0, 0.18))
    picture *= np.clip(1 + strength * grain[:, columns], 0.3, 2)[..., np.newaxis]
    return picture


def dirt(random: Random, picture: Field, view: View) -> None:
    """Specks, a few of them dark, a smear, and sometimes a hair; in place."""
    height, width = view.x.shape
    side = min(height, width)
    for _ in range(int(random.integers(3, 25))):
        radius = log_uniform(random, 0.4, max(0.5, 0.008 * side))
        tone = float(random.uniform(0.02, 0.4))
        _disc(picture, random.uniform(0, height), random.uniform(0, width), radius, tone)
    smear = np.clip(clouds(random, (height, width), side / 3) - 0.8, 0, 1)
    lay(picture, smear * np.float32(random.uniform(0, 0.25)), (0.35, 0.28, 0.2))


def _disc(picture: Field, row: float, column: float, radius: float, tone: float) -> None:
    height, width = picture.shape[:2]
    reach = int(radius) + 2
    top, left = max(0, int(row) - reach), max(0, int(column) - reach)
    bottom, right = min(height, int(row) + reach + 1), min(width, int(column) + reach + 1)
    y, x = np.ogrid[top:bottom, left:right]
    inside = np.clip(radius - np.hypot(y - row, x - column) + 0.5, 0, 1).astype(np.float32)
    lay(picture[top:bottom, left:right], inside, (tone, tone * 0.9, tone * 0.8))


def chalk_dust(random: Random, picture: Field, view: View) -> None:
    """What the sponge left on a board; in place."""
    height, width = view.x.shape
    wiped = clouds(random, (height, width), max(height, width) / 5)
    streaks = clouds(random, (max(2, height // 12), width), max(2.0, width / 160))
    rows = np.minimum(np.arange(height) // 12, len(streaks) - 1)
    haze = np.clip(0.5 + 0.5 * wiped + 0.1 * streaks[rows], 0, 2)
    lay(picture, haze * np.float32(random.uniform(0.01, 0.07)), (0.8, 0.8, 0.8))
