"""Which of the things found is the glyph, where one is a straight stroke, perhaps a pen."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from imagette.images.photo.prepared import Prepared
from imagette.inference.judging import is_bare_part, judged

SURE = np.array([-1.0, -1.0])  # novelties


def thing(box: tuple[int, int, int, int], *, falls: bool = False, stroke: bool = False) -> Prepared:
    image = np.zeros((28, 28, 1), np.uint8)
    return Prepared(image, box, is_straight=stroke, falls=falls)


def worth(*found: Prepared) -> NDArray[np.float64]:
    return judged(found, (np.eye(2, dtype=np.float32), SURE.astype(np.float32)))[1]


@pytest.mark.parametrize(("falls", "worth_as_alone"), [(False, False), (True, True)])
def test_an_oblique_pen_beside_a_glyph_is_hardly_an_answer(
    falls: bool, worth_as_alone: bool
) -> None:
    """The glyph is in the lower right corner of the pen's box: the pen runs there or not."""
    pen, glyph = thing((0, 0, 200, 150), falls=falls, stroke=True), thing((130, 100, 210, 160))
    expected = 1.0 if worth_as_alone else 0.3
    assert worth(pen, glyph)[0] == pytest.approx(expected, abs=0.01)


def test_specks_beside_a_stroke_do_not_make_it_a_pen() -> None:
    stroke, speck = thing((0, 0, 200, 150), stroke=True), thing((180, 130, 190, 140))
    faint = replace(speck, plausibility=0.4)
    assert worth(stroke, faint)[0] > 0.9 > worth(stroke, speck)[0]


@pytest.mark.parametrize(
    ("whole", "expected"),
    [((0, 0, 250, 160), True), ((0, 0, 205, 150), False), ((0, 0, 200, 900), False)],
)
def test_a_stroke_may_be_part_of_what_is_somewhat_larger(
    whole: tuple[int, int, int, int], expected: bool
) -> None:
    pen = thing((0, 0, 200, 150), stroke=True)
    assert is_bare_part(pen, [pen, thing(whole)]) is expected
    assert not is_bare_part(pen, [pen])
