"""Lines drawn through and around glyphs go; glyphs stay, and what only looks like a line of one."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.pages.drawn_lines import without_drawn_lines
from tests.drawn import ink, strokes

FOUR = strokes(60) > 0.5
Page = NDArray[np.bool_]


def glyphs(count: int, pitch: int = 80, top: int = 30, left: int = 40) -> Page:
    page = np.zeros((130, left + count * pitch + 20), bool)
    for start in range(left, left + count * pitch, pitch):
        page[top : top + 60, start : start + 60] |= FOUR
    return page


def line(page: Page, rows: slice, columns: slice, slope: float = 0.0) -> Page:
    """A level line, at `slope`."""
    drawn = np.zeros_like(page)
    for column in range(page.shape[1])[columns]:
        shift = round(slope * column)
        drawn[rows.start + shift : rows.stop + shift, column] = True
    return drawn


def pieces(mask: Page) -> int:
    return int(ndimage.label(mask, np.ones((3, 3)))[1])


@pytest.mark.parametrize("slope", [-0.03, 0.0, 0.03])
@pytest.mark.parametrize("thick", [2, 5])
def test_a_line_beneath_a_number_goes_where_it_touches_the_glyphs(slope: float, thick: int) -> None:
    number = glyphs(5)
    top = 84 if slope >= 0 else 97  # it touches the first glyph or the last, or all
    beneath = line(number, slice(top, top + thick), slice(20, 450), slope)
    assert (beneath & number).any()
    rest = without_drawn_lines(number | beneath)
    assert pieces(rest) == 5
    assert (rest & number).sum() > 0.93 * number.sum()
    assert (rest & ~number).sum() < 0.1 * beneath.sum()  # stubs beside the strokes that cross it


@pytest.mark.parametrize("closed", [True, False])
def test_boxes_side_by_side_go_and_leave_what_touches_them(closed: bool) -> None:
    number = glyphs(6)
    boxes = line(number, slice(98, 101), slice(30, 513))
    if closed:
        boxes |= line(number, slice(18, 21), slice(30, 513))
    for left in range(30, 511, 80):
        boxes[18:101, left : left + 3] = True
    touching = number.copy()
    touching[80:100, 76:80] = True  # the first glyph reaches the line beneath it
    touching[69:73, 140:192] = True  # and the second that beside it
    rest = without_drawn_lines(touching | boxes)
    assert pieces(rest) == 6
    assert (rest & touching).sum() > 0.95 * touching.sum()


@pytest.mark.parametrize("touching", [True, False])
def test_the_short_teeth_of_a_comb_go_with_its_line(touching: bool) -> None:
    number = glyphs(4)
    comb = line(number, slice(98, 101), slice(30, 353))
    for left in range(30, 353, 80):
        comb[70:98, left : left + 3] = True
    if touching:
        comb[80:98, 76:80] = True  # a glyph reaches the line
    rest = without_drawn_lines(number | comb)
    assert pieces(rest) == 4
    assert (rest & number).sum() == number.sum()


def test_a_comb_may_be_cropped_if_its_teeth_are_low() -> None:
    number = glyphs(4)
    comb = line(number, slice(98, 101), slice(0, 379))
    for left in range(110, 300, 80):
        comb[70:98, left : left + 3] = True
    rest = without_drawn_lines(number | comb)
    assert pieces(rest) == 4
    assert (rest & number).sum() == number.sum()


def test_a_glyph_on_a_tooth_stays() -> None:
    page = np.zeros((500, 440), bool)
    for start in range(20, 460, 45):
        page[:, start : start + 3] = True
    page[:3] = page[150:153] = True
    number = np.zeros_like(page)
    number[90:130, 5:45] = strokes(40) > 0.5  # on the first upright line
    number[90:130, 60:100] = number[90:130, 150:190] = strokes(40) > 0.5
    rest = without_drawn_lines(page | number)
    assert (rest[:, :50] & number[:, :50]).sum() > 0.8 * number[:, :50].sum()


def test_two_combs_in_a_frame_may_have_their_teeth_above_one_another() -> None:
    page = np.zeros((300, 700), bool)
    for top in (90, 190):
        page[top : top + 3, 40:660] = True
        for left in range(40, 661, 62):
            page[top - 30 : top, left - 1 : left + 2] = True
    page[90:193, 40:43] = True
    received = without_drawn_lines(page)
    assert not received[95:150, 45:].any()  # between the two


def test_thick_strokes_on_a_line_are_no_teeth() -> None:
    """A four and five ones, written with a pen that is thicker than the line they stand on."""
    page = np.zeros((130, 460), bool)
    page[40:100, 40:100] = FOUR
    page[80:98, 76:80] = True
    for left in range(140, 440, 60):
        page[40:98, left : left + 7] = True
    beneath = line(page, slice(97, 100), slice(20, 450))
    assert pieces(page | beneath) == 1
    assert pieces(without_drawn_lines(page | beneath)) == 6


def test_a_glyph_that_touches_its_own_box_is_taken_out_of_it() -> None:
    number = glyphs(3, pitch=120)
    boxes = np.zeros_like(number)
    for left in (25, 145, 265):
        boxes[15:105, left : left + 90] = True
        boxes[18:102, left + 3 : left + 87] = False
    touching = number.copy()
    touching[80:103, 76:80] = True
    rest = without_drawn_lines(touching | boxes)
    assert pieces(rest[:, :120]) == 1
    assert (rest[:, :120] & number[:, :120]).sum() > 0.95 * number[:, :120].sum()


def test_an_empty_box_stays_and_so_do_glyphs_that_touch() -> None:
    page = glyphs(4, pitch=56)  # each touches the next
    box = np.zeros((130, 100), bool)
    box[30:90, 20:70] = True
    box[36:84, 26:64] = False  # as a printed 0 may look
    page = np.concatenate((page, box), axis=1)
    np.testing.assert_array_equal(without_drawn_lines(page), page)
    blank = np.zeros((40, 50), bool)
    np.testing.assert_array_equal(without_drawn_lines(blank), blank)


def test_boxes_by_the_thousand_are_texture() -> None:
    box = np.zeros((26, 26), bool)
    box[1:25, 1:25] = True
    box[3:23, 3:23] = False
    box[9:25, 8:16] = True  # what is written into it touches it
    few, many = np.tile(box, (5, 6)), np.tile(box, (50, 60))
    few, many = np.pad(few, 3), np.pad(many, 3)
    assert without_drawn_lines(few).sum() < 0.7 * few.sum()
    assert np.array_equal(without_drawn_lines(many), many)


def on_line(thick: int, columns: slice) -> tuple[Page, Page]:
    """A number whose glyphs all stand on one line, and the whole of it."""
    number = np.zeros((130, 460), bool)
    for left in range(40, 440, 80):
        number[30:90, left : left + 60] |= FOUR
        number[80:98, left + 36 : left + 40] = True
    return number, number | line(number, slice(97, 97 + thick), columns)


@pytest.mark.parametrize("thick", [2, 5, 8])
@pytest.mark.parametrize("columns", [slice(20, 450), slice(0, 450), slice(0, 460)])
def test_a_line_on_which_all_glyphs_stand_goes_also_at_the_border(
    thick: int, columns: slice
) -> None:
    number, page = on_line(thick, columns)
    assert pieces(page) == 1
    rest = without_drawn_lines(page)
    assert pieces(rest) == 5
    assert (rest & number).sum() == number.sum()


@pytest.mark.parametrize(("apart", "goes"), [(200, True), (12, False)])
def test_lines_on_a_page_hatched_all_over_stay(apart: int, goes: bool) -> None:
    _, top = on_line(3, slice(20, 450))
    rows, columns = np.indices((460, 460))
    page = np.concatenate((top, (rows - columns) % apart < 3))
    page[130:135] = False
    rest = without_drawn_lines(page)
    np.testing.assert_array_equal(rest[130:], page[130:])
    assert pieces(rest[:130]) == (5 if goes else 1)


def test_ones_on_a_line_that_is_as_thin_are_no_teeth() -> None:
    page = np.zeros((130, 460), bool)
    for left in (40, 240):
        page[30:90, left : left + 60] = FOUR
        page[80:98, left + 36 : left + 40] = True
    for left in (125, 165, 190, 330, 385, 400):
        page[35:98, left : left + 4] = True
    beneath = line(page, slice(97, 101), slice(20, 450))
    assert pieces(without_drawn_lines(page | beneath)) == 8


def test_a_frame_that_glyphs_touch_goes_with_its_sides() -> None:
    number, page = on_line(3, slice(20, 450))
    page[17:20, 20:450] = page[17:100, 20:23] = page[17:100, 447:450] = True
    rest = without_drawn_lines(page)
    assert pieces(rest) == 5
    assert (rest & number).sum() == number.sum()


@pytest.mark.parametrize("sides", [(20,), (447,), (20, 447)])
def test_the_sides_of_a_frame_without_its_upper_line_go(sides: tuple[int, ...]) -> None:
    number, page = on_line(3, slice(20, 450))
    for side in sides:
        page[10:100, side : side + 3] = True
    rest = without_drawn_lines(page)
    assert pieces(rest) == 5
    assert (rest & number).sum() == number.sum()


def test_an_upright_line_through_a_glyph_goes() -> None:
    number = glyphs(5)
    page = np.pad(number, ((40, 40), (0, 0)))
    page[:, 60:63] = page[:, 290:293] = True
    rest = without_drawn_lines(page)
    assert pieces(rest) >= 5
    assert rest[:50].sum() == rest[-60:].sum() == 0
    assert (rest[40:-40] & number).sum() > 0.9 * number.sum()


def test_squared_paper_goes_whose_lines_are_as_thick_as_the_strokes() -> None:
    number, _ = on_line(1, slice(0, 0))
    paper = np.zeros_like(number)
    for start in range(8, 460, 45):
        paper[:, start : start + 5] = True
        paper[start : start + 5] = True
    rest = without_drawn_lines(number | paper)
    assert (rest & ~number & ~paper).sum() == 0
    assert (rest & paper & ~number).sum() < 0.05 * paper.sum()
    assert (rest & number).sum() > 0.85 * number.sum()  # strokes may lie along lines


def test_thick_strokes_that_join_along_a_line_are_no_line() -> None:
    page = np.zeros((130, 420), bool)
    for left in range(40, 360, 80):
        page[30:100, left : left + 60] = True
        page[46:84, left + 16 : left + 44] = False
    page[82:100, 40:340] = True
    np.testing.assert_array_equal(without_drawn_lines(page), page)


def test_the_bar_of_a_large_glyph_beside_small_print_is_no_line() -> None:
    page = np.zeros((420, 620), bool)
    for left in range(30, 560, 50):
        for top in (20, 80, 140):
            page[top : top + 40, left : left + 40] = strokes(40) > 0.5
    page[230:330, 100:200] = strokes(100) > 0.5
    page[290:300, 90:210] = True
    # One whose stem goes up and down from the bar at different places.
    page[200:300, 350:360] = page[300:400, 400:410] = page[295:305, 300:500] = True
    np.testing.assert_array_equal(without_drawn_lines(page), page)


def test_a_black_rectangle_is_no_box() -> None:
    page = np.pad(glyphs(4), ((0, 0), (0, 80)))
    page[30:90, 380:430] = True
    np.testing.assert_array_equal(without_drawn_lines(page), page)


def test_the_stem_of_a_glyph_of_a_thin_pen_is_no_line_though_another_is_in_pieces() -> None:
    loop = [(0.4, 0.1), (0.7, 0.05), (0.7, 0.8), (0.4, 0.95), (0.1, 0.8), (0.4, 0.5)]
    page = np.zeros((260, 620), bool)
    for left in (30, 230):
        page[40:200, left : left + 160] |= ink([loop], 160, 0.025) > 0.5
    page[60:100, 450:456] = page[120:160, 450:456] = True  # of a one, each fills its box
    assert (without_drawn_lines(page) == page).all()
