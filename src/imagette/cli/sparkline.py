"""Curves in one line of a terminal."""

import math
from collections.abc import Sequence
from itertools import pairwise

_LEVELS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-=+*#@"  # for terminals without blocks


def sparkline(values: Sequence[float], columns: int = 20, blocks: bool = True) -> str:
    """The values as characters of eight heights, from their lowest to their highest.

    More values than `columns` become means of neighbours; what is no number is a blank.
    """
    levels = _LEVELS if blocks else _ASCII
    shown = _means(values, columns)
    finite = [value for value in shown if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    return "".join(_character(value, low, high, levels) for value in shown)


def has_blocks(encoding: str | None) -> bool:
    """Whether text of this encoding can show the blocks."""
    try:
        _LEVELS.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _means(values: Sequence[float], columns: int) -> list[float]:
    if len(values) <= columns:
        return list(values)
    ends = [round(index * len(values) / columns) for index in range(columns + 1)]
    parts = [values[start:end] for start, end in pairwise(ends)]
    return [sum(part) / len(part) for part in parts]


def _character(value: float, low: float, high: float, levels: str) -> str:
    if not math.isfinite(value):
        return " "
    span = high / 2 - low / 2  # halves, as the difference itself may overflow
    if span <= 0:
        return levels[0]
    return levels[min(len(levels) - 1, int((value / 2 - low / 2) / span * len(levels)))]
