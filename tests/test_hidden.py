"""What stands out more than the glyph and may hide it: holes, pens, a sheet's edges, shadows."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imagette.images.photo.finding.components import Glyph, find_glyph
from imagette.images.photo.finding.locate import Effort, Place
from imagette.images.photo.separation.ink import Ink
from imagette.inference import Classifier
from tests.drawn import (
    LIKE,
    PLAIN,
    Picture,
    answered,
    as_picture,
    ink,
    likeness,
    noise,
    photograph,
    strokes,
)

PENCIL = (165, 162, 155)


def with_discs(*corners: tuple[int, int]) -> Picture:
    """A four in pencil, and black discs beside it, as of a punched sheet."""
    page = Image.fromarray(as_picture(photograph(strokes(width=0.05), pen=PENCIL)))
    for x, y in corners:
        ImageDraw.Draw(page).ellipse((x, y, x + 26, y + 26), (20, 20, 20))
    return np.asarray(page)


def test_faint_ink_beside_punched_holes_is_found(classifier: Classifier) -> None:
    given = answered(with_discs((15, 30), (15, 135), (15, 240)), classifier, PLAIN)
    assert given.missing == ""
    assert likeness(given.image, PLAIN) > LIKE


def found(*lines: tuple[tuple[float, float], ...], width: float = 0.02) -> Glyph:
    strength = 200 * ink(lines, 200, width)
    glyph = find_glyph(Ink(strength, strength > 100, 200.0, 1.0, 200 * width))
    assert glyph is not None
    return glyph


SEVEN = ((0.28, 0.4), (0.42, 0.4), (0.34, 0.62))


@pytest.mark.parametrize("bottom", [0.5, 0.62])
def test_a_glyph_in_the_box_of_an_oblique_pen_is_no_part_of_it(bottom: float) -> None:
    glyph = found(((0.8, 0.05), (bottom, 0.95)), SEVEN)
    assert glyph.is_straight
    assert glyph.rivals == 1


def both(*inks: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Glyph:
    strength = 200 * np.maximum.reduce(inks)
    glyph = find_glyph(Ink(strength, strength > 100, 200.0, 1.0, 4.0))
    assert glyph is not None
    return glyph


def test_a_far_thicker_pen_is_no_part_of_the_glyph_right_beside_it() -> None:
    seven, place = ink([SEVEN], 200, 0.02), ((0.5, 0.05), (0.5, 0.95))
    pen = both(seven, ink([place], 200, 0.06))
    assert pen.is_straight and pen.is_accompanied
    assert not both(seven, ink([place], 200, 0.02)).is_straight  # drawn with the same pen


def test_a_stroke_by_itself_or_beside_specks_is_not_accompanied() -> None:
    stroke = ink([((0.5, 0.1), (0.45, 0.9))], 200, 0.04)
    assert not both(stroke).is_accompanied
    assert not both(stroke, ink([((0.2, 0.5), (0.21, 0.5))], 200, 0.02)).is_accompanied


def test_punched_holes_are_no_rivals_of_a_stroke() -> None:
    stroke = ink([((0.5, 0.1), (0.45, 0.9))], 200, 0.02)
    y, x = np.mgrid[:200, :200]
    hole = (np.hypot(y - 60, x - 10) < 6).astype(np.float32)
    ring = hole - (np.hypot(y - 60, x - 10) < 3)
    assert both(stroke, hole).rivals == 0
    assert both(stroke, ring).rivals == 1


def test_a_bar_counts_to_the_height_by_which_it_may_be_apart() -> None:
    bowl = ((0.4, 0.4), (0.5, 0.45), (0.5, 0.6), (0.3, 0.65))  # a quarter of the picture high
    near, far = (((0.42, height), (0.55, height)) for height in (0.305, 0.2))
    assert found(bowl, near).top < 65
    assert found(bowl, far).top > 70


def test_strokes_that_nearly_touch_are_one_glyph() -> None:
    """A four in two: a long straight stroke, and what it nearly crosses."""
    glyph = found(((0.62, 0.1), (0.42, 0.9)), ((0.42, 0.2), (0.27, 0.55), (0.47, 0.55)))
    assert glyph.rivals == 0
    assert glyph.left < 60


def test_what_stands_between_a_sheets_edges_is_no_hollow() -> None:
    """Bright edges above and beside a glyph enclose it as a loop does its hollow, but far off."""
    page = Image.fromarray(as_picture(photograph(strokes(), paper=(150, 150, 150))))
    ImageDraw.Draw(page).line([(60, 290), (60, 15), (360, 15)], (255, 255, 255), 8)
    sights = Place(as_picture(noise(np.asarray(page, np.float32))), 0.25).sights(Effort.WAYS)
    dark = max(sight.plausibility for sight in sights if sight.contrast.dark)
    assert any(not sight.contrast.dark for sight in sights)
    assert dark > 0.5


def test_a_shadow_in_stripes_on_a_sheet_hides_no_glyph(classifier: Classifier) -> None:
    """As that of a blind: on a sheet, whose surroundings are another thing."""
    sheet = photograph(strokes(120, 0.03), size=(260, 260), corner=(70, 70))
    bright = np.sin(np.arange(260) / 30 + 0.6)[:, np.newaxis, np.newaxis]
    sheet *= 0.65 + 0.35 * np.tanh(4 * bright)
    desk = np.random.default_rng(0).normal(90, 30, (400, 500, 1)) * np.array([1.0, 0.7, 0.4])
    desk = desk.astype(np.float32)
    desk[70:330, 120:380] = sheet
    given = answered(as_picture(desk), classifier, PLAIN)
    assert given.missing == ""
    assert likeness(given.image, PLAIN) > LIKE
