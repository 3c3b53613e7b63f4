"""Marks pictures that imagette has made, and recognizes files by the mark.

Only those are ever replaced by others of the same name.
"""

from pathlib import Path

from PIL.PngImagePlugin import PngInfo

MAKER = "imagette"
_LOOKED_AT = 4096  # bytes at a file's start, which include its maker


def of_imagette() -> PngInfo:
    """The text chunk for a PNG by which `is_own` recognizes it."""
    information = PngInfo()
    information.add_text("Software", MAKER)
    return information


def is_own(path: Path) -> bool:
    """Whether the file is a picture, PNG or SVG, that imagette has made."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if start.startswith(b"\x89PNG"):
        return f"Software\0{MAKER}".encode() in start
    return f"<dc:title>{MAKER}<".encode() in start
