"""Each class by itself: precision, recall, F1 with their intervals, and how many images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from imagette.evaluation import ClassScore
from imagette.numerals import NO_CASES, rounded_with_interval
from imagette.report.material import Material
from imagette.report.words import between, percent

MOST_OPEN = 20  # classes: a longer table is folded
_FLOORS = (0.0, 0.5, 0.8, 0.9, 0.95)
_DRAWN = 120  # rows that have a bar; more would make the page heavy

Interval = tuple[float, float]


@dataclass(frozen=True)
class Score:
    """A number with its interval, as text and as shares; None of no cases."""

    value: float | None
    interval: Interval
    text: str
    range: str


@dataclass(frozen=True)
class Row:
    """A class. `bar` shows its recall: start and length of the interval, and the number."""

    name: str
    support: int
    precision: Score
    recall: Score
    f1: Score
    bar: tuple[float, float, float]


def classes(material: Material) -> dict[str, Any]:
    """A row a class, and which do worst."""
    test = material.run.test
    floor = _floor(test.classes)
    rows = [_row(score, floor) for score in test.classes]
    tested = [row for row in rows if row.support]
    worst = sorted(tested, key=lambda row: (row.recall.value or 0, row.name))[:5]
    return {
        "rows": rows,
        "folded": len(rows) > MOST_OPEN,
        "drawn": len(rows) <= _DRAWN,
        "macro_f1": rounded_with_interval(test.macro_f1, test.macro_f1_interval),
        "floor": f"{100 * floor:g} %",
        "worst": worst,
        "untested": [row.name for row in rows if not row.support],
    }


def _floor(scores: Sequence[ClassScore]) -> float:
    """Where the bars of recall begin, so that there is something to tell apart."""
    lowest = min(score.recall_interval[0] for score in scores)
    return max(floor for floor in _FLOORS if floor <= lowest)


def _row(score: ClassScore, floor: float) -> Row:
    recall = _score(score.recall, score.recall_interval)
    low, high, middle = (
        max(0.0, 100 * (share - floor) / (1 - floor))
        for share in (*recall.interval, recall.value or 0)
    )
    return Row(
        score.name,
        score.support,
        _score(score.precision, score.precision_interval),
        recall,
        _score(score.f1, score.f1_interval),
        (round(low, 2), round(high - low, 2), round(max(0.0, middle - 0.6), 2)),
    )


def _score(value: float | None, interval: Interval) -> Score:
    if value is None:
        return Score(None, interval, NO_CASES, "")
    return Score(value, interval, percent(value, interval), between(interval))
