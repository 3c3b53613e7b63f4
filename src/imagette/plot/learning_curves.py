"""Learning curves: a number of every epoch, on training and on validation images."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from imagette.plot.canvas import AMBER, BLUE, GREEN, INK
from imagette.plot.frame import framed, legend, shares
from imagette.runs.run import Run

History = Sequence[Mapping[str, float]]


def learning_curves(run: Run | History, *, metric: str = "loss", ax: Axes | None = None) -> Axes:
    """The "loss" or the "accuracy" of a run, or of its history, over the epochs.

    The dot is the last epoch, whose weights are saved; the ring has the lowest validation loss.

    Raises:
        ValueError: another metric.
    """
    if metric not in ("loss", "accuracy"):
        raise ValueError(f"metric={metric!r}: expected 'loss' or 'accuracy'")
    history = run.history if isinstance(run, Run) else run
    epochs = [epoch["epoch"] for epoch in history]
    validation = [epoch[f"val_{metric}"] for epoch in history]
    losses = [epoch["val_loss"] for epoch in history]
    best = len(losses) - 1 - losses[::-1].index(min(losses))
    note = f"lowest validation loss after epoch {best + 1} of {len(history)}"
    ax = framed(f"Learning curves: {metric}", note, ax, "epoch", metric)
    marker = "o" if len(history) == 1 else ""  # one epoch makes no line
    training = [epoch[metric] for epoch in history]
    ax.plot(epochs, training, marker=marker, color=BLUE, label="training")
    ax.plot(epochs, validation, marker=marker, color=AMBER, label="validation")
    ax.plot(epochs[best], validation[best], "o", mfc="none", mec=GREEN, ms=9, label="lowest loss")
    ax.plot(epochs[-1], validation[-1], "o", color=INK, ms=4, label="saved")
    if metric == "accuracy":
        shares(ax, "y")
    elif min(losses) > 0 and max(losses) > 8 * min(losses):
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    legend(ax)
    return ax
