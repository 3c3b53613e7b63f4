"""The simulated photographs are what they say: the same every time, readable, and varied."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from imagette.images.decode import decode_bytes
from imagette.randomness import generator
from tests.photographs import KINDS, NON_DIGITS, PAGES, non_digit, page, picture, pictures
from tests.photographs.__main__ import write
from tests.photographs.camera import ORIENTATIONS, jpeg
from tests.photographs.fields import clouds
from tests.photographs.forms import Bar, Form, form, underline
from tests.photographs.looks import LOOKS
from tests.photographs.pens import INKS, PENS
from tests.photographs.scene import Written, contrast, frame
from tests.photographs.skeleton import neighbours, skeleton
from tests.photographs.strokes import Glyph, glyph, shape
from tests.photographs.surfaces import PAPERS
from tests.photographs.view import view

Images = NDArray[np.uint8]


def drawn(label: str) -> Images:
    """A digit as MNIST has it, white on black in 28x28, from Pillow's own font."""
    large = Image.new("L", (112, 112))
    font = ImageFont.load_default(100)
    ImageDraw.Draw(large).text((56, 56), label, fill=255, font=font, anchor="mm")
    return np.asarray(large.resize((28, 28), Image.Resampling.BOX))


DIGITS = np.stack([drawn(str(label)) for label in range(10)])
SMALL = (90, 120)


def covered(shape: Glyph, pixels: int = 100) -> NDArray[np.bool_]:
    """Which pixels of a square around a glyph of height `pixels` it covers."""
    places = ((np.arange(2 * pixels) - pixels) / pixels).astype(np.float32)
    y, x = np.meshgrid(places, places, indexing="ij")
    return shape.coverage(x, y, pixels) > 0.5


def components(mask: NDArray[np.bool_]) -> int:
    return int(ndimage.label(mask, np.ones((3, 3)))[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_of_every_kind(kind: str) -> None:
    made = picture(DIGITS[3], "3", kind, 0, shape=SMALL)
    assert (made.kind, made.label) == (kind, "3")
    assert made.content == picture(DIGITS[3], "3", kind, 0, shape=SMALL).content
    assert made.content != picture(DIGITS[3], "3", kind, 1, shape=SMALL).content
    pixels = decode_bytes(made.content, kind)
    assert pixels.shape[:2] == (made.parameters["height"], made.parameters["width"])
    assert pixels.shape[:2] == SMALL or kind not in LOOKS
    with Image.open(io.BytesIO(made.content)) as file:
        assert f".{file.format}".lower().replace("jpeg", "jpg") == made.suffix


@pytest.mark.parametrize("kind", ["canvas", "screenshot", "transparent", "scan, 1 bit", "marker"])
def test_the_digit_is_where_the_parameters_say(kind: str) -> None:
    made = picture(DIGITS[8], "8", kind, 2, shape=(240, 320))
    facts = made.parameters
    row, column, tall = (float(facts[name]) for name in ("row", "column", "digit pixels"))
    pixels = decode_bytes(made.content, kind).astype(float)
    away = np.abs(pixels - np.median(pixels, (0, 1))).max(2)
    labels, _ = ndimage.label(ndimage.median_filter(away, 3) > 60)
    largest = np.bincount(labels.ravel())[1:].argmax() + 1
    rows, columns = np.nonzero(labels == largest)
    assert (rows.min() + rows.max()) / 2 == pytest.approx(row, abs=0.1 * tall)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(column, abs=0.1 * tall)
    assert np.ptp(rows) == pytest.approx(tall, rel=0.25)


def test_white_on_transparent_is_in_the_alpha_channel_alone() -> None:
    made = picture(DIGITS[5], "5", "transparent, white", 0)
    with Image.open(io.BytesIO(made.content)) as file:
        layers = np.asarray(file)
    assert layers.shape[2] == 4
    assert (layers[layers[..., 3] > 0, :3] == 255).all()
    assert {0, 255} <= set(np.unique(layers[..., 3]).tolist())
    shown = decode_bytes(made.content, "white on nothing")
    np.testing.assert_array_equal(shown[..., 0], layers[..., 3])


def test_one_bit_scans_have_one_bit() -> None:
    made = picture(DIGITS[5], "5", "scan, 1 bit", 0)
    with Image.open(io.BytesIO(made.content)) as file:
        assert file.mode == "1"
        assert file.getextrema() == (0, 255)


def test_turned_pictures_say_so_in_their_exif_data() -> None:
    found = set()
    for number in range(24):
        made = picture(DIGITS[4], "4", "turned", 0, number, shape=SMALL)
        with Image.open(io.BytesIO(made.content)) as file:
            orientation = file.getexif()[0x0112]
            assert file.size == (SMALL[::-1] if orientation in (2, 3) else SMALL)
        assert orientation == made.parameters["orientation"]
        found.add(orientation)
    assert found == set(ORIENTATIONS)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_orientation_is_undone_by_decoding(orientation: int) -> None:
    shown = np.zeros((40, 64, 3), np.uint8)
    shown[:8, :16] = 255  # one corner
    decoded = decode_bytes(jpeg(shown, 95, orientation), "turned")
    assert decoded.shape[:2] == (40, 64)
    assert np.abs(decoded.astype(int)[..., 0] - shown[..., 0]).max() < 40


def test_sizes_spread_over_their_range() -> None:
    sides = np.array([frame(generator(0, number)) for number in range(2000)])
    assert sides.min() >= 60
    assert sides.max() <= 3000
    assert (sides.min(1) < 100).mean() > 0.1
    assert (sides.max(1) > 1500).mean() > 0.1
    assert (sides[:, 0] > sides[:, 1]).mean() > 0.25
    assert (sides[:, 0] < sides[:, 1]).mean() > 0.25


def test_sets_keep_labels_and_take_kinds_in_turn() -> None:
    kinds = ("canvas", "screenshot")
    made = list(pictures(DIGITS, range(10), 10, 7, kinds))
    assert sorted(one.label for one in made) == [str(label) for label in range(10)]
    assert [one.kind for one in made] == [*kinds] * 5
    again = list(pictures(DIGITS, range(10), 4, 7, kinds))
    assert [one.content for one in again] == [one.content for one in made[:4]]


@pytest.mark.parametrize("label", range(10))
@pytest.mark.parametrize("stroke", [0.02, 0.08, 0.2])
def test_strokes_keep_holes_and_pieces_at_any_width(label: int, stroke: float) -> None:
    mask = covered(glyph(generator(0, label), DIGITS[label], stroke))
    original = ndimage.zoom(DIGITS[label].astype(float), 8, order=1) > 100
    assert components(mask) == components(original)
    assert ndimage.label(~mask)[1] == ndimage.label(~original)[1]


def test_strokes_are_as_wide_as_was_asked() -> None:
    for stroke in (0.02, 0.05, 0.1):
        mask = covered(glyph(generator(0), DIGITS[0], stroke), 200)
        depth = ndimage.distance_transform_edt(mask)
        across = 2 * np.median(depth[skeleton(mask)]) - 1  # from the middle of pixel to pixel
        assert across == pytest.approx(200 * stroke, abs=1.5)


@pytest.mark.parametrize("label", [0, 5, 7])
def test_a_gap_breaks_a_stroke(label: int) -> None:
    whole = covered(glyph(generator(0), DIGITS[label], 0.06))
    gap = "top" if label == 5 else "any"
    broken = covered(glyph(generator(0), DIGITS[label], 0.06, gap=gap))
    pieces, holes = components(broken) - components(whole), ndimage.label(~whole)[1] - 1
    assert pieces == (0 if holes else 1)
    assert ndimage.label(~broken)[1] == 1


def test_a_flag_is_put_on_a_plain_one_only() -> None:
    plain = np.zeros((28, 28), np.uint8)
    plain[4:24, 13:16] = 255
    before = covered(glyph(generator(0), plain, 0.06))
    after = covered(glyph(generator(0), plain, 0.06, flag=True))
    assert after.any(0).sum() > 1.7 * before.any(0).sum()
    seven = [covered(glyph(generator(0), DIGITS[7], 0.06, flag=flag)) for flag in (False, True)]
    assert (seven[0] == seven[1]).all()


def test_skeletons_are_thin_and_whole() -> None:
    mask = np.zeros((60, 60), bool)
    mask[10:50, 10:20] = mask[10:20, 10:50] = True
    thin = skeleton(mask, spur=4)
    assert components(thin) == 1
    assert (neighbours(thin) == 1).sum() == 2  # the ends of an L
    assert (thin <= mask).all()
    assert thin.sum() < 80


def test_every_pen_has_an_ink_that_can_be_seen_on_every_paper_it_is_used_on() -> None:
    for name, look in LOOKS.items():
        for pen in look.pens:
            for paper in look.papers:
                inks = (*PENS[pen].inks, "black") if max(PAPERS[paper]) > 0.2 else PENS[pen].inks
                best = max(contrast(INKS[ink], PAPERS[paper]) for ink in inks)
                assert best * min(PENS[pen].opacity) > 70, (name, pen, paper)


def test_views_are_true_to_scale_in_the_middle() -> None:
    seen = view(generator(0), (101, 201), pixels=4, angle=10, tilt=0.1)
    assert seen.at(50, 100) == (0, 0)
    right = np.array(seen.at(50, 101))
    assert np.hypot(*right) == pytest.approx(1 / 4, rel=0.01)
    assert np.rad2deg(np.arctan2(right[1], right[0])) == pytest.approx(-10, abs=0.5)


@pytest.mark.parametrize("cell", [1, 3, 40])
def test_clouds_have_the_deviation_and_the_size_that_they_claim(cell: int) -> None:
    noise = clouds(generator(0, cell), (400, 500), cell)
    assert noise.shape == (400, 500)
    assert noise.std() == pytest.approx(1, abs=0.25)
    shifted = np.corrcoef(noise[:, :-cell].ravel(), noise[:, cell:].ravel())[0, 1]
    assert shifted < 0.5


@pytest.mark.parametrize(
    "kind",
    [
        "squared",
        "table edge",
        "form, cells",
        *(
            pytest.param(kind, marks=pytest.mark.slow)
            for kind in ("ballpoint", "turned", "flatbed", "underlined", "form, box")
        ),
    ],
)
def test_pages_hold_their_numbers(kind: str) -> None:
    made = page(DIGITS, range(10), kind, 0, longest=600)
    assert made.content == page(DIGITS, range(10), kind, 0, longest=600).content
    pixels = decode_bytes(made.content, kind)
    assert pixels.shape[:2] == (made.parameters["height"], made.parameters["width"])
    assert 1 <= len(made.texts) == len(made.boxes) <= 4
    for text, boxes in zip(made.texts, made.boxes, strict=True):
        assert 4 <= len(text) == len(boxes) <= 8
        assert [box[0] for box in boxes] == sorted(box[0] for box in boxes)
        for left, top, right, bottom in boxes:
            assert 0 <= left < right <= pixels.shape[1]
            assert 0 <= top < bottom <= pixels.shape[0]
            assert bottom - top >= 20
    assert kind in PAGES


def test_a_form_has_a_line_below_a_number_and_a_cell_for_each_digit() -> None:
    digit = shape(np.ones((60, 30), bool))
    number = [Written(digit, x, 50.0, 10.0) for x in (20.0, 30.0, 40.0)]
    (line,) = form(generator(0), "line", [number], 10.0).bars
    assert line.left < 20 - digit.width * 5 < 40 + digit.width * 5 < line.right
    assert (line.top + line.bottom) / 2 == pytest.approx(55, abs=3)
    cells = form(generator(3), "cells", [number], 10.0).bars
    uprights = sorted((b.left + b.right) / 2 for b in cells if b.bottom - b.top > b.right - b.left)
    assert uprights == pytest.approx([15, 25, 35, 45])


def test_a_form_is_printed_where_its_bars_are() -> None:
    seen = view(generator(0), (80, 120), 2.0, 0.0, 0.0)
    surface = np.ones((80, 120, 3), np.float32)
    Form((Bar(-20, -1, 20, 1), Bar(5, -15, 5.25, 15)), (0.0, 0.5, 1.0)).print_on(surface, seen)
    assert surface[40, 40].tolist() == [0, 0.5, 1]
    assert surface[..., 0].min(axis=0)[:18].tolist() == [1] * 18
    assert surface[20, 69:72, 0].sum() == pytest.approx(2.5)  # half a pixel wide
    assert (surface[..., 2] == 1).all()


def test_an_underline_runs_below_the_whole_number() -> None:
    digit = shape(np.ones((60, 30), bool))
    number = [Written(digit, x, 0.0, 10.0) for x in (-15.0, 0.0, 15.0)]
    drawn = underline(generator(1), number, 10.0)
    assert drawn.glyph.stroke * drawn.height == pytest.approx(digit.stroke * 10)
    x = np.linspace(-14, 14, 29, dtype=np.float32)[np.newaxis]
    y = np.linspace(3, 10, 71, dtype=np.float32)[:, np.newaxis]
    across = np.broadcast_to((x - np.float32(drawn.x)) / np.float32(10), (71, 29))
    down = np.broadcast_to((y - np.float32(drawn.y)) / np.float32(10), (71, 29))
    assert (drawn.glyph.coverage(across, down, 100.0).max(axis=0) == 1).all()


@pytest.mark.parametrize("kind", NON_DIGITS)
def test_pictures_of_nothing_have_no_label(kind: str) -> None:
    garments = np.pad(DIGITS, ((0, 0), (2, 2), (2, 2)))
    made = non_digit(kind, 4, garments=garments)  # of which all are small
    assert (made.kind, made.label) == (kind, "")
    assert made.content == non_digit(kind, 4, garments=garments).content
    assert min(decode_bytes(made.content, kind).shape[:2]) >= 60


def test_garments_must_be_given() -> None:
    with pytest.raises(ValueError, match="garments are needed"):
        non_digit("garment", 0)


def test_a_set_on_disk_has_its_truth_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "new", pictures(DIGITS, range(10), 3, 0, ("canvas",)))
    lines = (tmp_path / "new" / "truth.csv").read_text().splitlines()
    assert lines[0] == "file,label,kind,parameters,boxes"
    assert [line.split(",")[0] for line in lines[1:]] == ["0000.png", "0001.png", "0002.png"]
    assert sorted(path.name for path in (tmp_path / "new").glob("*.png")) == [
        line.split(",")[0] for line in lines[1:]
    ]
