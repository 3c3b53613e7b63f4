"""Upright strokes of another pen than the glyphs beside them."""

from dataclasses import replace

import numpy as np
import pytest

from imagette.inference.pages.glyph import Glyph
from imagette.inference.pages.pens import of_another_pen


def glyph(width: int, stroke: int, strength: float, likely: float = 0.9) -> Glyph:
    """A frame as drawn with such a stroke, 40 pixels high; as narrow as the stroke: a bar."""
    ink = np.ones((40, width), np.float32)
    ink[stroke:-stroke, stroke : max(stroke, width - stroke)] = 0
    return Glyph(np.ones(1, np.float32), 0.0, (0, 0, 40, width), likely, ink, strength)


NUMBER = [glyph(28, 6, 100), glyph(24, 6, 110), glyph(26, 5, 95)]


@pytest.mark.parametrize(
    ("stroke", "strength", "another"),
    [
        (6, 100, False),
        (5, 80, False),
        (7, 130, False),
        (6, 60, True),
        (6, 170, True),
        (2, 90, True),
    ],
)
def test_fainter_darker_and_thinner_strokes_are_of_another_pen(
    stroke: int, strength: float, another: bool
) -> None:
    line = [glyph(stroke, stroke, strength), *NUMBER]
    assert of_another_pen(line).tolist() == [another, False, False, False]


@pytest.mark.parametrize(("amount", "strength"), [(0.3, 100), (1, 0)])
def test_glyphs_with_hardly_any_ink_still_show_a_pen(amount: float, strength: float) -> None:
    faint = [replace(one, ink=amount * one.ink, strength=strength) for one in NUMBER]
    same = replace(glyph(6, 6, strength), ink=np.ones((40, 6), np.float32))
    with np.errstate(all="raise"):
        assert not of_another_pen([same, *faint]).any()


def test_a_broad_glyph_may_be_of_any_pen() -> None:
    assert not of_another_pen([glyph(24, 2, 50), *NUMBER]).any()


def test_a_single_sure_glyph_does_not_show_the_pen() -> None:
    unsure = [glyph(28, 6, 100, likely=0.3)] * 3
    assert not of_another_pen([glyph(2, 2, 50), NUMBER[0], *unsure]).any()
    assert not of_another_pen([]).any()
