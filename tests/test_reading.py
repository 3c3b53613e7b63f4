"""All glyphs of a page are read: on its sheet, where they touch, and on squared paper."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from imagette.images.photo.candidates import prepare
from imagette.images.photo.pages.page import Block, find_lines
from imagette.inference.pages.choice import best, worth
from imagette.inference.pages.glyph import Glyph
from imagette.inference.pages.reading import read_page
from imagette.inference.pages.segmentation import read_lines
from imagette.inference.pages.words import words_apart
from imagette.inference.together import Answers
from tests.drawn import PLAIN, PREPARATION, SHAPE, as_picture, likeness, strokes

INK = np.ones((4, 3), np.float32)
_ALIKE = 0.7  # likeness of an image to a four, above which it is familiar


def fours(other: float, strange: float = 0) -> Callable[[NDArray[np.uint8]], Answers]:
    """How much images look like a four; all else is one `other` class, and so `strange`."""

    def classify(images: NDArray[np.uint8]) -> Answers:
        four = np.array([max(0.01, likeness(image, PLAIN)) for image in images], np.float32)
        novelty = np.where(four > _ALIKE, 0, strange).astype(np.float32)
        return np.stack((four, np.full_like(four, other)), axis=1), novelty

    return classify


def test_a_page_on_a_table_is_read_on_its_sheet() -> None:
    page = np.full((300, 420, 3), 225, np.float32)
    for left in (60, 180, 300):
        page[90:190, left : left + 100] -= 170 * strokes(100)[..., np.newaxis]
    table = np.full((500, 700, 3), (70, 45, 30), np.float32)
    table[100:400, 140:560] = page

    lines = read_page(as_picture(table), SHAPE, PREPARATION, fours(0.3))
    assert [[int(glyph.probabilities.argmax()) for glyph in line] for line in lines] == [[0, 0, 0]]
    assert [glyph.box[1] for glyph in lines[0]] == pytest.approx([212, 332, 452], abs=12)


def test_glyphs_that_touch_are_cut_and_bars_stay_with_their_glyph() -> None:
    page = np.full((260, 560, 3), 230, np.float32)
    for left in (60, 150, 240, 400):  # each but the last touches the next
        page[80:180, left : left + 100] -= 180 * strokes(100)[..., np.newaxis]
    page[124:132, 400:500] = 230  # and this one is broken

    lines = read_page(as_picture(page), SHAPE, PREPARATION, fours(0.2))
    assert [len(line) for line in lines] == [4]


def test_narrow_glyphs_that_touch_are_cut_though_two_are_no_wider_than_high() -> None:
    page = np.full((260, 420, 3), 230, np.float32)
    narrow = strokes(100)[:, 10:90:2, np.newaxis]
    for left in (60, 96, 200):  # the first touches the second
        part = page[80:180, left : left + narrow.shape[1]]
        part += narrow * (50 - part)
    squeezed = as_picture(page[70:190, 190:250])

    def classify(images: NDArray[np.uint8]) -> Answers:
        four = np.array([likeness(image, known) for image in images], np.float32)
        return np.stack((four, np.full_like(four, 0.1)), axis=1), (0.8 - four) * 10

    known = prepare(squeezed, SHAPE, PREPARATION).image
    lines = read_page(as_picture(page), SHAPE, PREPARATION, classify)
    assert [len(line) for line in lines] == [3]


def test_numbers_are_read_on_squared_paper_whose_lines_are_as_thick_as_thin_strokes() -> None:
    page = np.full((400, 520, 3), (200, 205, 225), np.float32)
    for edge in range(15, 520, 62):
        page[edge : edge + 7] = page[:, edge : edge + 7] = (130, 135, 150)
    for left in (60, 190, 320):
        ink = strokes(110)[..., np.newaxis]
        part = page[130:240, left : left + 110]
        part += ink * (np.array((30, 35, 90), np.float32) - part)

    lines = read_page(as_picture(page), SHAPE, PREPARATION, fours(0.3, strange=3))
    assert [[int(glyph.probabilities.argmax()) for glyph in line] for line in lines] == [[0, 0, 0]]
    assert [glyph.box[1] for glyph in lines[0]] == pytest.approx([72, 202, 332], abs=14)


def test_the_smears_of_a_board_and_the_edges_of_a_sheet_are_no_ones() -> None:
    board = np.full((400, 620, 3), (60, 64, 62), np.float32)
    board[20:380, 20:24] = board[40:360, 600:604] = (200, 190, 195)  # edges
    for column in range(60, 580, 9):  # half wiped off, and taller than they are wide
        board[30 + column % 5 : 60 + column % 7, column : column + 3] += 25
    for left in (90, 240, 390):
        ink = strokes(100)[..., np.newaxis]
        part = board[180:280, left : left + 100]
        part += ink * (np.array((240, 200, 210), np.float32) - part)

    def all_ones(images: NDArray[np.uint8]) -> Answers:
        """Sure of fours; and of bare strokes, that they are ones."""
        four = np.array([max(0.01, likeness(image, PLAIN)) for image in images], np.float32)
        bare = np.array([np.ptp(np.flatnonzero(i.any(axis=(0, 2)))) < 9 for i in images])
        rows = np.stack((np.where(bare, 0, four), np.where(bare, 0.99, 0.01)), axis=1)
        return rows.astype(np.float32), np.where(bare | (four > _ALIKE), 0, 2).astype(np.float32)

    lines = read_page(as_picture(board), SHAPE, PREPARATION, all_ones)
    assert [[int(glyph.probabilities.argmax()) for glyph in line] for line in lines] == [[0, 0, 0]]


def test_glyphs_are_read_in_a_table_that_is_one_piece_of_ink() -> None:
    page = np.full((500, 500, 3), 235, np.float32)
    for edge in (40, 180, 320, 460):
        page[edge - 3 : edge + 3, 37:463] = page[37:463, edge - 3 : edge + 3] = 40
    places = [(90, 90), (90, 230), (230, 370), (370, 90), (370, 370)]
    for top, left in places:
        page[top : top + 44, left : left + 44] -= 190 * strokes(44)[..., np.newaxis]

    lines = read_page(as_picture(page), SHAPE, PREPARATION, fours(0.3, strange=3))
    found = {(glyph.box[0], glyph.box[1]) for line in lines for glyph in line}
    assert len(found) == len(places)
    for top, left in places:
        assert any(abs(top - y) < 8 and abs(left - x) < 12 for y, x in found)


def test_a_one_among_large_glyphs_is_kept_though_most_of_the_page_is_small_print() -> None:
    page = np.full((420, 620, 3), 235, np.float32)
    for left in range(30, 560, 50):
        for top in (20, 80, 140):
            page[top : top + 40, left : left + 40] -= 190 * strokes(40)[..., np.newaxis]
    for left in (100, 400):
        page[230:330, left : left + 100] -= 190 * strokes(100)[..., np.newaxis]
    page[235:328, 290:302] = 40

    lines = read_page(as_picture(page), SHAPE, PREPARATION, fours(0.3))
    assert [glyph.aspect < 0.4 for glyph in lines[-1]] == [False, True, False]


def paper_with_fours(side: int, width: float, ink: float) -> NDArray[np.float32]:
    """White paper, 900 by 1,200 pixels, with three fours of so many gray levels."""
    page = np.full((900, 1200, 3), 235, np.float32)
    for left in (100, 100 + 2 * side, 100 + 4 * side):
        page[300 : 300 + side, left : left + side] -= ink * strokes(side, width)[..., np.newaxis]
    return page


def read_fours(page: NDArray[np.float32]) -> list[list[int]]:
    lines = read_page(as_picture(page), SHAPE, PREPARATION, fours(0.3, strange=3))
    return [[int(glyph.probabilities.argmax()) for glyph in line] for line in lines]


def test_a_number_is_read_beside_a_pen_that_has_most_of_the_ink() -> None:
    page = paper_with_fours(100, 0.06, ink=90)
    for row in range(500, 900):
        page[row, row : row + 80] = (20, 20, 30)
    assert read_fours(page) == [[0, 0, 0]]


def test_dashed_strokes_are_read_from_afar() -> None:
    page = paper_with_fours(200, 0.08, ink=150)
    page[::8] = page[1::8] = page[:, ::8] = page[:, 1::8] = 235
    assert read_fours(page) == [[0, 0, 0]]


def test_a_number_is_read_on_a_note_among_things_of_many_colours() -> None:
    patches = np.random.default_rng(4).integers(0, 256, (60, 60, 3)).astype(np.float32)
    table = patches.repeat(15, axis=0).repeat(15, axis=1)
    note = paper_with_fours(80, 0.06, ink=80)[200:600, 50:550]
    table[250:650, 200:700] = note - np.array((85, 95, 115))
    assert read_fours(table) == [[0, 0, 0]]


INKS = {"blot": INK, "oblique": np.eye(40, dtype=np.float32)}


def glyph(width: int, likely: float, height: int = 40, left: int = 0, shape: str = "blot") -> Glyph:
    novelty = 0.0 if likely > 0.5 else 2.0
    box = (0, left, height, left + width)
    return Glyph(np.array([likely], np.float32), novelty, box, likely, INKS[shape], 100.0)


def test_an_oblique_stroke_is_as_bare_as_an_upright_one() -> None:
    assert glyph(40, 0.9, shape="oblique").is_bare
    assert not glyph(40, 0.9).is_bare
    assert worth([[glyph(40, 0.9, shape="oblique")]]) < 0.1 * worth([[glyph(40, 0.9)]])


def test_a_one_beside_other_glyphs_counts_more_than_none() -> None:
    number = [glyph(28, 0.9)] * 3
    assert worth([[*number, glyph(5, 0.9)]]) > worth([number])
    assert worth([[glyph(5, 0.9)]]) == 0


def test_a_badly_written_glyph_beside_likely_ones_is_not_left_out() -> None:
    number = [glyph(28, 0.9, left=left) for left in (0, 35, 70)]
    bad, large = glyph(28, 0.3, left=105), glyph(60, 0.3, left=105, height=90)
    assert worth([[*number, bad]]) < worth([number])
    assert best([[number], [[*number, bad]], []]) == [[*number, bad]]
    assert best([[number], [[*number, large]]]) == [number]
    assert best([[number], [number, [bad]]]) == [number], "in a line of its own"
    elsewhere = [glyph(28, 0.8, left=left) for left in (300, 335, 370, 405)]
    assert best([[number], [[*elsewhere, bad]]]) == [number]
    assert best([]) == []


def test_a_board_full_of_smears_is_worth_less_than_three_glyphs() -> None:
    smears = [[glyph(3, 0.99)] * 60, [glyph(5, 0.99)] * 5]
    assert worth(smears) < worth([[glyph(28, 0.9)] * 3])
    assert worth([[glyph(28, 0.9), glyph(12, 0.9)]]) > worth([[glyph(28, 0.9)]])
    assert worth([[glyph(28, 0.2)]]) < worth([]) == 0


def test_words_speak_neither_for_a_page_nor_against_it() -> None:
    number, word = [glyph(28, 0.9)] * 4, [glyph(28, 0.1)] * 8
    assert worth([number, word]) == worth([number])


def test_what_stands_alone_and_is_unlikely_speaks_wholly_against_a_page() -> None:
    texture = [[glyph(10, 0.1, 14)]] * 20 + [[glyph(10, 0.9, 14)]] * 16
    word = [[glyph(10, 0.1, 14)] * 5] * 4 + [[glyph(10, 0.9, 14)]] * 16
    assert worth(texture) < 0 < worth(word)


def test_what_is_seen_within_glyphs_is_worth_less_than_they_are() -> None:
    loops = [[glyph(30, 0.99)] * 4]
    assert worth(loops) < worth([[glyph(150, 0.95, 200)] * 3 + [glyph(150, 0.2, 200)]])


def test_a_number_and_the_word_before_it_are_parts_of_their_own() -> None:
    def row(novelties: list[float], first: int) -> list[Glyph]:
        return [
            Glyph(np.ones(1, np.float32), novelty, (0, left, 40, left + 28), 0.5, INK, 100.0)
            for novelty, left in zip(novelties, range(first, 2000, 36), strict=False)
        ]

    word, number = row([1.8, 0.6, 1.7, 1.9], 0), row([0.1, 0.0, 0.2], 200)
    assert words_apart([word + number]) == [(word, True), (number, False)]
    assert words_apart([number]) == [(number, False)]


def test_a_line_ends_at_a_gap_as_between_columns_and_not_where_glyphs_stand_in_boxes() -> None:
    def row(*lefts: int) -> list[Glyph]:
        ones = np.ones(1, np.float32)
        return [Glyph(ones, 0.0, (0, left, 40, left + 28), 0.9, INK, 100.0) for left in lefts]

    def lengths(*lefts: int) -> list[int]:
        return [len(part) for part, _ in words_apart([row(*lefts)])]

    assert lengths(0, 36, 200, 236, 272) == [2, 3]
    assert lengths(0, 36, 200) == [2, 1]
    assert lengths(0, 120, 240, 360) == [4]  # each in a box of its own
    assert lengths(0, 164) == [2]


@pytest.mark.parametrize(("line", "gray"), [(2, 20), (2, 90), (4, 20)])
def test_glyphs_are_read_in_boxes_side_by_side(line: int, gray: int) -> None:
    page = np.full((180, 1000, 3), 235, np.float32)
    page[40 : 40 + line, 30:970] = page[140 : 140 + line, 30:970] = gray
    for left in range(30, 971, 94):
        page[40:140, left : left + line] = gray
    for left in range(52, 950, 94):
        part = page[62:122, left : left + 60]
        part -= 180 * strokes(60)[..., np.newaxis]

    lines = read_page(as_picture(page), SHAPE, PREPARATION, fours(0.9))
    labels = [[int(glyph.probabilities.argmax()) for glyph in line] for line in lines]
    assert labels == [[0] * 10]  # and of the lines between them none is taken for another


def test_small_print_beside_a_number_does_not_cut_up_its_glyphs() -> None:
    page = np.full((160, 900, 3), 235, np.float32)
    for left in range(30, 300, 34):
        page[80:104, left : left + 24] -= 190 * strokes(24)[..., np.newaxis]
    for left in range(400, 800, 76):
        page[40:100, left : left + 60] -= 190 * strokes(60)[..., np.newaxis]

    (line,) = read_page(as_picture(page), SHAPE, PREPARATION, fours(0.9))
    assert [glyph.height > 45 for glyph in line] == [False] * 8 + [True] * 6


def test_a_word_is_not_cut_up_into_strokes() -> None:
    """The classifier takes bare strokes for glyphs, and what the word is of for none."""

    def classify(images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        widths = (images[..., 0] > 100).any(axis=1).sum(axis=1)
        novelty = np.where(widths < 12, 0.0, 2.0).astype(np.float32)
        return np.ones((len(images), 1), np.float32), novelty

    def letter(size: int) -> NDArray[np.float32]:
        ink = np.zeros((size, size), np.float32)
        ink[:3] = ink[:, :6] = ink[:, 17:23] = ink[:, -6:] = 1
        return ink

    page = np.full((120, 560, 3), 235, np.float32)
    for left in range(40, 500, 60):
        page[40:80, left : left + 40] -= 190 * letter(40)[..., np.newaxis]
    (line,) = read_page(as_picture(page), SHAPE, PREPARATION, classify)
    assert [glyph.box[3] - glyph.box[1] > 30 for glyph in line] == [True] * 8
    assert words_apart([line]) == [(line, True)]


def test_a_dot_is_not_halved() -> None:
    """The classifier takes half of a dot for a glyph, as one of digits takes it for a 1."""

    def likely(blocks: list[Block]) -> Answers:
        narrow = np.array([block.ink.shape[1] < 0.7 * len(block.ink) for block in blocks])
        novelty = np.where(narrow, -0.6, 0.8).astype(np.float32)
        return np.ones((len(blocks), 1), np.float32), novelty

    y, x = np.mgrid[:31, :31] - 15
    dot = (np.hypot(y, x) < 14.5).astype(np.float32)
    page = np.full((120, 480, 1), 235, np.float32)
    for left in range(40, 400, 60):
        page[40:71, left : left + 31] -= 190 * dot[..., np.newaxis]
    (line,) = find_lines(as_picture(page))
    assert [glyph.box[3] - glyph.box[1] > 25 for glyph in read_lines([line], likely)[0]] == [
        True
    ] * 6


def test_in_a_line_with_words_numbers_end_where_words_would() -> None:
    def row(novelty: float, *lefts: int) -> list[Glyph]:
        ones = np.ones(1, np.float32)
        return [Glyph(ones, novelty, (0, left, 40, left + 28), 0.9, INK, 100.0) for left in lefts]

    word, first, second = row(1.8, 0, 34, 68, 102), row(0, 170, 206, 242), row(0, 310, 346)
    assert words_apart([first + second]) == [(first + second, False)]
    assert words_apart([word + first + second]) == [(word, True), (first, False), (second, False)]


def test_a_number_is_not_parted_where_it_is_larger_than_the_words_before_it() -> None:
    def row(novelty: float, size: int, *lefts: int) -> list[Glyph]:
        ones = np.ones(1, np.float32)
        boxes = [(0, left, 2 * size, left + size) for left in lefts]
        return [Glyph(ones, novelty, box, 0.9, INK, 100.0) for box in boxes]

    word = row(1.8, 10, 0, 12, 24, 36, 48, 60)
    number = row(0, 20, 130, 160, 200, 230)  # its widest gap is a word's height
    assert words_apart([word + number]) == [(word, True), (number, False)]
    other = row(0, 20, 310, 340)
    assert words_apart([word + number + other])[1:] == [(number, False), (other, False)]


@pytest.mark.parametrize("noise", [6, 12])
def test_a_blank_sheet_with_a_shadow_across_it_has_no_lines(noise: int) -> None:
    rng = np.random.default_rng(noise)
    y, x = np.mgrid[:500, :700]
    page = np.where(x > 420 - y / 3, 140.0, 240.0) + rng.normal(0, noise, (500, 700))
    assert (
        read_page(
            as_picture(page[..., np.newaxis].astype(np.float32)), SHAPE, PREPARATION, fours(0.9)
        )
        == []
    )
