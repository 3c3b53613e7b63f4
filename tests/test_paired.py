"""Tests of differences agree with SciPy's; intervals hold what they promise."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from imagette.evaluation.paired import (
    SIGNIFICANT,
    compare_pairs,
    compare_seeds,
    holm,
    mcnemar,
    paired_interval,
)


@given(first=st.integers(0, 3000), second=st.integers(0, 3000))
def test_mcnemar_is_the_binomial_test(first: int, second: int) -> None:
    expected = stats.binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-8, abs=1e-200)


def test_mcnemar_of_a_known_case() -> None:
    # Agresti, Categorical Data Analysis, approval ratings: 150 against 86 changed their minds.
    assert mcnemar(150, 86) == pytest.approx(3.7e-5, rel=0.05)
    assert mcnemar(0, 0) == 1
    assert mcnemar(5, 0) == 2 / 2**5


def test_pairs_are_counted() -> None:
    first = np.array([True, True, True, False, False])
    second = np.array([True, False, False, True, False])
    result = compare_pairs(first, second)
    assert (result.images, result.only_first, result.only_second) == (5, 2, 1)
    assert result.difference == pytest.approx(first.mean() - second.mean())
    assert result.p_value == 1
    assert result.interval == paired_interval(2, 1, 5)


def test_the_paired_interval_of_a_known_case() -> None:
    # By hand: (b + 1) / (n + 2) and (c + 1) / (n + 2), Bonett and Price 2012, equation 3.
    p, q = 13 / 52, 4 / 52
    half = 1.959964 * np.sqrt((p + q - (p - q) ** 2) / 52)
    assert paired_interval(12, 3, 50) == pytest.approx((p - q - half, p - q + half), abs=1e-6)
    low, high = paired_interval(0, 0, 100)
    assert -0.05 < low < 0 < high < 0.05
    assert paired_interval(1, 0, 1)[1] == 1


@pytest.mark.parametrize("shares", [(0.02, 0.02), (0.1, 0.05), (0.3, 0.1), (0.2, 0.0)])
def test_the_paired_interval_holds_the_truth_as_often_as_it_says(
    shares: tuple[float, float],
) -> None:
    n, (p, q) = 60, shares
    held = 0.0
    for b, c in itertools.product(range(n + 1), repeat=2):
        if b + c <= n:
            low, high = paired_interval(b, c, n)
            if low <= p - q <= high:
                held += stats.multinomial.pmf([b, c, n - b - c], n, [p, q, 1 - p - q])
    assert held > 0.93


def test_over_seeds_it_is_the_paired_t_test() -> None:
    first, second = [0.991, 0.993, 0.992, 0.9935], [0.990, 0.9915, 0.9921, 0.9929]
    expected = stats.ttest_rel(first, second)
    result = compare_seeds(first, second, 10_000)
    assert result.p_value == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert result.interval == pytest.approx((interval.low, interval.high))
    assert result.seeds == 4
    assert result.difference == pytest.approx(np.subtract(first, second).mean())


def test_seeds_that_differ_all_alike() -> None:
    assert compare_seeds([0.5, 0.75], [0.5, 0.75], 100).p_value == 1
    one_image = compare_seeds([301 / 359, 300 / 359], [300 / 359, 299 / 359], 359)
    assert one_image.p_value > 0.1
    assert one_image.interval[0] < 0 < one_image.interval[1]
    many = compare_seeds([0.75, 0.75, 0.75], [0.5, 0.5, 0.5], 100)
    assert many.p_value < 0.001
    assert many.interval == pytest.approx((0.24, 0.26), abs=0.001)


def test_few_seeds_of_equal_classifiers_rarely_look_different() -> None:
    """Counts of 359 images that differ by chance alone, two and three seeds."""
    random = np.random.default_rng(0)
    for seeds in (2, 3):
        counts = random.binomial(359, 0.997, (2000, 2, seeds))
        shares = counts / 359
        found = [compare_seeds(first, second, 359).p_value for first, second in shares]
        assert np.mean(np.array(found) < SIGNIFICANT) < 0.06


def test_holm_of_a_known_case() -> None:
    # As R's p.adjust(c(0.01, 0.04, 0.03), "holm").
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([0.9, 0.8]) == (1.0, 1.0)
    assert holm([]) == ()
