"""`docs/pictures/time-to-accuracy.png` from the lines of `time_to_accuracy.py`: error against time.

Draws what was measured on one machine; measures nothing.
"""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.results_page import OURS, Measured

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "time-to-accuracy.png"
_TITLES = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST"}
_OURS, _PEERS = "#c8501e", "#5f6b7a"
_ERRORS = (0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5, 6, 8, 10, 15)  # percent, those that get a tick


def draw(found: list[Measured], path: Path = PICTURE) -> None:
    """A panel a data set: the error on the test images against seconds of training."""
    panels = [data for data in _TITLES if any(one.data == data for one in found)]
    figure = Figure(figsize=(5.2 * len(panels), 4.2), layout="constrained")
    for place, data in enumerate(panels):
        axes = figure.add_subplot(1, len(panels), place + 1)
        _panel(axes, [one for one in found if one.data == data])
        axes.set_title(_TITLES[data], loc="left", fontsize=11)
    figure.savefig(path, dpi=130)


def _panel(axes: Axes, found: list[Measured]) -> None:
    for one in found:
        ours = one.engine == OURS
        colour = _OURS if ours else _PEERS
        x, y = one.median_seconds, 100 - one.accuracy
        if one.curve:
            seconds, accuracies = zip(*one.curve, strict=True)
            errors = [100 - accuracy for accuracy in accuracies]
            axes.plot(seconds, errors, color=colour, lw=0.8, alpha=0.6)
        axes.plot(x, y, "o" if ours else "s", color=colour, ms=6 if ours else 4)
        name = one.label.removeprefix(f"{OURS}: ") if ours else one.label.replace(": ", ":\n", 1)
        axes.annotate(
            name.removesuffix(", precision float32").replace(", precision ", ", "), (x, y),
            xytext=(6, 4), textcoords="offset points", color=colour,
            fontsize=9 if ours else 7, fontweight="bold" if ours else "normal",
        )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="seconds of training")
    axes.set_ylabel("error on the test images, %")
    axes.set_xlim(right=3 * max(one.median_seconds for one in found))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks(_ERRORS)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    low = min(100 - one.accuracy for one in found)
    high = max(100 - one.accuracy for one in found)
    axes.set_ylim(low / 1.25, high * 1.4)
    axes.grid(color="#e3e3e3", lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
