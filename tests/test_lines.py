"""Pieces of ink are put into glyphs, and glyphs into lines, however many there are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from imagette.images.photo.pages.lines import in_lines
from imagette.images.photo.raster.grid import Grid
from imagette.images.photo.raster.pieces import Piece


def piece(number: int, top: int, left: int, height: int = 20, width: int = 12) -> Piece:
    return Piece(number, top, left, top + height, left + width, height * width, at_border=False)


def test_a_dense_page_is_read_line_by_line() -> None:
    rows, columns = 40, 50
    pieces = [
        piece(row * columns + column, 30 * row + column % 3, 18 * column)
        for row in range(rows)
        for column in range(columns)
    ]
    lines = in_lines(sorted(pieces, key=lambda one: (one.left, -one.top)))
    found = [[each.number for cluster in line for each in cluster.pieces] for line in lines]
    assert found == [[row * columns + column for column in range(columns)] for row in range(rows)]


def test_halves_join_whichever_is_higher_and_their_box_and_ink_are_the_sum() -> None:
    halves = [piece(1, 100, 50, 40, 30), piece(2, 145, 52, 30, 28)]
    wholes = [piece(3, 100, 100, 75, 30), piece(4, 100, 150, 75, 30)]
    for pieces in (halves + wholes, wholes + halves[::-1]):
        ((cluster, *others),) = in_lines(pieces)
        assert len(others) == 2
        assert cluster.box == (100, 50, 175, 80)
        assert (cluster.height, cluster.width, cluster.middle) == (75, 30, 137.5)
        assert cluster.ink == 40 * 30 + 30 * 28


def test_the_bar_of_a_five_stays_in_its_line_though_it_is_higher_than_its_bow() -> None:
    whole = [piece(1, 10, 10, 40, 20), piece(4, 10, 90, 40, 20), piece(5, 70, 10, 40, 20)]
    bow, bar = piece(2, 30, 40, 20, 22), piece(3, 12, 66, 5, 16)
    lines = in_lines([*whole, bow, bar])
    assert [[each.pieces[0].number for each in line] for line in lines] == [[1, 2, 3, 4], [5]]


def test_the_bar_of_a_five_may_go_on_to_the_right_above_its_bow() -> None:
    wholes = [piece(1, 10, 10, 40, 20), piece(2, 10, 130, 40, 20)]
    bow = piece(3, 22, 60, 28, 24)
    (line,) = in_lines([*wholes, bow, piece(4, 12, 76, 8, 24)])
    assert [[each.number for each in cluster.pieces] for cluster in line] == [[1], [3, 4], [2]]
    for other in (piece(4, 12, 90, 8, 24), piece(4, 46, 76, 8, 24)):  # beside it, and at its foot
        lines = in_lines([*wholes, bow, other])
        assert [3, 4] not in [
            [p.number for p in cluster.pieces] for line in lines for cluster in line
        ]


def test_a_drawn_line_and_what_is_too_small_to_be_read_are_no_glyphs() -> None:
    sum_of_two = [piece(1, 10, 30), piece(2, 10, 50), piece(3, 33, 20, 2, 60), piece(4, 38, 50)]
    lines = in_lines(sum_of_two)
    assert [[each.pieces[0].number for each in line] for line in lines] == [[1, 2], [4]]
    assert in_lines([piece(1, 10, 10, 4, 3), piece(2, 40, 30, 3, 2)]) == []


def test_bars_that_lie_apart_are_one_glyph_where_glyphs_are_so() -> None:
    pieces = [
        piece(2 * n + bar, 50 + 20 * bar, 60 * n, 6, 40) for n in range(5) for bar in range(2)
    ]
    assert in_lines(pieces) == []
    (line,) = in_lines(pieces, 0.5)
    assert [sorted(one.number for one in cluster.pieces) for cluster in line] == [
        [2 * n, 2 * n + 1] for n in range(5)
    ]


def test_the_letter_of_a_label_is_no_part_of_the_digit_beneath_it() -> None:
    digits = [piece(n, 50, 40 * n, 60, 30) for n in range(4)]
    near, bar = piece(5, 20, 5, 18, 20), piece(6, 26, 45, 8, 20)
    lines = in_lines([*digits, near, bar])
    found = {tuple(sorted(one.number for one in each.pieces)) for line in lines for each in line}
    assert (0,) in found
    assert (1, 6) in found


def at_border(number: int, top: int, left: int, height: int, width: int = 30) -> Piece:
    return Piece(number, top, left, top + height, left + width, height * width, at_border=True)


def test_a_glyph_at_the_border_is_one_where_pictures_may_be_cropped() -> None:
    digits = [piece(n, 20, 40 * n, 60, 30) for n in range(1, 4)]
    cut, edge, far = (
        at_border(7, 22, 0, 55),
        at_border(8, 0, 160, 120, 8),
        at_border(9, 300, 100, 60),
    )
    pieces = [*digits, cut, edge, far]
    (line,) = in_lines(pieces)
    assert [each.pieces[0].number for each in line] == [1, 2, 3]
    (line,) = in_lines(pieces, cropped=True)
    assert [each.pieces[0].number for each in line] == [7, 1, 2, 3]


def test_few_cells_hold_a_frame_among_specks() -> None:
    grid = Grid.of(1.0, 3600.0)
    grid.put(0, (0, 0, 3600, 3600))
    assert len(grid._cells) < 5000
    assert grid.near((3599, 3599, 3599, 3599)) == [0]
    assert Grid.of(20.0, 30.0)._side == 20


def test_no_pieces_are_no_lines() -> None:
    assert in_lines([]) == []


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(-50, 300)] * 2, *[st.integers(1, 90)] * 2), max_size=30),
    st.integers(1, 60),
)
def test_what_overlaps_a_box_is_near_it(
    corners: list[tuple[int, int, int, int]], side: int
) -> None:
    boxes = [(top, left, top + height, left + width) for top, left, height, width in corners]
    grid = Grid(side)
    for number, box in enumerate(boxes):
        grid.put(number, box)
    for a in boxes:
        overlapping = [
            number
            for number, b in enumerate(boxes)
            if a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
        ]
        near = grid.near(a)
        assert near == sorted(near)
        assert set(overlapping) <= set(near)
