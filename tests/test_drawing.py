"""Drawings on an even ground are prepared at once, as the search prepares them; all else is not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imagette.images.photo.candidates import prepare
from imagette.images.photo.finding.drawing import find_drawing
from tests.drawn import (
    PREPARATION,
    SHAPE,
    Picture,
    as_picture,
    likeness,
    noise,
    photograph,
    strokes,
)

_SIDE = 96


def canvas(text: str = "", **settings: tuple[int, int, int]) -> Picture:
    """A four, or a text of Pillow's font, on a canvas as a browser has it."""
    ink = strokes()
    if text:
        image = Image.new("L", (160, 160))
        ImageDraw.Draw(image).text((80, 80), text, fill=255, font_size=140, anchor="mm")
        ink = np.asarray(image, np.float32) / np.float32(255)
    return as_picture(photograph(ink, size=(280, 280), corner=(60, 70), **settings))


def searched(picture: Picture) -> Picture:
    """The same for the eye, but not for the computer: one pixel of the ground differs."""
    changed = picture.copy()
    changed[0, 0] ^= 1
    return changed


def alike(first: Picture, second: Picture) -> float:
    """Likeness where an image may lie a pixel off, since its centre is rounded."""
    steps = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(likeness(np.roll(first, step, axis=(0, 1)), second) for step in steps)


def test_thick_strokes_are_plain_enough_on_an_even_ground() -> None:
    ink = strokes(160, 0.25)
    picture = as_picture(photograph(ink, size=(280, 280), corner=(60, 70), paper=WHITE, pen=BLACK))
    drawing = find_drawing(picture, _SIDE, PREPARATION.gap)
    assert drawing is not None and 0.6 < drawing.plausibility < 1
    given = prepare(picture, SHAPE, PREPARATION)
    assert given.plausibility == drawing.plausibility
    assert alike(given.image, prepare(searched(picture), SHAPE, PREPARATION).image) > 0.96


WHITE, BLACK, YELLOW, BLUE = (255, 255, 255), (0, 0, 0), (250, 220, 60), (30, 60, 200)


@pytest.mark.parametrize(("paper", "pen"), [(WHITE, BLACK), (BLACK, WHITE), (YELLOW, BLUE)])
@pytest.mark.parametrize("text", ["", "3", "5", "8"])
def test_a_drawing_is_prepared_as_the_search_prepares_it(
    paper: tuple[int, int, int], pen: tuple[int, int, int], text: str
) -> None:
    picture = canvas(text, paper=paper, pen=pen)
    assert find_drawing(picture, _SIDE, PREPARATION.gap) is not None
    assert find_drawing(searched(picture), _SIDE, PREPARATION.gap) is None
    plain = prepare(picture, SHAPE, PREPARATION)
    full = prepare(searched(picture), SHAPE, PREPARATION)
    assert alike(plain.image, full.image) > 0.96
    assert plain.box == pytest.approx(full.box, abs=0.03 * 160)
    assert plain.notes == full.notes
    assert list(plain.steps) == list(full.steps)


def test_a_gray_drawing_is_prepared_as_one_in_colour() -> None:
    gray = canvas(paper=WHITE, pen=BLACK)
    one = prepare(gray[..., :1], SHAPE, PREPARATION)
    np.testing.assert_array_equal(one.image, prepare(gray, SHAPE, PREPARATION).image)


def gradient() -> Picture:
    values = canvas(paper=WHITE, pen=BLACK).astype(np.float32)
    values[10:-10, 10:-10] *= np.linspace(1, 0.7, 260, dtype=np.float32)[:, np.newaxis]
    return as_picture(values)


def two_colours() -> Picture:
    picture = canvas(paper=WHITE, pen=BLACK)
    picture[:120, :, 0] = 255
    return picture


def two_glyphs() -> Picture:
    ink = np.zeros((200, 200), np.float32)
    ink[50:150] = np.hstack((strokes(100), strokes(100)))
    return as_picture(photograph(ink, size=(280, 280), corner=(30, 30)))


def at_the_border() -> Picture:
    return canvas(paper=WHITE, pen=BLACK)[72:]


def filled() -> Picture:
    picture = np.full((280, 280, 1), 255, np.uint8)
    picture[80:200, 60:190] = 0
    return picture


def crossed_out() -> Picture:
    picture = canvas(paper=WHITE, pen=BLACK)
    picture[150:154, 1:-1] = 0
    return picture


@pytest.mark.parametrize(
    "picture",
    [
        gradient(),
        two_colours(),
        two_glyphs(),
        at_the_border(),
        filled(),
        crossed_out(),
        as_picture(noise(photograph(strokes()))),
        canvas().repeat(4, axis=0).repeat(4, axis=1),
        canvas()[::8, ::8],
        np.full((280, 280, 3), 255, np.uint8),
        np.zeros((1, 1, 1), np.uint8),
    ],
    ids=[
        "a gradient",
        "two colours",
        "two glyphs",
        "cut by the border",
        "a sheet",
        "a line across",
        "noise",
        "large",
        "small",
        "blank",
        "one pixel",
    ],
)
def test_what_is_not_plain_is_left_to_the_search(picture: Picture) -> None:
    assert find_drawing(picture, _SIDE, PREPARATION.gap) is None
