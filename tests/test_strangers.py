"""What stands among strangers is one, too; a strange glyph among known ones is not."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagette.inference.pages import strangers as module
from imagette.inference.pages.strangers import Row, strangers

_CLOSE, _WORDS_APART = 0.2, 1.0  # of the height


WORD = Row(np.array([1.6, 1.8, 1.7, 1.9, 1.6]), np.full(4, _CLOSE))


def course(novelty: list[float], gaps: list[float], *others: Row) -> str:
    """A line as text, above other lines: known glyphs as digits are, strangers as letters."""
    return "".join(
        "x" if each else "0"
        for each in strangers([Row(np.array(novelty), np.array(gaps)), *others])[0]
    )


def test_a_word_is_strange_though_half_of_its_letters_look_like_digits() -> None:
    word = [0.7, 1.6, 0.5, 1.4, 1.9, 0.6]
    assert course(word, [_CLOSE] * 5) == "xxxxxx"


def test_a_badly_written_digit_makes_no_word_of_a_number() -> None:
    for place in range(6):
        number = [0.1, 0.3, 0.0, 0.2, 0.4, 0.1]
        number[place] = 2.5
        assert course(number, [_CLOSE] * 5) == "000000"


@given(st.lists(st.tuples(st.floats(-1, 0), st.floats(0, 9)), min_size=1, max_size=9), st.data())
def test_none_stands_alone(line: list[tuple[float, float]], data: st.DataObject) -> None:
    novelty = [n for n, _ in line]
    novelty[data.draw(st.integers(0, len(line) - 1))] = 9.0
    assert "x" not in course(novelty, [gap for _, gap in line[1:]])


def test_a_page_that_has_words_has_more_of_them_sooner() -> None:
    doubtful = [0.9, 0.8, 1.0, 0.9]
    assert course(doubtful, [_CLOSE] * 3) == "0000"
    assert course(doubtful, [_CLOSE] * 3, WORD) == "xxxx"
    assert course([0.2, 0.7, 0.4, 0.3], [_CLOSE] * 3, WORD) == "0000"


def test_a_number_between_words_is_told_from_them() -> None:
    gaps = [_CLOSE] * 2 + [_WORDS_APART] + [_CLOSE] * 3 + [_WORDS_APART] + [_CLOSE] * 2
    assert course([1.6, 0.7, 1.8, 0.2, 0.1, 0.4, 0.6, 1.7, 1.4, 0.5], gaps) == "xxx0000xxx"


def test_badly_written_digits_in_boxes_part_no_number() -> None:
    number = [0.1, 0.0, 1.3, 1.3, 0.2, 0.1]
    assert course(number, [_WORDS_APART] * 5, WORD) == "000000"
    assert course(number, [_CLOSE, _WORDS_APART, _CLOSE, _WORDS_APART, _CLOSE], WORD) == "00xx00"


def test_a_number_beside_a_word_is_told_from_it() -> None:
    line = [1.6, 0.7, 1.8, 1.7, 0.0, 0.2, -0.5, 0.1]
    assert course(line, [_CLOSE] * 3 + [_WORDS_APART] + [_CLOSE] * 3) == "xxxx0000"
    assert course(line[::-1], [_CLOSE] * 3 + [_WORDS_APART] + [_CLOSE] * 3) == "0000xxxx"


@pytest.mark.parametrize("novelty", [-np.inf, -3.0, 0.0])
def test_known_glyphs_are_never_strangers(novelty: float) -> None:
    assert course([novelty] * 4, [_CLOSE, 5.0, _CLOSE]) == "0000"


def test_the_first_letter_of_a_word_belongs_to_it_though_it_looks_like_a_digit() -> None:
    assert course([0.1, 1.8, 1.6, 1.9], [_CLOSE] * 3) == "xxxx"
    assert course([0.1, 1.8, 1.6, 1.9], [_WORDS_APART, _CLOSE, _CLOSE]) == "0xxx"


def test_what_says_little_counts_little() -> None:
    novelty, gaps = np.full(4, 2.0), np.full(3, _CLOSE)
    assert strangers([Row(novelty, gaps, np.ones(4))])[0].all()
    assert not strangers([Row(novelty, gaps, np.full(4, 0.1))])[0].any()


def test_a_novelty_that_is_no_number_is_strange() -> None:
    assert course([np.nan, np.inf, np.nan], [_CLOSE] * 2) == "xxx"


def test_an_empty_line_has_none() -> None:
    assert strangers([]) == []
    assert strangers([Row(np.zeros(0), np.zeros(0))])[0].shape == (0,)


def cost(course: tuple[int, ...], known: np.ndarray, gaps: np.ndarray) -> float:
    """Of one course, in nats, as its definition has it."""
    total = module._INTO[1] * course[0] + module._WORDS * any(course)
    for state, gain in zip(course, known, strict=True):
        total += max(gain, 0) if state else max(-gain, 0)
    usual = np.sort(gaps)[int(0.4 * (len(gaps) - 1))] if len(gaps) > 1 else 0
    for before, after, gap in zip(course, course[1:], gaps, strict=False):
        if before != after:
            near, far = module._INTO if before < after else module._BACK
            total += np.interp(gap if gap > module._WIDER * usual else 0, module._GAP, (near, far))
    return float(total)


@given(st.lists(st.tuples(st.floats(-1, 3), st.floats(0, 2)), min_size=1, max_size=7))
def test_it_is_the_likeliest_of_all_courses(line: list[tuple[float, float]]) -> None:
    novelty, gaps = np.array([n for n, _ in line]), np.array([gap for _, gap in line[1:]])
    known = np.interp(novelty, module._NOVELTY, module._FOR)
    found = tuple(int(each) for each in strangers([Row(novelty, gaps)])[0])
    best = min(cost(each, known, gaps) for each in product((0, 1), repeat=len(line)))
    assert cost(found, known, gaps) == pytest.approx(best)
