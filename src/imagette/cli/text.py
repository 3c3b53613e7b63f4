"""Numbers and tables as people read them."""

import json
import math
import sys
from collections.abc import Sequence
from typing import Any


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    print()


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
    """A table on stdout, not wrapped in a pipe; the columns named in `right` are aligned so."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    console.print(table)
