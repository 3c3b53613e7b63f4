"""Axes to draw on in inches, and the one style of all pictures.

Knows sizes, colours, text and pixels; nothing of data.
"""

import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from numpy.typing import NDArray

from imagette.plot.letters import families, fitted, legible

DPI = 200  # pixels of the pictures to an inch
MARGIN = 0.3  # inches around a picture
HEAD = 0.85  # inches down to what is under the heading

INK, MUTED, FAINT = "#1f2933", "#75808c", "#e4e7eb"
BLUE, AMBER, GREEN, RED = "#3b6fb0", "#e2a03f", "#4f9d86", "#b8443c"
_SPLITS = {"train": BLUE, "validation": AMBER, "test": GREEN}
NAME, SMALL, TITLE = 8.0, 6.5, 11.0  # points


class PictureAxes(Axes):
    """Axes that show their figure where they are the result of a notebook's cell."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        figure = whole_figure(self)
        canvas: Any = FigureCanvasAgg(figure)
        content = io.BytesIO()
        canvas.print_png(content)
        width, height = (round(100 * inches) for inches in figure.get_size_inches())
        return content.getvalue(), {"width": width, "height": height}


class Canvas:
    """A page of `width` by `height` inches, the origin at the top left.

    On the caller's axes everything is scaled to their size.
    """

    def __init__(self, width: float, height: float, ax: Axes | None = None):
        self.width, self.height = width, height
        self._scale = 1.0
        if ax is None:
            figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
            ax = figure.add_axes((0, 0, 1, 1), axes_class=PictureAxes)
        else:
            inches = ax.get_window_extent().transformed(whole_figure(ax).dpi_scale_trans.inverted())
            self._scale = min(inches.width / width, inches.height / height)
            ax.set_aspect("equal", anchor="NW")
        ax.set_axis_off()
        self.ax = ax
        self._limit()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = NAME,
        *,
        colour: str = INK,
        bold: bool = False,
        align: str = "left",
        upwards: bool = False,
        room: float | None = None,
    ) -> None:
        """Text whose line is centred at `y`, cut to `room` inches.

        With `upwards` it runs up from `y`, its line centred at `x`.
        """
        text = legible(text) if room is None else fitted(text, size, room)
        self.ax.text(
            x,
            y,
            text,
            fontsize=size * self._scale,
            color=colour,
            family=families(text),
            fontweight="bold" if bold else "normal",
            rotation=90 if upwards else 0,
            horizontalalignment="center" if upwards else align,
            verticalalignment="bottom" if upwards else "center_baseline",
            parse_math=False,  # a class may be called "$"
        )

    def heading(self, title: str, note: str = "") -> None:
        """The title at the top left, and under it a note."""
        room = self.width - 2 * MARGIN
        self.text(MARGIN, MARGIN + 0.06, title, TITLE, bold=True, room=room * 0.9)
        self.text(MARGIN, MARGIN + 0.29, note, NAME, colour=MUTED, room=room)

    def pixels(self, x: float, y: float, pixels: NDArray[np.uint8]) -> None:
        """An array (height, width, 3), a pixel of it on a pixel of the page."""
        height, width = pixels.shape[:2]
        self.ax.imshow(
            pixels,
            extent=(x, x + width / DPI, y + height / DPI, y),
            interpolation="none",
            aspect=self.ax.get_aspect(),
        )
        self._limit()

    def rectangle(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        self.ax.add_patch(
            Rectangle((x, y), width, height, facecolor=colour, linewidth=0, snap=True)
        )

    def area(self, points: NDArray[np.float64], colour: str) -> None:
        """A filled polygon with corners (n, 2)."""
        self.ax.add_patch(Polygon(points, facecolor=colour, linewidth=0, closed=True))

    def line(self, x: float, y: float, width: float, colour: str = FAINT) -> None:
        """A thin horizontal line."""
        self.rectangle(x, y - 0.5 / DPI, width, 1 / DPI, colour)

    def _limit(self) -> None:
        limits: dict[str, Any] = {"xlim": (0, self.width), "ylim": (self.height, 0)}
        self.ax.set(**limits)


def whole_figure(ax: Axes) -> Figure:
    """The figure that axes lie in, were it by way of subfigures."""
    figure = ax.get_figure(root=True)
    if not isinstance(figure, Figure):
        raise ValueError("the axes are not in a figure: expected those of a Matplotlib figure")
    return figure


def split_colour(split: str) -> str:
    """The colour of training, validation or test images; of anything else the first."""
    return _SPLITS.get(split, BLUE)


def whole(inches: float) -> float:
    """The nearest length of whole pixels."""
    return round(inches * DPI) / DPI
