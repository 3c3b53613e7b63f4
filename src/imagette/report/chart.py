"""Line charts as geometry: from numbers to ticks and paths, in the units of an SVG's view box.

Knows sizes and scales; colours are the style sheet's, and `templates/macros.html` draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 360, 230
LEFT, RIGHT, TOP, BOTTOM = 50, 338, 12, 192  # edges of the plot
_FLAT, _NOTHING = 1e-6, 1e-9  # share of the largest value, size: less counts as none
_STEPS = (1, 2, 2.5, 5, 10)

Numbers = Sequence[float]


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` with its ticks; `title` stands beside it."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    title: str
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where a value lies, 0 at the low end and 1 at the high one; those outside at the end."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        return min(1.0, max(0.0, (self._scaled(value) - low) / (high - low)))

    def _scaled(self, value: float) -> float:
        return math.log(max(value, 1e-12)) if self.logarithmic else value


@dataclass(frozen=True)
class Line:
    """Points joined by a line; `kind` is its class in the style sheet."""

    label: str
    kind: str
    x: Numbers
    y: Numbers


@dataclass(frozen=True)
class Dot:
    """A point by itself, with a whisker from `low` to `high` if there is one."""

    x: float
    y: float
    kind: str
    text: str
    low: float | None = None
    high: float | None = None
    radius: float = 3.5


@dataclass(frozen=True)
class Chart:
    """A chart; `description` is what it shows, for those who do not see it."""

    title: str
    description: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    legend: tuple[tuple[str, str], ...] = field(default=())  # kind, label; default: the lines'

    def across(self, value: float) -> float:
        """The place of a value of x, from the left."""
        return round(LEFT + self.x.share(value) * (RIGHT - LEFT), 1)

    def down(self, value: float) -> float:
        """The place of a value of y, from the top."""
        return round(BOTTOM - self.y.share(value) * (BOTTOM - TOP), 1)

    def path(self, line: Line) -> str:
        """The `d` of an SVG path."""
        places = [
            f"{self.across(x):g} {self.down(y):g}" for x, y in zip(line.x, line.y, strict=True)
        ]
        return "M" + "L".join(places)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Kind and label of each entry of the legend; none where there is one line only."""
        if self.legend:
            return self.legend
        named = tuple((line.kind, line.label) for line in self.lines if line.label)
        return named if len(named) > 1 else ()


def plain(value: float) -> str:
    """A tick's number, short."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if value and abs(value) < 0.001:
        return f"{value:.2g}".replace("e-0", "e-")
    return f"{value:.4g}"


def as_percent(value: float) -> str:
    """A tick of a share."""
    return f"{100 * value:.4g} %"


def axis(
    values: Numbers, title: str, words: Callable[[float], str] = plain, *, about: int = 5
) -> Axis:
    """An axis from the least to the largest of `values`, both within, with round ticks."""
    low, high = min(values), max(values)
    largest = max(abs(low), abs(high))
    if high - low <= _FLAT * largest or largest < _NOTHING:
        pad = largest / 2 if largest >= _NOTHING else 0.5
        low, high = low - pad, high + pad
    step = _step((high - low) / about)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    marks = [float(f"{number * step:.12g}") for number in range(first, last + 1)]
    return Axis(marks[0], marks[-1], tuple((mark, words(mark)) for mark in marks), title)


def logarithmic_axis(values: Numbers, title: str) -> Axis:
    """An axis of powers of ten, for positive `values`; of 1, 2 and 5 times those if few."""
    low, high = math.log10(max(min(values), 1e-9)), math.log10(max(max(values), 1e-9))
    wide = high - low > 2.5
    factors = (1,) if wide else (1, 2, 5)
    marks = [f * 10.0**p for p in range(math.floor(low), math.ceil(high) + 1) for f in factors]
    below = max((m for m in marks if math.log10(m) <= low + 1e-9), default=marks[0])
    above = min((m for m in marks if math.log10(m) >= high - 1e-9), default=marks[-1])
    if below == above:
        below, above = below / 10, above * 10
    kept = [mark for mark in marks if below <= mark <= above]
    return Axis(below, above, tuple((mark, plain(mark)) for mark in kept), title, True)


def loss_axis(values: Numbers, title: str) -> Axis:
    """Logarithmic where the largest is many times the least."""
    if min(values) > 0 and max(values) > 8 * min(values):
        return logarithmic_axis(values, title)
    return axis(values, title)


def whole_axis(last: int, title: str) -> Axis:
    """An axis of the whole numbers from 1 to `last`."""
    if last == 1:
        return Axis(0.5, 1.5, ((1, "1"),), title)
    step = max(1, round(_step(last / 7)))
    marks = [1, *(n for n in range(step, last + 1, step) if n > 1)]
    if len(marks) > 2 and step > 1 and marks[1] - 1 < step / 2:
        del marks[1]
    return Axis(1, last, tuple((mark, plain(mark)) for mark in marks), title)


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))
