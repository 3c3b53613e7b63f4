"""Intervals for proportions."""

import math

from imagette.numerals import Interval

# The 97.5th percentile of the standard normal distribution: two-sided 95 %.
Z = 1.959963984540054


def wilson_interval(successes: int, trials: int) -> Interval:
    """The 95 % interval of a proportion by Wilson's score method (Wilson 1927, JASA 22).

    Unlike the simple interval it stays within 0 and 1 and holds for proportions near 1.
    No trials: (0, 1).
    """
    if trials == 0:
        return 0.0, 1.0
    proportion = successes / trials
    spread = Z**2 / trials
    centre = (proportion + spread / 2) / (1 + spread)
    half = Z * math.sqrt(proportion * (1 - proportion) / trials + spread / trials / 4)
    half /= 1 + spread
    # Rounding must not push the interval off the proportion itself.
    return min(proportion, max(0.0, centre - half)), max(proportion, min(1.0, centre + half))


def difference_interval(
    successes: int, trials: int, other_successes: int, other_trials: int
) -> Interval:
    """The 95 % interval of the difference of two proportions, the first less the second.

    Newcombe's hybrid of two Wilson intervals (1998, Statistics in Medicine 17, method 10).
    """
    first, second = successes / trials, other_successes / other_trials
    low, high = wilson_interval(successes, trials)
    other_low, other_high = wilson_interval(other_successes, other_trials)
    difference = first - second
    return (
        difference - math.hypot(first - low, other_high - second),
        difference + math.hypot(high - first, second - other_low),
    )
