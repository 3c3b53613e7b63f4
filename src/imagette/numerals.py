"""Numbers as text, with no more digits than their interval supports.

For the terminal, the report and the model card alike.
"""

from __future__ import annotations

import math

Interval = tuple[float, float]  # the lower and the upper end
NO_CASES = "–"  # what is said of a share of nothing
_MOST = 6  # decimals


def decimals(interval: Interval, most: int = _MOST) -> int:
    """How many decimals a number with this 95 % interval supports.

    The last digit stands for at least a tenth of the interval, and for less than all of it.
    """
    half = (interval[1] - interval[0]) / 2
    if not 0 < half < math.inf:
        return 1
    return min(most, max(0, math.ceil(-math.log10(half / 5))))


def is_finite_number(value: object) -> bool:
    """Whether it is a finite number that a float can hold, and no flag."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond all floats
        return False


def rounded(value: float, interval: Interval) -> str:
    """A number as text, as far as its interval supports."""
    return f"{value:.{decimals(interval)}f}"


def rounded_or_none(value: float | None, interval: Interval) -> str:
    """The same; "–" of a share of nothing."""
    return NO_CASES if value is None else rounded(value, interval)


def percent(share: float, interval: Interval | None = None) -> str:
    """A share as "99.12 %", with no more digits than its interval supports."""
    digits = 1
    if interval is not None:
        digits = decimals((100 * interval[0], 100 * interval[1]), most=3)
    return f"{100 * share:.{digits}f} %"


def percent_with_interval(share: float, interval: Interval) -> str:
    """As in "99.12 % (95 % interval 98.92 % to 99.28 %)"."""
    low, high = (percent(bound, interval) for bound in interval)
    return f"{percent(share, interval)} (95 % interval {low} to {high})"


def percent_with_spread(mean: float, spread: float) -> str:
    """As in "99.12 ± 0.04 %": the standard deviation to two digits at most, and the mean alike."""
    digits = min(3, max(1, 1 - math.floor(math.log10(100 * spread)))) if spread > 0 else 2
    return f"{100 * mean:.{digits}f} ± {100 * spread:.{digits}f} %"


def rounded_with_interval(value: float, interval: Interval) -> str:
    """As in "0.031 (95 % interval 0.026 to 0.036)"."""
    low, high = (rounded(bound, interval) for bound in interval)
    return f"{rounded(value, interval)} (95 % interval {low} to {high})"


def p_value(probability: float) -> str:
    """As in "p = 0.031", with two digits that count, or "p < 0.0001"."""
    if probability < 1e-4:
        return "p < 0.0001"
    digits = max(2, 1 - math.floor(math.log10(min(probability, 0.99))))
    return f"p = {probability:.{digits}f}"


def percentage_points(difference: float, interval: Interval) -> str:
    """A difference of shares with its interval, as in "+0.31 (95 % interval +0.02 to +0.60)"."""
    scaled = (100 * interval[0], 100 * interval[1])
    texts = [f"{100 * d:+.{decimals(scaled, most=3)}f}" for d in (difference, *interval)]
    return f"{texts[0]} percentage points (95 % interval {texts[1]} to {texts[2]})"


def counted(count: int, one: str, several: str | None = None) -> str:
    """A number with its noun, as in "1 epoch", "2,000 images"."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def duration(seconds: float) -> str:
    """Seconds as a time with a unit that suits it, as in "47 ms", "2.1 s", "3 min 20 s"."""
    if seconds < 0.9995e-3:
        return f"{1e6 * seconds:.0f} µs"
    if seconds < 0.9995:
        return f"{1e3 * seconds:.2g} ms" if seconds < 0.0995 else f"{1e3 * seconds:.0f} ms"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{int(seconds) // 60} min {int(seconds) % 60} s"
    return f"{int(seconds) // 3600} h {int(seconds) // 60 % 60} min"
