"""Photographed pages: numbers of four to eight digits, one to four lines of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.randomness import generator
from tests.photographs import scene
from tests.photographs.fields import Field, Random, chance, log_uniform, pick
from tests.photographs.forms import form, underline
from tests.photographs.looks import LOOKS, Look
from tests.photographs.photograph import Page, Parameter
from tests.photographs.scene import Mark, Written
from tests.photographs.strokes import glyph
from tests.photographs.view import ASPECTS, View, view

Box = tuple[int, int, int, int]

PAGES: dict[str, Look] = {name: look for name, look in LOOKS.items() if not look.broken} | {
    "flatbed": Look(shadows=("",), noise=(0.3, 2.0), blur=(0.0, 0.05)),
    "underlined": Look(form="underline"),
    "form, line": Look(form="line"),
    "form, box": Look(form="box"),
    "form, cells": Look(form="cells"),
    "form, table": Look(form="table"),
}
_LEAST_PIXELS = 28  # of a digit's height
_SAMPLES = 48  # rows in which the distance of neighbours is measured


@dataclass(frozen=True)
class _Hand:
    """How somebody writes, in heights of the digits: the smallest distance of neighbours,
    how much it varies, how far digits leave the line, how they lean.
    """

    spacing: float
    variation: float
    jitter: float
    slant: float
    touching: float  # share of neighbours that touch
    pitch: float = 0.0  # distance of middles, where each digit has a cell of its own


def page(
    digits: NDArray[np.uint8],
    labels: Sequence[int],
    kind: str,
    seed: int,
    *names: str | int,
    longest: int = scene.LARGEST,
) -> Page:
    """A page of numbers written with some of uint8 (n, 28, 28) `digits`.

    Its longer side has 500 to `longest` pixels, or more if digits would be too small.
    """
    random = generator(seed, "page", kind, *names)
    look = PAGES[kind]
    using = scene.material(random, look)
    tall = log_uniform(random, *using.pen.height)
    stroke = min(float(random.uniform(*using.pen.width)) / tall, 0.14)
    hand = _Hand(
        spacing=float(random.uniform(0.1, 0.3)),
        variation=float(random.uniform(0, 0.08)),
        jitter=float(random.uniform(0.01, 0.05)),
        slant=float(random.uniform(-0.12, 0.2)),
        touching=0.03 if chance(random, 0.3) else 0.0,
        pitch=float(random.uniform(0.95, 1.3)) if look.form == "cells" else 0.0,
    )
    stroke = max(stroke, 1.8 / _LEAST_PIXELS)
    texts, lines, down = [], [], 0.0
    for _ in range(int(random.integers(1, 5))):
        chosen = random.integers(len(digits), size=int(random.integers(4, 9)))
        marks = [glyph(random, digits[i], stroke) for i in chosen]
        start = tall * random.uniform(0, 0.6)
        lines.append(_line(random, hand, marks, tall, start, down))
        texts.append("".join(str(labels[i]) for i in chosen))
        down += tall * random.uniform(1.6, 2.4)
    seen, lines, facts = _seen(random, lines, longest)
    written = [item for line in lines for item in line]
    printed = None
    if look.form == "underline":
        written += [underline(random, line, tall) for line in lines]
    elif look.form:
        printed = form(random, look.form, lines, tall)
    picture, more = scene.photograph(random, look, using, seen, written, printed)
    pixels = tall * seen.pixels
    content, of_file = scene.encode(random, picture, look, pixels)
    facts |= {"lines": len(lines), "digit pixels": round(pixels, 1), "slant": round(hand.slant, 2)}
    facts |= {"stroke": round(stroke, 3), "spacing": round(hand.spacing, 2)}
    facts["touching"] = hand.touching
    boxes = tuple(tuple(_box(seen, item) for item in line) for line in lines)
    return Page(content, tuple(texts), boxes, kind, facts | more | of_file)


def pages(
    digits: NDArray[np.uint8],
    labels: Sequence[int],
    count: int,
    seed: int,
    kinds: Sequence[str] = tuple(PAGES),
) -> Iterator[Page]:
    """`count` pages, the kinds in turn."""
    for number in range(count):
        yield page(digits, labels, kinds[number % len(kinds)], seed, number)


def _line(
    random: Random, hand: _Hand, marks: Sequence[Mark], tall: float, start: float, down: float
) -> list[Written]:
    """Marks set from left to right, each as near to the one before as the hand writes."""
    line: list[Written] = []
    slope = random.uniform(-0.03, 0.03)
    for mark in marks:
        height = tall * random.uniform(0.88, 1.1) / max(1.0, mark.width)
        if not line:
            line.append(Written(mark, start, down, height, hand.slant))
            continue
        before = line[-1]
        if hand.pitch:
            x = start + tall * (hand.pitch * len(line) + random.normal(0, 0.05))
            y = down + tall * hand.jitter * random.standard_normal()
            line.append(Written(mark, x, y, height, hand.slant))
            continue
        gap = max(0.06, hand.spacing + hand.variation * random.standard_normal())
        if chance(random, hand.touching):
            gap = -0.03
        y = down + slope * (before.x - start) + tall * hand.jitter * random.standard_normal()
        distance = _distance(before, Written(mark, before.x, y, height, hand.slant), tall)
        least = 0.35 * (before.width + mark.width * height)  # one is not written over the other
        x = before.x + max(least, gap * tall - distance)
        line.append(Written(mark, x, y, height, hand.slant))
    return line


def _distance(left: Written, right: Written, tall: float) -> float:
    """Smallest distance in a row of the ink of two marks, were their middles in one column."""
    top = min(left.y, right.y) - 0.75 * tall
    rows = (top + np.arange(_SAMPLES) * 1.5 * tall / _SAMPLES).astype(np.float32)
    across = np.linspace(-1.5 * tall, 1.5 * tall, 3 * _SAMPLES).astype(np.float32)
    last = np.where(_ink(left, rows, across), across, -np.inf).max(1)
    first = np.where(_ink(right, rows, across), across, np.inf).min(1)
    near = [first[1:] - last[:-1], first - last, np.append(first[:-1] - last[1:], np.inf)]
    smallest = min(float(n.min()) for n in near)
    return smallest if np.isfinite(smallest) else 0.0


def _ink(item: Written, rows: Field, across: Field) -> NDArray[np.bool_]:
    y = ((rows - item.y) / item.height)[:, np.newaxis]
    x = across / item.height + item.slant * y
    wide = np.broadcast_to(y, x.shape).astype(np.float32)
    return item.glyph.coverage(x.astype(np.float32), wide, _SAMPLES) > 0.5


def _seen(
    random: Random, lines: list[list[Written]], longest: int
) -> tuple[View, list[list[Written]], dict[str, Parameter]]:
    """A view in which all lines can be seen, and the lines moved to where they are in it."""
    written = [item for line in lines for item in line]
    left, right, top, bottom = scene.bounds(written)
    tall = float(np.median([w.height for w in written]))
    across, down = 1.1 * (right - left) + tall, 1.1 * (bottom - top) + tall
    aspect = pick(random, ASPECTS)
    long = log_uniform(random, 500, longest)
    shape = (long / aspect, long) if aspect >= 1 else (long, long * aspect)
    filled = random.uniform(0.55, 1.0)
    pixels = min(shape[0] / down, shape[1] / across) * filled
    larger = max(1.0, _LEAST_PIXELS / (pixels * tall))
    frame = round(shape[0] * larger), round(shape[1] * larger)
    angle = float(np.clip(random.normal(0, 2.5), -7, 7))
    tilt = float(random.uniform(0, 0.12))
    seen = view(random, frame, pixels * larger, angle, tilt)
    free = frame[0] - down * seen.pixels, frame[1] - across * seen.pixels
    row = frame[0] / 2 + random.uniform(-0.4, 0.4) * free[0]
    column = frame[1] / 2 + random.uniform(-0.4, 0.4) * free[1]
    x, y = seen.at(row, column)
    x, y = x - (left + right) / 2, y - (top + bottom) / 2
    moved = [[Written(w.glyph, w.x + x, w.y + y, w.height, w.slant) for w in li] for li in lines]
    facts: dict[str, Parameter] = {
        "height": frame[0],
        "width": frame[1],
        "angle": round(angle, 1),
        "tilt": round(tilt, 3),
    }
    return seen, moved, facts


def _box(seen: View, item: Written) -> Box:
    (rows, columns), coverage = scene.covered(seen, item)
    down, right = np.nonzero(coverage.max(1) > 0.5)[0], np.nonzero(coverage.max(0) > 0.5)[0]
    return (
        int(columns.start + right[0]),
        int(rows.start + down[0]),
        int(columns.start + right[-1] + 1),
        int(rows.start + down[-1] + 1),
    )
