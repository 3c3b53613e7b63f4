"""What numbers are written on and into: printed lines, boxes, cells and tables; underlines.

Lengths are millimetres, as in `view.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tests.photographs.fields import Field, Random, chance, log_uniform, pick
from tests.photographs.scene import Written, bounds
from tests.photographs.surfaces import Colour, lay, overlap
from tests.photographs.view import View

_COLOURS: tuple[Colour, ...] = (
    (0.02, 0.02, 0.022),
    (0.10, 0.10, 0.11),
    (0.30, 0.30, 0.32),
    (0.10, 0.22, 0.50),
    (0.55, 0.16, 0.14),
    (0.20, 0.42, 0.28),
)

Line = Sequence[Written]


@dataclass(frozen=True)
class Bar:
    """A straight line along the sheet: the rectangle that it covers."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Form:
    """What is printed on a sheet, all in one colour."""

    bars: tuple[Bar, ...]
    colour: Colour

    def print_on(self, surface: Field, seen: View) -> None:
        for bar in self.bars:
            x, y = (bar.left + bar.right) / 2, (bar.top + bar.bottom) / 2
            across = overlap(np.abs(seen.x - np.float32(x)), bar.right - bar.left, seen.pixels)
            down = overlap(np.abs(seen.y - np.float32(y)), bar.bottom - bar.top, seen.pixels)
            lay(surface, across * down, self.colour)


@dataclass(frozen=True)
class Underline:
    """A `Mark`: a stroke of the pen, with a bow; lengths in its heights."""

    stroke: float
    width: float
    bow: float

    def coverage(self, x: Field, y: Field, pixels: float) -> Field:
        half = np.float32(self.width / 2)
        away = y - np.float32(self.bow) * (1 - (x / half) ** 2)
        beyond = np.maximum(np.abs(x) - half, 0)
        depth = np.float32(self.stroke / 2) - np.hypot(away, beyond)
        return np.asarray(np.clip(depth * np.float32(pixels) + 0.5, 0, 1), np.float32)


def underline(random: Random, line: Line, tall: float) -> Written:
    """A stroke of the same pen below a number, often through the feet of its digits."""
    left, right, _, foot = bounds(line)
    left -= tall * random.uniform(-0.1, 0.4)
    right += tall * random.uniform(-0.1, 0.4)
    stroke = float(np.median([item.glyph.stroke * item.height for item in line]))
    mark = Underline(stroke / tall, (right - left) / tall, float(random.normal(0, 0.04)))
    return Written(mark, (left + right) / 2, foot + tall * random.uniform(-0.02, 0.25), tall)


def form(random: Random, kind: str, lines: Sequence[Line], tall: float) -> Form:
    """The form around lines of digits about `tall` high, some of which touch or cross it.

    `kind` is "line", "box", "cells" or "table".
    """
    width = tall * log_uniform(random, 0.015, 0.07)
    if kind == "table":
        bars = _table(random, lines, tall, width)
    else:
        around = {"line": _below, "box": _around, "cells": _between}[kind]
        bars = (bar for line in lines for bar in around(random, line, tall, width))
    return Form(tuple(bars), pick(random, _COLOURS))


def _below(random: Random, line: Line, tall: float, width: float) -> Iterator[Bar]:
    """A line to write on."""
    left, right, *_ = bounds(line)
    start, end = left - tall * random.uniform(0.1, 1.5), right + tall * random.uniform(0.1, 1.5)
    yield _level(start, end, _foot(line) + tall * random.uniform(-0.08, 0.25), width)


def _around(random: Random, line: Line, tall: float, width: float) -> Iterator[Bar]:
    """A box for the whole number."""
    left, right, *_ = bounds(line)
    start, end = left - tall * random.uniform(0.1, 1), right + tall * random.uniform(0.1, 1)
    foot = _foot(line) + tall * random.uniform(0, 0.25)
    head = foot - tall * random.uniform(1.1, 1.45)
    yield from _frame(start, head, end, foot, width)


def _between(random: Random, line: Line, tall: float, width: float) -> Iterator[Bar]:
    """A cell for each digit: closed, or open above, as the teeth of a comb."""
    middles = np.array([item.x for item in line])
    pitch = float(np.diff(middles).mean())
    first = float((middles - pitch * np.arange(len(line))).mean()) - pitch / 2
    foot = _foot(line) + tall * random.uniform(0, 0.2)
    closed = chance(random, 0.6)
    head = foot - tall * (random.uniform(1.1, 1.4) if closed else random.uniform(0.25, 0.6))
    end = first + pitch * len(line)
    if closed:
        yield from _frame(first, head, end, foot, width)
    else:
        yield _level(first, end, foot, width)
    for number in range(0 if not closed else 1, len(line) + (not closed)):
        yield _upright(first + number * pitch, head, foot, width)


def _table(random: Random, lines: Sequence[Line], tall: float, width: float) -> Iterator[Bar]:
    """A row for each number, in the first of two columns."""
    left, right, *_ = bounds([item for line in lines for item in line])
    start, end = left - tall * random.uniform(0.1, 0.8), right + tall * random.uniform(0.1, 0.8)
    feet = [_foot(line) + tall * random.uniform(0, 0.25) for line in lines]
    head = feet[0] - tall * random.uniform(1.2, 1.5)
    beside = end + tall * random.uniform(1, 4)
    for y in (head, *feet):
        yield _level(start, beside, y, width)
    for x in (start, end, beside):
        yield _upright(x, head, feet[-1], width)


def _foot(line: Line) -> float:
    """Where most digits of a line stand."""
    return float(np.median([item.y + item.height / 2 for item in line]))


def _frame(left: float, top: float, right: float, bottom: float, width: float) -> Iterator[Bar]:
    for y in (top, bottom):
        yield _level(left, right, y, width)
    for x in (left, right):
        yield _upright(x, top, bottom, width)


def _level(left: float, right: float, y: float, width: float) -> Bar:
    return Bar(left - width / 2, y - width / 2, right + width / 2, y + width / 2)


def _upright(x: float, top: float, bottom: float, width: float) -> Bar:
    return Bar(x - width / 2, top, x + width / 2, bottom)
