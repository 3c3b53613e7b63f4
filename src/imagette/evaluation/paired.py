"""Whether one classifier is better than another: on the same images, or over the same seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.evaluation.intervals import Z
from imagette.numerals import Interval

SIGNIFICANT = 0.05  # p-values below it show a difference
_ROUNDED = math.sqrt(1 / 6)  # images: deviation of a difference of two rounded counts


@dataclass(frozen=True)
class PairedComparison:
    """Two classifiers on the same images.

    Attributes:
        only_first, only_second: images that only this one had right.
        difference: of the accuracies, the first less the second.
        interval: its 95 % interval.
        p_value: of the exact McNemar test.
    """

    images: int
    only_first: int
    only_second: int
    difference: float
    interval: Interval
    p_value: float


@dataclass(frozen=True)
class SeedComparison:
    """Two ways to train, with the same seeds.

    Attributes:
        seeds: how many pairs.
        difference: mean of the differences of the accuracies, the first less the second.
        interval: its 95 % interval.
        p_value: of the paired t test, two-sided.
    """

    seeds: int
    difference: float
    interval: Interval
    p_value: float


def compare_pairs(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> PairedComparison:
    """From which answers are right (n,), of both to the same images."""
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    return PairedComparison(
        images=len(first),
        only_first=only_first,
        only_second=only_second,
        difference=(only_first - only_second) / len(first),
        interval=paired_interval(only_first, only_second, len(first)),
        p_value=mcnemar(only_first, only_second),
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p-value of McNemar's test (1947, Psychometrika 12).

    If both were equally good, an image that only one has right would be either's with
    probability 1/2: the binomial distribution, and no approximation of it.
    """
    count, fewer = only_first + only_second, min(only_first, only_second)
    whole = math.lgamma(count + 1) - count * math.log(2)
    tail = math.fsum(
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(count - k + 1)) for k in range(fewer + 1)
    )
    return min(1.0, 2 * tail)


def paired_interval(only_first: int, only_second: int, images: int) -> Interval:
    """The 95 % interval of the difference of two accuracies on the same images.

    Bonett and Price's adjusted Wald interval (2012, Journal of Educational and Behavioral
    Statistics 37:479-488): one image more is counted for each of the two, so that it holds for
    few images and for none that only one has right, too.
    """
    first, second = (only_first + 1) / (images + 2), (only_second + 1) / (images + 2)
    difference = first - second
    half = Z * math.sqrt((first + second - difference**2) / (images + 2))
    return max(-1.0, difference - half), min(1.0, difference + half)


def compare_seeds(first: Sequence[float], second: Sequence[float], images: int) -> SeedComparison:
    """From the accuracies of both with the same seeds, at least two, in the same order.

    Student's paired t test. A permutation of signs would assume less, but of five seeds its
    smallest p-value is 1/16: it could show nothing. Accuracies are means over many images, so
    that their differences are near enough to normal; but they come in steps of one of so many
    `images`, and a few seeds may well differ all by the same. So the differences are never taken
    to vary less than by what such steps round off.
    """
    from scipy.special import stdtr, stdtrit  # heavy; only this needs them

    differences = np.subtract(first, second)
    count = len(differences)
    deviation = max(float(differences.std(ddof=1)), _ROUNDED / images)
    mean, error = float(differences.mean()), deviation / math.sqrt(count)
    half = float(stdtrit(count - 1, 0.975)) * error
    probability = 2 * float(stdtr(count - 1, -abs(mean) / error))
    return SeedComparison(count, mean, (mean - half, mean + half), probability)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """p-values for several tests at once (Holm 1979, Scandinavian Journal of Statistics 6).

    So that the chance that any of them shows a difference that is none stays below 5 %.
    """
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return tuple(adjusted)
