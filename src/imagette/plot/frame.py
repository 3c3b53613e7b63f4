"""Axes with a frame, ticks and a heading, for curves: the caller's own, or a figure of their own.

Knows sizes, fonts and colours; nothing of what is drawn.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from imagette.plot.canvas import DPI, FAINT, INK, MUTED, NAME, SMALL, TITLE, PictureAxes
from imagette.plot.letters import families, fitted, legible

_WIDTH, _HEIGHT = 5.0, 3.6  # inches
_PLACE = (0.14, 0.14, 0.82, 0.68)  # of the figure: left, bottom, width, height


def framed(title: str, note: str, ax: Axes | None, x: str, y: str) -> Axes:
    """Axes with a heading and names of x and y, ready to be drawn on."""
    if ax is None:
        figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=DPI, facecolor="white")
        ax = figure.add_axes(_PLACE, axes_class=PictureAxes)
        room = 0.95 * _WIDTH * (1 - _PLACE[0])
        title, note = fitted(title, TITLE, room), fitted(note, NAME, room)
    ax.set_title(
        f"{title}\n", loc="left", fontsize=TITLE, color=INK, fontweight="bold",
        family=families(title), parse_math=False,
    )  # fmt: skip
    ax.annotate(
        note, (0, 1), (0, 7), "axes fraction", textcoords="offset points", fontsize=NAME,
        color=MUTED, family=families(note), parse_math=False, annotation_clip=False,
    )  # fmt: skip
    ax.set_xlabel(x, fontsize=NAME, color=MUTED)
    ax.set_ylabel(y, fontsize=NAME, color=MUTED)
    ax.tick_params(labelsize=SMALL, colors=MUTED, length=3)
    ax.grid(axis="y", color=FAINT, linewidth=0.8)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(MUTED)
    return ax


def shares(ax: Axes, *which: str) -> None:
    """Ticks of the axes "x" and "y" as percent."""
    for name in which:
        axis = ax.xaxis if name == "x" else ax.yaxis
        axis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))


def legend(ax: Axes) -> None:
    """The names of what has been drawn."""
    drawn = ax.legend(fontsize=SMALL, frameon=False, labelcolor=INK)
    for text in drawn.get_texts():
        text.set_parse_math(False)
        text.set_text(legible(text.get_text()))
        text.set_fontfamily(families(text.get_text()))
