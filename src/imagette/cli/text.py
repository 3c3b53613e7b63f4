"""Numbers and tables as people read them."""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from imagette.cli.narrow import least_width, left_out, shortened, table_width
from imagette.cli.streams import printable, stdout_has
from imagette.errors import ImagetteError

_RULE = 100  # columns of a rule in a pipe, at most


def print_json(value: Any) -> None:
    """One JSON document on stdout.

    If its encoding lacks letters, or some would disturb a terminal, they are escaped as JSON does.

    Raises:
        ImagetteError: a number that is none; JSON has no word for it.
    """
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise ImagetteError(
            "the result holds a number that is not finite (NaN or infinity), which JSON cannot "
            "hold. Print it without --json, and do not trust the classifier"
        ) from error
    plain = stdout_has(text) and printable(text, keep="\n") == text
    print(text if plain else json.dumps(value, indent=2, allow_nan=False))


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[str] = (),
    name_column: str = "",
    spared: Sequence[Sequence[str]] = (),
) -> None:
    """A table on stdout; the columns named in `right` are aligned so.

    In a pipe it is neither wrapped nor cut, and no line ends in blanks. On a terminal that is too
    narrow columns are left out, those of one entry of `spared` after those of another, and that is
    told; then the cells of `name_column`, of files, runs or classes, lose their beginnings, and
    other texts are folded. No number is cut: where not even that fits, each row is lines of its
    own, "header: cell".
    """
    cells = [[printable(cell) for cell in row] for row in (columns, *rows)]
    if not sys.stdout.isatty():
        print(*_lines(cells, [column in right for column in columns]), sep="\n")
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    whole, widths = cells, dict[str, int]()
    if name_column:
        cells = left_out(cells, name_column, spared, console.width)
    if least_width(cells, name_column, right) > console.width:
        for line in _by_row(whole):
            console.print(Text(line), overflow="fold")
        return
    if name_column:
        cells, widths[name_column] = shortened(cells, name_column, console.width)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in cells[0]:
        table.add_column(
            Text(header),
            justify="right" if header in right else "left",
            width=widths.get(header),
            no_wrap=header in right,  # a number that is cut is another
            overflow="fold",
        )
    for row in cells[1:]:
        table.add_row(*map(Text, row))
    console.print(table)
    kept = [header.strip() for header in cells[0]]  # blanks only tell headers of one name apart
    missing = dict.fromkeys(c.strip() for c in columns if c.strip() and c.strip() not in kept)
    if missing:
        console.print(Text(f"(for want of room without {', '.join(missing)})"))


def _by_row(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """The same as lines "header: cell", a blank one between rows; what is empty is left out.

    A column without a header tells more of the one before.
    """
    headers, *rows = cells
    for number, row in enumerate(rows):
        if number:
            yield ""
        line = ""
        for header, cell in zip(headers, row, strict=True):
            if cell and not header.strip():
                line += f" ({cell})"
            elif cell:
                yield from filter(None, [line])
                line = f"{header.strip()}: {cell}"
        yield line


def has_room(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether stdout, if it is a terminal, is wide enough for a table."""
    if not sys.stdout.isatty():
        return True
    from rich.console import Console

    cells = [[printable(cell) for cell in row] for row in (columns, *rows)]
    return table_width(cells) <= Console().width


def _lines(cells: Sequence[Sequence[str]], to_right: Sequence[bool]) -> Iterator[str]:
    """The same by hand: Rich takes minutes for a table of 100,000 rows."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        blanks = [" " * (width - cell_len(cell)) for width, cell in zip(widths, row, strict=True)]
        parts = zip(row, blanks, to_right, strict=True)
        yield "   ".join(b + cell if right else cell + b for cell, b, right in parts).rstrip()
        if not number:
            width = min(_RULE, sum(widths) + 3 * (len(widths) - 1))
            yield ("─" if stdout_has("─") else "-") * width
