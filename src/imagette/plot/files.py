"""Pictures as files: what a page looks like in PNG or SVG, and which files are imagette's own."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from imagette.plot.canvas import whole_figure

FORMATS = ("png", "svg")
_MAKER = "imagette"
_LOOKED_AT = 4096  # bytes at a file's start, where its maker stands


def encoded(ax: Axes, format: str) -> bytes:
    """The figure of `ax` as the bytes of a file."""
    figure = whole_figure(ax)
    content = io.BytesIO()
    if format == "svg":
        text = io.StringIO()
        svg: Any = FigureCanvasSVG(figure)
        svg.print_svg(text, metadata={"Creator": _MAKER, "Date": None})
        return text.getvalue().encode()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    information = PngInfo()
    information.add_text("Software", _MAKER)
    dpi = (figure.dpi, figure.dpi)
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    pixels.save(content, "png", pnginfo=information, dpi=dpi)
    return content.getvalue()


def is_own(path: Path) -> bool:
    """Whether the file is a picture that imagette has made."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if start.startswith(b"\x89PNG"):
        return f"Software\0{_MAKER}".encode() in start
    return f"<dc:title>{_MAKER}<".encode() in start
