"""Which letters the fonts at hand have, how wide they are, and what is written for the others.

Class names are anybody's: in any script, of any length. Matplotlib warns of a letter without a
glyph and draws a box that looks like every other; here such a letter becomes its code.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache

from matplotlib import font_manager

FAMILY = "DejaVu Sans"  # comes with Matplotlib, so that pictures look the same everywhere
# Fonts with many scripts, one of which is on most machines; asked in this order.
BROAD = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "Source Han Sans SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "Hiragino Sans",
    "PingFang SC", "Apple SD Gothic Neo", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic",
    "Arial Unicode MS", "Noto Sans", "Noto Sans Devanagari", "Noto Sans Bengali",
    "Noto Sans Arabic", "Noto Sans Thai", "Nirmala UI", "Leelawadee UI", "Segoe UI",
    "Segoe UI Symbol", "Noto Emoji", "Unifont",
)  # fmt: skip
_SIZE = 1000  # pixels an em, at which widths are measured
_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")


def families(text: str) -> list[str]:
    """The families that have the letters of `text`, in the order of preference."""
    needed = {family for letter in text if (family := _family(letter))}
    return [family for family in (FAMILY, *_broad()) if family in needed or family == FAMILY]


def legible(text: str) -> str:
    """`text` with letters that no font here has, and those that break lines, as their codes."""
    return "".join(
        letter if _family(letter) else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def codes_in(text: str) -> bool:
    """Whether `legible` has to write a code for one of the letters."""
    return any(_family(letter) is None for letter in text)


def captions(names: Sequence[str]) -> tuple[str, ...]:
    """Names of classes to be drawn: by its number one that would be several codes and little else.

    Cut to the room that there is, it would look like others.
    """
    coded = [sum(_family(letter) is None for letter in name) for name in names]
    return tuple(
        f"class {number}" if count > max(1, len(name) / 2) else name
        for number, (name, count) in enumerate(zip(names, coded, strict=True))
    )


def width(text: str, size: float) -> float:
    """Inches that legible `text` takes at a size in points, set in regular letters."""
    return sum(_advance(letter) for letter in text) * size / 72


def fitted(text: str, size: float, room: float) -> str:
    """Legible `text`, cut to so many inches: in its middle, since names differ at both ends."""
    if width(whole := legible(text), size) <= room:
        return whole
    head, tail, left = "", "", room - width("…", size)
    for count in range(len(text)):
        letter = legible(text[count // 2] if count % 2 == 0 else text[-1 - count // 2])
        left -= width(letter, size)
        if left < 0:
            break
        head, tail = (head + letter, tail) if count % 2 == 0 else (head, letter + tail)
    return f"{head.rstrip()}…{tail.lstrip()}"


@cache
def _broad() -> tuple[str, ...]:
    """Those of `BROAD` that this machine has."""
    there = {entry.name for entry in font_manager.fontManager.ttflist}
    return tuple(family for family in BROAD if family in there)


@cache
def _path(family: str) -> str:
    return font_manager.findfont(font_manager.FontProperties(family=[family]))


@cache
def _family(letter: str) -> str | None:
    """The first family that has the letter."""
    if unicodedata.category(letter) in _UNPRINTABLE:
        return None
    for family in (FAMILY, *_broad()):
        if font_manager.get_font(_path(family)).get_char_index(ord(letter)):
            return family
    return None


@cache
def _advance(letter: str) -> float:
    """The width of a letter that a font here has, in ems."""
    font = font_manager.get_font(_path(_family(letter) or FAMILY))
    font.set_size(_SIZE, 72)
    return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536 / _SIZE
