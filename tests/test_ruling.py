"""Printed lines leave a mask of ink, what is written on them stays."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imagette.images.photo.separation.ruling import without_ruling


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("side", [200, 1200])
def test_lines_that_lean_differently_go_and_a_stroke_on_them_stays(
    side: int, upright: bool
) -> None:
    """As seen obliquely, their slopes between those that a small picture needs."""
    canvas = Image.new("L", (side, side))
    draw = ImageDraw.Draw(canvas)
    for number, lean in enumerate((0.3, 0.9, 1.5, 2.1)):
        y, rise = side * (number + 1) / 5, side * np.tan(np.deg2rad(lean)) / 2
        draw.line((0, y - rise, side, y + rise), 255, 2)
    thickness = max(8, side // 40)
    stroke = (0.3 * side, 0.25 * side, 0.6 * side, 0.7 * side)
    written = Image.new("L", (side, side))
    ImageDraw.Draw(written).line(stroke, 255, thickness)
    ink = np.asarray(written) > 0
    mask = np.asarray(canvas) > 0
    if upright:
        ink, mask = ink.T, mask.T

    rest = without_ruling(mask | ink, 3, 0.6)
    assert (rest & ~ink).sum() < 0.01 * mask.sum()
    assert (rest & ink).sum() > 0.97 * ink.sum()


def test_a_line_goes_also_where_it_is_a_little_thicker() -> None:
    mask = np.zeros((200, 300), bool)
    mask[90:93] = mask[150:153] = True
    mask[93, 40:80] = mask[149, 200:240] = True
    mask[60:120, 250:258] = True
    rest = without_ruling(mask, 3, 0.6)
    assert not rest[:, :250].any()
    assert rest[:, 250:258].sum() == 60 * 8
