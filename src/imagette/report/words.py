"""Numbers as a reader wants them: no more digits than hold, with their units and nouns."""

import math
import re

from markupsafe import Markup, escape

from imagette import numerals
from imagette.numerals import Interval


def percent(share: float, interval: Interval | None = None) -> str:
    """A share as "99.12 %", as far as its interval supports; no line breaks before the sign."""
    return numerals.percent(share, interval).replace(" ", "\xa0")


def between(interval: Interval, joined: str = "to") -> str:
    """An interval as "98.9 % to 99.3 %"."""
    return f" {joined} ".join(percent(bound, interval) for bound in interval)


def rounded(value: float) -> str:
    """Two digits that count: 8,300, 0.031."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(0, digits)}f}"


def code(text: str) -> Markup:
    """A message with the arguments that it names in backquotes as HTML's code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def listed(names: list[str], most: int = 5) -> str:
    """Names in a row: "a, b and c", the rest as a number."""
    shown = names[:most]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
