"""Contact sheets: many pictures in one, each with a line of text under it."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

_TEXT = 12  # pixels of height of the line


def sheet(contents: Sequence[bytes], texts: Sequence[str], columns: int, side: int) -> Image.Image:
    """Pictures scaled to `side` pixels, upright, what is transparent in gray."""
    rows = -(-len(contents) // columns)
    whole = Image.new("RGB", (columns * side, rows * (side + _TEXT)), "white")
    for number, (content, text) in enumerate(zip(contents, texts, strict=True)):
        row, column = divmod(number, columns)
        place = column * side, row * (side + _TEXT)
        whole.paste(_thumbnail(content, side), place)
        ImageDraw.Draw(whole).text((place[0] + 1, place[1] + side), text, fill="red")
    return whole


def _thumbnail(content: bytes, side: int) -> Image.Image:
    picture = _upright(content)
    scale = (side - 2) / max(picture.size)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=3)


def _upright(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened)
    if picture.mode in ("RGBA", "LA"):
        gray = Image.new("RGBA", picture.size, (150, 150, 150, 255))
        picture = Image.alpha_composite(gray, picture.convert("RGBA"))
    return picture.convert("RGB")
