"""The confusion matrix: a row a label, a column a prediction; of many classes the most confused."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from imagette.evaluation import Evaluation
from imagette.evaluation.confusions import DARKEST, MOST, by_confusion, by_size, most_confused
from imagette.plot.canvas import HEAD, INK, MARGIN, MUTED, NAME, SMALL, Canvas
from imagette.plot.letters import legible, width

ORDERS = ("class", "size", "confusion")
_CELL = 0.42  # inches
_GAP = 0.1  # inches before the column of the classes that are not shown
_OTHERS = "others"
_WIDEST = 1.4  # inches for a name
_GROUND = (244, 246, 248)
_RIGHT, _WRONG = ((233, 241, 250), (36, 95, 159)), ((253, 238, 223), (206, 84, 16))


def confusion_matrix(
    evaluation: Evaluation,
    *,
    order: str = "class",
    rates: bool = False,
    title: str = "Confusion matrix",
    ax: Axes | None = None,
) -> Axes:
    """Counts of an evaluation, or with `rates` the shares of each row in percent.

    `order` is that of the "class", by "size", or "confusion": what is confused side by side. Of
    more than 20 classes those are shown that are confused the most, and a column "others" counts
    the images that were taken for one of the rest.

    Raises:
        ValueError: another order.
    """
    if order not in ORDERS:
        raise ValueError(f"order={order!r}: expected one of {', '.join(ORDERS)}")
    counts = np.array(evaluation.confusion_matrix, np.int64)
    names = [score.name for score in evaluation.classes]
    chosen = most_confused(counts, MOST)
    if order != "class":
        shown = counts[np.ix_(chosen, chosen)]
        chosen = chosen[by_confusion(shown) if order == "confusion" else by_size(counts[chosen])]
    note = "a row a label, a column what it was taken for; blue is right, orange is wrong"
    if len(chosen) < len(names):
        note = f"the {len(chosen)} most confused of {len(names):,} classes; {note}"
    return _drawn(counts, chosen, [names[i] for i in chosen], rates, (title, note), ax)


def _drawn(
    counts: NDArray[np.int64],
    chosen: NDArray[np.int64],
    names: Sequence[str],
    rates: bool,
    heading: tuple[str, str],
    ax: Axes | None,
) -> Axes:
    room = min(_WIDEST, max(width(legible(name), NAME) for name in (*names, _OTHERS))) + 0.1
    side = _CELL * len(names)
    reduced = len(names) < len(counts)
    left, top = MARGIN + room, HEAD + room
    others = left + side + _GAP
    needed = max(
        others + _CELL if reduced else left + side, MARGIN + width(heading[1], NAME) + 0.05
    )  # the note as a whole
    page = Canvas(needed + MARGIN, top + side + MARGIN, ax)
    page.heading(*heading)
    for place, name in enumerate(names):
        middle = (place + 0.5) * _CELL
        page.text(left - 0.1, top + middle, name, align="right", room=room)
        page.text(left + middle, top - 0.08, name, upwards=True, room=room)
    if reduced:
        page.text(others + _CELL / 2, top - 0.08, _OTHERS, upwards=True, room=room)
    for row, label in enumerate(chosen):
        total, y = int(counts[label].sum()), top + row * _CELL
        for column, count in enumerate(counts[label, chosen].tolist()):
            _draw_cell(page, left + column * _CELL, y, count, total, row == column, rates)
        if reduced:
            count = total - int(counts[label, chosen].sum())
            _draw_cell(page, others, y, count, total, False, rates)
    return page.ax


def _draw_cell(
    page: Canvas, x: float, y: float, count: int, total: int, right: bool, rates: bool
) -> None:
    share = count / total if total else 0.0
    colour, ink = _colours(share, right)
    page.rectangle(x, y, _CELL * 0.96, _CELL * 0.96, colour)
    text = f"{100 * share:.1f}" if rates and count else f"{count:,}"
    page.text(x + _CELL * 0.48, y + _CELL * 0.48, text, SMALL, colour=ink, align="center")


def _colours(share: float, right: bool) -> tuple[str, str]:
    """Of a cell's ground, by the share of its row, and of its number."""
    if share == 0:
        return _hex(np.array(_GROUND)), MUTED
    strength = share if right else math.sqrt(min(1.0, share / DARKEST))
    light, dark = map(np.array, _RIGHT if right else _WRONG)
    return _hex(light + (dark - light) * strength), "white" if strength > 0.6 else INK


def _hex(colour: NDArray[Any]) -> str:
    return "#" + "".join(f"{round(float(part)):02x}" for part in colour)
