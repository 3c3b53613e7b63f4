"""Which columns of a CSV are labels, where no name says it."""

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.layout import is_square, is_square_colour

_MOST_CLASSES = 1000  # of one-hot columns


def unnamed_labels(rows: list[list[str]], rest: list[int]) -> tuple[int, ...] | None:
    """Where labels without a name stand among the columns `rest`; () if there are none."""
    if are_pixels(len(rest)):
        return ()
    if are_pixels(len(rest) - 1):
        return (_label_end(rows, rest),)
    for count in range(2, min(len(rest), _MOST_CLASSES)):
        if are_pixels(len(rest) - count):
            for ends in (rest[:count], rest[-count:]):
                if _is_one_hot(rows, ends):
                    return tuple(ends)
    return None


def _label_end(rows: list[list[str]], rest: list[int]) -> int:
    """The first or the last column: the one that is less like the pixels beside it."""
    steps = (1, 3) if is_square_colour(len(rest) - 1) else (1,)  # 3: the same colour's
    differences = {}
    for column, inwards in ((rest[0], rest), (rest[-1], rest[::-1])):
        values = _numbers(rows, column)
        if np.isnan(values).any():  # texts
            return column
        beside = (np.abs(values - _numbers(rows, inwards[step])) for step in steps)
        whole = (values == np.rint(values)).all()
        differences[column] = min(map(_mean, beside)) if whole else -1.0
    return max(differences, key=differences.__getitem__)  # of equal ones the first


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else 0.0


def _numbers(rows: list[list[str]], column: int) -> NDArray[np.float64]:
    numbers = (as_number(row[column]) for row in rows)
    return np.array([np.nan if number is None else number for number in numbers])


def _is_one_hot(rows: list[list[str]], columns: list[int]) -> bool:
    return all(
        sorted({row[n].strip() for n in columns}) in (["0", "1"], ["0.0", "1.0"])
        and sum(float(row[n]) for n in columns) == 1
        for row in rows
    )


def are_pixels(count: int) -> bool:
    """Whether so many columns are those of a square image, gray or in colour."""
    return is_square(count) or is_square_colour(count)


def as_number(text: str) -> float | None:
    """The number that a field is; None if it is none."""
    try:
        return float(text)
    except ValueError:
        return None
