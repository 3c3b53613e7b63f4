"""Learning curves of several runs over one another."""

from collections.abc import Mapping, Sequence

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from imagette.plot.frame import framed, legend, shares
from imagette.runs.run import Run

_COLOURS = colormaps["tab10"]


def compared_curves(
    runs: Mapping[str, Sequence[Run]], *, metric: str = "loss", ax: Axes | None = None
) -> Axes:
    """The validation "loss" or "accuracy" after each epoch: a line a run, a colour a name.

    A name has one run, or those of several seeds.

    Raises:
        ValueError: another metric.
    """
    if metric not in ("loss", "accuracy"):
        raise ValueError(f"metric={metric!r}: expected 'loss' or 'accuracy'")
    note = f"validation {metric} after each epoch; the dot is what was saved"
    ax = framed(f"Compared: {metric}", note, ax, "epoch", f"validation {metric}")
    for position, (name, of_name) in enumerate(runs.items()):
        colour = _COLOURS(position % _COLOURS.N)
        for index, run in enumerate(of_name):
            epochs = [epoch["epoch"] for epoch in run.history]
            values = [epoch[f"val_{metric}"] for epoch in run.history]
            shown = f" {name}" if name.startswith("_") else name
            label = shown if index == 0 else f"_{name}"  # Matplotlib leaves "_..." out of legends
            ax.plot(epochs, values, color=colour, linewidth=1.2, label=label)
            ax.plot(epochs[-1:], values[-1:], "o", color=colour, ms=4, label="_saved")
    if metric == "accuracy":
        shares(ax, "y")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    legend(ax)
    return ax
