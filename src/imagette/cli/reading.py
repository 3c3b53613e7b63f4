"""`imagette predict --read`: all glyphs of pictures, as lines of text or one by one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from imagette.cli.arguments import as_options
from imagette.cli.streams import note
from imagette.cli.text import print_json, print_table
from imagette.errors import PictureError
from imagette.numerals import counted

if TYPE_CHECKING:
    from imagette.inference import Prediction

    Line = list[Prediction]
    Pages = Iterable[tuple[str, list[Line] | PictureError]]

_BOX = "box: top, left, bottom, right"


def print_pages(pages: "Pages", read: str, as_json: bool) -> None:
    """Print what was read: `read` is lines, or boxes for a line a glyph."""
    if as_json:
        print_json([_page(name, lines) for name, lines in pages])
        return
    rows = []
    for name, lines in pages:
        if isinstance(lines, PictureError):  # which has been told
            continue
        if not lines:
            note(f"{name}: no glyphs were found")
        if read == "lines":
            rows += [_line(name, line) for line in _without_words(name, lines)]
        else:
            rows += [_glyph(name, glyph) for line in lines for glyph in line]
    if not rows:
        return
    certain, doubt = (
        ("least probability", "doubtful") if read == "lines" else ("probability", "doubt")
    )
    columns = ("picture", "read", certain, _BOX, doubt)
    used = len(columns) - (not any(row[-1] for row in rows))
    print_table(
        columns[:used],
        [row[:used] for row in rows],
        right=(certain,),
        name_column=columns[0],
        spared=[(_BOX,)],
    )


def _without_words(name: str, lines: "list[Line]") -> "list[Line]":
    """Lines but for those that are words and the like, which is said."""
    from imagette.inference.rejection import IN_A_WORD

    numbers = [line for line in lines if any(glyph.reason != IN_A_WORD for glyph in line)]
    words = len(lines) - len(numbers)
    if words:
        left_out = f"{counted(words, 'line')} of words or the like left out"
        note(f"{name}: {left_out}, which --never-reject prints")
    return numbers


def _line(name: str, line: "Line") -> list[str]:
    """With the glyphs that by themselves would get no answer, each where it stands: "..3."."""
    least = min(glyph.probability for glyph in line)
    places = [glyph.label if glyph.rejected else "." * len(glyph.label) for glyph in line]
    doubtful = "".join(places) if any(glyph.rejected for glyph in line) else ""
    return [name, _text(line), f"{least:.3f}", _box(line), doubtful]


def _glyph(name: str, glyph: "Prediction") -> list[str]:
    return [name, glyph.label, f"{glyph.probability:.3f}", _box([glyph]), glyph.reason]


def _page(name: str, lines: "list[Line] | PictureError") -> dict[str, object]:
    if isinstance(lines, PictureError):
        return {"picture": name, "error": as_options(str(lines))}
    keys = ("label", "probability", "box", "rejected", "reason")
    return {
        "picture": name,
        "lines": [
            {
                "text": _text(line),
                "glyphs": [{key: getattr(glyph, key) for key in keys} for glyph in line],
            }
            for line in lines
        ],
    }


def _text(line: "Line") -> str:
    return "".join(glyph.label for glyph in line)


def _box(line: "Line") -> str:
    tops, lefts, bottoms, rights = zip(*(glyph.box or (0, 0, 0, 0) for glyph in line), strict=True)
    return f"{min(tops)}, {min(lefts)}, {max(bottoms)}, {max(rights)}"
