"""Numbers and tables as people read them."""

import json
import math
import sys
from collections.abc import Sequence
from typing import Any

from imagette.cli.streams import printable, stdout_has
from imagette.errors import ImagetteError

_UNBOUNDED = 1_000_000  # columns; in a pipe no table is cut


def print_json(value: Any) -> None:
    """One JSON document on stdout; letters that its encoding lacks are escaped as JSON does.

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
    print(text if stdout_has(text) else json.dumps(value, indent=2, allow_nan=False))


def percent(share: float, interval: tuple[float, float] | None = None) -> str:
    """A share as "99.12 %", with no more digits than its 95 % interval supports."""
    digits = 1
    if interval is not None:
        half = 100 * (interval[1] - interval[0]) / 2
        digits = min(3, max(0, math.ceil(-math.log10(half / 5)))) if half > 0 else 1
    return f"{100 * share:.{digits}f} %"


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()
) -> None:
    """A table on stdout; the columns named in `right` are aligned so.

    In a pipe it is neither wrapped nor cut, and no line ends in blanks.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        header = Text(printable(column))
        table.add_column(header, justify="right" if column in right else "left")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    if sys.stdout.isatty():
        Console(highlight=False).print(table)
        return
    console = Console(width=_UNBOUNDED, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(table)
    print(*(line.rstrip() for line in capture.get().rstrip("\n").split("\n")), sep="\n")
