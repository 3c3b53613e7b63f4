"""Photographs of glyphs come out as the training images are, whatever they were taken on."""

import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from imagette.data.locate import bundled_digits
from imagette.errors import ImagetteError, NoInkError
from imagette.images.photo.candidates import Finder, candidates, prepare
from imagette.images.photo.familiar import looks_familiar
from imagette.images.photo.finding.locate import Effort
from imagette.images.photo.pages.page import find_lines, readings
from imagette.images.photo.preparation import Preparation
from imagette.images.photo.separation.paper import papers
from imagette.images.photo.statistics import learn_preparation
from tests.drawn import (
    PLAIN,
    PREPARATION,
    SHAPE,
    Picture,
    as_picture,
    ink,
    likeness,
    noise,
    photograph,
    strokes,
)


def gradient(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values * np.linspace(1, 0.5, values.shape[1], dtype=np.float32)[:, np.newaxis]


def hard_shadow(values: NDArray[np.float32]) -> NDArray[np.float32]:
    shaded = values.copy()
    shaded[:, : values.shape[1] // 2] *= 0.6
    return shaded


def blur(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(ndimage.gaussian_filter(values, (2, 2, 0)))


def ruled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    lined = values.copy()
    for y in range(20, len(lined), 40):
        lined[y : y + 3] = np.minimum(lined[y : y + 3], (150, 170, 210))
    return lined


def specks(values: NDArray[np.float32]) -> NDArray[np.float32]:
    dirty = values.copy()
    for y, x in np.random.default_rng(1).integers(5, 290, (12, 2)):
        dirty[y : y + 3, x : x + 3] = 90
    return dirty


def on_a_table(values: NDArray[np.float32]) -> NDArray[np.float32]:
    table = np.full((420, 560, 3), (90, 60, 40), np.float32)
    table[60:360, 80:480] = values
    return table


def unchanged(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values


def test_the_image_has_the_size_place_and_gray_levels_of_the_training_data() -> None:
    image = PLAIN[..., 0].astype(float)
    rows, columns = (np.flatnonzero((image > 60).any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(20, abs=1)
    y, x = ndimage.center_of_mass(image)
    assert (y, x) == pytest.approx((14, 14), abs=0.6)
    assert image.max() == 255
    assert image[:3].max() == 0


@pytest.mark.parametrize(
    "taken",
    [gradient, hard_shadow, noise, blur, ruled, specks, on_a_table],
    ids=lambda taken: taken.__name__,
)
def test_light_noise_lines_and_dirt_make_no_difference(
    taken: Callable[[NDArray[np.float32]], NDArray[np.float32]],
) -> None:
    picture = as_picture(taken(photograph(strokes())))
    assert likeness(prepare(picture, SHAPE, PREPARATION).image, PLAIN) > 0.9


@pytest.mark.parametrize("pen", [(110, 175, 180), (225, 120, 110), (120, 120, 220)])
def test_a_glyph_is_seen_across_the_shadow_of_a_hand(pen: tuple[int, int, int]) -> None:
    values = photograph(strokes(), pen=pen)
    height, width = values.shape[:2]
    shade = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(shade)
    draw.ellipse((-width // 3, height // 5, width // 3, height), fill=150)
    for y in (0.35, 0.55):
        draw.line((0, height * y, width * 0.7, height * (y - 0.15)), fill=150, width=height // 10)
    light = ndimage.gaussian_filter(np.asarray(shade, np.float32) / 255, 3)
    shaded = as_picture(values * light[..., np.newaxis])
    found = candidates(shaded, SHAPE, PREPARATION)
    assert max(likeness(one.image, PLAIN) * one.plausibility for one in found) > 0.75


@pytest.mark.parametrize(
    ("paper", "pen"),
    [
        ((20, 25, 30), (235, 235, 230)),  # chalk
        ((250, 220, 60), (200, 30, 40)),  # a red pen on a yellow note
        ((255, 255, 255), (40, 160, 60)),
        ((128, 128, 128), (170, 170, 170)),
        ((60, 110, 60), (190, 90, 90)),  # about as bright
    ],
)
def test_any_ink_on_any_paper_is_found(
    paper: tuple[int, int, int], pen: tuple[int, int, int]
) -> None:
    picture = as_picture(photograph(strokes(), paper=paper, pen=pen))
    assert likeness(prepare(picture, SHAPE, PREPARATION).image, PLAIN) > 0.95


@pytest.mark.parametrize("side", [7, 10, 24, 60, 400, 1400])
def test_neither_the_size_of_the_glyph_nor_of_the_picture_matters(side: int) -> None:
    size = (round(side * 1.8), round(side * 2.4))
    picture = as_picture(photograph(strokes(side), size=size, corner=(side // 3, side // 2)))
    least = 0.95 if side >= 24 else 0.85  # of so few pixels
    assert likeness(prepare(picture, SHAPE, PREPARATION).image, PLAIN) > least


@pytest.mark.parametrize("width", [0.025, 0.05, 0.2])
def test_thin_and_thick_pens_are_brought_to_the_usual_stroke(width: float) -> None:
    picture = as_picture(photograph(strokes(width=width)))
    image = prepare(picture, SHAPE, PREPARATION).image
    usual = float((PLAIN > 127).sum())
    assert 0.6 < float((image > 127).sum()) / usual < 1.5
    assert likeness(image, PLAIN) > 0.85


def test_detached_parts_stay_and_a_neighbour_is_left_out() -> None:
    ink = strokes()
    ink[44:56] = 0  # a gap across the stroke
    alone = prepare(as_picture(photograph(ink)), SHAPE, PREPARATION)
    assert likeness(alone.image, PLAIN) > 0.85
    both = photograph(strokes(), size=(300, 500), corner=(60, 40))
    both[100:220, 400:420] = 40
    beside = prepare(as_picture(both), SHAPE, PREPARATION)
    assert likeness(beside.image, PLAIN) > 0.95


def test_the_box_the_notes_and_the_steps_tell_what_was_done() -> None:
    prepared = prepare(as_picture(photograph(strokes())), SHAPE, PREPARATION)
    ink = photograph(strokes())[..., 0] < 130
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    assert prepared.box == pytest.approx(
        (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1), abs=4
    )
    assert prepared.notes == ("dark ink on light ground",)
    assert list(prepared.steps) == ["picture", "gray", "ground removed", "ink", "kept", "input"]
    assert all(step.dtype == np.uint8 for step in prepared.steps.values())


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((28, 28, 1), np.uint8),
        np.full((300, 200, 3), 255, np.uint8),
        np.zeros((1, 1, 1), np.uint8),
        np.zeros((3, 5000, 1), np.uint8),
        np.tile(np.linspace(0, 255, 200).astype(np.uint8)[:, np.newaxis], (200, 1, 1)),
    ],
    ids=["black", "white", "one pixel", "a strip", "a gradient"],
)
def test_where_there_is_no_ink_that_is_said(picture: Picture) -> None:
    with pytest.raises(NoInkError, match=r"stands out .* expected a glyph\. Give a") as error:
        prepare(picture, SHAPE, PREPARATION)
    assert str(error.value).startswith(f"{error.value.reason}, expected a glyph")
    assert pickle.loads(pickle.dumps(error.value)).reason == error.value.reason
    assert find_lines(picture) == []


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from([1, 3]), st.integers(0, 2**32))
def test_any_picture_gives_an_image_or_a_clear_refusal(
    height: int, width: int, channels: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (height // 8 + 1, width // 8 + 1, channels), np.uint8)
    picture = coarse.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]
    find_lines(picture)
    try:
        prepared = prepare(picture, SHAPE, PREPARATION)
    except ImagetteError:
        return
    assert prepared.image.shape == SHAPE


def test_the_preparation_is_learned_from_the_training_images() -> None:
    digits = learn_preparation(bundled_digits()[0][..., np.newaxis])
    assert (digits.kind, digits.light_ink, digits.ground, digits.box) == ("glyph", True, 0, 1)
    inverted = learn_preparation(255 - bundled_digits()[0][..., np.newaxis])
    assert (inverted.kind, inverted.light_ink, inverted.ground) == ("glyph", False, 255)
    picture = as_picture(photograph(strokes()))
    image = prepare(picture, (8, 8, 1), inverted).image
    assert image.shape == (8, 8, 1)
    assert image[0, 0, 0] > 200 > 60 > image.min()


def test_how_far_the_pieces_of_a_glyph_lie_apart_is_learned() -> None:
    """Of "=" both bars are kept; where glyphs are of one piece, what lies so far is dirt."""
    images = np.zeros((60, 28, 28, 1), np.uint8)
    images[:, 12:16, 5:23] = 255
    images[30:, 6:10, 5:23], images[30:, 12:16], images[30:, 18:22, 5:23] = 255, 0, 255
    learned = learn_preparation(images)  # the class of two bars comes last
    assert learned.gap == pytest.approx(1.2 * 8 / 18, abs=0.05)
    page = np.full((300, 400, 3), 230, np.uint8)
    page[100:115, 120:220] = page[150:165, 120:220] = 40
    assert prepare(page, SHAPE, learned).box == pytest.approx((100, 120, 165, 220), abs=3)
    alone = prepare(page, SHAPE, learn_preparation(images[:30]))
    assert alone.box[2] - alone.box[0] < 20


def coloured(ground: tuple[int, ...], inks: list[tuple[int, ...]]) -> NDArray[np.uint8]:
    """60 images of 28x28: bars of those inks, in turn."""
    images = np.zeros((60, 28, 28, 3), np.uint8) + np.array(ground, np.uint8)
    for number, image in enumerate(images):
        image[5:23, 12 + number % 3 : 16 + number % 3] = inks[number % len(inks)]
    return images


def test_photographs_get_the_colours_of_coloured_glyphs() -> None:
    learned = learn_preparation(coloured((255, 230, 0), [(0, 0, 0)]))
    assert (learned.ground_colour, learned.ink_colour) == ((255, 230, 0), (0, 0, 0))
    assert Preparation.from_dict(json.loads(json.dumps(learned.to_dict()))) == learned
    image = prepare(as_picture(photograph(strokes())), (28, 28, 3), learned).image
    assert image[0, 0].tolist() == [255, 230, 0]
    assert image.reshape(-1, 3).min(axis=0).max() < 30
    own = coloured((255, 230, 0), [(0, 0, 0)])[0]
    assert looks_familiar(own, (28, 28, 3), learned)
    gray = np.repeat(own.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    assert not looks_familiar(gray, (28, 28, 3), learned)
    assert not looks_familiar(gray[..., :1], (28, 28, 3), learned)
    assert learn_preparation(coloured((240, 240, 240), [(20, 20, 25)])).ink_colour is None


def test_where_inks_have_several_hues_they_are_left_alone() -> None:
    assert learn_preparation(coloured((0, 0, 0), [(255, 40, 40), (40, 255, 40)])).kind == "resize"
    assert learn_preparation(coloured((0, 0, 0), [(255, 255, 255), (150, 150, 150)])).kind == (
        "glyph"
    )


@pytest.mark.parametrize("inverted", [False, True])
def test_few_pixels_of_ink_are_ink(inverted: bool) -> None:
    images = np.zeros((60, 96, 96, 1), np.uint8)
    images[:, 30:60, 48] = 255
    learned = learn_preparation(255 - images if inverted else images)
    assert (learned.kind, learned.light_ink) == ("glyph", not inverted)


@pytest.mark.parametrize(("height", "width"), [(4000, 81), (3000, 301), (81, 4000)])
def test_boxes_lie_in_the_picture_however_narrow_it_is(height: int, width: int) -> None:
    picture = np.full((height, width, 1), 255, np.uint8)
    long = max(height, width)
    for start in range(40, long - 60, 110):
        (picture if height > width else picture.transpose(1, 0, 2))[start : start + 50, 20:50] = 20
    boxes = [block.box for line in find_lines(picture) for block in line]
    starts = sorted(box[0] if height > width else box[1] for box in boxes)
    assert len(starts) > 20
    np.testing.assert_allclose(starts, range(40, long - 60, 110), atol=4)


def test_pictures_of_things_are_only_resized() -> None:
    random = np.random.default_rng(0)
    things = random.integers(0, 256, (50, 4, 4, 3), np.uint8).repeat(8, axis=1).repeat(8, axis=2)
    assert learn_preparation(things).kind == "resize"
    blobs = np.zeros((50, 28, 28, 1), np.uint8)
    blobs[:, 3:25, 5:23] = random.integers(60, 255, (50, 22, 18, 1))
    assert learn_preparation(blobs).kind == "resize"
    assert learn_preparation(np.zeros((0, 28, 28, 1), np.uint8)).kind == "resize"
    assert learn_preparation(np.zeros((9, 28, 28, 1), np.uint8)).kind == "resize"


def test_a_preparation_is_read_back_as_it_was_written() -> None:
    assert Preparation.from_dict(PREPARATION.to_dict()) == PREPARATION
    assert Preparation.from_dict({"kind": "resize", "later": 1}) == Preparation()
    assert Preparation.from_dict(json.loads(json.dumps(PREPARATION.to_dict()))) == PREPARATION


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("kind", "magic", "'magic', expected one of resize, glyph"),
        ("kind", ["glyph"], ".'glyph'., expected one of resize, glyph"),
        ("centring", "nonsense", "'nonsense', expected one of mass, box"),
        ("light_ink", "no", "'no', expected true or false"),
        ("light_ink", 1, "1, expected true or false"),
        ("box", 0, "0, expected a number from 0.0001 to 1"),
        ("box", -1, "-1, expected a number from 0.0001 to 1"),
        ("box", 400, "400, expected a number from 0.0001 to 1"),
        ("box", "0.5", "'0.5', expected a number from 0.0001 to 1"),
        ("box", float("nan"), "nan, expected a number from 0.0001 to 1"),
        ("gap", -0.1, "-0.1, expected a number from 0 to 1"),
        ("gap", True, "True, expected a number from 0 to 1"),
        ("ground", float("inf"), "inf, expected a number from 0 to 255"),
        ("ground", 10**400, "1000.*, expected a number from 0 to 255"),
        ("ink", 300, "300, expected a number from"),
        ("ink", None, "None, expected a number from"),
        ("stroke", [0.1, 0.2], ".0.1, 0.2., expected 3 numbers from 0 to 1"),
        ("stroke", [-1, 5, 1e9], ".-1, 5, 1000000000.0., expected 3 numbers from 0 to 1"),
        ("stroke", [0.3, 0.2, 0.1], "expected a low, a middle and a high one, in this order"),
        ("stroke", 0.1, "0.1, expected 3 numbers"),
        ("centre", [1e9, 1e9], "expected 2 numbers from -10000 to 10000"),
        ("centre", ["0", "0"], "expected 2 numbers from -10000 to 10000"),
        ("centre", {"0": 1, "1": 2}, "expected 2 numbers from -10000 to 10000"),
    ],
)
def test_a_preparation_of_other_types_or_ranges_is_refused(
    key: str, value: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=rf"^preparation\.{key} is .*{message}"):
        Preparation.from_dict({"kind": "glyph", key: value})


def test_glyphs_of_a_page_come_line_by_line_from_left_to_right() -> None:
    page = np.full((500, 700, 3), 230, np.float32)
    corners = [(60, 80), (66, 220), (72, 360), (280, 80), (286, 220)]
    for top, left in corners:
        part = page[top : top + 110, left : left + 110]
        part -= 180 * strokes(110)[..., np.newaxis]
    lines = find_lines(as_picture(noise(page) * 0.9))
    assert [len(line) for line in lines] == [3, 2]
    lefts = [[block.box[1] for block in line] for line in lines]
    assert lefts == [sorted(line) for line in lefts]
    assert lines[1][0].box[0] == pytest.approx(284, abs=4)


@pytest.mark.parametrize("around", ["each", "all", "joined"])
def test_what_glyphs_of_a_page_are_framed_by_is_no_glyph(around: str) -> None:
    page = Image.new("RGB", (640, 300), "ivory")
    draw = ImageDraw.Draw(page)
    lefts = (60, 220, 380)
    if around == "all":
        draw.rectangle((30, 50, 560, 240), None, "navy", 3)
    for left in lefts if around != "all" else ():
        wide = 160 if around == "joined" else 140
        draw.rectangle((left - 10, 60, left - 10 + wide, 230), None, "navy", 3)
    picture = np.array(page)
    for left in lefts:
        picture[90:200, left : left + 110][strokes(110) > 0.5] = (20, 20, 80)
    (line,) = find_lines(picture)
    assert [block.box[1] for block in line] == pytest.approx([left + 4 for left in lefts], abs=8)
    assert all(90 < len(block.ink) < 120 for block in line)


def test_the_texture_of_a_sheet_is_no_ink_where_the_page_has_some() -> None:
    page = np.full((400, 500, 3), 200, np.float32)
    page[:150] = 140  # a darker sheet with dirt, and no glyphs
    for top, left in np.random.default_rng(0).integers((10, 10), (130, 480), (60, 2)):
        page[top : top + 12, left : left + 8] -= 7
    for left in (60, 200, 340):
        page[220:330, left : left + 110] -= 180 * strokes(110)[..., np.newaxis]
    sheets = list(readings(as_picture(page)))
    assert len(sheets) > 1
    assert max(len(block.ink) for lines in sheets[:1] for line in lines for block in line) > 90
    assert not any(len(block.ink) < 20 for lines in sheets for line in lines for block in line)


def test_two_halves_above_one_another_are_one_glyph_of_a_page() -> None:
    page = np.full((300, 500, 3), 230, np.float32)
    for left in (60, 200, 340):
        page[90:200, left : left + 110] -= 180 * strokes(110)[..., np.newaxis]
    page[140:152, 200:310] = 230  # the second is broken across the middle
    lines = find_lines(as_picture(page))
    assert [len(line) for line in lines] == [3]
    assert [len(block.ink) for block in lines[0]] == pytest.approx([105] * 3, abs=8)


def test_what_the_glyph_was_written_on_is_not_taken_for_it() -> None:
    """A note whose edge stands out more than the ink, in the picture's corner and oblique."""
    note = photograph(strokes(100, 0.08), paper=(250, 220, 60), size=(160, 150), corner=(30, 25))
    table = np.full((400, 500, 3), (60, 40, 30), np.float32)
    table += 12 * np.sin(np.arange(400) / 2)[:, np.newaxis, np.newaxis].astype(np.float32)
    table[200:360, 320:470] = note
    prepared = prepare(as_picture(table), SHAPE, PREPARATION)
    assert likeness(prepared.image, PLAIN) > 0.9
    assert prepared.notes[0] == "dark ink on light ground"


def test_a_note_is_seen_by_its_hue_where_its_shadow_is_as_dark_as_the_table() -> None:
    rows, columns = np.indices((200, 200))
    table = np.full((200, 200, 3), (165, 50, 45), np.float32)
    note = (abs(rows - 100) < 80) & (abs(columns - 95) < 75)
    table[note] = (200, 190, 230)
    table[note & (rows + 0.5 * columns > 130)] *= 0.5
    seen = [(paper & note).sum() / (paper | note).sum() for paper in papers(noise(table))]
    assert max(seen) > 0.85


def test_a_note_is_seen_among_things_of_many_colours() -> None:
    patches = np.random.default_rng(4).integers(0, 256, (40, 40, 3)).astype(np.float32)
    table = patches.repeat(5, axis=0).repeat(5, axis=1)
    note = np.zeros(table.shape[:2], bool)
    note[50:140, 60:150] = True
    table[note] = (150, 140, 120)  # neither the lightest nor the darkest, and of no hue
    seen = [(paper & note).sum() / (paper | note).sum() for paper in papers(noise(table))]
    assert max(seen) > 0.7
    parted = papers(noise(table), smooth=False)
    assert all((paper & note).sum() < 0.7 * (paper | note).sum() for paper in parted)


@settings(deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3), st.integers(0, 1))
def test_a_sheet_of_one_colour_has_no_parts(colour: tuple[int, int, int], other: int) -> None:
    even = np.full((121, 189, 3), colour, np.float32)
    even[20, 20] += other
    assert list(papers(even)) == []


def test_a_dark_corner_beyond_the_sheet_is_left_out() -> None:
    page = photograph(
        strokes(180, 0.12),
        paper=(215, 200, 90),
        pen=(170, 100, 50),
        size=(400, 300),
        corner=(40, 60),
    )
    rows, columns = np.indices(page.shape[:2])
    page[rows + 0.15 * columns > 415] = 30
    found = candidates(as_picture(page), SHAPE, PREPARATION)
    assert max(likeness(one.image, PLAIN) for one in found) > 0.9


def outlined(shape: str, width: int, fill: str | None = None) -> Picture:
    """Paper with a drawn outline, within which `strokes` fit."""
    page = Image.new("RGB", (400, 400), "ivory")
    draw = ImageDraw.Draw(page)
    outline = {"box": draw.rectangle, "ring": draw.ellipse}[shape]
    outline((60, 60, 340, 340), fill, "navy", width)
    return np.array(page)


@pytest.mark.parametrize("shape", ["box", "ring"])
def test_a_glyph_in_a_frame_is_found_and_the_frame_is_not_taken_for_it(shape: str) -> None:
    picture = outlined(shape, 4)
    picture[140:260, 140:260][strokes(120) > 0.5] = (20, 20, 80)
    best = prepare(picture, SHAPE, PREPARATION)
    assert likeness(best.image, PLAIN) > 0.95
    assert best.box == pytest.approx((144, 144, 258, 258), abs=12)
    assert best.notes == ("dark ink on light ground", "other ink left out")


def test_what_outlines_a_stroke_is_no_frame() -> None:
    """A loop drawn by its outline, as in outlined fonts: two rings, one within the other."""
    picture = outlined("ring", 6)
    draw = ImageDraw.Draw(page := Image.fromarray(picture))
    draw.ellipse((110, 110, 290, 290), None, "navy", 6)
    (found,) = candidates(np.asarray(page), SHAPE, PREPARATION)
    assert found.box == pytest.approx((60, 60, 341, 341), abs=6)


@pytest.mark.parametrize("width", [8, 40])
def test_a_drawn_square_is_a_glyph_and_no_sheet_of_paper(width: int) -> None:
    found = candidates(outlined("box", width), SHAPE, PREPARATION)
    assert found[0].plausibility > 0.9
    assert found[0].box == pytest.approx((60, 60, 341, 341), abs=6)


def test_a_light_glyph_on_a_dark_disc_is_seen_beside_the_disc() -> None:
    picture = outlined("ring", 1, "navy")
    picture[120:280, 120:280][strokes(160) > 0.5] = 250
    found = candidates(picture, SHAPE, PREPARATION)
    assert max(likeness(one.image, PLAIN) for one in found) > 0.95
    assert found[0].notes[0] == "light ink on dark ground"


def test_a_disc_is_what_the_glyph_lies_on_even_where_its_loops_leave_little_of_it() -> None:
    picture = outlined("ring", 1, "navy")
    draw = ImageDraw.Draw(page := Image.fromarray(picture))
    for top in (100, 200):  # an eight
        draw.ellipse((150, top, 250, top + 100), None, "white", 16)
    best = candidates(np.asarray(page), SHAPE, PREPARATION)[0]
    assert best.notes[0] == "light ink on dark ground"
    assert best.box == pytest.approx((100, 150, 301, 251), abs=6)


def test_a_line_beneath_a_glyph_can_be_left_out_by_who_knows_glyphs() -> None:
    picture = as_picture(photograph(strokes(), size=(300, 400), corner=(60, 100)))
    picture[235:243, 80:300] = 40
    assert any(
        likeness(one.image, PLAIN) > 0.95
        for one in Finder(picture, SHAPE, PREPARATION).found(Effort.THOROUGH)
    )


def test_of_ambiguous_ink_there_are_candidates_and_of_clear_ink_one() -> None:
    clear = as_picture(photograph(strokes()))
    assert [c.plausibility for c in candidates(clear, SHAPE, PREPARATION)] == [1.0]
    shaded = photograph(strokes(120), size=(300, 400), corner=(40, 240))
    for left in (30, 70, 110):  # the shadow of a hand, as dark as faint ink
        shaded[60:200, left : left + 22] *= 0.55
    found = candidates(as_picture(shaded), SHAPE, PREPARATION)
    assert 1 < len(found) <= 4
    assert [c.plausibility for c in found] == sorted((c.plausibility for c in found), reverse=True)
    assert max(likeness(c.image, PLAIN) for c in found) > 0.9


def test_a_stroke_that_runs_dry_is_as_strong_as_the_rest() -> None:
    fading = strokes() * np.linspace(1, 0.5, 160, dtype=np.float32)[:, np.newaxis]
    image = prepare(as_picture(photograph(fading)), SHAPE, PREPARATION).image
    assert likeness(image, PLAIN) > 0.95


def test_training_images_are_familiar_and_other_pictures_are_not() -> None:
    digits = bundled_digits()[0][..., np.newaxis]
    shape, learned = digits.shape[1:], learn_preparation(digits)
    assert np.mean([looks_familiar(image, shape, learned) for image in digits]) > 0.99
    assert not any(looks_familiar(255 - image, shape, learned) for image in digits)
    assert looks_familiar(PLAIN, SHAPE, PREPARATION)
    for other in (
        255 - PLAIN,
        np.roll(PLAIN, 5, axis=1),
        PLAIN.repeat(2, axis=0).repeat(2, axis=1),
        np.zeros_like(PLAIN),
        np.random.default_rng(0).integers(0, 256, SHAPE, np.uint8),
        as_picture(photograph(strokes()))[::11, ::11].mean(axis=2, keepdims=True)[:28, :28],
    ):
        assert not looks_familiar(other.astype(np.uint8), SHAPE, PREPARATION)
    assert looks_familiar(255 - PLAIN, SHAPE, Preparation())  # of things only the size counts
    assert not looks_familiar(PLAIN[:20], SHAPE, Preparation())


def test_glyphs_may_lie_as_far_off_as_those_of_the_training() -> None:
    random = np.random.default_rng(0)
    images = np.full((200, 40, 40, 1), 255, np.uint8)
    for number, image in enumerate(images):
        top = (20 if number % 10 == 0 else 10) + int(random.integers(3))  # some stand low
        image[top : top + 13, 16:19] = image[top : top + 3, 16:26] = 0
    learned = learn_preparation(images)
    assert learned.kind == "glyph"
    assert all(looks_familiar(image, (40, 40, 1), learned) for image in images)
    assert not any(looks_familiar(np.roll(image, -15, 1), (40, 40, 1), learned) for image in images)
    level = learn_preparation(np.roll(images[1:2], -4, 0).repeat(9, 0))
    assert level.spread == Preparation().spread
    assert Preparation.from_dict(learned.to_dict()) == learned


@pytest.mark.parametrize("side", [26, 48, 60])
@pytest.mark.parametrize("slope", [0.0, 0.06])
@pytest.mark.parametrize("lines", ["top", "top left"])
def test_a_small_picture_cut_out_of_a_table_shows_its_glyph_and_not_the_lines(
    side: int, slope: float, lines: str
) -> None:
    page = np.full((400, 400, 3), (205, 210, 200), np.float32)
    y, x = np.mgrid[:400, :400]
    from_line = {"top": y - 40 - slope * (x - 200), "left": x - 40 + slope * (y - 200)}
    for line in lines.split():
        page[np.abs(from_line[line]) < 12] = 70
    page[100:300, 100:300] -= 150 * strokes(200)[..., np.newaxis]
    blurred = ndimage.gaussian_filter(page, (200 / side, 200 / side, 0))
    small = Image.fromarray(as_picture(blurred)).resize((side, side), Image.Resampling.BOX)

    found = candidates(np.asarray(small), SHAPE, PREPARATION)
    assert max(likeness(one.image, PLAIN) * one.plausibility for one in found) > 0.75


@pytest.mark.parametrize(("end", "plausible"), [(6, 0.8), (30, 1.0)])
def test_a_strip_of_light_from_border_to_border_is_less_plausible(
    end: int, plausible: float
) -> None:
    """It fades before the borders, and reaches them only when it is looked at from near."""
    y, x = np.mgrid[:600, :800]
    strip = np.clip((16 - abs(x - 250 - 0.2 * y - 30 * np.sin(y / 60))) / 6, 0, 1)
    strip *= np.clip((np.minimum(y, 599 - y) - end) / 6, 0, 1)
    picture = (150 + 80 * strip[..., np.newaxis]).astype(np.float32)
    found = candidates(as_picture(picture), SHAPE, PREPARATION)
    assert found[0].plausibility == plausible and not found[0].cut


@pytest.mark.parametrize("width", [0.07, 0.25])
@pytest.mark.parametrize("frame", ["ellipse", "rectangle", "arc"])
def test_what_stands_in_a_drawn_frame_is_found(frame: str, width: float) -> None:
    """Also where the frame has a gap, or thin strokes and the glyph has none."""
    alone = as_picture(photograph(strokes(130, width), corner=(85, 135)))
    page = Image.fromarray(alone)
    box, pen = (90, 40, 310, 260), (40, 45, 60)
    if frame == "arc":
        ImageDraw.Draw(page).arc(box, -84, 264, fill=pen, width=3)
    else:
        getattr(ImageDraw.Draw(page), frame)(box, outline=pen, width=3)
    finder = Finder(as_picture(noise(np.asarray(page, np.float32))), SHAPE, PREPARATION)
    glance, *_ = finder.found(Effort.GLANCE)
    assert glance.frames
    assert not glance.framed
    best, *_ = [one for one in finder.found(Effort.WAYS) if one.framed]
    expected = prepare(alone, SHAPE, PREPARATION)
    assert best.plausibility >= 0.6
    assert best.box == pytest.approx(expected.box, abs=6)
    assert likeness(best.image, expected.image) > 0.95


def test_strong_ink_is_weaker_in_shadow() -> None:
    """In that of fingers, among whose edges only the strongest ink is the glyph's."""
    page = photograph(strokes(90, 0.1), size=(420, 560), corner=(150, 220))
    fingers = Image.new("L", (560, 420))
    for x in (60, 190, 320):
        ImageDraw.Draw(fingers).line((x, 430, x + 100, 190), fill=255, width=60)
    shade = ndimage.gaussian_filter(np.asarray(fingers, np.float32) / 255, 2)
    shaded = as_picture(page * (1 - 0.45 * shade[..., np.newaxis]) + noise(page) / 4 - page / 4)
    likeliest, *_ = Finder(shaded, SHAPE, PREPARATION).found(Effort.WAYS)
    assert likeness(likeliest.image, PLAIN) > 0.55


@pytest.mark.parametrize("margin", [2, 3, 5, 8, 15])
def test_a_stroke_that_spans_the_picture_is_no_printed_line(margin: int) -> None:
    """A 1, cut out close to its ends."""
    one = ink([[(0.46, 0.1), (0.54, 0.9)]], 200, 0.05)  # 160 pixels high
    page = noise(photograph(one, size=(300, 300), corner=(50, 50)))
    whole = prepare(as_picture(page), SHAPE, PREPARATION)
    close = prepare(as_picture(page[70 - margin : 230 + margin, 110:190]), SHAPE, PREPARATION)
    assert likeness(close.image, whole.image) > 0.95
    assert close.plausibility == 1


@pytest.mark.parametrize(("height", "width"), [(150, 2000), (2000, 150), (150, 800)])
def test_glyphs_are_found_in_strips(height: int, width: int) -> None:
    """Near the border, of which a small copy leaves next to nothing beside them."""
    long_way = 3 * max(height, width) // 4
    corner = (5, long_way) if width > height else (long_way, 5)
    page = photograph(strokes(136), size=(height, width), corner=corner)
    seen = prepare(as_picture(noise(page)), SHAPE, PREPARATION)
    assert seen.plausibility == 1
    assert likeness(seen.image, PLAIN) > 0.95


@pytest.mark.parametrize("seed", [0, 2])
def test_a_pencil_draws_grains_that_are_one_stroke(seed: int) -> None:
    """On squared paper, whose lines are as faint as what is between the grains."""
    shape = strokes(180, 0.08)
    tooth = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape.shape), 1.4)
    pencil = (shape * np.clip(0.5 + 0.3 * tooth / tooth.std(), 0, 0.9)).astype(np.float32)
    page = photograph(pencil, size=(400, 400), corner=(110, 110), pen=(90, 90, 95))
    for start in range(15, 400, 75):
        for line in (page[start : start + 3], page[:, start : start + 3]):
            line[:] = np.minimum(line, (140, 150, 180))
    squared = as_picture(page + (noise(page) - page) * np.float32(0.25))
    likeliest, *_ = Finder(squared, SHAPE, PREPARATION).found(Effort.WAYS)
    assert likeness(likeliest.image, PLAIN) * likeliest.plausibility > 0.72


@pytest.mark.parametrize(
    ("side", "width", "apart", "dark"), [(110, 0.06, 150, 0.55), (90, 0.05, 110, 0.6)]
)
def test_thin_ink_is_seen_among_blurred_shadows(
    side: int, width: float, apart: int, dark: float
) -> None:
    """Those of fingers, which are as dark as the ink, and broader."""
    page = photograph(strokes(side, width), size=(420, 560), corner=(170, 230))
    fingers = Image.new("L", (560, 420))
    for x in range(0, 5 * apart, apart):
        ImageDraw.Draw(fingers).line((x, 430, x + 30, 150), fill=255, width=50)
    shade = ndimage.gaussian_filter(np.asarray(fingers, np.float32) / 255, 6)
    shaded = as_picture(page * (1 - dark * shade[..., np.newaxis]) + noise(page) / 4 - page / 4)
    likeliest, *_ = Finder(shaded, SHAPE, PREPARATION).found(Effort.WAYS)
    assert likeness(likeliest.image, PLAIN) * likeliest.plausibility > 0.7
