"""Nearly level lines are taken out of a mask, also where they cross."""

import numpy as np
import pytest
from numpy.typing import NDArray

from imagette.images.photo.raster.straight import straight, without


def crossing(*slopes: float) -> NDArray[np.bool_]:
    """Lines, three pixels thick, through one point."""
    page = np.zeros((200, 500), bool)
    for slope in slopes:
        for column in range(500):
            row = round(100 + slope * (column - 250))
            page[row : row + 3, column] = True
    return page


@pytest.mark.parametrize("slopes", [(0.1, -0.1), (0.1, 0.0), (0.15, 0.05)])
def test_lines_that_cross_go(slopes: tuple[float, float]) -> None:
    page = crossing(*slopes)
    rest = without(page, straight(page, 100))
    assert rest.sum() < 0.1 * page.sum()


def test_each_of_many_lines_has_a_course_of_its_own() -> None:
    page = np.zeros((130, 400), bool)
    for row in range(5, 125, 10):
        page[row : row + 2, 20 : 380 - row] = True
    beside = np.zeros_like(page)
    beside[58:61, 100:160] = True  # a bow that touches the line from row 55 on
    beside[57, [100, 159]] = True
    assert not without(page, straight(page, 100)).any()
    line = straight(page, 100) | beside
    rest = without(page | beside, line)
    assert (rest & beside).sum() > 0.8 * beside.sum()
    assert (rest & ~beside).sum() < 0.05 * page.sum()
