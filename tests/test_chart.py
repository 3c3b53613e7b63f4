"""Charts as geometry: round ticks around the values, lines within the frame."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from imagette.report.chart import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Axis,
    Chart,
    Line,
    as_percent,
    axis,
    logarithmic_axis,
    loss_axis,
    plain,
    whole_axis,
)

VALUES = some.lists(some.floats(-1e6, 1e6), min_size=1, max_size=20)
POSITIVE = some.lists(some.floats(1e-8, 1e6), min_size=1, max_size=20)


def check(found: Axis, values: list[float]) -> None:
    places = [place for place, _ in found.ticks]
    assert 2 <= len(places) <= 12
    assert places == sorted(set(places))
    assert all(found.low <= place <= found.high for place in places)
    slack = 1e-6 * max(1e-6, max(map(abs, values)))
    assert found.low <= min(values) + slack
    assert max(values) - slack <= found.high
    assert all(0 <= found.share(value) <= 1 for value in values)
    assert all(len(text) <= 12 for _, text in found.ticks)


@given(VALUES)
def test_axes_hold_their_values(values: list[float]) -> None:
    check(axis(values, ""), values)


@given(POSITIVE)
def test_logarithmic_axes_hold_theirs(values: list[float]) -> None:
    found = logarithmic_axis(values, "")
    assert found.low <= min(values) * (1 + 1e-9) or min(values) < 1e-9
    assert found.high >= max(values) * (1 - 1e-9)
    shares = [found.share(place) for place, _ in found.ticks]
    assert all(a < b for a, b in itertools.pairwise(shares))


@given(some.integers(1, 5000))
def test_epochs_are_whole(last: int) -> None:
    found = whole_axis(last, "epoch")
    places = [place for place, _ in found.ticks]
    assert places == sorted(set(places))
    assert places[0] == 1
    assert all(place == int(place) <= last for place in places)
    assert len(places) <= 10


def test_a_loss_of_many_sizes_is_logarithmic() -> None:
    assert loss_axis([2.0, 0.01], "").logarithmic
    assert not loss_axis([2.0, 1.0], "").logarithmic
    assert not loss_axis([2.0, 0.0], "").logarithmic


def test_lines_are_drawn_where_their_values_are() -> None:
    chart = Chart("", "", axis([0, 10], ""), axis([0, 1], ""), (Line("a", "", [0, 10], [0, 1]),))
    assert chart.path(chart.lines[0]) == f"M{LEFT} {BOTTOM}L{RIGHT} {TOP}"
    assert chart.down(0.5) == (TOP + BOTTOM) / 2
    assert chart.across(20) == RIGHT  # outside: at the edge
    assert chart.keys() == ()  # one line needs no legend


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.5, "0.5"), (12.5, "12.5"), (20000, "20,000"), (0.0001, "0.0001"), (5e-5, "5e-5")],
)
def test_ticks_are_short(value: float, text: str) -> None:
    assert plain(value) in (text, text.replace("0.0001", "1e-4"))


def test_percent() -> None:
    assert as_percent(0.125) == "12.5 %"
    assert math.isclose(axis([0.97, 0.99], "", as_percent).ticks[0][0], 0.97, abs_tol=0.01)
