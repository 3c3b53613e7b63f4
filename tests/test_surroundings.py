"""What lies around a glyph in a photograph: a line beneath, a pen beside, highlighter behind."""

import gc
import weakref
from dataclasses import replace
from itertools import product
from pathlib import Path
from unittest.mock import Mock

import matplotlib
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from imagette.images.photo.candidates import Finder, candidates, prepare
from imagette.images.photo.finding import underline
from imagette.images.photo.finding.locate import Effort
from imagette.images.photo.separation.ink import Ink
from imagette.inference import Classifier
from imagette.inference.preparing import make_input
from tests.drawn import (
    LIKE,
    PLAIN,
    PREPARATION,
    SHAPE,
    Picture,
    answered,
    as_picture,
    certain,
    ink,
    likeness,
    photograph,
    strokes,
)

LEFT, FOOT = 150, 212  # of the four, in pixels of `photograph`'s picture; it is 125 wide


def underlined(top: int, left: int, right: int) -> Picture:
    picture = photograph(strokes())
    picture[top : top + 6, left:right] = (40, 45, 60)
    return as_picture(picture)


@pytest.mark.parametrize(("left", "right"), [(100, 380), (160, 300)])
def test_a_line_beneath_is_left_out(left: int, right: int) -> None:
    prepared = prepare(underlined(FOOT + 24, left, right), SHAPE, PREPARATION)
    assert likeness(prepared.image, PLAIN) > 0.98
    assert "line beneath left out" in prepared.notes
    assert not prepared.crowded


@pytest.mark.parametrize("rise", [-0.3, -0.1, 0, 0.1, 0.3])
@pytest.mark.parametrize("second", [None, 16])
def test_lines_beneath_may_be_oblique_and_two(rise: float, second: int | None) -> None:
    page = Image.fromarray(as_picture(photograph(strokes())))
    for apart in (0, second) if second else (0,):
        y, half = FOOT + 44 + apart, 90
        ends = (210 - half, y - rise * half, 210 + half, y + rise * half)
        ImageDraw.Draw(page).line(ends, (40, 45, 60), 6)
    prepared = prepare(np.asarray(page), SHAPE, PREPARATION)
    assert likeness(prepared.image, PLAIN) > 0.98
    assert "line beneath left out" in prepared.notes


def test_dirt_is_no_line_beneath(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each oblique piece that is tried takes a look at all ink."""
    levelled = Mock(wraps=underline._levelled)
    monkeypatch.setattr(underline, "_levelled", levelled)
    page = Image.new("L", (200, 200))
    for x, y in product(range(4, 190, 12), range(4, 190, 8)):
        ImageDraw.Draw(page).line((x, y, x + 9, y + 2), 255)
    strength = np.asarray(page, np.float32)
    underline.line_beneath(Ink(strength, strength > 0, 255.0, 1.0, 3))
    assert 0 < levelled.call_count < 10


def test_what_is_steep_is_no_line_beneath() -> None:
    page = Image.fromarray(as_picture(photograph(strokes())))
    ImageDraw.Draw(page).line((120, FOOT + 70, 300, FOOT - 2), (40, 45, 60), 6)
    prepared = prepare(np.asarray(page), SHAPE, PREPARATION)
    assert "line beneath left out" not in prepared.notes


@pytest.mark.parametrize("gap", [5, 14])
def test_a_foot_is_a_part_of_the_glyph(gap: int) -> None:
    """A bar as wide as the glyph and near it: of a two whose foot is a stroke of its own, say."""
    prepared = prepare(underlined(FOOT + gap, 155, 300), SHAPE, PREPARATION)
    assert "line beneath left out" not in prepared.notes
    assert prepared.box[2] > FOOT + gap


def with_stroke(leaning: float) -> Picture:
    """A four, and to its right a straight stroke in another ink, more than twice as high."""
    picture = photograph(strokes(100), size=(300, 500), corner=(100, 60))
    drawn = ink([[(0.5 - leaning, 0.02), (0.5 + leaning, 0.98)]], 250, 0.05)
    part = picture[20:270, 240:490]
    part += drawn[..., np.newaxis] * (np.array([170, 30, 35]) - part)
    return as_picture(picture)


@pytest.mark.parametrize("leaning", [0.0, 0.15])
def test_a_pen_beside_a_glyph_is_not_read(leaning: float, classifier: Classifier) -> None:
    alone = with_stroke(leaning)[:, 200:]
    stroke = prepare(alone, SHAPE, PREPARATION)
    assert stroke.is_straight
    given = answered(with_stroke(leaning), classifier, PLAIN, stroke.image)
    assert given.missing == ""
    assert likeness(given.image, PLAIN) > LIKE
    # By itself it may be a one.
    assert likeness(answered(alone, classifier, PLAIN, stroke.image).image, stroke.image) > LIKE


def test_what_highlighter_is_behind_is_found() -> None:
    picture = photograph(np.zeros((160, 160), np.float32))
    picture[65:225, 40:380] = (250, 235, 90)
    amount = strokes()[..., np.newaxis]
    part = picture[60:220, LEFT : LEFT + 160]
    part += amount * (np.array([40, 45, 60]) - part)
    found = candidates(as_picture(picture), SHAPE, PREPARATION)
    assert max(one.plausibility * likeness(one.image, PLAIN) for one in found) > 0.7


def test_images_that_are_nearly_the_same_are_one_candidate() -> None:
    found = candidates(with_stroke(0.0), SHAPE, PREPARATION)
    images = [one.image.astype(int) for one in found]
    for number, image in enumerate(images):
        assert all(np.abs(image - other).mean() >= 4 for other in images[:number])


def beside() -> Picture:
    """Two glyphs: each may be meant."""
    page = photograph(strokes(120), corner=(60, 60))
    page[60:180, 220:340] = page[179:59:-1, 60:180]
    return as_picture(page)


def small() -> Picture:
    page = Image.fromarray(as_picture(photograph(strokes(), size=(240, 240), corner=(40, 40))))
    return np.asarray(page.resize((60, 60)))


def grainy(picture: Picture) -> Picture:
    grain = np.random.default_rng(0).normal(0, 3, picture.shape)
    return as_picture((picture + grain).astype(np.float32))


@pytest.mark.parametrize(
    ("plain", "beneath"),
    [(underlined(FOOT + 16, 100, 380), True), (beside(), False), (small(), False)],
    ids=["a line", "a rival", "a small picture"],
)
def test_more_effort_finds_the_same_whether_less_was_made_before(
    plain: Picture, beneath: bool
) -> None:
    picture = grainy(plain)
    finder = Finder(picture, SHAPE, PREPARATION)
    assert finder.efforts == tuple(Effort)  # no drawing
    counts = []
    for effort in Effort:
        fresh = Finder(picture, SHAPE, PREPARATION).found(effort)
        counts.append(len(fresh))
        for a, b in zip(finder.found(effort), fresh, strict=True):
            assert np.array_equal(a.image, b.image)
            assert (a.box, a.plausibility, a.notes) == (b.box, b.plausibility, b.notes)
    assert (counts[0] == 0) == beneath
    assert counts[-1] > 1


def test_a_picture_is_let_go_with_its_answer(classifier: Classifier) -> None:
    """By itself: memory that waits for the collector of cycles is that of many pictures."""
    picture = grainy(underlined(FOOT + 16, 100, 380))
    kept = weakref.ref(picture)
    gc.collect()
    gc.disable()
    try:
        given = make_input(
            picture, classifier.metadata, "photo", classifier.probabilities_and_novelty
        )
        del picture
        assert kept() is None
        assert given.steps is not None
    finally:
        gc.enable()


def test_the_hollow_of_a_loop_in_a_box_is_no_answer(classifier: Classifier) -> None:
    """On a sheet of paper, as which the box is taken at first, it is a light stroke."""
    page = Image.new("L", (280, 280), 255)
    draw = ImageDraw.Draw(page)
    file = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    draw.text((140, 140), "0", 0, ImageFont.truetype(file, 160), anchor="mm")
    draw.rectangle((20, 20, 260, 260), None, 0, 1)
    metadata = replace(
        classifier.metadata, image_shape=SHAPE, preparation=PREPARATION.to_dict(), rejection=None
    )
    given = make_input(np.asarray(page)[..., np.newaxis], metadata, "photo", certain(-1.0))
    assert given.box == pytest.approx((77, 99, 199, 181), abs=3)
    assert given.missing == ""


def test_a_box_that_is_left_out_takes_nothing_of_the_glyph() -> None:
    file = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    page = Image.new("L", (280, 280), 245)
    draw = ImageDraw.Draw(page)
    draw.text((140, 140), "6", 30, ImageFont.truetype(file, 160), anchor="mm")
    plain = prepare(np.asarray(page)[..., np.newaxis], SHAPE, PREPARATION).image
    draw.rectangle((50, 50, 230, 230), None, 30, 5)
    best = prepare(np.asarray(page)[..., np.newaxis], SHAPE, PREPARATION)
    assert likeness(best.image, plain) > 0.97


@pytest.mark.parametrize("gap", [10, 35])
def test_a_circle_around_a_glyph_may_be_open(gap: int) -> None:
    """By hand, the ends of a circle seldom meet; `gap` is in degrees."""
    page = Image.fromarray(as_picture(photograph(strokes())))
    middle = (LEFT + 62, 150)
    box = (middle[0] - 130, middle[1] - 130, middle[0] + 130, middle[1] + 130)
    ImageDraw.Draw(page).arc(box, 300 + gap, 300, (40, 45, 60), 6)
    found = candidates(np.asarray(page), SHAPE, PREPARATION)
    assert max(likeness(one.image, PLAIN) for one in found) > 0.98
