"""Checks that JSON that was read back holds what its reader needs.

Knows types and keys, not their meaning. Every error is a ValueError that says where, what was
received and what was expected.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imagette.numerals import is_finite_number


@dataclass(frozen=True)
class Kind:
    """A requirement on a value: in words, and as a test."""

    words: str
    holds: Callable[[Any], bool]


def _is_integer(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_list(value: Any, of: Callable[[Any], bool]) -> bool:
    return isinstance(value, list | tuple) and all(of(item) for item in value)


def _are_counts(value: Any) -> bool:
    """Whether it is a list of counts; tested as a whole, as matrices may hold a million."""
    if not isinstance(value, list | tuple):
        return False
    return set(map(type, value)) <= {int} and min(value, default=0) >= 0


TEXT = Kind("text", lambda value: isinstance(value, str))
NUMBER = Kind("a number", is_finite_number)
ABOVE_0_OR_NULL = Kind(
    "a number above 0 or null",
    lambda value: value is None or (is_finite_number(value) and value > 0),
)
SHARE = Kind("a number from 0 to 1", lambda value: is_finite_number(value) and 0 <= value <= 1)
SHARE_OR_NULL = Kind(
    "a number from 0 to 1 or null", lambda value: value is None or SHARE.holds(value)
)
ONE_OR_MORE = Kind("a whole number, 1 or more", lambda value: _is_integer(value, 1))
NUMBER_OR_NULL = Kind("a number or null", lambda value: value is None or is_finite_number(value))
COUNT_OR_NULL = Kind("a whole number or null", lambda value: value is None or _is_integer(value, 0))
COUNT = Kind("a whole number, 0 or more", lambda value: _is_integer(value, 0))
OBJECT = Kind("an object", lambda value: isinstance(value, dict))
OBJECT_OR_NULL = Kind("an object or null", lambda value: isinstance(value, dict | None))
NUMBERS = Kind(
    "an object of numbers",
    lambda value: isinstance(value, dict) and all(map(is_finite_number, value.values())),
)
ENTRIES = Kind("a list of objects of numbers", lambda value: _is_list(value, NUMBERS.holds))
OBJECTS = Kind("a list of objects", lambda value: _is_list(value, OBJECT.holds))
INTERVAL = Kind("two numbers", lambda value: _is_list(value, is_finite_number) and len(value) == 2)
MATRIX = Kind("lists of counts", lambda value: _is_list(value, _are_counts))
CLASS_NAMES = Kind(
    "a list of two or more different texts",
    lambda value: _is_list(value, TEXT.holds) and len(value) == len(set(value)) >= 2,
)
SHAPE = Kind(
    "height, width and channels",
    lambda value: _is_list(value, lambda side: _is_integer(side, 1)) and len(value) == 3,
)


class MissingError(ValueError):
    """A key is missing: another version did not write it, or somebody removed it."""


def parse(text: str | bytes) -> dict[str, Any]:
    """Parse a JSON object, refusing the NaN and Infinity that Python would accept.

    Raises:
        ValueError: the text is not a JSON object.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError(f"it is {_short(value)}, expected an object")
    return value


def require(values: Mapping[str, Any], kinds: Mapping[str, Kind], where: str = "") -> None:
    """Raise unless each key of `kinds` is there, with a value of its kind.

    `where` is the key of `values`.

    Raises:
        ValueError: a key is missing, or its value is of another kind.
    """
    for key, kind in kinds.items():
        name = f"{where}.{key}" if where else key
        if key not in values:
            raise MissingError(f"{name} is missing, expected {kind.words}")
        if not kind.holds(values[key]):
            raise ValueError(f"{name} is {_short(values[key])}, expected {kind.words}")


def require_square(matrix: Sequence[Sequence[int]], side: int, where: str) -> None:
    """Raise unless `matrix`, of the key `where`, has `side` rows and columns.

    Raises:
        ValueError: it has more or fewer.
    """
    if len(matrix) != side or any(len(row) != side for row in matrix):
        columns = sorted({len(row) for row in matrix})
        raise ValueError(f"{where} has {len(matrix)} rows of {columns}, expected {side} of {side}")


def other_format(where: str, received: int, expected: int) -> str:
    """The message for a file whose format, a whole number, is not this version's."""
    told = f"{where} has the format {received}, expected {expected}"
    if received > expected:
        return f"{told}: a later version of imagette wrote it. Update imagette"
    return f"{told}: no version of imagette wrote it. Restore it, or train again"


def _refuse(constant: str) -> None:
    raise ValueError(f"it holds {constant}, which is no JSON number")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
