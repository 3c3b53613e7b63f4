"""Curves in one line: from lowest to highest, never wider than there is room."""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from imagette.cli.sparkline import has_blocks, sparkline


def test_values_become_heights() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([1.0, 0.5, 0.25, 0.0]) == "█▅▃▁"
    assert sparkline([3, 3, 3]) == "▁▁▁"
    assert sparkline([]) == ""
    assert sparkline([0, math.nan, 1, math.inf]) == "▁ █ "
    assert sparkline([0, 7], blocks=False) == "_@"


def test_many_values_are_means_of_neighbours() -> None:
    assert sparkline([0, 0, 1, 1, 2, 2], columns=3) == sparkline([0, 1, 2])
    assert len(sparkline(range(1000), columns=20)) == 20


def test_blocks_need_an_encoding_that_has_them() -> None:
    assert has_blocks("utf-8")
    assert not has_blocks("latin-1")
    assert not has_blocks("nonsense")


@given(st.lists(st.floats(), max_size=100), st.integers(1, 30))
@example([1.7e308, -9e291], 2)  # their difference is infinite
@example([5e-324, 0.0], 2)  # half of their difference is 0
def test_it_is_never_wider_than_there_is_room(values: list[float], columns: int) -> None:
    assert len(sparkline(values, columns)) == min(len(values), columns)
