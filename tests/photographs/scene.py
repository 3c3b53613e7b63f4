"""A photograph of something written: paper, ink, light and camera put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tests.photographs.camera import ORIENTATIONS, Camera, develop, grayed, jpeg, png
from tests.photographs.fields import Field, Random, Shape, chance, log_uniform, pick
from tests.photographs.light import light, reflection
from tests.photographs.looks import Look
from tests.photographs.pens import INKS, PENS, Pen, laid
from tests.photographs.photograph import Parameter
from tests.photographs.surfaces import (
    PAPERS,
    Colour,
    chalk_dust,
    dirt,
    lay,
    plain,
    rule,
    ruling,
    texture,
    wood,
)
from tests.photographs.view import ASPECTS, View, view

LARGEST, SMALLEST = 3000, 60
_LEAST_PIXELS = 24  # of a digit's height
_LEAST_STROKE = 1.8  # pixels
_BOARDS = ("blackboard", "greenboard", "whiteboard")


class Mark(Protocol):
    """What can be put on paper: lengths in its heights, as those of a `Glyph`."""

    @property
    def stroke(self) -> float: ...
    @property
    def width(self) -> float: ...
    def coverage(self, x: Field, y: Field, pixels: float) -> Field: ...


class Printed(Protocol):
    """What is on the paper before somebody writes: put on a picture of it in place."""

    def print_on(self, surface: Field, seen: View) -> None: ...


Draw = Callable[[float], Mark]  # from the width of the stroke, in heights


@dataclass(frozen=True)
class Written:
    """A mark on the paper: the place of its middle and its height, mm; `slant` to the right."""

    glyph: Mark
    x: float
    y: float
    height: float
    slant: float = 0.0

    @property
    def width(self) -> float:
        return self.glyph.width * self.height


def bounds(written: Sequence[Written]) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of what is written, mm."""
    return (
        min(w.x - w.width / 2 for w in written),
        max(w.x + w.width / 2 for w in written),
        min(w.y - w.height / 2 for w in written),
        max(w.y + w.height / 2 for w in written),
    )


@dataclass(frozen=True)
class Material:
    pen: Pen
    ink: Colour
    paper: Colour
    opacity: float
    names: dict[str, Parameter]


def material(random: Random, look: Look) -> Material:
    """A pen, an ink and a paper of which the ink can be told from the paper."""
    pen_name, paper_name = pick(random, look.pens), pick(random, look.papers)
    pen, paper = PENS[pen_name], PAPERS[paper_name]
    opacity = float(random.uniform(*pen.opacity))
    clear = [ink for ink in pen.inks if contrast(INKS[ink], paper) * opacity > 85]
    ink = clear[int(random.integers(len(clear)))] if clear else "black"
    tint = random.uniform(0.96, 1.04, 3)
    tinted = tuple(float(c * t) for c, t in zip(paper, tint, strict=True))
    names: dict[str, Parameter] = {"pen": pen_name, "ink": ink, "paper": paper_name}
    return Material(pen, INKS[ink], (tinted[0], tinted[1], tinted[2]), opacity, names)


def contrast(ink: Colour, paper: Colour) -> float:
    """The largest difference of a colour channel, in a screen's numbers, of 255."""
    pairs = zip(ink, paper, strict=True)
    return 255 * float(max(abs(a ** (1 / 2.2) - b ** (1 / 2.2)) for a, b in pairs))


def frame(random: Random) -> Shape:
    """Height and width of a picture: sizes spread evenly over their logarithm."""
    aspect = pick(random, ASPECTS)
    ratio = max(aspect, 1 / aspect)
    short = log_uniform(random, SMALLEST, LARGEST / ratio)
    long = short * ratio
    sides = (short, long) if aspect >= 1 else (long, short)
    return round(sides[0]), round(sides[1])


def place(
    random: Random, shape: Shape, look: Look, using: Material, draw: Draw
) -> tuple[View, Written, dict[str, Parameter]]:
    """A view of the paper with one glyph in it: any size, turned, off the middle."""
    height, width = shape
    wanted = log_uniform(random, max(0.1, _LEAST_PIXELS / height), 0.8) * height
    tall = log_uniform(random, *using.pen.height)
    stroke = float(random.uniform(*using.pen.width)) / tall
    glyph = draw(min(max(stroke, _LEAST_STROKE / wanted), 0.2))
    angle = float(np.clip(random.normal(0, 7), -15, 15))
    turn = np.deg2rad(abs(angle))
    across = glyph.width * np.cos(turn) + np.sin(turn)
    down = np.cos(turn) + glyph.width * np.sin(turn)
    pixels = float(min(wanted, 0.84 * width / across, 0.84 * height / down))
    tilt = float(random.uniform(0, 0.16))
    seen = view(random, shape, pixels / tall, angle, tilt)
    free = height - 1.12 * pixels * down, width - 1.12 * pixels * across
    row = height / 2 + random.uniform(-0.5, 0.5) * max(free[0], 0)
    column = width / 2 + random.uniform(-0.5, 0.5) * max(free[1], 0)
    x, y = seen.at(row, column)
    facts: dict[str, Parameter] = {
        "height": height,
        "width": width,
        "row": round(row),
        "column": round(column),
        "digit pixels": round(pixels, 1),
        "share": round(pixels / height, 3),
        "stroke": round(glyph.stroke, 3),
        "stroke pixels": round(glyph.stroke * pixels, 2),
        "angle": round(angle, 1),
        "tilt": round(tilt, 3),
    }
    return seen, Written(glyph, x, y, tall), facts


def photograph(
    random: Random,
    look: Look,
    using: Material,
    seen: View,
    written: list[Written],
    printed: Printed | None = None,
) -> tuple[NDArray[np.uint8], dict[str, Parameter]]:
    """The picture uint8 (height, width, 3) of what is written, and what was drawn at random."""
    shape = seen.x.shape[0], seen.x.shape[1]
    facts = dict(using.names)
    paper = str(facts["paper"])
    surface = plain(seen, using.paper)
    texture(random, surface, seen, 0.3 if paper in _BOARDS else random.uniform(0.2, 1.2))
    if look.ruling:
        lines = ruling(random, look.ruling)
        rule(surface, seen, lines)
        facts |= {"line strength": round(lines.strength, 2), "line spacing": lines.spacing}
    if printed is not None:
        printed.print_on(surface, seen)
    if look.dirty:
        dirt(random, surface, seen)
    if paper in ("blackboard", "greenboard"):
        chalk_dust(random, surface, seen)
    for item in written:
        write(random, surface, seen, item, using)
    if look.border and written:
        surface = _on_table(random, surface, seen, look.border, written)
    shadow = pick(random, look.shadows)
    creases = float(random.uniform(*look.creases))
    lit = light(random, shape, shadow, creases)
    lit *= surface
    lit *= np.float32(_exposure(random, look, using.paper))
    if paper == "whiteboard":
        lit += reflection(random, shape)[..., np.newaxis]
    stroke = float(np.median([w.glyph.stroke * w.height for w in written])) if written else 1.0
    camera = _camera(random, look, stroke * seen.pixels)
    facts |= {
        "shadow": shadow,
        "blur": round(camera.blur, 2),
        "motion": camera.motion,
        "noise": round(camera.noise, 1),
    }
    return develop(random, lit, camera), facts


def write(random: Random, surface: Field, seen: View, item: Written, using: Material) -> None:
    """Lay the ink of a mark on the surface; in place."""
    part, coverage = covered(seen, item)
    lay(surface[part], laid(random, coverage, using.pen, using.opacity, seen.pixels), using.ink)


def covered(seen: View, item: Written) -> tuple[tuple[slice, slice], Field]:
    """The part of the picture in which a mark lies, and how much of its pixels it covers."""
    reach = (0.62 * max(1.0, item.glyph.width) + abs(item.slant)) * item.height + 2 / seen.pixels
    part = seen.window(item.x, item.y, reach)
    y = (seen.y[part] - np.float32(item.y)) / np.float32(item.height)
    x = (seen.x[part] - np.float32(item.x)) / np.float32(item.height) + np.float32(item.slant) * y
    return part, item.glyph.coverage(x, y, seen.pixels * item.height)


def encode(
    random: Random, picture: NDArray[np.uint8], look: Look, pixels: float
) -> tuple[bytes, dict[str, Parameter]]:
    """As a telephone stores it: JPEG, seldom PNG; sometimes in gray, sometimes turned."""
    gray = chance(random, 0.06)
    if gray:
        picture = grayed(picture)
    orientation = pick(random, tuple(ORIENTATIONS)) if look.turned else 1
    if not look.turned and chance(random, 0.08):
        return png(picture), {"file": "png", "gray": gray}
    quality = int(random.integers(55 if pixels < 70 else 30, 96))
    facts: dict[str, Parameter] = {"file": "jpeg", "quality": quality, "gray": gray}
    return jpeg(picture, quality, orientation), facts | {"orientation": orientation}


def _exposure(random: Random, look: Look, paper: Colour) -> float:
    """What brings the paper to a usual level of a screen's numbers."""
    brightest = max(paper)
    if brightest < 0.2:
        level = random.uniform(35, 85)
    else:
        level = random.uniform(80, 130) if look.dim else random.uniform(135, 245)
    return float((level / 255) ** 2.2 / brightest)


def _camera(random: Random, look: Look, stroke: float) -> Camera:
    """`stroke` is its width in pixels."""
    blur = float(random.uniform(*look.blur)) * stroke + float(random.uniform(0.2, 0.7))
    motion = 0
    if look.motion and chance(random, 0.5):
        blur, motion = blur / 3, round(stroke * random.uniform(0.5, 1.2))
    return Camera(
        blur=min(blur, 12.0),
        motion=min(motion, 40),
        along=pick(random, ("x", "y")),
        noise=min(log_uniform(random, *look.noise), 2 + 2 * stroke),  # thin lines would drown
        coarse=chance(random, 0.6),
        sharpen=float(random.uniform(0.2, 1)) if chance(random, 0.4) else 0.0,
    )


def _on_table(
    random: Random, surface: Field, seen: View, border: str, written: list[Written]
) -> Field:
    """The paper ends somewhere around what is written; beyond it is a table."""
    left, right, top, bottom = bounds(written)
    tall = bottom - top
    if border == "note":
        side = max(tall, right - left) * random.uniform(1.25, 2.4)
        spare = side - (right - left), side - tall
        start = left - spare[0] * random.uniform(0.25, 0.75)
        above = top - spare[1] * random.uniform(0.25, 0.75)
        ends = [start, start + side, above, above + side]
    else:
        free = np.array(  # what is seen beside the glyphs, to each side
            [left - seen.x.min(), seen.x.max() - right, top - seen.y.min(), seen.y.max() - bottom]
        )
        near = free * random.uniform(0.15, 0.75, 4)
        hidden = random.random(4) < 0.7
        hidden[free.argmax()] = False
        near[hidden] = 1e6
        ends = [left - near[0], right + near[1], top - near[2], bottom + near[3]]
    inside = np.minimum(
        np.minimum(seen.x - np.float32(ends[0]), np.float32(ends[1]) - seen.x),
        np.minimum(seen.y - np.float32(ends[2]), np.float32(ends[3]) - seen.y),
    )
    table = wood(random, seen)
    depth = np.float32(0.03 * tall)
    table *= (1 - np.float32(0.5) * np.exp(np.minimum(inside, 0) / depth))[..., np.newaxis]
    lay(table, np.clip(inside * np.float32(seen.pixels) + 0.5, 0, 1), surface)
    return table
