"""Pictures as files: what a page looks like in PNG or SVG."""

import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from PIL import Image

from imagette.images.own import MAKER, of_imagette
from imagette.plot.canvas import whole_figure

FORMATS = ("png", "svg")


def encoded(ax: Axes, format: str) -> bytes:
    """The figure of `ax` as the bytes of a file."""
    figure = whole_figure(ax)
    content = io.BytesIO()
    if format == "svg":
        text = io.StringIO()
        svg: Any = FigureCanvasSVG(figure)
        svg.print_svg(text, metadata={"Creator": MAKER, "Date": None})
        return text.getvalue().encode()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    dpi = (figure.dpi, figure.dpi)
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    pixels.save(content, "png", pnginfo=of_imagette(), dpi=dpi)
    return content.getvalue()
