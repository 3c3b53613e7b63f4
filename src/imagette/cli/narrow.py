"""Making a table narrow enough for a terminal: columns left out, names of files cut."""

import re
import sys
from collections.abc import Sequence

from imagette.cli.streams import stdout_has

BETWEEN = 3  # blanks from one column to the next
_LEAST = 12  # columns of the terminal that a file's name gets at least
_FOLDED = 10  # that another text gets, which is folded

Cells = list[list[str]]  # by rows, the first of which has the headers


def left_out(cells: Cells, name_column: str, spared: Sequence[Sequence[str]], room: int) -> Cells:
    """Without columns of `spared`, as many as must be for names of files without their folders."""
    for headers in spared:
        if _needed(cells, name_column) <= room:
            break
        kept = [number for number, header in enumerate(cells[0]) if header not in headers]
        cells = [[row[number] for number in kept] for row in cells]
    return cells


def shortened(cells: Cells, name_column: str, room: int) -> tuple[Cells, int]:
    """With the column `name_column` as wide as there is room; and that width.

    Its cells lose their beginnings; none does where two would then be the same.
    """
    place, widths = cells[0].index(name_column), _widths(cells)
    others = sum(widths) - widths[place] + BETWEEN * (len(widths) - 1)
    width = min(widths[place], max(room - others, _LEAST))
    names = [row[place] for row in cells]
    ends = [_end(name, width) for name in names]
    if len(set(ends)) < len(set(names)):
        return cells, width
    return [
        [*row[:place], end, *row[place + 1 :]] for row, end in zip(cells, ends, strict=True)
    ], width


def table_width(cells: Cells) -> int:
    """How many columns of a terminal a table takes."""
    widths = _widths(cells)
    return sum(widths) + BETWEEN * (len(widths) - 1)


def least_width(cells: Cells, name_column: str, whole: Sequence[str]) -> int:
    """How many columns of a terminal a table takes at least, if those that are `whole` stay so."""
    least = {name_column: _LEAST} | dict.fromkeys(whole, sys.maxsize)
    widths = [
        min(width, least.get(header, _FOLDED))
        for header, width in zip(cells[0], _widths(cells), strict=True)
    ]
    return sum(widths) + BETWEEN * (len(widths) - 1)


def _needed(cells: Cells, name_column: str) -> int:
    from rich.cells import cell_len

    place, widths = cells[0].index(name_column), _widths(cells)
    names = (re.split(r"[/\\]", row[place])[-1] for row in cells)
    widths[place] = min(widths[place], max(_LEAST, *map(cell_len, names)))
    return sum(widths) + BETWEEN * (len(widths) - 1)


def _widths(cells: Cells) -> list[int]:
    from rich.cells import cell_len

    return [max(map(cell_len, column)) for column in zip(*cells, strict=True)]


def _end(text: str, width: int) -> str:
    """As much of a text's end as fits, with a sign that there was more."""
    from rich.cells import cell_len

    if cell_len(text) <= width:
        return text
    sign = "…" if stdout_has("…") else "..."
    start = len(text)
    while start and cell_len(text[start - 1 :]) <= width - len(sign):
        start -= 1
    return sign + text[start:]
