"""The light that falls on a scene: gradients, vignettes, shadows, creases, reflections."""

import numpy as np

from tests.photographs.fields import Field, Random, Shape, clouds, enlarge, smoothstep

_SMALL = 384  # light is smooth: computed for pictures of at most so many pixels a side


def light(random: Random, shape: Shape, shadow: str = "", creases: float = 0.0) -> Field:
    """Light float32 (height, width, 3) around 1. `shadow` is "", "soft", "hard" or "hand"."""
    small = _small(shape)
    down, right = _grid(small)
    side = random.uniform(0, 2 * np.pi)
    slope = np.float32(random.uniform(0, 0.45 if shadow else 0.35))
    brightness = 1 + slope * (np.cos(side) * right + np.sin(side) * down).astype(np.float32)
    brightness *= 1 - np.float32(random.uniform(0, 0.18)) * (right**2 + down**2)
    brightness *= 1 + np.float32(random.uniform(0, 0.04)) * clouds(random, small, min(small) / 2)
    if creases:
        brightness *= _creases(random, down, right, creases)
    brightness = enlarge(np.maximum(brightness, 0.1).astype(np.float32), shape)
    warmth = random.uniform(-0.10, 0.16)
    colour = np.array([1 + warmth, 1 + 0.25 * warmth, 1 - warmth], np.float32)
    lit = brightness[..., np.newaxis] * colour
    if shadow:
        lit *= _shadowed(random, shape, shadow)
    return lit.astype(np.float32)


def reflection(random: Random, shape: Shape) -> Field:
    """A lamp or window mirrored in a board: light to be added, float32 (height, width)."""
    down, right = _grid(_small(shape))
    row, column = random.uniform(-1, 1, 2)
    size = random.uniform(0.1, 0.35)
    spot = np.exp(-(((down - row) / size) ** 2 + ((right - column) / (2 * size)) ** 2))
    return enlarge((random.uniform(0.05, 0.35) * spot).astype(np.float32), shape)


def _small(shape: Shape) -> Shape:
    shrink = max(1.0, max(shape) / _SMALL)
    return max(2, round(shape[0] / shrink)), max(2, round(shape[1] / shrink))


def _grid(shape: Shape) -> tuple[Field, Field]:
    """Coordinates down and right, of -1 to 1 along the longer side."""
    longer = max(shape)
    down = (2 * np.arange(shape[0], dtype=np.float32) - shape[0] + 1) / longer
    right = (2 * np.arange(shape[1], dtype=np.float32) - shape[1] + 1) / longer
    grid = np.meshgrid(down, right, indexing="ij")
    return grid[0].astype(np.float32), grid[1].astype(np.float32)


def _creases(random: Random, down: Field, right: Field, strength: float) -> Field:
    """A crumpled sheet: facets of other brightness, with folds between them."""
    shade = np.zeros_like(down)
    for _ in range(int(random.integers(6, 16))):
        side, place = random.uniform(0, 2 * np.pi), random.uniform(-0.8, 0.8)
        away = (np.cos(side) * right + np.sin(side) * down - place).astype(np.float32)
        bend = np.float32(random.uniform(0.01, 0.12))
        reach = np.exp(-np.abs(away) / np.float32(random.uniform(0.15, 0.6)))
        along = (-np.sin(side) * right + np.cos(side) * down).astype(np.float32)
        part = smoothstep((np.float32(random.uniform(-0.5, 1)) - along) / 0.2)
        shade += np.float32(random.uniform(-1, 1)) * np.tanh(away / bend) * reach * part
    return 1 + np.float32(strength) * np.clip(shade, -2, 2)


def _shadowed(random: Random, shape: Shape, shadow: str) -> Field:
    """1 in the light; in shadows less, and bluer, for there the sky alone shines."""
    if shadow == "hand":
        away = enlarge(_hand(random, *_grid(_small(shape))), shape)
        softness = random.uniform(0.03, 0.12)
    else:
        down, right = _grid(shape)
        side, place = random.uniform(0, 2 * np.pi), random.uniform(-0.35, 0.35)
        away = np.cos(side) * right + np.sin(side) * down - place
        softness = random.uniform(0.15, 0.6) if shadow == "soft" else random.uniform(0.004, 0.03)
    lit = smoothstep((away / softness + 0.5).astype(np.float32))[..., np.newaxis]
    depth = random.uniform(0.25, 0.65)
    rest = np.array([depth * 0.94, depth, depth * 1.08], np.float32)
    return np.asarray(lit + (1 - lit) * rest, np.float32)


def _hand(random: Random, down: Field, right: Field) -> Field:
    """Distance from a hand with a few fingers, or a phone, that reaches in from a border."""
    side = random.uniform(0, 2 * np.pi)
    inwards = np.cos(side) * right + np.sin(side) * down
    across = -np.sin(side) * right + np.cos(side) * down + random.uniform(-0.3, 0.3)
    away = np.hypot(inwards + random.uniform(0.7, 1.1), across) - random.uniform(0.35, 0.6)
    for finger in range(int(random.integers(0, 5))):
        middle = (finger - 1.5) * 0.17 + random.uniform(-0.03, 0.03)
        tip = random.uniform(-0.3, 0.3)
        beyond = np.maximum(inwards - tip, 0)
        away = np.minimum(away, np.hypot(across - middle, beyond) - random.uniform(0.05, 0.08))
    return np.asarray(away, np.float32)
