"""Numbers are shown with the digits that their intervals support, and no more."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagette.evaluation import wilson_interval
from imagette.numerals import (
    counted,
    decimals,
    duration,
    p_value,
    percent,
    percent_with_interval,
    percent_with_spread,
    percentage_points,
    rounded,
    rounded_with_interval,
)


@pytest.mark.parametrize(
    ("correct", "images", "text"),
    [
        (9_924, 10_000, "99.24 %"),
        (353, 359, "98.3 %"),
        (3, 4, "75 %"),
        (10**6 - 1, 10**6, "100.000 %"),
    ],
)
def test_shares(correct: int, images: int, text: str) -> None:
    assert percent(correct / images, wilson_interval(correct, images)) == text


@given(half=st.floats(1e-5, 1e3), middle=st.floats(-10, 10))
def test_the_last_digit_is_within_the_interval_and_not_far_below(
    half: float, middle: float
) -> None:
    digits = decimals((middle - half, middle + half))
    unit = 10.0**-digits
    assert unit < 2 * half or digits == 0
    assert unit >= 2 * half / 100 or digits == 6 or half > 5


def test_numbers() -> None:
    assert rounded(0.03123, (0.026, 0.036)) == "0.031"
    assert rounded(0.5, (0.5, 0.5)) == "0.5"
    assert rounded(2.345, (0, 40)) == "2"
    assert rounded_with_interval(0.03123, (0.0262, 0.0358)) == (
        "0.0312 (95 % interval 0.0262 to 0.0358)"
    )
    assert percent(0.5) == "50.0 %"
    assert decimals((0, math.inf)) == 1
    assert percent_with_interval(0.9832, (0.964, 0.992)) == (
        "98.3 % (95 % interval 96.4 % to 99.2 %)"
    )


def test_spreads_and_differences() -> None:
    assert percent_with_spread(0.99234, 0.00042) == "99.234 ± 0.042 %"
    assert percent_with_spread(0.9833, 0.0074) == "98.33 ± 0.74 %"
    assert percent_with_spread(0.897, 0.015) == "89.7 ± 1.5 %"
    assert percent_with_spread(0.5, 0.25) == "50.0 ± 25.0 %"
    assert percent_with_spread(0.5, 0) == "50.00 ± 0.00 %"
    assert percentage_points(-0.0139, (-0.0302, 0.0021)) == (
        "-1.4 percentage points (95 % interval -3.0 to +0.2)"
    )


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "p < 0.0001"),
        (0.00012, "p = 0.00012"),
        (0.0314, "p = 0.031"),
        (0.5, "p = 0.50"),
        (1.0, "p = 1.00"),
    ],
)
def test_p_values(probability: float, text: str) -> None:
    assert p_value(probability) == text


def test_numbers_have_their_nouns() -> None:
    assert [counted(n, "epoch") for n in (0, 1, 2000)] == ["0 epochs", "1 epoch", "2,000 epochs"]
    assert counted(1, "class", "classes") == "1 class"
    assert counted(3, "class", "classes") == "3 classes"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.000_02, "20 µs"),
        (0.047, "47 ms"),
        (0.000_9997, "1 ms"),
        (0.0997, "100 ms"),
        (0.512, "512 ms"),
        (0.9997, "1.0 s"),
        (99.97, "1 min 39 s"),
        (2.13, "2.1 s"),
        (200.4, "3 min 20 s"),
        (7260, "2 h 1 min"),
    ],
)
def test_times_have_a_unit_that_suits_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
