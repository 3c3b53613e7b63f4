"""The confusion matrix: counts and rates, reduced to the most confused where classes are many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from imagette.evaluation.confusions import DARKEST, MOST, by_confusion, by_size, most_confused
from imagette.report.material import Material

LEVELS = 6  # shades of a cell; 0 is none
_PAIRS = 10


@dataclass(frozen=True)
class Cell:
    """A count, its share of the label's images as text, and how it is shaded."""

    count: int
    rate: str
    shade: str


@dataclass(frozen=True)
class Row:
    """A label's cells; `others` went to classes that are not shown."""

    name: str
    cells: tuple[Cell, ...]
    others: Cell


def confusion(material: Material) -> dict[str, Any]:
    """The matrix of the test images, and orders in which it can be sorted."""
    counts = np.array(material.run.test.confusion_matrix, np.int64)
    names, totals = material.class_names, counts.sum(axis=1)
    chosen = most_confused(counts, MOST)
    shown = counts[np.ix_(chosen, chosen)]
    rows = []
    for place, label in enumerate(chosen):
        cells = [
            _cell(count, totals[label], place == i) for i, count in enumerate(shown[place].tolist())
        ]
        others = _cell(int(totals[label] - shown[place].sum()), totals[label], False)
        rows.append(Row(names[label], tuple(cells), others))
    sizes = by_size(counts[chosen]).tolist()
    return {
        "names": [names[label] for label in chosen],
        "rows": rows,
        "reduced": len(chosen) < len(names),
        "classes": len(names),
        "orders": {"size": sizes, "confusion": by_confusion(shown).tolist()},
        "pairs": _pairs(counts, material),
        "errors": int(totals.sum() - counts.trace()),
    }


def _cell(count: int, total: int, right: bool) -> Cell:
    share = count / total if total else 0.0
    text = "0" if not count else f"{100 * share:.1f}" if share < 0.995 else f"{100 * share:.0f}"
    if right:
        return Cell(count, text, f"r{math.ceil(share * (LEVELS - 1))}")
    # The root lets rare errors be seen, too.
    level = math.ceil(math.sqrt(min(1.0, share / DARKEST)) * (LEVELS - 1))
    return Cell(count, text, f"w{level}")


def _pairs(counts: np.ndarray[Any, np.dtype[np.int64]], material: Material) -> list[dict[str, Any]]:
    """The most frequent errors: which class was taken for which."""
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    labels, predictions = np.nonzero(wrong)
    order = np.argsort(-wrong[labels, predictions], kind="stable")[:_PAIRS]
    names = material.class_names
    return [
        {
            "label": names[labels[i]],
            "prediction": names[predictions[i]],
            "count": int(wrong[labels[i], predictions[i]]),
            "total": int(counts[labels[i]].sum()),
        }
        for i in order
    ]
