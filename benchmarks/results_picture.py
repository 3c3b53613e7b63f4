"""`docs/pictures/time-to-accuracy.png` from the lines of `time_to_accuracy.py`: error against time.

Draws what was measured on one machine, for MNIST, which has most peers; measures nothing.
"""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.results_page import OURS, Measured

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "time-to-accuracy.png"
_DATA = "mnist"
_OURS, _PEERS, _GRID = "#c8501e", "#5f6b7a", "#e3e3e3"
_NEAR = 1.25  # times the error: what is nearer leaves no room for a name between
_ERRORS = (0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5)  # percent, those that get a tick


def draw(measured: list[Measured], machine: str, path: Path = PICTURE) -> None:
    """The error on the test images against seconds of training; a corner of a line is an epoch."""
    found = [one for one in measured if one.data == _DATA]
    if not found:
        return
    figure = Figure(figsize=(8.4, 3.8), layout="constrained")
    axes = figure.add_subplot()
    for one in found:
        _draw_one(axes, one, crowded=any(_is_just_below(other, one) for other in found))
    errors = [100 - one.accuracy for one in found]
    axes.set(xscale="log", yscale="log", xlabel=f"seconds of training, MNIST; {machine}")
    axes.set_ylabel("error on the test images, %")
    axes.set_ylim(min(errors) / 1.3, max(errors) * 1.3)
    axes.set_xlim(right=4 * max(one.median_seconds for one in found))
    axes.set_yticks(_ERRORS)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.grid(color=_GRID, lw=0.6)
    axes.set_axisbelow(True)
    for label, marker, colour in ((OURS, "o", _OURS), ("others", "s", _PEERS)):
        axes.plot([], [], marker, color=colour, label=label)
    axes.legend(frameon=False, loc="lower left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)


def _is_just_below(other: Measured, one: Measured) -> bool:
    """Whether the name of `one`, written below it, would meet `other` or the name of that."""
    times = (100 - one.accuracy) / (100 - other.accuracy)
    (left, right), (start, end) = _span(one), _span(other)
    return 1 < times < _NEAR and left < end and start < right


def _span(one: Measured) -> tuple[float, float]:
    """About from where to where its name reaches, in seconds."""
    x = one.median_seconds
    return (x / 1.3, 1.3 * x) if one.engine == OURS else (x, 2.5 * x)


def _draw_one(axes: Axes, one: Measured, crowded: bool) -> None:
    """A point, its curve and its name; `crowded`: there is no room for a name below."""
    ours = one.engine == OURS
    colour, x, y = _OURS if ours else _PEERS, one.median_seconds, 100 - one.accuracy
    if one.curve:
        seconds, accuracies = zip(*one.curve, strict=True)
        errors = [100 - accuracy for accuracy in accuracies]
        axes.plot(seconds, errors, color=colour, lw=0.8, alpha=0.5)
    axes.plot(x, y, "o" if ours else "s", color=colour, ms=6 if ours else 4)
    name = one.label.replace(" on TensorFlow", "").replace(", precision float32", "")
    axes.annotate(
        name.removeprefix(f"{OURS}: ").replace(", precision", ",").replace(":", ""),
        (x, y),
        xytext=(0, 7) if ours else (6, 3 if crowded else -9),
        textcoords="offset points",
        color=colour,
        fontsize=9 if ours else 7.5,
        fontweight="bold" if ours else "normal",
        ha="center" if ours else "left",
    )
