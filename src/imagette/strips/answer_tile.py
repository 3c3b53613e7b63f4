"""An answer as a tile of a strip: the label and its probability, or why there is none.

Class names may be in any script, so they are set in Matplotlib's DejaVu Sans, for Pillow's own font
has only ASCII; or, where that lacks letters, in a font of East Asia, if the machine has one.
"""

from contextlib import suppress
from functools import cache
from itertools import accumulate
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from imagette.inference.prediction import Prediction

_PAPER, _TEXT, _PALE = (255, 255, 255), (60, 60, 60), (120, 120, 120)
_LARGE = (60, 44, 32, 24, 18, 14)  # pixels of a label's letters: the largest that fit one line
_HEADING, _PLAIN, _SMALL = 18, 13, 11  # pixels of the letters of all other texts
_BETWEEN = 12  # pixels between two texts
_MARGIN = 8
# By file, as Pillow looks for them; only of scripts whose letters stand one after another.
_BROAD = (
    "NotoSansCJK-Regular.ttc", "NotoSansJP-Regular.otf", "NotoSansSC-Regular.otf",
    "SourceHanSans-Regular.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf",
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "YuGothR.ttc", "msyh.ttc", "malgun.ttf",
    "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc", "Arial Unicode.ttf",
)  # fmt: skip

Font = ImageFont.FreeTypeFont
Text = tuple[str, Font, tuple[int, int, int]]  # the lines, their font and their colour


def answer_tile(answer: Prediction, side: int) -> Image.Image:
    """The answer in words, in the middle of a white square of `side` pixels."""
    room = side - 2 * _MARGIN
    if answer.rejected:
        texts = [
            _text("none of these", _HEADING, room),
            _text(answer.reason, _PLAIN, room),
            _text(f"best guess: {answer.label}", _SMALL, room, _PALE, most=2),
        ]
    else:
        texts = [
            _text(answer.label, _largest(answer.label, room), room),
            _text(f"{answer.probability:.3f}", _HEADING, room, _PALE),
        ]
    return _set(texts, side)


def _text(
    text: str, size: int, room: int, colour: tuple[int, int, int] = _TEXT, most: int = 4
) -> Text:
    """A text in at most `most` lines no wider than `room` pixels; what is longer is cut."""
    file = _having(text)
    font = _font(size, file)
    lines = _wrapped(_legible(text, file), font, room)
    if len(lines) > most:
        lines[most - 1 :] = ["..."]
    return "\n".join(lines), font, colour


def _set(texts: list[Text], side: int) -> Image.Image:
    """A tile of `side` pixels with the texts below one another."""
    tile = Image.new("RGB", (side, side), _PAPER)
    draw = ImageDraw.Draw(tile)
    boxes = [draw.multiline_textbbox((0, 0), text, font) for text, font, _ in texts]
    heights = [bottom - top + _BETWEEN for _, top, _, bottom in boxes]
    above = (side - sum(heights) + _BETWEEN) / 2
    tops = accumulate(heights[:-1], initial=above)
    for (text, font, colour), box, top in zip(texts, boxes, tops, strict=True):
        corner = (side / 2 - (box[0] + box[2]) / 2, top - box[1])
        draw.multiline_text(corner, text, colour, font, align="center")
    return tile


def _largest(label: str, room: int) -> int:
    """The largest size of letters in which a label fits one line; the smallest if none does."""
    file = _having(label)
    text = _legible(label, file)
    fits = (size for size in _LARGE if _font(size, file).getlength(text) <= room)
    return next(fits, _LARGE[-1])


def _wrapped(text: str, font: Font, room: int) -> list[str]:
    """Lines that break between words, and within those that are wider than `room`."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if font.getlength(longer) <= room:
            lines[-1] = longer
            continue
        lines += [""] * bool(lines[-1])
        for letter in word:
            if font.getlength(lines[-1] + letter) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def _legible(text: str, file: str) -> str:
    """`text` with the letters that a font lacks as their codes, as all would be one same box."""
    return "".join(
        letter.encode("unicode_escape").decode() if _lacks(file, letter) else letter
        for letter in text
    )


@cache
def _having(text: str) -> str:
    """The file of the first font that has all letters of a text; DejaVu's if none has."""
    from matplotlib import get_data_path

    plain = str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))
    for file in (plain, *_BROAD):
        with suppress(OSError):  # not on this machine
            if not any(_lacks(file, letter) for letter in text):
                return file
    return plain


def _lacks(file: str, letter: str) -> bool:
    return _drawn(file, letter) == _drawn(file, "\uffff")


@cache
def _drawn(file: str, letter: str) -> bytes:
    return bytes(_font(_PLAIN, file).getmask(letter))


@cache
def _font(size: int, file: str) -> Font:
    # The other layout engine is not on every machine, and fails on what is not a letter.
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
